//! Terminal tokens in memory, so that an ordinary poll asks no database: 15,651 terminals take
//! about 5 MB. Also gathers which terminals were heard of, to be written in batches.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use contract::terminal::Terminal;
use parking_lot::{Mutex, RwLock};
use sha2::{Digest as _, Sha256};
use store::Store;

use super::error::{Result, ServiceError};
use super::files::hex;
use super::terminals;

/// How often at most a terminal's `seen_at` is written, in milliseconds.
const SEEN_EVERY_MS: i64 = 60_000;

/// A terminal whose token is good.
#[derive(Debug)]
pub struct Known {
    /// Its id.
    pub terminal_id: Arc<str>,
    /// The organization it belongs to.
    pub organization_id: Arc<str>,
    seen_noted_ms: AtomicI64,
}

/// The tokens that were used lately.
#[derive(Debug, Default)]
pub struct Tokens {
    known: RwLock<HashMap<[u8; 32], Arc<Known>>>,
    /// Counts how often something was forgotten.
    generation: AtomicU64,
    seen: Mutex<Vec<(String, i64)>>,
}

impl Tokens {
    /// The terminal of a token that was used before. Never blocks for long.
    #[must_use]
    pub fn cached(&self, token: &str, now_ms: i64) -> Option<Arc<Known>> {
        let known = self.known.read().get(&digest(token)).cloned()?;
        self.note_seen(&known, now_ms);
        Some(known)
    }

    /// The terminal of a token, from the database. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`], [`ServiceError::Revoked`].
    pub fn look_up(&self, store: &Store, token: &str, now_ms: i64) -> Result<Arc<Known>> {
        let digest = digest(token);
        let generation = self.generation.load(Ordering::SeqCst);
        let terminal = terminals::by_token_sha256(store, &hex(&digest))?;
        if terminal.revoked_at_ms.is_some() {
            return Err(ServiceError::Revoked);
        }
        let known = Arc::new(Known::new(terminal));
        let mut all = self.known.write();
        // A revocation between look-up and here must not be overwritten by what was read before.
        if self.generation.load(Ordering::SeqCst) == generation {
            all.insert(digest, Arc::clone(&known));
        }
        drop(all);
        self.note_seen(&known, now_ms);
        Ok(known)
    }

    /// Forgets one terminal's token.
    pub fn forget(&self, terminal_id: &str) {
        let mut all = self.known.write();
        self.generation.fetch_add(1, Ordering::SeqCst);
        all.retain(|_, known| &*known.terminal_id != terminal_id);
    }

    /// Forgets every token; each is looked up again when it is next used. Answers the terminals
    /// that were known.
    pub fn forget_all(&self) -> Vec<Arc<Known>> {
        let mut all = self.known.write();
        self.generation.fetch_add(1, Ordering::SeqCst);
        all.drain().map(|(_, known)| known).collect()
    }

    /// Terminals heard of since the last call, each with a Unix time in milliseconds.
    #[must_use]
    pub fn take_seen(&self) -> Vec<(String, i64)> {
        std::mem::take(&mut *self.seen.lock())
    }

    fn note_seen(&self, known: &Known, now_ms: i64) {
        let noted = known.seen_noted_ms.load(Ordering::Relaxed);
        if now_ms - noted < SEEN_EVERY_MS {
            return;
        }
        let first = known
            .seen_noted_ms
            .compare_exchange(noted, now_ms, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
        if first {
            self.seen
                .lock()
                .push((known.terminal_id.to_string(), now_ms));
        }
    }
}

impl Known {
    fn new(terminal: Terminal) -> Self {
        Self {
            terminal_id: terminal.id.into(),
            organization_id: terminal.organization.id.into(),
            // Not its kept value: the database moves in minutes, and a restart may write once.
            seen_noted_ms: AtomicI64::new(0),
        }
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
