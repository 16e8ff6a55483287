//! A report is written, sent and forgotten.

use contract::error::ErrorCode;
use contract::request::Phone;
use contract::terminal::TerminalKind;
use media_player::record::RecordEvent;

use super::controller::{HIDE_MS, groups};
use super::{ReportScreen, Step};
use crate::cache::command::{Command, NewReport, Reply, Taken, Told};
use crate::remote::RemoteKey::{Back, Digit, Down, Ok as Enter, Right};
use crate::screens::kit::form::Remark;
use crate::screens::note;
use crate::screens::note::tests::{SENTENCES, recording};
use crate::screens::sending::Outcome;
use crate::screens::service_note::tests::category;
use crate::screens::tests::{World, refused};
use crate::screens::{Controller, Effect, Effects, Input, Route, Stays};

const PIN: &str = "580316";

fn shown() -> (World, ReportScreen) {
    let world = World::new(TerminalKind::Household);
    category(&world, "c6");
    let mut screen = ReportScreen::new("c6");
    world.tell(&mut screen, &Input::Shown);
    (world, screen)
}

/// As far as the number.
fn written() -> (World, ReportScreen) {
    let (world, mut screen) = shown();
    world.press(&mut screen, &[Enter, Digit(2)]);
    assert_eq!(screen.step(), Step::Note);
    finish(&world, &mut screen);
    (world, screen)
}

/// From what is said to the number.
fn finish(world: &World, screen: &mut ReportScreen) {
    world.press(screen, &[Down; 12]);
    world.press(screen, &[Enter]);
    assert_eq!(screen.step(), Step::Pin);
    world.enter(screen, PIN);
    assert_eq!(screen.step(), Step::Again);
    world.enter(screen, PIN);
    assert_eq!(screen.step(), Step::Number);
}

fn sent(effects: &Effects) -> NewReport {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match command.as_ref() {
            Command::NewReport(report) => Some(report.clone()),
            _ => None,
        },
        _ => None,
    });
    found.expect("it is sent")
}

/// Nothing of it is left in the screen.
fn is_forgotten(screen: &ReportScreen) -> bool {
    screen.note().draft().is_empty() && screen.number().is_empty() && screen.typed().0 == 0
}

#[test]
fn it_is_written_and_sent_with_a_number_and_a_pin() {
    let (world, mut screen) = written();
    assert_eq!(screen.office(), "镇农业农村办公室");
    let number = screen.number().to_owned();
    assert!(number.len() == 10 && number.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(groups("0123456789"), ["012", "345", "6789"]);
    let effects = world.press(&mut screen, &[Enter]);
    let report = sent(&effects);
    let request = &report.request;
    assert_eq!(request.category_id, "c6");
    assert_eq!((&request.number, request.pin.as_str()), (&number, PIN));
    assert_eq!(request.sentences, [SENTENCES[1].to_owned()]);
    assert_eq!(request.phone, Phone::None);
    assert_eq!(screen.outcome(), Some(&Outcome::Sending));
    // Nothing is kept of it but the command.
    let kept = |effect: &Effect| matches!(effect, Effect::Draft(..) | Effect::Remember);
    assert!(!effects.iter().any(kept), "{effects:?}");
    let told = Told::Answered(Reply::NewReport(Taken));
    world.tell(&mut screen, &Input::Told(report.key, told));
    assert_eq!(screen.outcome(), Some(&Outcome::Taken(None)));
    assert!(is_forgotten(&screen));
    let effects = world.press(&mut screen, &[Enter]);
    assert!(effects.contains(&Effect::Back));
}

#[test]
fn each_has_a_number_of_its_own_and_it_is_spoken_only_by_a_key() {
    let (world, mut screen) = written();
    let first = screen.number().to_owned();
    let effects = world.press(&mut screen, &[Back]);
    assert_eq!((screen.step(), screen.number()), (Step::Note, ""));
    assert_eq!(effects, [Effect::Speak(Vec::new())]);
    finish(&world, &mut screen);
    assert_ne!(screen.number(), first);
    let spoken = |effects: &Effects| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Speak(said) if !said.is_empty()))
    };
    let effects = world.tell(&mut screen, &Input::Shown);
    assert!(!spoken(&effects));
    let effects = world.press(&mut screen, &[Right, Enter]);
    let [Effect::Speak(said)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(said.concat().replace(' ', ""), screen.number());
    assert_eq!(screen.step(), Step::Number);
}

#[test]
fn without_a_word_it_is_not_sent() {
    let (world, mut screen) = shown();
    world.press(&mut screen, &[Enter]);
    world.press(&mut screen, &[Down; 12]);
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.step(), Step::Note);
    assert_eq!(screen.note().session().remark(), note::Remark::Nothing);
}

