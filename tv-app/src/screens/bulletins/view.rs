//! Fills `BulletinsAdapter`.

use slint::ComponentHandle;
use tv_ui::{BulletinsAdapter, RowData, ScreenKind};

use super::Bulletins;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::time::day;
use crate::screens::kit::view::{fill, page};
use crate::screens::view::{Canvas, Draw, to_day};

impl Draw for Bulletins {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Bulletins
    }

    fn draw(
        &self,
        &Canvas {
            window, context, ..
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<BulletinsAdapter<'_>>();
        let listing = self.listing();
        adapter.set_page(page(self.list().pager(), &listing.title, &listing.about));
        let rows = self.list().visible().iter().map(|row| RowData {
            title: (&row.title).into(),
            office: (&row.organization).into(),
            day: to_day(day(row.published_at_ms, context.now)),
            unread: row.unread,
            urgent: row.urgent,
            ..RowData::default()
        });
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
