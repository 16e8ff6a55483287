//! Fills `SearchAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, RowData, SearchAdapter};

use super::Search;
use crate::screens::day::day;
use crate::screens::view::{Lists, View, fill, index, int, model, to_day};
use crate::screens::{Context, icons};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    window
        .global::<SearchAdapter<'_>>()
        .set_rows(model(&lists.hits));
}

pub(in crate::screens) fn show(
    view: &View,
    window: &AppWindow,
    screen: &Search,
    context: &Context<'_>,
) {
    let adapter = window.global::<SearchAdapter<'_>>();
    adapter.set_digits(screen.digits().into());
    adapter.set_back_focused(screen.on_back());
    adapter.set_key(index(screen.focused_key()));
    adapter.set_focused(index(screen.focused_result()));
    let (hits, first, total) = screen.results();
    adapter.set_first(int(first));
    adapter.set_total(int(total));
    let rows = hits.iter().map(|hit| RowData {
        title: (&hit.title).into(),
        office: slint::format!("{}　{}", hit.list_title, hit.organization),
        day: to_day(day(hit.published_at_ms, context.now)),
        kind: icons::of_listing(hit.list_kind).into(),
        ..RowData::default()
    });
    fill(&view.lists.hits, rows.collect());
}
