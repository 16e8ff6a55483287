//! The roll call at home without a window.

use contract::error::ErrorCode;
use contract::member::Proof;
use contract::roll_call::{AttendanceState, RollCallState};
use contract::terminal::TerminalKind;

use super::{Button, RollCallScreen, Step};
use crate::cache::command::Told;
use crate::remote::RemoteKey::{Back, Digit, Down, Green, Ok as Enter, Right};
use crate::screens::kit::form::Remark;
use crate::screens::settings::name;
use crate::screens::signing::{Asked, Outcome};
use crate::screens::tests::{
    CALL, World, answered, call, deliver, person, refused, round, signed, unlisted,
};
use crate::screens::{Effect, Input};

const PIN: &str = "580316";

fn shown(world: &World) -> RollCallScreen {
    let mut screen = RollCallScreen::new(CALL);
    assert_eq!(world.tell(&mut screen, &Input::Shown), []);
    screen
}

fn outcome(screen: &RollCallScreen) -> Outcome {
    screen.panel().expect("a result").outcome
}

#[test]
fn two_of_three_sign_in_with_digits_alone() {
    let world = World::home();
    let mut screen = shown(&world);
    assert_eq!(screen.step(), Step::Invite);
    assert_eq!(screen.buttons(), [Button::SignIn]);
    // 1, the first missing one, the PIN.
    world.press(&mut screen, &[Digit(1)]);
    assert_eq!(screen.step(), Step::Who);
    let choice = screen.choice();
    assert_eq!(
        (
            choice.visible()[0].name.as_str(),
            choice.pager().focused(),
            choice.items().len()
        ),
        ("张建国", Some(0), 2)
    );
    world.press(&mut screen, &[Enter]);
    assert_eq!(screen.step(), Step::Type);
    let effects = world.enter(&mut screen, PIN);
    let first = signed(&effects);
    assert_eq!((first.round, first.name.as_str()), (1, "张建国"));
    assert_eq!(
        first.proof,
        Proof::Pin {
            member_id: "a".to_owned(),
            pin: PIN.to_owned()
        }
    );
    // Nothing is called done before the server has it.
    assert_eq!(outcome(&screen), Outcome::Sending);
    let answer = deliver(&world, &first, "a", "张建国", AttendanceState::Present);
    assert_eq!(world.tell(&mut screen, &answer), []);
    assert!(matches!(
        outcome(&screen),
        Outcome::Signed {
            state: AttendanceState::Present,
            repeated: false,
            ..
        }
    ));
    assert_eq!(screen.call().unwrap().missing_names(), "李秀英");
    assert_eq!(screen.buttons(), [Button::Of(0), Button::Done]);
    // 给李秀英签到: straight to the PIN.
    world.press(&mut screen, &[Enter]);
    assert_eq!(
        (screen.step(), screen.entry().unwrap().name()),
        (Step::Type, "李秀英")
    );
    let second = signed(&world.enter(&mut screen, PIN));
    assert_ne!(second.key, first.key, "each press has a key of its own");
    let answer = deliver(&world, &second, "b", "李秀英", AttendanceState::Late);
    world.tell(&mut screen, &answer);
    assert_eq!(screen.buttons(), [Button::Done]);
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Back]);
}

