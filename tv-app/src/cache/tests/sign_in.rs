//! Whatever crashes and gets lost, a sign-in counts once; and its PIN does not stay.

use std::collections::HashMap;

use contract::error::ErrorCode;
use contract::member::{MemberRef, Proof, TerminalPeople, TerminalPerson};
use contract::roll_call::{
    AttendanceState, RollCallState, Round, SignIn, SignedIn, TerminalAttendance, TerminalRollCall,
    TerminalRollCalls,
};
use proptest::prelude::*;

use super::{Fixture, NOW};
use crate::cache::command::{Priority, Reply, Waiting};
use crate::cache::{NewSignIn, Refusal};

const PIN: &str = "580316";

fn new(key: &str, member: &str) -> NewSignIn {
    NewSignIn {
        key: key.to_owned(),
        roll_call_id: "r".to_owned(),
        title: "十一月主题党日".to_owned(),
        round: 1,
        proof: Proof::Pin {
            member_id: member.to_owned(),
            pin: PIN.to_owned(),
        },
        name: "张建国".to_owned(),
        presence_code: None,
    }
}

fn answer(member: &str) -> Reply {
    Reply::SignIn(SignedIn {
        member: MemberRef {
            id: member.to_owned(),
            name: "张建国".to_owned(),
        },
        state: AttendanceState::Present,
        repeated: false,
        signed_at_ms: NOW,
        verify: None,
        household_missing: Vec::new(),
    })
}

/// The next sign-in to send.
fn take(fixture: &Fixture, busy: &[String]) -> Option<Waiting> {
    let cache = &fixture.cache;
    cache.take_command(Priority::Interactive, busy).unwrap()
}

fn body(entry: &Waiting) -> SignIn {
    serde_json::from_str(&entry.request.body).unwrap()
}

fn roll_calls(server_time_ms: i64) -> TerminalRollCalls {
    TerminalRollCalls {
        server_time_ms,
        roll_calls: vec![TerminalRollCall {
            id: "r".to_owned(),
            state: RollCallState::Open,
            rounds: vec![Round {
                number: 1,
                opens_at_ms: NOW,
                late_at_ms: NOW + 1,
                closes_at_ms: NOW + 2,
            }],
            people: vec![TerminalAttendance {
                member_id: "a".to_owned(),
                ..TerminalAttendance::default()
            }],
            ..TerminalRollCall::default()
        }],
    }
}

fn state_of(fixture: &Fixture) -> (AttendanceState, Vec<u32>) {
    let calls = fixture.cache.roll_calls();
    let person = &calls.roll_calls[0].people[0];
    (person.state, person.answered.clone())
}

#[test]
fn a_power_cut_between_the_key_and_the_sending_loses_nothing() {
    let mut fixture = Fixture::new();
    fixture.cache.server_time_measured(NOW + 500, 0, 0).unwrap();
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    // Pressed twice in the same moment, or written twice: one.
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    fixture.clock.advance(30_000);
    fixture.clock.reboot();
    fixture.reopen();
    fixture.clock.advance(5_000);
    let entry = take(&fixture, &[]).unwrap();
    assert_eq!(entry.request.key, "k");
    let time = body(&entry).time;
    // The clock of the boot began again: what is left is the moment by the clock that was known.
    assert_eq!((time.age_ms, time.synced, time.queued), (None, true, true));
    assert_eq!(time.at_ms, NOW + 500);
    assert_eq!(fixture.cache.waiting_sign_ins().len(), 1);
}

#[test]
fn within_a_boot_the_age_is_told_whatever_happens_to_the_clock() {
    let mut fixture = Fixture::new();
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    let first = take(&fixture, &[]).unwrap();
    let time = body(&first).time;
    assert_eq!(
        (time.age_ms, time.synced, time.queued),
        (Some(0), false, false)
    );
    // No answer: the person is told that it is kept, and the program is started again.
    fixture.cache.queue_command("k").unwrap();
    fixture.clock.advance(90_000);
    fixture.clock.set_now(12_345);
    fixture.reopen();
    fixture
        .cache
        .server_time_measured(NOW + 90_000, 90_000, 0)
        .unwrap();
    let again = take(&fixture, &[]).unwrap();
    assert_eq!((again.request.key.as_str(), again.attempts), ("k", 2));
    let time = body(&again).time;
    assert_eq!((time.age_ms, time.queued), (Some(90_000), true));
    assert_eq!(
        (time.at_ms, time.synced),
        (NOW, true),
        "the clock is known now"
    );
    // Everything else is the same with every attempt.
    let strip = |entry: &Waiting| SignIn {
        time: contract::roll_call::SignInTime::default(),
        ..body(entry)
    };
    assert_eq!(strip(&first), strip(&again));
}

