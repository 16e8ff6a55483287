//! A whole number of any length, typed with the digits of the remote or on the keypad of the screen.

use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::kit::form::{ENTER, KEYPAD, KEYS};
use crate::screens::{BACK, arrow};

/// The zone of the question itself.
pub const QUESTION: &str = "question";
/// The key that takes the last digit away.
const DELETE: &str = "delete";

/// What is to be said of what was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// A number is lacking.
    Lacking,
    /// It is too small.
    TooSmall,
    /// It is too large.
    TooLarge,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Something, or nothing.
    Stays,
    /// This number; `None`: confirmed without one, which is allowed here.
    Entered(Option<i64>),
    /// Away from here.
    Left,
}

/// The number typed so far. Never printed.
#[derive(Clone)]
pub struct NumberPad {
    digits: String,
    negative: bool,
    /// It stands there from before: the first digit begins anew.
    stale: bool,
    least: i64,
    most: i64,
    required: bool,
    said: Said,
}

impl NumberPad {
    /// A number from `least` to `most`, with what was given before.
    #[must_use]
    pub fn new(least: i64, most: i64, required: bool, before: Option<i64>) -> Self {
        Self {
            digits: before.map_or_else(String::new, |number| number.unsigned_abs().to_string()),
            negative: before.is_some_and(|number| number < 0),
            stale: before.is_some(),
            least,
            most,
            required,
            said: Said::Nothing,
        }
    }

    /// The focus of a screen with a keypad beside the question.
    #[must_use]
    pub fn focus() -> FocusMap {
        FocusMap::new(
            QUESTION,
            vec![
                back(),
                Zone::new(QUESTION, Layout::Row, Area::new(96, 206, 1000, 744))
                    .with_items([QUESTION]),
                Zone::new(KEYPAD, Layout::Grid(3), Area::new(1200, 206, 620, 744)).with_items(KEYS),
            ],
        )
    }

