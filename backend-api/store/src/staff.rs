//! Staff accounts, their lockout, and their sessions.

use std::fmt;

use contract::organization::OrganizationRef;

use crate::codec::new_id;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::organizations;

const COLUMNS: &str = "a.id, a.login, a.password_hash, a.organization_id, o.name, a.failed_attempts, \
                       a.locked_until_ms, a.disabled_at_ms, a.created_at_ms";
const FROM: &str = "staff_accounts a JOIN organizations o ON o.id = a.organization_id";

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub id: String,
    /// Login name, unique.
    pub login: String,
    /// Password hash in PHC text form; never shown by `Debug`.
    pub password_hash: String,
    /// The organization whose subtree this person works on.
    pub organization: OrganizationRef,
    /// Wrong passwords since the last right one or the last lock.
    pub failed_attempts: i64,
    /// No password is looked at before this time.
    pub locked_until_ms: Option<i64>,
    /// When the account was closed.
    pub disabled_at_ms: Option<i64>,
    /// When it was created.
    pub created_at_ms: i64,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("login", &self.login)
            .field("organization", &self.organization.id)
            .field("locked_until_ms", &self.locked_until_ms)
            .finish_non_exhaustive()
    }
}

/// When an account is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// So many wrong passwords in a row lock it.
    pub attempts: u32,
    /// For so many milliseconds.
    pub lock_ms: i64,
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account: Account,
    /// When it ends.
    pub expires_at_ms: i64,
}

/// Creates an account.
///
/// # Errors
/// [`Error::Taken`] if the login is used, [`Error::NotFound`] without the organization.
pub fn create_account(
    tx: &mut WriteTx<'_>,
    login: &str,
    password_hash: &str,
    organization_id: &str,
    now_ms: i64,
) -> Result<Account> {
    organizations::get(tx, organization_id)?.ok_or(Error::NotFound("organization"))?;
    let id = new_id(now_ms);
    let inserted = tx.execute(
        "INSERT INTO staff_accounts (id, login, password_hash, organization_id, created_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (login) DO NOTHING",
        params![&id, login, password_hash, organization_id, now_ms],
    )?;
    if inserted == 0 {
        return Err(Error::Taken("login"));
    }
    account(tx, &id)?.ok_or(Error::NotFound("account"))
}

/// The account with this id.
///
/// # Errors
/// The database failed.
pub fn account(tx: &mut Tx<'_>, id: &str) -> Result<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE a.id = ?1");
    tx.query_opt(&sql, params![id])?
        .as_ref()
        .map(read_account)
        .transpose()
}

/// The account with this login, closed ones too.
///
/// # Errors
/// The database failed.
pub fn account_by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE a.login = ?1");
    tx.query_opt(&sql, params![login])?
        .as_ref()
        .map(read_account)
        .transpose()
}

/// Whether anybody could sign in at all.
///
/// # Errors
/// The database failed.
pub fn any_account(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx
        .query_opt(
            "SELECT id FROM staff_accounts WHERE disabled_at_ms IS NULL LIMIT 1",
            params![],
        )?
        .is_some())
}

/// Sets another password, unlocks the account and ends its sessions.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_password(tx: &mut WriteTx<'_>, id: &str, password_hash: &str) -> Result<()> {
    let changed = tx.execute(
        "UPDATE staff_accounts SET password_hash = ?2, failed_attempts = 0, locked_until_ms = NULL WHERE id = ?1",
        params![id, password_hash],
    )?;
    found(changed)?;
    tx.execute(
        "DELETE FROM staff_sessions WHERE account_id = ?1",
        params![id],
    )?;
    Ok(())
}

/// Closes the account and ends its sessions.
///
/// # Errors
/// [`Error::NotFound`].
pub fn disable(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET disabled_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms],
    )?)?;
    tx.execute(
        "DELETE FROM staff_sessions WHERE account_id = ?1",
        params![id],
    )?;
    Ok(())
}

/// Counts a wrong password; answers until when the account is locked if this one locked it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn record_failure(
    tx: &mut WriteTx<'_>,
    id: &str,
    rule: Lockout,
    now_ms: i64,
) -> Result<Option<i64>> {
    let row = tx.query_opt(
        "UPDATE staff_accounts SET failed_attempts = failed_attempts + 1 WHERE id = ?1 RETURNING failed_attempts",
        params![id],
    )?;
    let failed = row.ok_or(Error::NotFound("account"))?.int(0)?;
    if failed < i64::from(rule.attempts) {
        return Ok(None);
    }
    let until = now_ms.saturating_add(rule.lock_ms);
    tx.execute(
        "UPDATE staff_accounts SET failed_attempts = 0, locked_until_ms = ?2 WHERE id = ?1",
        params![id, until],
    )?;
    Ok(Some(until))
}

/// Forgets wrong passwords after a right one.
///
/// # Errors
/// [`Error::NotFound`].
pub fn record_success(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET failed_attempts = 0, locked_until_ms = NULL WHERE id = ?1",
        params![id],
    )?)
}

/// Opens a session under the SHA-256 of its token.
///
/// # Errors
/// The database failed, or there is no such account.
pub fn create_session(
    tx: &mut WriteTx<'_>,
    account_id: &str,
    token_sha256: &str,
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_sessions (token_sha256, account_id, created_at_ms, expires_at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![token_sha256, account_id, now_ms, expires_at_ms],
    )?;
    Ok(())
}

/// The session of a token, unless it has ended or its account was closed.
///
/// # Errors
/// The database failed.
pub fn session(tx: &mut Tx<'_>, token_sha256: &str, now_ms: i64) -> Result<Option<Session>> {
    let sql = format!(
        "SELECT {COLUMNS}, s.expires_at_ms FROM {FROM} JOIN staff_sessions s ON s.account_id = a.id
         WHERE s.token_sha256 = ?1 AND s.expires_at_ms > ?2 AND a.disabled_at_ms IS NULL"
    );
    let row = tx.query_opt(&sql, params![token_sha256, now_ms])?;
    row.map(|row| {
        Ok(Session {
            account: read_account(&row)?,
            expires_at_ms: row.int(9)?,
        })
    })
    .transpose()
}

/// Ends a session; tells whether there was one.
///
/// # Errors
/// The database failed.
pub fn revoke_session(tx: &mut WriteTx<'_>, token_sha256: &str) -> Result<bool> {
    Ok(tx.execute(
        "DELETE FROM staff_sessions WHERE token_sha256 = ?1",
        params![token_sha256],
    )? > 0)
}

/// Throws away sessions that have ended; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge_sessions(tx: &mut WriteTx<'_>, now_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM staff_sessions WHERE expires_at_ms <= ?1",
        params![now_ms],
    )
}

fn found(changed: u64) -> Result<()> {
    if changed == 0 {
        Err(Error::NotFound("account"))
    } else {
        Ok(())
    }
}

fn read_account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.text(0)?,
        login: row.text(1)?,
        password_hash: row.text(2)?,
        organization: OrganizationRef {
            id: row.text(3)?,
            name: row.text(4)?,
        },
        failed_attempts: row.int(5)?,
        locked_until_ms: row.opt_int(6)?,
        disabled_at_ms: row.opt_int(7)?,
        created_at_ms: row.int(8)?,
    })
}
