//! Settings and the pages below them.

mod about;
mod key_test;
mod list;
mod network;
pub mod view;
mod wizard;

pub use about::About;
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
    /// `on` or `off`; not set means: on in large text.
    pub const CAPTIONS: &str = "captions";
}
