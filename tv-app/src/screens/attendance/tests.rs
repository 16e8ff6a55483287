//! How roll calls look by what the server said, what waits and what time it is.

use contract::roll_call::{AttendanceState, RollCallState};
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::NewSignIn;
use crate::screens::tests::{CALL, MINUTE, NOW, World, call, person, round, unlisted};

fn attendances(call: &Call) -> Vec<Attendance> {
    call.people.iter().map(|person| person.attendance).collect()
}

#[test]
fn how_somebody_stands_in_the_round_that_is_open() {
    use AttendanceState as State;
    // State over all rounds, rounds answered; then how it looks in round 1, in round 2, at the end.
    let table: [(State, &[u32], [Attendance; 3]); 9] = [
        (State::Missing, &[], [Attendance::Missing; 3]),
        (
            State::Present,
            &[1],
            [Attendance::Signed, Attendance::Missing, Attendance::Signed],
        ),
        (
            State::Missing,
            &[1],
            [Attendance::Signed, Attendance::Missing, Attendance::Missing],
        ),
        (State::Present, &[1, 2], [Attendance::Signed; 3]),
        (
            State::Late,
            &[1, 2],
            [Attendance::Late, Attendance::Signed, Attendance::Late],
        ),
        (
            State::ToVerify,
            &[1],
            [
                Attendance::ToVerify,
                Attendance::Missing,
                Attendance::ToVerify,
            ],
        ),
        // Staff put it right.
        (State::Present, &[], [Attendance::Signed; 3]),
        (State::Exempt, &[], [Attendance::Exempt; 3]),
        (State::Leave, &[], [Attendance::Leave; 3]),
    ];
    for (state, answered, wanted) in table {
        let look = |rounds: Vec<Round>, over: bool| {
            let world = World::new(TerminalKind::Household);
            world.people(vec![person("a", "张建国")]);
            let mut call = call(&["a"]);
            call.rounds = rounds;
            call.people[0].state = state;
            call.people[0].answered = answered.to_vec();
            if over {
                call.state = RollCallState::Closed;
            }
            world.calls(vec![call]);
            find(&world.cache, CALL).unwrap().people[0].attendance
        };
        let seen = [
            look(vec![round(1, 0)], false),
            look(vec![round(1, -30), round(2, 0)], false),
            look(vec![round(1, -30)], true),
        ];
        assert_eq!(seen, wanted, "{state:?} {answered:?}");
    }
}

#[test]
fn visitors_are_told_apart_and_in_no_figure() {
    let world = World::station(3);
    let mut call = call(&["m0", "m1", "m2", "x", "y"]);
    call.people[0].state = AttendanceState::Present;
    call.people[0].answered = vec![1];
    call.people[1].state = AttendanceState::Exempt;
    for (at, state) in [(3, AttendanceState::Guest), (4, AttendanceState::Present)] {
        call.people[at].state = state;
        call.people[at].answered = vec![1];
        call.people[at].name = "外来人".to_owned();
    }
    world.calls(vec![call]);
    let call = find(&world.cache, CALL).unwrap();
    assert_eq!(
        attendances(&call),
        [
            Attendance::Signed,
            Attendance::Exempt,
            Attendance::Missing,
            Attendance::Guest,
            Attendance::Nearby
        ]
    );
    assert_eq!(call.people[3].name, "外来人");
    assert_eq!(
        call.present_of(),
        (1, 2),
        "the exempt one and the visitors do not count"
    );
}

#[test]
fn what_waits_in_the_outbox_is_seen() {
    let world = World::home();
    let new = |key: &str, proof| NewSignIn {
        key: key.to_owned(),
        roll_call_id: CALL.to_owned(),
        title: String::new(),
        round: 1,
        proof,
        name: String::new(),
        presence_code: None,
    };
    let pin = contract::member::Proof::Pin {
        member_id: "b".to_owned(),
        pin: "580316".to_owned(),
    };
    let card = contract::member::Proof::Card {
        card: "0012345678".to_owned(),
    };
    world.cache.enqueue(&new("1", pin)).unwrap();
    world.cache.enqueue(&new("2", card)).unwrap();
    let call = find(&world.cache, CALL).unwrap();
    assert_eq!(
        attendances(&call),
        [Attendance::Missing, Attendance::Waiting, Attendance::Exempt]
    );
    assert_eq!(call.cards_waiting, 1);
    assert_eq!(call.missing_names(), "张建国");
}

