//! The roll call at a station without a window.

use std::collections::HashSet;

use contract::error::ErrorCode;
use contract::member::Proof;
use contract::roll_call::{AttendanceState, RollCallState};

use super::Roster;
use crate::remote::RemoteKey::{Back, Digit, Down, Ok as Enter, PageDown, Right};
use crate::screens::attendance::{Attendance, Person};
use crate::screens::kit::form::Remark;
use crate::screens::signing::Outcome;
use crate::screens::tests::{
    CALL, World, answered, call, card, deliver, refused, signed, unlisted,
};
use crate::screens::{Controller, Effect, Input};

fn shown(world: &World) -> Roster {
    let mut screen = Roster::new(CALL);
    assert_eq!(world.tell(&mut screen, &Input::Shown), []);
    screen
}

fn outcome(screen: &Roster) -> Option<Outcome> {
    screen.panel().map(|panel| panel.outcome)
}

#[test]
fn a_room_signs_in_by_card_without_any_other_key() {
    let world = World::station(60);
    let mut screen = shown(&world);
    let mut keys = HashSet::new();
    for n in 0..60 {
        let effects = world.tell(&mut screen, &card(&format!("00123456{n:02}")));
        let new = signed(&effects);
        assert!(matches!(&new.proof, Proof::Card { .. }));
        assert!(keys.insert(new.key.clone()));
        let (id, name) = (format!("m{n}"), format!("张m{n}"));
        let answer = deliver(&world, &new, &id, &name, AttendanceState::Present);
        world.tell(&mut screen, &answer);
        assert_eq!(screen.panel().unwrap().name, name);
        assert_eq!(screen.call().unwrap().present_of(), (n + 1, 60));
    }
    assert_eq!(screen.call().unwrap().missing().count(), 0);
    world.wait(&mut screen, 9_000);
    assert_eq!(outcome(&screen), None);
}

#[test]
fn the_missing_are_the_grid_and_those_who_have_come_are_found_by_digits() {
    let world = World::station(40);
    let mut screen = shown(&world);
    for n in [39, 20] {
        let new = signed(&world.tell(&mut screen, &card(&format!("001234{n}"))));
        let (id, name) = (format!("m{n}"), format!("张m{n}"));
        let answer = deliver(&world, &new, &id, &name, AttendanceState::Present);
        world.tell(&mut screen, &answer);
    }
    let is_missing = |one: &Person| one.attendance == Attendance::Missing;
    assert!(screen.names().visible().all(is_missing));
    assert_eq!(screen.names().window.total(), 38);
    let settled: Vec<&str> = screen.settled().map(|one| one.id.as_str()).collect();
    assert_eq!(settled, ["m20", "m39"]);
    world.press(&mut screen, &[9, 6, 3, 9].map(Digit));
    let found = screen.names().chosen().unwrap();
    assert_eq!(
        (found.id.as_str(), found.attendance),
        ("m39", Attendance::Signed)
    );
}

