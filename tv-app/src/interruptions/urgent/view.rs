//! A notice as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use super::Notice;
use crate::interruptions::view::Draw;
use crate::screens::Context;

impl Draw for Notice {
    fn draw(&self, overlay: &OverlayAdapter<'_>, _context: &Context<'_>) -> DialogKind {
        overlay.set_text((&self.title).into());
        DialogKind::Urgent
    }
}
