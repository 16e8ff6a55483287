//! Fills `BranchAdapter`.

use slint::ComponentHandle;
use tv_ui::{BranchAdapter, BranchPiece, BranchPieceKind as Kind, RowData, ScreenKind};

use super::{BranchScreen, Heading, Piece, PieceKind};
use crate::cache::Fit;
use crate::screens::Context;
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::meetings::view::meeting;
use crate::screens::view::{Canvas, Draw, gone, int, to_day};

impl Draw for BranchScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Branch
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<BranchAdapter<'_>>();
        let reading = self.reading();
        adapter.set_missing(gone(self.missing()));
        adapter.set_name(
            self.branch()
                .map(|branch| (&branch.organization.name).into())
                .unwrap_or_default(),
        );
        adapter.set_back_focused(reading.on_back());
        adapter.set_text_focused(reading.on_text());
        adapter.set_row_focused(reading.focused().is_some());
        adapter.set_remind(self.reminds());
        adapter.set_title_width(self.title_width());
        let (y, height) = reading.bar().unwrap_or_default();
        adapter.set_bar_y(y);
        adapter.set_bar_height(height);
        let (first, shown) = reading.position();
        adapter.set_first(first);
        adapter.set_shown(shown);
        adapter.set_speaking(self.spoken().0);
        let photo = self.visible().find_map(|piece| match &piece.kind {
            PieceKind::Photo(photo, width) => Some((photo, *width, piece)),
            _ => None,
        });
        adapter.set_photo_shown(photo.is_some());
        if let Some((photo, width, piece)) = photo {
            adapter.set_photo_y(piece.y - reading.scroll());
            adapter.set_photo_width(width);
            adapter.set_photo_height(piece.height);
            let image = view
                .image(&photo.screen.name, width, piece.height, Fit::Contain)
                .or_else(|| view.image(&photo.thumb.name, width, piece.height, Fit::Contain));
            adapter.set_has_photo(image.is_some());
            adapter.set_photo(image.unwrap_or_default());
        }
        let pieces = self.visible().filter_map(|piece| {
            let mut data = self.to_data(piece, context)?;
            data.y = piece.y - reading.scroll();
            data.height = piece.height;
            data.focused = self.is_focused(piece);
            Some(data)
        });
        fill(&adapter.get_pieces(), pieces.collect(), |pieces| {
            adapter.set_pieces(pieces);
        });
    }
}

impl BranchScreen {
    /// A piece as it is drawn; nothing for the photograph, which is drawn by itself.
    fn to_data(&self, piece: &Piece, context: &Context<'_>) -> Option<BranchPiece> {
        let of = |kind| BranchPiece {
            kind,
            ..BranchPiece::default()
        };
        Some(match &piece.kind {
            PieceKind::Secretary(name) => BranchPiece {
                text: name.into(),
                ..of(Kind::Secretary)
            },
            PieceKind::Telephone(number) => BranchPiece {
                text: number.into(),
                ..of(Kind::Telephone)
            },
            PieceKind::Members(count) => BranchPiece {
                count: int(*count),
                ..of(Kind::Members)
            },
            PieceKind::Photo(..) => return None,
            PieceKind::Text(line, paragraph) => BranchPiece {
                text: line.into(),
                spoken: self.spoken().1 == Some(*paragraph),
                ..of(Kind::Text)
            },
            PieceKind::Heading(Heading::Published) => of(Kind::Published),
            PieceKind::Heading(Heading::Meetings) => of(Kind::Meetings),
            PieceKind::Bulletin(row) => BranchPiece {
                row: RowData {
                    title: (&row.title).into(),
                    day: to_day(day(row.published_at_ms, context.now)),
                    unread: row.unread,
                    urgent: row.urgent,
                    ..RowData::default()
                },
                ..of(Kind::Bulletin)
            },
            PieceKind::Meeting(entry) => BranchPiece {
                meeting: meeting(&entry.meeting, entry.choice.remind, self.now()),
                ..of(Kind::Meeting)
            },
        })
    }
}
