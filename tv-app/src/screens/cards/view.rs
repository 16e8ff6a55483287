//! Fills `CardsAdapter`.

use slint::ComponentHandle;
use tv_ui::{CardData, CardsAdapter, ScreenKind, Tokens};

use super::{Card, Cards};
use crate::cache::Fit;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::view::{fill, page};
use crate::screens::view::{Canvas, Draw, View, int};

impl Draw for Cards {
    fn kind(&self) -> ScreenKind {
        if self.are_portraits() {
            ScreenKind::Honours
        } else {
            ScreenKind::Programmes
        }
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<CardsAdapter<'_>>();
        let tokens = window.global::<Tokens<'_>>();
        let listing = self.listing();
        adapter.set_page(page(self.list().pager(), &listing.title, &listing.about));
        adapter.set_portraits(self.are_portraits());
        let (width, height) = if self.are_portraits() {
            (tokens.get_portrait_width(), tokens.get_portrait_picture())
        } else {
            (tokens.get_poster_width(), tokens.get_poster_picture())
        };
        let cards = self.list().visible().iter();
        let cards = cards.map(|card| view.card(card, width, height));
        fill(&adapter.get_rows(), cards.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}

impl View {
    /// A card as the grid draws it.
    pub(in crate::screens) fn card(&self, card: &Card, width: f32, height: f32) -> CardData {
        let picture = self.row_image(card.picture.as_ref(), width, height, Fit::Cover);
        CardData {
            title: (&card.title).into(),
            note: (&card.organization).into(),
            minutes: if card.duration_ms > 0 {
                int((card.duration_ms + 59_999) / 60_000)
            } else {
                0
            },
            has_picture: picture.is_some(),
            picture: picture.unwrap_or_default(),
            progress: card.progress,
            finished: card.finished,
            kept: card.kept,
        }
    }
}
