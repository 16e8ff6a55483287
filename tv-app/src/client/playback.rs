//! Where a player finds a programme.

use std::path::PathBuf;

use contract::programme::{Caption, Programme};

use crate::cache::Cache;

/// Where a player finds a programme.
#[derive(Clone, PartialEq, Eq)]
pub struct Playback {
    /// `file://` when it is kept, otherwise `http(s)://`.
    pub uri: String,
    /// Bearer token for `http(s)`. Secret.
    pub bearer: Option<String>,
    /// True when it plays without a network.
    pub offline: bool,
    /// Captions, one a language; the path when the file is here.
    pub captions: Vec<PlaybackCaption>,
}

/// Captions of a [`Playback`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaybackCaption {
    /// BCP 47 language tag.
    pub language: String,
    /// Name of the stored `.vtt` file.
    pub name: String,
    /// Where it is on the disk; `None` until it was fetched.
    pub path: Option<PathBuf>,
}

impl std::fmt::Debug for Playback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Playback")
            .field("uri", &self.uri)
            .field("bearer", &self.bearer.as_ref().map(|_| "<secret>"))
            .field("offline", &self.offline)
            .field("captions", &self.captions)
            .finish()
    }
}

/// Where to play a kept programme from, without asking anybody; `None` when it is not kept.
#[must_use]
pub fn offline_playback(cache: &Cache, programme: &Programme) -> Option<Playback> {
    let path = cache.kept_file(programme)?.canonicalize().ok()?;
    Some(Playback {
        uri: url::Url::from_file_path(path).ok()?.into(),
        bearer: None,
        offline: true,
        captions: captions_of(cache, programme),
    })
}

pub(super) fn captions_of(cache: &Cache, programme: &Programme) -> Vec<PlaybackCaption> {
    let caption = |caption: &Caption| PlaybackCaption {
        language: caption.language.clone(),
        name: caption.file.name.clone(),
        path: cache.file_path(&caption.file.name),
    };
    programme.captions.iter().map(caption).collect()
}