#[test]
fn whoever_waits_at_the_screen_comes_first() {
    let fixture = Fixture::new();
    for (key, member) in [("1", "a"), ("2", "b")] {
        fixture.cache.enqueue(&new(key, member)).unwrap();
        fixture.cache.queue_command(key).unwrap();
    }
    fixture.cache.enqueue(&new("3", "c")).unwrap();
    let taken = take(&fixture, &[]).unwrap();
    assert_eq!(taken.request.key, "3");
    // Of one person one after the other.
    fixture.cache.enqueue(&new("4", "c")).unwrap();
    let next = take(&fixture, &[taken.lane]).unwrap();
    assert_eq!(next.request.key, "1");
    // The other way of the outbox leaves them alone.
    let background = fixture.cache.take_command(Priority::Background, &[]);
    assert_eq!(background.unwrap(), None);
}

/// Every file below the cache's folder that has these bytes in it.
fn holding(fixture: &Fixture, secret: &str) -> Vec<String> {
    let files = std::fs::read_dir(fixture.dir.path()).unwrap();
    files
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).ok()?;
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            found.then(|| path.display().to_string())
        })
        .collect()
}

#[test]
fn a_delivered_pin_is_nowhere_on_the_disk() {
    let fixture = Fixture::new();
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    let entry = take(&fixture, &[]).unwrap();
    assert!(
        !holding(&fixture, PIN).is_empty(),
        "before the delivery it is kept"
    );
    fixture
        .cache
        .command_answered(entry.seq, Some(&answer("a")))
        .unwrap();
    assert_eq!(holding(&fixture, PIN), Vec::<String>::new());

    let card = NewSignIn {
        proof: Proof::Card {
            card: "0098761234".to_owned(),
        },
        ..new("c", "")
    };
    fixture.cache.enqueue(&card).unwrap();
    let entry = take(&fixture, &[]).unwrap();
    let refusal = Refusal {
        code: ErrorCode::UnknownCard,
        tries: None,
        wait_ms: None,
    };
    fixture
        .cache
        .command_refused(entry.seq, refusal, "")
        .unwrap();
    assert_eq!(holding(&fixture, "0098761234"), Vec::<String>::new());
    assert!(fixture.cache.waiting_sign_ins().is_empty());
}

#[test]
fn a_refusal_is_told_until_somebody_has_read_it() {
    let mut fixture = Fixture::new();
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    let entry = take(&fixture, &[]).unwrap();
    let refusal = Refusal {
        code: ErrorCode::WrongPin,
        tries: Some(3),
        wait_ms: None,
    };
    fixture
        .cache
        .command_refused(entry.seq, refusal, "")
        .unwrap();
    fixture.reopen();
    let told = fixture.cache.refusals();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].name.as_str(), told[0].title.as_str()),
        ("张建国", "十一月主题党日")
    );
    assert_eq!(told[0].refusal, refusal);
    assert_eq!(take(&fixture, &[]), None);
    fixture.cache.forget_refusal("k").unwrap();
    assert!(fixture.cache.refusals().is_empty());
}

#[test]
fn an_acknowledged_sign_in_is_seen_at_once_and_not_undone_by_an_older_answer() {
    let mut fixture = Fixture::new();
    fixture.cache.server_time_measured(NOW, 0, 0).unwrap();
    fixture
        .cache
        .set_roll_calls(roll_calls(NOW), "\"1\"")
        .unwrap();
    assert_eq!(state_of(&fixture), (AttendanceState::Missing, vec![]));
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    let entry = take(&fixture, &[]).unwrap();
    fixture
        .cache
        .command_answered(entry.seq, Some(&answer("a")))
        .unwrap();
    assert_eq!(state_of(&fixture), (AttendanceState::Present, vec![1]));
    // An answer that was on its way when the sign-in arrived.
    fixture
        .cache
        .set_roll_calls(roll_calls(NOW - 50), "\"2\"")
        .unwrap();
    assert_eq!(state_of(&fixture), (AttendanceState::Present, vec![1]));
    fixture.reopen();
    assert_eq!(state_of(&fixture), (AttendanceState::Present, vec![1]));
    // A later one is right whatever it says: staff may have corrected.
    fixture
        .cache
        .set_roll_calls(roll_calls(NOW + 60_000), "\"3\"")
        .unwrap();
    assert_eq!(state_of(&fixture), (AttendanceState::Missing, vec![]));
    assert_eq!(fixture.cache.roll_calls_etag().as_deref(), Some("\"3\""));
}

