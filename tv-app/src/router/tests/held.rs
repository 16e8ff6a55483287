//! 0 held down asks for help from anywhere; in a kiosk nothing ends the program; what a digit leads to is
//! chosen from at once.

use contract::feed::Document;
use contract::terminal::TerminalKind;
use contract::township::{Section, Township};
use media_player::Command;

use super::super::held::HELD_MS;
use super::super::*;
use super::{Bench, called, plays, quiet, ring};
use crate::screens::tests::World;
use RemoteKey::{Back, Digit, Home, Ok as Enter, Right};

impl Bench {
    fn down(&mut self, key: RemoteKey) -> Vec<Outward> {
        self.world.clock.advance(300);
        self.tell(&Input::Key(key, Press::Down))
    }

    fn up(&mut self, key: RemoteKey) -> Vec<Outward> {
        self.tell(&Input::Key(key, Press::Up))
    }

    /// Holds 0 until the alarm that it asks for.
    fn hold_zero(&mut self) -> Vec<Outward> {
        let mut outward = self.down(Digit(0));
        self.world.clock.advance(HELD_MS);
        outward.extend(self.tell(&Input::Tick));
        outward.extend(self.up(Digit(0)));
        outward
    }
}

#[test]
fn held_it_asks_for_help_and_back_goes_on_where_one_was() {
    let mut bench = quiet();
    bench.down(Digit(0));
    let ticks = crate::clock::Clock::monotonic_ms(bench.world.clock.as_ref());
    assert_eq!(bench.router.wake_at(ticks), Some(ticks + HELD_MS));
    bench.world.clock.advance(HELD_MS - 1);
    bench.tell(&Input::Tick);
    assert_eq!(bench.route(), Route::Home);
    bench.world.clock.advance(1);
    bench.tell(&Input::Tick);
    assert_eq!(bench.route(), Route::Help);
    bench.up(Digit(0));
    assert_eq!((bench.route(), bench.router.depth()), (Route::Help, 2));
    // Held again it stays.
    bench.hold_zero();
    assert_eq!(bench.router.depth(), 2);
    bench.press(Back);
    assert_eq!(bench.route(), Route::Home);
}

#[test]
fn pressed_it_does_what_it_always_did() {
    let mut bench = quiet();
    let services = Route::Services {
        list: String::new(),
    };
    bench.down(Digit(0));
    assert_eq!(bench.route(), Route::Home);
    bench.up(Digit(0));
    assert_eq!(bench.route(), services);
    // Another key comes after it, not before.
    bench.press(Home);
    bench.down(Digit(0));
    bench.tell(&Input::Key(Back, Press::Down));
    assert_eq!(bench.route(), Route::Home);
    assert_eq!(bench.router.depth(), 1);
}

#[test]
fn where_digits_are_typed_it_types_when_pressed_and_nothing_when_held() {
    let mut bench = quiet();
    ring(&mut bench);
    bench.press(Digit(1));
    bench.press(Enter);
    let typed = |bench: &Bench| match bench.router.top() {
        Screen::RollCall(screen) => screen.entry().map(|entry| entry.form.pad().typed().0),
        other => panic!("{:?}", other.controller().route()),
    };
    assert_eq!(typed(&bench), Some(0));
    bench.press(Digit(0));
    bench.press(Digit(0));
    assert_eq!(typed(&bench), Some(2));
    bench.hold_zero();
    assert_eq!(bench.route(), Route::Help);
    bench.press(Back);
    assert_eq!(bench.route(), called());
    assert_eq!(typed(&bench), Some(2));
}

#[test]
fn a_programme_waits_for_it_and_goes_on_after_it() {
    let mut bench = quiet();
    bench.watch();
    let outward = bench.hold_zero();
    assert_eq!(bench.route(), Route::Help);
    assert!(plays(&outward, &Command::Pause));
    let outward = bench.press(Back);
    assert!(matches!(bench.route(), Route::Player { .. }));
    assert!(plays(&outward, &Command::Play));
    // The key Home stops it.
    bench.hold_zero();
    let outward = bench.press(Home);
    assert_eq!(bench.route(), Route::Home);
    assert!(plays(&outward, &Command::Stop));
}

#[test]
fn the_test_of_keys_hears_it_at_once() {
    let mut bench = quiet();
    bench.open(&Route::KeyTest);
    bench.hold_zero();
    assert_eq!(bench.route(), Route::KeyTest);
}

#[test]
fn the_key_home_goes_where_home_begins() {
    let mut bench = quiet();
    bench.press(RemoteKey::Down);
    let begins = |bench: &Bench| bench.router.top().controller().focus().zone();
    assert_ne!(begins(&bench), "hero");
    bench.press(Home);
    assert_eq!(begins(&bench), "hero");
    bench.press(RemoteKey::Down);
    bench.open(&Route::Settings);
    bench.press(Home);
    assert_eq!((bench.route(), begins(&bench)), (Route::Home, "hero"));
    // Back comes back to where one was.
    bench.press(RemoteKey::Down);
    bench.open(&Route::Settings);
    bench.press(Back);
    assert_ne!(begins(&bench), "hero");
}

/// Whatever is pressed, the same keys every time.
#[test]
fn in_a_kiosk_a_hundred_and_fifty_keys_never_end_the_program() {
    let keys: Vec<RemoteKey> = RemoteKey::all().collect();
    for seed in 1..=8_u64 {
        let world = World::home();
        let mut bench = Bench::new(world);
        bench.router = Router::new(true).in_kiosk(true);
        let Bench { world, router } = &mut bench;
        world.with(|context| router.start(context));
        let mut state = seed;
        for at in 0..150 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(state >> 33).unwrap() % keys.len();
            // Every third one is Back: it is what leads out.
            let key = if at % 3 == 0 { Back } else { keys[index] };
            let outward = bench.press(key);
            assert!(!outward.contains(&Outward::Quit), "{key:?} ended it");
            let asks = matches!(bench.router.dialog(), Some((Dialog::Quit(_), _)));
            assert!(!asks, "{key:?} asks whether to end it");
        }
        for _ in 0..8 {
            bench.press(Back);
        }
        assert_eq!(bench.route(), Route::Home);
        assert_eq!(bench.router.toast(), Some(Toast::NoWayBack));
    }
}

/// A digit opens a section; OK right after it chooses there, however fast, at whatever moment the picture came.
#[test]
fn ok_right_after_a_digit_is_never_lost() {
    for (apart, drawn) in [
        (1, 0),
        (20, 10),
        (90, 90),
        (120, 300),
        (249, 100),
        (251, 250),
    ] {
        let world = World::new(TerminalKind::Household);
        let mut bench = Bench::new(world);
        let section = Section {
            digit: 1,
            id: "s".to_owned(),
            listings: vec![contract::township::Listing {
                id: "l".to_owned(),
                ..contract::township::Listing::default()
            }],
            ..Section::default()
        };
        let township = Township {
            sections: vec![section],
            ..Township::default()
        };
        bench.feed("t", vec![Document::Township(township)]);
        bench.press(Right);
        bench.press(Digit(1));
        let ticks = crate::clock::Clock::monotonic_ms(bench.world.clock.as_ref());
        bench.router.drawn(ticks + drawn);
        // News that changes nothing on the screen takes no key away.
        bench.tell(&Input::Changed);
        assert!(
            bench.router.takes(Enter, ticks + apart.max(drawn)),
            "{apart} ms after it, drawn after {drawn} ms"
        );
    }
}
