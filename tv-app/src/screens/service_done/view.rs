//! Fills `ServiceDoneAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, Place, ScreenKind, ServiceDoneAdapter};

use super::ServiceDone;
use crate::screens::kit::time::day;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, index, int, pieces, to_day};

const HOUR_MS: i64 = 3_600_000;

impl Draw for ServiceDone {
    fn kind(&self) -> ScreenKind {
        ScreenKind::ServiceDone
    }

    fn place(&self) -> Option<Place> {
        // It is only kept so far while it has no number.
        (!self.number().is_empty()).then_some(Place::Good)
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<ServiceDoneAdapter<'_>>();
        adapter.set_back_focused(self.actions().on_back());
        adapter.set_title(self.title().into());
        adapter.set_kept(self.number().is_empty());
        adapter.set_number(self.number().into());
        adapter.set_office(self.office().into());
        let due = self.due_at_ms();
        adapter.set_day(to_day(day(due, self.now())));
        adapter.set_clock(clock(due));
        let left = self.now().known_ms().map_or(0, |now| due - now);
        adapter.set_hours(int(
            u64::try_from(left + HOUR_MS / 2).unwrap_or(0) / 3_600_000
        ));
        adapter.set_focused(index(self.actions().focused()));
        adapter.set_speaking(self.is_speaking());
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        let adapter = window.global::<ServiceDoneAdapter<'_>>();
        pieces([
            adapter.get_first(),
            adapter.get_second(),
            adapter.get_third(),
        ])
    }
}