#[test]
fn people_and_roll_calls_are_there_after_a_start_and_go_with_the_enrolment() {
    let mut fixture = Fixture::new();
    let people = TerminalPeople {
        household: None,
        people: vec![TerminalPerson {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
            ..TerminalPerson::default()
        }],
    };
    assert!(fixture.cache.set_people(people.clone(), "\"p\"").unwrap());
    assert!(!fixture.cache.set_people(people.clone(), "\"p\"").unwrap());
    fixture
        .cache
        .set_roll_calls(roll_calls(NOW), "\"1\"")
        .unwrap();
    fixture.reopen();
    assert_eq!(*fixture.cache.people(), people);
    assert_eq!(fixture.cache.people_etag().as_deref(), Some("\"p\""));
    fixture.cache.enqueue(&new("k", "a")).unwrap();
    fixture.cache.clear_enrolment().unwrap();
    assert!(fixture.cache.people().people.is_empty());
    assert_eq!(fixture.cache.people_etag(), None);
    fixture.reopen();
    assert!(fixture.cache.people().people.is_empty());
    assert_eq!(
        fixture.cache.waiting_sign_ins().len(),
        1,
        "what was signed is still sent"
    );
}

#[derive(Clone, Debug)]
enum Op {
    Press { member: u8 },
    Take,
    Deliver { acknowledged: bool },
    Queue,
    Crash,
    Reboot,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..3_u8).prop_map(|member| Op::Press { member }),
        4 => Just(Op::Take),
        4 => any::<bool>().prop_map(|acknowledged| Op::Deliver { acknowledged }),
        1 => Just(Op::Queue),
        1 => Just(Op::Crash),
        1 => Just(Op::Reboot),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    /// Answers get lost, the program and the box are started again: the server sees every press
    /// under one key with one content, and in the end each of them.
    #[test]
    fn every_press_counts_exactly_once(ops in proptest::collection::vec(op(), 1..40)) {
        let mut fixture = Fixture::new();
        let mut seen: HashMap<String, (Proof, u32)> = HashMap::new();
        let mut in_flight: Vec<Waiting> = Vec::new();
        let mut pressed = Vec::new();
        let mut receive = |entry: &Waiting| {
            let sign_in = body(entry);
            let known = seen.entry(entry.request.key.clone()).or_insert((sign_in.proof.clone(), sign_in.round));
            assert_eq!(*known, (sign_in.proof, sign_in.round), "one key, one content");
        };
        for op in ops {
            fixture.clock.advance(7);
            match op {
                Op::Press { member } => {
                    let key = format!("k{}", pressed.len());
                    fixture.cache.enqueue(&new(&key, &format!("m{member}"))).unwrap();
                    pressed.push(key);
                }
                Op::Take => {
                    let busy: Vec<String> = in_flight.iter().map(|entry| entry.lane.clone()).collect();
                    in_flight.extend(take(&fixture, &busy));
                }
                Op::Deliver { acknowledged } => {
                    if let Some(entry) = in_flight.pop() {
                        receive(&entry);
                        if acknowledged {
                            fixture.cache.command_answered(entry.seq, Some(&answer("m0"))).unwrap();
                        }
                    }
                }
                Op::Queue => {
                    if let Some(key) = pressed.last() {
                        fixture.cache.queue_command(key).unwrap();
                    }
                }
                Op::Crash => {
                    in_flight.clear();
                    fixture.reopen();
                }
                Op::Reboot => {
                    in_flight.clear();
                    fixture.clock.reboot();
                    fixture.reopen();
                }
            }
        }
        while let Some(entry) = take(&fixture, &[]) {
            receive(&entry);
            fixture.cache.command_answered(entry.seq, Some(&answer("m0"))).unwrap();
        }
        let mut keys: Vec<String> = seen.into_keys().collect();
        keys.sort();
        pressed.sort();
        prop_assert_eq!(keys, pressed);
        prop_assert!(fixture.cache.pending().is_empty());
        prop_assert!(holding(&fixture, PIN).is_empty());
    }
}
