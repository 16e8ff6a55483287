//! Tells a card reader from somebody who types.
//!
//! A reader is a keyboard (“wedge”): it types the card's number, each digit within 50 ms of the
//! one before, and then Enter. Nobody types six digits that fast. So every digit is held back for
//! 50 ms; what turns out to be a card never opens a section, and what does not is passed on in
//! order. Pure: events and times in, events out.

use std::fmt;

use super::{KeyEvent, Press, RemoteKey};

/// A reader's digits are no further apart than this, in ms.
pub const APART_MS: u64 = 50;
/// Fewer digits are no card.
pub const FEWEST_DIGITS: usize = 6;
/// More digits than any card has: two cards on the reader, or a key that is stuck.
const MOST_DIGITS: usize = 32;

/// The number of a card. It is as good as a signature, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(pub String);

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(<secret>)")
    }
}

/// What came of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// A key, as it came.
    Key(KeyEvent),
    /// A card.
    Card(CardNumber),
}

/// The state of the one reader or typist before the TV.
#[derive(Default)]
pub struct Wedge {
    held: Vec<KeyEvent>,
    digits: String,
    last_ms: u64,
    /// The reader's Enter is down: its release belongs to the card too.
    entered: bool,
}

impl Wedge {
    /// Takes an event.
    pub fn feed(&mut self, event: KeyEvent) -> Vec<Out> {
        let mut out = self.poll(event.at_ms);
        match (event.key, event.press) {
            (RemoteKey::Digit(digit), Press::Down) => {
                self.held.push(event);
                self.digits.push(char::from(b'0' + digit.min(9)));
                self.last_ms = event.at_ms;
            }
            (RemoteKey::Digit(_), _) if !self.held.is_empty() => self.held.push(event),
            (RemoteKey::Ok, Press::Down) if self.is_card() => {
                self.entered = true;
                self.held.clear();
                let digits = std::mem::take(&mut self.digits);
                if digits.len() <= MOST_DIGITS {
                    out.push(Out::Card(CardNumber(digits)));
                }
            }
            (RemoteKey::Ok, Press::Up) if std::mem::take(&mut self.entered) => {}
            _ => {
                out.extend(self.release());
                out.push(Out::Key(event));
            }
        }
        out
    }

    /// What is due by now: digits that were not followed fast enough.
    pub fn poll(&mut self, now_ms: u64) -> Vec<Out> {
        if self.deadline().is_some_and(|at| now_ms >= at) {
            self.release()
        } else {
            Vec::new()
        }
    }

