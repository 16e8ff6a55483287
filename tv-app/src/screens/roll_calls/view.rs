//! Fills `RollCallsAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, RollCallsAdapter};

use super::RollCalls;
use crate::screens::people_view;
use crate::screens::view::{Lists, View, fill, index, int, model};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    window
        .global::<RollCallsAdapter<'_>>()
        .set_calls(model(&lists.roll_calls));
}

pub(in crate::screens) fn show(view: &View, window: &AppWindow, screen: &RollCalls) {
    let adapter = window.global::<RollCallsAdapter<'_>>();
    let visible = screen.window().visible();
    adapter.set_back_focused(screen.window().on_back());
    adapter.set_focused(index(
        screen.window().focused().map(|at| at - visible.start),
    ));
    adapter.set_first(int(visible.start));
    adapter.set_total(int(screen.window().total()));
    adapter.set_nobody(people_view::nobody(screen.nobody()));
    let calls = screen.calls()[visible]
        .iter()
        .map(|call| people_view::call(call, screen.now()));
    fill(&view.lists.roll_calls, calls.collect());
}
