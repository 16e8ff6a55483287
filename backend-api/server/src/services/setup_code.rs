//! The code with which a new installation is [set up](super::setup): it is told to whoever can read the server's
//! log or run its command line, and is none any more once there is an account, however that was made.
//!
//! Of the code there is a keyed hash, so that nobody tries codes on a copy of the database.

use std::sync::Arc;

use store::{Store, Tx, WriteTx, settings, staff};
use subtle::ConstantTimeEq as _;

use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Guessable};
use super::logins::Door;
use super::recovery;
use super::vault::Vault;

/// How long a code is good, in milliseconds.
pub const LIFETIME_MS: i64 = 24 * 3_600_000;

/// Characters of a code: 40 bits.
const LENGTH: usize = 8;

/// Where the code of now is kept: its hash, and until when it is good.
const KEY: &str = "setup.code";

/// Said of everything here once there is an account.
pub(super) const CLOSED: ServiceError =
    ServiceError::NotFound("可以设置的内容，这里已经有账号了，请直接登录");

/// Makes one, in the place of the one before, as people copy it; nothing once there is an account.
///
/// # Errors
/// The system has no randomness to give, or the database failed.
pub fn new_code(store: &Store, vault: &Vault, now_ms: i64) -> Result<Option<String>> {
    let code = recovery::draw_one(LENGTH)?;
    let kept = format!("{} {}", hash(vault, &code), now_ms + LIFETIME_MS);
    let made = store.write::<_, ServiceError, _>(move |tx| {
        if staff::has_accounts(tx)? {
            return Ok(false);
        }
        settings::set(tx, KEY, &kept)?;
        Ok(true)
    })?;
    Ok(made.then(|| recovery::shown(&code).to_uppercase()))
}

/// There is an account: no code is good any more.
pub(super) fn close(tx: &mut WriteTx<'_>) -> Result<()> {
    Ok(settings::remove(tx, KEY)?)
}

/// Takes the code of now, of which this is the hash, so that nobody else comes in by it.
///
/// # Errors
/// [`ServiceError::Invalid`] if it is another one or too old, or the database failed.
pub(super) fn take(tx: &mut WriteTx<'_>, code_hash: &str, now_ms: i64) -> Result<()> {
    let kept = settings::take(tx, KEY)?;
    if kept.is_some_and(|kept| is_good(&kept, code_hash, now_ms)) {
        return Ok(());
    }
    Err(wrong_code())
}

/// Compares a code; a wrong one is counted, and nothing else of what was sent is looked at.
pub(super) fn check(door: Door<'_>, typed: &str, address: &str, now_ms: i64) -> Result<()> {
    let attempt = Attempt::new(Guessable::SetupCode).by_address(address);
    let typed = hash(door.vault, typed);
    let limits = Arc::clone(door.limits);
    let told = door.store.write(move |tx| {
        if staff::has_accounts(tx)? {
            return Err(CLOSED);
        }
        limits.check(tx, &attempt, now_ms)?;
        if kept(tx)?.is_some_and(|kept| is_good(&kept, &typed, now_ms)) {
            limits.forget(tx, &attempt)?;
            return Ok(None);
        }
        limits.failed(tx, &attempt, now_ms).map(Some)
    })?;
    let Some(failed) = told else { return Ok(()) };
    if failed.locked_until_ms.is_some() {
        // There may be no organization yet whose staff could be told.
        tracing::warn!(address, "somebody tries codes to set this server up");
    }
    Err(wrong_code())
}

fn kept(tx: &mut Tx<'_>) -> Result<Option<String>> {
    Ok(settings::get(tx, KEY)?)
}

fn is_good(kept: &str, code_hash: &str, now_ms: i64) -> bool {
    let Some((hash, until)) = kept.split_once(' ') else {
        return false;
    };
    let same: bool = hash.as_bytes().ct_eq(code_hash.as_bytes()).into();
    same && until.parse().is_ok_and(|until_ms: i64| now_ms < until_ms)
}

/// The form in which a code is kept, of what somebody typed.
pub(super) fn hash(vault: &Vault, typed: &str) -> String {
    let code = recovery::normal_of(typed, LENGTH).unwrap_or_default();
    vault.fingerprint(&format!("setup\n{code}"))
}

fn wrong_code() -> ServiceError {
    ServiceError::field(
        "code",
        "安装码不对，或者已经过期（24 小时）。重启服务，或在服务器上运行 backend-api setup-code，会给出新的",
    )
}
