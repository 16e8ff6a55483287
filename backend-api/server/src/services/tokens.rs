//! Terminal tokens in memory, so that an ordinary poll asks no database: 15,651 terminals take
//! about 5 MB. Also gathers which terminals were heard of, to be written in batches.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use contract::terminal::{Terminal, TerminalKind, TerminalStorage};
use parking_lot::{Mutex, RwLock};
use sha2::{Digest as _, Sha256};
use store::Store;
use store::journal::Listener;

use super::files::hex;
use super::kit::error::{Result, ServiceError};
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
    /// What it is, what it is called and what its organization is called: what it is told of itself.
    kind: TerminalKind,
    names: (String, String),
    seen_noted_ms: AtomicI64,
    /// Where it keeps things, as it is in the database.
    storage: Mutex<Option<TerminalStorage>>,
    /// It was revoked or is something else by now.
    outdated: AtomicBool,
}

/// A terminal that is not what it was.
#[derive(Debug)]
pub struct Changed {
    /// What was known of it.
    pub before: Arc<Known>,
    /// What it is now; `None`: its token is void.
    pub now: Option<Arc<Known>>,
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
        let known = loop {
            let generation = self.generation.load(Ordering::SeqCst);
            let terminal = terminals::by_token_sha256(store, &hex(&digest))?;
            if terminal.revoked_at_ms.is_some() {
                return Err(ServiceError::Revoked);
            }
            let known = Arc::new(Known::new(terminal));
            let mut all = self.known.write();
            // What was read before a change must neither be kept nor used: nobody would be told of it.
            if self.generation.load(Ordering::SeqCst) == generation {
                all.insert(digest, Arc::clone(&known));
                break known;
            }
        };
        self.note_seen(&known, now_ms);
        Ok(known)
    }

    /// Compares the tokens that are known, of those concerned or all, with the database, and answers
    /// which terminals are not what they were. All others stay known: whoever only listens and asks for nothing must be found the next
    /// time, too. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn look_again(
        &self,
        store: &Store,
        concerned: Option<&BTreeSet<Listener>>,
    ) -> Result<Vec<Changed>> {
        // A terminal that moved is concerned wherever it was known to stand.
        let (mut one, mut all_of) = (HashSet::new(), HashSet::new());
        for listener in concerned.into_iter().flatten() {
            match &listener.terminal_id {
                Some(id) => one.insert(id.as_str()),
                None => all_of.insert(listener.organization_id.as_str()),
            };
        }
        let is_concerned = |known: &Known| {
            concerned.is_none()
                || one.contains(&*known.terminal_id)
                || all_of.contains(&*known.organization_id)
        };
        let known: Vec<_> = {
            let all = self.known.write();
            // A look-up that is under way has read what may be old by now.
            self.generation.fetch_add(1, Ordering::SeqCst);
            all.iter()
                .filter(|(_, known)| is_concerned(known))
                .map(|(digest, known)| (*digest, Arc::clone(known)))
                .collect()
        };
        let ids: Vec<&str> = known.iter().map(|(_, known)| &*known.terminal_id).collect();
        let terminals = store.read(|tx| store::terminals::by_ids(tx, &ids))?;
        let mut good: HashMap<String, Arc<Known>> = terminals
            .into_iter()
            .filter(|terminal| terminal.revoked_at_ms.is_none())
            .map(|terminal| (terminal.id.clone(), Arc::new(Known::new(terminal))))
            .collect();
        let mut found = Vec::new();
        for (digest, before) in known {
            let now = good.remove(&*before.terminal_id);
            if !now.as_ref().is_some_and(|now| now.is_as(&before)) {
                found.push((digest, Changed { before, now }));
            }
        }
        let mut all = self.known.write();
        let changed = found.into_iter().map(|(digest, changed)| {
            match &changed.now {
                Some(now) => all.insert(digest, Arc::clone(now)),
                None => all.remove(&digest),
            };
            // Before anybody is told: see `Known::is_outdated`.
            changed.before.outdated.store(true, Ordering::SeqCst);
            changed
        });
        Ok(changed.collect())
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
    /// Whether the terminal was told, or is about to be, that it is something else now. Whoever begins to
    /// listen asks afterwards: so nobody listens for ever where there is nothing to hear.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.outdated.load(Ordering::SeqCst)
    }

    /// Whether this is where it keeps things, as far as the database knows.
    #[must_use]
    pub fn keeps_in(&self, storage: TerminalStorage) -> bool {
        *self.storage.lock() == Some(storage)
    }

    /// The database knows now where it keeps things.
    pub fn note_storage(&self, storage: TerminalStorage) {
        *self.storage.lock() = Some(storage);
    }

    fn is_as(&self, other: &Self) -> bool {
        self.organization_id == other.organization_id
            && self.kind == other.kind
            && self.names == other.names
    }

    fn new(terminal: Terminal) -> Self {
        Self {
            terminal_id: terminal.id.into(),
            organization_id: terminal.organization.id.into(),
            kind: terminal.kind,
            storage: Mutex::new(terminal.storage),
            names: (terminal.name, terminal.organization.name),
            outdated: AtomicBool::new(false),
            // Not its kept value: the database moves in minutes, and a restart may write once.
            seen_noted_ms: AtomicI64::new(0),
        }
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
