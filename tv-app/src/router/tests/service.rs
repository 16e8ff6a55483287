//! The keys of one-key service from anywhere, in three presses, and what is said on Home.

use contract::meeting::{Meeting, MeetingState};
use contract::proof::Proof;
use contract::request::{Phone, RequestLink, RequestLinkState, RequestReceipt};
use contract::terminal::TerminalKind;
use media_player::{Command, Event, State};

use super::super::*;
use super::{Bench, plays};
use crate::cache::command::{Command as Deed, NewLink, Reply, Told};
use crate::screens::asked::tests::{answered, home, phone, taken, tell};
use crate::screens::service_note::tests::category;
use crate::screens::tests::{MINUTE, NOW, World, person};
use RemoteKey::{Back, Digit, Down, Home, Menu, Ok as Enter, Red, Right, Up};

fn services() -> Route {
    Route::Services {
        list: String::new(),
    }
}

fn bench() -> Bench {
    Bench::new(home())
}

fn asked(outward: &[Outward]) -> Option<crate::cache::command::NewRequest> {
    outward.iter().find_map(|one| match one {
        Outward::Effect(Effect::Command(command)) => match &**command {
            Deed::NewRequest(new) => Some(new.clone()),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn three_presses_ask_from_anywhere() {
    for key in [Red, Digit(0)] {
        for screen in [Route::Home, Route::Settings, Route::RollCalls] {
            let mut bench = bench();
            if screen != Route::Home {
                bench.open(&screen);
            }
            bench.press(key);
            assert_eq!(bench.route(), services());
            bench.press(Digit(1));
            let new = asked(&bench.press(Enter)).expect("it is asked");
            assert_eq!(new.title, "农业技术服务");
            assert!(matches!(new.request.phone, Phone::Member { .. }));
            bench.tell(&taken(&new.key));
            assert!(matches!(bench.route(), Route::ServiceDone { .. }));
            // It goes by itself, and home is near.
            bench.world.clock.advance(8_100);
            bench.tell(&Input::Tick);
            assert_eq!(bench.route(), services());
            bench.press(Home);
            assert_eq!(bench.route(), Route::Home);
        }
    }
}

#[test]
fn a_worn_key_asks_once() {
    let mut bench = bench();
    let mut twice = |key| {
        let mut outward = bench.press(key);
        bench.world.clock.advance(90);
        outward.extend(bench.tell(&Input::Key(key, Press::Down)));
        outward.extend(bench.tell(&Input::Key(key, Press::Up)));
        outward
    };
    twice(Red);
    twice(Digit(1));
    let outward = twice(Enter);
    let commands = outward
        .iter()
        .filter(|one| matches!(one, Outward::Effect(Effect::Command(_))));
    assert_eq!(commands.count(), 1);
}

#[test]
fn where_a_digit_is_typed_0_stays_a_digit_and_red_deletes_one() {
    let mut bench = bench();
    bench.open(&Route::Search);
    bench.press(Digit(0));
    assert_eq!(bench.route(), Route::Search);
    bench.open(&Route::Me);
    bench.press(Red);
    assert_eq!(bench.route(), Route::Me);
    // A number of one-key service itself.
    bench.press(Home);
    bench.open(&Route::Service {
        category: "c1".to_owned(),
    });
    bench.press(Right);
    bench.press(Enter);
    for _ in 0..6 {
        bench.press(Digit(0));
    }
    bench.press(Red);
    match bench.router.top() {
        Screen::Service(screen) => assert_eq!(screen.typed().0, "00000"),
        _ => panic!("{:?}", bench.route()),
    }
}

#[test]
fn the_key_leads_back_to_the_tiles_instead_of_piling_up_screens() {
    let mut bench = bench();
    bench.press(Red);
    bench.press(Digit(1));
    let depth = bench.router.depth();
    for _ in 0..5 {
        bench.press(Red);
        assert_eq!(bench.route(), services());
        bench.press(Digit(1));
    }
    assert_eq!(bench.router.depth(), depth);
    bench.press(Back);
    bench.press(Back);
    assert_eq!(bench.route(), Route::Home);
}

#[test]
fn a_film_stops_for_it_and_a_meeting_goes_on() {
    let mut bench = bench();
    bench.watch();
    bench.press(Red);
    assert_eq!(bench.route(), services());
    bench.press(Back);
    assert_eq!(bench.route(), Route::Home);
    let meeting = Meeting {
        id: "m".to_owned(),
        state: MeetingState::Live,
        ..Meeting::default()
    };
    bench.feed("2", vec![meeting.into()]);
    // It is offered over Home, and declined.
    bench.press(Back);
    bench.open(&Route::Meeting { id: "m".to_owned() });
    bench.player(&Event::State(State::Playing));
    let outward = bench.press(Red);
    assert_eq!(bench.route(), services());
    assert!(!plays(&outward, &Command::Stop));
    bench.press(Back);
    assert_eq!(bench.route(), Route::Meeting { id: "m".to_owned() });
}

#[test]
fn an_answer_is_told_in_a_line_on_home_once_and_over_nothing_else() {
    let mut bench = bench();
    bench.watch();
    tell(
        &bench.world,
        vec![answered("a")],
        vec![phone("a", "张建国")],
    );
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.toast(), None, "not over a film");
    bench.press(Home);
    assert_eq!(bench.router.toast(), Some(Toast::Answered));
    assert_eq!(bench.router.dialog(), None);
    bench.press(Right);
    assert_eq!(bench.router.toast(), None);
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.toast(), None, "once");
    let mut again = answered("a");
    again.history.push(crate::screens::asked::tests::entry(
        9,
        contract::request::Happened::Answered,
        "又去看过。",
    ));
    tell(&bench.world, vec![again], Vec::new());
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.toast(), Some(Toast::Answered), "and anew");
}

#[test]
fn a_terminal_that_belongs_to_nobody_asks_nothing() {
    let world = World::new(TerminalKind::Household);
    world.cache.clear_enrolment().unwrap();
    let mut router = Router::new(false);
    world.with(|context| router.start(context));
    let mut bench = Bench { world, router };
    bench.press(Red);
    bench.press(Digit(0));
    assert_eq!(bench.route(), Route::Enrolment);
}

/// At a station 李秀英 has said who she is.
fn at_a_station() -> Bench {
    let world = World::new(TerminalKind::Station);
    world.people(vec![person("a", "张建国"), person("b", "李秀英")]);
    category(&world, "c1");
    let mut bench = Bench::new(world);
    prove(&mut bench);
    bench
}

fn prove(bench: &mut Bench) {
    bench.open(&Route::Service {
        category: "c1".to_owned(),
    });
    bench.press(Enter);
    for digit in [5, 8, 0, 3, 1, 6] {
        bench.press(Digit(digit));
    }
    bench.press(Enter);
}

/// And says something of what she asks.
fn saying_something() -> Bench {
    let mut bench = at_a_station();
    bench.press(Down);
    bench.press(Enter);
    assert!(matches!(bench.route(), Route::ServiceNote { .. }));
    bench
}

#[test]
fn whoever_proved_who_they_are_is_not_asked_again_for_a_telephone() {
    let mut bench = saying_something();
    let Some(Proof::Pin { member_id, pin }) = page_for_a_telephone(&mut bench).request.proof else {
        panic!("nobody has said who they are");
    };
    assert_eq!((member_id.as_str(), pin.as_str()), ("b", "580316"));
}

/// The page that is asked for.
fn page_for_a_telephone(bench: &mut Bench) -> NewLink {
    for _ in 0..12 {
        bench.press(Down);
    }
    bench.press(Up);
    let outward = bench.press(Enter);
    let asked = outward.iter().find_map(|one| match one {
        Outward::Effect(Effect::Command(command)) => match &**command {
            Deed::NewLink(new) => Some(new.clone()),
            _ => None,
        },
        _ => None,
    });
    asked.unwrap_or_else(|| panic!("no page is asked for: {outward:?}"))
}

#[test]
fn whoever_writes_on_a_telephone_for_long_is_there_and_comes_back_to_the_tiles() {
    let mut bench = at_a_station();
    bench.press(Home);
    bench.open(&services());
    prove(&mut bench);
    bench.press(Down);
    bench.press(Enter);
    let new = page_for_a_telephone(&mut bench);
    let link = Reply::NewLink(RequestLink {
        id: "l".to_owned(),
        url: "http://dangjian.example.cn/s/abc".to_owned(),
        expires_at_ms: NOW + 15 * MINUTE,
    });
    bench.tell(&Input::Told(new.key, Told::Answered(link)));
    // Eight minutes, and then it is sent.
    for minute in 1..=8 {
        bench.world.clock.advance(60_000);
        let outward = bench.tell(&Input::Tick);
        assert!(matches!(bench.route(), Route::ServiceNote { .. }));
        let key = outward.iter().find_map(|one| match one {
            Outward::Effect(Effect::Command(command)) => Some(command.key().to_owned()),
            _ => None,
        });
        let state = RequestLinkState {
            claimed: true,
            receipt: (minute == 8).then(RequestReceipt::default),
        };
        let told = Told::Answered(Reply::LinkState(state));
        bench.tell(&Input::Told(key.expect("it is asked how it stands"), told));
    }
    assert!(matches!(bench.route(), Route::ServiceDone { .. }));
    bench.world.clock.advance(8_100);
    bench.tell(&Input::Tick);
    assert_eq!((bench.route(), bench.router.depth()), (services(), 2));
}

#[test]
fn nothing_of_somebody_who_went_away_waits_for_whoever_comes_next() {
    let mut bench = saying_something();
    bench.world.clock.advance(179_000);
    bench.tell(&Input::Tick);
    assert!(matches!(bench.route(), Route::ServiceNote { .. }));
    bench.world.clock.advance(1_100);
    bench.tell(&Input::Tick);
    assert_eq!((bench.route(), bench.router.depth()), (Route::Home, 1));
    // Below something else.
    let mut bench = at_a_station();
    bench.press(Menu);
    bench.world.clock.advance(100_000);
    bench.press(Right);
    assert_eq!(bench.router.depth(), 3, "they look something up");
    bench.world.clock.advance(180_000);
    bench.press(Right);
    assert_eq!((bench.route(), bench.router.depth()), (Route::Settings, 2));
}
