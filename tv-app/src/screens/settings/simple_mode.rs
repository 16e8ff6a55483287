//! The simple mode (长辈模式): four doors instead of Home, the largest text, with which controls stay
//! longer too, and everything read aloud. It is a setting of the television.

use super::name;
use crate::cache::Cache;
use crate::screens::{Effect, Effects};

/// Whether it is on.
#[must_use]
pub fn is_simple(cache: &Cache) -> bool {
    is_on(cache, name::SIMPLE)
}

/// Turns it on or off. What is read aloud is after it as it was before.
#[must_use]
pub fn simple_mode(cache: &Cache, on: bool) -> Effects {
    if on == is_simple(cache) {
        return Effects::new();
    }
    let word = |on: bool| if on { "on" } else { "off" };
    let set = |name, value: &str| Effect::Setting(name, value.to_owned());
    let aloud = [name::ALOUD, name::READ_ALOUD];
    let mut effects = vec![set(name::SIMPLE, word(on))];
    if on {
        let before = aloud.map(|name| word(is_on(cache, name))).join(" ");
        effects.push(set(name::BEFORE_SIMPLE, &before));
        effects.extend(aloud.map(|name| set(name, "on")));
    } else {
        let before = cache.setting(name::BEFORE_SIMPLE).unwrap_or_default();
        let mut before = before.split(' ');
        effects.extend(aloud.map(|name| set(name, word(before.next() == Some("on")))));
    }
    effects
}

fn is_on(cache: &Cache, name: &str) -> bool {
    cache.setting(name).as_deref() == Some("on")
}

#[cfg(test)]
mod tests {
    use contract::terminal::TerminalKind;

    use super::*;
    use crate::screens::tests::World;

    fn turn(world: &World, on: bool) {
        for effect in simple_mode(&world.cache, on) {
            let Effect::Setting(name, value) = effect else {
                panic!("{effect:?}")
            };
            world.cache.set_setting(name, &value).unwrap();
        }
    }

    #[test]
    fn everything_is_read_aloud_in_it_and_as_before_after_it() {
        for (all, results) in [("off", "off"), ("off", "on"), ("on", "on")] {
            let world = World::new(TerminalKind::Household);
            world.cache.set_setting(name::ALOUD, all).unwrap();
            world.cache.set_setting(name::READ_ALOUD, results).unwrap();
            turn(&world, true);
            assert!(is_simple(&world.cache));
            assert!(is_on(&world.cache, name::ALOUD) && is_on(&world.cache, name::READ_ALOUD));
            turn(&world, true);
            turn(&world, false);
            assert!(!is_simple(&world.cache));
            assert_eq!(world.cache.setting(name::ALOUD).as_deref(), Some(all));
            assert_eq!(
                world.cache.setting(name::READ_ALOUD).as_deref(),
                Some(results)
            );
        }
    }
}
