//! Buttons, and lines of the review.

use super::sheet::Place;
use crate::focus::{Area, FocusMap, Layout, Zone};

/// A button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they do")]
pub enum Choice {
    Next,
    Again,
    Done,
    Object,
}

/// A line of the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// All is answered: it can be handed in.
    HandIn,
    /// Something is lacking, here.
    Open(Place),
    /// What is answered here.
    Answer(Place),
}

/// A row of the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is stable of it over refreshes.
    pub(super) key: String,
    /// What it is.
    pub what: Line,
}

/// The answers to whether to hand in; what is safe comes first. Nothing else can be reached.
pub(super) fn answers_focus() -> FocusMap {
    let area = Area::new(400, 700, 1100, 140);
    FocusMap::new(
        "answers",
        vec![Zone::new("answers", Layout::Row, area).with_items(["look", "hand-in"])],
    )
}
