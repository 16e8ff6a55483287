//! A notice as its adapter takes it.

use slint::ComponentHandle;
use tv_ui::{DialogKind, NoticeAdapter, OverlayAdapter};

use super::Notice;
use crate::cache::Fit;
use crate::interruptions::view::Draw;
use crate::screens::kit::time::day;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, to_day};

impl Draw for Notice {
    fn draw(&self, overlay: &OverlayAdapter<'_>, canvas: &Canvas<'_>) -> DialogKind {
        overlay.set_text((&self.title).into());
        overlay.set_office((&self.office).into());
        let adapter = canvas.window.global::<NoticeAdapter<'_>>();
        adapter.set_dated(self.published_at_ms != 0);
        adapter.set_day(to_day(day(self.published_at_ms, canvas.context.now)));
        adapter.set_clock(clock(self.published_at_ms));
        adapter.set_text((&self.text).into());
        adapter.set_pictured(self.picture.is_some());
        let (width, height) = (adapter.get_picture_width(), adapter.get_picture_height());
        let image = self.picture.as_ref().and_then(|picture| {
            let view = canvas.view;
            view.image(&picture.screen.name, width, height, Fit::Cover)
                .or_else(|| view.image(&picture.thumb.name, width, height, Fit::Cover))
        });
        adapter.set_picture(image.unwrap_or_default());
        DialogKind::Urgent
    }
}
