//! Whether the database has turned out to be damaged while this process ran. Every error of the store
//! passes by here on its way into a service's, so nothing that meets a broken page goes unnoticed.

use std::sync::atomic::{AtomicBool, Ordering};

static SEEN: AtomicBool = AtomicBool::new(false);

/// The database said that it is damaged. Said once in the log.
pub(super) fn note(error: &store::Error) {
    if !SEEN.swap(true, Ordering::Relaxed) {
        tracing::error!(%error, "the database is damaged: verify it, and restore the last good backup");
    }
}

/// Whether it ever said so.
#[must_use]
pub fn seen() -> bool {
    SEEN.load(Ordering::Relaxed)
}
