//! A reminder as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use super::Due;
use crate::interruptions::view::Draw;
use crate::screens::kit::time::day;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, to_day};

impl Draw for Due {
    fn draw(&self, overlay: &OverlayAdapter<'_>, canvas: &Canvas<'_>) -> DialogKind {
        overlay.set_text((&self.title).into());
        overlay.set_office((&self.organization).into());
        overlay.set_day(to_day(day(self.starts_at_ms, canvas.context.now)));
        overlay.set_clock(clock(self.starts_at_ms));
        overlay.set_now(self.is_time);
        DialogKind::Reminder
    }
}
