//! Tests of the cache as a whole.

mod branches;
mod commands;
mod damage;
mod duty;
mod evaluations;
mod feed;
mod files;
mod gone;
mod kill;
mod meetings;
mod outbox;
mod pictures;
mod progress;
mod reports;
mod requests;
mod sign_in;
mod storage;

use std::sync::Arc;

use contract::bulletin::Bulletin;
use contract::feed::{Change, Document, FeedPage};
use contract::file::{FileRef, Picture};
use contract::organization::OrganizationRef;
use contract::programme::{Programme, Rendition};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{Cache, ManualClock};

/// 2026-11-22 in Unix ms.
pub(crate) const NOW: i64 = 1_795_305_600_000;

pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) cache: Cache,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let cache = open(&dir, &clock);
        Self { dir, clock, cache }
    }

    /// As after a crash: everything in memory is gone.
    pub(crate) fn reopen(&mut self) {
        self.cache = open(&self.dir, &self.clock);
    }
}

fn open(dir: &TempDir, clock: &Arc<ManualClock>) -> Cache {
    Cache::open_with(
        dir.path(),
        Arc::clone(clock) as _,
        Arc::new(|_| Some(1 << 40)),
    )
    .unwrap()
}

pub(crate) fn file_ref(content: &[u8], extension: &str) -> FileRef {
    let hash = super::files::hex(&Sha256::digest(content));
    FileRef {
        name: format!("{hash}.{extension}"),
        bytes: content.len() as u64,
        media_type: "image/png".to_owned(),
    }
}

pub(crate) fn picture(content: &[u8]) -> Picture {
    let file = file_ref(content, "png");
    Picture {
        screen: file.clone(),
        width: 16,
        height: 9,
        thumb: file,
        original: None,
        caption: String::new(),
    }
}

pub(crate) fn bulletin(id: &str, list: &str, title: &str, published_at_ms: i64) -> Bulletin {
    Bulletin {
        id: id.to_owned(),
        list: list.to_owned(),
        organization: OrganizationRef {
            id: "o".to_owned(),
            name: "清河镇".to_owned(),
        },
        title: title.to_owned(),
        published_at_ms,
        ..Bulletin::default()
    }
}

pub(crate) fn programme(id: &str, poster: &[u8], video: &[u8]) -> Programme {
    Programme {
        id: id.to_owned(),
        category: "scenery".to_owned(),
        title: format!("节目{id}"),
        published_at_ms: NOW,
        duration_ms: 100_000,
        poster: picture(poster),
        renditions: vec![Rendition {
            file: file_ref(video, "mp4"),
            width: 1280,
            height: 720,
            ..Rendition::default()
        }],
        ..Programme::default()
    }
}

pub(crate) fn page(cursor: &str, documents: Vec<Document>) -> FeedPage {
    FeedPage {
        cursor: cursor.to_owned(),
        server_time_ms: NOW,
        changes: documents
            .into_iter()
            .map(|document| Change::Put { document })
            .collect(),
        ..FeedPage::default()
    }
}