    /// What is typed, with its sign.
    #[must_use]
    pub fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}", self.digits)
    }

    /// What is to be said.
    #[must_use]
    pub const fn said(&self) -> Said {
        self.said
    }

    /// The lower left key makes the number negative: nothing is typed that it could delete.
    #[must_use]
    pub fn offers_sign(&self) -> bool {
        self.least < 0 && self.digits.is_empty() && !self.negative
    }

    /// The lower right key goes on without a number.
    #[must_use]
    pub fn offers_nothing(&self) -> bool {
        !self.required && self.digits.is_empty()
    }

    fn value(&self) -> Option<i64> {
        self.text().parse().ok()
    }

    /// So many digits are enough for any number that is allowed.
    fn room(&self) -> usize {
        let longest = self.least.unsigned_abs().max(self.most.unsigned_abs());
        longest.to_string().len()
    }

    fn push(&mut self, digit: char) {
        if std::mem::take(&mut self.stale) {
            self.digits.clear();
            self.negative = false;
        }
        if self.digits == "0" {
            self.digits.clear();
        }
        if self.digits.len() < self.room() {
            self.digits.push(digit);
        }
    }

    fn delete(&mut self) {
        self.stale = false;
        if self.digits.pop().is_none() {
            self.negative = !self.negative && self.least < 0;
        }
    }

    fn enter(&mut self) -> Typed {
        let Some(value) = self.value() else {
            if self.required {
                self.said = Said::Lacking;
                return Typed::Stays;
            }
            return Typed::Entered(None);
        };
        self.said = if value < self.least {
            Said::TooSmall
        } else if value > self.most {
            Said::TooLarge
        } else {
            return Typed::Entered(Some(value));
        };
        Typed::Stays
    }

    /// Takes a key of the remote.
    pub fn key(&mut self, focus: &mut FocusMap, key: RemoteKey, press: Press) -> Typed {
        if let Some(direction) = arrow(key, press) {
            focus.go(direction);
            return Typed::Stays;
        }
        if press != Press::Up && key != RemoteKey::Ok {
            self.said = Said::Nothing;
        }
        match (key, press) {
            (RemoteKey::Digit(digit), Press::Down) => {
                self.push(char::from(b'0' + digit.min(9)));
                // Whoever types with the remote's digits needs only 确定 of the keypad.
                focus.focus_item(KEYPAD, KEYS.len() - 1);
            }
            (RemoteKey::Delete | RemoteKey::Red, Press::Down | Press::Repeat) => self.delete(),
            (RemoteKey::Back, Press::Down) => return Typed::Left,
            (RemoteKey::Ok, Press::Down) => match focus.zone() {
                BACK => return Typed::Left,
                KEYPAD => match KEYS[focus.index().min(KEYS.len() - 1)] {
                    ENTER => return self.enter(),
                    DELETE => {
                        self.said = Said::Nothing;
                        self.delete();
                    }
                    digit => {
                        self.said = Said::Nothing;
                        digit.chars().for_each(|digit| self.push(digit));
                    }
                },
                _ => {
                    focus.focus_zone(KEYPAD);
                }
            },
            _ => {}
        }
        Typed::Stays
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RemoteKey::{Delete, Digit, Ok as Enter};

    fn type_in(pad: &mut NumberPad, keys: &[RemoteKey]) -> Typed {
        let mut focus = NumberPad::focus();
        let mut typed = Typed::Stays;
        for key in keys {
            typed = pad.key(&mut focus, *key, Press::Down);
            pad.key(&mut focus, *key, Press::Up);
        }
        typed
    }

    #[test]
    fn a_number_is_typed_and_confirmed() {
        let mut pad = NumberPad::new(0, 999, true, None);
        assert_eq!(
            type_in(&mut pad, &[Digit(0), Digit(4), Digit(2), Enter]),
            Typed::Entered(Some(42))
        );
    }

    #[test]
    fn what_is_out_of_bounds_or_lacking_is_said_and_goes_with_the_next_key() {
        let mut pad = NumberPad::new(10, 50, true, None);
        assert_eq!(type_in(&mut pad, &[Digit(7), Enter]), Typed::Stays);
        assert_eq!(pad.said(), Said::TooSmall);
        assert_eq!(type_in(&mut pad, &[Digit(7)]), Typed::Stays);
        assert_eq!((pad.said(), pad.text().as_str()), (Said::Nothing, "77"));
        assert_eq!(type_in(&mut pad, &[Digit(9), Enter]), Typed::Stays);
        assert_eq!(pad.said(), Said::TooLarge);
        type_in(&mut pad, &[Delete, Delete, Delete]);
        assert_eq!(pad.text(), "");
        let mut focus = NumberPad::focus();
        focus.focus_item(KEYPAD, KEYS.len() - 1);
        assert_eq!(pad.key(&mut focus, Enter, Press::Down), Typed::Stays);
        assert_eq!(pad.said(), Said::Lacking);
    }

    #[test]
    fn one_may_go_on_without_a_number_where_none_is_demanded() {
        let mut pad = NumberPad::new(0, 50, false, None);
        let mut focus = NumberPad::focus();
        focus.focus_item(KEYPAD, KEYS.len() - 1);
        assert!(pad.offers_nothing());
        assert_eq!(
            pad.key(&mut focus, Enter, Press::Down),
            Typed::Entered(None)
        );
    }

    #[test]
    fn what_was_given_before_stands_there_and_the_first_digit_begins_anew() {
        let mut pad = NumberPad::new(0, 999, true, Some(120));
        assert_eq!(pad.text(), "120");
        assert_eq!(
            type_in(&mut pad, &[Digit(3), Enter]),
            Typed::Entered(Some(3))
        );
    }

    #[test]
    fn a_negative_number_needs_no_other_keys_than_the_keypad_has() {
        let mut pad = NumberPad::new(-40, 40, true, None);
        assert!(pad.offers_sign());
        let keys = [Delete, Digit(1), Digit(2), Enter];
        assert_eq!(type_in(&mut pad, &keys), Typed::Entered(Some(-12)));
        // And back again.
        let mut pad = NumberPad::new(-40, 40, true, None);
        let keys = [Delete, Delete, Digit(5), Enter];
        assert_eq!(type_in(&mut pad, &keys), Typed::Entered(Some(5)));
    }
}
