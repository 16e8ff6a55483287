//! What somebody has in hand goes to somebody else when their account is closed. Requests belong to offices, not to
//! accounts: of them it is said whether anybody is left who may answer.

use contract::account::{AccountHands, HandItem, HandKind, HandedOver};
use store::{Store, Tx, keepers, organizations, staff};

use super::accounts::{may_give, not_oneself, noted};
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::{Action, Staff, allows};
use super::kit::subject;

/// Accounts of an office that are looked through for those that may answer.
const LOOKED_AT: u32 = 1_000;

/// What would be left behind if this account were closed; with a successor, what of it fits them.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`]; [`ServiceError::Invalid`] naming `successor`.
pub fn hands(store: &Store, by: &Staff, id: &str, successor: Option<&str>) -> Result<AccountHands> {
    store.read(|tx| {
        let account: staff::Account = subject::seen(tx, by, id)?;
        let mut items = held(tx, by, &account)?;
        if let Some(successor) = successor {
            let successor = found(tx, by, &account, "successor", successor)?;
            for item in &mut items {
                item.fits = Some(fits(tx, &successor, item)?);
            }
        }
        let office = &account.organization.id;
        let others = staff::list(tx, office, None, LOOKED_AT)?;
        let others = others.iter().filter(|it| {
            it.id != account.id
                && it.organization.id == *office
                && it.disabled_at_ms.is_none()
                && allows(it.role, Action::Serve)
        });
        Ok(AccountHands {
            others: u32::try_from(others.count()).unwrap_or(u32::MAX),
            requests: keepers::to_answer(tx, office)?,
            items,
        })
    })
}

/// Hands over what fits the successor and closes the account, both or neither.
///
/// # Errors
/// As [`hands`], naming `successor_id`; [`ServiceError::Conflict`] for the own account and a closed one.
pub fn hand_over(
    store: &Store,
    by: &Staff,
    id: &str,
    successor_id: &str,
    now_ms: i64,
) -> Result<HandedOver> {
    let (by, id, successor_id) = (by.clone(), id.to_owned(), successor_id.to_owned());
    store.write(move |tx| {
        let account: staff::Account = subject::allowed(tx, &by, Action::Accounts, &id)?;
        may_give(&by, account.role)?;
        not_oneself(&by, &account)?;
        if account.disabled_at_ms.is_some() {
            return Err(ServiceError::Conflict("这个账号已经停用".to_owned()));
        }
        let successor = found(tx, &by, &account, "successor_id", &successor_id)?;
        let actor = Actor::of(Some(&by));
        let (mut handed_over, mut left) = (0, 0);
        for item in held(tx, &by, &account)? {
            if !fits(tx, &successor, &item)? {
                left += 1;
                continue;
            }
            handed_over += 1;
            keepers::hand_over(tx, item.kind, &item.id, &successor.id)?;
            let (action, thing) = match item.kind {
                HandKind::Meeting => ("meeting.hand_over", Thing::Meeting),
                HandKind::Bulletin | HandKind::Unknown => ("bulletin.hand_over", Thing::Bulletin),
            };
            audit::note(
                tx,
                &actor,
                action,
                &About::one(thing, &item.id),
                Some(&item.organization.id),
                Words::Login(&successor.login),
                now_ms,
            )?;
        }
        staff::disable(tx, &account.id, now_ms)?;
        let account: staff::Account = subject::existing(tx, &account.id)?;
        noted(tx, &actor, "account.disable", &account, now_ms)?;
        Ok(HandedOver {
            account: account.shown(),
            handed_over,
            left,
        })
    })
}

/// What an account has in hand, as far as somebody else may know of it.
fn held(tx: &mut Tx<'_>, by: &Staff, account: &staff::Account) -> Result<Vec<HandItem>> {
    let mut seen = Vec::new();
    for item in keepers::held(tx, &account.id, &account.login)? {
        if organizations::is_within(tx, &item.organization.id, &by.organization.id)? {
            seen.push(item);
        }
    }
    Ok(seen)
}

/// The account that is to look after it.
fn found(
    tx: &mut Tx<'_>,
    by: &Staff,
    account: &staff::Account,
    field: &str,
    id: &str,
) -> Result<staff::Account> {
    let wrong = |message: &str| ServiceError::field(field, message);
    let successor: staff::Account = match subject::seen(tx, by, id) {
        Err(ServiceError::NotFound(_)) => return Err(wrong("没有这个账号，请另选一个")),
        found => found?,
    };
    if successor.id == account.id {
        return Err(wrong("不能交给要停用的账号自己，请另选一个"));
    }
    if successor.disabled_at_ms.is_some() {
        return Err(wrong("这个账号已经停用，请另选一个"));
    }
    Ok(successor)
}

/// Whether somebody could go on with it: their role lets them, and it is of their subtree.
fn fits(tx: &mut Tx<'_>, successor: &staff::Account, item: &HandItem) -> Result<bool> {
    let action = match item.kind {
        HandKind::Bulletin => Action::Write,
        HandKind::Meeting => Action::Direct,
        HandKind::Unknown => return Ok(false),
    };
    let within = organizations::is_within(tx, &item.organization.id, &successor.organization.id)?;
    Ok(within && allows(successor.role, action))
}
