//! What is said, as its adapter takes it.

use tv_ui::{DialogKind, OverlayAdapter};

use super::Revoked;
use crate::interruptions::view::Draw;
use crate::screens::view::Canvas;

impl Draw for Revoked {
    fn draw(&self, _overlay: &OverlayAdapter<'_>, _canvas: &Canvas<'_>) -> DialogKind {
        DialogKind::Revoked
    }
}
