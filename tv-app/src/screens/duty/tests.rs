//! The rooms and the log as the screen lists them.

use contract::duty::{DutyLook, DutyRoom, DutySource, TerminalDuty};
use contract::terminal::TerminalKind;

use super::*;
use crate::remote::RemoteKey::{Back, Down, Ok as Enter, PageDown, Up};
use crate::screens::settings::name;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::{Controller, Effect, Input, Route};

/// One that began so many minutes ago, and took five unless it goes on.
fn look(id: &str, minutes_ago: i64, goes_on: bool) -> DutyLook {
    let opened_at_ms = NOW - minutes_ago * MINUTE;
    DutyLook {
        id: id.to_owned(),
        room_id: "own".to_owned(),
        room_title: "村委会值班室".to_owned(),
        by: "镇党委办公室 王芳".to_owned(),
        opened_at_ms,
        closed_at_ms: (!goes_on).then_some(opened_at_ms + 5 * MINUTE),
    }
}

fn room(id: &str, terminal: Option<&str>) -> DutyRoom {
    DutyRoom {
        id: id.to_owned(),
        title: format!("值班室{id}"),
        source: if terminal.is_some() {
            DutySource::Station
        } else {
            DutySource::Camera
        },
        terminal_id: terminal.map(str::to_owned),
        ..DutyRoom::default()
    }
}

fn world(rooms: Vec<DutyRoom>, looks: Vec<DutyLook>) -> (World, DutyScreen) {
    let world = World::new(TerminalKind::Station);
    tell(&world, rooms, looks);
    let mut screen = DutyScreen::new("duty-rooms");
    world.tell(&mut screen, &Input::Shown);
    (world, screen)
}

fn tell(world: &World, rooms: Vec<DutyRoom>, looks: Vec<DutyLook>) {
    let duty = TerminalDuty {
        rooms,
        looks,
        publish: None,
    };
    world.cache.set_duty(duty).unwrap();
}

/// What the lines are, in short: headings as such, rooms and looks by their id.
fn lines(screen: &DutyScreen) -> Vec<String> {
    let line = |line: &Line| match line {
        Line::Heading(Heading::Day(day)) => format!("-{}", day.age),
        Line::Heading(heading) => format!("{heading:?}"),
        Line::Room(at) => screen.rooms()[*at].room.id.clone(),
        Line::Look(at) => screen.looks()[*at].id.clone(),
    };
    screen.lines().all().map(line).collect()
}

fn focused(screen: &DutyScreen) -> Option<Line> {
    let mut lines = screen.lines().visible();
    lines.find(|line| line.focused).map(|line| *line.what)
}

#[test]
fn without_a_room_there_is_only_the_way_back_and_it_is_known_whether_that_was_asked() {
    let world = World::new(TerminalKind::Household);
    let mut screen = DutyScreen::new("duty-rooms");
    world.tell(&mut screen, &Input::Shown);
    assert!(screen.lines().on_back() && !screen.was_asked());
    tell(&world, Vec::new(), Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert!(screen.was_asked());
    assert_eq!(lines(&screen), Vec::<String>::new());
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Back]);
    assert_eq!(
        screen.route(),
        Route::Duty {
            list: "duty-rooms".to_owned()
        }
    );
    // The first room that comes has the focus.
    tell(&world, vec![room("own", Some("t"))], Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(focused(&screen), Some(Line::Room(0)));
    assert_eq!(lines(&screen), ["Rooms", "own", "Nobody"]);
    assert_eq!(world.press(&mut screen, &[Enter]), []);
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn who_looks_now_comes_first_then_the_rooms_then_the_log_day_by_day() {
    // 19:30: twenty hours ago is yesterday.
    let looks = vec![
        look("now", 30 * 60, true),
        look("late", 10, false),
        look("early", 11 * 60, false),
        look("yesterday", 20 * 60, false),
    ];
    let (_, screen) = world(vec![room("own", Some("t")), room("gate", None)], looks);
    assert_eq!(
        lines(&screen),
        [
            "Now",
            "now",
            "Rooms",
            "own",
            "gate",
            "-0",
            "late",
            "early",
            "-1",
            "yesterday"
        ]
    );
    let looking: Vec<bool> = screen.rooms().iter().map(|room| room.looking).collect();
    assert_eq!(looking, [true, false]);
    assert_eq!(focused(&screen), Some(Line::Look(0)));
}

#[test]
fn each_room_says_which_camera_makes_its_picture() {
    let rooms = vec![
        room("own", Some("t")),
        room("other", Some("another")),
        room("gate", None),
    ];
    let (world, mut screen) = world(rooms, Vec::new());
    let cameras = |screen: &DutyScreen| -> Vec<Camera> {
        screen.rooms().iter().map(|room| room.camera).collect()
    };
    assert_eq!(
        cameras(&screen),
        [Camera::Missing, Camera::Elsewhere, Camera::Fixed]
    );
    world.cache.set_setting(name::CAMERA, "test").unwrap();
    world.tell(&mut screen, &Input::Shown);
    assert_eq!(cameras(&screen)[0], Camera::Here);
}

#[test]
fn every_line_of_a_long_log_can_be_reached_and_is_in_view_when_it_has_the_focus() {
    let looks: Vec<DutyLook> = (0..50)
        .map(|n| look(&n.to_string(), 20 + n * 100, false))
        .collect();
    let (world, mut screen) = world(vec![room("own", Some("t"))], looks);
    let mut seen = Vec::new();
    for _ in 0..60 {
        let line = focused(&screen).expect("what has the focus is in view");
        if seen.last() != Some(&line) {
            seen.push(line);
        }
        world.press(&mut screen, &[Down]);
    }
    assert_eq!(seen.len(), 51);
    world.press(&mut screen, &[Up; 60]);
    assert!(screen.lines().on_back());
    world.press(&mut screen, &[PageDown]);
    assert_ne!(focused(&screen), Some(Line::Room(0)));
    assert!(focused(&screen).is_some());
}

#[test]
fn the_focus_stays_with_its_line_when_a_look_comes_above_it() {
    let (world, mut screen) = world(
        vec![room("own", Some("t"))],
        vec![look("a", 30, false), look("b", 60, false)],
    );
    world.press(&mut screen, &[Down]);
    assert_eq!(screen.focus().key(), Some("look a"));
    let looks = vec![
        look("new", 0, true),
        look("a", 30, false),
        look("b", 60, false),
    ];
    tell(&world, vec![room("own", Some("t"))], looks);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.focus().key(), Some("look a"));
    assert!(focused(&screen).is_some(), "and in view");
}

#[test]
fn the_minutes_of_a_look_that_goes_on_are_counted() {
    let (world, mut screen) = world(vec![room("own", Some("t"))], vec![look("a", 3, true)]);
    let before = screen.now().at_ms;
    world.wait(&mut screen, 60_001);
    assert!(screen.now().at_ms >= before + MINUTE);
    tell(
        &world,
        vec![room("own", Some("t"))],
        vec![look("a", 3, false)],
    );
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.wake_at(), None, "nothing changes by itself");
}
