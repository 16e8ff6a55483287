//! Fills `RollCallsAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, RollCallsAdapter, ScreenKind};

use super::RollCalls;
use crate::screens::people_view;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model};

impl Draw for RollCalls {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<RollCallsAdapter<'_>>()
            .set_calls(model(&lists.roll_calls));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::RollCalls
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<RollCallsAdapter<'_>>();
        let visible = self.window().visible();
        adapter.set_back_focused(self.window().on_back());
        adapter.set_focused(index(self.window().focused().map(|at| at - visible.start)));
        adapter.set_first(int(visible.start));
        adapter.set_total(int(self.window().total()));
        adapter.set_nobody(people_view::nobody(self.nobody()));
        let calls = self.calls()[visible]
            .iter()
            .map(|call| people_view::call(call, self.now()));
        fill(&view.lists.roll_calls, calls.collect());
    }
}
