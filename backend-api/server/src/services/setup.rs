//! Setting a new installation up in the browser, while there is no account. Who can read the server's log or run
//! its command line has a code; with it the place, its sections and the first administrator are made at once. As
//! soon as there is an account, however it was made, all of this is closed for ever.
//!
//! Of the code there is a keyed hash, so that nobody tries codes on a copy of the database. Whoever comes second
//! finds none: it is taken in the transaction in which the account is made.

use std::sync::Arc;

use contract::error::FieldError;
use contract::organization::OrganizationKind;
use contract::setup::Setup;
use contract::staff::SignInRequest;
use store::versions::Seen;
use store::{Store, Tx, WriteTx, organizations as tree, settings, staff, township as shown};
use subtle::ConstantTimeEq as _;

use super::kit::audit::Actor;
use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Guessable};
use super::kit::names;
use super::kit::publishing::Source;
use super::kit::rights::Role;
use super::logins::{Caller, Door};
use super::organizations::OrganizationDraft;
use super::sessions::{self, SignedIn};
use super::vault::Vault;
use super::{accounts, organizations, passwords, recovery, township};
use crate::config::Sessions;

/// How long a code is good, in milliseconds.
pub const LIFETIME_MS: i64 = 24 * 3_600_000;

/// Characters of a code: 40 bits.
const LENGTH: usize = 8;

/// Where the code of now is kept: its hash, and until when it is good.
const KEY: &str = "setup.code";

/// Said of everything here once there is an account.
const CLOSED: ServiceError = ServiceError::NotFound("可以设置的内容，这里已经有账号了，请直接登录");

/// Whether there is no account yet.
///
/// # Errors
/// The database failed.
pub fn is_open(store: &Store) -> Result<bool> {
    Ok(!store.read(staff::has_accounts)?)
}

/// Makes a code, in the place of the one before, as people copy it; nothing once there is an account.
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

/// Makes the place and its administrator, and signs them in. Hashes slowly: not for an async thread.
///
/// # Errors
/// [`ServiceError::NotFound`] once there is an account, [`ServiceError::Invalid`] naming the fields, a code that is
/// none among them, [`ServiceError::TooMany`] for whoever tries codes.
pub fn claim(
    door: Door<'_>,
    rules: &Sessions,
    setup: &Setup,
    caller: &Caller,
    now_ms: i64,
) -> Result<SignedIn> {
    check_code(door, &setup.code, &caller.counted, now_ms)?;
    let setup = checked(setup)?;
    let password_hash = accounts::hashed("password", &setup.password, &setup.login)?;
    let code_hash = hash(door.vault, &setup.code);
    let made = setup.clone();
    door.store.write(move |tx| {
        if staff::has_accounts(tx)? {
            return Err(CLOSED);
        }
        // Another code may have been made meanwhile.
        let kept = settings::take(tx, KEY)?;
        if !kept.is_some_and(|kept| is_good(&kept, &code_hash, now_ms)) {
            return Err(wrong_code());
        }
        make(tx, &made, &password_hash, now_ms)
    })?;
    let credentials = SignInRequest {
        login: setup.login,
        password: setup.password,
        totp: None,
    };
    sessions::sign_in(door, rules, &credentials, caller, now_ms)
}

fn make(tx: &mut WriteTx<'_>, setup: &Setup, password_hash: &str, now_ms: i64) -> Result<()> {
    let source = Source::item(&setup.organization_code, "");
    if let Some(root) = tree::root(tx)?
        && root.code != setup.organization_code
    {
        // A folder was imported before.
        let message = format!(
            "已经有最上级组织“{}”，代码是 {}，请照这个填",
            root.name, root.code
        );
        return Err(ServiceError::field("organization_code", message));
    }
    let draft = OrganizationDraft {
        parent_code: None,
        kind: setup.kind,
        code: setup.organization_code.clone(),
        name: setup.name.clone(),
    };
    let (_, root) = organizations::put(tx, &source, &draft, now_ms).map_err(of_the_place)?;
    if shown::get(tx)?.is_none() {
        let sections = township::defaults(&setup.name);
        township::put(tx, &Source::server(), Seen::Any, &sections, now_ms)?;
    }
    let role = Role::PlatformAdministrator;
    let account = staff::create_account(tx, &setup.login, password_hash, &root.id, role, now_ms)?;
    accounts::noted(tx, &Actor::System, "account.create", &account, now_ms)?;
    accounts::noted(tx, &Actor::System, "setup.done", &account, now_ms)
}

/// The fields as an organization calls them, as they are called here.
fn of_the_place(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Invalid(mut fields) => {
            for field in fields.iter_mut().filter(|it| it.field == "code") {
                "organization_code".clone_into(&mut field.field);
            }
            ServiceError::Invalid(fields)
        }
        other => other,
    }
}

/// Compares a code; a wrong one is counted, and nothing else of what was sent is looked at.
fn check_code(door: Door<'_>, typed: &str, address: &str, now_ms: i64) -> Result<()> {
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
fn hash(vault: &Vault, typed: &str) -> String {
    let code = recovery::normal_of(typed, LENGTH).unwrap_or_default();
    vault.fingerprint(&format!("setup\n{code}"))
}

fn wrong_code() -> ServiceError {
    ServiceError::field(
        "code",
        "安装码不对，或者已经过期（24 小时）。重启服务，或在服务器上运行 backend-api setup-code，会给出新的",
    )
}

/// What was sent with its names [cleaned](names), or everything that is wrong with it.
fn checked(setup: &Setup) -> Result<Setup> {
    let mut wrong = Vec::new();
    let mut must = |field: &str, outcome: Result<String, String>| {
        outcome.unwrap_or_else(|message| {
            wrong.push(FieldError {
                field: field.to_owned(),
                message,
            });
            String::new()
        })
    };
    let name = must(
        "name",
        names::title(&setup.name, "名称（例如“清河镇”）", township::MAX_NAME),
    );
    let code = setup.organization_code.trim();
    let organization_code = must(
        "organization_code",
        organizations::check_code(code)
            .map(|()| code.to_owned())
            .map_err(str::to_owned),
    );
    let login = must(
        "login",
        names::title(&setup.login, "登录名", accounts::MAX_LOGIN),
    );
    let kinds = [
        OrganizationKind::Prefecture,
        OrganizationKind::County,
        OrganizationKind::Township,
    ];
    if !kinds.contains(&setup.kind) {
        must(
            "kind",
            Err("最上级的单位须是市、县或乡镇，站所、村和支部以后添加".to_owned()),
        );
    }
    if let Err(ServiceError::Invalid(fields)) =
        passwords::acceptable("password", &setup.password, &login)
    {
        wrong.extend(fields);
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    Ok(Setup {
        name,
        organization_code,
        login,
        ..setup.clone()
    })
}
