//! A batch of sign-ins in one transaction: each is judged by itself, in the order in which they
//! came, and its idempotency key, its tries, its row and its entry in the audit log are kept
//! together or not at all.
//!
//! The database is asked for all of them at a time, by primary keys only. What one of the batch
//! changes for a later one of it is remembered here.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use contract::member::{MemberRef, Proof};
use contract::roll_call::{
    AttendanceState, Method, RollCallState, SignIn, SignInTime, SignedIn, VerifyReason,
};
use contract::staff::NoticeKind;
use contract::terminal::TerminalKind;
use serde::{Deserialize, Serialize};
use store::idempotency::{self, Key, Stored};
use store::limits::Locks;
use store::notices::{self, NewNotice};
use store::roll_calls::sign_ins::{self, Answer, AnswerKey, Ask, Candidate, Place, Who, distinct};
use store::roll_calls::{self, RollCall, Round, RoundState};
use store::{Store, WriteTx, organizations};

use super::judge::{Claim, Code, Pin, Refused, Settled, Verdict, Window, judge, settle};
use super::{about, presence, schedule};
use crate::services::identity;
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError, chain};
use crate::services::kit::limits::{Attempt, Failed, Guessable, Limits};
use crate::services::proof;
use crate::services::vault::{Field, Vault};

/// A sign-in as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Terminal it came from.
    pub terminal_id: Arc<str>,
    /// Address it came from, as it is counted; empty: it is not known.
    pub address: String,
    /// Its idempotency key.
    pub key: String,
    /// What was sent.
    pub request: SignIn,
    /// When it arrived, Unix milliseconds.
    pub received_at_ms: i64,
}

/// A sign-in with all that can be made of it before the transaction.
struct Prepared {
    terminal_id: Arc<str>,
    address: String,
    key: Key,
    roll_call_id: String,
    round: u32,
    who: Wanted,
    pin: Option<String>,
    presence_code: Option<String>,
    time: SignInTime,
    received_at_ms: i64,
}

/// Who wants to sign in.
enum Wanted {
    Member(String),
    /// Blind index of a card.
    Card(String),
}

impl Wanted {
    fn who(&self) -> Who<'_> {
        match self {
            Self::Member(id) => Who::Member(id),
            Self::Card(index) => Who::Card(index),
        }
    }

    fn method(&self) -> Method {
        match self {
            Self::Member(_) => Method::Remote,
            Self::Card(_) => Method::Card,
        }
    }
}

/// What is kept under an idempotency key: no name, so that a purge need not look here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Signed {
        member_id: String,
        state: AttendanceState,
        repeated: bool,
        signed_at_ms: i64,
        verify: Option<VerifyReason>,
    },
    /// A wrong PIN cost a try; sent again it costs no other.
    WrongPin { left: u32 },
    /// As before, and it was the last try or one too many.
    PinLocked { until_ms: i64 },
}

/// Takes a batch; answers each in its place.
///
/// If the transaction fails as a whole, each is tried by itself, so that a single one that cannot
/// be kept takes no other with it; not while the database cannot be used, which is the same for all.
#[must_use]
pub fn take(
    store: &Store,
    vault: &Arc<Vault>,
    limits: &Arc<Limits>,
    arrived: Vec<Arrived>,
    now_ms: i64,
) -> Vec<Result<SignedIn>> {
    let count = arrived.len();
    let prepared: Vec<Arc<Prepared>> = arrived
        .into_iter()
        .map(|arrived| Arc::new(prepare(vault, arrived)))
        .collect();
    match write(store, vault, limits, prepared.clone(), now_ms) {
        Ok(answers) => answers,
        Err(error) if count == 1 => vec![Err(error)],
        Err(ServiceError::Unavailable(why)) => (0..count)
            .map(|_| Err(ServiceError::Unavailable(why)))
            .collect(),
        Err(error) => {
            tracing::warn!(
                error = chain(&error),
                count,
                "a batch of sign-ins failed, each is tried by itself"
            );
            prepared
                .into_iter()
                .map(|one| {
                    let mut answers = write(store, vault, limits, vec![one], now_ms)?;
                    answers.pop().unwrap_or(Err(ServiceError::Internal(
                        "a sign-in without an answer".to_owned(),
                    )))
                })
                .collect()
        }
    }
}