#[test]
fn few_who_are_left_have_a_button_each_and_many_have_one() {
    let world = World::new(TerminalKind::Household);
    let names = [
        ("a", "张建国"),
        ("b", "李秀英"),
        ("c", "张小军"),
        ("d", "张小红"),
    ];
    world.people(names.map(|(id, name)| person(id, name)).to_vec());
    world.calls(vec![call(&["a", "b", "c", "d"])]);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Digit(1), Enter]);
    let first = signed(&world.enter(&mut screen, PIN));
    let answer = deliver(&world, &first, "a", "张建国", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    assert_eq!(screen.buttons(), [Button::Next, Button::Done]);
    world.press(&mut screen, &[Enter, Enter]);
    let second = signed(&world.enter(&mut screen, PIN));
    let answer = deliver(&world, &second, "b", "李秀英", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    let each = [Button::Of(0), Button::Of(1), Button::Done];
    assert_eq!(screen.buttons(), each);
    // The second of them, straight to her PIN.
    world.press(&mut screen, &[Right, Enter]);
    assert_eq!(
        (screen.step(), screen.entry().unwrap().name()),
        (Step::Type, "张小红")
    );
}

#[test]
fn a_result_stays_eight_seconds_and_then_gives_the_tv_back() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    let new = signed(&world.enter(&mut screen, PIN));
    let answer = deliver(&world, &new, "a", "张建国", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    assert_eq!(world.wait(&mut screen, 7_900), []);
    assert_eq!(screen.step(), Step::Result);
    assert_eq!(
        world.wait(&mut screen, 200),
        [Effect::Back],
        "also while somebody else is missing: they may be out"
    );
}

#[test]
fn without_an_answer_it_says_that_it_is_kept() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    let new = signed(&world.enter(&mut screen, PIN));
    assert_eq!(world.wait(&mut screen, 5_900), []);
    assert_eq!(outcome(&screen), Outcome::Sending);
    assert_eq!(
        world.wait(&mut screen, 200),
        [Effect::Queue(new.key.clone())],
        "from now on nobody waits at the screen"
    );
    assert_eq!(outcome(&screen), Outcome::Queued);
    // The answer comes after all, and the screen is still there.
    let answer = deliver(&world, &new, "a", "张建国", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    assert!(matches!(outcome(&screen), Outcome::Signed { .. }));
}

#[test]
fn a_dead_network_is_told_at_once_and_the_person_waits_no_more() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    let new = signed(&world.enter(&mut screen, PIN));
    world.cache.enqueue(&new).unwrap();
    world.tell(&mut screen, &Input::Told(new.key, Told::Queued));
    assert_eq!(outcome(&screen), Outcome::Queued);
    assert_eq!(
        screen.call().unwrap().missing_names(),
        "李秀英",
        "whoever is kept is not called again"
    );
}

#[test]
fn a_disk_that_does_not_take_it_is_told() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    let new = signed(&world.enter(&mut screen, PIN));
    world.tell(&mut screen, &Input::NotSaved(new.key));
    assert_eq!(outcome(&screen), Outcome::NotSaved);
    assert_eq!(screen.buttons(), [Button::Next, Button::Done]);
}

#[test]
fn a_wrong_pin_is_asked_again_with_the_tries_that_are_left() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    let first = signed(&world.enter(&mut screen, "111222"));
    let effects = world.tell(
        &mut screen,
        &refused(&first.key, ErrorCode::WrongPin, Some(4)),
    );
    assert_eq!(effects, [Effect::Told(first.key.clone())]);
    let entry = screen.entry().expect("typing again");
    assert_eq!(screen.step(), Step::Type);
    assert_eq!(
        (entry.form.remark(), entry.form.pad().typed()),
        (Remark::WrongPin(Some(4)), (0, 6))
    );
    let second = signed(&world.enter(&mut screen, PIN));
    assert_ne!(second.key, first.key);
    world.tell(
        &mut screen,
        &answered(&second.key, "a", "张建国", AttendanceState::Present),
    );
    assert!(matches!(outcome(&screen), Outcome::Signed { .. }));
}

#[test]
fn refusals_that_asking_again_would_not_help_are_told() {
    for code in [
        ErrorCode::PinLocked,
        ErrorCode::TooLate,
        ErrorCode::TooEarly,
        ErrorCode::Forbidden,
    ] {
        let world = World::home();
        let mut screen = shown(&world);
        world.press(&mut screen, &[Enter, Enter]);
        let new = signed(&world.enter(&mut screen, PIN));
        let effects = world.tell(&mut screen, &refused(&new.key, code, None));
        assert_eq!(
            effects,
            [Effect::Told(new.key)],
            "nobody tells it again at Home"
        );
        assert_eq!(outcome(&screen), Outcome::Refused(code));
    }
}

#[test]
fn what_belongs_to_somebody_else_changes_nothing_here() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    signed(&world.enter(&mut screen, PIN));
    assert_eq!(
        world.tell(
            &mut screen,
            &refused("another", ErrorCode::WrongPin, Some(1))
        ),
        []
    );
    assert_eq!(outcome(&screen), Outcome::Sending);
}

