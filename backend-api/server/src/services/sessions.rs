//! Staff accounts and sessions.

use contract::staff::SignInResponse;
use store::{Store, organizations, settings, staff};

use super::error::{Result, ServiceError};
use super::rights::{Role, Staff};
use super::secrets;
use crate::config::Sessions;

/// Shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;

/// Creates an account that works on the subtree of `organization_code`.
///
/// # Errors
/// [`ServiceError::Invalid`] for an unusable login or password, [`ServiceError::Conflict`] when
/// the login exists, [`ServiceError::NotFound`] for an unknown organization.
pub fn create_account(
    store: &Store,
    login: &str,
    password: &str,
    organization_code: &str,
    role: Role,
    now_ms: i64,
) -> Result<()> {
    let login = login.trim().to_owned();
    if login.is_empty() || login.chars().count() > 64 || login.contains(char::is_control) {
        return Err(ServiceError::field("login", "登录名须为 1 到 64 个字符"));
    }
    if password.chars().count() < MIN_PASSWORD {
        return Err(ServiceError::field(
            "password",
            format!("密码至少 {MIN_PASSWORD} 个字符"),
        ));
    }
    let hash = secrets::hash_password(password)?;
    let code = organization_code.to_owned();
    store.write(move |tx| {
        let organization =
            organizations::by_code(tx, &code)?.ok_or(ServiceError::NotFound("这个组织代码"))?;
        let account = staff::create_account(tx, &login, &hash, &organization.id, now_ms)?;
        settings::set(tx, &Role::setting(&account.id), role.as_str())?;
        Ok(())
    })
}

/// Checks login and password and opens a session. Hashes slowly: not for an async thread.
///
/// # Errors
/// [`ServiceError::WrongPassword`], [`ServiceError::LockedOut`].
pub fn sign_in(
    store: &Store,
    rules: &Sessions,
    login: &str,
    password: &str,
    now_ms: i64,
) -> Result<SignInResponse> {
    // Longer ones are never right and would cost hashing time.
    if login.len() > 256 || password.len() > 1024 {
        return Err(ServiceError::WrongPassword);
    }
    let account = store
        .read(|tx| staff::account_by_login(tx, login.trim()))?
        .filter(|account| account.disabled_at_ms.is_none());
    if let Some(until_ms) = account
        .as_ref()
        .and_then(|account| account.locked_until_ms)
        .filter(|until_ms| *until_ms > now_ms)
    {
        return Err(ServiceError::LockedOut { until_ms });
    }
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.as_str());
    let matches = secrets::password_matches(password, hash);
    let Some(account) = account else {
        return Err(ServiceError::WrongPassword);
    };
    if !matches {
        let lockout = staff::Lockout {
            attempts: rules.lockout_attempts,
            lock_ms: i64::from(rules.lockout_minutes) * 60_000,
        };
        let locked =
            store.write(move |tx| staff::record_failure(tx, &account.id, lockout, now_ms))?;
        return Err(match locked {
            Some(until_ms) => ServiceError::LockedOut { until_ms },
            None => ServiceError::WrongPassword,
        });
    }
    let access_token = secrets::random_token()?;
    let token_sha256 = secrets::sha256_hex(&access_token);
    let expires_at_ms = now_ms + i64::from(rules.hours) * 3_600_000;
    let organization = account.organization.clone();
    store.write(move |tx| {
        staff::record_success(tx, &account.id)?;
        staff::create_session(tx, &account.id, &token_sha256, expires_at_ms, now_ms)
    })?;
    Ok(SignInResponse {
        access_token,
        expires_at_ms,
        organization,
    })
}

/// Who a session token belongs to.
///
/// # Errors
/// [`ServiceError::Unauthenticated`].
pub fn authenticate(store: &Store, token: &str, now_ms: i64) -> Result<Staff> {
    store.read(|tx| {
        let session = staff::session(tx, &secrets::sha256_hex(token), now_ms)?
            .ok_or(ServiceError::Unauthenticated)?;
        let role = Role::of(tx, &session.account.id)?;
        Ok(Staff {
            account_id: session.account.id,
            login: session.account.login,
            organization: session.account.organization,
            role,
        })
    })
}

/// Ends the session of a token; one that is over already is fine.
///
/// # Errors
/// The database failed.
pub fn sign_out(store: &Store, token: &str) -> Result<()> {
    let token_sha256 = secrets::sha256_hex(token);
    store.write(move |tx| staff::revoke_session(tx, &token_sha256).map(|_| ()))?;
    Ok(())
}
