//! How a box becomes a terminal: the device authorization grant of RFC 8628.

use std::collections::HashMap;
use std::sync::Arc;

use contract::enrolment::{
    ApproveRequest, HouseholdChoice, HouseholdChoices, PendingEnrolment, TokenErrorCode,
    TokenResponse,
};
use contract::terminal::{Terminal, TerminalKind};
use store::{Store, Tx, WriteTx, enrolments, households, organizations, terminals};

use super::households as households_service;
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::limits::table::WAITING_OF_ADDRESS;
use super::kit::limits::{Attempt, Guessable, Limits};
use super::kit::names;
use super::kit::rights::{Action, Staff};
use super::kit::subject;
use super::secrets;
use super::vault::Vault;

/// How long a user code can be approved, in milliseconds.
pub const LIFETIME_MS: i64 = 15 * 60_000;

/// How long a box waits between two questions, in milliseconds.
pub const INTERVAL_MS: i64 = 5_000;

/// A begun enrolment: both of its codes.
#[derive(Clone, Debug)]
pub struct Started {
    /// The box's secret.
    pub device_code: String,
    /// What its screen shows.
    pub user_code: String,
}

/// Where a box asks from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The address, as it is counted.
    pub address: String,
    /// The network it is in.
    pub network: String,
}

/// Begins an enrolment. At most `waiting` boxes wait at a time: of an address, a network or all there is room for
/// so many, and then the oldest of whoever has the most gives way.
///
/// # Errors
/// [`ServiceError::TooMany`].
pub fn start(
    store: &Store,
    limits: &Arc<Limits>,
    hardware: &str,
    origin: &Origin,
    waiting: u32,
    now_ms: i64,
) -> Result<Started> {
    let hardware: String = names::cleaned(hardware)
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    let room = enrolments::Room {
        of_address: WAITING_OF_ADDRESS.min(waiting),
        of_network: WAITING_OF_ADDRESS.min(waiting),
        of_all: waiting,
    };
    let (counting, asks) = (Arc::clone(limits), origin.clone());
    store.write(move |tx| counting.begin_enrolment(tx, &asks.address, now_ms))?;
    // With a few thousand codes of 10⁸ valid, a second clash in a row is already unheard of.
    for _ in 0..10 {
        let started = Started {
            device_code: secrets::random_token()?,
            user_code: secrets::random_user_code()?,
        };
        let new = enrolments::NewEnrolment {
            device_code_sha256: secrets::sha256_hex(&started.device_code),
            user_code: started.user_code.clone(),
            hardware: hardware.clone(),
            expires_at_ms: now_ms + LIFETIME_MS,
            interval_ms: INTERVAL_MS,
            address: origin.address.clone(),
            network: origin.network.clone(),
        };
        let limits = Arc::clone(limits);
        let begun = store.write(move |tx| {
            let (address, network) = (&new.address, &new.network);
            let found = enrolments::make_room(tx, address, network, room, now_ms)?;
            if found == enrolments::Found::None {
                return Err(ServiceError::TooMany { retry_after: 60 });
            }
            match enrolments::start(tx, &new, now_ms) {
                Ok(()) => {}
                Err(store::Error::Taken(_)) => return Ok(false),
                Err(other) => return Err(other.into()),
            }
            if found == enrolments::Found::InItsNetwork {
                limits.tell_of_flood(tx, network, now_ms)?;
            }
            Ok(true)
        })?;
        if begun {
            return Ok(started);
        }
    }
    Err(ServiceError::Internal("no free user code".to_owned()))
}

/// What a question for the token brings.
#[derive(Clone, Debug)]
pub enum Granted {
    /// The token.
    Token(Box<TokenResponse>),
    /// Not (yet).
    Refused(TokenErrorCode),
}

