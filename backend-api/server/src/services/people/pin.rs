//! A new PIN with the card as proof, at a station.

use std::sync::Arc;

use contract::member::{MemberRef, PinByCard};
use store::{Store, idempotency, members};

use super::session::Stand;
use super::terminal;
use crate::services::kit::audit::{self, Actor, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::proof::{Known, Proved, prove};
use crate::services::vault::Vault;
use crate::services::{members::about, pins};

/// Sets the PIN of the card's owner, once for each key however often it is sent.
///
/// # Errors
/// [`ServiceError::UnknownCard`], [`ServiceError::Invalid`] for an easy PIN,
/// [`ServiceError::Forbidden`] off stations, [`ServiceError::KeyReused`], [`ServiceError::TooMany`].
pub fn set(
    store: &Store,
    vault: &Arc<Vault>,
    limits: &Arc<Limits>,
    stand: Stand<'_>,
    key: &str,
    request: &PinByCard,
    now_ms: i64,
) -> Result<MemberRef> {
    pins::acceptable(&request.pin)?;
    let key = idempotency::Key {
        scope: format!("terminal/{}", stand.terminal_id),
        key: key.to_owned(),
        // Keyed: a plain hash would tell the PIN to whoever tries all of them.
        request_hash: vault.fingerprint(&format!("pins\n{}\n{}", request.card, request.pin)),
    };
    let (vault, limits, request) = (Arc::clone(vault), Arc::clone(limits), request.clone());
    let (terminal_id, address) = (stand.terminal_id.to_owned(), stand.address.to_owned());
    let done = store.write(move |tx| {
        let mut proved = None;
        // Before the key is taken: a refusal leaves it free, and what it counted stays.
        if !idempotency::is_known(tx, &key)? {
            let terminal = terminal(tx, &terminal_id)?;
            let known = Known {
                vault: &vault,
                limits: &limits,
            };
            let at = (&terminal, address.as_str());
            match prove(tx, known, at, &request.proof(), now_ms)? {
                Proved::Yes(member) => proved = Some(*member),
                Proved::No(refusal) => return Ok(Err(refusal)),
            }
        }
        let mut named = None;
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let member = proved.ok_or(ServiceError::UnknownCard)?;
            let hash = vault.pin_hash(&member.id, &request.pin);
            let member = members::set_pin(tx, &member.id, Some(&hash), now_ms)?;
            let actor = Actor::Terminal(terminal_id.clone());
            let (about, organization) = (about(&member.id), Some(member.organization.id.as_str()));
            audit::note(
                tx,
                &actor,
                "pin.set",
                &about,
                organization,
                Words::ByCard,
                now_ms,
            )?;
            named = Some(member.named());
            // The name is not kept here: a purge would have to find it.
            Ok::<_, ServiceError>(idempotency::Stored {
                status: 200,
                body: member.id,
            })
        })?;
        if let idempotency::Outcome::Replayed(answer) = &outcome {
            named = members::get(tx, &answer.body)?.map(|member| member.named());
        }
        Ok::<_, ServiceError>(Ok((outcome, named)))
    })?;
    let (outcome, named) = done?;
    match outcome {
        idempotency::Outcome::Reused => Err(ServiceError::KeyReused),
        _ => named.ok_or(ServiceError::UnknownCard),
    }
}
