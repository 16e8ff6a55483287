//! Pictures that are in memory alone: what is somebody's own is on no disk, and its pixels go with it.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// Names of pictures that are lent begin so; those of stored files are hashes.
const LENT: &str = "lent:";

/// The name under which the picture with this id is drawn that is lent.
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

    /// Lends these bytes by this name, until whoever holds them lets them go.
    pub(super) fn lend(&mut self, name: &str, bytes: &Arc<[u8]>) {
        self.0.insert(name.to_owned(), Arc::downgrade(bytes));
    }

    /// The names of those that nobody holds any more.
    pub(super) fn gone(&self) -> Vec<String> {
        let gone = self.0.iter().filter(|(_, held)| held.strong_count() == 0);
        gone.map(|(name, _)| name.clone()).collect()
    }

    /// Forgets the name of one.
    pub(super) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Whether it was lent and nobody has it any more.
    pub(super) fn is_gone(&self, name: &str) -> bool {
        name.starts_with(LENT) && self.get(name).is_none()
    }
}
