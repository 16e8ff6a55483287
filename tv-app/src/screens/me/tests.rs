//! One's own record without a window.

use contract::error::ErrorCode;
use contract::member::{
    AttendanceSummary, HouseholdRef, MemberRecord, MemberRef, MemberStatus, PinByCard, Proof,
    StudySummary, TerminalPeople, Transfer,
};
use contract::organization::OrganizationRef;
use contract::roll_call::{AttendanceState, OwnAttendance};
use contract::terminal::TerminalKind;

use super::controller::{HIDE_MS, Year, year};
use super::{Failure, Line, Me, Step};
use crate::cache::Refusal;
use crate::cache::command::{Command, NewPin, OwnRecord, Reply, Told};
use crate::remote::RemoteKey::{Back, Digit, Down, Ok as Enter, Right};
use crate::screens::attendance::Nobody;
use crate::screens::kit::form::Remark;
use crate::screens::tests::{NOW, World, card};
use crate::screens::{Controller, Effect, Effects, Input};

fn shown(world: &World) -> Me {
    let mut screen = Me::new();
    assert_eq!(world.tell(&mut screen, &Input::Shown), []);
    screen
}

fn asked(effects: &Effects) -> (String, Command) {
    match effects.as_slice() {
        [Effect::Command(command)] => (command.key().to_owned(), (**command).clone()),
        other => panic!("nothing is asked: {other:?}"),
    }
}

fn record() -> MemberRecord {
    MemberRecord {
        member: MemberRef {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
        },
        organization: OrganizationRef::default(),
        status: MemberStatus::Full,
        joined_on: Some("1986-07-01".to_owned()),
        phone_masked: None,
        attendance: AttendanceSummary::default(),
        roll_calls: (0..12)
            .map(|n| OwnAttendance {
                roll_call_id: n.to_string(),
                title: format!("主题党日 {n}"),
                opened_at_ms: NOW - n * 86_400_000,
                state: AttendanceState::Present,
                signed_at_ms: Some(NOW),
                method: None,
                at_organization: None,
            })
            .collect(),
        study: StudySummary::default(),
        transfers: vec![Transfer {
            from: OrganizationRef::default(),
            to: OrganizationRef::default(),
            at_ms: NOW - 3 * 86_400_000 - 1,
            by: "admin".to_owned(),
            reason: "搬家".to_owned(),
        }],
    }
}

/// Signed in by PIN, with the record on the screen.
fn reading(world: &World) -> Me {
    let mut screen = shown(world);
    world.press(&mut screen, &[Enter]);
    let (id, _) = asked(&world.enter(&mut screen, "580316"));
    let reply = Told::Answered(Reply::OwnRecord(Box::new(record())));
    world.tell(&mut screen, &Input::Told(id, reply));
    assert_eq!(screen.step(), Step::Record);
    screen
}

#[test]
fn a_pin_opens_the_record_of_whom_it_belongs_to() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.step(), Step::Pin);
    let (id, question) = asked(&world.enter(&mut screen, "580316"));
    let Command::OwnRecord(OwnRecord {
        proof: Proof::Pin { member_id, pin },
        ..
    }) = question
    else {
        panic!("{question:?}");
    };
    // By name: 李秀英 comes before 张建国.
    assert_eq!((member_id.as_str(), pin.as_str()), ("b", "580316"));
    // An answer to somebody else's question is not shown.
    let reply = Told::Answered(Reply::OwnRecord(Box::new(record())));
    world.tell(&mut screen, &Input::Told("older".to_owned(), reply.clone()));
    assert_eq!((screen.step(), screen.record()), (Step::Waiting, None));
    world.tell(&mut screen, &Input::Told(id, reply));
    assert_eq!(screen.step(), Step::Record);
    let lines = screen.lines();
    assert_eq!(lines.len(), 13);
    assert!(
        matches!(lines[4], Line::Transfer(_)),
        "in the order of time"
    );
    // The list scrolls.
    let mut screen = reading(&world);
    world.press(&mut screen, &[Down; 12]);
    assert_eq!(screen.window().visible().end, 13);
}

