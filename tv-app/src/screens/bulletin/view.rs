//! Fills `BulletinAdapter`.

use std::rc::Rc;

use slint::{ComponentHandle, ModelRc, VecModel};
use tv_ui::{AppWindow, BulletinAdapter, CellData, PieceData, PieceKind as Kind, ScreenKind};

use super::{BulletinScreen, Cell, Piece, PieceKind};
use crate::cache::Fit;
use crate::screens::Context;
use crate::screens::kit::time::day;
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
        adapter.set_title(self.list_title().into());
        adapter.set_missing(gone(self.missing()));
        let reading = self.reading();
        adapter.set_back_focused(reading.on_back());
        adapter.set_text_focused(reading.on_text());
        let stop = reading.focused();
        adapter.set_block_focused(stop.is_some());
        if let Some(stop) = stop {
            adapter.set_block_x(stop.x);
            adapter.set_block_y(stop.y - reading.scroll());
            adapter.set_block_width(stop.width);
            adapter.set_block_height(stop.height);
            adapter.set_block_is_picture(stop.what.picture);
        }
        let (first, shown) = reading.position();
        adapter.set_first(first);
        adapter.set_shown(shown);
        let (speaking, block) = self.spoken_block();
        adapter.set_speaking(speaking);
        let pieces = self.visible().map(|piece| {
            let mut data = to_data(view, piece, context);
            data.y = piece.y - reading.scroll();
            data.spoken = speaking && piece.block == block;
            data
        });
        fill(&view.lists.pieces, pieces.collect());
    }
}

fn to_data(view: &View, piece: &Piece, context: &Context<'_>) -> PieceData {
    let mut data = PieceData {
        x: piece.x,
        height: piece.height,
        ..PieceData::default()
    };
    match &piece.kind {
        PieceKind::Title(text) => {
            data.kind = Kind::Title;
            data.text = text.into();
        }
        PieceKind::Meta(text, at_ms) => {
            data.kind = Kind::Meta;
            data.text = text.into();
            if *at_ms != 0 {
                data.day = to_day(day(*at_ms, context.now));
            }
        }
        PieceKind::Heading(text) => {
            data.kind = Kind::Heading;
            data.text = text.into();
        }
        PieceKind::Text(text) => {
            data.kind = Kind::Text;
            data.text = text.into();
        }
        PieceKind::Picture(picture, width) => {
            data.kind = Kind::Picture;
            data.width = *width;
            let image = view
                .image(&picture.screen.name, *width, piece.height, Fit::Contain)
                .or_else(|| view.image(&picture.thumb.name, *width, piece.height, Fit::Contain));
            data.has_picture = image.is_some();
            data.picture = image.unwrap_or_default();
        }
        PieceKind::TableHead(row) => {
            data.kind = Kind::TableHead;
            data.width = row.last().map_or(0.0, |cell| cell.x + cell.width);
            data.cells = ModelRc::from(Rc::new(VecModel::from(cells(row))));
        }
        PieceKind::TableRow(row, shade) => {
            data.kind = Kind::TableRow;
            data.width = row.last().map_or(0.0, |cell| cell.x + cell.width);
            data.shade = *shade;
            data.cells = ModelRc::from(Rc::new(VecModel::from(cells(row))));
        }
        PieceKind::TableMore(rows) => {
            data.kind = Kind::TableMore;
            data.count = int(*rows);
        }
    }
    data
}

/// A list inside a row, which is compared and replaced as a whole.
pub(in crate::screens) fn cells(cells: &[Cell]) -> Vec<CellData> {
    cells
        .iter()
        .map(|cell| CellData {
            text: (&cell.text).into(),
            x: cell.x,
            width: cell.width,
            numeric: cell.numeric,
        })
        .collect()
}
