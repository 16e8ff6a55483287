//! What became of a ballot is read aloud where that is wanted, and to its end.

use super::*;
use crate::screens::settings::name;

fn handed_in() -> (Bench, Ballot) {
    let mut bench = Bench::new(alone());
    bench.prove();
    bench.press(&[Digit(1), Digit(1), Digit(1)]);
    let ballot = bench.hand_in();
    (bench, ballot)
}

fn speaks(effects: &Effects) -> usize {
    let spoken = |effect: &&Effect| **effect == Effect::SpeakShown;
    effects.iter().filter(spoken).count()
}

#[test]
fn a_result_is_read_aloud_once_and_stays_until_it_is_said() {
    let (mut bench, ballot) = handed_in();
    let cache = &bench.world.cache;
    cache.set_setting(name::READ_ALOUD, "on").unwrap();
    let effects = bench.told(&ballot.key, taken(false, &[]));
    assert_eq!(speaks(&effects), 1, "{effects:?}");
    assert_eq!(speaks(&bench.tell(&Input::Changed)), 0);
    bench.tell(&Input::Speaking(Some(0)));
    bench.wait(20_000);
    assert!(!bench.left, "it is still being said");
    bench.tell(&Input::Speaking(None));
    bench.wait(9_000);
    assert!(bench.left);
}

#[test]
fn that_it_is_kept_or_refused_is_read_aloud_too() {
    let (mut bench, _) = handed_in();
    let cache = &bench.world.cache;
    cache.set_setting(name::READ_ALOUD, "on").unwrap();
    assert_eq!(speaks(&bench.wait(6_100)), 1, "nobody answers");
    let (mut bench, ballot) = handed_in();
    let cache = &bench.world.cache;
    cache.set_setting(name::READ_ALOUD, "on").unwrap();
    let refused = bench.told(&ballot.key, refused(ErrorCode::TooLate));
    assert_eq!(speaks(&refused), 1);
}

#[test]
fn unasked_nothing_is_read_aloud_but_the_key_does_it() {
    let (mut bench, ballot) = handed_in();
    let effects = bench.told(&ballot.key, taken(false, &[]));
    assert_eq!(speaks(&effects), 0);
    assert_eq!(speaks(&bench.press(&[Yellow])), 1);
    bench.tell(&Input::Speaking(Some(0)));
    let silence = Effect::Speak(Vec::new());
    assert!(bench.press(&[Yellow]).contains(&silence));
    // Whoever leaves is not followed by a voice.
    let effects = bench.press(&[Enter]);
    assert!(effects.contains(&silence) && bench.left, "{effects:?}");
}
