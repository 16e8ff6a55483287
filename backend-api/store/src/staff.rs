//! Staff accounts, their lockout, second factor and sessions.

use std::fmt;

use contract::account::{AccountOnly, Role, StaffAccount, StaffSession};
use contract::organization::OrganizationRef;

use crate::codec::{containing, from_name, new_id, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::Part;
use crate::wanted::Wanted;
use crate::{found_by, phone_links, recovery, tree};

pub(crate) const PART: Part = Part {
    tables: &["staff_accounts", "staff_sessions"],
    sealed: &["staff_accounts WHERE totp_sealed IS NOT NULL"],
    ..Part::EMPTY
};

const COLUMNS: &str = "a.id, a.login, a.password_hash, a.organization_id, o.name, a.disabled_at_ms, \
                       a.created_at_ms, a.role, a.totp_sealed, a.totp_pending, a.totp_last_step, a.version";
const WIDTH: usize = 12;
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
    /// What they are trusted with.
    pub role: Role,
    /// Sealed secret of the second factor.
    pub totp_sealed: Option<String>,
    /// Sealed secret of a second factor that was offered and not confirmed yet.
    pub totp_pending: Option<String>,
    /// The last 30 s step a code was accepted of: a code counts once (RFC 6238 section 5.2).
    pub totp_last_step: i64,
    /// When the account was closed.
    pub disabled_at_ms: Option<i64>,
    /// When it was created.
    pub created_at_ms: i64,
    /// Counts up with every change.
    pub version: i64,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("login", &self.login)
            .field("organization", &self.organization.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// As other staff see it.
    #[must_use]
    pub fn shown(self) -> StaffAccount {
        StaffAccount {
            id: self.id,
            login: self.login,
            role: self.role,
            organization: self.organization,
            totp: self.totp_sealed.is_some(),
            disabled_at_ms: self.disabled_at_ms,
            created_at_ms: self.created_at_ms,
            version: self.version,
        }
    }
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id; not the token.
    pub id: String,
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
    role: Role,
    now_ms: i64,
) -> Result<Account> {
    tree::require(tx, &[organization_id])?;
    let id = new_id(now_ms);
    let inserted = tx.execute(
        "INSERT INTO staff_accounts (id, login, password_hash, organization_id, role, created_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (login) DO NOTHING",
        params![
            &id,
            login,
            password_hash,
            organization_id,
            to_name(&role)?,
            now_ms
        ],
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

/// At most `limit` accounts of `within` and the organizations below it, newest first, made before
/// the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    within: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Account>> {
    let all = Filter {
        within,
        ..Filter::default()
    };
    select(tx, &all, before, limit)
}

/// Which accounts are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this organization and those below it.
    pub within: &'a str,
    /// Whose login contains this, or whose organization is called or read so.
    pub name: Option<&'a str>,
    /// Trusted with this.
    pub role: Option<Role>,
    /// Only these.
    pub only: Option<AccountOnly>,
}

/// Those of [`list`] that `filter` wants.
///
/// # Errors
/// The database failed.
pub fn select(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Account>> {
    let mut wanted = Wanted::within(tx, "a.organization_id", filter.within)?;
    wanted.and_if(before, "a.id < @");
    let name = filter.name.map(str::trim).filter(|name| !name.is_empty());
    if let Some((name, read)) = name.zip(name.and_then(found_by::pattern)) {
        wanted.and_either(
            (
                containing(&name.to_lowercase()),
                "LOWER(a.login) LIKE @ ESCAPE '~'",
            ),
            (read, "o.found_by LIKE @ ESCAPE '~'"),
        );
    }
    let role = filter.role.as_ref().map(to_name).transpose()?;
    wanted.and_if(role, "a.role = @");
    match filter.only {
        None => {}
        Some(AccountOnly::Open) => wanted.and("a.disabled_at_ms IS NULL"),
        Some(AccountOnly::Closed) => wanted.and("a.disabled_at_ms IS NOT NULL"),
        Some(AccountOnly::WithoutSecondFactor) => {
            wanted.and("a.disabled_at_ms IS NULL AND a.totp_sealed IS NULL");
        }
    }
    let (sql, values) = wanted.newest(&format!("SELECT {COLUMNS} FROM {FROM}"), "a.id", limit);
    tx.query(&sql, &values)?.iter().map(read_account).collect()
}

/// Changes what an account is trusted with, and where, and ends the pages it gave.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_rights(tx: &mut WriteTx<'_>, id: &str, role: Role, organization_id: &str) -> Result<()> {
    tree::require(tx, &[organization_id])?;
    found(tx.execute(
        "UPDATE staff_accounts SET role = ?2, organization_id = ?3, version = version + 1 WHERE id = ?1",
        params![id, to_name(&role)?, organization_id],
    )?)?;
    phone_links::end_of_account(tx, id)?;
    touch_journal(tx);
    Ok(())
}

/// Opens a closed account again.
///
/// # Errors
/// [`Error::NotFound`].
pub fn enable(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET disabled_at_ms = NULL, version = version + 1 WHERE id = ?1",
        params![id],
    )?)
}

