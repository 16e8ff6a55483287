//! Fills `BulletinsAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, BulletinsAdapter, RowData};

use super::Bulletins;
use crate::screens::Context;
use crate::screens::day::day;
use crate::screens::view::{Lists, View, fill, index, int, model, to_day};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    window
        .global::<BulletinsAdapter<'_>>()
        .set_rows(model(&lists.rows));
}

pub(in crate::screens) fn show(
    view: &View,
    window: &AppWindow,
    screen: &Bulletins,
    context: &Context<'_>,
) {
    let adapter = window.global::<BulletinsAdapter<'_>>();
    let visible = screen.window().visible();
    adapter.set_title((&screen.listing().title).into());
    adapter.set_about((&screen.listing().about).into());
    adapter.set_back_focused(screen.window().on_back());
    adapter.set_focused(index(
        screen.window().focused().map(|at| at - visible.start),
    ));
    adapter.set_first(int(visible.start));
    adapter.set_total(int(screen.window().total()));
    let rows = screen.rows()[visible].iter().map(|row| RowData {
        title: (&row.title).into(),
        office: (&row.organization).into(),
        day: to_day(day(row.published_at_ms, context.now)),
        unread: row.unread,
        urgent: row.urgent,
        ..RowData::default()
    });
    fill(&view.lists.rows, rows.collect());
}
