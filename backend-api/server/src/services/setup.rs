//! Setting a new installation up in the browser, while there is no account. Who can read the server's log or run
//! its command line has a code; with it the place, its sections and the first administrator are made at once. As
//! soon as there is an account, however it was made, all of this is closed for ever.
//!
//! Whoever comes second finds no [code](setup_code): it is taken in the transaction in which the account is made.

use contract::error::FieldError;
use contract::organization::OrganizationKind;
use contract::setup::Setup;
use contract::staff::SignInRequest;
use store::versions::Seen;
use store::{Store, WriteTx, organizations as tree, staff, township as shown};

use super::kit::audit::Actor;
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::publishing::Source;
use super::kit::rights::Role;
use super::logins::{Caller, Door};
use super::organizations::OrganizationDraft;
use super::sessions::{self, SignedIn};
use super::setup_code::{self, CLOSED};
use super::{accounts, organizations, passwords, township};
use crate::config::Sessions;

/// Whether there is no account yet.
///
/// # Errors
/// The database failed.
pub fn is_open(store: &Store) -> Result<bool> {
    Ok(!store.read(staff::has_accounts)?)
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
    setup_code::check(door, &setup.code, &caller.counted, now_ms)?;
    let setup = checked(setup)?;
    let password_hash = accounts::hashed("password", &setup.password, &setup.login)?;
    let code = setup_code::hash(door.vault, &setup.code);
    let made = setup.clone();
    door.store.write(move |tx| {
        if staff::has_accounts(tx)? {
            return Err(CLOSED);
        }
        // Another one may have been made meanwhile.
        setup_code::take(tx, &code, now_ms)?;
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
