//! Forms: a PIN or a code, typed with the digits of the remote, or with arrows and 确定 on the keypad
//! of the screen, and what is to be said of it.

use super::back;
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{BACK, arrow};

/// The zone of the keypad.
pub const KEYPAD: &str = "keypad";
/// Its keys, in the order of a telephone.
pub const KEYS: [&str; 12] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", DELETE, "0", ENTER,
];
const DELETE: &str = "delete";
/// The key that confirms.
pub const ENTER: &str = "enter";

/// Digits of a PIN.
pub const PIN: usize = 6;
/// Digits of a presence code.
pub const CODE: usize = 4;
/// Fewest and most digits of a telephone number.
pub const PHONE: (usize, usize) = (5, 20);

/// What a key did.
#[derive(Clone, PartialEq, Eq)]
pub enum Typed {
    /// Something, or nothing.
    Stays,
    /// Confirmed: these digits.
    Entered(String),
    /// Confirmed too early: so many digits are lacking.
    Lacking(usize),
    /// Back, with nothing typed; or 返回 was chosen.
    Left,
}

/// The digits typed so far. Never printed.
#[derive(Default)]
pub struct Keypad {
    digits: String,
    /// So many can be confirmed.
    least: usize,
    length: usize,
}

impl Keypad {
    /// Nothing typed yet of so many digits.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self::between((length, length))
    }

    /// Nothing typed yet of at least and at most so many digits.
    #[must_use]
    pub fn between((least, length): (usize, usize)) -> Self {
        Self {
            digits: String::new(),
            least,
            length,
        }
    }

    /// The focus of a screen with a keypad and 返回.
    #[must_use]
    pub fn focus() -> FocusMap {
        FocusMap::new(
            KEYPAD,
            vec![
                back(),
                Zone::new(KEYPAD, Layout::Grid(3), Area::new(1200, 206, 620, 744)).with_items(KEYS),
            ],
        )
    }

    /// How many digits are typed, and how many there are to be.
    #[must_use]
    pub const fn typed(&self) -> (usize, usize) {
        (self.digits.len(), self.length)
    }

    /// The digits, for a code that is no secret.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Begins again.
    pub fn clear(&mut self) {
        self.digits.clear();
    }

    /// Takes a key of the remote.
    pub fn key(&mut self, focus: &mut FocusMap, key: RemoteKey, press: Press) -> Typed {
        if let Some(direction) = arrow(key, press) {
            focus.go(direction);
            return Typed::Stays;
        }
        match (key, press) {
            (RemoteKey::Digit(digit), Press::Down) => {
                self.push(char::from(b'0' + digit.min(9)));
                // Whoever types with the remote's digits needs only 确定 of the keypad.
                focus.focus_item(KEYPAD, KEYS.len() - 1);
                Typed::Stays
            }
            (RemoteKey::Delete | RemoteKey::Red, Press::Down | Press::Repeat) => {
                self.digits.pop();
                Typed::Stays
            }
            (RemoteKey::Back, Press::Down) if self.digits.is_empty() => Typed::Left,
            // All at once, so that Back leads out in two presses whatever is typed.
            (RemoteKey::Back, Press::Down) => {
                self.digits.clear();
                Typed::Stays
            }
            (RemoteKey::Ok, Press::Down) if focus.zone() == BACK => Typed::Left,
            (RemoteKey::Ok, Press::Down) => self.press(focus),
            _ => Typed::Stays,
        }
    }

    fn press(&mut self, focus: &mut FocusMap) -> Typed {
        match KEYS[focus.index().min(KEYS.len() - 1)] {
            ENTER if self.digits.len() >= self.least => {
                Typed::Entered(std::mem::take(&mut self.digits))
            }
            ENTER => Typed::Lacking(self.least - self.digits.len()),
            DELETE => {
                self.digits.pop();
                Typed::Stays
            }
            digit => {
                for digit in digit.chars() {
                    self.push(digit);
                }
                if self.digits.len() == self.length {
                    focus.focus_item(KEYPAD, KEYS.len() - 1);
                }
                Typed::Stays
            }
        }
    }

    fn push(&mut self, digit: char) {
        if self.digits.len() < self.length {
            self.digits.push(digit);
        }
    }
}

/// A remark above the keypad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Remark {
    /// Nothing to say.
    #[default]
    None,
    /// So many digits are lacking.
    Lacking(usize),
    /// The PIN was wrong; so many tries are left, if that is known.
    WrongPin(Option<u32>),
    /// The code was not the one of the picture.
    WrongCode,
    /// The two new PINs were not the same.
    NotTheSame,
    /// Too easy to guess.
    TooEasy,
}

/// What a key did to a question that is answered with digits.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Stays,
    /// These digits.
    Entered(String),
    /// It was left without an answer.
    Left,
}

/// A question that is answered with digits: one a page.
pub struct Digits {
    pad: Keypad,
    /// The focus on the keypad.
    pub focus: FocusMap,
    remark: Remark,
}

impl Digits {
    /// Asks for so many digits, with something to say of the last try.
    #[must_use]
    pub fn new(length: usize, remark: Remark) -> Self {
        Self::between((length, length), remark)
    }

    /// Asks for at least and at most so many digits.
    #[must_use]
    pub fn between(length: (usize, usize), remark: Remark) -> Self {
        Self {
            pad: Keypad::between(length),
            focus: Keypad::focus(),
            remark,
        }
    }

