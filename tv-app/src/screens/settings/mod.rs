//! Settings and the pages below them.

mod about;
mod auto_join;
mod capture;
pub mod choice;
mod key_test;
mod list;
mod network;
pub mod view;
mod wizard;

pub use about::About;
pub use auto_join::joins_by_itself;
pub use capture::{CaptureScreen, Check, Loudness, Row};
pub use key_test::KeyTest;
pub use list::{Choice, Kind, Settings, TEXT_SIZES};
pub use network::Network;
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
    /// `on` or `off`: whether a meeting begins by itself when nobody answers the call to it; not
    /// set means: on at stations.
    pub const AUTO_JOIN: &str = "auto_join";
    /// `on` or `off`: whether results are read aloud by themselves; not set means: off.
    pub const READ_ALOUD: &str = "read_aloud";
    /// Which camera meetings see, as [`choice`](super::choice) writes it; not set means that nobody has
    /// chosen, and nobody can be called on.
    pub const CAMERA: &str = "camera";
    /// Which microphone meetings hear: like [`CAMERA`].
    pub const MICROPHONE: &str = "microphone";
}
