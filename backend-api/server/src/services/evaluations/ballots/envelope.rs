//! The key of one evaluation, made when it opens and erased at its close, and the envelopes it seals:
//! XChaCha20-Poly1305 with a random nonce, bound to the evaluation.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use store::evaluations::ballots;
use store::{Tx, WriteTx};

use crate::services::kit::error::{Result, ServiceError};
use crate::services::secrets;
use crate::services::vault::{Place, Vault};

const NONCE: usize = 24;

/// What seals and opens the envelopes of one evaluation.
pub struct Key {
    cipher: XChaCha20Poly1305,
    evaluation_id: String,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

impl Key {
    /// Makes the key of an evaluation that opens, and keeps it, sealed by the vault.
    ///
    /// # Errors
    /// No randomness, or the database failed.
    pub fn make(tx: &mut WriteTx<'_>, vault: &Vault, evaluation_id: &str) -> Result<()> {
        let key: [u8; 32] = secrets::random_bytes()?;
        let sealed = vault.seal(tx, Place::Ballots(evaluation_id), &BASE64.encode(key))?;
        Ok(ballots::put_key(tx, evaluation_id, &sealed)?)
    }

    /// The key of an evaluation that is open.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] if it is not there or cannot be unsealed.
    pub fn of(tx: &mut Tx<'_>, vault: &Vault, evaluation_id: &str) -> Result<Self> {
        let sealed = ballots::key(tx, evaluation_id)?;
        let sealed = sealed.ok_or_else(|| wrong("an open evaluation has no key"))?;
        let clear = vault.unseal(Place::Ballots(evaluation_id), &sealed)?;
        let bytes = BASE64.decode(clear).ok();
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| wrong("the key of an evaluation is damaged"))?;
        Ok(Self {
            cipher: XChaCha20Poly1305::new(&bytes.into()),
            evaluation_id: evaluation_id.to_owned(),
        })
    }

    /// Seals a ballot.
    ///
    /// # Errors
    /// No randomness.
    pub fn seal(&self, ballot: &str) -> Result<String> {
        let nonce: [u8; NONCE] = secrets::random_bytes()?;
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), self.payload(ballot.as_bytes()))
            .map_err(|_| wrong("sealing an envelope failed"))?;
        Ok(BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens an envelope.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] if it is damaged or of another evaluation.
    pub fn open(&self, envelope: &str) -> Result<String> {
        let opened = || {
            let bytes = BASE64.decode(envelope).ok()?;
            let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
            let clear = self
                .cipher
                .decrypt(XNonce::from_slice(nonce), self.payload(sealed))
                .ok()?;
            String::from_utf8(clear).ok()
        };
        opened().ok_or_else(|| wrong("an envelope cannot be opened"))
    }

    fn payload<'a>(&'a self, msg: &'a [u8]) -> Payload<'a, 'a> {
        Payload {
            msg,
            aad: self.evaluation_id.as_bytes(),
        }
    }
}

fn wrong(what: &str) -> ServiceError {
    ServiceError::Internal(what.to_owned())
}