#[test]
fn the_names_of_few_are_large() {
    for (count, large) in [(6, true), (7, false)] {
        assert_eq!(shown(&World::station(count)).is_large(), large, "{count}");
    }
    // When nobody is missing any more there is still a way back.
    let world = World::station(1);
    let mut screen = shown(&world);
    let new = signed(&world.tell(&mut screen, &card("0012345600")));
    let answer = deliver(&world, &new, "m0", "张m0", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    assert_eq!(screen.names().window.total(), 0);
    assert!(screen.focus().key().is_some());
}

#[test]
fn two_hundred_names_scroll_and_are_found_by_initials() {
    let world = World::station(200);
    let mut screen = shown(&world);
    for _ in 0..60 {
        world.press(&mut screen, &[PageDown]);
    }
    let window = &screen.names().window;
    assert_eq!((window.visible().end, window.focused()), (200, Some(195)));
    // 张 9, m 6, 1 1, 7 7, 3 3
    world.press(&mut screen, &[9, 6, 1, 7, 3].map(Digit));
    assert_eq!(screen.names().chosen().unwrap().id, "m173");
    world.press(&mut screen, &[Enter]);
    let new = signed(&world.enter(&mut screen, "580316"));
    assert!(matches!(&new.proof, Proof::Pin { member_id, .. } if member_id == "m173"));
    assert_eq!(screen.names().digits(), "", "the next one begins anew");
}

#[test]
fn visitors_are_named_and_stay_although_the_server_tells_only_of_ours() {
    let world = World::station(3);
    let mut screen = shown(&world);
    for (id, name, state, attendance) in [
        ("x", "王远客", AttendanceState::Guest, Attendance::Guest),
        ("y", "赵邻村", AttendanceState::Present, Attendance::Nearby),
    ] {
        let new = signed(&world.tell(&mut screen, &card("88001122")));
        world.tell(&mut screen, &answered(&new.key, id, name, state));
        assert_eq!(screen.panel().unwrap().name, name);
        assert!(matches!(
            outcome(&screen),
            Some(Outcome::Signed { nearby: true, .. })
        ));
        // The next answer of the server does not have them.
        world.calls(vec![call(&["m0", "m1", "m2"])]);
        world.tell(&mut screen, &Input::Changed);
        let found = screen.settled().find(|person| person.id == id).cloned();
        assert_eq!(found.map(|person| person.attendance), Some(attendance));
    }
    assert_eq!(screen.visitor_count(), 2);
    assert_eq!(screen.call().unwrap().present_of(), (0, 3));
}

#[test]
fn a_card_comes_through_whatever_is_on_the_screen() {
    let world = World::station(5);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Digit(5), Digit(8)]);
    assert!(screen.entry().is_some());
    let new = signed(&world.tell(&mut screen, &card("0012345678")));
    assert!(screen.entry().is_none(), "whoever was typing gives way");
    let effects = world.tell(
        &mut screen,
        &refused(&new.key, ErrorCode::UnknownCard, None),
    );
    assert_eq!(effects, [Effect::Told(new.key)]);
    assert_eq!(
        outcome(&screen),
        Some(Outcome::Refused(ErrorCode::UnknownCard))
    );
}

#[test]
fn a_result_is_told_while_the_next_card_is_on_its_way() {
    let world = World::station(5);
    let mut screen = shown(&world);
    let first = signed(&world.tell(&mut screen, &card("0012345601")));
    let second = signed(&world.tell(&mut screen, &card("0012345602")));
    let answer = deliver(&world, &first, "m1", "张m1", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    assert_eq!(
        outcome(&screen),
        Some(Outcome::Sending),
        "the panel is the second one's"
    );
    assert_eq!(screen.call().unwrap().present_of(), (1, 5));
    // Refused, and nobody sees the panel: it is told at Home, not here.
    let third = signed(&world.tell(&mut screen, &card("0012345603")));
    let effects = world.tell(
        &mut screen,
        &refused(&second.key, ErrorCode::UnknownCard, None),
    );
    assert_eq!(effects, []);
    world.tell(
        &mut screen,
        &answered(&third.key, "m3", "张m3", AttendanceState::Present),
    );
    assert_eq!(screen.panel().unwrap().name, "张m3");
}

#[test]
fn a_wrong_pin_is_asked_again_and_somebody_who_signed_is_told_so() {
    let world = World::station(2);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter]);
    let new = signed(&world.enter(&mut screen, "111222"));
    world.tell(
        &mut screen,
        &refused(&new.key, ErrorCode::WrongPin, Some(3)),
    );
    assert_eq!(
        screen.entry().unwrap().form.remark(),
        Remark::WrongPin(Some(3))
    );
    let new = signed(&world.enter(&mut screen, "580316"));
    let answer = deliver(&world, &new, "m0", "张m0", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    assert!(screen.entry().is_none());
    world.press(&mut screen, &[Down, Back]);
    let mut screen = shown(&world);
    world.press(&mut screen, &[9, 6, 0].map(Digit));
    assert_eq!(world.press(&mut screen, &[Enter]), []);
    assert!(matches!(
        outcome(&screen),
        Some(Outcome::Signed { repeated: true, .. })
    ));
}

