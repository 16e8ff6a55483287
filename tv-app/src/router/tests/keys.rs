//! What a worn key does, which reports a press twice; what a result needs; Home over a question.

use contract::error::ErrorCode;
use contract::meeting::MeetingKind;
use contract::roll_call::AttendanceState;
use contract::terminal::TerminalKind;
use media_player::{Event, State};
use proptest::prelude::*;

use super::super::*;
use super::{Bench, called, quiet, ring};
use crate::cache::command::Command;
use crate::cache::{NewSignIn, Refusal, ToldLater};
use crate::interruptions::meeting::Call;
use crate::interruptions::quit::Leave;
use crate::interruptions::reminder::Due;
use crate::interruptions::revoked::Revoked;
use crate::interruptions::urgent::Notice;
use crate::screens::roll_call::Step;
use crate::screens::signing::Outcome;
use crate::screens::tests::{World, answered, call, card, refused, signed};
use RemoteKey::{Back, Digit, Down, Green, Home, Menu, Ok as Enter, Right, Search};

const PIN: [RemoteKey; 6] = [Digit(5), Digit(8), Digit(0), Digit(3), Digit(1), Digit(6)];
/// A worn key reports the same press again so long after the first.
const AGAIN_MS: u64 = 90;

fn effects(outward: Vec<Outward>) -> Vec<Effect> {
    let effect = |item| match item {
        Outward::Effect(effect) => Some(effect),
        Outward::Join { .. } | Outward::Quit => None,
    };
    outward.into_iter().filter_map(effect).collect()
}

impl Bench {
    /// The same key goes down and up so long after the last one.
    fn again(&mut self, key: RemoteKey, ms: u64) -> Vec<Outward> {
        self.world.clock.advance(ms);
        let mut outward = self.tell(&Input::Key(key, Press::Down));
        outward.extend(self.tell(&Input::Key(key, Press::Up)));
        outward
    }

    /// A press of a worn key.
    fn twice(&mut self, key: RemoteKey) -> Vec<Outward> {
        let mut outward = self.press(key);
        outward.extend(self.again(key, AGAIN_MS));
        outward
    }

    fn step(&self) -> (Step, Option<Outcome>, Option<(usize, usize)>) {
        match self.router.top() {
            Screen::RollCall(screen) => (
                screen.step(),
                screen.panel().map(|panel| panel.outcome),
                screen.entry().map(|entry| entry.form.pad().typed()),
            ),
            _ => panic!("{:?} is no roll call", self.route()),
        }
    }

    /// The first of the household has signed in and waits for the answer.
    fn sent(&mut self) -> NewSignIn {
        ring(self);
        self.press(Digit(1));
        self.press(Enter);
        for key in PIN {
            self.press(key);
        }
        signed(&effects(self.press(Enter)))
    }

    /// The server's answer comes at once.
    fn answered(&mut self) {
        let new = self.sent();
        let answer = answered(&new.key, "a", "张建国", AttendanceState::Present);
        self.tell(&answer);
    }
}

#[test]
fn ok_twice_leaves_the_success_on_the_screen() {
    let mut bench = quiet();
    let new = bench.sent();
    // The answer is there before the key reports again.
    let answer = answered(&new.key, "a", "张建国", AttendanceState::Present);
    bench.world.clock.advance(40);
    bench.tell(&answer);
    assert_eq!(bench.again(Enter, 50), []);
    assert!(matches!(
        bench.step(),
        (Step::Result, Some(Outcome::Signed { .. }), _)
    ));
    // And 249 ms after the answer, whoever presses it.
    assert_eq!(bench.again(Enter, 199), []);
    assert_eq!(bench.step().0, Step::Result);
}

