//! Fills `RollCallsAdapter`.

use slint::ComponentHandle;
use tv_ui::{RollCallsAdapter, ScreenKind};

use super::RollCalls;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::people_view;
use crate::screens::view::{Canvas, Draw};

impl Draw for RollCalls {
    fn kind(&self) -> ScreenKind {
        ScreenKind::RollCalls
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<RollCallsAdapter<'_>>();
        // Its name and what will appear in it are the same everywhere.
        adapter.set_page(page(self.list().pager(), "", ""));
        adapter.set_focus_at(focus_at(self.list().pager()));
        adapter.set_nobody(people_view::nobody(self.nobody()));
        let calls = self.list().visible().iter();
        let calls = calls.map(|call| people_view::call(call, self.now()));
        fill(&adapter.get_rows(), calls.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
