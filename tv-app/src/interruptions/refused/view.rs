//! A refusal as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use crate::cache::ToldLater;
use crate::interruptions::view::Draw;
use crate::screens::people_view::refusal;
use crate::screens::view::Canvas;

impl Draw for ToldLater {
    fn draw(&self, overlay: &OverlayAdapter<'_>, _canvas: &Canvas<'_>) -> DialogKind {
        overlay.set_text((&self.title).into());
        overlay.set_name((&self.name).into());
        overlay.set_refusal(refusal(self.refusal.code));
        overlay.set_asked(self.is_of_request());
        DialogKind::Refused
    }
}