#[test]
fn no_key_takes_a_result_away_within_two_seconds() {
    for key in [
        Enter,
        Back,
        Home,
        Menu,
        Search,
        Green,
        Digit(1),
        Right,
        Down,
    ] {
        let mut bench = quiet();
        bench.answered();
        for at in [300, 700, 999] {
            bench.again(key, at);
            let (step, outcome, _) = bench.step();
            assert_eq!(step, Step::Result, "{key:?} at {at}");
            assert!(matches!(outcome, Some(Outcome::Signed { .. })), "{key:?}");
        }
    }
    let mut bench = quiet();
    bench.answered();
    bench.again(Enter, 2_000);
    // The only one left is not chosen first.
    assert_eq!(bench.step().0, Step::Type, "the next one");
    // A refusal is a result too, and what can be typed again is not.
    let mut bench = quiet();
    let new = bench.sent();
    bench.tell(&refused(&new.key, ErrorCode::PinLocked, None));
    bench.again(Back, 1_999);
    assert_eq!(bench.step().0, Step::Result);
    bench.again(Back, 1);
    assert_eq!(bench.route(), Route::Home);
    let mut bench = quiet();
    let new = bench.sent();
    bench.tell(&refused(&new.key, ErrorCode::WrongPin, Some(3)));
    bench.again(Digit(5), 300);
    assert_eq!(bench.step(), (Step::Type, None, Some((1, 6))));
}

#[test]
fn at_a_station_names_are_looked_for_while_the_result_stays() {
    let mut bench = Bench::new(World::station(3));
    bench.tell(&Input::Changed);
    let new = signed(&effects(bench.tell(&card("0012345678"))));
    bench.tell(&answered(&new.key, "m1", "张m1", AttendanceState::Present));
    let shown = |bench: &Bench| match bench.router.top() {
        Screen::Roster(roster) => (
            roster.panel().is_some(),
            roster.entry().is_some(),
            roster.names().digits().len(),
        ),
        _ => panic!("{:?}", bench.route()),
    };
    bench.again(Digit(9), 300);
    bench.again(Digit(6), 300);
    assert_eq!(shown(&bench), (true, false, 2), "a digit is typed over it");
    bench.again(Enter, 300);
    bench.again(Back, 300);
    assert_eq!(shown(&bench), (true, false, 2), "OK and Back wait");
    bench.again(Enter, 800);
    assert_eq!(shown(&bench), (false, true, 2));
}

#[test]
fn back_twice_leaves_one_screen() {
    let mut bench = quiet();
    bench.open(&Route::Settings);
    bench.watch();
    bench.twice(Back);
    assert_eq!((bench.route(), bench.router.depth()), (Route::Settings, 2));
    // Pressed again by somebody who means it.
    bench.again(Back, 160);
    assert_eq!(bench.route(), Route::Home);
    // The question stays, and so does the screen once it was answered.
    bench.twice(Back);
    assert_eq!(bench.router.dialog(), Some((&Dialog::Quit(Leave), 0)));
    bench.twice(Back);
    assert_eq!((bench.router.dialog(), bench.route()), (None, Route::Home));
}

#[test]
fn a_digit_that_opens_the_pin_is_not_typed_into_it_and_an_honest_one_is() {
    let mut bench = quiet();
    bench.world.calls(vec![call(&["a"])]);
    bench.tell(&Input::Changed);
    bench.twice(Digit(1));
    assert_eq!(bench.step(), (Step::Type, None, Some((0, 6))));
    // 1 1 typed fast is two digits, with the remote …
    bench.press(Digit(1));
    bench.again(Digit(1), 60);
    assert_eq!(bench.step().2, Some((2, 6)));
    // … and with OK on the keypad of the screen.
    for key in [RemoteKey::Up, RemoteKey::Up] {
        bench.press(key);
    }
    bench.press(Enter);
    bench.again(Enter, 60);
    assert_eq!(bench.step().2, Some((4, 6)));
    // The one that is the last moves the focus to 确定, which it does not press.
    bench.press(Enter);
    bench.again(Enter, 300);
    assert_eq!(bench.again(Enter, 60), []);
    assert_eq!(bench.step(), (Step::Type, None, Some((6, 6))));
}

