//! A keyboard for the password of a network: what can be typed on it, and what was.

use crate::networks::Password;

/// Keys in a row.
pub const COLUMNS: usize = 8;
/// A password of a wireless network has so many characters (IEEE 802.11, WPA).
pub const LEAST: usize = 8;
/// And no more than these.
const MOST: usize = 63;

/// Which characters are on the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Digits and small letters.
    #[default]
    Small,
    /// Digits and capitals.
    Capital,
    /// Everything else.
    Signs,
}

const SMALL: &str = "1234567890abcdefghijklmnopqrstuvwxyz";
const CAPITAL: &str = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// With what is in no word, three digits again.
const SIGNS: &str = "-_.@!?#$%&*+=/\\:;,'\"()[]{}<>~^|` 012";

impl Page {
    const fn characters(self) -> &'static str {
        match self {
            Self::Small => SMALL,
            Self::Capital => CAPITAL,
            Self::Signs => SIGNS,
        }
    }
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Types this.
    Character(char),
    /// Capitals, or small letters again.
    Capitals,
    /// Signs, or letters again.
    Signs,
    /// Takes the last one away.
    Delete,
    /// Connects.
    Enter,
}

/// What was typed, and what can be.
#[derive(Clone, Default)]
pub struct Keyboard {
    page: Page,
    typed: String,
}

impl Keyboard {
    /// The keys, row by row.
    pub fn keys(&self) -> impl Iterator<Item = Key> + use<> {
        let characters = self.page.characters().chars().map(Key::Character);
        characters.chain([Key::Capitals, Key::Signs, Key::Delete, Key::Enter])
    }

    /// Which characters there are.
    #[must_use]
    pub const fn page(&self) -> Page {
        self.page
    }

    /// What was typed.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether a password can be so long.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.typed.chars().count() >= LEAST
    }

    /// Types a character, if there is room for it.
    pub fn type_in(&mut self, character: char) {
        if self.typed.chars().count() < MOST {
            self.typed.push(character);
        }
    }

    /// Takes the last one away. `false`: there was none.
    pub fn delete(&mut self) -> bool {
        self.typed.pop().is_some()
    }

    /// Presses a key. The password, when that was all.
    pub fn press(&mut self, key: Key) -> Option<Password> {
        match key {
            Key::Character(character) => self.type_in(character),
            Key::Capitals if self.page == Page::Capital => self.page = Page::Small,
            Key::Capitals => self.page = Page::Capital,
            Key::Signs if self.page == Page::Signs => self.page = Page::Small,
            Key::Signs => self.page = Page::Signs,
            Key::Delete => {
                self.delete();
            }
            Key::Enter if self.is_ready() => return Some(Password(self.typed.clone())),
            Key::Enter => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_character_of_a_password_can_be_typed() {
        let pages = [Page::Small, Page::Capital, Page::Signs];
        let all: BTreeSet<char> = pages
            .iter()
            .flat_map(|it| it.characters().chars())
            .collect();
        assert_eq!(all, (' '..='~').collect());
        for page in pages {
            let keyboard = Keyboard {
                page,
                ..Keyboard::default()
            };
            assert_eq!(keyboard.keys().count(), 5 * COLUMNS, "{page:?}");
        }
    }

    #[test]
    fn a_password_is_as_long_as_one_can_be() {
        let mut keyboard = Keyboard::default();
        for _ in 0..LEAST - 1 {
            keyboard.type_in('a');
        }
        assert_eq!(keyboard.press(Key::Enter), None);
        keyboard.press(Key::Character('z'));
        let password = keyboard.press(Key::Enter).unwrap();
        assert_eq!(password.0, "aaaaaaaz");
        assert_eq!(format!("{password:?}"), "Password(…)", "no log tells it");
        for _ in 0..100 {
            keyboard.type_in('b');
        }
        assert_eq!(keyboard.typed().len(), MOST);
        assert!(keyboard.delete());
        assert_eq!(keyboard.typed().len(), MOST - 1);
    }

    #[test]
    fn capitals_and_signs_come_and_go() {
        let mut keyboard = Keyboard::default();
        for (key, page) in [
            (Key::Capitals, Page::Capital),
            (Key::Signs, Page::Signs),
            (Key::Capitals, Page::Capital),
            (Key::Capitals, Page::Small),
            (Key::Signs, Page::Signs),
            (Key::Signs, Page::Small),
        ] {
            keyboard.press(key);
            assert_eq!(keyboard.page(), page, "{key:?}");
        }
    }
}
