//! It stays long enough, and goes by itself.

use super::*;
use crate::remote::RemoteKey::{self, Back, Ok as Enter, Right};
use crate::screens::asked::tests::home;
use crate::screens::settings::name;
use crate::screens::tests::{NOW, World};
use crate::screens::{Effect, Input, Route};

fn shown(world: &World) -> (ServiceDone, Vec<Effect>) {
    let mut screen = ServiceDone::new("咨询", "20261122-008", "便民服务中心", NOW);
    let effects = world.tell(&mut screen, &Input::Shown);
    (screen, effects)
}

#[test]
fn it_goes_by_itself_after_eight_seconds_or_by_a_key() {
    let world = home();
    let (mut screen, effects) = shown(&world);
    assert_eq!(effects, [], "nothing is read aloud unasked");
    assert_eq!(world.wait(&mut screen, 7_900), []);
    assert_eq!(world.wait(&mut screen, 200), [Effect::Back]);
    let silence = Effect::Speak(Vec::new());
    let (mut screen, _) = shown(&world);
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [silence.clone(), Effect::Back]
    );
    assert_eq!(
        world.press(&mut screen, &[Back]),
        [silence.clone(), Effect::Back]
    );
    assert_eq!(
        world.press(&mut screen, &[Right, Enter]),
        [
            silence,
            Effect::Replace(Route::Requests { suggestions: false })
        ]
    );
}

#[test]
fn it_is_read_aloud_where_that_is_wanted_and_said_to_its_end() {
    let world = home();
    world.cache.set_setting(name::READ_ALOUD, "on").unwrap();
    let (mut screen, effects) = shown(&world);
    assert_eq!(effects, [Effect::SpeakShown]);
    world.tell(&mut screen, &Input::Speaking(Some(0)));
    assert_eq!(world.wait(&mut screen, 20_000), []);
    world.tell(&mut screen, &Input::Speaking(None));
    assert_eq!(world.wait(&mut screen, 9_000), [Effect::Back]);
    let (mut screen, _) = shown(&world);
    assert_eq!(
        world.press(&mut screen, &[RemoteKey::Yellow]),
        [Effect::SpeakShown]
    );
}

#[test]
fn that_it_is_only_kept_is_read_aloud_too() {
    let world = home();
    world.cache.set_setting(name::READ_ALOUD, "on").unwrap();
    let mut screen = ServiceDone::new("咨询", "", "便民服务中心", 0);
    let effects = world.tell(&mut screen, &Input::Shown);
    assert_eq!(effects, [Effect::SpeakShown]);
}