#[test]
fn the_servers_clock_says_what_is_open() {
    let world = World::home();
    // The box is an hour slow; the server's clock is known.
    world.clock.set_now(NOW - 60 * MINUTE);
    let at = |minutes: i64| {
        use crate::clock::Clock as _;
        let boot = world.clock.boot_ms();
        world
            .cache
            .server_time_measured(NOW + minutes * MINUTE, boot, 0)
            .unwrap();
        let call = find(&world.cache, CALL).unwrap();
        let now = world.cache.server_time().at_ms;
        (
            call.round.is_some(),
            call.is_late(now),
            call.left_ms(now) / MINUTE,
        )
    };
    assert_eq!(at(-1), (false, false, 0));
    assert_eq!(at(0), (true, false, 10));
    assert_eq!(at(9), (true, false, 1));
    assert_eq!(at(10), (true, true, 5));
    assert_eq!(at(15), (false, false, 0));
}

#[test]
fn a_roll_call_that_is_due_opens_without_a_network() {
    let world = World::home();
    let mut due = call(&[]);
    due.state = RollCallState::Scheduled;
    due.rounds = vec![round(1, 5)];
    world.calls(vec![due]);
    let before = find(&world.cache, CALL).unwrap();
    assert_eq!(
        (before.state, before.round),
        (RollCallState::Scheduled, None)
    );
    assert_eq!(before.next_at_ms, Some(NOW + 5 * MINUTE));
    assert!(open(&world.cache).is_empty());
    world.clock.advance(300_000);
    let call = find(&world.cache, CALL).unwrap();
    assert_eq!(call.state, RollCallState::Open);
    assert_eq!(
        call.missing().count(),
        3,
        "nobody has said who is called: the household"
    );
    assert!(interrupts(&call, TerminalKind::Household));
    assert!(!interrupts(&call, TerminalKind::Signage));
}

#[test]
fn a_home_is_called_only_while_somebody_is_missing() {
    let world = World::home();
    let mut done = call(&["a", "b"]);
    for person in &mut done.people {
        person.state = AttendanceState::Present;
        person.answered = vec![1];
    }
    world.calls(vec![done]);
    let call = find(&world.cache, CALL).unwrap();
    assert!(!interrupts(&call, TerminalKind::Household));
    assert!(interrupts(&call, TerminalKind::Station));
}

#[test]
fn who_is_not_in_the_list_is_told_whom_to_ask_and_counts_nowhere() {
    let world = World::home();
    let mut one = call(&["a"]);
    one.unlisted = vec![unlisted("b", "李秀英"), unlisted("c", "张老太")];
    world.calls(vec![one.clone()]);
    let seen = find(&world.cache, CALL).unwrap();
    assert_eq!(
        seen.unlisted_names(),
        ("李秀英、张老太".to_owned(), "张家村党支部".to_owned())
    );
    assert_eq!((seen.missing().count(), seen.present_of()), (1, (0, 1)));
    // A home where nobody else is called finds it, and is not called.
    one.people.clear();
    world.calls(vec![one.clone()]);
    assert_eq!(open(&world.cache).len(), 1);
    assert!(!interrupts(&open(&world.cache)[0], TerminalKind::Household));
    // Added, or over: nothing to ask.
    one.people = call(&["b"]).people;
    world.calls(vec![one.clone()]);
    assert_eq!(find(&world.cache, CALL).unwrap().unlisted.len(), 1);
    one.state = RollCallState::Closed;
    world.calls(vec![one]);
    assert!(find(&world.cache, CALL).unwrap().unlisted.is_empty());
}
