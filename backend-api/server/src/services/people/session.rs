//! A member's session on a TV: opens one person's own data on a screen that others share, so it is
//! short, and good on that TV only.

use std::sync::Arc;

use contract::member::{MemberSession, Proof};
use store::{Store, Tx, member_sessions, members};

use super::terminal;
use crate::services::kit::audit::{self, Actor, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::{Attempt, Guessable, Limits};
use crate::services::proof::{Known, Proved, prove};
use crate::services::vault::Vault;
use crate::services::{members::about, secrets};

/// How long a session lasts whatever happens, in milliseconds.
pub const LIFETIME_MS: i64 = 10 * 60_000;

const ENDED: ServiceError = ServiceError::Forbidden("时间已到，请重新选择姓名并输入 PIN");

/// A terminal that somebody stands before.
#[derive(Clone, Copy, Debug)]
pub struct Stand<'a> {
    /// Id.
    pub terminal_id: &'a str,
    /// The address it asks from, as it is counted.
    pub address: &'a str,
}

/// Opens a session for whoever proves who they are.
///
/// # Errors
/// [`ServiceError::WrongPin`], [`ServiceError::PinLocked`], [`ServiceError::NoPin`],
/// [`ServiceError::UnknownCard`], [`ServiceError::TooMany`], [`ServiceError::Forbidden`] where they may not.
pub fn open(
    store: &Store,
    vault: &Arc<Vault>,
    limits: &Arc<Limits>,
    stand: Stand<'_>,
    proof: &Proof,
    now_ms: i64,
) -> Result<MemberSession> {
    let token = secrets::random_token()?;
    let token_sha256 = secrets::sha256_hex(&token);
    let expires_at_ms = now_ms + LIFETIME_MS;
    let (vault, limits, proof) = (Arc::clone(vault), Arc::clone(limits), proof.clone());
    let (terminal_id, address) = (stand.terminal_id.to_owned(), stand.address.to_owned());
    let proved = store.write(move |tx| {
        let terminal = terminal(tx, &terminal_id)?;
        let known = Known {
            vault: &vault,
            limits: &limits,
        };
        let member = match prove(tx, known, (&terminal, &address), &proof, now_ms)? {
            Proved::Yes(member) => member,
            Proved::No(refusal) => return Ok(Err(refusal)),
        };
        member_sessions::open(tx, &member.id, &terminal_id, &token_sha256, expires_at_ms)?;
        let organization = Some(member.organization.id.as_str());
        let actor = Actor::Terminal(terminal_id.clone());
        let about = about(&member.id);
        audit::note(
            tx,
            &actor,
            "member_session.open",
            &about,
            organization,
            Words::None,
            now_ms,
        )?;
        Ok::<_, ServiceError>(Ok(member.named()))
    })?;
    Ok(MemberSession {
        token,
        member: proved?,
        expires_at_ms,
    })
}

/// Ends a session; one that is over already is fine.
///
/// # Errors
/// The database failed.
pub fn end(store: &Store, terminal_id: &str, token: &str) -> Result<()> {
    let (terminal_id, token_sha256) = (terminal_id.to_owned(), secrets::sha256_hex(token));
    store.write(move |tx| member_sessions::end(tx, &token_sha256, &terminal_id).map(|_| ()))?;
    Ok(())
}

/// Who tries tokens of sessions at a terminal.
pub(in crate::services) fn guess(tx: &mut Tx<'_>, stand: Stand<'_>) -> Result<Attempt> {
    let terminal = terminal(tx, stand.terminal_id)?;
    Ok(Attempt::new(Guessable::MemberSession)
        .terminal(&terminal.id, &terminal.organization.id)
        .by_address(stand.address))
}

/// Whose session this is.
///
/// # Errors
/// [`ServiceError::Forbidden`] if it is nobody's on this TV, or has ended; not `Unauthenticated`,
/// which would mean the TV itself.
pub(in crate::services) fn member(
    tx: &mut Tx<'_>,
    terminal_id: &str,
    token: &str,
    now_ms: i64,
) -> Result<members::Record> {
    let id = member_sessions::member(tx, &secrets::sha256_hex(token), terminal_id, now_ms)?
        .ok_or(ENDED)?;
    members::get(tx, &id)?
        .filter(|member| member.left_at_ms.is_none())
        .ok_or(ENDED)
}
