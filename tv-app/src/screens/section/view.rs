//! Fills `SectionAdapter` and `Pane`, and has the list that is shown fill its own.

use slint::ComponentHandle;
use tv_ui::{Pane, RailData, ScreenKind, SectionAdapter};

use super::panes::Nothing;
use super::{ROLL_CALLS, Section};
use crate::screens::Context;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::view::{Canvas, Draw, index, int};

impl Draw for Section {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Section
    }

    fn is_beside_rail(&self) -> bool {
        self.rail().2 > 0
    }

    fn draw(&self, canvas: &Canvas<'_>) {
        let window = canvas.window;
        let metrics = canvas.context.metrics.beside_rail();
        self.pane().draw(&Canvas {
            context: &Context {
                metrics: &metrics,
                ..*canvas.context
            },
            ..*canvas
        });
        let adapter = window.global::<SectionAdapter<'_>>();
        adapter.set_pane(self.pane().kind());
        let beside = window.global::<Pane<'_>>();
        beside.set_digit(int(self.digit()));
        beside.set_title(self.title().into());
        beside.set_about(self.about().into());
        let (lists, first, total) = self.rail();
        beside.set_in_rail(self.focused_list().is_some());
        beside.set_inside(self.can_enter());
        beside.set_digit_goes_on(self.digit_goes_on());
        adapter.set_focused(index(self.focused_list()));
        adapter.set_first(int(first));
        adapter.set_total(int(total));
        let rows = lists.iter().map(|list| RailData {
            title: (&list.title).into(),
            roll_calls: list.id == ROLL_CALLS,
            fresh: list.is_fresh,
            chosen: list.id == self.shown(),
        });
        fill(&adapter.get_rail(), rows.collect(), |rows| {
            adapter.set_rail(rows);
        });
    }
}

impl Draw for Nothing {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Section
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<SectionAdapter<'_>>();
        adapter.set_page(page(self.list().pager(), "", ""));
        adapter.set_focus_at(focus_at(self.list().pager()));
    }
}
