//! Staff sessions: signing in with password and second factor, listing and ending.

use std::sync::Arc;

use contract::account::StaffSession;
use contract::staff::{Me, SecondFactor, SignInRequest, SignInResponse};
use store::{Store, Tx, WriteTx, organizations, recovery, staff};

use super::accounts;
use super::kit::audit::Actor;
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Role, Staff};
use super::kit::subject::{self, Subject};
use super::logins::{self, Caller, Door};
use super::second_factor::{self, Proof};
use super::secrets;
use super::setup_code;
use crate::config::Sessions;

/// Creates an account that works on the subtree of `organization_code`; for the command line,
/// which asks nobody.
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
    let login = accounts::checked_login(login)?;
    let hash = accounts::hashed("password", password, &login)?;
    let code = organization_code.to_owned();
    store.write(move |tx| {
        let organization =
            organizations::by_code(tx, &code)?.ok_or(ServiceError::NotFound("这个组织代码"))?;
        let account = staff::create_account(tx, &login, &hash, &organization.id, role, now_ms)?;
        setup_code::close(tx)?;
        accounts::noted(tx, &Actor::System, "account.create", &account, now_ms)
    })
}

/// Somebody who was let in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What they are told.
    pub session: SignInResponse,
    /// By what the browser is known the next time: others who guess at this login do not keep it out.
    pub device: String,
}

/// Checks login, password and second factor, and opens a session. Hashes slowly: not for an async
/// thread. Each try is counted before it is compared, by what was typed as login, whether there is one or not.
///
/// # Errors
/// [`ServiceError::WrongPassword`], [`ServiceError::SecondFactor`], [`ServiceError::LockedOut`].
pub fn sign_in(
    door: Door<'_>,
    rules: &Sessions,
    request: &SignInRequest,
    caller: &Caller,
    now_ms: i64,
) -> Result<SignedIn> {
    let Door {
        store,
        vault,
        limits,
    } = door;
    // Longer ones are never right and would cost hashing time.
    if request.login.len() > 256 || request.password.len() > 1024 {
        return Err(ServiceError::WrongPassword);
    }
    let login = names::cleaned(&request.login);
    let account = store
        .read(|tx| {
            // As it was made; one that was made before logins were cleaned is found as it is.
            let found = staff::account_by_login(tx, &login)?;
            match found {
                None => staff::account_by_login(tx, request.login.trim()),
                found => Ok(found),
            }
        })?
        .filter(|account| account.disabled_at_ms.is_none());
    let device = caller.device.as_deref();
    let device =
        device.and_then(|text| logins::known_device(vault, account.as_ref(), text, now_ms));
    let attempt = logins::guess(vault, &login)
        .of(account.as_ref().map(|account| account.id.as_str()))
        .device(device)
        .by_address(&caller.counted);
    let (account, reserved) = logins::tried(door, &attempt, now_ms, || {
        // One is hashed too where there is no account: the time it takes tells nothing.
        let hash = account.as_ref().map(|it| it.password_hash.as_str());
        let matches = secrets::password_matches(&request.password, hash);
        account
            .filter(|_| matches)
            .ok_or(ServiceError::WrongPassword)
    })?;
    let code = request.totp.as_deref().unwrap_or_default();
    let mut reserved = vec![reserved];
    let mut proof = Proof::None;
    if account.totp_sealed.is_some() {
        let password = reserved.pop();
        store.write(move |tx| password.iter().try_for_each(|it| it.give_back(tx)))?;
        if code.trim().is_empty() {
            // Asking for the code is no try.
            return Err(ServiceError::SecondFactor);
        }
        let second = attempt.instead(second_factor::guessed(code));
        let (right, second) = logins::tried(door, &second, now_ms, || {
            Proof::of(store, vault, &account, code, now_ms)
        })?;
        proof = right;
        reserved.push(second);
    }
    let access_token = secrets::random_token()?;
    let device = logins::new_device(vault, &account, now_ms)?;
    let expires_at_ms = now_ms + i64::from(rules.hours) * 3_600_000;
    let session = staff::NewSession {
        account_id: account.id.clone(),
        token_sha256: secrets::sha256_hex(&access_token),
        expires_at_ms,
        address: Some(caller.address.clone()).filter(|address| !address.is_empty()),
    };
    let (organization, role) = (account.organization.clone(), account.role);
    let rules = rules.clone();
    let counts = Arc::clone(limits);
    let second_factor = store.write(move |tx| {
        // Two requests with one code: the second one comes too late.
        proof.use_up(tx, &account.id)?;
        for reserved in &reserved {
            counts.right(tx, reserved)?;
        }
        counts.forget(tx, &attempt)?;
        staff::create_session(tx, &session, now_ms)?;
        let actor = Actor::Staff(account.login.clone());
        if proof.by_recovery_code() {
            accounts::noted(tx, &actor, "account.recovery_used", &account, now_ms)?;
        }
        accounts::noted(tx, &actor, "session.open", &account, now_ms)?;
        second_factor::standing(tx, &rules, &account)
    })?;
    Ok(SignedIn {
        session: SignInResponse {
            access_token,
            expires_at_ms,
            organization,
            role,
            second_factor,
        },
        device,
    })
}