#[test]
fn a_key_that_deletes_moves_or_is_held_counts_every_time() {
    let mut bench = quiet();
    ring(&mut bench);
    bench.press(Digit(1));
    bench.press(Enter);
    for key in PIN {
        bench.press(key);
    }
    bench.again(RemoteKey::Red, 40);
    bench.again(RemoteKey::Red, 40);
    assert_eq!(bench.step().2, Some((4, 6)));
    let mut bench = quiet();
    bench.open(&Route::Settings);
    bench.press(Down);
    let zone = |bench: &Bench| bench.router.top().controller().focus().zone();
    let mut zones = vec![zone(&bench)];
    bench.again(Down, 40);
    zones.push(zone(&bench));
    for _ in 0..2 {
        bench.world.clock.advance(80);
        bench.tell(&Input::Key(Down, Press::Repeat));
        zones.push(zone(&bench));
    }
    let all = zones.len();
    zones.dedup();
    assert_eq!(zones.len(), all, "{zones:?}");
}

#[test]
fn a_key_that_toggles_toggles_once() {
    let mut bench = quiet();
    let outward = bench.twice(RemoteKey::Blue);
    let sizes = effects(outward)
        .into_iter()
        .filter(|effect| matches!(effect, Effect::Setting(..)))
        .count();
    assert_eq!(sizes, 1);
    bench.watch();
    let outward = bench.twice(RemoteKey::PlayPause);
    let commands = |outward: Vec<Outward>| {
        let play = |effect: &Effect| matches!(effect, Effect::Play(_));
        effects(outward).into_iter().filter(play).count()
    };
    assert_eq!(commands(outward), 1);
    bench.player(&Event::State(State::Paused));
    assert_eq!(commands(bench.twice(Enter)), 1);
}

#[test]
fn a_question_that_comes_by_itself_is_not_answered_by_the_key_before_it() {
    let mut bench = quiet();
    bench.press(Right);
    bench.press(Enter);
    let at = bench.route();
    bench.announce("u");
    bench.again(Enter, AGAIN_MS);
    assert!(matches!(
        bench.router.dialog(),
        Some((Dialog::Urgent(_), 0))
    ));
    assert_eq!(bench.route(), at);
    bench.again(Enter, 200);
    assert_eq!((bench.router.dialog(), bench.route()), (None, at));
}

/// One of every kind.
fn questions() -> Vec<Dialog> {
    vec![
        Dialog::Quit(Leave),
        Dialog::Urgent(Notice {
            id: "u".to_owned(),
            title: "大风".to_owned(),
            ..Notice::default()
        }),
        Dialog::Refused(ToldLater {
            key: "k".to_owned(),
            kind: "sign_in".to_owned(),
            name: "张建国".to_owned(),
            title: "十一月主题党日".to_owned(),
            refusal: Refusal {
                code: ErrorCode::TooLate,
                tries: None,
                wait_ms: None,
            },
        }),
        Dialog::Meeting(Call {
            id: "m".to_owned(),
            title: "党员大会".to_owned(),
            organization: String::new(),
            kind: MeetingKind::Broadcast,
            by_itself: true,
            until: u64::MAX,
        }),
        Dialog::Reminder(Due {
            id: "m".to_owned(),
            title: "党员大会".to_owned(),
            organization: String::new(),
            starts_at_ms: 0,
            is_time: false,
            until: u64::MAX,
        }),
    ]
}

