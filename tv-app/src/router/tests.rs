//! What comes over the screens by itself: roll calls, cards, refusals.

mod aloud;
mod anything;
mod held;
mod keys;
mod overlays;
mod service;
mod simple;
mod voice;

use contract::bulletin::Bulletin;
use contract::error::ErrorCode;
use contract::feed::Document;
use contract::member::Proof;
use contract::roll_call::{AttendanceState, RollCallState};
use contract::terminal::TerminalKind;
use media_player::{Command, Event, State};

use super::*;
use crate::cache::command::{Priority, Told};
use crate::cache::{NewSignIn, Refusal};
use crate::interruptions::revoked::Revoked;
use crate::screens::tests::{CALL, World, call, card, deliver, round, signed};

pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) router: Router,
}

impl Bench {
    pub(crate) fn new(world: World) -> Self {
        let mut router = Router::new(true);
        world.with(|context| router.start(context));
        Self { world, router }
    }

    pub(crate) fn tell(&mut self, input: &Input) -> Vec<Outward> {
        self.world.route(&mut self.router, input)
    }

    /// A short press, long enough after the last one.
    pub(crate) fn press(&mut self, key: RemoteKey) -> Vec<Outward> {
        self.world.clock.advance(300);
        let mut outward = self.tell(&Input::Key(key, Press::Down));
        outward.extend(self.tell(&Input::Key(key, Press::Up)));
        outward
    }

    pub(crate) fn open(&mut self, route: &Route) {
        let Self { world, router } = self;
        world.with(|context| {
            router.open(route, context);
            router.compare(None, context.ticks_ms);
        });
    }

    pub(crate) fn route(&self) -> Route {
        self.router.top().controller().route()
    }

    /// An urgent notice is published, and the event is quicker than the feed.
    pub(crate) fn announce(&mut self, id: &str) -> Vec<Outward> {
        self.tell(&Input::Announced {
            id: id.to_owned(),
            title: "大风".to_owned(),
        })
    }

    /// The feed brings this.
    pub(crate) fn feed(&mut self, cursor: &str, documents: Vec<Document>) -> Vec<Outward> {
        let page = crate::cache::tests::page(cursor, documents);
        self.world.cache.apply(&page).unwrap();
        self.tell(&Input::Changed)
    }

    /// A programme that plays.
    pub(crate) fn watch(&mut self) {
        self.open(&Route::Player {
            id: "film".to_owned(),
            position_ms: 0,
        });
        self.player(&Event::State(State::Playing));
    }

    pub(crate) fn player(&mut self, event: &Event) -> Vec<Outward> {
        let Self { world, router } = self;
        world.with(|context| router.player_event(event, context))
    }
}

pub(crate) fn called() -> Route {
    Route::RollCall {
        id: CALL.to_owned(),
    }
}

pub(crate) fn plays(outward: &[Outward], command: &Command) -> bool {
    outward.contains(&Outward::Effect(Effect::Play(command.clone())))
}

/// A home whose roll call has not come yet.
pub(crate) fn quiet() -> Bench {
    let world = World::home();
    world.calls(Vec::new());
    Bench::new(world)
}

pub(crate) fn ring(bench: &mut Bench) -> Vec<Outward> {
    bench.world.calls(vec![call(&["a", "b"])]);
    bench.tell(&Input::Changed)
}

/// Somebody signs in with the key `k`, and the server answers that it is over.
fn refuse_late(bench: &Bench) -> Refusal {
    let new = NewSignIn {
        key: "k".to_owned(),
        roll_call_id: CALL.to_owned(),
        title: "十一月主题党日".to_owned(),
        round: 1,
        proof: Proof::Pin {
            member_id: "a".to_owned(),
            pin: "580316".to_owned(),
        },
        name: "张建国".to_owned(),
        presence_code: None,
    };
    let cache = &bench.world.cache;
    cache.enqueue(&new).unwrap();
    let taken = cache.take_command(Priority::Interactive, &[]);
    let refusal = Refusal {
        code: ErrorCode::TooLate,
        tries: None,
        wait_ms: None,
    };
    let seq = taken.unwrap().unwrap().seq;
    cache.command_refused(seq, refusal, "").unwrap();
    refusal
}

