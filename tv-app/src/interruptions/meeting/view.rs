//! The call to a meeting as its adapter takes it.

use contract::meeting::MeetingKind;
use tv_ui::{DialogKind, OverlayAdapter};

use super::Call;
use crate::interruptions::view::Draw;
use crate::screens::view::Canvas;

impl Draw for Call {
    fn draw(&self, overlay: &OverlayAdapter<'_>, _canvas: &Canvas<'_>) -> DialogKind {
        overlay.set_text((&self.title).into());
        overlay.set_office((&self.organization).into());
        overlay.set_conference(self.kind == MeetingKind::Conference);
        overlay.set_by_itself(self.by_itself);
        DialogKind::Meeting
    }
}
