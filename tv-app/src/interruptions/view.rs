//! What lies over the screens, as its adapter takes it. Decides nothing.

use tv_ui::{DialogKind, OverlayAdapter};

use super::provider::NoQuestion;
use crate::screens::view::Canvas;

/// How a question gets into the window; implemented in its provider's `view.rs`.
pub(super) trait Draw {
    /// Copies what it says into the adapter, and says which words go with it.
    fn draw(&self, overlay: &OverlayAdapter<'_>, canvas: &Canvas<'_>) -> DialogKind;
}

impl Draw for NoQuestion {
    fn draw(&self, _overlay: &OverlayAdapter<'_>, _canvas: &Canvas<'_>) -> DialogKind {
        match *self {}
    }
}
