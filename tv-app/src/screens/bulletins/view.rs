//! Fills `BulletinsAdapter`.

use slint::ComponentHandle;
use tv_ui::{BulletinsAdapter, Pane, RowData, ScreenKind, Tokens};

use super::Bulletins;
use crate::cache::Fit;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::time::day;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::view::{Canvas, Corners, Draw, to_day};

impl Draw for Bulletins {
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
        let listing = self.listing();
        adapter.set_page(page(self.list().pager(), &listing.title, &listing.about));
        adapter.set_focus_at(focus_at(self.list().pager()));
        let width = window.global::<Pane<'_>>().get_thumb_width();
        let height = window.global::<Tokens<'_>>().get_row_height();
        let rows = self.list().visible().iter().map(|row| {
            let picture = view.cut_row_image(
                row.cover.as_ref(),
                width,
                height,
                Fit::Cover,
                Corners::Right,
            );
            RowData {
                title: (&row.title).into(),
                office: (&row.organization).into(),
                day: to_day(day(row.published_at_ms, context.now)),
                unread: row.unread,
                urgent: row.urgent,
                has_picture: picture.is_some(),
                picture: picture.unwrap_or_default(),
                ..RowData::default()
            }
        });
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
