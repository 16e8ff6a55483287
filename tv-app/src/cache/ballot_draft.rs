//! Answers that somebody has begun to give and has not handed in. Each is on the disk as soon as it is
//! given, so that a power cut costs nothing; and they are gone from it as soon as the ballot is.
//!
//! They are sealed (XChaCha20-Poly1305) with a key made of the PIN or card that the person proves who
//! they are with (Argon2id): the next person of the household cannot open them, and whoever opens the
//! box finds nothing to read. **How far that goes:** a PIN has six digits. Somebody who takes the disk
//! out and is ready to compute for days can try all of them; it keeps out neighbours, not
//! laboratories. So nothing is kept longer than it has to be: a draft goes when the ballot is written
//! down, when the evaluation closes or is taken back, with the enrolment, and after five wrong attempts to open it.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use contract::form::Answer;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::CacheError;
use super::files::hex;
use super::handle::Cache;

/// A draft goes after so many attempts to open it with something else.
pub const MOST_TRIES: u32 = 5;

/// Memory for making a key, in KiB: what a small box has to spare for a moment.
const MEMORY_KIB: u32 = 8 * 1024;
/// Passes over it: a tenth of a second on a small box.
const PASSES: u32 = 2;
/// Bytes of the nonce before what is sealed.
const NONCE: usize = 24;
/// What is sealed is filled up to a multiple of this, in bytes: its length says nothing.
const BLOCK: usize = 1024;

/// Whose answers to what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftOf {
    /// The evaluation.
    pub evaluation_id: String,
    /// The member.
    pub member_id: String,
}

impl DraftOf {
    fn id(&self) -> String {
        format!("{} {}", self.evaluation_id, self.member_id)
    }
}

/// What somebody has answered so far.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotDraft {
    /// The form that was shown.
    pub form_hash: String,
    /// The answers.
    pub answers: Vec<Answer>,
    /// The question that was on the screen, and the row of it.
    pub at: (usize, usize),
    /// Fills it up.
    #[serde(default)]
    padding: String,
}

impl BallotDraft {
    /// These answers.
    #[must_use]
    pub const fn new(form_hash: String, answers: Vec<Answer>, at: (usize, usize)) -> Self {
        Self {
            form_hash,
            answers,
            at,
            padding: String::new(),
        }
    }
}

// A choice must never reach a log.
impl std::fmt::Debug for BallotDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BallotDraft").finish_non_exhaustive()
    }
}

/// Seals and opens the answers of one person. In memory only while they answer.
#[derive(Clone, PartialEq, Eq)]
pub struct DraftKey {
    salt: String,
    key: [u8; 32],
}

impl std::fmt::Debug for DraftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DraftKey").finish_non_exhaustive()
    }
}

