//! What the doors say and where they lead.

use contract::feed::Document;
use contract::meeting::{Meeting, MeetingState};
use contract::terminal::TerminalKind;
use contract::township::{HelpContact, Township};

use super::{Door, Simple};
use crate::cache::tests::page;
use crate::remote::RemoteKey::{self, Digit, Down, Ok as Enter, Right, Up};
use crate::screens::overlay::Toast;
use crate::screens::tests::{CALL, MINUTE, NOW, World, call};
use crate::screens::{Controller, Effect, Effects, Input, Route};

fn shown(world: &World) -> Simple {
    let mut screen = Simple::new();
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn meeting(state: MeetingState) -> Meeting {
    Meeting {
        id: "m".to_owned(),
        title: "党员大会".to_owned(),
        state,
        starts_at_ms: NOW + 20 * MINUTE,
        ..Meeting::default()
    }
}

fn opened(effects: &Effects) -> &Route {
    match effects.as_slice() {
        [Effect::Open(route)] => route,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_door_is_opened_by_its_digit_and_by_ok() {
    let world = World::home();
    world.calls(Vec::new());
    let routes = [
        Route::Meetings {
            list: String::new(),
        },
        Route::Cards {
            list: String::new(),
        },
        Route::RollCalls,
        Route::Help,
    ];
    let ways: [&[RemoteKey]; 4] = [&[], &[Right], &[Down], &[Right, Down]];
    for ((digit, way), route) in (1..).zip(ways).zip(routes) {
        let mut screen = shown(&world);
        assert_eq!(opened(&world.press(&mut screen, &[Digit(digit)])), &route);
        let mut screen = shown(&world);
        world.press(&mut screen, way);
        assert_eq!(opened(&world.press(&mut screen, &[Enter])), &route);
    }
    let mut screen = shown(&world);
    assert_eq!(
        world.press(&mut screen, &[Digit(5)]),
        [Effect::Toast(Toast::KeyUnknown)]
    );
}

#[test]
fn the_five_keys_are_enough_to_leave_it() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Up, Up]);
    assert!(screen.on_settings());
    assert_eq!(
        opened(&world.press(&mut screen, &[Enter])),
        &Route::Settings
    );
}

#[test]
fn what_there_is_to_do_now_has_the_focus_until_somebody_moves() {
    let world = World::home();
    world.calls(vec![call(&["a"])]);
    let mut screen = shown(&world);
    assert_eq!(screen.focused(), Some(Door::SignIn as usize));
    let route = Route::RollCall {
        id: CALL.to_owned(),
    };
    assert_eq!(opened(&world.press(&mut screen, &[Enter])), &route);
    world.press(&mut screen, &[Up]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.focused(), Some(Door::Meetings as usize));
}

#[test]
fn a_live_meeting_is_entered_if_there_is_a_network() {
    let world = World::new(TerminalKind::Household);
    let live = Document::Meeting(meeting(MeetingState::Live));
    world.cache.apply(&page("m", vec![live])).unwrap();
    let mut screen = shown(&world);
    world.cache.set_online(false);
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Toast(Toast::MeetingOffline)]
    );
    world.cache.set_online(true);
    let route = Route::Meeting { id: "m".to_owned() };
    assert_eq!(opened(&world.press(&mut screen, &[Digit(1)])), &route);
}

#[test]
fn the_first_office_that_helps_is_named() {
    let world = World::new(TerminalKind::Household);
    assert_eq!(shown(&world).helper(), "");
    let contact = |office: &str| HelpContact {
        office: office.to_owned(),
        telephone: "0512-40000001".to_owned(),
        ..HelpContact::default()
    };
    let township = Document::Township(Township {
        help: vec![contact("便民服务中心"), contact("党政办公室")],
        ..Township::default()
    });
    world.cache.apply(&page("t", vec![township])).unwrap();
    assert_eq!(shown(&world).helper(), "便民服务中心");
}

#[test]
fn yellow_says_it_again() {
    let world = World::home();
    let mut screen = shown(&world);
    assert_eq!(
        world.press(&mut screen, &[RemoteKey::Yellow]),
        [Effect::SpeakShown]
    );
    assert_eq!(screen.route(), Route::Simple);
}