    /// When [`Wedge::poll`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        (!self.held.is_empty()).then_some(self.last_ms + APART_MS + 1)
    }

    fn is_card(&self) -> bool {
        self.digits.len() >= FEWEST_DIGITS
    }

    /// Passes on what was held back; a card without its Enter is nothing.
    fn release(&mut self) -> Vec<Out> {
        let is_card = self.is_card();
        self.digits.clear();
        let held = std::mem::take(&mut self.held);
        if is_card {
            tracing::warn!("a card was read without its end");
            return Vec::new();
        }
        held.into_iter().map(Out::Key).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(key: RemoteKey, press: Press, at_ms: u64) -> KeyEvent {
        KeyEvent { key, press, at_ms }
    }

    /// Types keys so many ms apart, each let go 5 ms later, and waits until all is over.
    fn typed(keys: &[(RemoteKey, u64)]) -> Vec<Out> {
        let mut wedge = Wedge::default();
        let mut out = Vec::new();
        let mut now = 1_000;
        for (key, apart) in keys {
            now += apart;
            out.extend(wedge.feed(event(*key, Press::Down, now)));
            out.extend(wedge.feed(event(*key, Press::Up, now + 5)));
        }
        while let Some(at) = wedge.deadline() {
            out.extend(wedge.poll(at));
        }
        out
    }

    fn digits(text: &str, apart: u64) -> Vec<(RemoteKey, u64)> {
        let key = |c: char| (RemoteKey::Digit(c.to_digit(10).unwrap() as u8), apart);
        text.chars().map(key).collect()
    }

    fn with_enter(text: &str, apart: u64, enter_after: u64) -> Vec<(RemoteKey, u64)> {
        let mut keys = digits(text, apart);
        keys.push((RemoteKey::Ok, enter_after));
        keys
    }

    fn card(number: &str) -> Out {
        Out::Card(CardNumber(number.to_owned()))
    }

    #[test]
    fn a_number_is_never_printed() {
        assert!(!format!("{:?}", card("0012345678")).contains("1234"));
    }

    fn downs(out: &[Out]) -> Vec<RemoteKey> {
        out.iter()
            .filter_map(|one| match one {
                Out::Key(event) if event.press == Press::Down => Some(event.key),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_card_is_a_card_and_nothing_else() {
        for (number, apart) in [
            ("123456", 1),
            ("0012345678", 50),
            ("9".repeat(32).as_str(), 8),
        ] {
            let out = typed(&with_enter(number, apart, apart));
            assert_eq!(out, [card(number)], "{number}");
        }
    }

    #[test]
    fn what_a_person_types_arrives_key_by_key() {
        // A PIN and OK, as fast as anybody types; and one digit for a section.
        for keys in [
            with_enter("580316", 80, 80),
            with_enter("580316", 51, 51),
            digits("3", 0),
        ] {
            let out = typed(&keys);
            let wanted: Vec<RemoteKey> = keys.iter().map(|(key, _)| *key).collect();
            assert_eq!(downs(&out), wanted);
            assert_eq!(out.len(), 2 * wanted.len(), "every press is let go");
        }
    }

    #[test]
    fn a_digit_waits_no_longer_than_50_ms_and_other_keys_not_at_all() {
        let mut wedge = Wedge::default();
        assert_eq!(wedge.feed(event(RemoteKey::Digit(3), Press::Down, 100)), []);
        assert_eq!(wedge.deadline(), Some(151));
        assert_eq!(wedge.poll(150), []);
        assert_eq!(downs(&wedge.poll(151)), [RemoteKey::Digit(3)]);
        let up = event(RemoteKey::Digit(3), Press::Up, 190);
        assert_eq!(wedge.feed(up), [Out::Key(up)]);
        let arrow = event(RemoteKey::Down, Press::Down, 200);
        assert_eq!(wedge.feed(arrow), [Out::Key(arrow)]);
    }

    #[test]
    fn half_a_card_opens_no_section() {
        // The reader lost its Enter, or is set to send none.
        assert_eq!(typed(&digits("0012345678", 5)), []);
        // The Enter comes late: it is somebody's OK, and no card.
        let late = typed(&with_enter("0012345678", 5, 200));
        assert_eq!(downs(&late), [RemoteKey::Ok]);
        // Five digits are no card, but were typed.
        assert_eq!(downs(&typed(&with_enter("12345", 5, 5))).len(), 6);
        // Two cards on each other.
        assert_eq!(typed(&with_enter(&"7".repeat(33), 5, 5)), []);
    }

    #[test]
    fn two_cards_after_each_other_are_two() {
        let mut keys = with_enter("111111", 5, 5);
        let mut second = with_enter("222222", 5, 5);
        second[0].1 = 300;
        keys.extend(second);
        assert_eq!(typed(&keys), [card("111111"), card("222222")]);
    }

    proptest! {
        /// Slow typing is never changed, whatever is typed.
        #[test]
        fn slow_typing_is_passed_on_in_order(keys in proptest::collection::vec((0_u8..13, 51_u64..400), 0..40)) {
            let key = |n: u8| match n {
                10 => RemoteKey::Ok,
                11 => RemoteKey::Down,
                12 => RemoteKey::Back,
                digit => RemoteKey::Digit(digit),
            };
            let keys: Vec<(RemoteKey, u64)> = keys.into_iter().map(|(n, apart)| (key(n), apart)).collect();
            let wanted: Vec<RemoteKey> = keys.iter().map(|(key, _)| *key).collect();
            prop_assert_eq!(downs(&typed(&keys)), wanted);
        }
    }
}