fn prepare(vault: &Vault, arrived: Arrived) -> Prepared {
    let SignIn {
        roll_call_id,
        round,
        proof,
        presence_code,
        time,
    } = arrived.request;
    let (who, pin) = match proof {
        Proof::Pin { member_id, pin } => (Wanted::Member(member_id), Some(pin)),
        Proof::Card { card } => (
            Wanted::Card(vault.index(Field::Card, &identity::normal_card(&card))),
            None,
        ),
    };
    // Not the time, which a repeat tells anew; and keyed, because a PIN has a million values.
    let (sort, whom) = match &who {
        Wanted::Member(id) => ("pin", id),
        Wanted::Card(index) => ("card", index),
    };
    let said = [
        "sign-in",
        &roll_call_id,
        &round.to_string(),
        sort,
        whom,
        pin.as_deref().unwrap_or_default(),
        presence_code.as_deref().unwrap_or_default(),
    ]
    .join("\n");
    Prepared {
        key: Key {
            scope: format!("terminal/{}", arrived.terminal_id),
            key: arrived.key,
            request_hash: vault.fingerprint(&said),
        },
        terminal_id: arrived.terminal_id,
        address: arrived.address,
        roll_call_id,
        round,
        who,
        pin,
        presence_code,
        time,
        received_at_ms: arrived.received_at_ms,
    }
}

fn write(
    store: &Store,
    vault: &Arc<Vault>,
    limits: &Arc<Limits>,
    batch: Vec<Arc<Prepared>>,
    now_ms: i64,
) -> Result<Vec<Result<SignedIn>>> {
    let random = schedule::random()?;
    let (store, vault, limits) = (store.clone(), Arc::clone(vault), Arc::clone(limits));
    // A panic undoes the transaction, and must not take the others of the batch with it.
    let written = catch_unwind(AssertUnwindSafe(move || {
        store.write(move |tx| {
            let known = (&*vault, &*limits);
            Batch::load(tx, known, &batch, &random, now_ms)?.run(tx, &batch)
        })
    }));
    written.unwrap_or_else(|_| Err(ServiceError::Internal("a batch panicked".to_owned())))
}

/// What a batch knows, and what it has done so far.
struct Batch<'a> {
    vault: &'a Vault,
    limits: &'a Limits,
    /// Who may not try at the moment.
    locks: Locks,
    now_ms: i64,
    recalled: HashMap<(String, String), (String, Stored)>,
    roll_calls: HashMap<String, RollCall>,
    places: HashMap<String, Place>,
    candidates: Vec<Option<Candidate>>,
    answers: HashMap<AnswerKey, Answer>,
    sign_ins: HashMap<AnswerKey, sign_ins::SignIn>,
    /// Members and terminals with a wrong PIN in this batch.
    tried: HashSet<(String, String)>,
    /// Whether a roll call is held at an organization.
    held: HashMap<(String, String), bool>,
    keep: Vec<(Key, Stored)>,
    entries: Vec<audit::Entry>,
    doubtful: Vec<NewNotice>,
}

impl<'a> Batch<'a> {
    fn load(
        tx: &mut WriteTx<'_>,
        (vault, limits): (&'a Vault, &'a Limits),
        batch: &[Arc<Prepared>],
        random: &[u64; 3],
        now_ms: i64,
    ) -> Result<Self> {
        let keys = distinct(
            batch
                .iter()
                .map(|one| (one.key.scope.as_str(), one.key.key.as_str())),
        );
        let ids = distinct(batch.iter().map(|one| one.roll_call_id.as_str()));
        let terminals = distinct(batch.iter().map(|one| &*one.terminal_id));
        tx.by_keys()?;
        let mut roll_calls = roll_calls::by_ids(tx, &ids)?;
        // Those who sign in at the very moment, or after the server was down, find it open.
        if roll_calls.iter().any(|roll_call| is_due(roll_call, now_ms))
            && schedule::catch_up(tx, &ids, random, now_ms)?
        {
            roll_calls = roll_calls::by_ids(tx, &ids)?;
        }
        let asks: Vec<Ask<'_>> = batch
            .iter()
            .map(|one| Ask {
                roll_call_id: &one.roll_call_id,
                round: one.round,
                who: one.who.who(),
                terminal_id: &one.terminal_id,
            })
            .collect();
        let guessable = [Guessable::Pin, Guessable::PresenceCode, Guessable::Card];
        Ok(Self {
            vault,
            limits,
            locks: limits.locks(tx, &guessable, now_ms)?,
            now_ms,
            recalled: idempotency::recall_many(tx, &keys)?,
            roll_calls: roll_calls
                .into_iter()
                .map(|roll_call| (roll_call.id.clone(), roll_call))
                .collect(),
            places: sign_ins::places(tx, &terminals)?,
            candidates: sign_ins::candidates(tx, &asks)?,
            answers: HashMap::new(),
            sign_ins: HashMap::new(),
            tried: HashSet::new(),
            held: HashMap::new(),
            keep: Vec::new(),
            entries: Vec::new(),
            doubtful: Vec::new(),
        })
    }