/// Whether there is any account, closed ones too.
///
/// # Errors
/// The database failed.
pub fn has_accounts(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT id FROM staff_accounts LIMIT 1";
    Ok(tx.query_opt(sql, params![])?.is_some())
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
        "UPDATE staff_accounts SET password_hash = ?2, version = version + 1
         WHERE id = ?1",
        params![id, password_hash],
    )?;
    found(changed)?;
    end_sessions(tx, id)
}

/// Sets another password and ends all sessions but the one with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn change_password(
    tx: &mut WriteTx<'_>,
    id: &str,
    password_hash: &str,
    session_id: &str,
) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET password_hash = ?2, version = version + 1 WHERE id = ?1",
        params![id, password_hash],
    )?)?;
    tx.execute(
        "DELETE FROM staff_sessions WHERE account_id = ?1 AND id <> ?2",
        params![id, session_id],
    )?;
    touch_journal(tx);
    Ok(())
}

/// Closes the account and ends its sessions.
///
/// # Errors
/// [`Error::NotFound`].
pub fn disable(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET disabled_at_ms = ?2, version = version + 1 WHERE id = ?1",
        params![id, now_ms],
    )?)?;
    end_sessions(tx, id)
}

/// Ends every session of an account, and the pages it gave.
///
/// # Errors
/// The database failed.
pub fn end_sessions(tx: &mut WriteTx<'_>, account_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_sessions WHERE account_id = ?1",
        params![account_id],
    )?;
    phone_links::end_of_account(tx, account_id)?;
    touch_journal(tx);
    Ok(())
}

/// Keeps the sealed secret of an offered second factor until it is confirmed; `None` forgets it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn offer_totp(tx: &mut WriteTx<'_>, id: &str, sealed: Option<&str>) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET totp_pending = ?2 WHERE id = ?1",
        params![id, sealed],
    )?)
}

/// Demands the offered second factor from now on. `step` is that of the code that confirmed it.
///
/// # Errors
/// [`Error::NotFound`] without the account or an offer.
pub fn confirm_totp(tx: &mut WriteTx<'_>, id: &str, step: i64) -> Result<()> {
    found(tx.execute(
        "UPDATE staff_accounts SET totp_sealed = totp_pending, totp_pending = NULL, totp_last_step = ?2,
             version = version + 1
         WHERE id = ?1 AND totp_pending IS NOT NULL",
        params![id, step],
    )?)
}

/// Notes the step of an accepted code; `false` if one of it or of a later step was accepted.
///
/// # Errors
/// The database failed.
pub fn use_totp_step(tx: &mut WriteTx<'_>, id: &str, step: i64) -> Result<bool> {
    Ok(tx.execute(
        "UPDATE staff_accounts SET totp_last_step = ?2 WHERE id = ?1 AND totp_last_step < ?2",
        params![id, step],
    )? > 0)
}

/// Demands no second factor any more; its recovery codes go with it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn remove_totp(tx: &mut WriteTx<'_>, id: &str) -> Result<()> {
    recovery::replace(tx, id, &[])?;
    found(tx.execute(
        "UPDATE staff_accounts SET totp_sealed = NULL, totp_pending = NULL, version = version + 1 WHERE id = ?1",
        params![id],
    )?)
}

/// An account's id, its secret and its pending secret, both sealed.
pub type SealedTotp = (String, Option<String>, Option<String>);

/// At most `limit` accounts with a secret that does not begin with `prefix` (the name of the key
/// it was sealed with): id, secret, pending secret; by id, after `after`.
///
/// # Errors
/// The database failed.
pub fn totp_without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<SealedTotp>> {
    let rows = tx.query(
        "SELECT id, totp_sealed, totp_pending FROM staff_accounts
         WHERE id > ?2 AND (totp_sealed NOT LIKE ?1 OR totp_pending NOT LIKE ?1) ORDER BY id LIMIT ?3",
        params![format!("{prefix}%"), after, limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.opt_text(1)?, row.opt_text(2)?)))
        .collect()
}

/// Puts the same secrets, sealed anew, in the place of the old ones.
///
/// # Errors
/// The database failed.
pub fn replace_totp(
    tx: &mut WriteTx<'_>,
    id: &str,
    sealed: Option<&str>,
    pending: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_accounts SET totp_sealed = ?2, totp_pending = ?3 WHERE id = ?1",
        params![id, sealed, pending],
    )?;
    Ok(())
}

