//! Fills `BulletinsAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, BulletinsAdapter, RowData, ScreenKind};

use super::Bulletins;
use crate::screens::day::day;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model, to_day};

impl Draw for Bulletins {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<BulletinsAdapter<'_>>()
            .set_rows(model(&lists.rows));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Bulletins
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<BulletinsAdapter<'_>>();
        let visible = self.window().visible();
        adapter.set_title((&self.listing().title).into());
        adapter.set_about((&self.listing().about).into());
        adapter.set_back_focused(self.window().on_back());
        adapter.set_focused(index(self.window().focused().map(|at| at - visible.start)));
        adapter.set_first(int(visible.start));
        adapter.set_total(int(self.window().total()));
        let rows = self.rows()[visible].iter().map(|row| RowData {
            title: (&row.title).into(),
            office: (&row.organization).into(),
            day: to_day(day(row.published_at_ms, context.now)),
            unread: row.unread,
            urgent: row.urgent,
            ..RowData::default()
        });
        fill(&view.lists.rows, rows.collect());
    }
}