#[test]
fn a_card_before_and_after_the_roll_call_signs_nobody_in() {
    let world = World::station(2);
    let mut over = call(&["m0"]);
    over.state = RollCallState::Closed;
    world.calls(vec![over]);
    let mut screen = shown(&world);
    assert_eq!(world.tell(&mut screen, &card("0012345678")), []);
    assert_eq!(outcome(&screen), Some(Outcome::Refused(ErrorCode::TooLate)));
}

#[test]
fn a_card_with_a_presence_code() {
    let world = World::station(2);
    let mut with_code = call(&["m0", "m1"]);
    with_code.presence_code = true;
    world.calls(vec![with_code]);
    let mut screen = shown(&world);
    assert_eq!(world.tell(&mut screen, &card("0012345678")), []);
    assert!(screen.entry().is_some());
    let new = signed(&world.enter(&mut screen, "4711"));
    assert_eq!(new.presence_code.as_deref(), Some("4711"));
    assert!(matches!(&new.proof, Proof::Card { card } if card == "0012345678"));
    // Shown until the next second; no digit of it is a section's.
    assert!(screen.wants_digits());
}

#[test]
fn a_name_that_is_not_in_the_list_says_whom_to_ask() {
    let world = World::station(2);
    let mut one = call(&["m0"]);
    one.unlisted = vec![unlisted("m1", "张m1")];
    world.calls(vec![one]);
    let mut screen = shown(&world);
    assert_eq!(
        screen.call().unwrap().present_of(),
        (0, 1),
        "it counts nowhere"
    );
    let attendances: Vec<Attendance> = screen.names().visible().map(|p| p.attendance).collect();
    assert_eq!(attendances, [Attendance::Missing, Attendance::Unlisted]);
    assert_eq!(world.press(&mut screen, &[Right, Enter]), []);
    let panel = screen.panel().unwrap();
    assert_eq!(
        (panel.outcome, panel.office.as_str(), panel.name.as_str()),
        (Outcome::NotListed { kept: false }, "张家村党支部", "张m1")
    );
    // By card they were taken for a visitor: said too, whichever news comes first.
    for changed_first in [false, true] {
        let mut screen = shown(&world);
        let new = signed(&world.tell(&mut screen, &card("0012345678")));
        let answer = deliver(&world, &new, "m1", "张m1", AttendanceState::Guest);
        if changed_first {
            world.tell(&mut screen, &Input::Changed);
        }
        world.tell(&mut screen, &answer);
        let panel = screen.panel().unwrap();
        assert_eq!(
            (panel.outcome, panel.office.as_str()),
            (Outcome::NotListed { kept: true }, "张家村党支部")
        );
        assert_eq!(screen.names().all().len(), 2, "once");
    }
}

#[test]
fn a_roll_call_that_is_cancelled_says_so_and_goes_away() {
    let world = World::station(3);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter]);
    assert!(screen.entry().is_some());
    let mut cancelled = call(&["m0", "m1", "m2"]);
    cancelled.state = RollCallState::Cancelled;
    for now in [vec![cancelled], Vec::new()] {
        world.calls(now);
        world.tell(&mut screen, &Input::Changed);
        assert!(screen.is_gone() && screen.entry().is_none());
    }
    assert_eq!(world.wait(&mut screen, 14_000), []);
    assert_eq!(world.wait(&mut screen, 1_001), [Effect::Back]);
    // One that is only over stays, with its figures.
    let world = World::station(3);
    let mut screen = shown(&world);
    let mut closed = call(&["m0", "m1", "m2"]);
    closed.state = RollCallState::Closed;
    world.calls(vec![closed]);
    world.tell(&mut screen, &Input::Changed);
    assert!(!screen.is_gone());
}

#[test]
fn whoever_is_taken_off_the_list_while_typing_types_no_further() {
    let world = World::station(3);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.entry().unwrap().name(), "张m0");
    world.calls(vec![call(&["m1", "m2"])]);
    world.tell(&mut screen, &Input::Changed);
    assert!(screen.entry().is_none());
}
