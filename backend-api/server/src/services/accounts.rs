//! Staff accounts: made, changed and closed by those who may; passwords and second factors.

use std::sync::Arc;

use contract::account::{
    AccountOnly, PasswordChange, RecoveryCodes, Role, StaffAccount, StaffAccountChange,
    StaffAccountDraft, TotpOffer,
};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, recovery, staff};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Guessable};
use super::kit::names;
use super::kit::rights::{Action, Staff, may_grant};
use super::kit::subject::{self, Subject};
use super::logins::{self, Door};
use super::second_factor::{self, Proof};
use super::vault::{Place, Vault};
use super::{passwords, secrets, totp};

/// Longest login name, in characters.
pub(super) const MAX_LOGIN: usize = 64;

/// Which accounts are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whose login contains this, or whose organization is called or read so.
    pub name: Option<String>,
    /// Trusted with this.
    pub role: Option<Role>,
    /// Only these.
    pub only: Option<AccountOnly>,
}

/// Accounts of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    by: &Staff,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<StaffAccount>> {
    by.may(Action::Accounts)?;
    let filter = staff::Filter {
        within: &by.organization.id,
        name: filter.name.as_deref(),
        role: filter.role,
        only: filter.only,
    };
    let found = store.read(|tx| staff::select(tx, &filter, before, limit))?;
    Ok(found.into_iter().map(staff::Account::shown).collect())
}

/// Makes an account. Hashes slowly: not for an async thread.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`] for more than one may do oneself,
/// [`ServiceError::Conflict`] when the login exists.
pub fn create(
    store: &Store,
    by: &Staff,
    draft: &StaffAccountDraft,
    now_ms: i64,
) -> Result<StaffAccount> {
    by.may(Action::Accounts)?;
    let login = checked_login(&draft.login)?;
    let hash = hashed("password", &draft.password, &login)?;
    let (by, draft) = (by.clone(), draft.clone());
    store.write(move |tx| {
        let code = &draft.organization_code;
        let organization =
            subject::organization(tx, &by, Action::Accounts, "organization_code", code)?;
        may_give(&by, draft.role)?;
        let account =
            staff::create_account(tx, &login, &hash, &organization.id, draft.role, now_ms)?;
        noted(
            tx,
            &Actor::of(Some(&by)),
            "account.create",
            &account,
            now_ms,
        )?;
        Ok(account.shown())
    })
}

/// One account of the subtree.
///
/// # Errors
/// See [`subject`].
pub fn get(store: &Store, by: &Staff, id: &str) -> Result<StaffAccount> {
    store.read(|tx| Ok(subject::seen::<staff::Account>(tx, by, id)?.shown()))
}

/// Changes role and organization of an account that still is of the version that was seen. Its sessions go
/// on with the new rights; what they may no longer have ends.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Stale`],
/// [`ServiceError::Conflict`] for the own account.
pub fn change(
    store: &Store,
    by: &Staff,
    id: &str,
    seen: Seen,
    change: &StaffAccountChange,
    now_ms: i64,
) -> Result<StaffAccount> {
    let change = change.clone();
    with(
        store,
        by,
        id,
        now_ms,
        "account.change",
        move |tx, by, account| {
            not_oneself(by, account)?;
            seen.check(account.version)?;
            let code = &change.organization_code;
            let organization =
                subject::organization(tx, by, Action::Accounts, "organization_code", code)?;
            may_give(by, change.role)?;
            Ok(staff::set_rights(
                tx,
                &account.id,
                change.role,
                &organization.id,
            )?)
        },
    )
}

/// Closes an account and ends its sessions.
///
/// # Errors
/// As [`change`].
pub fn disable(store: &Store, by: &Staff, id: &str, now_ms: i64) -> Result<StaffAccount> {
    with(
        store,
        by,
        id,
        now_ms,
        "account.disable",
        move |tx, by, account| {
            not_oneself(by, account)?;
            Ok(staff::disable(tx, &account.id, now_ms)?)
        },
    )
}

