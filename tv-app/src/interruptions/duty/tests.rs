//! The sign over every screen, and the message when a look begins.

use contract::duty::{DutyLook, DutyRoom, DutySource, TerminalDuty};
use contract::terminal::TerminalKind;

use super::*;
use crate::remote::RemoteKey;
use crate::router::tests::{Bench, called, quiet, ring};
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::{Input, Route};

const OFFICE: &str = "镇党委办公室 王芳";

fn look(id: &str, room: &str, by: &str, minutes_ago: i64) -> DutyLook {
    DutyLook {
        id: id.to_owned(),
        room_id: room.to_owned(),
        room_title: format!("{room}值班室"),
        by: by.to_owned(),
        opened_at_ms: NOW - minutes_ago * MINUTE,
        closed_at_ms: None,
    }
}

fn room(id: &str, terminal: Option<&str>) -> DutyRoom {
    DutyRoom {
        id: id.to_owned(),
        title: format!("{id}值班室"),
        source: if terminal.is_some() {
            DutySource::Station
        } else {
            DutySource::Camera
        },
        terminal_id: terminal.map(str::to_owned),
        ..DutyRoom::default()
    }
}

/// The server says so.
fn tell(bench: &mut Bench, looks: Vec<DutyLook>) {
    let duty = TerminalDuty {
        rooms: vec![room("东", Some("t")), room("西", None)],
        looks,
        publish: None,
    };
    bench.world.cache.set_duty(duty).unwrap();
    bench.tell(&Input::Changed);
}

fn station() -> Bench {
    let mut bench = Bench::new(World::new(TerminalKind::Station));
    bench.world.cache.set_online(true);
    bench.tell(&Input::Changed);
    bench
}

fn sign(bench: &Bench) -> Sign {
    bench.router.sign().cloned().expect("a sign")
}

#[test]
fn the_sign_is_there_while_somebody_looks_and_nothing_takes_it_away() {
    let mut bench = quiet();
    assert_eq!(bench.router.sign(), None);
    bench.watch();
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    assert_eq!((sign(&bench).by.as_str(), sign(&bench).people), (OFFICE, 1));
    assert_eq!(sign(&bench).room, "东值班室");
    // It interrupts nothing, and no key closes it.
    assert!(matches!(bench.route(), Route::Player { .. }));
    assert!(bench.router.dialog().is_none());
    for key in [
        RemoteKey::Back,
        RemoteKey::Ok,
        RemoteKey::Home,
        RemoteKey::Menu,
    ] {
        bench.press(key);
        assert!(bench.router.sign().is_some(), "{key:?}");
    }
    ring(&mut bench);
    assert_eq!(bench.route(), called());
    assert!(bench.router.sign().is_some());
    let mut over = look("1", "东", OFFICE, 0);
    over.closed_at_ms = Some(NOW);
    tell(&mut bench, vec![over]);
    assert_eq!(bench.router.sign(), None);
}

#[test]
fn without_a_connection_it_stays_and_says_that_it_may_be_old() {
    let mut bench = station();
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    assert!(!sign(&bench).stale);
    bench.world.cache.set_online(false);
    bench.tell(&Input::Changed);
    assert!(sign(&bench).stale);
    // Also after a power cut.
    let mut bench = Bench::new(bench.world);
    bench.tell(&Input::Changed);
    assert_eq!(
        (sign(&bench).by.as_str(), sign(&bench).stale),
        (OFFICE, true)
    );
    assert_eq!(bench.router.toast(), None, "it is nothing new");
}

#[test]
fn several_are_counted_and_who_came_last_is_named() {
    let mut bench = station();
    let looks = vec![
        look("1", "东", OFFICE, 5),
        look("2", "西", OFFICE, 3),
        look("3", "西", "县委组织部 李强", 1),
    ];
    tell(&mut bench, looks);
    let sign = sign(&bench);
    assert_eq!((sign.people, sign.rooms), (2, 2));
    assert_eq!(
        (sign.by.as_str(), sign.room.as_str()),
        ("县委组织部 李强", "西值班室")
    );
}

#[test]
fn a_look_that_begins_is_told_once_and_any_key_closes_that() {
    let mut bench = station();
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    assert_eq!(bench.router.toast(), Some(Toast::LookBegan));
    bench.press(RemoteKey::Down);
    assert_eq!(bench.router.toast(), None);
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    bench.world.cache.set_online(false);
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.toast(), None, "the same one again");
    let both = vec![look("1", "东", OFFICE, 0), look("2", "东", "另一位", 0)];
    tell(&mut bench, both);
    assert_eq!(bench.router.toast(), Some(Toast::LookBegan));
}

#[test]
fn that_a_look_waits_is_said_only_of_what_this_camera_shows() {
    let mut bench = station();
    bench.tell(&Input::ViewingWaits(true));
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    assert!(sign(&bench).waits);
    bench.tell(&Input::ViewingWaits(false));
    assert!(!sign(&bench).waits);
    bench.tell(&Input::ViewingWaits(true));
    let both = vec![look("1", "东", OFFICE, 0), look("2", "西", OFFICE, 0)];
    tell(&mut bench, both);
    assert!(!sign(&bench).waits, "the other camera shows something");
}

#[test]
fn a_television_that_sleeps_shows_nobody_its_sign() {
    let mut bench = station();
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    assert!(bench.router.shows_sign());
    bench.press(RemoteKey::Standby);
    assert!(!bench.router.shows_sign());
    bench.press(RemoteKey::Ok);
    assert!(bench.router.shows_sign());
}

#[test]
fn a_television_that_was_revoked_has_no_sign() {
    let mut bench = station();
    tell(&mut bench, vec![look("1", "东", OFFICE, 0)]);
    bench.world.cache.clear_enrolment().unwrap();
    bench.tell(&Input::Revoked);
    assert_eq!(bench.router.sign(), None);
}
