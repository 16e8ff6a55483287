//! What lets staff in: passwords and second factors, each counted before it is compared, and browsers that were let
//! in before, which nobody keeps out by guessing elsewhere.

use std::sync::Arc;

use store::{Store, WriteTx, staff};
use subtle::ConstantTimeEq as _;

use super::kit::error::{Result, ServiceError};
use super::kit::limits::table::DEVICE_MS;
use super::kit::limits::{Attempt, Guessable, Limits, Reserved};
use super::secrets;
use super::vault::Vault;

/// Who asks to be let in.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The address, as it is shown.
    pub address: String,
    /// The address, as wrong passwords are counted for it.
    pub counted: String,
    /// What an earlier sign-in gave the browser, by which it is known.
    pub device: Option<String>,
}

/// What passwords are compared with.
#[derive(Clone, Copy)]
pub struct Door<'a> {
    /// The database.
    pub store: &'a Store,
    /// Keys of personal data.
    pub vault: &'a Vault,
    /// Counts wrong passwords.
    pub limits: &'a Arc<Limits>,
}

/// Somebody tries passwords of a login.
pub fn guess(vault: &Vault, login: &str) -> Attempt {
    Attempt::new(Guessable::Password).account(&name(vault, login))
}

/// Who mistypes writes a password there: it is not kept in clear.
fn name(vault: &Vault, login: &str) -> String {
    vault.fingerprint(&format!("login\n{login}"))
}

/// Counts a try, then compares it: whoever tries many at once is not compared more often than they may. What is
/// right has to be [let off](Limits::right) or given back; of what is wrong the refusal follows.
///
/// # Errors
/// [`ServiceError::LockedOut`], or what `compare` answers; what is no wrong guess stays counted.
pub(super) fn tried<T>(
    door: Door<'_>,
    attempt: &Attempt,
    now_ms: i64,
    compare: impl FnOnce() -> Result<T>,
) -> Result<(T, Reserved)> {
    let reserved = reserve(door, attempt, now_ms)?;
    match compare() {
        Ok(right) => Ok((right, reserved)),
        Err(refusal @ (ServiceError::WrongPassword | ServiceError::SecondFactor)) => {
            Err(wrong(door, reserved, refusal, now_ms))
        }
        Err(other) => Err(other),
    }
}

/// As [`tried`], and what is right is let off at once.
///
/// # Errors
/// As [`tried`].
pub(super) fn right<T>(
    door: Door<'_>,
    attempt: &Attempt,
    now_ms: i64,
    compare: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let (right, reserved) = tried(door, attempt, now_ms, compare)?;
    let limits = Arc::clone(door.limits);
    door.store.write(move |tx| limits.right(tx, &reserved))?;
    Ok(right)
}

fn reserve(door: Door<'_>, attempt: &Attempt, now_ms: i64) -> Result<Reserved> {
    let (limits, attempt) = (Arc::clone(door.limits), attempt.clone());
    let reserved = door
        .store
        .write(move |tx| limits.reserve(tx, &attempt, now_ms))?;
    reserved.map_err(|until_ms| ServiceError::LockedOut { until_ms })
}

/// A try was wrong; the refusal that follows from it.
fn wrong(door: Door<'_>, reserved: Reserved, refusal: ServiceError, now_ms: i64) -> ServiceError {
    let locked = reserved.locked_until_ms();
    if reserved.crossed() {
        let limits = Arc::clone(door.limits);
        let told = door
            .store
            .write(move |tx| limits.stands(tx, &reserved, now_ms));
        if let Err(error) = told {
            return error;
        }
    }
    match locked {
        Some(until_ms) => ServiceError::LockedOut { until_ms },
        None => refusal,
    }
}

/// What makes a browser known: a number, until when, and the seal of both with the account and its password. So
/// it is void with the password, and nothing has to be kept.
pub(super) fn new_device(vault: &Vault, account: &staff::Account, now_ms: i64) -> Result<String> {
    let number = &secrets::random_token()?[..16];
    let until_ms = now_ms + DEVICE_MS;
    let seal = device_seal(vault, account, number, until_ms);
    Ok(format!("{number}.{until_ms}.{seal}"))
}

fn device_seal(vault: &Vault, account: &staff::Account, number: &str, until_ms: i64) -> String {
    let (id, password) = (&account.id, &account.password_hash);
    vault.fingerprint(&format!("device\n{id}\n{number}\n{until_ms}\n{password}"))
}

/// The number of a device that was let in with this account.
pub(super) fn known_device<'a>(
    vault: &Vault,
    account: Option<&staff::Account>,
    text: &'a str,
    now_ms: i64,
) -> Option<&'a str> {
    let (number, rest) = text.split_once('.')?;
    let (until, seal) = rest.split_once('.')?;
    let until_ms: i64 = until.parse().ok().filter(|until_ms| *until_ms > now_ms)?;
    let right = device_seal(vault, account?, number, until_ms);
    let good: bool = right.as_bytes().ct_eq(seal.as_bytes()).into();
    good.then_some(number)
}

/// What is counted for a login begins anew: it has another password.
pub(super) fn forget(vault: &Vault, tx: &mut WriteTx<'_>, login: &str) -> Result<()> {
    Ok(store::limits::forget_account(tx, &name(vault, login))?)
}