#[test]
fn a_roll_call_comes_over_a_programme_which_goes_on_after_it() {
    let mut bench = quiet();
    bench.watch();
    let outward = ring(&mut bench);
    assert!(plays(&outward, &Command::Pause));
    assert_eq!(bench.route(), called());
    // What the player says meanwhile reaches the programme.
    bench.player(&Event::State(State::Paused));
    let outward = bench.press(RemoteKey::Back);
    assert!(matches!(bench.route(), Route::Player { .. }));
    assert!(plays(&outward, &Command::Play));
    // Declined: it does not come again by itself, and the green key brings it back.
    assert_eq!(bench.tell(&Input::Changed), []);
    assert!(matches!(bench.route(), Route::Player { .. }));
    bench.player(&Event::State(State::Playing));
    let outward = bench.press(RemoteKey::Green);
    assert_eq!(bench.route(), called());
    assert!(plays(&outward, &Command::Pause));
}

#[test]
fn a_programme_that_somebody_paused_stays_paused() {
    let mut bench = quiet();
    bench.watch();
    bench.player(&Event::State(State::Paused));
    let mut outward = ring(&mut bench);
    outward.extend(bench.press(RemoteKey::Back));
    assert!(!plays(&outward, &Command::Pause) && !plays(&outward, &Command::Play));
}

#[test]
fn home_from_a_roll_call_stops_the_programme_below_it() {
    let mut bench = quiet();
    bench.watch();
    ring(&mut bench);
    let outward = bench.press(RemoteKey::Home);
    assert_eq!(bench.route(), Route::Home);
    assert!(plays(&outward, &Command::Stop));
    assert!(!plays(&outward, &Command::Play));
}

#[test]
fn a_spot_check_interrupts_again() {
    let mut bench = quiet();
    ring(&mut bench);
    bench.press(RemoteKey::Back);
    assert_eq!(bench.route(), Route::Home);
    let mut next = call(&["a"]);
    next.rounds = vec![round(1, -30), round(2, 0)];
    bench.world.calls(vec![next]);
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), called());
}

#[test]
fn somebody_who_is_added_is_called_although_the_home_was_called_before() {
    let mut bench = quiet();
    bench.world.calls(vec![call(&["a"])]);
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), called());
    bench.press(RemoteKey::Back);
    assert_eq!(bench.tell(&Input::Changed), []);
    assert_eq!(bench.route(), Route::Home);
    bench.world.calls(vec![call(&["a", "b"])]);
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), called());
    bench.press(RemoteKey::Back);
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), Route::Home, "and once only");
}

#[test]
fn a_roll_call_that_is_due_comes_by_the_clock_without_a_network() {
    let world = World::home();
    let mut due = call(&[]);
    due.state = RollCallState::Scheduled;
    due.rounds = vec![round(1, 5)];
    world.calls(vec![due]);
    let mut bench = Bench::new(world);
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), Route::Home);
    let at = bench.router.wake_at(0).expect("an alarm");
    assert!(at <= 300_001, "{at}");
    bench.world.clock.advance(300_001);
    bench.tell(&Input::Tick);
    assert_eq!(bench.route(), called());
}

#[test]
fn what_is_personal_goes_when_a_roll_call_comes_or_somebody_goes_home() {
    let mut bench = quiet();
    bench.open(&Route::Me);
    ring(&mut bench);
    assert_eq!((bench.route(), bench.router.depth()), (called(), 2));
    bench.press(RemoteKey::Back);
    assert_eq!(bench.route(), Route::Home);
    bench.open(&Route::Me);
    bench.press(RemoteKey::Home);
    assert_eq!(bench.router.depth(), 1);
}

#[test]
fn neither_a_roll_call_nor_what_is_personal_is_kept_for_the_next_start() {
    let mut bench = quiet();
    bench.open(&Route::Me);
    bench.open(&called());
    let routes: Vec<Route> = bench
        .router
        .open_screens()
        .into_iter()
        .map(|p| p.route)
        .collect();
    assert_eq!(routes, [Route::Home]);
}

#[test]
fn what_an_older_version_wrote_down_and_does_not_come_again_is_passed_over() {
    let mut bench = quiet();
    let list = Route::Bulletins {
        list: "l".to_owned(),
    };
    let written = [
        Route::Home,
        Route::Settings,
        Route::KeyTest,
        Route::Wizard,
        Route::Enrolment,
        called(),
        Route::Me,
        list.clone(),
        Route::Me,
    ];
    let kept: Vec<OpenScreen> = written
        .into_iter()
        .map(|route| OpenScreen {
            route,
            focus: Remembered::default(),
        })
        .collect();
    let Bench { world, router } = &mut bench;
    world.with(|context| router.resume(&kept, context));
    let open: Vec<Route> = router.open_screens().into_iter().map(|p| p.route).collect();
    assert_eq!(open, [Route::Home, Route::Settings, list]);
    assert_eq!(router.depth(), 3);
}

