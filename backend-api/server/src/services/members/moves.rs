//! Transfers between organizations, leaving, coming back.

use contract::member::{Member, Reason, Transfer, TransferRequest};
use store::members::{Record, moves};
use store::{Store, WriteTx};

use super::super::kit::audit::{Actor, Words};
use super::super::kit::error::{Result, ServiceError};
use super::super::kit::rights::{Action, Staff};
use super::super::kit::{reason, subject};
use super::{noted, shown_one, write};

/// Moves a member to another organization; both must lie in the subtree. The household stays
/// behind.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Invalid`],
/// [`ServiceError::Conflict`] if they are there already or have left.
pub fn transfer(
    store: &Store,
    staff: &Staff,
    id: &str,
    request: &TransferRequest,
    now_ms: i64,
) -> Result<Member> {
    let why = reason::checked("reason", &request.reason)?;
    let (staff, id, request) = (staff.clone(), id.to_owned(), request.clone());
    store.write(move |tx| {
        let old: Record = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        let (action, code) = (Action::WriteMembers, &request.to_organization_code);
        let to = subject::organization(tx, &staff, action, "to_organization_code", code)?;
        if old.left_at_ms.is_some() {
            return Err(ServiceError::Conflict(
                "这位党员已经离开，请先恢复".to_owned(),
            ));
        }
        if old.organization.id == to.id {
            return Err(ServiceError::Conflict("这位党员已经在这个组织".to_owned()));
        }
        tx.written_by(&staff.login);
        let record = moves::transfer(tx, &id, &to.id, &staff.login, &why, now_ms)?;
        let actor = Actor::of(Some(&staff));
        // Both organizations find it in their log.
        noted(
            tx,
            &actor,
            "member.transfer_out",
            &old,
            Words::Reason(&why),
            now_ms,
        )?;
        noted(
            tx,
            &actor,
            "member.transfer_in",
            &record,
            Words::Reason(&why),
            now_ms,
        )?;
        shown_one(tx, &staff, record)
    })
}

/// Where a member came from, newest first.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn transfers(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<Vec<Transfer>> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record: Record = subject::seen(tx, &staff, &id)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "member.transfers",
            &record,
            Words::None,
            now_ms,
        )?;
        Ok(moves::transfers(tx, &id)?)
    })
}

/// Notes that a member left: later roll calls do not count them, and they can sign in nowhere.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`].
pub fn leave(store: &Store, staff: &Staff, id: &str, why: &Reason, now_ms: i64) -> Result<Member> {
    let gone = |record: &Record| record.left_at_ms.is_some();
    set(
        store,
        staff,
        id,
        why,
        now_ms,
        "member.leave",
        move |tx, record| {
            if gone(record) {
                return Err(ServiceError::Conflict("这位党员已经离开".to_owned()));
            }
            Ok(moves::set_left(tx, &record.id, Some(now_ms), now_ms)?)
        },
    )
}

/// Notes that a member who left is back.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`].
pub fn come_back(
    store: &Store,
    staff: &Staff,
    id: &str,
    why: &Reason,
    now_ms: i64,
) -> Result<Member> {
    set(
        store,
        staff,
        id,
        why,
        now_ms,
        "member.return",
        move |tx, record| {
            write::not_purged(record)?;
            if record.left_at_ms.is_none() {
                return Err(ServiceError::Conflict("这位党员没有离开".to_owned()));
            }
            Ok(moves::set_left(tx, &record.id, None, now_ms)?)
        },
    )
}

fn set(
    store: &Store,
    staff: &Staff,
    id: &str,
    why: &Reason,
    now_ms: i64,
    action: &'static str,
    work: impl Fn(&mut WriteTx<'_>, &Record) -> Result<Record> + Send + 'static,
) -> Result<Member> {
    let why = reason::checked("reason", &why.reason)?;
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let old: Record = subject::allowed(tx, &staff, Action::WriteMembers, &id)?;
        tx.written_by(&staff.login);
        let record = work(tx, &old)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            action,
            &record,
            Words::Reason(&why),
            now_ms,
        )?;
        shown_one(tx, &staff, record)
    })
}