/// Opens a closed account again.
///
/// # Errors
/// As [`change`].
pub fn enable(store: &Store, by: &Staff, id: &str, now_ms: i64) -> Result<StaffAccount> {
    with(store, by, id, now_ms, "account.enable", |tx, _, account| {
        Ok(staff::enable(tx, &account.id)?)
    })
}

/// Gives an account another password, unlocks it and ends its sessions. Hashes slowly.
///
/// # Errors
/// As [`change`]; [`ServiceError::Invalid`] for a password that is too short or easily guessed.
pub fn reset_password(
    store: &Store,
    vault: &Arc<Vault>,
    by: &Staff,
    id: &str,
    password: &str,
    now_ms: i64,
) -> Result<StaffAccount> {
    by.may(Action::Accounts)?;
    let login = store.read(|tx| staff::account(tx, id))?;
    let login = login.map_or_else(String::new, |account| account.login);
    let hash = hashed("password", password, &login)?;
    let vault = Arc::clone(vault);
    with(
        store,
        by,
        id,
        now_ms,
        "account.password",
        move |tx, by, account| {
            // With a session alone nobody changes what it was opened with.
            not_oneself(by, account)?;
            logins::forget(&vault, tx, &account.login)?;
            Ok(staff::set_password(tx, &account.id, &hash)?)
        },
    )
}

/// Takes the second factor of somebody who lost it away, and ends their sessions.
///
/// # Errors
/// As [`change`].
pub fn reset_totp(store: &Store, by: &Staff, id: &str, now_ms: i64) -> Result<StaffAccount> {
    with(
        store,
        by,
        id,
        now_ms,
        "account.totp_reset",
        |tx, by, account| {
            not_oneself(by, account)?;
            without_second_factor(tx, account)
        },
    )
}

/// As [`reset_totp`], for the command line, which asks nobody. Answers whether there was one.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown login.
pub fn reset_totp_by_system(store: &Store, login: &str, now_ms: i64) -> Result<bool> {
    let login = login.to_owned();
    store.write(move |tx| {
        let account = staff::account_by_login(tx, &login)?
            .ok_or(ServiceError::NotFound(staff::Account::NAME))?;
        without_second_factor(tx, &account)?;
        noted(tx, &Actor::System, "account.totp_reset", &account, now_ms)?;
        Ok(account.totp_sealed.is_some())
    })
}

fn without_second_factor(tx: &mut WriteTx<'_>, account: &staff::Account) -> Result<()> {
    staff::remove_totp(tx, &account.id)?;
    // Whoever has one of them could make the next second factor theirs.
    staff::end_sessions(tx, &account.id)?;
    Ok(())
}

/// Changes the own password. All other sessions end. Hashes slowly.
///
/// # Errors
/// [`ServiceError::Invalid`] for a password that is too short or easily guessed, [`ServiceError::WrongPassword`],
/// [`ServiceError::LockedOut`].
pub fn change_own_password(
    door: Door<'_>,
    by: &Staff,
    address: &str,
    change: &PasswordChange,
    now_ms: i64,
) -> Result<()> {
    let store = door.store;
    let account = own(store, by)?;
    let attempt = own_guess(door, &account, address, Guessable::Password);
    logins::right(door, &attempt, now_ms, || {
        let matches = change.current.len() <= 1024
            && secrets::password_matches(&change.current, Some(&account.password_hash));
        matches.then_some(()).ok_or(ServiceError::WrongPassword)
    })?;
    let hash = hashed("password", &change.password, &account.login)?;
    let by = by.clone();
    store.write(move |tx| {
        staff::change_password(tx, &account.id, &hash, &by.session_id)?;
        noted(
            tx,
            &Actor::of(Some(&by)),
            "account.password",
            &account,
            now_ms,
        )
    })
}