/// A box asks for its token. As long as its device code is good it gets the same one however often it
/// asks: an answer that was lost must not cost another approval. `address` is where it asks from, as it is counted.
///
/// # Errors
/// The database failed.
pub fn token(
    store: &Store,
    vault: &Vault,
    limits: &Arc<Limits>,
    (device_code, address): (&str, &str),
    now_ms: i64,
) -> Result<Granted> {
    let guess = Attempt::new(Guessable::DeviceCode).by_address(address);
    let limits = Arc::clone(limits);
    let device_code_sha256 = secrets::sha256_hex(device_code);
    let access_token = vault.terminal_token(device_code);
    let token_sha256 = secrets::sha256_hex(&access_token);
    // The answer and the transaction that makes it true are one.
    let granted = store.write(move |tx| {
        if limits.locked(tx, &guess, now_ms)?.is_some() {
            return Ok(Err(TokenErrorCode::SlowDown));
        }
        let refused = match enrolments::poll(tx, &device_code_sha256, now_ms)? {
            enrolments::Poll::Approved => {
                let terminal = enrolments::consume(tx, &device_code_sha256, &token_sha256, now_ms)?;
                let about = About::one(Thing::Terminal, &terminal.id);
                let organization = Some(terminal.organization.id.as_str());
                audit::system(tx, "terminal.create", &about, organization, now_ms)?;
                return Ok(Ok(terminal));
            }
            enrolments::Poll::Consumed => {
                let made = terminals::by_token(tx, &token_sha256)?;
                match made.filter(|terminal| terminal.revoked_at_ms.is_none()) {
                    Some(terminal) => return Ok(Ok(terminal)),
                    None => TokenErrorCode::InvalidGrant,
                }
            }
            enrolments::Poll::Unknown => {
                limits.failed(tx, &guess, now_ms)?;
                TokenErrorCode::InvalidGrant
            }
            enrolments::Poll::Expired => TokenErrorCode::ExpiredToken,
            enrolments::Poll::Declined => TokenErrorCode::AccessDenied,
            enrolments::Poll::SlowDown => TokenErrorCode::SlowDown,
            enrolments::Poll::Pending => TokenErrorCode::AuthorizationPending,
        };
        Ok::<_, ServiceError>(Err(refused))
    })?;
    Ok(match granted {
        Err(refused) => Granted::Refused(refused),
        Ok(terminal) => Granted::Token(Box::new(response(access_token, terminal))),
    })
}

fn response(access_token: String, terminal: Terminal) -> TokenResponse {
    TokenResponse {
        access_token,
        token_type: "Bearer".to_owned(),
        terminal_id: terminal.id,
        kind: terminal.kind,
        name: terminal.name,
        organization: terminal.organization,
    }
}

/// Boxes that wait. They belong to no organization yet, so everybody who may admit sees them.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn pending(store: &Store, staff: &Staff, now_ms: i64) -> Result<Vec<PendingEnrolment>> {
    staff.may(Action::Admit)?;
    Ok(store.read(|tx| enrolments::pending(tx, now_ms))?)
}

/// Households that are offered at once.
const CHOICES: u32 = 20;

/// Words of a search that count.
const WORDS: usize = 6;

/// Households of the subtree, or of an organization of it, in which every word of `text` is found:
/// in their name, in that of somebody who lives there, or in that of the village.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for an organization that is not there.
pub fn households(
    store: &Store,
    staff: &Staff,
    organization_code: Option<&str>,
    text: &str,
    now_ms: i64,
) -> Result<HouseholdChoices> {
    staff.may(Action::Admit)?;
    staff.may(Action::ReadMembers)?;
    store.read(|tx| {
        let within = match organization_code.filter(|code| !code.is_empty()) {
            Some(code) => {
                let action = Action::Admit;
                subject::organization(tx, staff, action, "organization_code", code)?.id
            }
            None => staff.organization.id.clone(),
        };
        choices(tx, &within, text, now_ms)
    })
}

/// As [`households()`], for the command line, which asks nobody.
///
/// # Errors
/// The database failed.
pub fn choices(tx: &mut Tx<'_>, within: &str, text: &str, now_ms: i64) -> Result<HouseholdChoices> {
    let words: Vec<&str> = text.split_whitespace().take(WORDS).collect();
    let mut found = households::find(tx, within, &words, CHOICES + 1)?;
    let more = found.len() > CHOICES as usize;
    found.truncate(CHOICES as usize);
    let any = !found.is_empty() || !households::find(tx, within, &[], 1)?.is_empty();
    let mut codes: HashMap<String, String> = HashMap::new();
    let mut items = Vec::with_capacity(found.len());
    for household in found {
        let id = household.organization.id.clone();
        if !codes.contains_key(&id) {
            let code = organizations::get(tx, &id)?.map(|one| one.code);
            codes.insert(id.clone(), code.unwrap_or_default());
        }
        items.push(HouseholdChoice {
            terminal: households::tv(tx, &household.id)?,
            awaited: households::is_awaited(tx, &household.id, now_ms)?,
            organization_code: codes.get(&id).cloned().unwrap_or_default(),
            id: household.id,
            name: household.name,
            organization: household.organization,
            members: household.members,
        });
    }
    Ok(HouseholdChoices { items, more, any })
}

/// Somebody of the staff who types codes.
#[derive(Clone, Debug)]
pub struct Typist {
    /// Who.
    pub staff: Staff,
    /// Counts wrong ones.
    pub limits: Arc<Limits>,
    /// The address they ask from, as it is counted.
    pub address: String,
}

impl Typist {
    /// Whether a box shows this code; one that none shows is counted. A refusal is a value: what was counted must stay.
    fn sees(&self, tx: &mut WriteTx<'_>, user_code: &str, now_ms: i64) -> Result<Result<()>> {
        let guess = Attempt::new(Guessable::UserCode)
            .account(&self.staff.account_id)
            .of(Some(&self.staff.account_id))
            .by_address(&self.address);
        if let Err(refused) = self.limits.check(tx, &guess, now_ms) {
            return Ok(Err(refused));
        }
        if enrolments::is_pending(tx, user_code, now_ms)? {
            return Ok(Ok(()));
        }
        self.limits.failed(tx, &guess, now_ms)?;
        Ok(Err(NO_SUCH_CODE))
    }
}

