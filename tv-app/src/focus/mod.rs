//! Which item a key moves to. Plain data, no window: a screen describes its zones and the items
//! in them, the engine keeps exactly one item focused, whatever keys come and whatever changes.
//!
//! A screen is a set of [`Zone`]s, each with items in a row, a column or a grid. Inside a zone an
//! arrow moves to the next enabled item. At the edge it leaves the zone: to the neighbour the
//! screen names, otherwise to the nearest zone in that direction. Every zone remembers the item
//! it left. Items are known by a key, so that after a refresh the focus stays on the same thing,
//! or goes to its nearest sibling when that is gone.

mod map;

pub use map::{FocusMap, Remembered, Zone, scroll_window};

/// An arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
}

impl Direction {
    /// All four, for walking over everything.
    pub const ALL: [Self; 4] = [Self::Up, Self::Down, Self::Left, Self::Right];
}

/// How the items of a zone lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Side by side.
    Row,
    /// One below the other.
    Column,
    /// In rows of so many.
    Grid(usize),
}

/// Where a zone lies, in any unit that is the same for all zones of a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

impl Area {
    /// An area from its left, top, width and height.
    #[must_use]
    pub const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    fn centre(self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// One thing that can be focused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is, stable over refreshes, e.g. a document's id.
    pub key: String,
    /// Whether it can be focused now.
    pub enabled: bool,
}

impl Item {
    /// An item that can be focused.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            enabled: true,
        }
    }
}
