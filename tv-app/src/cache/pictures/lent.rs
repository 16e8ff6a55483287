//! Pictures that are in memory alone: what is somebody's own is on no disk, and its pixels go with it.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use super::{Entry, Pictures, State};

/// Names of pictures that are lent begin so; those of stored files are hashes.
const LENT: &str = "lent:";

/// The name under which the picture with this id is drawn that is [lent](Pictures::lend).
#[must_use]
pub fn lent_name(id: &str) -> String {
    format!("{LENT}{id}")
}

/// Bytes of pictures by the names under which they are drawn, as long as somebody else holds them.
#[derive(Default)]
pub(super) struct Lent(HashMap<String, Weak<[u8]>>);

impl Lent {
    /// The bytes of one, if it is one and still here.
    pub(super) fn get(&self, name: &str) -> Option<Arc<[u8]>> {
        self.0.get(name)?.upgrade()
    }

    /// Whether it was lent and nobody has it any more.
    pub(super) fn is_gone(&self, name: &str) -> bool {
        name.starts_with(LENT) && self.get(name).is_none()
    }
}

impl Pictures {
    /// From now on the picture with this name, which is a [`lent_name`], is made of these bytes, until whoever
    /// holds them lets them go.
    pub fn lend(&self, name: &str, bytes: &Arc<[u8]>) {
        let mut state = self.handle.shared.state.lock();
        if state.lent.get(name).is_none() {
            state.forget(name);
            let held = Arc::downgrade(bytes);
            state.lent.0.insert(name.to_owned(), held);
        }
    }

    /// Forgets the pixels of what was lent and is held by nobody any more.
    pub fn forget_lent(&self) {
        let shared = &self.handle.shared;
        let mut state = shared.state.lock();
        if state.lent.0.is_empty() {
            return;
        }
        let gone = state
            .lent
            .0
            .iter()
            .filter(|(_, held)| held.strong_count() == 0);
        let gone: Vec<String> = gone.map(|(name, _)| name.clone()).collect();
        for name in gone {
            // While the decoder has it, it is forgotten the next time.
            let Some(mut zoomed) = shared.zoomed.try_lock() else {
                return;
            };
            if zoomed.as_ref().is_some_and(|(whole, _)| *whole == name) {
                *zoomed = None;
            }
            state.forget(&name);
            state.lent.0.remove(&name);
        }
    }
}

impl State {
    /// Forgets every size of one.
    fn forget(&mut self, name: &str) {
        self.waiting.retain(|request| request.key.name != name);
        let freed = &mut self.bytes;
        self.entries.retain(|request, entry| {
            let is_it = request.key.name == name;
            if let (true, Entry::Ready { bitmap, .. }) = (is_it, entry) {
                *freed -= bitmap.rgba.len();
            }
            !is_it
        });
    }
}