    /// What was typed.
    #[must_use]
    pub const fn pad(&self) -> &Keypad {
        &self.pad
    }

    /// What is to be said.
    #[must_use]
    pub const fn remark(&self) -> Remark {
        self.remark
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.focus.index_in(KEYPAD)
    }

    /// Takes a key of the remote. A remark goes with the next digit.
    pub fn key(&mut self, key: RemoteKey, press: Press) -> Answer {
        match self.pad.key(&mut self.focus, key, press) {
            Typed::Stays => {
                if press == Press::Down && self.pad.typed().0 > 0 {
                    self.remark = Remark::None;
                }
                Answer::Stays
            }
            Typed::Lacking(count) => {
                self.remark = Remark::Lacking(count);
                Answer::Stays
            }
            Typed::Left => Answer::Left,
            Typed::Entered(digits) => Answer::Entered(digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use RemoteKey::{Back, Delete, Digit, Down, Left, Ok as Enter, Red, Right, Up};

    struct Bench {
        pad: Keypad,
        focus: FocusMap,
    }

    impl Bench {
        fn new() -> Self {
            Self {
                pad: Keypad::new(PIN),
                focus: Keypad::focus(),
            }
        }

        fn press(&mut self, keys: &[RemoteKey]) -> Typed {
            let mut last = Typed::Stays;
            for key in keys {
                last = self.pad.key(&mut self.focus, *key, Press::Down);
                self.pad.key(&mut self.focus, *key, Press::Up);
            }
            last
        }
    }

    fn entered(typed: &Typed) -> Option<&str> {
        match typed {
            Typed::Entered(digits) => Some(digits),
            _ => None,
        }
    }

    #[test]
    fn digits_and_ok_are_enough() {
        let mut bench = Bench::new();
        let typed = bench.press(&[5, 8, 0, 3, 1, 6].map(Digit));
        assert!(typed == Typed::Stays && bench.pad.typed() == (6, 6));
        // A seventh digit is one too many.
        bench.press(&[Digit(9)]);
        assert_eq!(entered(&bench.press(&[Enter])), Some("580316"));
        assert_eq!(bench.pad.typed(), (0, 6), "nothing stays in memory");
    }

    #[test]
    fn arrows_and_ok_are_enough() {
        let mut bench = Bench::new();
        // 1 2 3 5 8 0, and then the focus is on 确定.
        let typed = bench.press(&[
            Enter, Right, Enter, Right, Enter, Down, Left, Enter, Down, Enter, Down, Enter,
        ]);
        assert!(typed == Typed::Stays);
        assert_eq!(bench.focus.key(), Some("enter"));
        assert_eq!(entered(&bench.press(&[Enter])), Some("123580"));
    }

    #[test]
    fn too_few_digits_are_told_and_never_filled_up() {
        let mut bench = Bench::new();
        bench.press(&[5, 8, 0, 3, 1].map(Digit));
        assert!(bench.press(&[Enter]) == Typed::Lacking(1));
        assert_eq!(bench.pad.typed(), (5, 6));
    }

    #[test]
    fn deleting_and_leaving() {
        let mut bench = Bench::new();
        bench.press(&[5, 8, 0].map(Digit));
        bench.press(&[Red]);
        assert_eq!(bench.pad.digits(), "58");
        bench.press(&[Delete]);
        assert_eq!(bench.pad.digits(), "5");
        assert!(bench.press(&[Digit(1), Back]) == Typed::Stays);
        assert_eq!(bench.pad.digits(), "", "the first Back clears");
        assert!(bench.press(&[Back]) == Typed::Left, "the second one leaves");
        bench.press(&[Up, Up, Up, Up]);
        assert_eq!(bench.focus.zone(), BACK);
        assert!(bench.press(&[Enter]) == Typed::Left);
    }

    fn any_key() -> impl Strategy<Value = RemoteKey> {
        prop_oneof![
            4 => (0_u8..=9).prop_map(Digit),
            2 => Just(Enter),
            4 => prop_oneof![Just(Up), Just(Down), Just(Left), Just(Right)],
            1 => prop_oneof![Just(Back), Just(Delete), Just(Red)],
        ]
    }

    proptest! {
        /// Whatever is pressed: one thing has the focus, never more digits than asked for, only whole
        /// answers, and two presses of Back lead out.
        #[test]
        fn a_form_is_always_usable(length in 4_usize..=6, keys in prop::collection::vec(any_key(), 0..60)) {
            let mut form = Digits::new(length, Remark::WrongPin(Some(3)));
            for key in keys {
                let before = form.pad().typed().0;
                match form.key(key, Press::Down) {
                    Answer::Entered(digits) => {
                        prop_assert_eq!((digits.len(), before), (length, length));
                        prop_assert_eq!(form.pad().typed().0, 0, "nothing stays in memory");
                    }
                    Answer::Left => prop_assert!(before == 0 || form.focus.zone() == BACK),
                    Answer::Stays if form.pad().typed().0 > 0 && !matches!(form.remark(), Remark::Lacking(_)) => {
                        prop_assert_eq!(form.remark(), Remark::None);
                    }
                    Answer::Stays => {}
                }
                form.key(key, Press::Up);
                prop_assert!(form.focus.key().is_some());
                prop_assert!(form.pad().typed().0 <= length);
            }
            let out = [Back, Back].map(|key| form.key(key, Press::Down) == Answer::Left);
            prop_assert!(out[0] || out[1]);
        }
    }
}
