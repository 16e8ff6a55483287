//! What had to be looked up to play a programme.

use std::sync::Arc;

use contract::captions::Captions;

/// How captions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptionSize {
    /// Not at all.
    #[default]
    Off,
    /// As large as other text.
    Small,
    /// Larger.
    Large,
}

impl CaptionSize {
    /// From the setting; not set means: large in large text.
    #[must_use]
    pub fn of_setting(setting: Option<&str>, large_text: bool) -> Self {
        match setting {
            Some("on") => Self::Large,
            Some("small") => Self::Small,
            None if large_text => Self::Large,
            _ => Self::Off,
        }
    }

    /// As the setting has it.
    pub(super) const fn setting(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Small => "small",
            Self::Large => "on",
        }
    }

    /// What the button makes of it.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Large => Self::Small,
            Self::Small => Self::Off,
            Self::Off => Self::Large,
        }
    }
}

/// What had to be looked up to play a programme.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Captions, if there are any and they are here.
    pub captions: Option<Arc<Captions>>,
    /// How captions are to be shown.
    pub caption_size: CaptionSize,
    /// Loudness, 0 to 100.
    pub volume: u8,
    /// The programme needs a network that is not there.
    pub unreachable: bool,
}

impl PartialEq for Loaded {
    fn eq(&self, other: &Self) -> bool {
        self.caption_size == other.caption_size
            && self.volume == other.volume
            && self.unreachable == other.unreachable
    }
}
