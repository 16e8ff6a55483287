//! Settings and the pages below them.

mod about;
mod auto_join;
mod capture;
pub mod choice;
mod installation;
mod key_test;
mod list;
mod rows;
mod simple_mode;
pub mod view;
mod wizard;

pub use about::About;
pub use auto_join::joins_by_itself;
pub use capture::{CaptureScreen, Check, Loudness, Row};
pub use installation::Installation;
pub use key_test::KeyTest;
pub use list::Settings;
pub use rows::{Choice, Group, Kind, STEPS, Shape, TEXT_SIZES, VOLUME, next_text_size};
pub use simple_mode::{is_simple, simple_mode};
pub use wizard::{RawKey, Step, Wizard};

/// Name of a setting in the cache.
pub mod name {
    /// Text size in percent.
    pub const TEXT_SIZE: &str = "text_size";
    /// Safe area in percent of each edge.
    pub const SAFE_AREA: &str = "safe_area";
    /// `standard` or `projector`.
    pub const THEME: &str = "theme";
    /// `zh` or `en`.
    pub const LANGUAGE: &str = "language";
    /// Loudness, 0 to 100.
    pub const VOLUME: &str = "volume";
    /// `on` (large), `small` or `off`; not set means: large in large text.
    pub const CAPTIONS: &str = "captions";
    /// `regular` or `bold`; not set means: regular.
    pub const CAPTION_WEIGHT: &str = "caption_weight";
    /// What captions stand on, `shade` or `none`; not set means: a shade.
    pub const CAPTION_GROUND: &str = "caption_ground";
    /// Where they stand, `bottom` or `top`; not set means: at the bottom.
    pub const CAPTION_PLACE: &str = "caption_place";
    /// `on` or `off`: whether a meeting begins by itself when nobody answers the call to it; not
    /// set means: on at stations.
    pub const AUTO_JOIN: &str = "auto_join";
    /// `on` or `off`: whether results are read aloud by themselves; not set means: off.
    pub const READ_ALOUD: &str = "read_aloud";
    /// `on` or `off`: the simple mode (长辈模式); not set means: off.
    pub const SIMPLE: &str = "simple";
    /// What [`ALOUD`] and [`READ_ALOUD`] were before the simple mode, with a space between.
    pub const BEFORE_SIMPLE: &str = "before_simple";
    /// `on` or `off`: whether whatever has the focus is read aloud; not set means: off.
    pub const ALOUD: &str = "aloud";
    /// How fast it is read, `slowest`, `slow`, `normal`, `fast` or `fastest`; not set means: normal.
    pub const SPEED: &str = "speed";
    /// Which camera meetings see, as [`choice`](super::choice) writes it; not set means that nobody has
    /// chosen, and nobody can be called on.
    pub const CAMERA: &str = "camera";
    /// Which microphone meetings hear: like [`CAMERA`].
    pub const MICROPHONE: &str = "microphone";
}
