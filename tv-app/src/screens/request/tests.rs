//! Reading how it stands, and saying whether it is solved.

use contract::error::ErrorCode;
use contract::request::{Happened, RequestState, Solved};

use super::*;
use crate::cache::Refusal;
use crate::cache::command::{self, Command, Reply, Told};
use crate::remote::RemoteKey::{self, Back, Digit, Down, Ok as Enter, Right};
use crate::screens::asked::Stand;
use crate::screens::asked::tests::{answered, entry, home, request, tell};
use crate::screens::sending::Outcome;
use crate::screens::settings::name;
use crate::screens::tests::World;
use crate::screens::{BACK, Controller, Effect, Effects, Input};

pub(crate) mod attached;

fn shown(requests: Vec<contract::request::TerminalRequest>) -> (World, RequestScreen) {
    let world = home();
    tell(&world, requests, Vec::new());
    let mut screen = RequestScreen::new("a");
    world.tell(&mut screen, &Input::Shown);
    (world, screen)
}

fn verdict(effects: &Effects) -> Option<command::Verdict> {
    effects.iter().find_map(|effect| match effect {
        Effect::Command(command) => match &**command {
            Command::Verdict(verdict) => Some(verdict.clone()),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn one_key_says_whether_it_is_solved_and_one_how_satisfied_they_are() {
    let cases = [
        (1, Solved::Yes, 5, Some(5)),
        (2, Solved::Partly, 3, Some(3)),
        (3, Solved::No, 0, None),
    ];
    for (first, solved, second, satisfaction) in cases {
        let (world, mut screen) = shown(vec![answered("a")]);
        assert!(screen.wants_digits());
        world.press(&mut screen, &[Digit(first)]);
        assert_eq!(screen.part().step(), Step::Satisfaction);
        assert_eq!(screen.focus().zone(), BACK, "nothing is chosen for them");
        let effects = world.press(&mut screen, &[Digit(second)]);
        let said = verdict(&effects).expect("it is said");
        assert_eq!(said.id, "a");
        assert_eq!(
            (
                said.request.solved,
                said.request.satisfaction,
                said.request.about
            ),
            (solved, satisfaction, 3)
        );
        // And nothing twice.
        assert_eq!(
            verdict(&world.press(&mut screen, &[Digit(second), Enter])),
            None
        );
    }
}

#[test]
fn arrows_and_ok_are_enough_and_back_says_nothing() {
    let (world, mut screen) = shown(vec![answered("a")]);
    assert_eq!(world.press(&mut screen, &[Enter]), []);
    for _ in 0..20 {
        let at = screen.part().reading().focused().map(|stop| stop.what);
        if at == Some(Opens::Verdict(Solved::No)) {
            break;
        }
        world.press(&mut screen, &[Down]);
    }
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.part().step(), Step::Satisfaction);
    let effects = world.press(&mut screen, &[Back]);
    assert_eq!(
        (verdict(&effects), screen.part().step()),
        (None, Step::Page)
    );
    world.press(&mut screen, &[Digit(3), Enter]);
    assert_eq!(
        screen.part().step(),
        Step::Page,
        "OK on 返回 leaves the question"
    );
    world.press(&mut screen, &[Digit(3), Down]);
    // 很满意 is the first, 不评 the last.
    let said = verdict(&world.press(&mut screen, &[Right, Enter])).unwrap();
    assert_eq!(said.request.satisfaction, Some(4));
    assert!(screen.part().is_unsolved());
}

#[test]
fn what_became_of_it_is_said_and_then_it_is_seen() {
    let (world, mut screen) = shown(vec![answered("a")]);
    let effects = world.press(&mut screen, &[Digit(1), Digit(5)]);
    let said = verdict(&effects).unwrap();
    world.cache.enqueue(&said).unwrap();
    let taken = world
        .cache
        .take_command(command::Priority::Interactive, &[])
        .unwrap()
        .unwrap();
    let reply = Reply::Verdict(Box::new(request("a", RequestState::Closed)));
    world
        .cache
        .command_answered(taken.seq, Some(&reply))
        .unwrap();
    world.tell(&mut screen, &Input::Told(said.key, Told::Answered(reply)));
    assert_eq!(screen.part().step(), Step::Said);
    assert_eq!(screen.part().outcome(), Some(&Outcome::Taken(None)));
    world.wait(&mut screen, 8_100);
    assert_eq!(screen.part().step(), Step::Page);
    assert_eq!(screen.part().stand(), Stand::Closed);
    assert_eq!(screen.part().can(), []);
}

#[test]
fn without_an_answer_it_is_kept_and_not_asked_again() {
    let (world, mut screen) = shown(vec![answered("a")]);
    let said = verdict(&world.press(&mut screen, &[Digit(1), Digit(0)])).unwrap();
    world.cache.enqueue(&said).unwrap();
    let effects = world.wait(&mut screen, 6_100);
    assert!(effects.contains(&Effect::Queue(said.key.clone())));
    world.cache.queue_command(&said.key).unwrap();
    assert_eq!(screen.part().outcome(), Some(&Outcome::Kept));
    world.wait(&mut screen, 8_100);
    assert_eq!(screen.part().step(), Step::Page);
    assert_eq!(screen.part().stand(), Stand::Kept);
    assert!(!screen.wants_digits());
    assert_eq!(world.press(&mut screen, &[Digit(1)]), []);
}

#[test]
fn a_verdict_on_an_older_answer_is_refused_and_the_new_one_is_read() {
    let (world, mut screen) = shown(vec![answered("a")]);
    let said = verdict(&world.press(&mut screen, &[Digit(1), Digit(5)])).unwrap();
    let refusal = Refusal {
        code: ErrorCode::Conflict,
        tries: None,
        wait_ms: None,
    };
    world.tell(&mut screen, &Input::Told(said.key, Told::Refused(refusal)));
    world.clock.advance(2_000);
    world.press(&mut screen, &[Back]);
    assert_eq!(screen.part().step(), Step::Page);
    assert!(screen.wants_digits(), "it can be said again");
}

#[test]
fn one_that_is_in_hand_can_be_taken_back_but_not_by_one_press() {
    let (world, mut screen) = shown(vec![request("a", RequestState::Received)]);
    assert_eq!(screen.part().can(), [Opens::Add, Opens::Withdraw]);
    for _ in 0..20 {
        let at = screen.part().reading().focused().map(|stop| stop.what);
        if at == Some(Opens::Withdraw) {
            break;
        }
        world.press(&mut screen, &[Down]);
    }
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.part().step(), Step::Withdraw);
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.part().step(), Step::Page, "what is safe comes first");
    world.press(&mut screen, &[Enter]);
    let effects = world.press(&mut screen, &[Right, Enter]);
    let taken_back = effects.iter().any(|effect| {
        matches!(effect, Effect::Command(command) if matches!(&**command, Command::Withdraw(one) if one.id == "a"))
    });
    assert!(taken_back, "{effects:?}");
}

#[test]
fn the_question_goes_when_it_is_not_asked_any_more() {
    let (world, mut screen) = shown(vec![answered("a")]);
    world.press(&mut screen, &[Digit(2)]);
    tell(&world, vec![request("a", RequestState::Closed)], Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.part().step(), Step::Page);
    tell(&world, Vec::new(), Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert!(screen.is_missing());
    assert_eq!(
        world.press(&mut screen, &[Back]).last(),
        Some(&Effect::Back)
    );
}

#[test]
fn the_last_answer_comes_first_and_everything_that_was_said_is_read_aloud() {
    let mut one = answered("a");
    one.history
        .insert(1, entry(2, Happened::Replied, "我们先看看。"));
    let (world, mut screen) = shown(vec![one]);
    let entries: Vec<usize> = screen
        .part()
        .visible()
        .filter_map(|piece| match piece.kind {
            PieceKind::Entry(at) => Some(at),
            _ => None,
        })
        .collect();
    assert_eq!(entries.first(), Some(&2));
    let effects = world.press(&mut screen, &[RemoteKey::Yellow]);
    let texts = vec![
        "已经到地里看过，请打一遍药。".to_owned(),
        "我们先看看。".to_owned(),
    ];
    assert_eq!(effects, [Effect::Speak(texts)]);
    world.tell(&mut screen, &Input::Speaking(Some(1)));
    assert_eq!(screen.part().spoken(), (true, Some(1)));
    assert_eq!(
        world.press(&mut screen, &[RemoteKey::Yellow]),
        [Effect::Speak(Vec::new())]
    );
}

#[test]
fn a_long_history_is_read_through_to_its_end() {
    let mut one = answered("a");
    for number in 4..24 {
        let text = "我们已经联系县里的农技站，专家下周来看，请您先不要打药，等看过再说。";
        one.history.push(entry(number, Happened::Replied, text));
    }
    one.history.push(entry(30, Happened::Answered, "看过了。"));
    let (world, mut screen) = shown(vec![one]);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        seen.extend(
            screen
                .part()
                .visible()
                .filter_map(|piece| match piece.kind {
                    PieceKind::Entry(at) => Some(at),
                    _ => None,
                }),
        );
        world.press(&mut screen, &[Down]);
    }
    assert_eq!(seen.len(), 23);
}

#[test]
fn what_became_of_what_they_said_is_read_aloud_where_that_is_wanted() {
    let (world, mut screen) = shown(vec![answered("a")]);
    world.cache.set_setting(name::READ_ALOUD, "on").unwrap();
    let said = verdict(&world.press(&mut screen, &[Digit(1), Digit(5)])).unwrap();
    let reply = Reply::Verdict(Box::new(request("a", RequestState::Closed)));
    let told = Input::Told(said.key, Told::Answered(reply));
    assert_eq!(world.tell(&mut screen, &told), [Effect::SpeakShown]);
    world.tell(&mut screen, &Input::Speaking(Some(0)));
    world.wait(&mut screen, 20_000);
    assert_eq!(screen.part().step(), Step::Said, "it is still being said");
    world.tell(&mut screen, &Input::Speaking(None));
    world.wait(&mut screen, 9_000);
    assert_eq!(screen.part().step(), Step::Page);
}
