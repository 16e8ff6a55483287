//! Fills `ResultsAdapter`.

use slint::ComponentHandle;
use tv_ui::{ResultRow, ResultsAdapter, ScreenKind};

use super::Results;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::time::day;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::view::{Canvas, Draw, int, to_day};

impl Draw for Results {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Results
    }

    fn draw(
        &self,
        &Canvas {
            window, context, ..
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<ResultsAdapter<'_>>();
        let listing = self.listing();
        adapter.set_page(page(self.list().pager(), &listing.title, &listing.about));
        adapter.set_focus_at(focus_at(self.list().pager()));
        let rows = self.list().visible().iter().map(|one| {
            let result = one.result.clone().unwrap_or_default();
            ResultRow {
                title: (&one.title).into(),
                office: (&one.organization.name).into(),
                day: to_day(day(one.closes_at_ms, context.now)),
                entitled: int(result.entitled),
                took_part: int(result.took_part),
                motion: result.passed.is_some(),
                passed: result.passed == Some(true),
            }
        });
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
