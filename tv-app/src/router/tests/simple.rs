//! The simple mode, and whoever is lost.

use super::super::*;
use super::{Bench, quiet};
use crate::remote::RemoteKey::{Back, Blue, Down, Green, Right, Up};

/// As the application does.
fn keep(bench: &mut Bench, outward: Vec<Outward>) {
    for one in outward {
        if let Outward::Effect(Effect::Setting(name, value)) = one {
            bench.world.cache.set_setting(name, &value).unwrap();
        }
    }
    bench.tell(&Input::Resized);
}

/// The blue key is held for so long.
fn hold_blue(bench: &mut Bench, ms: u64) {
    bench.world.clock.advance(300);
    let mut outward = bench.tell(&Input::Key(Blue, Press::Down));
    for _ in 0..ms / 100 {
        bench.world.clock.advance(100);
        outward.extend(bench.tell(&Input::Key(Blue, Press::Repeat)));
    }
    outward.extend(bench.tell(&Input::Key(Blue, Press::Up)));
    keep(bench, outward);
}

fn size(bench: &Bench) -> Option<String> {
    bench.world.cache.setting(name::TEXT_SIZE)
}

#[test]
fn the_blue_key_held_leads_into_the_simple_mode_and_out_of_it() {
    let mut bench = quiet();
    bench
        .world
        .cache
        .set_setting(name::TEXT_SIZE, "125")
        .unwrap();
    bench.open(&Route::Settings);
    hold_blue(&mut bench, 500);
    assert_eq!(bench.route(), Route::Settings, "that was only a long press");
    assert_eq!(size(&bench).as_deref(), Some("150"));
    hold_blue(&mut bench, 1_500);
    assert_eq!((bench.route(), bench.router.depth()), (Route::Simple, 1));
    assert_eq!(bench.router.toast(), Some(Toast::Simple));
    assert_eq!(size(&bench).as_deref(), Some("150"), "as before the key");
    hold_blue(&mut bench, 200);
    assert_eq!(bench.route(), Route::Simple);
    assert_eq!(size(&bench).as_deref(), Some("150"), "it has one size");
    hold_blue(&mut bench, 5_000);
    assert_eq!(bench.route(), Route::Home, "once, however long it is held");
    assert_eq!(size(&bench).as_deref(), Some("150"));
}

#[test]
fn turned_on_in_the_settings_it_is_there_on_the_way_home() {
    let mut bench = quiet();
    bench.open(&Route::Settings);
    bench.world.cache.set_setting(name::SIMPLE, "on").unwrap();
    bench.tell(&Input::Resized);
    assert_eq!(bench.route(), Route::Settings);
    bench.press(Back);
    assert_eq!(bench.route(), Route::Simple);
    // And after a power cut.
    let kept = bench.router.open_screens();
    let Bench { world, .. } = bench;
    let mut router = Router::new(true);
    world.with(|context| router.resume(&kept, context));
    assert_eq!(router.top().controller().route(), Route::Simple);
}

#[test]
fn six_keys_that_do_nothing_bring_the_way_home() {
    let mut bench = quiet();
    bench.open(&Route::RollCalls);
    for _ in 0..6 {
        bench.press(RemoteKey::Yellow);
    }
    assert_eq!(bench.router.toast(), Some(Toast::Lost));
}

#[test]
fn nobody_is_disturbed_who_types_or_watches() {
    let mut bench = quiet();
    bench.open(&Route::Search);
    for _ in 0..12 {
        bench.press(Up);
    }
    assert_eq!(bench.router.toast(), None);
    bench.watch();
    for _ in 0..12 {
        bench.press(RemoteKey::Yellow);
    }
    assert_ne!(bench.router.toast(), Some(Toast::Lost));
}

#[test]
fn a_key_that_says_something_or_moves_is_no_sign_of_being_lost() {
    let mut bench = quiet();
    bench.open(&Route::Settings);
    for _ in 0..4 {
        for key in [Down, Green, Right, Up] {
            bench.press(key);
            assert_ne!(bench.router.toast(), Some(Toast::Lost));
        }
    }
}