#[test]
fn home_works_while_a_question_is_open_and_answers_it_without_harm() {
    for question in questions() {
        let mut bench = quiet();
        bench.open(&Route::Settings);
        bench.open(&Route::About);
        bench.router.dialog = Some((question.clone(), 0));
        let harmless = match &question {
            Dialog::Refused(told) => Some(Effect::Told(told.key.clone())),
            Dialog::Meeting(call) => Some(Effect::Decline(call.id.clone())),
            _ => None,
        };
        let outward = effects(bench.press(Home));
        assert_eq!(
            (bench.router.dialog(), bench.route(), bench.router.depth()),
            (None, Route::Home, 1),
            "{question:?}"
        );
        if let Some(effect) = harmless {
            assert!(outward.contains(&effect), "{question:?}: {outward:?}");
        }
    }
    // Two that waited: the second one is asked at Home.
    let mut bench = quiet();
    bench.open(&Route::Settings);
    for id in ["u", "v"] {
        bench.announce(id);
    }
    bench.press(Home);
    assert_eq!(bench.route(), Route::Home);
    assert!(matches!(bench.router.dialog(), Some((Dialog::Urgent(one), 0)) if one.id == "v"));
    // Before the enrolment there is no other Home.
    let mut bench = Bench::new(World::new(TerminalKind::Household));
    bench.router = Router::new(false);
    bench.router.dialog = Some((Dialog::Revoked(Revoked), 0));
    bench.press(Home);
    assert_eq!(
        (bench.router.dialog(), bench.route()),
        (None, Route::Enrolment)
    );
}

#[test]
fn a_worn_button_teaches_one_key() {
    let mut bench = quiet();
    bench.open(&Route::Wizard);
    let raw = |code| Input::RawKey(RawKey::Code(code));
    let learnt = |outward: Vec<Outward>| {
        let learnt = |effect: &Effect| matches!(effect, Effect::Learnt(..));
        effects(outward).into_iter().filter(learnt).count()
    };
    assert_eq!(learnt(bench.tell(&raw(28))), 1);
    bench.world.clock.advance(AGAIN_MS);
    bench.tell(&raw(28));
    let heard = |bench: &Bench| match bench.router.top() {
        Screen::Wizard(wizard) => wizard.heard(),
        _ => None,
    };
    assert_eq!(heard(&bench), Some((RawKey::Code(28), false)));
    assert_eq!(learnt(bench.tell(&raw(103))), 1);
    bench.world.clock.advance(300);
    bench.tell(&raw(28));
    assert_eq!(heard(&bench), Some((RawKey::Code(28), true)));
}

/// What happens to two televisions, of which one has a worn remote.
#[derive(Clone, Debug)]
enum Op {
    Press(RemoteKey),
    Ring,
    Urgent(u8),
    Answer(bool),
    Watch,
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let keys: Vec<RemoteKey> = RemoteKey::all().collect();
    prop_oneof![
        8 => proptest::sample::select(keys).prop_map(Op::Press),
        6 => proptest::sample::select(vec![Enter, Back, Digit(1), Digit(5), Down, Right])
            .prop_map(Op::Press),
        1 => Just(Op::Ring),
        1 => (0..3_u8).prop_map(Op::Urgent),
        2 => any::<bool>().prop_map(Op::Answer),
        1 => Just(Op::Watch),
        2 => (0..4_000_u64).prop_map(Op::Wait),
    ]
}

/// What is on the screen: the stack, a question with its focus, the step, a note.
type Shown = (
    Vec<OpenScreen>,
    Option<(Dialog, usize)>,
    Phase,
    Option<Toast>,
);

/// A television, and the sign-in that waits for its answer.
struct Side {
    bench: Bench,
    sent: Option<NewSignIn>,
}

impl Side {
    fn new() -> Self {
        Self {
            bench: quiet(),
            sent: None,
        }
    }

    /// Presses a key; `worn` says how much later it is reported again.
    fn press(&mut self, key: RemoteKey, worn: Option<u64>) -> Vec<Outward> {
        let mut outward = self.bench.press(key);
        match worn {
            Some(ms) => outward.extend(self.bench.again(key, ms)),
            None => self.bench.world.clock.advance(AGAIN_MS),
        }
        for item in &outward {
            if let Outward::Effect(Effect::Command(command)) = item
                && let Command::SignIn(new) = &**command
            {
                self.sent = Some(new.clone());
            }
        }
        outward
    }

