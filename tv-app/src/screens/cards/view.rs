//! Fills `CardsAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, CardsAdapter, ScreenKind, Tokens};

use super::Cards;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model};

impl Draw for Cards {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<CardsAdapter<'_>>()
            .set_cards(model(&lists.cards));
    }

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
        let visible = self.window().visible();
        adapter.set_title((&self.listing().title).into());
        adapter.set_about((&self.listing().about).into());
        adapter.set_portraits(self.are_portraits());
        adapter.set_back_focused(self.window().on_back());
        adapter.set_focused(index(self.window().focused().map(|at| at - visible.start)));
        adapter.set_first(int(visible.start));
        adapter.set_total(int(self.window().total()));
        let (width, height) = if self.are_portraits() {
            (tokens.get_portrait_width(), tokens.get_portrait_picture())
        } else {
            (tokens.get_poster_width(), tokens.get_poster_picture())
        };
        fill(
            &view.lists.cards,
            self.cards()[visible]
                .iter()
                .map(|card| view.card(card, width, height))
                .collect(),
        );
    }
}
