//! Screens without a window: a cache, a clock and keys in, effects out.

use std::cell::Cell;
use std::sync::Arc;

use contract::error::ErrorCode;
use contract::member::{HouseholdRef, MemberRef, TerminalPeople, TerminalPerson};
use contract::organization::OrganizationRef;
use contract::roll_call::{
    AttendanceState, RollCallState, Round, SignedIn, TerminalAttendance, TerminalRollCall,
    TerminalRollCalls,
};
use contract::terminal::TerminalKind;

use super::{Context, Controller, Effect, Effects, Input, Metrics, Typesetter};
use crate::cache::command::{Command, Priority, Reply, Told};
use crate::cache::{Cache, Enrolment, ManualClock, NewSignIn, Refusal};
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};
use crate::router::{Outward, Router};

/// 2026-11-22 19:30 in China, in Unix ms.
pub const NOW: i64 = 1_795_347_000_000;
/// The id of [`call`].
pub const CALL: &str = "call";
pub const MINUTE: i64 = 60_000;

/// A cache, a clock and idempotency keys that count.
pub struct World {
    pub cache: Cache,
    pub clock: Arc<ManualClock>,
    keys: Cell<u32>,
    folder: tempfile::TempDir,
}

impl World {
    pub fn new(kind: TerminalKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let cache = Cache::open(folder.path(), Arc::clone(&clock) as _).unwrap();
        cache
            .set_enrolment(&Enrolment {
                server_url: "http://s".to_owned(),
                token: "token".to_owned(),
                terminal_id: "t".to_owned(),
                kind,
                name: "12 号".to_owned(),
                organization: OrganizationRef::default(),
            })
            .unwrap();
        Self {
            cache,
            clock,
            keys: Cell::new(0),
            folder,
        }
    }

    /// The program is started again on the same disk.
    pub fn reopened(self) -> Self {
        let cache = Cache::open(self.folder.path(), Arc::clone(&self.clock) as _).unwrap();
        Self { cache, ..self }
    }