    fn apply(&mut self, op: &Op, worn: Option<u64>) -> Vec<Outward> {
        match op {
            Op::Press(key) => {
                let typing = match self.bench.router.dialog() {
                    Some(_) => matches!(key, RemoteKey::Left | Right),
                    None => self.bench.router.top().controller().types(*key),
                };
                // Typed twice is twice.
                self.press(*key, worn.filter(|_| !typing))
            }
            Op::Ring => ring(&mut self.bench),
            Op::Urgent(id) => self.bench.announce(&id.to_string()),
            Op::Answer(good) => match self.sent.take() {
                Some(new) if *good => {
                    let answer = answered(&new.key, "a", "张建国", AttendanceState::Present);
                    self.bench.tell(&answer)
                }
                Some(new) => self
                    .bench
                    .tell(&refused(&new.key, ErrorCode::WrongPin, Some(3))),
                None => Vec::new(),
            },
            Op::Watch => {
                self.bench.watch();
                Vec::new()
            }
            Op::Wait(ms) => {
                self.bench.world.clock.advance(*ms);
                self.bench.tell(&Input::Tick)
            }
        }
    }

    fn shows(&self) -> Shown {
        let router = &self.bench.router;
        let screens = router.stack.iter().map(|screen| OpenScreen {
            route: screen.controller().route(),
            focus: screen.controller().focus().remember(),
        });
        (
            screens.collect(),
            router.dialog.clone(),
            router.top().controller().phase(),
            router.toast(),
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is pressed where, a key that does not type does the same once and twice, and so do
    /// the two televisions at every moment.
    #[test]
    fn a_worn_remote_does_what_a_new_one_does(
        ops in prop::collection::vec((op(), 1..AGAIN_MS + 1), 1..40)
    ) {
        let (mut new, mut worn) = (Side::new(), Side::new());
        for (op, apart) in ops {
            let wanted = new.apply(&op, None);
            let done = worn.apply(&op, Some(apart));
            // Both clocks stand at the same moment again.
            if matches!(op, Op::Press(_)) {
                let late = |side: &Side| crate::clock::Clock::monotonic_ms(side.bench.world.clock.as_ref());
                let behind = late(&new).saturating_sub(late(&worn));
                worn.bench.world.clock.advance(behind);
            }
            prop_assert_eq!(&done, &wanted, "{:?}", op);
            prop_assert_eq!(worn.shows(), new.shows(), "{:?}", op);
        }
    }

    /// A key that is pressed again fast never changes the screen, the step or the question twice.
    #[test]
    fn one_press_of_a_worn_key_changes_one_thing(
        ops in prop::collection::vec((op(), 1..AGAIN_MS + 1), 1..40)
    ) {
        let mut side = Side::new();
        for (op, apart) in ops {
            let Op::Press(key) = op else {
                side.apply(&op, None);
                continue;
            };
            let before = side.bench.router.scene.clone();
            side.bench.press(key);
            let once = side.bench.router.scene.clone();
            side.bench.again(key, apart);
            let twice = side.bench.router.scene.clone();
            prop_assert!(before == once || once == twice, "{:?}: {:?}, {:?}, {:?}", key, before, once, twice);
        }
    }
}

#[test]
fn an_open_roll_call_is_not_answered_by_the_key_that_was_meant_for_the_screen_below() {
    let mut bench = quiet();
    bench.press(Right);
    bench.world.clock.advance(5_000);
    ring(&mut bench);
    assert_eq!(bench.route(), called());
    bench.again(Enter, AGAIN_MS);
    assert_eq!(bench.step().0, Step::Invite);
    bench.again(Enter, 200);
    assert_eq!(bench.step().0, Step::Who);
}
