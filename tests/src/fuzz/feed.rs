//! What the server says, as a television takes it in: a server of another version, a proxy that
//! answers in its place.

use std::cell::OnceCell;
use std::sync::Arc;

use contract::branch::Branch;
use contract::bulletin::Bulletin;
use contract::feed::{Change, Document, FeedPage};
use contract::kinds::DocumentKind;
use contract::meeting::Meeting;
use contract::programme::Programme;
use contract::township::Township;
use tv_app::cache::Cache;
use tv_app::clock::ManualClock;

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "feed",
    check,
    seeds,
    words: &[
        "\"op\":\"put\"",
        "\"op\":\"delete\"",
        "\"kind\":\"",
        "\"id\":\"",
        "null",
        "true",
        "[]",
        "{}",
        "-1",
        "9223372036854775807",
        "\"blocks\":[",
        "\"cursor\":\"",
        "\"reset\":true",
        "\"more\":true",
        "\\u0000",
        "\\ud800",
        "1e308",
    ],
};

fn seeds() -> Vec<Vec<u8>> {
    let documents: Vec<Document> = vec![
        Township::default().into(),
        Bulletin {
            id: "b".to_owned(),
            title: "公示".to_owned(),
            published_at_ms: 7,
            ..Bulletin::default()
        }
        .into(),
        Programme {
            id: "p".to_owned(),
            title: "讲座".to_owned(),
            ..Programme::default()
        }
        .into(),
        Meeting {
            id: "m".to_owned(),
            title: "大会".to_owned(),
            starts_at_ms: 5,
            ..Meeting::default()
        }
        .into(),
        Branch {
            id: "o".to_owned(),
            ..Branch::default()
        }
        .into(),
    ];
    let page = |changes, reset| FeedPage {
        cursor: "c".to_owned(),
        more: false,
        reset,
        server_time_ms: 1_790_000_000_000,
        changes,
    };
    let mut pages: Vec<FeedPage> = documents
        .iter()
        .map(|document| {
            let document = document.clone();
            page(vec![Change::Put { document }], false)
        })
        .collect();
    let puts = documents
        .into_iter()
        .map(|document| Change::Put { document });
    pages.push(page(puts.collect(), true));
    let id = "b".to_owned();
    pages.push(page(vec![Change::Delete { id }], false));
    let written = pages.iter().map(serde_json::to_vec);
    written.collect::<Result<_, _>>().unwrap_or_default()
}

thread_local! {
    /// One for all inputs, as a television has one for all its years. In the memory's file system
    /// where there is one: every page is written through.
    static CACHE: OnceCell<(tempfile::TempDir, Cache)> = const { OnceCell::new() };
}

#[expect(clippy::expect_used, reason = "a target has nobody to tell")]
fn cache() -> (tempfile::TempDir, Cache) {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .expect("a folder");
    let clock = Arc::new(ManualClock::new(1_790_000_000_000));
    let cache = Cache::open_with(folder.path(), clock, Arc::new(|_| Some(1 << 40)));
    (folder, cache.expect("a cache"))
}

#[expect(clippy::expect_used, reason = "a target has nobody to tell")]
fn check(bytes: &[u8]) {
    let Ok(page) = serde_json::from_slice::<FeedPage>(bytes) else {
        return;
    };
    CACHE.with(|slot| {
        let (_, cache) = slot.get_or_init(cache);
        cache
            .apply(&page)
            .expect("a page that was understood is kept");
        assert_eq!(cache.cursor().as_ref(), Some(&page.cursor));
        for change in &page.changes {
            match change {
                Change::Delete { id } => assert!(!has(cache, id), "{id} is still there"),
                Change::Put { document } => {
                    let last = page.changes.iter().rev().find(|it| of(it) == document.id());
                    if last == Some(change) {
                        check_kept(cache, document);
                    }
                }
            }
        }
        assert!(cache.newest(20).len() <= 20);
        assert!(cache.search("44", 20).len() <= 20);
        for meeting in cache.meetings() {
            assert!(cache.meeting(&meeting.id).is_some());
        }
        for branch in cache.branches() {
            assert!(cache.branch(&branch.id).is_some());
        }
        std::hint::black_box(cache.wanted_files());
    });
}

fn of(change: &Change) -> &str {
    match change {
        Change::Put { document } => document.id(),
        Change::Delete { id } => id,
    }
}

fn has(cache: &Cache, id: &str) -> bool {
    cache.bulletin(id).is_some() || cache.programme(id).is_some() || cache.meeting(id).is_some()
}

/// What was put is what a screen reads.
fn check_kept(cache: &Cache, document: &Document) {
    let id = document.id();
    let kept: Option<Document> = match document.kind() {
        DocumentKind::Township => cache.township().map(Into::into),
        DocumentKind::Bulletin => cache.bulletin(id).map(Into::into),
        DocumentKind::Programme => cache.programme(id).map(Into::into),
        DocumentKind::Meeting => cache.meeting(id).map(Into::into),
        DocumentKind::Branch => cache.branch(id).map(Into::into),
        DocumentKind::Category => cache.category(id).map(Into::into),
        DocumentKind::Evaluation => cache.evaluation(id).map(Into::into),
    };
    assert_eq!(kept.as_ref(), Some(document));
}
