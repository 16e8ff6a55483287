//! The second factor of staff: who has to have one, what proves it, and what is used up by that.

use contract::account::RecoveryCodes;
use contract::organization::OrganizationKind;
use contract::staff::SecondFactor;
use store::{Store, Tx, WriteTx, organizations, recovery as codes, staff};

use super::kit::error::{Result, ServiceError};
use super::kit::limits::Guessable;
use super::kit::rights::{Action, allows};
use super::vault::{Place, Vault};
use super::{recovery, totp};
use crate::config::{AskedOf, Sessions};

/// How an account stands with it.
///
/// # Errors
/// The database failed.
pub fn standing(
    tx: &mut Tx<'_>,
    rules: &Sessions,
    account: &staff::Account,
) -> Result<SecondFactor> {
    if account.totp_sealed.is_some() {
        return Ok(SecondFactor::On);
    }
    let asked = rules.second_factor == AskedOf::Administrators && must_have(tx, account)?;
    Ok(if asked {
        SecondFactor::Due
    } else {
        SecondFactor::Off
    })
}

/// Whether an account must have one: whoever makes accounts, and whoever publishes for a county or for
/// everybody there is. Decided by rights, so that a new role is judged by what it may.
fn must_have(tx: &mut Tx<'_>, account: &staff::Account) -> Result<bool> {
    if allows(account.role, Action::Accounts) {
        return Ok(true);
    }
    if !allows(account.role, Action::Publish) {
        return Ok(false);
    }
    let organization = organizations::get(tx, &account.organization.id)?;
    Ok(organization.is_some_and(|organization| {
        organization.parent_id.is_none()
            || matches!(
                organization.kind,
                OrganizationKind::Prefecture | OrganizationKind::County
            )
    }))
}

/// What somebody guesses at who typed this.
#[must_use]
pub fn guessed(code: &str) -> Guessable {
    if recovery::normal(code).is_some() {
        Guessable::RecoveryCode
    } else {
        Guessable::SecondFactor
    }
}

/// What proved the second factor; [used up](Self::use_up) in the transaction that does what it was needed for.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// The account has none.
    None,
    /// A code of this step.
    Step(i64),
    /// The recovery code that is kept so.
    Recovery(String),
}

impl Proof {
    /// What a code proves.
    ///
    /// # Errors
    /// [`ServiceError::SecondFactor`] if the account has a second factor and this is no code of it, or one of
    /// a step that was used.
    pub fn of(
        store: &Store,
        vault: &Vault,
        account: &staff::Account,
        code: &str,
        now_ms: i64,
    ) -> Result<Self> {
        let Some(sealed) = &account.totp_sealed else {
            return Ok(Self::None);
        };
        if let Some(code) = recovery::normal(code) {
            let hash = vault.recovery_hash(&account.id, &code);
            return if store.read(|tx| codes::has(tx, &account.id, &hash))? {
                Ok(Self::Recovery(hash))
            } else {
                Err(ServiceError::SecondFactor)
            };
        }
        let secret = vault.unseal(Place::Totp(&account.id), sealed)?;
        totp::step_of(&secret, code, now_ms)?
            .filter(|step| *step > account.totp_last_step)
            .map(Self::Step)
            .ok_or(ServiceError::SecondFactor)
    }

    /// Takes care that it proves nothing again.
    ///
    /// # Errors
    /// [`ServiceError::SecondFactor`] if another request with the same code was faster.
    pub fn use_up(&self, tx: &mut WriteTx<'_>, account_id: &str) -> Result<()> {
        let first = match self {
            Self::None => true,
            Self::Step(step) => staff::use_totp_step(tx, account_id, *step)?,
            Self::Recovery(hash) => codes::take(tx, account_id, hash)?,
        };
        if first {
            Ok(())
        } else {
            Err(ServiceError::SecondFactor)
        }
    }

    /// Whether a recovery code did it.
    #[must_use]
    pub const fn by_recovery_code(&self) -> bool {
        matches!(self, Self::Recovery(_))
    }
}

/// New recovery codes: as they are shown, and as they are kept.
///
/// # Errors
/// [`ServiceError::Internal`] when the system has no randomness to give.
pub fn new_codes(vault: &Vault, account_id: &str) -> Result<(RecoveryCodes, Vec<String>)> {
    let drawn = recovery::draw()?;
    let kept = drawn
        .iter()
        .map(|code| vault.recovery_hash(account_id, code))
        .collect();
    let codes = drawn.iter().map(|code| recovery::shown(code)).collect();
    Ok((RecoveryCodes { codes }, kept))
}
