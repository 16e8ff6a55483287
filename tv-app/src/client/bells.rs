//! Bells that wake whoever keeps something up to date: an event has named it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

/// How soon something is to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// As soon as possible.
    Now,
    /// Not more often than is good for whoever answers.
    Soon,
}

/// The bell of one loop. A ring that nobody waits for is heard when somebody does.
#[derive(Default)]
pub(super) struct Bell {
    now: Notify,
    soon: Notify,
    /// All of it is to come, whatever is known.
    whole: AtomicBool,
}

impl Bell {
    /// Rings.
    pub(super) fn ring(&self, when: When) {
        self.of(when).notify_one();
    }

    /// Completes when it was rung in this way since the last call.
    pub(super) async fn rung(&self, when: When) {
        self.of(when).notified().await;
    }

    /// Has all of it come with the next answer, whatever is known.
    pub(super) fn want_whole(&self) {
        self.whole.store(true, Ordering::Release);
    }

    /// Whether all of it was wanted since the last call.
    pub(super) fn whole_was_wanted(&self) -> bool {
        self.whole.swap(false, Ordering::AcqRel)
    }

    fn of(&self, when: When) -> &Notify {
        match when {
            When::Now => &self.now,
            When::Soon => &self.soon,
        }
    }
}

/// All bells by their names.
#[derive(Default)]
pub(super) struct Bells(Mutex<BTreeMap<&'static str, Arc<Bell>>>);

impl Bells {
    /// The bell with this name.
    pub(super) fn of(&self, name: &'static str) -> Arc<Bell> {
        Arc::clone(self.0.lock().entry(name).or_default())
    }

    /// Rings every one for all there is.
    pub(super) fn want_everything(&self) {
        for bell in self.0.lock().values() {
            bell.want_whole();
            bell.ring(When::Now);
        }
    }

    /// Rings every one: what happened while nobody could tell us may be anything. Whoever has no bell
    /// yet has not begun, and asks when it does.
    pub(super) fn ring_all(&self) {
        for bell in self.0.lock().values() {
            bell.ring(When::Now);
        }
    }
}