/// A session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Whose.
    pub account_id: String,
    /// SHA-256 of its token in hex.
    pub token_sha256: String,
    /// When it ends.
    pub expires_at_ms: i64,
    /// Address it is opened from.
    pub address: Option<String>,
}

/// Opens a session; answers its id.
///
/// # Errors
/// The database failed, or there is no such account.
pub fn create_session(tx: &mut WriteTx<'_>, new: &NewSession, now_ms: i64) -> Result<String> {
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO staff_sessions (id, token_sha256, account_id, created_at_ms, expires_at_ms, address)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            &id,
            &new.token_sha256,
            &new.account_id,
            now_ms,
            new.expires_at_ms,
            new.address.as_deref()
        ],
    )?;
    Ok(id)
}

/// Sessions that have not ended, newest first: of one account, or (`None`) of every account of
/// `within` and the organizations below it.
///
/// # Errors
/// The database failed.
pub fn sessions(
    tx: &mut Tx<'_>,
    within: &str,
    account_id: Option<&str>,
    now_ms: i64,
) -> Result<Vec<StaffSession>> {
    let rows = tx.query(
        "SELECT s.id, a.login, s.created_at_ms, s.expires_at_ms, s.address
         FROM staff_sessions s JOIN staff_accounts a ON a.id = s.account_id
         WHERE s.expires_at_ms > ?3
           AND (a.id = ?2 OR (CAST(?2 AS TEXT) IS NULL AND a.organization_id IN
                (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)))
         ORDER BY s.created_at_ms DESC, s.id DESC",
        params![within, account_id, now_ms],
    )?;
    rows.iter()
        .map(|row| {
            Ok(StaffSession {
                id: row.text(0)?,
                login: row.text(1)?,
                created_at_ms: row.int(2)?,
                expires_at_ms: row.int(3)?,
                address: row.opt_text(4)?,
                current: false,
            })
        })
        .collect()
}

/// The account whose session this is, which nobody has ended; its time may be over
/// ([`purge_sessions`]), and the account may be closed.
///
/// # Errors
/// The database failed.
pub fn account_of_session(tx: &mut Tx<'_>, session_id: &str) -> Result<Option<Account>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} JOIN staff_sessions s ON s.account_id = a.id WHERE s.id = ?1"
    );
    tx.query_opt(&sql, params![session_id])?
        .as_ref()
        .map(read_account)
        .transpose()
}

/// Ends the session with this id; tells whether there was one.
///
/// # Errors
/// The database failed.
pub fn end_session(tx: &mut WriteTx<'_>, session_id: &str) -> Result<bool> {
    let sql = "DELETE FROM staff_sessions WHERE id = ?1";
    let ended = tx.execute(sql, params![session_id])? > 0;
    if ended {
        touch_journal(tx);
    }
    Ok(ended)
}

/// The session of a token, unless it has ended or its account was closed.
///
/// # Errors
/// The database failed.
pub fn session(tx: &mut Tx<'_>, token_sha256: &str, now_ms: i64) -> Result<Option<Session>> {
    let sql = format!(
        "SELECT {COLUMNS}, s.expires_at_ms, s.id FROM {FROM} JOIN staff_sessions s ON s.account_id = a.id
         WHERE s.token_sha256 = ?1 AND s.expires_at_ms > ?2 AND a.disabled_at_ms IS NULL"
    );
    let row = tx.query_opt(&sql, params![token_sha256, now_ms])?;
    row.map(|row| {
        Ok(Session {
            id: row.text(WIDTH + 1)?,
            account: read_account(&row)?,
            expires_at_ms: row.int(WIDTH)?,
        })
    })
    .transpose()
}

/// Ends a session; tells whether there was one.
///
/// # Errors
/// The database failed.
pub fn revoke_session(tx: &mut WriteTx<'_>, token_sha256: &str) -> Result<bool> {
    let sql = "DELETE FROM staff_sessions WHERE token_sha256 = ?1";
    let ended = tx.execute(sql, params![token_sha256])? > 0;
    if ended {
        touch_journal(tx);
    }
    Ok(ended)
}

/// Throws away sessions whose time was over at `before_ms`; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge_sessions(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    let sql = "DELETE FROM staff_sessions WHERE expires_at_ms <= ?1";
    let purged = tx.execute(sql, params![before_ms])?;
    if purged > 0 {
        touch_journal(tx);
    }
    Ok(purged)
}

fn touch_journal(tx: &mut WriteTx<'_>) {
    journal::touch(tx, Topic::Accounts, Audience::Own);
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
        disabled_at_ms: row.opt_int(5)?,
        created_at_ms: row.int(6)?,
        role: from_name(row.text(7)?)?,
        totp_sealed: row.opt_text(8)?,
        totp_pending: row.opt_text(9)?,
        totp_last_step: row.int(10)?,
        version: row.int(11)?,
    })
}
