//! Everything that was asked; at a station only that of who has proved who they are.

use contract::error::ErrorCode;
use contract::proof::Proof;
use contract::request::{RequestState, TerminalRequests};
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::Refusal;
use crate::cache::command::{self, Command, Reply, Told};
use crate::remote::RemoteKey::{self, Back, Digit, Down, Ok as Enter};
use crate::screens::asked::tests::{answered, home, request, tell, world};
use crate::screens::request::Opens;
use crate::screens::request::tests::attached::{asked, came, with_attachments};
use crate::screens::tests::{World, person};
use crate::screens::{Controller, Effect, Effects, Input, Route, Stays};

const PIN: [RemoteKey; 7] = [
    Digit(5),
    Digit(8),
    Digit(0),
    Digit(3),
    Digit(1),
    Digit(6),
    Enter,
];

fn shown(world: &World) -> Requests {
    let mut screen = Requests::new(false);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn question(effects: &Effects) -> command::OwnRequests {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::OwnRequests(own) => Some(own.clone()),
            _ => None,
        },
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is asked: {effects:?}"))
}

fn own(requests: Vec<contract::request::TerminalRequest>) -> Told {
    Told::Answered(Reply::OwnRequests(Box::new(TerminalRequests {
        requests,
        ..TerminalRequests::default()
    })))
}

#[test]
fn a_home_lists_everything_and_opens_one() {
    let world = home();
    let known = vec![answered("a"), request("b", RequestState::Closed)];
    tell(&world, known, Vec::new());
    let mut screen = shown(&world);
    assert_eq!(screen.step(), Step::List);
    assert_eq!(screen.nature().stays, Stays::Kept);
    assert_eq!(
        world.press(&mut screen, &[Down, Enter]),
        [Effect::Open(Route::Request { id: "b".to_owned() })]
    );
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

fn station() -> (World, Requests) {
    let world = world(TerminalKind::Station);
    world.people(vec![person("a", "张建国")]);
    // What came before it was a station is not shown there.
    tell(&world, vec![answered("other")], Vec::new());
    let screen = shown(&world);
    (world, screen)
}

#[test]
fn at_a_station_only_their_own_is_shown_and_only_while_somebody_is_there() {
    let (world, mut screen) = station();
    assert_eq!(screen.step(), Step::Who);
    assert_eq!(screen.nature().stays, Stays::Personal);
    assert!(screen.list().items().is_empty());
    world.press(&mut screen, &[Enter]);
    let asked = question(&world.press(&mut screen, &PIN));
    let proof = Proof::Pin {
        member_id: "a".to_owned(),
        pin: "580316".to_owned(),
    };
    assert_eq!(asked.proof, proof);
    world.tell(
        &mut screen,
        &Input::Told(asked.key, own(vec![answered("x")])),
    );
    assert_eq!(screen.step(), Step::List);
    let keys: Vec<&str> = screen
        .list()
        .items()
        .iter()
        .map(|one| one.key.as_str())
        .collect();
    assert_eq!(keys, ["x"]);
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.step(), Step::One);
    // Their word carries their proof; then it is asked how things stand.
    let effects = world.press(&mut screen, &[Digit(1), Digit(5)]);
    let Some(Effect::Command(command)) =
        effects.iter().find(|one| matches!(one, Effect::Command(_)))
    else {
        panic!("{effects:?}");
    };
    let Command::Verdict(verdict) = &**command else {
        panic!("{command:?}");
    };
    assert_eq!(verdict.request.proof.as_ref(), Some(&proof));
    let taken = Told::Answered(Reply::Verdict(Box::new(answered("x"))));
    world.tell(&mut screen, &Input::Told(verdict.key.clone(), taken));
    let effects = world.wait(&mut screen, 8_100);
    let again = question(&effects);
    world.tell(&mut screen, &Input::Told(again.key, own(Vec::new())));
    assert!(screen.list().items().is_empty());
    let effects = world.wait(&mut screen, 61_000);
    assert!(effects.contains(&Effect::Back));
    assert_eq!(screen.step(), Step::Who);
}

#[test]
fn a_wrong_pin_is_asked_for_again_and_without_a_network_nothing_is_shown() {
    let (world, mut screen) = station();
    world.press(&mut screen, &[Enter]);
    let asked = question(&world.press(&mut screen, &PIN));
    let refusal = Refusal {
        code: ErrorCode::WrongPin,
        tries: Some(4),
        wait_ms: None,
    };
    world.tell(&mut screen, &Input::Told(asked.key, Told::Refused(refusal)));
    assert_eq!(screen.step(), Step::Who);
    let asked = question(&world.press(&mut screen, &PIN));
    world.tell(&mut screen, &Input::Told(asked.key, Told::NoNetwork));
    assert_eq!((screen.step(), screen.failure()), (Step::Failed, None));
    world.press(&mut screen, &[Back]);
    assert_eq!(screen.step(), Step::Who);
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn whoever_listens_at_a_station_is_there() {
    let (world, mut screen) = station();
    world.press(&mut screen, &[Enter]);
    let own_ones = question(&world.press(&mut screen, &PIN));
    let told = own(vec![with_attachments("x")]);
    world.tell(&mut screen, &Input::Told(own_ones.key, told));
    let mut read = None;
    world.press(&mut screen, &[Enter]);
    for _ in 0..30 {
        let at = screen.part().reading().focused().map(|stop| stop.what);
        let key = if at == Some(Opens::Voice(3, 1)) {
            Enter
        } else {
            Down
        };
        read = asked(&world.press(&mut screen, &[key]));
        if read.is_some() {
            break;
        }
    }
    let read = read.expect("it is fetched");
    assert_eq!(read.proof, Some(own_ones.proof));
    world.tell(&mut screen, &came(&read.key));
    assert!(screen.has_voice());
    world.wait(&mut screen, 15_000);
    let position = media_player::Event::Position {
        position_ms: 15_000,
        duration_ms: None,
    };
    world.tell(&mut screen, &Input::Player(position));
    world.wait(&mut screen, 2_000);
    let ended = media_player::Event::State(media_player::State::Ended);
    world.tell(&mut screen, &Input::Player(ended));
    world.wait(&mut screen, 50_000);
    assert_eq!(screen.step(), Step::One, "they have heard it, and look on");
    world.wait(&mut screen, 15_000);
    assert_eq!(screen.step(), Step::Who);
    assert!(screen.part().attached().is_none());
}
