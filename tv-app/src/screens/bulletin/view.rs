//! Fills `BulletinAdapter`.

use slint::{ComponentHandle, Model as _, SharedString};
use tv_ui::{AppWindow, BulletinAdapter, BulletinOpens, PieceData, PieceKind as Kind, ScreenKind};

use super::{BulletinScreen, Head, Opens, Piece, PieceKind};
use crate::cache::Fit;
use crate::screens::kit::time::{day, time_of_day};
use crate::screens::kit::view::fill as fill_lines;
use crate::screens::people_view::clock;
use crate::screens::table::Cell;
use crate::screens::table::view::cells;
use crate::screens::view::{Canvas, Draw, Lists, View, fill, gone, int, model, to_day};

impl Draw for BulletinScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<BulletinAdapter<'_>>()
            .set_pieces(model(&lists.pieces));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Bulletin
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<BulletinAdapter<'_>>();
        adapter.set_missing(gone(self.missing()));
        let reading = self.reading();
        adapter.set_back_focused(reading.on_back());
        draw_head(&adapter, self.head());
        let published = self.bulletin().map_or(0, |one| one.published_at_ms);
        adapter.set_day(to_day(day(published, context.now)));
        let is_timed = !matches!(time_of_day(published), (0, 0, _));
        adapter.set_clock(if is_timed {
            clock(published)
        } else {
            SharedString::default()
        });
        let focused = reading.focused().map(|stop| stop.what);
        let is_next = focused == Some(Opens::Next);
        let bar = reading.bar().filter(|_| !is_next);
        adapter.set_bar_shown(bar.is_some());
        let (y, height) = bar.unwrap_or_default();
        adapter.set_bar_y(y);
        adapter.set_bar_height(height);
        adapter.set_opens(match self.opens() {
            None => BulletinOpens::Nothing,
            Some(Opens::Picture(_)) => BulletinOpens::Picture,
            Some(Opens::Table(_)) => BulletinOpens::Table,
            Some(Opens::Next) => BulletinOpens::Next,
        });
        let (page, pages) = reading.page();
        adapter.set_page(int(page));
        adapter.set_pages(int(pages));
        adapter.set_more(reading.has_more());
        adapter.set_noted(self.is_noted());
        let (speaking, passage) = self.spoken();
        adapter.set_speaking(speaking);
        let pieces = self.visible().enumerate().map(|(at, piece)| {
            let mut data = to_data(view, at, piece);
            data.y = piece.y - reading.scroll();
            data.spoken = speaking && Some(piece.passage) == passage;
            data.focused = is_next && matches!(piece.kind, PieceKind::Next(_));
            data
        });
        fill(&view.lists.pieces, pieces.collect());
    }
}

fn draw_head(adapter: &BulletinAdapter<'_>, head: &Head) {
    adapter.set_above(head.above);
    adapter.set_one_line(head.one_line);
    adapter.set_title_size(head.size);
    adapter.set_title_line(head.line());
    adapter.set_text_top(head.top);
    adapter.set_text_width(head.width);
    let lines = |lines: &[String]| lines.iter().map(SharedString::from).collect();
    fill_lines(&adapter.get_title(), lines(&head.title), |title| {
        adapter.set_title(title);
    });
    fill_lines(&adapter.get_office(), lines(&head.office), |office| {
        adapter.set_office(office);
    });
}

fn to_data(view: &View, at: usize, piece: &Piece) -> PieceData {
    let row = |row: &[Cell]| {
        let shown = view.lists.pieces.row_data(at).map(|piece| piece.cells);
        cells(shown, row)
    };

    let of = |kind| PieceData {
        kind,
        height: piece.height,
        ..PieceData::default()
    };
    let text = |kind, text: &String| PieceData {
        text: text.into(),
        ..of(kind)
    };
    match &piece.kind {
        PieceKind::Heading(line) => text(Kind::Heading, line),
        PieceKind::Text(line) => text(Kind::Text, line),
        PieceKind::Caption(line) => text(Kind::Caption, line),
        PieceKind::Next(title) => text(Kind::Next, title),
        PieceKind::Picture(picture, width) => {
            let image = view
                .image(&picture.screen.name, *width, piece.height, Fit::Contain)
                .or_else(|| view.image(&picture.thumb.name, *width, piece.height, Fit::Contain));
            PieceData {
                width: *width,
                has_picture: image.is_some(),
                picture: image.unwrap_or_default(),
                ..of(Kind::Picture)
            }
        }
        PieceKind::TableHead(texts) => PieceData {
            width: texts.last().map_or(0.0, |cell| cell.x + cell.width),
            cells: row(texts),
            ..of(Kind::TableHead)
        },
        PieceKind::TableRow(texts, sum) => PieceData {
            width: texts.last().map_or(0.0, |cell| cell.x + cell.width),
            sum: *sum,
            cells: row(texts),
            ..of(Kind::TableRow)
        },
        PieceKind::TableMore(rows) => PieceData {
            count: int(*rows),
            ..of(Kind::TableMore)
        },
    }
}