/// Admits the box that shows `user_code` (as typed). `typist` is `None` for the command line.
///
/// # Errors
/// [`ServiceError::NotFound`] for a code that nobody shows, [`ServiceError::Invalid`],
/// [`ServiceError::Forbidden`], [`ServiceError::TooMany`].
pub fn approve(
    store: &Store,
    typist: Option<&Typist>,
    user_code: &str,
    request: &ApproveRequest,
    now_ms: i64,
) -> Result<()> {
    let user_code = normal(user_code)?;
    let name = super::terminals::checked_name(&request.name)?;
    let (typist, request) = (typist.cloned(), request.clone());
    let staff = typist.as_ref().map(|typist| typist.staff.clone());
    store.write(move |tx| {
        // Whoever may admit nobody learns nothing of codes.
        staff.as_ref().map_or(Ok(()), |it| it.may(Action::Admit))?;
        let code = &request.organization_code;
        let organization =
            subject::organization(tx, &staff, Action::Admit, "organization_code", code)?;
        if let Some(typist) = &typist
            && let Err(refused) = typist.sees(tx, &user_code, now_ms)?
        {
            return Ok(Err(refused));
        }
        let mut replaces_terminal_id = None;
        if let Some(id) = &request.household_id {
            let kind = request.kind;
            replaces_terminal_id = households_service::to_be_given(
                tx,
                id,
                &organization.id,
                kind,
                request.replace_tv,
                now_ms,
            )?;
            enrolments::release(tx, id)?;
        }
        let approval = enrolments::Approval {
            organization_id: organization.id,
            kind: request.kind,
            name: name.clone(),
            household_id: request.household_id.clone(),
            replaces_terminal_id,
        };
        enrolments::approve(tx, &user_code, &approval, now_ms).map_err(unknown_code)?;
        let (actor, about) = (
            Actor::of(staff.as_ref()),
            About::one(Thing::Enrolment, &user_code),
        );
        let organization = Some(approval.organization_id.as_str());
        audit::note(
            tx,
            &actor,
            "terminal.admit",
            &about,
            organization,
            Words::None,
            now_ms,
        )?;
        Ok::<_, ServiceError>(Ok(()))
    })?
}

/// Sends the box that shows `user_code` away.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::TooMany`].
pub fn decline(store: &Store, typist: &Typist, user_code: &str, now_ms: i64) -> Result<()> {
    typist.staff.may(Action::Admit)?;
    let user_code = normal(user_code)?;
    let typist = typist.clone();
    store.write(move |tx| {
        let staff = &typist.staff;
        if let Err(refused) = typist.sees(tx, &user_code, now_ms)? {
            return Ok(Err(refused));
        }
        enrolments::decline(tx, &user_code, now_ms).map_err(unknown_code)?;
        let (actor, about) = (
            Actor::of(Some(staff)),
            About::one(Thing::Enrolment, &user_code),
        );
        let own = Some(staff.organization.id.as_str());
        audit::note(
            tx,
            &actor,
            "terminal.decline",
            &about,
            own,
            Words::None,
            now_ms,
        )?;
        Ok::<_, ServiceError>(Ok(()))
    })?
}

/// Admits every waiting box as a household of one organization, numbered. For demonstrations.
///
/// # Errors
/// [`ServiceError::NotFound`] when the organization does not exist.
pub fn admit_all(store: &Store, organization_code: &str, now_ms: i64) -> Result<u32> {
    let pending = store.read(|tx| enrolments::pending(tx, now_ms))?;
    let organization = store
        .read(|tx| organizations::by_code(tx, organization_code))?
        .ok_or(ServiceError::NotFound("这个组织代码"))?;
    let mut admitted = 0;
    for waiting in pending {
        // Its people come with the household, if one has no TV yet.
        let household =
            store.read(|tx| households::without_terminal(tx, &organization.id, now_ms))?;
        let name = match &household {
            Some(household) => format!("{} {}", organization.name, household.name),
            None => format!("{} {} 号", organization.name, &waiting.user_code[5..]),
        };
        let request = ApproveRequest {
            organization_code: organization_code.to_owned(),
            kind: TerminalKind::Household,
            name,
            household_id: household.map(|household| household.id),
            replace_tv: false,
        };
        approve(store, None, &waiting.user_code, &request, now_ms)?;
        admitted += 1;
    }
    Ok(admitted)
}

const NO_SUCH_CODE: ServiceError = ServiceError::NotFound("这个登记码");

fn normal(user_code: &str) -> Result<String> {
    secrets::normal_user_code(user_code).ok_or(NO_SUCH_CODE)
}

fn unknown_code(error: store::Error) -> ServiceError {
    match error {
        store::Error::NotFound(_) => NO_SUCH_CODE,
        other => other.into(),
    }
}