#[test]
fn an_urgent_notice_waits_until_the_household_has_signed() {
    let mut bench = quiet();
    bench.announce("u");
    assert!(bench.router.dialog().is_some());
    ring(&mut bench);
    assert_eq!(bench.router.dialog(), None);
    bench.announce("v");
    assert_eq!(bench.router.dialog(), None);
    bench.press(RemoteKey::Back);
    assert!(matches!(bench.router.dialog(), Some((Dialog::Urgent(one), _)) if one.id == "u"));
}

#[test]
fn without_a_roll_call_the_green_key_says_so() {
    let mut bench = quiet();
    bench.press(RemoteKey::Green);
    assert_eq!(bench.router.toast(), Some(Toast::NoRollCall));
}

#[test]
fn a_card_at_a_station_opens_the_roll_call_from_anywhere() {
    let mut bench = Bench::new(World::station(3));
    bench.tell(&Input::Changed);
    bench.press(RemoteKey::Home);
    bench.open(&Route::Settings);
    let outward = bench.tell(&card("0012345678"));
    assert!(matches!(bench.route(), Route::Roster { .. }));
    let effects: Vec<Effect> = outward
        .into_iter()
        .filter_map(|item| match item {
            Outward::Effect(effect) => Some(effect),
            Outward::Join { .. } | Outward::Quit => None,
        })
        .collect();
    let new = signed(&effects);
    let answer = deliver(&bench.world, &new, "m1", "张m1", AttendanceState::Present);
    bench.tell(&answer);
    // What became of it stays at least two seconds.
    bench.press(RemoteKey::Home);
    assert!(matches!(bench.route(), Route::Roster { .. }));
    bench.world.clock.advance(2_000);
    // Without a roll call a card opens its owner's record.
    bench.world.calls(Vec::new());
    bench.press(RemoteKey::Home);
    let outward = bench.tell(&card("0012345678"));
    assert_eq!(bench.route(), Route::Me);
    let asks = |item: &Outward| matches!(item, Outward::Effect(Effect::Command(..)));
    assert!(outward.iter().any(asks));
}

#[test]
fn a_card_at_home_does_nothing() {
    let mut bench = quiet();
    bench.tell(&card("0012345678"));
    assert_eq!((bench.route(), bench.router.toast()), (Route::Home, None));
}

#[test]
fn a_late_refusal_is_told_at_home_until_it_is_read() {
    let mut bench = quiet();
    bench.open(&Route::Settings);
    let refusal = refuse_late(&bench);
    bench.tell(&Input::Told("k".to_owned(), Told::Refused(refusal)));
    assert_eq!(
        bench.router.dialog(),
        None,
        "not in the middle of something"
    );
    bench.press(RemoteKey::Back);
    let Some((Dialog::Refused(told), 0)) = bench.router.dialog() else {
        panic!("nothing is told");
    };
    assert_eq!((told.name.as_str(), told.refusal), ("张建国", refusal));
    let outward = bench.press(RemoteKey::Ok);
    assert_eq!(outward, [Outward::Effect(Effect::Told("k".to_owned()))]);
    bench.world.cache.forget_refusal("k").unwrap();
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.dialog(), None);
}

#[test]
fn before_the_enrolment_nothing_interrupts() {
    let world = World::new(TerminalKind::Station);
    let mut bench = Bench::new(world);
    bench.router = Router::new(false);
    ring(&mut bench);
    bench.tell(&card("0012345678"));
    bench.press(RemoteKey::Green);
    assert_eq!(bench.route(), Route::Enrolment);
}

#[test]
fn an_approval_that_comes_while_somebody_is_in_the_settings_is_not_lost() {
    let mut bench = Bench::new(World::new(TerminalKind::Household));
    bench.router = Router::new(false);
    bench.open(&Route::Settings);
    bench.tell(&Input::Enrolment(crate::client::EnrolmentState::Approved));
    assert_eq!(bench.route(), Route::Settings);
    assert!(bench.router.is_enrolled());
    bench.press(RemoteKey::Back);
    assert_eq!((bench.route(), bench.router.depth()), (Route::Home, 1));
}