#[test]
fn it_is_hidden_after_a_minute_with_a_countdown() {
    let world = World::home();
    let mut screen = reading(&world);
    assert_eq!(world.wait(&mut screen, HIDE_MS - 15_100), []);
    assert_eq!(screen.countdown(), None);
    world.wait(&mut screen, 1_000);
    assert_eq!(screen.countdown(), Some(15));
    // A key is enough to stay.
    world.press(&mut screen, &[Down]);
    assert_eq!(screen.countdown(), None);
    let effects = world.wait(&mut screen, HIDE_MS + 1);
    assert_eq!(effects, [Effect::Back]);
    assert_eq!((screen.step(), screen.record()), (Step::Who, None));
}

#[test]
fn back_takes_everything_personal_away() {
    let world = World::home();
    let mut screen = reading(&world);
    assert_eq!(world.press(&mut screen, &[Back]), []);
    assert_eq!(
        (screen.step(), screen.record(), screen.name()),
        (Step::Who, None, "")
    );
    // The answer to a question that was given up changes nothing.
    world.press(&mut screen, &[Enter]);
    let (id, _) = asked(&world.enter(&mut screen, "580316"));
    world.press(&mut screen, &[Back]);
    world.tell(
        &mut screen,
        &Input::Told(id, Told::Answered(Reply::OwnRecord(Box::new(record())))),
    );
    assert_eq!((screen.step(), screen.record()), (Step::Who, None));
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn what_goes_wrong_is_told() {
    let world = World::home();
    for (reply, step) in [
        (Told::NoNetwork, Step::Failed),
        (
            Told::Refused(Refusal {
                code: ErrorCode::WrongPin,
                tries: Some(2),
                wait_ms: None,
            }),
            Step::Pin,
        ),
        (
            Told::Refused(Refusal {
                code: ErrorCode::PinLocked,
                tries: None,
                wait_ms: None,
            }),
            Step::Failed,
        ),
    ] {
        let mut screen = shown(&world);
        world.press(&mut screen, &[Enter]);
        let (id, _) = asked(&world.enter(&mut screen, "580316"));
        world.tell(&mut screen, &Input::Told(id, reply.clone()));
        assert_eq!(screen.step(), step, "{reply:?}");
        if step == Step::Pin {
            assert_eq!(screen.typed(), (0, 6, Remark::WrongPin(Some(2))));
        } else {
            assert!(screen.failure().is_some());
            world.press(&mut screen, &[Enter]);
            assert_eq!(screen.step(), Step::Who);
        }
    }
}

#[test]
fn a_card_is_proof_at_a_station_and_not_at_home() {
    let world = World::station(3);
    let mut screen = shown(&world);
    let (_, question) = asked(&world.tell(&mut screen, &card("0012345678")));
    let Command::OwnRecord(OwnRecord { proof, .. }) = question else {
        panic!("{question:?}");
    };
    assert!(matches!(proof, Proof::Card { .. }));
    let world = World::home();
    let mut screen = shown(&world);
    assert_eq!(world.tell(&mut screen, &card("0012345678")), []);
    assert_eq!(screen.step(), Step::Who);
}

/// At the step that asks for the new PIN, the card read.
fn with_card() -> (World, Me) {
    let world = World::station(2);
    let mut screen = shown(&world);
    // The last cell of the grid.
    world.press(&mut screen, &[Right, Right, Enter]);
    assert_eq!(screen.step(), Step::Card);
    assert!(screen.wants_card());
    assert_eq!(world.tell(&mut screen, &card("0012345678")), []);
    assert_eq!(screen.step(), Step::New);
    (world, screen)
}

#[test]
fn at_home_no_card_is_asked_for() {
    let world = World::home();
    let screen = shown(&world);
    assert_eq!(
        screen.names().visible().count(),
        3,
        "the household and nothing else"
    );
}

#[test]
fn a_new_pin_takes_the_card_and_twice_the_same_digits() {
    let (world, mut screen) = with_card();
    for easy in ["111111", "123456", "987654"] {
        assert_eq!(world.enter(&mut screen, easy), []);
        assert_eq!(screen.typed(), (0, 6, Remark::TooEasy), "{easy}");
    }
    assert_eq!(world.enter(&mut screen, "580316"), []);
    assert_eq!(screen.step(), Step::Again);
    assert_eq!(world.enter(&mut screen, "580317"), []);
    assert_eq!(
        (screen.step(), screen.typed().2),
        (Step::New, Remark::NotTheSame)
    );
    world.enter(&mut screen, "580316");
    let (id, question) = asked(&world.enter(&mut screen, "580316"));
    let Command::NewPin(NewPin { key, request }) = question else {
        panic!("{question:?}");
    };
    assert_eq!(key, id);
    let wanted = PinByCard {
        card: "0012345678".to_owned(),
        pin: "580316".to_owned(),
    };
    assert_eq!(request, wanted);
    world.tell(
        &mut screen,
        &Input::Told(id, Told::Answered(Reply::NewPin(MemberRef::default()))),
    );
    assert_eq!(screen.step(), Step::PinSet);
}

#[test]
fn somebody_without_a_pin_is_told_what_to_do() {
    let world = World::home();
    let mut none = crate::screens::tests::person("a", "张建国");
    none.pin_set = false;
    world.people(vec![none]);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.failure(), Some(Failure::Refused(ErrorCode::NoPin)));
    assert_eq!(world.press(&mut screen, &[Digit(1), Back]), []);
    assert_eq!(screen.step(), Step::Who);
}