#[test]
fn the_code_of_the_picture_is_asked_first_where_it_is_demanded() {
    let world = World::home();
    let mut with_code = call(&["a"]);
    with_code.presence_code = true;
    world.calls(vec![with_code]);
    let mut screen = shown(&world);
    world.press(&mut screen, &[Digit(1)]);
    assert_eq!(screen.entry().unwrap().asked, Asked::Code);
    assert_eq!(world.enter(&mut screen, "4711"), []);
    assert_eq!(screen.entry().unwrap().asked, Asked::Pin);
    let new = signed(&world.enter(&mut screen, PIN));
    assert_eq!(new.presence_code.as_deref(), Some("4711"));
    world.tell(
        &mut screen,
        &refused(&new.key, ErrorCode::WrongPresenceCode, None),
    );
    let entry = screen.entry().unwrap();
    assert_eq!(
        (entry.asked, entry.form.remark()),
        (Asked::Code, Remark::WrongCode)
    );
}

#[test]
fn whoever_has_no_pin_is_told_before_typing() {
    let world = World::new(TerminalKind::Household);
    let mut none = person("a", "张建国");
    none.pin_set = false;
    world.people(vec![none]);
    world.calls(vec![call(&["a"])]);
    let mut screen = shown(&world);
    assert_eq!(world.press(&mut screen, &[Digit(1)]), []);
    assert_eq!(outcome(&screen), Outcome::Refused(ErrorCode::NoPin));
}

#[test]
fn back_leaves_in_two_presses_wherever_one_is() {
    let world = World::home();
    let steps: [&[crate::remote::RemoteKey]; 4] = [
        &[],
        &[Green],
        &[Enter, Enter],
        &[Enter, Enter, Digit(5), Digit(8), Digit(0)],
    ];
    for (at, keys) in steps.into_iter().enumerate() {
        let mut screen = shown(&world);
        world.press(&mut screen, keys);
        let mut presses = 0;
        while world.press(&mut screen, &[Back]) != [Effect::Back] {
            presses += 1;
            assert!(presses < 3, "step {at}: {:?}", screen.step());
        }
    }
}

#[test]
fn a_spot_check_calls_again() {
    let world = World::home();
    let mut screen = shown(&world);
    let mut next = call(&["a", "b", "c"]);
    next.rounds = vec![round(1, -30), round(2, 0)];
    for person in &mut next.people[..2] {
        person.state = AttendanceState::Present;
        person.answered = vec![1];
    }
    next.people[2].state = AttendanceState::Exempt;
    // Somebody is typing; the round they typed for is over.
    world.press(&mut screen, &[Enter, Enter, Digit(5)]);
    world.calls(vec![next]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!((screen.step(), screen.round()), (Step::Invite, 2));
    assert_eq!(screen.call().unwrap().missing_names(), "张建国、李秀英");
    world.press(&mut screen, &[Digit(1), Down, Enter]);
    let new = signed(&world.enter(&mut screen, PIN));
    assert_eq!((new.round, new.name.as_str()), (2, "李秀英"));
}

#[test]
fn a_spot_check_does_not_hide_a_result_and_comes_after_it() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Enter, Enter]);
    let new = signed(&world.enter(&mut screen, PIN));
    let answer = deliver(&world, &new, "a", "张建国", AttendanceState::Present);
    world.tell(&mut screen, &answer);
    let mut next = call(&["a", "b"]);
    next.rounds = vec![round(1, -30), round(2, 0)];
    world.calls(vec![next]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.step(), Step::Result);
    assert_eq!(world.wait(&mut screen, 8_100), []);
    assert_eq!((screen.step(), screen.round()), (Step::Invite, 2));
}

#[test]
fn the_end_is_told_and_gives_the_tv_back() {
    let world = World::home();
    let mut screen = shown(&world);
    assert_eq!(world.wait(&mut screen, 15 * 60_000 - 100), []);
    assert_eq!(screen.step(), Step::Invite);
    assert!(screen.call().unwrap().is_late(screen.now().at_ms));
    assert_eq!(world.wait(&mut screen, 1_200), []);
    assert_eq!(screen.step(), Step::Over);
    assert_eq!(world.wait(&mut screen, 16_000), [Effect::Back]);
}