/// Offers a second factor, which is demanded once a code of it was right.
///
/// # Errors
/// [`ServiceError::Conflict`] if one is demanded already.
pub fn offer_totp(store: &Store, vault: &Arc<Vault>, by: &Staff) -> Result<TotpOffer> {
    let secret = totp::new_secret()?;
    let offer = TotpOffer {
        uri: totp::uri(&secret, &by.login),
        secret,
    };
    let (vault, id, secret) = (
        Arc::clone(vault),
        by.account_id.clone(),
        offer.secret.clone(),
    );
    store.write(move |tx| {
        let account = staff::account(tx, &id)?.ok_or(ServiceError::Unauthenticated)?;
        if account.totp_sealed.is_some() {
            return Err(ServiceError::Conflict(
                "已经启用了验证器，请先停用".to_owned(),
            ));
        }
        let sealed = vault.seal(tx, Place::Totp(&id), &secret)?;
        Ok(staff::offer_totp(tx, &id, Some(&sealed))?)
    })?;
    Ok(offer)
}

/// Demands the offered second factor from now on; answers the recovery codes that come with it.
///
/// # Errors
/// [`ServiceError::Conflict`] without an offer, [`ServiceError::SecondFactor`] for a wrong code,
/// [`ServiceError::LockedOut`].
pub fn confirm_totp(
    door: Door<'_>,
    by: &Staff,
    address: &str,
    code: &str,
    now_ms: i64,
) -> Result<RecoveryCodes> {
    let (store, vault) = (door.store, door.vault);
    let account = own(store, by)?;
    let pending = account
        .totp_pending
        .as_ref()
        .ok_or_else(|| ServiceError::Conflict("还没有领取验证器密钥，请重新开始".to_owned()))?;
    let secret = vault.unseal(Place::Totp(&account.id), pending)?;
    let step = right_code(door, &account, address, (&secret, code), now_ms)?;
    let (codes, kept) = second_factor::new_codes(vault, &account.id)?;
    let by = by.clone();
    store.write(move |tx| {
        staff::confirm_totp(tx, &account.id, step)?;
        recovery::replace(tx, &account.id, &kept)?;
        noted(
            tx,
            &Actor::of(Some(&by)),
            "account.totp_on",
            &account,
            now_ms,
        )
    })?;
    Ok(codes)
}

/// Puts new recovery codes in the place of those that are left; needs a code of the second factor.
///
/// # Errors
/// [`ServiceError::Conflict`] if none is demanded, [`ServiceError::SecondFactor`].
pub fn renew_recovery_codes(
    door: Door<'_>,
    by: &Staff,
    address: &str,
    code: &str,
    now_ms: i64,
) -> Result<RecoveryCodes> {
    let (store, vault) = (door.store, door.vault);
    let (account, proof) = proved(door, by, address, code, now_ms)?;
    let (codes, kept) = second_factor::new_codes(vault, &account.id)?;
    let by = by.clone();
    store.write(move |tx| {
        proof.use_up(tx, &account.id)?;
        recovery::replace(tx, &account.id, &kept)?;
        noted(
            tx,
            &Actor::of(Some(&by)),
            "account.recovery_codes",
            &account,
            now_ms,
        )
    })?;
    Ok(codes)
}

/// Demands no second factor any more; needs a code of it. Whoever must have one sets the next up at once:
/// so one moves to another telephone.
///
/// # Errors
/// [`ServiceError::Conflict`] if none is demanded, [`ServiceError::SecondFactor`], [`ServiceError::LockedOut`].
pub fn remove_totp(
    door: Door<'_>,
    by: &Staff,
    address: &str,
    code: &str,
    now_ms: i64,
) -> Result<()> {
    let store = door.store;
    let (account, proof) = proved(door, by, address, code, now_ms)?;
    let by = by.clone();
    store.write(move |tx| {
        proof.use_up(tx, &account.id)?;
        staff::remove_totp(tx, &account.id)?;
        noted(
            tx,
            &Actor::of(Some(&by)),
            "account.totp_off",
            &account,
            now_ms,
        )
    })
}

