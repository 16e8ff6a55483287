//! Fills `CardsAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, CardsAdapter, Tokens};

use super::Cards;
use crate::screens::view::{Lists, View, fill, index, int, model};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    window
        .global::<CardsAdapter<'_>>()
        .set_cards(model(&lists.cards));
}

pub(in crate::screens) fn show(view: &View, window: &AppWindow, screen: &Cards) {
    let adapter = window.global::<CardsAdapter<'_>>();
    let tokens = window.global::<Tokens<'_>>();
    let visible = screen.window().visible();
    adapter.set_title((&screen.listing().title).into());
    adapter.set_about((&screen.listing().about).into());
    adapter.set_portraits(screen.are_portraits());
    adapter.set_back_focused(screen.window().on_back());
    adapter.set_focused(index(
        screen.window().focused().map(|at| at - visible.start),
    ));
    adapter.set_first(int(visible.start));
    adapter.set_total(int(screen.window().total()));
    let (width, height) = if screen.are_portraits() {
        (tokens.get_portrait_width(), tokens.get_portrait_picture())
    } else {
        (tokens.get_poster_width(), tokens.get_poster_picture())
    };
    fill(
        &view.lists.cards,
        screen.cards()[visible]
            .iter()
            .map(|card| view.card(card, width, height))
            .collect(),
    );
}
