//! Sealing everything with a new key.

use std::sync::Arc;

use store::evaluations::ballots;
use store::members::imports;
use store::members::sealing::{self, Sealed};
use store::{Store, WriteTx, attachments, duty, requests, staff};

use super::kit::audit::{self, About, Actor, Words};
use super::kit::error::{Result, ServiceError};
use super::vault::{Place, Vault, VaultError};

/// Members sealed anew in one transaction: a running server waits for no more than that.
const BATCH: u32 = 200;

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Id of the key that seals from now on.
    pub key: u32,
    /// Members whose numbers were sealed anew.
    pub members: u64,
    /// Accounts whose second factor was sealed anew.
    pub accounts: u64,
    /// Duty rooms whose camera's address was sealed anew.
    pub cameras: u64,
    /// Evaluations that are open, whose key was sealed anew.
    pub evaluations: u64,
}

/// Makes a new key (or goes on with one that an interrupted rotation made), seals everything anew
/// while the server runs, takes the old key away and overwrites what it had sealed. Killed at any
/// moment it can be run again.
///
/// # Errors
/// [`VaultError`].
pub fn rotate(store: &Store, vault: &Arc<Vault>, now_ms: i64) -> Result<Rotated, VaultError> {
    let key = vault.add_key(store)?;
    // From here on every transaction seals with the new key, so what is left only shrinks.
    let mut rotated = Rotated {
        key,
        members: 0,
        accounts: 0,
        cameras: 0,
        evaluations: 0,
    };
    let mut after = String::new();
    loop {
        let (on, from) = (Arc::clone(vault), after.clone());
        let done = store.write(move |tx| seal_members(tx, &on, key, &from))?;
        let Some(last) = done.last() else { break };
        rotated.members += done.len() as u64;
        after.clone_from(last);
    }
    after.clear();
    loop {
        let (on, from) = (Arc::clone(vault), after.clone());
        let done = store.write(move |tx| seal_accounts(tx, &on, key, &from))?;
        let Some(last) = done.last() else { break };
        rotated.accounts += done.len() as u64;
        after.clone_from(last);
    }
    after.clear();
    loop {
        let (on, from) = (Arc::clone(vault), after.clone());
        let done = store.write(move |tx| seal_cameras(tx, &on, key, &from))?;
        let Some(last) = done.last() else { break };
        rotated.cameras += done.len() as u64;
        after.clone_from(last);
    }
    after.clear();
    loop {
        let (on, from) = (Arc::clone(vault), after.clone());
        let done = store.write(move |tx| seal_attachments(tx, &on, key, &from))?;
        let Some(last) = done.last() else { break };
        after.clone_from(last);
    }
    for seal in [seal_requests, seal_words] {
        after.clear();
        loop {
            let (on, from) = (Arc::clone(vault), after.clone());
            let done = store.write(move |tx| seal(tx, &on, key, &from))?;
            let Some(last) = done.last() else { break };
            after.clone_from(last);
        }
    }
    after.clear();
    loop {
        let (on, from) = (Arc::clone(vault), after.clone());
        let done = store.write(move |tx| seal_ballot_keys(tx, &on, key, &from))?;
        let Some(last) = done.last() else { break };
        rotated.evaluations += done.len() as u64;
        after.clone_from(last);
    }
    store.write(move |tx| {
        // What people were before imports is sealed with the old key; so those can no longer be taken back.
        imports::purge(tx, i64::MAX)?;
        let prefix = Vault::prefix(key);
        let left = !sealing::without_prefix(tx, &prefix, "", 1)?.is_empty()
            || !staff::totp_without_prefix(tx, &prefix, "", 1)?.is_empty()
            || !duty::cameras_without_prefix(tx, &prefix, "", 1)?.is_empty()
            || !attachments::keys_without_prefix(tx, &prefix, "", 1)?.is_empty()
            || !requests::sealing::without_prefix(tx, &prefix, "", 1)?.is_empty()
            || !requests::sealing::words_without_prefix(tx, &prefix, "", 1)?.is_empty()
            || !ballots::keys_without_prefix(tx, &prefix, "", 1)?.is_empty();
        if left {
            return Err(ServiceError::Internal(
                "something is still sealed with an old key".into(),
            ));
        }
        Ok(audit::note(
            tx,
            &Actor::System,
            "keys.rotate",
            &About::Keys,
            None,
            Words::Key(key),
            now_ms,
        )?)
    })?;
    vault.drop_old_keys()?;
    store.scrub()?;
    Ok(rotated)
}

