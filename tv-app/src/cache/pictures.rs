//! Decoded pictures in memory, scaled to the size at which they are shown.

use std::sync::Arc;

use super::Cache;

/// How a picture fills its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Fills the place, cutting what sticks out evenly on both sides.
    Cover,
    /// Whole and inside the place; the bitmap may be smaller than it.
    Contain,
}

/// Which picture, and how large.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PictureKey {
    /// Name of the stored file.
    pub name: String,
    /// Width of its place in pixels.
    pub width: u32,
    /// Height of its place in pixels.
    pub height: u32,
    /// How it fills the place.
    pub fit: Fit,
}

/// Part of a picture, in its own pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// A decoded picture: RGBA, 8 bits a channel, not premultiplied, rows without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// What became of a picture that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureState {
    /// In memory: [`Pictures::get`] answers it.
    Ready,
    /// Being decoded or waiting for its turn.
    Waiting,
    /// The file is not here yet; the client was asked to fetch it first.
    Missing,
    /// It cannot be decoded and will not be tried again.
    Broken,
}

/// Decodes pictures in the background and keeps the newest 64 MiB of them.
#[derive(Clone)]
pub struct Pictures {
    cache: Cache,
}

impl Pictures {
    /// Starts the decoder. `on_ready` is called from its thread after something was decoded.
    #[must_use]
    pub fn start(cache: Cache, on_ready: Arc<dyn Fn() + Send + Sync>) -> Self {
        let _ = on_ready;
        Self { cache }
    }

    /// The picture when it is in memory; otherwise asks for it and answers `None`. Never blocks.
    #[must_use]
    pub fn get(&self, key: &PictureKey) -> Option<Arc<Bitmap>> {
        let _ = (&self.cache, key);
        None
    }

    /// Part of a picture scaled into a place, for zooming; as [`Pictures::get`].
    #[must_use]
    pub fn region(
        &self,
        name: &str,
        region: Region,
        width: u32,
        height: u32,
    ) -> Option<Arc<Bitmap>> {
        let _ = (name, region, width, height);
        None
    }

    /// How far a picture is.
    #[must_use]
    pub fn state(&self, key: &PictureKey) -> PictureState {
        let _ = key;
        PictureState::Waiting
    }

    /// A file has arrived: what was missing because of it is decoded now.
    pub fn file_ready(&self, name: &str) {
        let _ = name;
    }

    /// Forgets requests that have not begun, as when the screen changes.
    pub fn forget_waiting(&self) {}
}
