//! Roll calls as this TV shows them: what the server said of them, the sign-ins that are still on
//! their way, and the time by the server's clock.

use std::collections::HashMap;

use contract::member::{MemberStatus, TerminalPerson};
use contract::roll_call::{
    AttendanceState, Counts, RollCallState, Round, TerminalAttendance, TerminalRollCall,
};
use contract::terminal::TerminalKind;

use super::Route;
use super::routes::roll_call_route;
use crate::cache::{Cache, ServerTime, WaitingSignIn};

/// Less than this before the end is soon, in ms.
const SOON_MS: i64 = 120_000;

/// How somebody stands in the round that is open, or over all when none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attendance {
    /// Has not signed in.
    #[default]
    Missing,
    /// Signed in; the server has not heard of it yet.
    Waiting,
    /// Signed in.
    Signed,
    /// Signed in late.
    Late,
    /// Signed in; staff must look.
    ToVerify,
    /// Does not count.
    Exempt,
    /// On leave.
    Leave,
    /// A visitor who is not called.
    Guest,
    /// Called elsewhere, signed in here.
    Nearby,
    /// Not in the list, although they belong here: they were entered after it had opened.
    Unlisted,
}

impl Attendance {
    /// Has signed in, as far as anybody here knows.
    #[must_use]
    pub const fn is_in(self) -> bool {
        matches!(
            self,
            Self::Waiting | Self::Signed | Self::Late | Self::ToVerify | Self::Guest | Self::Nearby
        )
    }

    /// Somebody who came although they are called somewhere else, or not at all.
    #[must_use]
    pub const fn is_visitor(self) -> bool {
        matches!(self, Self::Guest | Self::Nearby)
    }
}

/// Somebody of this TV in a roll call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How they stand.
    pub attendance: Attendance,
    /// Whether they can sign in by PIN.
    pub pin_set: bool,
}

/// Somebody who is not in the list of a roll call, and whom they may ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name of their organization.
    pub office: String,
}

/// A roll call as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Name of who calls.
    pub organization: String,
    /// Where it stands, by the server's clock.
    pub state: RollCallState,
    /// Signing in demands the code from the picture.
    pub presence_code: bool,
    /// The round that is open now.
    pub round: Option<Round>,
    /// When the first round opens or opened.
    pub opens_at_ms: i64,
    /// When the next round that is known opens.
    pub next_at_ms: Option<i64>,
    /// The people of this TV, as the server has them.
    pub people: Vec<Person>,
    /// Those of this TV who are not in the list, although they belong into it.
    pub unlisted: Vec<Unlisted>,
    /// Cards that were read and not sent yet.
    pub cards_waiting: usize,
    /// The server's figures over all rounds.
    pub counts: Counts,
}

impl Call {
    /// Those who have to sign in and have not, in this order.
    pub fn missing(&self) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(|person| person.attendance == Attendance::Missing)
    }

    /// Whether anybody of this TV has or had to sign in.
    #[must_use]
    pub fn has_called(&self) -> bool {
        self.people
            .iter()
            .any(|person| !matches!(person.attendance, Attendance::Exempt | Attendance::Leave))
    }

    /// Names of those, to be read in one line.
    #[must_use]
    pub fn missing_names(&self) -> String {
        let names: Vec<&str> = self.missing().map(|person| person.name.as_str()).collect();
        names.join("、")
    }

    /// Names of those who are not in the list, and of whom they may ask, each to be read in one line.
    #[must_use]
    pub fn unlisted_names(&self) -> (String, String) {
        let names: Vec<&str> = self.unlisted.iter().map(|one| one.name.as_str()).collect();
        let mut offices: Vec<&str> = self
            .unlisted
            .iter()
            .map(|one| one.office.as_str())
            .collect();
        offices.dedup();
        (names.join("、"), offices.join("、"))
    }

    /// Somebody who is not in the list.
    #[must_use]
    pub fn unlisted(&self, id: &str) -> Option<&Unlisted> {
        self.unlisted.iter().find(|one| one.id == id)
    }

    /// How many have signed in and how many count: visitors are in neither.
    #[must_use]
    pub fn present_of(&self) -> (usize, usize) {
        let called = |person: &&Person| {
            !person.attendance.is_visitor() && person.attendance != Attendance::Exempt
        };
        let present = self.people.iter().filter(called);
        (
            present.filter(|person| person.attendance.is_in()).count(),
            self.people.iter().filter(called).count(),
        )
    }

    /// How long one may still sign in, in ms.
    #[must_use]
    pub fn left_ms(&self, now_ms: i64) -> i64 {
        self.round.map_or(0, |round| {
            let until = if now_ms < round.late_at_ms {
                round.late_at_ms
            } else {
                round.closes_at_ms
            };
            (until - now_ms).max(0)
        })
    }

    /// Whoever signs in now is late.
    #[must_use]
    pub fn is_late(&self, now_ms: i64) -> bool {
        self.round.is_some_and(|round| now_ms >= round.late_at_ms)
    }

    /// The time is nearly over.
    #[must_use]
    pub fn is_soon(&self, now_ms: i64) -> bool {
        self.round.is_some() && self.left_ms(now_ms) <= SOON_MS
    }
}

