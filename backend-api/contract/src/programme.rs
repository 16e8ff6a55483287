//! Programmes: video on demand.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::file::{FileRef, Picture};
use crate::kinds::FeedDocument;
use crate::organization::OrganizationRef;

/// A programme as a terminal shows and plays it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Programme {
    /// Id.
    pub id: String,
    /// The list it belongs to: the `id` of a [`Listing`](crate::township::Listing).
    pub category: String,
    /// Who publishes it.
    pub organization: OrganizationRef,
    /// Title.
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// When it was published.
    pub published_at_ms: i64,
    /// Length.
    pub duration_ms: i64,
    /// Still picture.
    pub poster: Picture,
    /// The same programme in different qualities, best first. Never empty.
    pub renditions: Vec<Rendition>,
    /// Captions, one a language.
    #[serde(default)]
    pub captions: Vec<Caption>,
}

impl FeedDocument for Programme {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        Some(self.published_at_ms)
    }
}

/// One file a terminal can play.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rendition {
    /// The file.
    pub file: FileRef,
    /// Picture width in pixels.
    pub width: u32,
    /// Picture height in pixels.
    pub height: u32,
    /// Bits per second, picture and sound together.
    pub bitrate: u64,
    /// Whether it has sound.
    pub has_audio: bool,
}

/// WebVTT captions in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Caption {
    /// BCP 47 language tag, e.g. `zh-CN`.
    pub language: String,
    /// The `.vtt` file, UTF-8.
    pub file: FileRef,
}