/// The own account, and what a code proves of it; a wrong one is counted.
fn proved(
    door: Door<'_>,
    by: &Staff,
    address: &str,
    code: &str,
    now_ms: i64,
) -> Result<(staff::Account, Proof)> {
    let account = own(door.store, by)?;
    if account.totp_sealed.is_none() {
        return Err(ServiceError::Conflict("没有启用验证器".to_owned()));
    }
    let attempt = own_guess(door, &account, address, second_factor::guessed(code));
    let proof = logins::right(door, &attempt, now_ms, || {
        Proof::of(door.store, door.vault, &account, code, now_ms)
    })?;
    Ok((account, proof))
}

fn own_guess(door: Door<'_>, account: &staff::Account, address: &str, what: Guessable) -> Attempt {
    logins::guess(door.vault, &account.login)
        .of(Some(&account.id))
        .by_address(address)
        .instead(what)
}

/// The step of a code of the own second factor, which is counted if it is wrong.
fn right_code(
    door: Door<'_>,
    account: &staff::Account,
    address: &str,
    (secret, code): (&str, &str),
    now_ms: i64,
) -> Result<i64> {
    let attempt = own_guess(door, account, address, Guessable::SecondFactor);
    logins::right(door, &attempt, now_ms, || {
        totp::step_of(secret, code, now_ms)?.ok_or(ServiceError::SecondFactor)
    })
}

impl Subject for staff::Account {
    const NAME: &'static str = "这个账号";
    const SEE: Action = Action::Accounts;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        staff::account(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }
}

/// Notes what was done to an account.
pub(super) fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    account: &staff::Account,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Account, &account.id);
    let organization = Some(account.organization.id.as_str());
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        organization,
        Words::Login(&account.login),
        now_ms,
    )?)
}

/// The login name, [cleaned](names).
pub(super) fn checked_login(login: &str) -> Result<String> {
    names::field("login", login, "登录名", MAX_LOGIN)
}

/// The hash of a password that is long enough and not easily guessed for this login.
pub(super) fn hashed(field: &str, password: &str, login: &str) -> Result<String> {
    passwords::acceptable(field, password, login)?;
    secrets::hash_password(password)
}

/// Works on an account that `by` may change, and notes it.
fn with(
    store: &Store,
    by: &Staff,
    id: &str,
    now_ms: i64,
    action: &'static str,
    work: impl Fn(&mut WriteTx<'_>, &Staff, &staff::Account) -> Result<()> + Send + 'static,
) -> Result<StaffAccount> {
    let (by, id) = (by.clone(), id.to_owned());
    store.write(move |tx| {
        let account: staff::Account = subject::allowed(tx, &by, Action::Accounts, &id)?;
        may_give(&by, account.role)?;
        work(tx, &by, &account)?;
        let account: staff::Account = subject::existing(tx, &id)?;
        noted(tx, &Actor::of(Some(&by)), action, &account, now_ms)?;
        Ok(account.shown())
    })
}

/// Lets a change of somebody else's account pass if it may do no more.
///
/// # Errors
/// [`ServiceError::Forbidden`].
pub(super) fn may_give(by: &Staff, role: Role) -> Result<()> {
    if may_grant(by.role, role) {
        Ok(())
    } else {
        Err(ServiceError::Forbidden("不能管理权限比自己大的账号"))
    }
}

/// Nobody locks themselves out, or in.
pub(super) fn not_oneself(by: &Staff, account: &staff::Account) -> Result<()> {
    if account.id == by.account_id {
        return Err(ServiceError::Conflict("不能这样修改自己的账号".to_owned()));
    }
    Ok(())
}

fn own(store: &Store, by: &Staff) -> Result<staff::Account> {
    store
        .read(|tx| staff::account(tx, &by.account_id))?
        .ok_or(ServiceError::Unauthenticated)
}
