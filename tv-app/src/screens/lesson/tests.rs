//! What the keys do in the first minute.

use contract::terminal::TerminalKind;

use super::{Lesson, Step};
use crate::remote::RemoteKey::{self, Back, Down, Home, Ok as Enter, Right};
use crate::screens::settings::{is_simple, name};
use crate::screens::tests::World;
use crate::screens::{Controller, Effect, Input};

fn begun() -> (World, Lesson) {
    let world = World::new(TerminalKind::Household);
    let mut lesson = Lesson::new();
    world.tell(&mut lesson, &Input::Shown);
    (world, lesson)
}

fn set(name: &'static str, value: &str) -> Effect {
    Effect::Setting(name, value.to_owned())
}

/// After the three keys.
fn offered() -> (World, Lesson) {
    let (world, mut lesson) = begun();
    assert_eq!(world.press(&mut lesson, &[Down, Enter, Back]), []);
    (world, lesson)
}

#[test]
fn each_key_is_learnt_by_pressing_it() {
    let (world, mut lesson) = begun();
    assert_eq!((lesson.name(), lesson.step()), ("12 号", Step::Arrows));
    world.press(&mut lesson, &[Enter]);
    assert!(lesson.was_wrong());
    world.press(&mut lesson, &[Right]);
    assert_eq!((lesson.step(), lesson.was_wrong()), (Step::Ok, false));
    world.press(&mut lesson, &[Enter]);
    assert_eq!(lesson.step(), Step::Back);
    world.press(&mut lesson, &[Back]);
    assert_eq!(lesson.step(), Step::Size);
}

#[test]
fn what_is_offered_is_in_force_as_soon_as_it_has_the_focus() {
    let (world, mut lesson) = offered();
    assert_eq!(
        world.press(&mut lesson, &[Right]),
        [set(name::TEXT_SIZE, "125")]
    );
    world.press(&mut lesson, &[Enter]);
    assert_eq!(lesson.step(), Step::Simple);
    assert_eq!(world.press(&mut lesson, &[Enter]), [], "not now");
    assert_eq!(lesson.step(), Step::Aloud);
    let effects = world.press(&mut lesson, &[Right]);
    assert!(effects.contains(&set(name::ALOUD, "on")));
    let effects = world.press(&mut lesson, &[Enter]);
    assert_eq!(effects.last(), Some(&Effect::Back));
}

#[test]
fn the_simple_mode_ends_it_for_there_everything_is_read() {
    let (world, mut lesson) = offered();
    assert_eq!(world.press(&mut lesson, &[Enter, Right])[1..], []);
    assert!(!is_simple(&world.cache));
    let effects = world.press(&mut lesson, &[Enter]);
    assert_eq!(effects.first(), Some(&set(name::SIMPLE, "on")));
    assert_eq!(effects.last(), Some(&Effect::Back));
}

#[test]
fn it_is_left_by_home_by_back_twice_and_by_itself() {
    for keys in [&[Home][..], &[Back, Back], &[Down, Back, Back]] {
        let (world, mut lesson) = begun();
        assert_eq!(world.press(&mut lesson, keys), [Effect::Back], "{keys:?}");
    }
    let (world, mut lesson) = offered();
    assert_eq!(world.press(&mut lesson, &[Back]), [Effect::Back]);
    let (world, mut lesson) = begun();
    world.press(&mut lesson, &[RemoteKey::Digit(5)]);
    assert_eq!(world.wait(&mut lesson, 9 * 60_000), []);
    assert_eq!(world.wait(&mut lesson, 60_000), [Effect::Back]);
}

#[test]
fn nothing_comes_over_it() {
    assert_eq!(begun().1.nature().admits, []);
}