/// What kind of TV this is.
#[must_use]
pub fn kind(cache: &Cache) -> TerminalKind {
    cache
        .enrolment()
        .map(|enrolment| enrolment.kind)
        .unwrap_or_default()
}

/// Why no name can be chosen on a TV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nobody {
    /// The server has not been asked yet.
    Unknown,
    /// The TV belongs to no household.
    NoHousehold,
    /// Nobody is registered in its household or place.
    Empty,
    /// It stands where everybody passes.
    Public,
}

/// Why nobody can sign in at this TV; `None` when somebody can.
#[must_use]
pub fn nobody(cache: &Cache) -> Option<Nobody> {
    let people = cache.people();
    let kind = kind(cache);
    if !people.people.is_empty() {
        return None;
    }
    Some(if kind == TerminalKind::Signage {
        Nobody::Public
    } else if cache.people_etag().is_none() {
        Nobody::Unknown
    } else if kind == TerminalKind::Household && people.household.is_none() {
        Nobody::NoHousehold
    } else {
        Nobody::Empty
    })
}

/// The screen of a roll call on this TV.
#[must_use]
pub fn route(cache: &Cache, id: &str) -> Route {
    roll_call_route(kind(cache), id)
}

/// All roll calls this TV has to do with: open ones first, then those to come, then the others.
#[must_use]
pub fn all(cache: &Cache) -> Vec<Call> {
    let known = cache.roll_calls();
    if known.roll_calls.is_empty() {
        return Vec::new();
    }
    let reader = Reader::new(cache);
    let mut calls: Vec<Call> = known
        .roll_calls
        .iter()
        .map(|call| reader.read(call))
        .collect();
    calls.sort_by_key(|call| match call.state {
        RollCallState::Open => 0,
        RollCallState::Scheduled => 1,
        RollCallState::Closed | RollCallState::Cancelled => 2,
    });
    calls
}

/// One of them.
#[must_use]
pub fn find(cache: &Cache, id: &str) -> Option<Call> {
    let known = cache.roll_calls();
    let call = known.roll_calls.iter().find(|call| call.id == id)?;
    Some(Reader::new(cache).read(call))
}

/// Those in which somebody may sign in here now.
#[must_use]
pub fn open(cache: &Cache) -> Vec<Call> {
    let mut calls = all(cache);
    // Who is not in the list comes to ask, and is told whom.
    let concerns = |call: &Call| !call.people.is_empty() || !call.unlisted.is_empty();
    calls.retain(|call| call.round.is_some() && concerns(call));
    calls
}

/// Whether this TV shows a roll call by itself: a home while somebody of it is missing, a station
/// always.
#[must_use]
pub fn interrupts(call: &Call, kind: TerminalKind) -> bool {
    call.round.is_some()
        && match kind {
            TerminalKind::Household => call.missing().next().is_some(),
            TerminalKind::Station => !call.people.is_empty(),
            TerminalKind::Signage => false,
        }
}

/// Everything that is looked up once for all roll calls.
struct Reader {
    now: ServerTime,
    people: std::sync::Arc<contract::member::TerminalPeople>,
    waiting: Vec<WaitingSignIn>,
}

impl Reader {
    fn new(cache: &Cache) -> Self {
        Self {
            now: cache.server_time(),
            people: cache.people(),
            waiting: cache.waiting_sign_ins(),
        }
    }

