//! Fills `SearchAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, RowData, ScreenKind, SearchAdapter};

use super::Search;
use crate::screens::kit::time::day;
use crate::screens::kit::view::state;
use crate::screens::listings;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model, to_day};

impl Draw for Search {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<SearchAdapter<'_>>()
            .set_rows(model(&lists.hits));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Search
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<SearchAdapter<'_>>();
        adapter.set_digits(self.digits().into());
        adapter.set_back_focused(self.on_back());
        adapter.set_key(index(self.focused_key()));
        adapter.set_focused(index(self.focused_result()));
        adapter.set_state(state(self.state()));
        let (hits, first, total) = self.results();
        adapter.set_first(int(first));
        adapter.set_total(int(total));
        let rows = hits.iter().map(|hit| RowData {
            title: (&hit.title).into(),
            office: slint::format!("{}　{}", hit.list_title, hit.organization),
            day: to_day(day(hit.published_at_ms, context.now)),
            kind: listings::icon(hit.list_kind).into(),
            ..RowData::default()
        });
        fill(&view.lists.hits, rows.collect());
    }
}
