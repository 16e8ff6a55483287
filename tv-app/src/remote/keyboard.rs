//! Keys of the window's keyboard: Slint key text → [`RemoteKey`].
//!
//! | key | means |
//! |---|---|
//! | arrows, Return, Space | arrows, OK, play or pause |
//! | Escape, Backspace | 返回 |
//! | Home or `h`, Menu or `m` | 主页, 菜单 |
//! | `0` to `9` | digits |
//! | F1 F2 F3 F4 | red, green, yellow, blue |
//! | Page Up, Page Down | one page |
//! | `+` or `=`, `-`, `x` | louder, softer, mute |
//! | `c`, `s` or `/` | 字幕, 搜索 |
//! | `f`, `r`, `n`, `p` | fast forward, rewind, next, previous |
//! | `.` | stop |
//! | `z` | the television goes to sleep |
//! | Delete | delete the last character |

use slint::SharedString;
use slint::platform::Key;

use super::RemoteKey;

/// The key that a Slint key event's text stands for; `None` for keys that mean nothing here.
#[must_use]
pub fn remote_key(text: &str) -> Option<RemoteKey> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if chars.next().is_some() {
        // An input method composed text: no single key.
        return None;
    }
    named(first).or_else(|| plain(first))
}

fn named(c: char) -> Option<RemoteKey> {
    const KEYS: [(Key, RemoteKey); 18] = [
        (Key::UpArrow, RemoteKey::Up),
        (Key::DownArrow, RemoteKey::Down),
        (Key::LeftArrow, RemoteKey::Left),
        (Key::RightArrow, RemoteKey::Right),
        (Key::Return, RemoteKey::Ok),
        (Key::Escape, RemoteKey::Back),
        (Key::Backspace, RemoteKey::Back),
        (Key::Back, RemoteKey::Back),
        (Key::Home, RemoteKey::Home),
        (Key::Menu, RemoteKey::Menu),
        (Key::PageUp, RemoteKey::PageUp),
        (Key::PageDown, RemoteKey::PageDown),
        (Key::F1, RemoteKey::Red),
        (Key::F2, RemoteKey::Green),
        (Key::F3, RemoteKey::Yellow),
        (Key::F4, RemoteKey::Blue),
        (Key::Stop, RemoteKey::Stop),
        (Key::Pause, RemoteKey::Pause),
    ];
    KEYS.into_iter()
        .find(|(key, _)| char::from(*key) == c)
        .map(|(_, remote)| remote)
        .or_else(|| (c == char::from(Key::Delete)).then_some(RemoteKey::Delete))
}

fn plain(c: char) -> Option<RemoteKey> {
    // A keyboard with a Chinese layout types full-width forms; fold them to ASCII.
    let c = match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    Some(match c.to_ascii_lowercase() {
        digit @ '0'..='9' => RemoteKey::Digit(digit as u8 - b'0'),
        '\r' => RemoteKey::Ok,
        ' ' => RemoteKey::PlayPause,
        'h' => RemoteKey::Home,
        'm' => RemoteKey::Menu,
        'c' => RemoteKey::Captions,
        's' | '/' => RemoteKey::Search,
        '+' | '=' => RemoteKey::VolumeUp,
        '-' => RemoteKey::VolumeDown,
        'x' => RemoteKey::Mute,
        'f' => RemoteKey::Forward,
        'r' => RemoteKey::Rewind,
        'n' => RemoteKey::Next,
        'p' => RemoteKey::Previous,
        '.' => RemoteKey::Stop,
        'z' => RemoteKey::Standby,
        _ => return None,
    })
}

/// The text Slint would give for a remote key: for tests that go through the window.
#[must_use]
pub fn key_text(key: RemoteKey) -> Option<SharedString> {
    (1..=0xF8FF)
        .filter_map(char::from_u32)
        .find(|c| named(*c).or_else(|| plain(*c)) == Some(key))
        .map(|c| SharedString::from(c.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(key: Key) -> String {
        char::from(key).to_string()
    }

    #[test]
    fn the_five_keys_and_back_twice() {
        assert_eq!(remote_key(&text(Key::UpArrow)), Some(RemoteKey::Up));
        assert_eq!(remote_key(&text(Key::Return)), Some(RemoteKey::Ok));
        assert_eq!(remote_key(&text(Key::Escape)), Some(RemoteKey::Back));
        assert_eq!(remote_key(&text(Key::Backspace)), Some(RemoteKey::Back));
    }

    #[test]
    fn full_width_digits_and_capitals_count() {
        assert_eq!(remote_key("７"), Some(RemoteKey::Digit(7)));
        assert_eq!(remote_key("H"), Some(RemoteKey::Home));
    }

    #[test]
    fn other_text_means_nothing() {
        for other in ["", "党", "ab", "q"] {
            assert_eq!(remote_key(other), None, "{other:?}");
        }
        assert_eq!(remote_key(&text(Key::Shift)), None);
    }

    #[test]
    fn every_key_but_play_has_a_text_that_leads_back() {
        for key in RemoteKey::all() {
            match key_text(key) {
                Some(text) => assert_eq!(remote_key(&text), Some(key)),
                // A keyboard has one key for play and pause.
                None => assert_eq!(key, RemoteKey::Play),
            }
        }
    }
}
