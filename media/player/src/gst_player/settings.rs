//! How a player is set up.

/// Where sound goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sound {
    /// The box's sound device, and silently on when it has none.
    #[default]
    Device,
    /// Nowhere, in step with the picture.
    Silent,
}

/// How a player is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where sound goes.
    pub sound: Sound,
    /// Lets the decoder leave out pictures that would come too late, so that a slow box keeps in
    /// step with the sound. Off where every picture must be counted.
    pub skip_late_pictures: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sound: Sound::Device,
            skip_late_pictures: true,
        }
    }
}
