//! A new PIN with the card as proof, at a station.

use std::sync::Arc;

use contract::member::{MemberRef, PinByCard};
use store::{Store, idempotency, members};

use super::terminal;
use crate::services::kit::audit::{self, Actor, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::proof::{Proved, prove};
use crate::services::vault::Vault;
use crate::services::{members::about, pins};

/// Sets the PIN of the card's owner, once for each key however often it is sent.
///
/// # Errors
/// [`ServiceError::UnknownCard`], [`ServiceError::Invalid`] for an easy PIN,
/// [`ServiceError::Forbidden`] off stations, [`ServiceError::KeyReused`].
pub fn set(
    store: &Store,
    vault: &Arc<Vault>,
    terminal_id: &str,
    key: &str,
    request: &PinByCard,
    now_ms: i64,
) -> Result<MemberRef> {
    pins::acceptable(&request.pin)?;
    let key = idempotency::Key {
        scope: format!("terminal/{terminal_id}"),
        key: key.to_owned(),
        // Keyed: a plain hash would tell the PIN to whoever tries all of them.
        request_hash: vault.fingerprint(&format!("pins\n{}\n{}", request.card, request.pin)),
    };
    let (vault, terminal_id, request) =
        (Arc::clone(vault), terminal_id.to_owned(), request.clone());
    let (outcome, named) = store.write(move |tx| {
        let mut named = None;
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let terminal = terminal(tx, &terminal_id)?;
            let member = match prove(tx, &vault, &terminal, &request.proof(), now_ms)? {
                Proved::Yes(member) => member,
                // Nothing was counted, so nothing is lost with the transaction.
                Proved::No(refusal) => return Err(refusal),
            };
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
        Ok::<_, ServiceError>((outcome, named))
    })?;
    match outcome {
        idempotency::Outcome::Reused => Err(ServiceError::KeyReused),
        _ => named.ok_or(ServiceError::UnknownCard),
    }
}
