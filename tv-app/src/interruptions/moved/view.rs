//! What became of a meeting, as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use super::Moved;
use crate::interruptions::view::Draw;
use crate::screens::kit::time::{day, time_of_day};
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, to_day};

impl Draw for Moved {
    fn draw(&self, overlay: &OverlayAdapter<'_>, canvas: &Canvas<'_>) -> DialogKind {
        let (_, _, weekday) = time_of_day(self.starts_at_ms);
        overlay.set_text((&self.title).into());
        overlay.set_office((&self.organization).into());
        overlay.set_day(to_day(day(self.starts_at_ms, canvas.context.now)));
        overlay.set_weekday(weekday);
        overlay.set_clock(clock(self.starts_at_ms));
        if self.off {
            DialogKind::CalledOff
        } else {
            DialogKind::Moved
        }
    }
}