    fn read(&self, call: &TerminalRollCall) -> Call {
        let is_over = matches!(call.state, RollCallState::Closed | RollCallState::Cancelled);
        let known_ms = self.now.known_ms().filter(|_| !is_over);
        let open = |round: &&Round| {
            known_ms.is_some_and(|now| (round.opens_at_ms..round.closes_at_ms).contains(&now))
        };
        let round = call.rounds.iter().rev().find(open).copied();
        let here = |waiting: &&WaitingSignIn| {
            waiting.roll_call_id == call.id
                && round.is_none_or(|round| round.number == waiting.round)
        };
        let roster: HashMap<&str, &TerminalPerson> = self
            .people
            .people
            .iter()
            .map(|person| (person.id.as_str(), person))
            .collect();
        let mut people: Vec<Person> = call
            .people
            .iter()
            .map(|attendance| self.person(attendance, &roster, round))
            .collect();
        if call.people.is_empty() && call.state == RollCallState::Scheduled && round.is_some() {
            // It has opened, and the server cannot be asked who is called: most likely these.
            people = self.likely();
        }
        for person in &mut people {
            let mut waiting = self.waiting.iter().filter(here);
            if person.attendance == Attendance::Missing
                && waiting.any(|one| one.member_id == person.id)
            {
                person.attendance = Attendance::Waiting;
            }
        }
        // Whoever signed in as a visitor is not in the list yet.
        let listed = |id: &str| {
            people
                .iter()
                .any(|person| person.id == id && person.attendance != Attendance::Guest)
        };
        let unlisted = call
            .unlisted
            .iter()
            .filter(|one| round.is_some() && !listed(&one.member.id));
        let unlisted = unlisted.map(|one| Unlisted {
            id: one.member.id.clone(),
            name: one.member.name.clone(),
            office: one.organization.name.clone(),
        });
        let unlisted = unlisted.collect();
        let cards = self.waiting.iter().filter(here);
        Call {
            id: call.id.clone(),
            title: call.title.clone(),
            organization: call.organization.name.clone(),
            state: match round {
                Some(_) => RollCallState::Open,
                None => call.state,
            },
            presence_code: call.presence_code,
            round,
            opens_at_ms: call.rounds.first().map_or(0, |round| round.opens_at_ms),
            next_at_ms: call
                .rounds
                .iter()
                .map(|round| round.opens_at_ms)
                .filter(|at| *at > self.now.at_ms && !is_over)
                .min(),
            people,
            unlisted,
            cards_waiting: cards.filter(|waiting| waiting.member_id.is_empty()).count(),
            counts: call.counts,
        }
    }

    fn person(
        &self,
        attendance: &TerminalAttendance,
        roster: &HashMap<&str, &TerminalPerson>,
        round: Option<Round>,
    ) -> Person {
        let known = roster.get(attendance.member_id.as_str());
        let shown = attendance_of(attendance, round, known.is_some());
        Person {
            id: attendance.member_id.clone(),
            name: known.map_or_else(|| attendance.name.clone(), |known| known.name.clone()),
            attendance: shown,
            pin_set: known.is_some_and(|known| known.pin_set),
        }
    }

    fn likely(&self) -> Vec<Person> {
        let called = |person: &&TerminalPerson| {
            matches!(
                person.status,
                MemberStatus::Full | MemberStatus::Probationary
            )
        };
        let people = self.people.people.iter().filter(called);
        people
            .map(|person| Person {
                id: person.id.clone(),
                name: person.name.clone(),
                attendance: if person.exempt {
                    Attendance::Exempt
                } else {
                    Attendance::Missing
                },
                pin_set: person.pin_set,
            })
            .collect()
    }
}

fn attendance_of(
    attendance: &TerminalAttendance,
    round: Option<Round>,
    is_ours: bool,
) -> Attendance {
    match attendance.state {
        AttendanceState::Exempt => return Attendance::Exempt,
        AttendanceState::Leave => return Attendance::Leave,
        AttendanceState::Guest => return Attendance::Guest,
        _ => {}
    }
    let here = match attendance.state {
        AttendanceState::Missing => Attendance::Missing,
        AttendanceState::ToVerify => Attendance::ToVerify,
        _ if !is_ours => Attendance::Nearby,
        AttendanceState::Late => Attendance::Late,
        _ => Attendance::Signed,
    };
    let Some(round) = round else { return here };
    if attendance.answered.contains(&round.number) {
        // Over all rounds they may be missing or late, and still this one is answered.
        return match here {
            Attendance::Missing => Attendance::Signed,
            Attendance::Late if round.number > 1 => Attendance::Signed,
            other => other,
        };
    }
    // Present without an answer was put right by staff; with one to another round only, this one
    // is still to come.
    if attendance.answered.is_empty() {
        here
    } else {
        Attendance::Missing
    }
}

#[cfg(test)]
#[path = "attendance/tests.rs"]
mod tests;