#[test]
fn a_round_that_is_put_off_comes_again_by_itself() {
    let mut bench = quiet();
    ring(&mut bench);
    bench.press(RemoteKey::Back);
    assert_eq!(bench.route(), Route::Home);
    let mut later = call(&["a"]);
    later.rounds = vec![round(1, 60)];
    later.state = RollCallState::Scheduled;
    bench.world.calls(vec![later]);
    bench.tell(&Input::Changed);
    bench.world.clock.advance(3_600_001);
    bench.tell(&Input::Tick);
    assert_eq!(bench.route(), called());
}

#[test]
fn a_round_that_ended_while_somebody_was_busy_is_not_called_to_afterwards() {
    let mut bench = quiet();
    // The learning of a remote is not interrupted.
    bench.open(&Route::Wizard);
    ring(&mut bench);
    assert_eq!(bench.route(), Route::Wizard);
    let ends_at = 15 * 60_000;
    assert_eq!(bench.router.alarm, Some(ends_at + 1));
    bench.world.clock.advance(ends_at + 1);
    bench.tell(&Input::Tick);
    bench.press(RemoteKey::Home);
    assert_eq!(bench.route(), Route::Home);
}

#[test]
fn a_programme_under_a_roll_call_that_is_cancelled_goes_on() {
    let mut bench = quiet();
    bench.watch();
    ring(&mut bench);
    bench.player(&Event::State(State::Paused));
    bench.world.calls(Vec::new());
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), called(), "it is said first");
    bench.world.clock.advance(15_001);
    let outward = bench.tell(&Input::Tick);
    assert!(plays(&outward, &Command::Play));
    assert!(matches!(bench.route(), Route::Player { .. }));
}

#[test]
fn without_the_time_no_roll_call_comes() {
    let world = World::home();
    world.cache.synced(crate::screens::tests::NOW).unwrap();
    world.clock.reboot();
    world.clock.set_now(0);
    let mut bench = Bench::new(world.reopened());
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), Route::Home);
    bench.press(RemoteKey::Green);
    assert_eq!(bench.router.toast(), Some(Toast::NoRollCall));
    // As soon as the server has said what time it is.
    let boot = crate::clock::Clock::boot_ms(bench.world.clock.as_ref());
    let cache = bench.world.cache.clone();
    cache
        .server_time_measured(crate::screens::tests::NOW, boot, 0)
        .unwrap();
    bench.tell(&Input::Changed);
    assert_eq!(bench.route(), called());
}

#[test]
fn a_refusal_that_was_told_elsewhere_and_a_revocation_that_is_over_are_not_asked_about() {
    let mut bench = quiet();
    refuse_late(&bench);
    bench.tell(&Input::Changed);
    assert!(matches!(
        bench.router.dialog(),
        Some((Dialog::Refused(_), 0))
    ));
    bench.world.cache.forget_refusal("k").unwrap();
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.dialog(), None);
    bench.tell(&Input::Revoked);
    assert_eq!(bench.router.dialog(), Some((&Dialog::Revoked(Revoked), 0)));
    bench.tell(&Input::Enrolment(crate::client::EnrolmentState::Approved));
    assert_eq!(
        (bench.route(), bench.router.dialog()),
        (Route::Lesson, None)
    );
}

#[test]
fn a_bulletin_that_is_withdrawn_is_not_read_to_its_end() {
    use contract::bulletin::Block;
    use contract::feed::Change;

    let mut bench = quiet();
    let bulletin = Bulletin {
        id: "b".to_owned(),
        title: "公告".to_owned(),
        body: vec![Block::Paragraph {
            text: "一段很长的话".to_owned(),
        }],
        ..Bulletin::default()
    };
    let page = crate::cache::tests::page("1", vec![Document::Bulletin(bulletin)]);
    bench.world.cache.apply(&page).unwrap();
    bench.open(&Route::Bulletin { id: "b".to_owned() });
    bench.tell(&Input::Speaking(Some(0)));
    let mut gone = crate::cache::tests::page("2", Vec::new());
    gone.changes.push(Change::Delete { id: "b".to_owned() });
    bench.world.cache.apply(&gone).unwrap();
    let outward = bench.tell(&Input::Changed);
    assert!(outward.contains(&Outward::Effect(Effect::Speak(Vec::new()))));
}
