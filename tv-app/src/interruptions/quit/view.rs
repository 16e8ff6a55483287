//! The question as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use super::Leave;
use crate::interruptions::view::Draw;
use crate::screens::view::Canvas;

impl Draw for Leave {
    fn draw(&self, _overlay: &OverlayAdapter<'_>, _canvas: &Canvas<'_>) -> DialogKind {
        DialogKind::Quit
    }
}
