//! Stored files: immutable, named by their content, fetched over HTTP with ranges.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A stored file. Its name never changes meaning, so it may be cached for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct FileRef {
    /// Name below `/files/`: SHA-256 of the content in hex, a dot, and the extension.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Media type, e.g. `image/jpeg`.
    pub media_type: String,
}

impl FileRef {
    /// Path on the server, e.g. `/files/9f…c1.jpg`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/files/{}", self.name)
    }
}

/// A photograph or drawing in the sizes a terminal needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Picture {
    /// Fits 1920×1080, upright.
    pub screen: FileRef,
    /// Width of `screen` in pixels.
    pub width: u32,
    /// Height of `screen` in pixels.
    pub height: u32,
    /// Fits 640×360, for lists and tiles.
    pub thumb: FileRef,
    /// As delivered, for zooming; only when it has more pixels than `screen`.
    #[serde(default)]
    pub original: Option<FileRef>,
    /// What the picture shows, for reading aloud and as its caption.
    #[serde(default)]
    pub caption: String,
}