    pub fn with<T>(&self, act: impl FnOnce(&Context<'_>) -> T) -> T {
        use crate::clock::Clock as _;
        let new_key = || {
            self.keys.set(self.keys.get() + 1);
            format!("key {}", self.keys.get())
        };
        act(&Context {
            cache: &self.cache,
            metrics: &Metrics::default(),
            typesetter: &Typesetter::estimated(),
            now: self.cache.server_time(),
            ticks_ms: self.clock.monotonic_ms(),
            new_key: &new_key,
            random: &|| {
                self.keys.set(self.keys.get() + 1);
                u64::from(self.keys.get()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            },
        })
    }

    pub fn tell(&self, screen: &mut dyn Controller, input: &Input) -> Effects {
        self.with(|context| screen.handle(input, context))
    }

    /// Presses keys one after the other.
    pub fn press(&self, screen: &mut dyn Controller, keys: &[RemoteKey]) -> Effects {
        let mut effects = Effects::new();
        for key in keys {
            effects.extend(self.tell(screen, &Input::Key(*key, Press::Down)));
            effects.extend(self.tell(screen, &Input::Key(*key, Press::Up)));
        }
        effects
    }

    /// Types digits and confirms them.
    pub fn enter(&self, screen: &mut dyn Controller, digits: &str) -> Effects {
        let mut keys: Vec<RemoteKey> = digits.bytes().map(|b| RemoteKey::Digit(b - b'0')).collect();
        keys.push(RemoteKey::Ok);
        self.press(screen, &keys)
    }

    /// Lets time pass and rings when the screen asked to be woken.
    pub fn wait(&self, screen: &mut dyn Controller, ms: u64) -> Effects {
        use crate::clock::Clock as _;
        let until = self.clock.monotonic_ms() + ms;
        let mut effects = Effects::new();
        while let Some(at) = screen.wake_at().filter(|at| *at <= until) {
            let now = self.clock.monotonic_ms();
            self.clock.advance(at.saturating_sub(now).max(1));
            effects.extend(self.tell(screen, &Input::Tick));
            if effects.contains(&Effect::Back) {
                // It has gone.
                break;
            }
        }
        self.clock
            .advance(until.saturating_sub(self.clock.monotonic_ms()));
        effects
    }

    /// The same with everything that lies around a screen.
    pub fn route(&self, router: &mut Router, input: &Input) -> Vec<Outward> {
        self.with(|context| router.handle(input, context))
    }

    pub fn people(&self, people: Vec<TerminalPerson>) {
        let people = TerminalPeople {
            household: Some(HouseholdRef::default()),
            people,
        };
        self.cache.set_people(people, "\"p\"").unwrap();
    }

    pub fn calls(&self, roll_calls: Vec<TerminalRollCall>) {
        let calls = TerminalRollCalls {
            server_time_ms: self.cache.server_time().at_ms,
            roll_calls,
        };
        self.cache.set_roll_calls(calls, "\"c\"").unwrap();
    }

    /// A home of three, the last of them exempt, in an open roll call.
    pub fn home() -> Self {
        let world = Self::new(TerminalKind::Household);
        world.people(vec![
            person("a", "张建国"),
            person("b", "李秀英"),
            person("c", "张老太"),
        ]);
        let mut call = call(&["a", "b", "c"]);
        call.people[2].state = AttendanceState::Exempt;
        world.calls(vec![call]);
        world
    }

    /// A station with so many people in an open roll call.
    pub fn station(count: usize) -> Self {
        let world = Self::new(TerminalKind::Station);
        let ids: Vec<String> = (0..count).map(|n| format!("m{n}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        world.people(
            ids.iter()
                .map(|id| person(id, &format!("张{id}")))
                .collect(),
        );
        world.calls(vec![call(&ids)]);
        world
    }
}

pub fn person(id: &str, name: &str) -> TerminalPerson {
    TerminalPerson {
        id: id.to_owned(),
        name: name.to_owned(),
        pin_set: true,
        card_set: true,
        ..TerminalPerson::default()
    }
}

/// Open since now: ten minutes on time, five more late.
pub fn call(ids: &[&str]) -> TerminalRollCall {
    TerminalRollCall {
        id: CALL.to_owned(),
        title: "十一月主题党日".to_owned(),
        state: RollCallState::Open,
        rounds: vec![round(1, 0)],
        people: ids
            .iter()
            .map(|id| TerminalAttendance {
                member_id: (*id).to_owned(),
                ..TerminalAttendance::default()
            })
            .collect(),
        ..TerminalRollCall::default()
    }
}

/// Somebody who belongs into the list and is not in it.
pub fn unlisted(id: &str, name: &str) -> contract::roll_call::Unlisted {
    contract::roll_call::Unlisted {
        member: MemberRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        organization: OrganizationRef {
            id: "o".to_owned(),
            name: "张家村党支部".to_owned(),
        },
    }
}

/// A round that opens so many minutes from now.
pub fn round(number: u32, opens_in: i64) -> Round {
    let opens_at_ms = NOW + opens_in * MINUTE;
    Round {
        number,
        opens_at_ms,
        late_at_ms: opens_at_ms + 10 * MINUTE,
        closes_at_ms: opens_at_ms + 15 * MINUTE,
    }
}

/// The sign-in among the effects.
pub fn signed(effects: &Effects) -> NewSignIn {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::SignIn(new) => Some(new.clone()),
            _ => None,
        },
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nobody signs in: {effects:?}"))
}

/// The server has it.
pub fn answered(key: &str, id: &str, name: &str, state: AttendanceState) -> Input {
    let answer = SignedIn {
        member: MemberRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        state,
        repeated: false,
        signed_at_ms: NOW,
        verify: None,
        household_missing: Vec::new(),
    };
    Input::Told(key.to_owned(), Told::Answered(Reply::SignIn(answer)))
}

/// As the client does: takes it out of the outbox and tells the screen.
pub fn deliver(
    world: &World,
    new: &NewSignIn,
    id: &str,
    name: &str,
    state: AttendanceState,
) -> Input {
    world.cache.enqueue(new).unwrap();
    let taken = world.cache.take_command(Priority::Interactive, &[]);
    let seq = taken.unwrap().unwrap().seq;
    let input = answered(&new.key, id, name, state);
    if let Input::Told(_, Told::Answered(reply)) = &input {
        world.cache.command_answered(seq, Some(reply)).unwrap();
    }
    input
}

/// The server will not have it.
pub fn refused(key: &str, code: ErrorCode, tries: Option<u32>) -> Input {
    Input::Told(
        key.to_owned(),
        Told::Refused(Refusal {
            code,
            tries,
            wait_ms: None,
        }),
    )
}

pub fn card(number: &str) -> Input {
    Input::Card(CardNumber(number.to_owned()))
}