    fn run(
        mut self,
        tx: &mut WriteTx<'_>,
        batch: &[Arc<Prepared>],
    ) -> Result<Vec<Result<SignedIn>>> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for (index, one) in batch.iter().enumerate() {
            outcomes.push(self.recall_or_judge(tx, index, one)?);
        }
        let sign_ins: Vec<sign_ins::SignIn> = self.sign_ins.drain().map(|(_, one)| one).collect();
        sign_ins::keep(tx, &sign_ins)?;
        idempotency::keep_many(tx, &self.keep, self.now_ms)?;
        audit::note_all(tx, std::mem::take(&mut self.entries), self.now_ms)?;
        for notice in &self.doubtful {
            notices::raise(tx, notice, self.now_ms)?;
        }
        self.answer(tx, batch, outcomes)
    }

    /// The outer result is the transaction's, the inner one this sign-in's.
    fn recall_or_judge(
        &mut self,
        tx: &mut WriteTx<'_>,
        index: usize,
        one: &Prepared,
    ) -> Result<Result<Kept>> {
        let key = (one.key.scope.clone(), one.key.key.clone());
        if let Some((request_hash, stored)) = self.recalled.get(&key) {
            if *request_hash != one.key.request_hash {
                return Ok(Err(ServiceError::KeyReused));
            }
            let kept = serde_json::from_str(&stored.body).map_err(|error| {
                ServiceError::Internal(format!("a stored answer is damaged: {error}"))
            });
            return Ok(kept);
        }
        let outcome = self.judge(tx, index, one)?;
        if let Ok(kept) = &outcome {
            let stored = Stored {
                status: 200,
                body: serde_json::to_string(kept)
                    .map_err(|error| ServiceError::Internal(format!("an answer: {error}")))?,
            };
            self.keep.push((one.key.clone(), stored.clone()));
            self.recalled
                .insert(key, (one.key.request_hash.clone(), stored));
        }
        Ok(outcome)
    }

    fn judge(
        &mut self,
        tx: &mut WriteTx<'_>,
        index: usize,
        one: &Prepared,
    ) -> Result<Result<Kept>> {
        if let Some(until_ms) = self.card_locked(one) {
            return Ok(Err(ServiceError::too_many(until_ms, self.now_ms)));
        }
        let found = match self.find(one, index) {
            Ok(found) => found,
            Err(ServiceError::UnknownCard) => {
                self.wrong(tx, &self.attempt(one, Guessable::Card))?;
                return Ok(Err(ServiceError::UnknownCard));
            }
            Err(refused) => return Ok(Err(refused)),
        };
        let Found {
            place,
            roll_call,
            round,
            candidate,
        } = &found;
        if !candidate.called && !self.is_held_at(tx, roll_call, place)? {
            return Ok(Err(ServiceError::NotFound("这次点名")));
        }
        let key = (
            roll_call.id.clone(),
            round.number,
            candidate.member.id.clone(),
        );
        let there = self.answers.get(&key).copied().or(candidate.answer);
        let claim = Claim {
            received_at_ms: one.received_at_ms,
            time: one.time,
            window: Window {
                opens_at_ms: round.opens_at_ms,
                late_at_ms: round.late_at_ms,
                closes_at_ms: round.closes_at_ms,
            },
            heard: place.heard,
        };
        let code_attempt = self
            .attempt(one, Guessable::PresenceCode)
            .member(&candidate.member.id);
        let codes_locked = match &roll_call.presence_secret {
            Some(_) => self.limits.locked_by(&self.locks, &code_attempt),
            None => None,
        };
        let code_wrong = Cell::new(false);
        let mut failed = None;
        let pin = || match self.pin(tx, one, candidate) {
            Ok(pin) => pin,
            Err(error) => {
                failed = Some(error);
                Pin::Locked { until_ms: 0 }
            }
        };
        let verdict = judge(&claim, pin, |at_ms| {
            let Some(secret) = &roll_call.presence_secret else {
                return Code::Right;
            };
            if let Some(until_ms) = codes_locked {
                return Code::Locked { until_ms };
            }
            match &one.presence_code {
                Some(code) if presence::is_right(secret, code, at_ms) => Code::Right,
                // To ask without one is no guess.
                given => {
                    code_wrong.set(given.is_some());
                    Code::Wrong
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if code_wrong.get() {
            self.wrong(tx, &code_attempt)?;
        }
        let (answer, repeated) = match (settle(there.map(|answer| answer.state), verdict), there) {
            (Settled::Refused(refused), _) => return Ok(refuse(refused, self.now_ms)),
            (Settled::Taken(verdict), _) => match answer_of(verdict) {
                Some(answer) => (answer, false),
                None => {
                    return Ok(Err(ServiceError::Internal(
                        "a refusal was taken".to_owned(),
                    )));
                }
            },
            (Settled::Stands, Some(there)) => (there, true),
            (Settled::Stands, None) => {
                return Ok(Err(ServiceError::Internal("nothing stands".to_owned())));
            }
        };
        if !repeated {
            self.note(one, &found, key, answer);
        }
        let guest = !found.candidate.called;
        let state = match answer.state {
            AttendanceState::Present | AttendanceState::Late if guest => AttendanceState::Guest,
            state => state,
        };
        Ok(Ok(Kept::Signed {
            member_id: found.candidate.member.id,
            state,
            repeated,
            signed_at_ms: answer.signed_at_ms,
            verify: answer.verify,
        }))
    }

    /// Everything a judgement needs, or why there is none.
    fn find(&self, one: &Prepared, index: usize) -> Result<Found> {
        const PERSON: ServiceError = ServiceError::NotFound("这位党员");
        let place = self
            .places
            .get(&*one.terminal_id)
            .ok_or(ServiceError::Unauthenticated)?;
        match (place.kind, &one.who) {
            (TerminalKind::Signage, _) => {
                return Err(ServiceError::Forbidden("这台屏幕不能签到"));
            }
            // Before the card is looked for: a home learns nothing of cards.
            (kind, Wanted::Card(_)) if !proof::takes_cards(kind) => {
                return Err(ServiceError::Forbidden("家中的电视不能刷卡签到，请用密码"));
            }
            _ => {}
        }
        let roll_call = self
            .roll_calls
            .get(&one.roll_call_id)
            .ok_or(ServiceError::NotFound("这次点名"))?;
        // A random spot check to come is not told.
        let round = roll_call
            .round(one.round)
            .filter(|round| round.number == 1 || round.state != RoundState::Planned)
            .ok_or(ServiceError::NotFound("这一轮点名"))?;
        if roll_call.state == RollCallState::Cancelled || round.state == RoundState::Cancelled {
            return Err(ServiceError::Conflict("这次点名已经取消".to_owned()));
        }
        let candidate = self.candidates.get(index).and_then(Option::as_ref);
        let candidate = match (&one.who, candidate) {
            (Wanted::Card(_), Some(candidate)) if !candidate.left || candidate.called => candidate,
            (Wanted::Card(_), _) => return Err(ServiceError::UnknownCard),
            (Wanted::Member(_), Some(candidate)) => {
                let household = place
                    .household
                    .as_ref()
                    .map(|household| household.id.as_str());
                let theirs = candidate.household_id.as_deref();
                let here = proof::is_of(place.kind, household, theirs, candidate.below_terminal);
                if !here || (candidate.left && !candidate.called) {
                    return Err(PERSON);
                }
                if candidate.pin_hash.is_none() {
                    return Err(ServiceError::NoPin);
                }
                candidate
            }
            (Wanted::Member(_), None) => return Err(PERSON),
        };
        Ok(Found {
            place: place.clone(),
            roll_call: roll_call.clone(),
            round: *round,
            candidate: candidate.clone(),
        })
    }

    /// Whether a roll call is held where a terminal stands: at its organization, above or below.
    fn is_held_at(
        &mut self,
        tx: &mut WriteTx<'_>,
        roll_call: &RollCall,
        place: &Place,
    ) -> Result<bool> {
        let (caller, here) = (&roll_call.organization.id, &place.organization_id);
        let key = (caller.clone(), here.clone());
        if let Some(held) = self.held.get(&key) {
            return Ok(*held);
        }
        let held = organizations::is_within(tx, here, caller)?
            || organizations::is_within(tx, caller, here)?;
        self.held.insert(key, held);
        Ok(held)
    }

    fn pin(&mut self, tx: &mut WriteTx<'_>, one: &Prepared, candidate: &Candidate) -> Result<Pin> {
        let (Some(pin), Some(hash)) = (&one.pin, &candidate.pin_hash) else {
            return Ok(Pin::Right);
        };
        let id = &candidate.member.id;
        let attempt = self.attempt(one, Guessable::Pin).member(id);
        if let Some(until_ms) = self.limits.locked_by(&self.locks, &attempt) {
            return Ok(Pin::Locked { until_ms });
        }
        let tried = (id.clone(), one.terminal_id.to_string());
        if self.vault.pin_matches(id, pin, hash) {
            // The right one costs no statement where none was wrong, and forgives those before.
            if candidate.tried || self.tried.contains(&tried) {
                self.limits.forget(tx, &attempt)?;
            }
            return Ok(Pin::Right);
        }
        self.tried.insert(tried);
        let failed = self.wrong(tx, &attempt)?;
        Ok(match failed.locked_until_ms {
            Some(until_ms) => Pin::Locked { until_ms },
            None => Pin::Wrong { left: failed.left },
        })
    }

    /// Who tries something at a terminal.
    fn attempt(&self, one: &Prepared, what: Guessable) -> Attempt {
        let attempt = Attempt::new(what).by_address(&one.address);
        match self.places.get(&*one.terminal_id) {
            Some(place) => attempt.terminal(&place.terminal_id, &place.organization_id),
            None => attempt,
        }
    }

    /// Until when no card is looked at where this one was read.
    fn card_locked(&self, one: &Prepared) -> Option<i64> {
        let Wanted::Card(_) = one.who else {
            return None;
        };
        let place = self.places.get(&*one.terminal_id)?;
        let attempt = proof::takes_cards(place.kind).then(|| self.attempt(one, Guessable::Card))?;
        self.limits.locked_by(&self.locks, &attempt)
    }

    /// Counts a wrong guess, for those that come later in the batch as well.
    fn wrong(&mut self, tx: &mut WriteTx<'_>, attempt: &Attempt) -> Result<Failed> {
        let failed = self.limits.failed(tx, attempt, self.now_ms)?;
        failed.note(&mut self.locks);
        Ok(failed)
    }

    fn note(&mut self, one: &Prepared, found: &Found, key: AnswerKey, answer: Answer) {
        let Found {
            roll_call,
            round,
            candidate,
            ..
        } = found;
        let guest = !candidate.called;
        self.entries.push(audit::Entry::new(
            &Actor::Terminal(one.terminal_id.to_string()),
            "roll_call.sign_in",
            &About::one(Thing::Member, &candidate.member.id),
            Some(&candidate.organization_id),
            Words::Answered {
                roll_call: &about(&roll_call.id),
                round: round.number,
                state: answer.state,
                method: one.who.method(),
                guest,
                verify: answer.verify,
            },
        ));
        if answer.verify.is_some() {
            let notice = NewNotice {
                organization_id: candidate.organization_id.clone(),
                kind: NoticeKind::SignInToVerify,
                subject: about(&roll_call.id).to_string(),
                detail: format!("“{}”有签到需要核实", roll_call.title),
            };
            if !self.doubtful.contains(&notice) {
                self.doubtful.push(notice);
            }
        }
        self.answers.insert(key.clone(), answer);
        self.sign_ins.insert(
            key,
            sign_ins::SignIn {
                roll_call_id: roll_call.id.clone(),
                round: round.number,
                member_id: candidate.member.id.clone(),
                answer,
                method: one.who.method(),
                guest,
                terminal_id: Some(one.terminal_id.to_string()),
                received_at_ms: one.received_at_ms,
                claimed_at_ms: one.time.at_ms,
                offset_ms: one.time.offset_ms,
            },
        );
    }

    /// Puts names to what was kept, and at homes who is still missing.
    fn answer(
        &self,
        tx: &mut WriteTx<'_>,
        batch: &[Arc<Prepared>],
        outcomes: Vec<Result<Kept>>,
    ) -> Result<Vec<Result<SignedIn>>> {
        let signed = |outcome: &'_ Result<Kept>| match outcome {
            Ok(Kept::Signed { member_id, .. }) => Some(member_id.clone()),
            _ => None,
        };
        let ids: Vec<String> = outcomes.iter().filter_map(signed).collect();
        let names = sign_ins::names(tx, &distinct(ids.iter().map(String::as_str)))?;
        let mut homes: HashMap<(&str, u32), Vec<&str>> = HashMap::new();
        for (one, outcome) in batch.iter().zip(&outcomes) {
            if signed(outcome).is_some()
                && let Some(household) = self.household(one)
            {
                let round = (one.roll_call_id.as_str(), one.round);
                homes.entry(round).or_default().push(household);
            }
        }
        let mut missing = HashMap::new();
        for (round, households) in homes {
            let households = distinct(households);
            missing.insert(round, sign_ins::missing(tx, round.0, round.1, &households)?);
        }
        let missing_at = |one: &Prepared| -> Vec<MemberRef> {
            self.household(one)
                .and_then(|household| {
                    let round = (one.roll_call_id.as_str(), one.round);
                    missing.get(&round)?.get(household).cloned()
                })
                .unwrap_or_default()
        };
        let answers = batch
            .iter()
            .zip(outcomes)
            .map(|(one, outcome)| match outcome? {
                Kept::Signed {
                    member_id,
                    state,
                    repeated,
                    signed_at_ms,
                    verify,
                } => Ok(SignedIn {
                    member: MemberRef {
                        name: names.get(&member_id).cloned().unwrap_or_default(),
                        id: member_id,
                    },
                    state,
                    repeated,
                    signed_at_ms,
                    verify,
                    household_missing: missing_at(one),
                }),
                Kept::WrongPin { left } => Err(ServiceError::WrongPin { left }),
                Kept::PinLocked { until_ms } => Err(ServiceError::PinLocked { until_ms }),
            });
        Ok(answers.collect())
    }

    /// The household of a sign-in at a home.
    fn household(&self, one: &Prepared) -> Option<&str> {
        let place = self.places.get(&*one.terminal_id)?;
        let household = place.household.as_ref()?;
        (!place.is_station()).then_some(household.id.as_str())
    }
}

/// What a judgement is about.
struct Found {
    place: Place,
    roll_call: RollCall,
    round: Round,
    candidate: Candidate,
}

fn is_due(roll_call: &RollCall, now_ms: i64) -> bool {
    roll_call.rounds.iter().any(|round| match round.state {
        RoundState::Planned => round.opens_at_ms <= now_ms,
        RoundState::Open => round.closes_at_ms <= now_ms,
        RoundState::Closed | RoundState::Cancelled => false,
    })
}

fn answer_of(verdict: Verdict) -> Option<Answer> {
    match verdict {
        Verdict::Counts { state, at_ms } => Some(Answer {
            state,
            signed_at_ms: at_ms,
            verify: None,
        }),
        Verdict::Verify { reason, at_ms } => Some(Answer {
            state: AttendanceState::ToVerify,
            signed_at_ms: at_ms,
            verify: Some(reason),
        }),
        Verdict::Refused(_) => None,
    }
}

/// What is kept of a refusal, or the refusal if nothing is: then the key is free, and a later try
/// with it is judged anew.
fn refuse(refused: Refused, now_ms: i64) -> Result<Kept> {
    match refused {
        Refused::WrongPin { left } => Ok(Kept::WrongPin { left }),
        Refused::PinLocked { until_ms } => Ok(Kept::PinLocked { until_ms }),
        Refused::TooEarly => Err(ServiceError::TooEarly),
        Refused::TooLate => Err(ServiceError::TooLate),
        Refused::WrongPresenceCode => Err(ServiceError::WrongPresenceCode),
        Refused::CodesLocked { until_ms } => Err(ServiceError::too_many(until_ms, now_ms)),
    }
}