fn seal_members(tx: &mut WriteTx<'_>, vault: &Vault, key: u32, after: &str) -> Result<Vec<String>> {
    let old = sealing::without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for sealed in old {
        let id = &sealed.member_id;
        let new = Sealed {
            member_id: id.clone(),
            id_number: again(tx, vault, Place::IdNumber(id), sealed.id_number.as_ref())?,
            phone: again(tx, vault, Place::Phone(id), sealed.phone.as_ref())?,
            card: again(tx, vault, Place::Card(id), sealed.card.as_ref())?,
        };
        sealing::replace(tx, &new)?;
        done.push(new.member_id);
    }
    Ok(done)
}

fn seal_accounts(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    key: u32,
    after: &str,
) -> Result<Vec<String>> {
    let old = staff::totp_without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for (id, sealed, pending) in old {
        let sealed = again(tx, vault, Place::Totp(&id), sealed.as_ref())?;
        let pending = again(tx, vault, Place::Totp(&id), pending.as_ref())?;
        staff::replace_totp(tx, &id, sealed.as_deref(), pending.as_deref())?;
        done.push(id);
    }
    Ok(done)
}

fn seal_cameras(tx: &mut WriteTx<'_>, vault: &Vault, key: u32, after: &str) -> Result<Vec<String>> {
    let old = duty::cameras_without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for (id, sealed) in old {
        let clear = vault.unseal(Place::Camera(&id), &sealed)?;
        let sealed = vault.seal(tx, Place::Camera(&id), &clear)?;
        duty::replace_camera(tx, &id, &sealed)?;
        done.push(id);
    }
    Ok(done)
}

fn seal_ballot_keys(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    key: u32,
    after: &str,
) -> Result<Vec<String>> {
    let old = ballots::keys_without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for (id, sealed) in old {
        let clear = vault.unseal(Place::Ballots(&id), &sealed)?;
        let sealed = vault.seal(tx, Place::Ballots(&id), &clear)?;
        ballots::replace_key(tx, &id, &sealed)?;
        done.push(id);
    }
    Ok(done)
}

/// The files stay as they are: only their keys are sealed with the vault's.
fn seal_attachments(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    key: u32,
    after: &str,
) -> Result<Vec<String>> {
    let old = attachments::keys_without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for (id, sealed) in old {
        let clear = vault.unseal(Place::Attachment(&id), &sealed)?;
        let sealed = vault.seal(tx, Place::Attachment(&id), &clear)?;
        attachments::replace_key(tx, &id, &sealed)?;
        done.push(id);
    }
    Ok(done)
}

/// Telephone numbers of requests, and the numbers of confidential reports.
fn seal_requests(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    key: u32,
    after: &str,
) -> Result<Vec<String>> {
    let old = requests::sealing::without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for (id, phone, number) in old {
        let phone = again(tx, vault, Place::RequestPhone(&id), phone.as_ref())?;
        let number = again(tx, vault, Place::RequestNumber(&id), number.as_ref())?;
        requests::sealing::replace(tx, &id, phone.as_deref(), number.as_deref())?;
        done.push(id);
    }
    Ok(done)
}

/// What was said in confidential reports.
fn seal_words(tx: &mut WriteTx<'_>, vault: &Vault, key: u32, after: &str) -> Result<Vec<String>> {
    let old = requests::sealing::words_without_prefix(tx, &Vault::prefix(key), after, BATCH)?;
    let mut done = Vec::with_capacity(old.len());
    for (id, entry, sealed) in old {
        let place = Place::RequestWords(&id, entry);
        let clear = vault.unseal(place, &sealed)?;
        let sealed = vault.seal(tx, place, &clear)?;
        requests::sealing::replace_words(tx, &id, entry, &sealed)?;
        done.push(id);
    }
    Ok(done)
}

fn again(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    place: Place<'_>,
    sealed: Option<&String>,
) -> Result<Option<String>> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let clear = vault.unseal(place, sealed)?;
    Ok(Some(vault.seal(tx, place, &clear)?))
}