impl DraftKey {
    /// Made of what they prove who they are with. `salt` is another one for everybody.
    fn derive(secret: &str, salt: String) -> Option<Self> {
        let mut key = [0; 32];
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(key.len())).ok()?;
        let made = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
            secret.as_bytes(),
            salt.as_bytes(),
            &mut key,
        );
        made.inspect_err(|error| tracing::error!(%error, "no key can be made"))
            .ok()?;
        Some(Self { salt, key })
    }

    /// A new one, for somebody who begins. `unique` never comes twice.
    #[must_use]
    pub fn fresh(secret: &str, unique: &str) -> Option<Self> {
        Self::derive(secret, hex(&Sha256::digest(unique.as_bytes())))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }

    /// Seals answers. `unique` never comes twice. `None` when it cannot be done.
    #[must_use]
    pub fn seal(&self, of: &DraftOf, draft: &BallotDraft, unique: &str) -> Option<SealedDraft> {
        let mut draft = draft.clone();
        draft.padding.clear();
        let bare = serde_json::to_vec(&draft).ok()?.len();
        draft.padding = " ".repeat(bare.next_multiple_of(BLOCK) - bare);
        let plain = serde_json::to_vec(&draft).ok()?;
        let digest = Sha256::digest(unique.as_bytes());
        let nonce = &digest[..NONCE];
        let id = of.id();
        let payload = Payload {
            msg: &plain,
            aad: id.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(XNonce::from_slice(nonce), payload)
            .ok()?;
        Some(SealedDraft {
            of: of.clone(),
            salt: self.salt.clone(),
            sealed: hex(nonce) + &hex(&sealed),
        })
    }

    fn open(&self, of: &DraftOf, sealed: &str) -> Option<BallotDraft> {
        let bytes = unhex(sealed)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let id = of.id();
        let payload = Payload {
            msg: sealed,
            aad: id.as_bytes(),
        };
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Answers as they lie on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedDraft {
    of: DraftOf,
    salt: String,
    sealed: String,
}

impl SealedDraft {
    /// Whose they are.
    #[must_use]
    pub const fn of(&self) -> &DraftOf {
        &self.of
    }
}

/// What became of opening somebody's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenedDraft {
    /// There are none: they begin, with this key.
    Fresh(DraftKey),
    /// These.
    Found(DraftKey, BallotDraft),
    /// There are some, and they were sealed with something else; so many attempts are left.
    Wrong(u32),
    /// This box cannot seal anything.
    Failed,
}

impl Cache {
    /// Whether somebody has begun to answer here.
    #[must_use]
    pub fn has_ballot_draft(&self, of: &DraftOf) -> bool {
        self.read("look for answers that were begun", |db| {
            db.prepare_cached("SELECT 1 FROM ballot_draft WHERE id = ?1")?
                .exists([of.id()])
        })
    }

    /// Opens what somebody has answered so far with what they prove who they are with. `unique` never
    /// comes twice.
    #[must_use]
    pub fn open_ballot_draft(&self, of: &DraftOf, secret: &str, unique: &str) -> OpenedDraft {
        let kept: Option<(String, String, u32)> = self.read("read answers that were begun", |db| {
            db.prepare_cached("SELECT salt, sealed, tries FROM ballot_draft WHERE id = ?1")?
                .query_row([of.id()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()
        });
        let Some((salt, sealed, tries)) = kept else {
            let key = DraftKey::fresh(secret, unique);
            return key.map_or(OpenedDraft::Failed, OpenedDraft::Fresh);
        };
        let Some(key) = DraftKey::derive(secret, salt) else {
            return OpenedDraft::Failed;
        };
        match key.open(of, &sealed) {
            Some(draft) => OpenedDraft::Found(key, draft),
            None => OpenedDraft::Wrong(MOST_TRIES.saturating_sub(tries + 1)),
        }
    }

    /// Writes down what somebody has answered so far; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written; what was answered before is still there.
    pub fn keep_ballot_draft(&self, draft: &SealedDraft) -> Result<(), CacheError> {
        self.write("write answers down", |tx| {
            tx.prepare_cached(
                "INSERT INTO ballot_draft(id, salt, sealed, tries) VALUES (?1, ?2, ?3, 0)
                 ON CONFLICT(id) DO UPDATE SET salt = excluded.salt, sealed = excluded.sealed, tries = 0",
            )?
            .execute(params![draft.of.id(), draft.salt, draft.sealed])
        })?;
        Ok(())
    }

    /// Somebody tried to open answers with something that does not: they go after five attempts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn spoil_ballot_draft(&self, of: &DraftOf) -> Result<(), CacheError> {
        self.write("count an attempt to open answers", |tx| {
            tx.prepare_cached("UPDATE ballot_draft SET tries = tries + 1 WHERE id = ?1")?
                .execute([of.id()])?;
            tx.prepare_cached("DELETE FROM ballot_draft WHERE id = ?1 AND tries >= ?2")?
                .execute(params![of.id(), MOST_TRIES])
        })?;
        self.changed();
        Ok(())
    }

    /// Lets answers go that nobody will hand in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn drop_ballot_draft(&self, of: &DraftOf) -> Result<(), CacheError> {
        self.write("let answers go", |tx| drop_draft(tx, of))?;
        self.changed();
        Ok(())
    }
}

/// The same inside somebody else's transaction.
pub(super) fn drop_draft(tx: &Transaction<'_>, of: &DraftOf) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM ballot_draft WHERE id = ?1")?
        .execute([of.id()])?;
    Ok(())
}