#[test]
fn before_after_and_cancelled() {
    let world = World::home();
    let mut other = call(&["a"]);
    other.rounds = vec![round(1, 30)];
    other.state = RollCallState::Scheduled;
    other.people.clear();
    world.calls(vec![other.clone()]);
    let mut screen = shown(&world);
    assert_eq!(screen.step(), Step::Before);
    // It opens while somebody looks at it.
    world.wait(&mut screen, 31 * 60_000);
    assert_eq!(screen.step(), Step::Invite);
    other.state = RollCallState::Closed;
    world.calls(vec![other]);
    let mut screen = shown(&world);
    assert_eq!(screen.step(), Step::Over);
    assert_eq!(
        world.wait(&mut screen, 600_000),
        [],
        "somebody wanted to see it"
    );
    world.calls(Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(world.press(&mut screen, &[Right, Enter]), [Effect::Back]);
}

#[test]
fn a_home_that_is_not_in_the_list_reads_whom_to_ask_until_it_is_added() {
    let world = World::home();
    let mut none = call(&[]);
    none.unlisted = vec![unlisted("a", "张建国")];
    world.calls(vec![none]);
    let mut screen = shown(&world);
    assert_eq!(
        (screen.step(), screen.buttons()),
        (Step::Invite, vec![Button::Leave])
    );
    assert_eq!(
        world.press(&mut screen, &[Digit(1), Green]),
        [],
        "there is nothing to sign"
    );
    assert_eq!(screen.step(), Step::Invite);
    // Staff add him: he signs in as everybody does.
    world.calls(vec![call(&["a"])]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.buttons(), [Button::SignIn]);
    world.press(&mut screen, &[Digit(1)]);
    assert_eq!(screen.entry().unwrap().name(), "张建国");
    let mut screen = shown(&world);
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn a_roll_call_that_is_cancelled_says_so_and_goes_away() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Digit(1), Enter]);
    assert_eq!(screen.step(), Step::Type);
    let mut cancelled = call(&["a", "b"]);
    cancelled.state = RollCallState::Cancelled;
    world.calls(vec![cancelled]);
    world.tell(&mut screen, &Input::Changed);
    // Not that it is over, and that somebody did not sign in.
    assert_eq!(screen.step(), Step::Gone);
    assert_eq!(world.wait(&mut screen, 14_000), []);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(world.wait(&mut screen, 1_001), [Effect::Back]);
    // The server may also say nothing of it any more.
    let world = World::home();
    let mut screen = shown(&world);
    world.calls(Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.step(), Step::Gone);
    assert_eq!(world.wait(&mut screen, 15_001), [Effect::Back]);
}

#[test]
fn whoever_is_taken_off_the_list_while_typing_types_no_further() {
    let world = World::home();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Digit(1), Enter]);
    assert_eq!(screen.entry().unwrap().name(), "张建国");
    world.calls(vec![call(&["b"])]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.step(), Step::Invite);
    // Another one who types is not disturbed.
    world.press(&mut screen, &[Digit(1), Digit(5)]);
    world.calls(vec![call(&["b", "a"])]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(
        (screen.step(), screen.entry().unwrap().name()),
        (Step::Type, "李秀英")
    );
}

#[test]
fn without_the_time_a_roll_call_is_neither_open_nor_over() {
    let world = World::home();
    world.cache.synced(crate::screens::tests::NOW).unwrap();
    world.clock.reboot();
    world.clock.set_now(0);
    let world = world.reopened();
    let mut screen = shown(&world);
    assert_eq!(screen.step(), Step::Before);
    assert!(!screen.now().known);
    // The server says what time it is.
    world
        .cache
        .server_time_measured(crate::screens::tests::NOW, 0, 0)
        .unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.step(), Step::Invite);
}

#[test]
fn a_sign_in_is_read_aloud_where_that_is_wanted_and_to_its_end() {
    let world = World::home();
    world.cache.set_setting(name::READ_ALOUD, "on").unwrap();
    let mut screen = shown(&world);
    world.press(&mut screen, &[Digit(1), Enter]);
    let first = signed(&world.enter(&mut screen, PIN));
    let answer = deliver(&world, &first, "a", "张建国", AttendanceState::Present);
    assert_eq!(world.tell(&mut screen, &answer), [Effect::SpeakShown]);
    world.tell(&mut screen, &Input::Speaking(Some(0)));
    world.wait(&mut screen, 20_000);
    assert_eq!(screen.step(), Step::Result, "it is still being said");
    // The next one does not wait for the voice.
    let effects = world.press(&mut screen, &[Enter]);
    assert_eq!(effects, [Effect::Speak(Vec::new())]);
    assert_eq!(screen.step(), Step::Type);
}
