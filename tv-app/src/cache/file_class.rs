//! How much the files matter that are kept.

/// How much a file matters. The least important goes first; among equals, the one that was read
/// longest ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileClass {
    /// No present document needs it.
    Leftover,
    /// A picture as delivered, for zooming.
    Original,
    /// A picture for the whole screen, or captions.
    Screen,
    /// A picture for lists and tiles.
    Thumb,
    /// The video of a programme that somebody asked to keep.
    Kept,
}

impl FileClass {
    /// As it is stored: higher matters more.
    #[must_use]
    pub fn rank(self) -> i64 {
        match self {
            Self::Leftover => 0,
            Self::Original => 1,
            Self::Screen => 2,
            Self::Thumb => 3,
            Self::Kept => 4,
        }
    }

    pub(super) fn from_rank(rank: i64) -> Self {
        match rank {
            1 => Self::Original,
            2 => Self::Screen,
            3 => Self::Thumb,
            4 => Self::Kept,
            _ => Self::Leftover,
        }
    }
}