#[test]
fn a_voice_alone_is_enough() {
    let (world, mut screen) = shown();
    world
        .cache
        .set_setting(crate::screens::settings::name::MICROPHONE, "test")
        .unwrap();
    world.press(&mut screen, &[Enter, Enter]);
    assert!(screen.has_voice());
    world.tell(&mut screen, &Input::Recorder(RecordEvent::Started));
    world.press(&mut screen, &[Enter]);
    let done = RecordEvent::Done(recording(5_000, 0.6));
    let effects = world.tell(&mut screen, &Input::Recorder(done));
    assert_eq!(effects, [], "it is written nowhere");
    finish(&world, &mut screen);
    let report = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(report.request.voice.unwrap().length_ms, 5_000);
}

#[test]
fn easy_pins_and_different_ones_are_asked_again() {
    let (world, mut screen) = shown();
    world.press(&mut screen, &[Enter, Digit(1)]);
    world.press(&mut screen, &[Down; 12]);
    world.press(&mut screen, &[Enter]);
    world.enter(&mut screen, "123456");
    assert_eq!(
        (screen.step(), screen.typed().1),
        (Step::Pin, Remark::TooEasy)
    );
    world.enter(&mut screen, PIN);
    world.enter(&mut screen, "580317");
    assert_eq!(
        (screen.step(), screen.typed().1),
        (Step::Pin, Remark::NotTheSame)
    );
    world.enter(&mut screen, "580317");
    world.enter(&mut screen, "580317");
    assert_eq!(screen.step(), Step::Number);
    let report = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(report.request.pin, "580317");
}

#[test]
fn without_a_network_it_is_kept_and_that_is_said() {
    let (world, mut screen) = written();
    let report = sent(&world.press(&mut screen, &[Enter]));
    world.cache.enqueue(&report).unwrap();
    let effects = world.wait(&mut screen, 60_000);
    assert!(effects.contains(&Effect::Queue(report.key)), "{effects:?}");
    assert_eq!(screen.outcome(), Some(&Outcome::Kept));
    assert!(is_forgotten(&screen));
    let mut again = ReportScreen::new("c6");
    world.tell(&mut again, &Input::Shown);
    assert_eq!(again.waiting(), 1);
}

#[test]
fn what_could_not_be_kept_can_be_sent_again_under_the_same_number() {
    let (world, mut screen) = written();
    let number = screen.number().to_owned();
    let report = sent(&world.press(&mut screen, &[Enter]));
    world.tell(&mut screen, &Input::NotSaved(report.key.clone()));
    assert_eq!(screen.outcome(), Some(&Outcome::NotSaved));
    let again = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(again.request.number, number);
    assert_ne!(again.key, report.key);
}

#[test]
fn a_number_that_somebody_has_is_made_anew_and_another_refusal_ends_it() {
    let (world, mut screen) = written();
    let number = screen.number().to_owned();
    let report = sent(&world.press(&mut screen, &[Enter]));
    let taken = refused(&report.key, ErrorCode::Conflict, None);
    world.tell(&mut screen, &taken);
    assert_eq!(screen.step(), Step::Number);
    assert_ne!(screen.number(), number);
    let report = sent(&world.press(&mut screen, &[Enter]));
    assert_eq!(report.request.sentences.len(), 1, "nothing was lost");
    let gone = refused(&report.key, ErrorCode::NotFound, None);
    world.tell(&mut screen, &gone);
    assert!(matches!(screen.outcome(), Some(Outcome::Refused(..))));
    assert!(is_forgotten(&screen));
}

#[test]
fn whoever_leaves_or_walks_away_leaves_nothing_behind() {
    let (world, mut screen) = shown();
    world.press(&mut screen, &[Enter, Digit(1), Back]);
    assert_eq!(screen.step(), Step::About);
    assert!(is_forgotten(&screen));
    // And the next one begins as the first.
    world.press(&mut screen, &[Enter, Digit(2)]);
    assert_eq!(screen.note().draft().sentences, [SENTENCES[1].to_owned()]);
    let (world, mut screen) = written();
    let effects = world.wait(&mut screen, HIDE_MS - 10_000);
    assert!(!effects.contains(&Effect::Back));
    assert!(screen.countdown().is_some_and(|left| left <= 10));
    let effects = world.wait(&mut screen, 11_000);
    assert!(effects.contains(&Effect::Back));
    assert!(is_forgotten(&screen));
    assert_eq!(screen.nature().stays, Stays::Personal);
    assert_eq!(screen.draft(), None);
}

#[test]
fn it_leads_to_how_one_stands() {
    let (world, mut screen) = shown();
    let effects = world.press(&mut screen, &[Right, Enter]);
    assert_eq!(effects, [Effect::Open(Route::ReportFollow)]);
}
