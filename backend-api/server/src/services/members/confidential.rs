//! Numbers in clear, PINs, purging.

use std::sync::Arc;

use contract::member::{MemberSecrets, PinIssued, PinReset, Reason};
use store::members::{self, Record, sealing};
use store::{Store, WriteTx, settings};

use super::super::kit::audit::{Actor, Words};
use super::super::kit::error::{Result, ServiceError};
use super::super::kit::reason::Given;
use super::super::kit::rights::{Action, Staff};
use super::super::kit::{reason, subject};
use super::super::pins;
use super::super::vault::{Place, Vault};
use super::{noted, reveals, write};

/// Setting that is there while something deleted waits to be overwritten on disk.
const TO_OVERWRITE: &str = "members.to_overwrite";

/// A member's numbers in clear. Why is kept in the log; an account sees at most `per_day` in a day.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Invalid`],
/// [`ServiceError::RevealsUsedUp`].
pub fn reveal(
    store: &Store,
    vault: &Vault,
    staff: &Staff,
    id: &str,
    why: &Reason,
    per_day: u32,
    now_ms: i64,
) -> Result<MemberSecrets> {
    let why = reason::checked("reason", &why.reason)?;
    let (by, member_id) = (staff.clone(), id.to_owned());
    // In the log before anybody has seen anything.
    let sealed = store.write(move |tx| {
        let record: Record = subject::allowed(tx, &by, Action::Reveal, &member_id)?;
        reveals::count(tx, &by, per_day, now_ms)?;
        noted(
            tx,
            &Actor::of(Some(&by)),
            "member.reveal",
            &record,
            Words::Reason(&why),
            now_ms,
        )?;
        Ok::<_, ServiceError>(sealing::of(tx, &member_id)?.unwrap_or_default())
    })?;
    let open = |place, sealed: Option<&String>| {
        sealed.map(|sealed| vault.unseal(place, sealed)).transpose()
    };
    Ok(MemberSecrets {
        id_number: open(Place::IdNumber(id), sealed.id_number.as_ref())?,
        phone: open(Place::Phone(id), sealed.phone.as_ref())?,
        card: open(Place::Card(id), sealed.card.as_ref())?,
    })
}

/// Sets a member's PIN, a drawn one if none is given, and unlocks it everywhere.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for an easy
/// one, [`ServiceError::Conflict`] if they have left.
pub fn set_pin(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    id: &str,
    reset: &PinReset,
    now_ms: i64,
) -> Result<PinIssued> {
    let (pin, issued) = match &reset.pin {
        Some(pin) => {
            pins::acceptable(pin)?;
            (pin.clone(), PinIssued { pin: None })
        }
        None => {
            let pin = pins::draw()?;
            (pin.clone(), PinIssued { pin: Some(pin) })
        }
    };
    let hash = vault.pin_hash(id, &pin);
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record: Record = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        if record.left_at_ms.is_some() {
            return Err(ServiceError::Conflict(
                "这位党员已经离开，请先恢复".to_owned(),
            ));
        }
        tx.written_by(&staff.login);
        let record = members::set_pin(tx, &id, Some(&hash), now_ms)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "pin.set",
            &record,
            Words::None,
            now_ms,
        )
    })?;
    Ok(issued)
}

/// Takes everything away that names a member, on disk too. Takes about a second for each hundred
/// megabytes of database.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for a reason
/// that names them, [`ServiceError::Conflict`] if it was done before.
pub fn purge(store: &Store, staff: &Staff, id: &str, why: &Reason, now_ms: i64) -> Result<()> {
    let why = reason::checked("reason", &why.reason)?;
    let (by, member_id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record: Record = subject::allowed(tx, &by, Action::Purge, &member_id)?;
        tx.written_by(&by.login);
        purged(tx, &Actor::of(Some(&by)), &record, &why, now_ms)
    })?;
    overwrite(store)
}

/// As [`purge`], for the command line.
///
/// # Errors
/// As [`purge`].
pub fn purge_by_system(store: &Store, id: &str, why: &str, now_ms: i64) -> Result<()> {
    let (id, why) = (id.to_owned(), reason::checked("reason", why)?);
    store.write(move |tx| {
        let record = subject::existing(tx, &id)?;
        purged(tx, &Actor::System, &record, &why, now_ms)
    })?;
    overwrite(store)
}

/// Overwrites on disk what purges deleted, if there is anything to overwrite; also what an earlier
/// attempt could not.
///
/// # Errors
/// [`ServiceError::Unavailable`] while somebody reads for long: the server tries again by itself.
pub fn overwrite(store: &Store) -> Result<()> {
    let Some(waiting) = store.read(|tx| settings::get(tx, TO_OVERWRITE))? else {
        return Ok(());
    };
    match store.scrub() {
        // Unless another purge came meanwhile.
        Ok(()) => Ok(store.write(move |tx| {
            if settings::get(tx, TO_OVERWRITE)?.as_ref() == Some(&waiting) {
                settings::remove(tx, TO_OVERWRITE)?;
            }
            Ok::<_, store::Error>(())
        })?),
        Err(store::Error::Scrub(error)) => {
            tracing::warn!(error, "cannot overwrite what a purge deleted yet");
            Err(ServiceError::Unavailable(
                "信息已清除，磁盘上的旧内容稍后会自动覆盖",
            ))
        }
        Err(other) => Err(other.into()),
    }
}

fn purged(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    record: &Record,
    why: &Given,
    now_ms: i64,
) -> Result<()> {
    write::not_purged(record)?;
    if why.contains(record.name.as_str()) {
        return Err(ServiceError::field(
            "reason",
            "原因会保留下来，请不要写姓名",
        ));
    }
    members::purge::purge(tx, &record.id, now_ms)?;
    settings::set(tx, TO_OVERWRITE, &record.id)?;
    noted(
        tx,
        actor,
        "member.purge",
        record,
        Words::Reason(why),
        now_ms,
    )
}
