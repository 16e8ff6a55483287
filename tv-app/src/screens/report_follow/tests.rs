//! A report is looked up by number and PIN, judged, and forgotten.

use contract::error::ErrorCode;
use contract::request::{Happened, HistoryEntry, ReportKey, RequestState, Solved, TerminalRequest};
use contract::terminal::TerminalKind;

use super::controller::HIDE_MS;
use super::{Failure, PieceKind, ReportFollow, Step};
use crate::cache::Refusal;
use crate::cache::command::{Command, Reply, Taken, Told};
use crate::remote::RemoteKey::{self, Back, Digit, Ok as Enter};
use crate::screens::tests::{NOW, World, refused};
use crate::screens::{Controller, Effect, Effects, Input, Stays};

const NUMBER: &str = "4071829365";
const PIN: &str = "580316";

fn shown() -> (World, ReportFollow) {
    let world = World::new(TerminalKind::Household);
    let mut screen = ReportFollow::new();
    world.tell(&mut screen, &Input::Shown);
    (world, screen)
}

/// What the server is asked, after number and PIN.
fn ask(world: &World, screen: &mut ReportFollow) -> Command {
    world.enter(screen, NUMBER);
    assert_eq!(screen.step(), Step::Pin);
    assert_eq!(screen.digits(), "", "no digit of a PIN is shown");
    let effects = world.enter(screen, PIN);
    assert_eq!(screen.step(), Step::Waiting);
    command(&effects)
}

fn command(effects: &Effects) -> Command {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => Some((**command).clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is asked: {effects:?}"))
}

fn report(wants_verdict: bool) -> TerminalRequest {
    let entry = |number, what, text: &str| HistoryEntry {
        number,
        at_ms: NOW,
        what,
        text: text.to_owned(),
        ..HistoryEntry::default()
    };
    TerminalRequest {
        id: "r".to_owned(),
        number: NUMBER.to_owned(),
        state: RequestState::Answered,
        wants_verdict,
        history: vec![
            entry(1, Happened::Asked, ""),
            entry(3, Happened::Answered, "已经查清，钱已退回。"),
        ],
        ..TerminalRequest::default()
    }
}

/// A screen that shows how it stands.
fn found(wants_verdict: bool) -> (World, ReportFollow) {
    let (world, mut screen) = shown();
    let asked = ask(&world, &mut screen);
    let told = Told::Answered(Reply::FollowReport(Box::new(report(wants_verdict))));
    world.tell(&mut screen, &Input::Told(asked.key().to_owned(), told));
    assert_eq!(screen.step(), Step::Shown);
    (world, screen)
}

#[test]
fn number_and_pin_show_it_with_the_newest_first() {
    let (world, mut screen) = shown();
    let asked = ask(&world, &mut screen);
    let Command::FollowReport(follow) = &asked else {
        panic!("{asked:?}");
    };
    let key = ReportKey {
        number: NUMBER.to_owned(),
        pin: PIN.to_owned(),
    };
    assert_eq!(follow.request, key);
    assert!(!asked.is_kept());
    let told = Told::Answered(Reply::FollowReport(Box::new(report(false))));
    // An answer to something else.
    world.tell(&mut screen, &Input::Told("other".to_owned(), told.clone()));
    assert_eq!(screen.step(), Step::Waiting);
    world.tell(&mut screen, &Input::Told(asked.key().to_owned(), told));
    let kinds: Vec<&PieceKind> = screen.visible().map(|piece| &piece.kind).collect();
    assert_eq!(
        kinds,
        [
            &PieceKind::State,
            &PieceKind::Entry(1),
            &PieceKind::Text("已经查清，钱已退回。".to_owned(), 1),
            &PieceKind::Entry(0),
        ]
    );
    let effects = world.press(&mut screen, &[RemoteKey::Yellow]);
    let said = vec!["已经查清，钱已退回。".to_owned()];
    assert_eq!(effects, [Effect::Speak(said)]);
    world.tell(&mut screen, &Input::Speaking(Some(0)));
    let effects = world.press(&mut screen, &[RemoteKey::Yellow]);
    assert_eq!(effects, [Effect::Speak(Vec::new())]);
    // Where its author is not asked, digits do nothing.
    assert_eq!(world.press(&mut screen, &[Digit(3)]), []);
    let effects = world.press(&mut screen, &[Back]);
    assert!(effects.contains(&Effect::Back));
    assert!(screen.report().is_none() && screen.visible().next().is_none());
}

#[test]
fn one_key_says_whether_it_is_solved() {
    for (digit, solved) in [(1, Solved::Yes), (2, Solved::Partly), (3, Solved::No)] {
        let (world, mut screen) = found(true);
        let effects = world.press(&mut screen, &[Digit(digit)]);
        let Command::JudgeReport(judge) = command(&effects) else {
            panic!("{effects:?}");
        };
        let said = &judge.request;
        assert_eq!((said.verdict.solved, said.verdict.about), (solved, 3));
        assert_eq!(
            (said.key.number.as_str(), said.key.pin.as_str()),
            (NUMBER, PIN)
        );
        // A second press of a worn key says nothing else.
        assert_eq!(world.press(&mut screen, &[Digit(1)]), []);
        let told = Told::Answered(Reply::JudgeReport(Taken));
        world.tell(&mut screen, &Input::Told(judge.key, told));
        assert_eq!(screen.step(), Step::Judged);
        let effects = world.press(&mut screen, &[Enter]);
        assert!(effects.contains(&Effect::Back));
    }
}

#[test]
fn wrong_numbers_and_wrong_pins_are_said_alike() {
    for code in [
        ErrorCode::NotFound,
        ErrorCode::WrongPin,
        ErrorCode::Forbidden,
    ] {
        let (world, mut screen) = shown();
        let asked = ask(&world, &mut screen);
        world.tell(&mut screen, &refused(asked.key(), code, Some(3)));
        assert_eq!(screen.failure(), Some(Failure::Wrong(0)));
        // Everything is asked again.
        world.press(&mut screen, &[Enter]);
        assert_eq!(screen.step(), Step::Number);
        assert_eq!(screen.typed().0, 0);
    }
    let (world, mut screen) = shown();
    let asked = ask(&world, &mut screen);
    let refusal = Refusal {
        code: ErrorCode::TooMany,
        tries: None,
        wait_ms: Some(600_000),
    };
    let told = Input::Told(asked.key().to_owned(), Told::Refused(refusal));
    world.tell(&mut screen, &told);
    assert_eq!(screen.failure(), Some(Failure::Locked(600_000)));
}

#[test]
fn without_a_network_it_is_said() {
    let (world, mut screen) = shown();
    let asked = ask(&world, &mut screen);
    let told = Input::Told(asked.key().to_owned(), Told::NoNetwork);
    world.tell(&mut screen, &told);
    assert_eq!(screen.failure(), Some(Failure::NoNetwork));
}

#[test]
fn whoever_walks_away_leaves_nothing_behind() {
    let (world, mut screen) = found(true);
    let effects = world.wait(&mut screen, HIDE_MS + 1_000);
    assert!(effects.contains(&Effect::Back));
    assert!(screen.report().is_none());
    assert_eq!(screen.nature().stays, Stays::Personal);
}