#[test]
fn whoever_is_taken_off_the_list_while_typing_types_no_further() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Digit(5)]);
    assert_eq!(screen.step(), Step::Pin);
    let name = screen.name().to_owned();
    let people = world.cache.people().people.clone();
    world.people(people.into_iter().filter(|one| one.name != name).collect());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!((screen.step(), screen.name()), (Step::Who, ""));
}

#[test]
fn it_says_why_there_is_no_name_to_choose() {
    let world = World::new(TerminalKind::Household);
    let why = |world: &World| shown(world).nobody();
    assert_eq!(
        why(&world),
        Some(Nobody::Unknown),
        "before the server answered"
    );
    let people = |household: Option<HouseholdRef>| TerminalPeople {
        household,
        people: Vec::new(),
    };
    world.cache.set_people(people(None), "\"1\"").unwrap();
    assert_eq!(why(&world), Some(Nobody::NoHousehold));
    let home = Some(HouseholdRef::default());
    world.cache.set_people(people(home), "\"2\"").unwrap();
    assert_eq!(why(&world), Some(Nobody::Empty));
    assert_eq!(why(&World::home()), None);
    let world = World::new(TerminalKind::Signage);
    assert_eq!(why(&world), Some(Nobody::Public));
    // At a station a new PIN can be set although nobody is listed.
    let world = World::new(TerminalKind::Station);
    world.cache.set_people(people(None), "\"1\"").unwrap();
    assert_eq!(why(&world), Some(Nobody::Empty));
    assert_eq!(shown(&world).names().window.total(), 1);
}

#[test]
fn a_year_with_open_roll_calls_is_not_one_without() {
    let with = |states: &[AttendanceState], days_ago: i64| {
        let mut record = record();
        record.roll_calls.truncate(states.len());
        for (call, state) in record.roll_calls.iter_mut().zip(states) {
            call.state = *state;
            call.opened_at_ms = NOW - days_ago * 86_400_000;
        }
        year(&record, NOW)
    };
    use AttendanceState::{Exempt, Guest, Missing, Present};
    assert_eq!(with(&[], 0), Year::None);
    assert_eq!(with(&[Missing, Present], 0), Year::Running);
    assert_eq!(with(&[Missing, Present], 400), Year::None);
    assert_eq!(with(&[Exempt, Exempt], 0), Year::Exempt);
    assert_eq!(with(&[Exempt, Guest], 0), Year::Exempt);
    assert_eq!(with(&[Guest], 0), Year::Uncalled);
    let mut counted = record();
    counted.attendance.eligible = 1;
    assert_eq!(year(&counted, NOW), Year::Counted);
}
