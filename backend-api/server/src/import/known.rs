//! What earlier imports left, and the hashes by which one tells whether anything changed.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use store::{Outcome, SourceEntry};

use super::{ImportContext, ImportError};
use crate::services::files::hex;
use crate::services::kit::publishing::{self, Kind};

/// Part of every hash: raise it when the same files would be imported differently.
pub(super) const FORMAT: &str = "1";

/// What was imported of a kind before, by key.
pub(super) struct Known(BTreeMap<String, SourceEntry>);

impl Known {
    /// What has keys that begin with `prefix`.
    ///
    /// # Errors
    /// The database failed.
    pub(super) fn of(
        context: &ImportContext,
        kind: &Kind,
        prefix: &str,
    ) -> Result<Self, ImportError> {
        let entries = publishing::known(&context.store, kind)?.into_iter();
        let by_key = entries
            .filter(|entry| entry.key.starts_with(prefix))
            .map(|entry| (entry.key.clone(), entry));
        Ok(Self(by_key.collect()))
    }

    /// Whether there was ever one with this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Whether it is as it was.
    pub(super) fn is_unchanged(&self, key: &str, hash: &str) -> bool {
        let known = self.0.get(key).and_then(|entry| entry.hash.as_deref());
        known == Some(hash)
    }

    /// What importing it would do, now that it is not unchanged.
    pub(super) fn expected(&self, key: &str) -> Outcome {
        if self.has(key) {
            Outcome::Updated
        } else {
            Outcome::Created
        }
    }

    /// What was there after the last import and is not present now.
    pub(super) fn gone(self, present: &BTreeSet<String>) -> Vec<SourceEntry> {
        let gone = self.0.into_values();
        gone.filter(|entry| entry.hash.is_some() && !present.contains(&entry.key))
            .collect()
    }
}

/// One hash over several parts, each preceded by its length so that they cannot run together.
pub(super) fn hash_of(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}
