//! What a worn key does: it reports one press twice, the second time up to 100 ms after the first.
//!
//! The router asks here before it hands a key on, so that no screen has to. Two things are told
//! apart. A key that types or moves ([`Controller::types`](crate::screens::Controller::types)) means twice what it is pressed twice,
//! unless something else came on the screen in between. Any other key means once what it is pressed
//! twice within [`APART_MS`]: it opens, closes, chooses or toggles. Holding a key is neither. Pure:
//! times of the monotonic clock go in.

use crate::remote::RemoteKey;

/// The same key does nothing so long after a change of screen, step or overlay, in ms (UX).
pub(super) const APART_MS: u64 = 250;

/// The last change of what is on the screen.
#[derive(Clone, Copy, Debug)]
struct Change {
    at_ms: u64,
    /// The key that led to it, or the last one before it came by itself.
    key: Option<RemoteKey>,
    /// A screen came that nobody asked for.
    uninvited: bool,
    /// It has been drawn.
    drawn: bool,
}

/// What was pressed last and what came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Worn {
    /// The last press that counted.
    last: Option<(RemoteKey, u64)>,
    change: Option<Change>,
}

impl Worn {
    /// Whether a press of this key now is the second half of an earlier one, or was meant for what
    /// was on the screen before. `types`: pressed twice it means twice.
    pub(super) fn swallows(&self, key: RemoteKey, types: bool, now_ms: u64) -> bool {
        let soon = |at_ms: u64| now_ms.saturating_sub(at_ms) < APART_MS;
        let changed = self.change.is_some_and(|change| {
            let meant = change.uninvited && key == RemoteKey::Ok;
            soon(change.at_ms) && (change.key == Some(key) || meant)
        });
        let twice = self
            .last
            .is_some_and(|(last, at_ms)| last == key && soon(at_ms) && !types);
        changed || twice
    }

    /// A press counts.
    pub(super) const fn pressed(&mut self, key: RemoteKey, now_ms: u64) {
        self.last = Some((key, now_ms));
    }

    /// Another screen, step or overlay is there; `by` is the key that led to it. `screen`: it is a
    /// whole screen.
    pub(super) fn changed(&mut self, by: Option<RemoteKey>, screen: bool, now_ms: u64) {
        self.change = Some(Change {
            at_ms: now_ms,
            key: by.or_else(|| self.last.map(|(key, _)| key)),
            uninvited: by.is_none() && screen,
            drawn: false,
        });
    }

    /// The last change is on the screen only now: a slow box takes a while to draw it.
    pub(super) fn drawn(&mut self, now_ms: u64) {
        if let Some(change) = self.change.as_mut().filter(|change| !change.drawn) {
            change.at_ms = now_ms;
            change.drawn = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RemoteKey::{Back, Digit, Ok as Enter, Right};

    #[test]
    fn a_key_that_acts_counts_once_within_250_ms_of_the_last_press_that_counted() {
        let mut worn = Worn::default();
        let counted: Vec<u64> = [0, 100, 249, 250, 400, 501]
            .into_iter()
            .filter(|at| {
                let counts = !worn.swallows(Enter, false, *at);
                if counts {
                    worn.pressed(Enter, *at);
                }
                counts
            })
            .collect();
        assert_eq!(counted, [0, 250, 501]);
        assert!(
            !worn.swallows(Back, false, 510),
            "another key counts at once"
        );
    }

    #[test]
    fn a_key_that_types_counts_twice_until_something_else_is_on_the_screen() {
        let mut worn = Worn::default();
        worn.pressed(Digit(1), 0);
        assert!(!worn.swallows(Digit(1), true, 40));
        worn.changed(Some(Digit(1)), false, 40);
        assert!(worn.swallows(Digit(1), true, 289));
        assert!(!worn.swallows(Digit(2), true, 50));
        assert!(!worn.swallows(Digit(1), true, 290));
    }

    #[test]
    fn the_time_begins_when_the_change_is_on_the_screen() {
        let mut worn = Worn::default();
        worn.pressed(Back, 0);
        worn.changed(Some(Back), true, 0);
        worn.drawn(300);
        assert!(worn.swallows(Back, false, 310));
        worn.drawn(500);
        assert!(
            !worn.swallows(Back, false, 550),
            "once, and not with every frame"
        );
    }

    #[test]
    fn what_comes_by_itself_is_not_for_the_key_pressed_just_before_it() {
        let mut worn = Worn::default();
        worn.pressed(Enter, 0);
        worn.changed(None, false, 180);
        assert!(worn.swallows(Enter, false, 429));
        assert!(!worn.swallows(Enter, false, 430));
        assert!(!worn.swallows(Right, true, 200));
        // A whole screen that comes over another is not chosen from at once, whatever was pressed.
        worn.pressed(Right, 1_000);
        worn.changed(None, true, 5_000);
        assert!(worn.swallows(Enter, false, 5_100));
        assert!(!worn.swallows(Back, false, 5_100));
    }
}
