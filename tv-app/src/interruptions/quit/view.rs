//! The question as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use super::Leave;
use crate::interruptions::view::Draw;
use crate::screens::Context;

impl Draw for Leave {
    fn draw(&self, _overlay: &OverlayAdapter<'_>, _context: &Context<'_>) -> DialogKind {
        DialogKind::Quit
    }
}