/// Who a session token belongs to.
///
/// # Errors
/// [`ServiceError::Unauthenticated`].
pub fn authenticate(store: &Store, token: &str, now_ms: i64) -> Result<Staff> {
    store.read(|tx| Ok(as_staff(open(tx, token, now_ms)?)))
}

/// Who a session token belongs to, and how they stand with their second factor: while it is
/// [due](SecondFactor::Due) they may set it up and nothing else.
///
/// # Errors
/// [`ServiceError::Unauthenticated`].
pub fn authenticate_to_set_up(
    store: &Store,
    rules: &Sessions,
    token: &str,
    now_ms: i64,
) -> Result<(Staff, SecondFactor)> {
    store.read(|tx| {
        let session = open(tx, token, now_ms)?;
        let standing = second_factor::standing(tx, rules, &session.account)?;
        Ok((as_staff(session), standing))
    })
}

fn open(tx: &mut Tx<'_>, token: &str, now_ms: i64) -> Result<staff::Session> {
    staff::session(tx, &secrets::sha256_hex(token), now_ms)?.ok_or(ServiceError::Unauthenticated)
}

fn as_staff(session: staff::Session) -> Staff {
    Staff {
        account_id: session.account.id,
        session_id: session.id,
        login: session.account.login,
        organization: session.account.organization,
        role: session.account.role,
    }
}

/// Who asks, until when they may, and how they stand with their second factor.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] if the session has ended.
pub fn me(store: &Store, rules: &Sessions, staff: &Staff, now_ms: i64) -> Result<Me> {
    store.read(|tx| {
        let own = staff::sessions(tx, &staff.organization.id, Some(&staff.account_id), now_ms)?;
        let session = own
            .into_iter()
            .find(|session| session.id == staff.session_id)
            .ok_or(ServiceError::Unauthenticated)?;
        let organization =
            organizations::get(tx, &staff.organization.id)?.ok_or(ServiceError::Unauthenticated)?;
        let account =
            staff::account(tx, &staff.account_id)?.ok_or(ServiceError::Unauthenticated)?;
        Ok(Me {
            login: staff.login.clone(),
            organization: staff.organization.clone(),
            organization_code: organization.code,
            role: staff.role,
            may: staff.allowed(tx)?,
            expires_at_ms: session.expires_at_ms,
            second_factor: second_factor::standing(tx, rules, &account)?,
            recovery_codes: recovery::left(tx, &account.id)?,
        })
    })
}

/// Sessions that have not ended, newest first: the own ones, or those of the whole subtree.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    everybody: bool,
    now_ms: i64,
) -> Result<Vec<StaffSession>> {
    if everybody {
        staff.may(Action::Accounts)?;
    }
    let of = (!everybody).then_some(staff.account_id.as_str());
    let mut found = store.read(|tx| staff::sessions(tx, &staff.organization.id, of, now_ms))?;
    for session in &mut found {
        session.current = session.id == staff.session_id;
    }
    Ok(found)
}

/// Whose session it is.
struct Of(staff::Account);

impl Subject for Of {
    const NAME: &'static str = "这次登录";
    const SEE: Action = Action::Accounts;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        Ok(staff::account_of_session(tx, id)?.map(Self))
    }

    fn organization_id(&self) -> &str {
        &self.0.organization.id
    }
}

/// Ends one of the own sessions, or one of an account that one may change.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn revoke(store: &Store, by: &Staff, session_id: &str, now_ms: i64) -> Result<()> {
    let (by, id) = (by.clone(), session_id.to_owned());
    store.write(move |tx| {
        let account = match staff::account_of_session(tx, &id)? {
            Some(own) if own.id == by.account_id => own,
            // To them those of others are as little there as those that have ended.
            _ if by.may(Action::Accounts).is_err() => return Err(subject::missing::<Of>()),
            _ => {
                let Of(account) = subject::allowed(tx, &by, Action::Accounts, &id)?;
                accounts::may_give(&by, account.role)?;
                account
            }
        };
        staff::end_session(tx, &id)?;
        ended(tx, &by, &account, now_ms)
    })
}

/// Ends the session this is asked with.
///
/// # Errors
/// The database failed.
pub fn sign_out(store: &Store, by: &Staff, now_ms: i64) -> Result<()> {
    let by = by.clone();
    store.write(move |tx| {
        let account = staff::account(tx, &by.account_id)?.ok_or(ServiceError::Unauthenticated)?;
        staff::end_session(tx, &by.session_id)?;
        ended(tx, &by, &account, now_ms)
    })
}

fn ended(tx: &mut WriteTx<'_>, by: &Staff, account: &staff::Account, now_ms: i64) -> Result<()> {
    let actor = Actor::of(Some(by));
    accounts::noted(tx, &actor, "session.end", account, now_ms)
}
