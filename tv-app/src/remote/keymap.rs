//! Which evdev key means which key of the remote: defaults, and a file the user can edit.
//!
//! ```toml
//! [keys]
//! KEY_F9 = "menu"        # an evdev key name, as `evtest` prints it
//! KEY_MUTE = "none"      # switches a default off
//!
//! [scancodes]
//! 0x8011a = "ok"         # for buttons that the kernel has no name for
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use evdev::KeyCode;

use super::RemoteKey;

/// The built-in keymap.
const DEFAULTS: &[(RemoteKey, &[KeyCode])] = &[
    (RemoteKey::Up, &[KeyCode::KEY_UP]),
    (RemoteKey::Down, &[KeyCode::KEY_DOWN]),
    (RemoteKey::Left, &[KeyCode::KEY_LEFT]),
    (RemoteKey::Right, &[KeyCode::KEY_RIGHT]),
    (
        RemoteKey::Ok,
        &[
            KeyCode::KEY_OK,
            KeyCode::KEY_SELECT,
            KeyCode::KEY_ENTER,
            KeyCode::KEY_KPENTER,
        ],
    ),
    (
        RemoteKey::Back,
        &[
            KeyCode::KEY_BACK,
            KeyCode::KEY_ESC,
            KeyCode::KEY_EXIT,
            KeyCode::KEY_CLEAR,
            KeyCode::KEY_BACKSPACE,
            KeyCode::KEY_CANCEL,
        ],
    ),
    (RemoteKey::Home, &[KeyCode::KEY_HOMEPAGE, KeyCode::KEY_HOME]),
    (
        RemoteKey::Menu,
        &[
            KeyCode::KEY_MENU,
            KeyCode::KEY_SETUP,
            KeyCode::KEY_COMPOSE,
            KeyCode::KEY_CONTEXT_MENU,
        ],
    ),
    (
        RemoteKey::Digit(0),
        &[KeyCode::KEY_0, KeyCode::KEY_KP0, KeyCode::KEY_NUMERIC_0],
    ),
    (
        RemoteKey::Digit(1),
        &[KeyCode::KEY_1, KeyCode::KEY_KP1, KeyCode::KEY_NUMERIC_1],
    ),
    (
        RemoteKey::Digit(2),
        &[KeyCode::KEY_2, KeyCode::KEY_KP2, KeyCode::KEY_NUMERIC_2],
    ),
    (
        RemoteKey::Digit(3),
        &[KeyCode::KEY_3, KeyCode::KEY_KP3, KeyCode::KEY_NUMERIC_3],
    ),
    (
        RemoteKey::Digit(4),
        &[KeyCode::KEY_4, KeyCode::KEY_KP4, KeyCode::KEY_NUMERIC_4],
    ),
    (
        RemoteKey::Digit(5),
        &[KeyCode::KEY_5, KeyCode::KEY_KP5, KeyCode::KEY_NUMERIC_5],
    ),
    (
        RemoteKey::Digit(6),
        &[KeyCode::KEY_6, KeyCode::KEY_KP6, KeyCode::KEY_NUMERIC_6],
    ),
    (
        RemoteKey::Digit(7),
        &[KeyCode::KEY_7, KeyCode::KEY_KP7, KeyCode::KEY_NUMERIC_7],
    ),
    (
        RemoteKey::Digit(8),
        &[KeyCode::KEY_8, KeyCode::KEY_KP8, KeyCode::KEY_NUMERIC_8],
    ),
    (
        RemoteKey::Digit(9),
        &[KeyCode::KEY_9, KeyCode::KEY_KP9, KeyCode::KEY_NUMERIC_9],
    ),
    (RemoteKey::Red, &[KeyCode::KEY_RED, KeyCode::KEY_F1]),
    (RemoteKey::Green, &[KeyCode::KEY_GREEN, KeyCode::KEY_F2]),
    (RemoteKey::Yellow, &[KeyCode::KEY_YELLOW, KeyCode::KEY_F3]),
    (RemoteKey::Blue, &[KeyCode::KEY_BLUE, KeyCode::KEY_F4]),
    (
        RemoteKey::PageUp,
        &[KeyCode::KEY_CHANNELUP, KeyCode::KEY_PAGEUP],
    ),
    (
        RemoteKey::PageDown,
        &[KeyCode::KEY_CHANNELDOWN, KeyCode::KEY_PAGEDOWN],
    ),
    (RemoteKey::Play, &[KeyCode::KEY_PLAY, KeyCode::KEY_PLAYCD]),
    (
        RemoteKey::Pause,
        &[KeyCode::KEY_PAUSE, KeyCode::KEY_PAUSECD],
    ),
    (
        RemoteKey::PlayPause,
        &[KeyCode::KEY_PLAYPAUSE, KeyCode::KEY_SPACE],
    ),
    (
        RemoteKey::Stop,
        &[KeyCode::KEY_STOP, KeyCode::KEY_STOPCD, KeyCode::KEY_DOT],
    ),
    (
        RemoteKey::Forward,
        &[KeyCode::KEY_FASTFORWARD, KeyCode::KEY_F],
    ),
    (RemoteKey::Rewind, &[KeyCode::KEY_REWIND, KeyCode::KEY_R]),
    (
        RemoteKey::Next,
        &[KeyCode::KEY_NEXTSONG, KeyCode::KEY_NEXT, KeyCode::KEY_N],
    ),
    (
        RemoteKey::Previous,
        &[
            KeyCode::KEY_PREVIOUSSONG,
            KeyCode::KEY_PREVIOUS,
            KeyCode::KEY_P,
        ],
    ),
    (
        RemoteKey::VolumeUp,
        &[
            KeyCode::KEY_VOLUMEUP,
            KeyCode::KEY_KPPLUS,
            KeyCode::KEY_EQUAL,
        ],
    ),
    (
        RemoteKey::VolumeDown,
        &[
            KeyCode::KEY_VOLUMEDOWN,
            KeyCode::KEY_KPMINUS,
            KeyCode::KEY_MINUS,
        ],
    ),
    (RemoteKey::Mute, &[KeyCode::KEY_MUTE, KeyCode::KEY_X]),
    (
        RemoteKey::Captions,
        &[KeyCode::KEY_SUBTITLE, KeyCode::KEY_C],
    ),
    (
        RemoteKey::Search,
        &[KeyCode::KEY_SEARCH, KeyCode::KEY_S, KeyCode::KEY_SLASH],
    ),
    (RemoteKey::Delete, &[KeyCode::KEY_DELETE]),
    // HDMI-CEC: Power, Power Off Function and Sleep come as these.
    (
        RemoteKey::Standby,
        &[
            KeyCode::KEY_POWER,
            KeyCode::KEY_POWER2,
            KeyCode::KEY_SLEEP,
            KeyCode::KEY_SUSPEND,
        ],
    ),
];

/// A line of the keymap file that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong, in plain Chinese.
    pub problem: String,
    /// What to write instead.
    pub write: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "第 {} 行：{}。请写：{}",
            self.line, self.problem, self.write
        )
    }
}

/// Evdev keys and scancodes → keys of the remote. `None` as a value: switched off by the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<u16, Option<RemoteKey>>,
    scancodes: BTreeMap<u32, Option<RemoteKey>>,
}

impl Keymap {
    /// The defaults with the lines of `text` on top. Lines with mistakes are listed and skipped;
    /// the others apply.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Mistake>) {
        let mut keymap = Self::default();
        let mut mistakes = Vec::new();
        let mut section = Section::None;
        // Line by line, so that one slip of the pen does not cost the other lines.
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let applied = keymap.apply(line, &mut section);
            if let Err((problem, write)) = applied {
                mistakes.push(Mistake {
                    line: index + 1,
                    problem,
                    write,
                });
            }
        }
        (keymap, mistakes)
    }

    /// What this evdev key means.
    #[must_use]
    pub fn key(&self, code: u16) -> Option<RemoteKey> {
        if let Some(set) = self.keys.get(&code) {
            return *set;
        }
        DEFAULTS
            .iter()
            .find(|(_, codes)| codes.iter().any(|known| known.0 == code))
            .map(|(key, _)| *key)
    }

    /// What the user said this scancode means: outer `None` when nothing was said, inner `None`
    /// when it was switched off. Scancodes win over key names.
    #[must_use]
    pub fn scancode(&self, scancode: u32) -> Option<Option<RemoteKey>> {
        self.scancodes.get(&scancode).copied()
    }

    /// Learns an evdev key; `None` switches it off.
    pub fn set_key(&mut self, code: u16, key: Option<RemoteKey>) {
        self.keys.insert(code, key);
    }

    /// Learns a scancode; `None` switches it off.
    pub fn set_scancode(&mut self, scancode: u32, key: Option<RemoteKey>) {
        self.scancodes.insert(scancode, key);
    }

    /// The user's lines as a file that [`Keymap::parse`] reads back.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let name = |key: &Option<RemoteKey>| key.map_or("none", RemoteKey::name);
        let mut out = String::from("[keys]\n");
        for (code, key) in &self.keys {
            out += &format!("{} = \"{}\"\n", code_name(*code), name(key));
        }
        out += "\n[scancodes]\n";
        for (scancode, key) in &self.scancodes {
            out += &format!("{scancode:#x} = \"{}\"\n", name(key));
        }
        out
    }

    fn apply(&mut self, line: &str, section: &mut Section) -> Result<(), (String, String)> {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Ok(());
        }
        if trimmed.starts_with('[') {
            *section = Section::Unknown;
            *section = Section::parse(trimmed)?;
            return Ok(());
        }
        let (name, value) = entry(trimmed)?;
        let key = match value.as_str() {
            "none" => None,
            value => Some(RemoteKey::from_name(value).ok_or_else(|| unknown_key(value))?),
        };
        match section {
            Section::Keys => self.set_key(evdev_code(&name)?, key),
            Section::Scancodes => self.set_scancode(parse_scancode(&name)?, key),
            Section::Unknown => {}
            Section::None => {
                return Err((
                    "这一行上面没有写属于哪一段".into(),
                    "在它上面加一行 [keys]".into(),
                ));
            }
        }
        Ok(())
    }
}

enum Section {
    None,
    Keys,
    Scancodes,
    /// Named wrongly, which was already said once at its heading.
    Unknown,
}

impl Section {
    fn parse(heading: &str) -> Result<Self, (String, String)> {
        let name = heading.split('#').next().unwrap_or_default().trim();
        match name {
            "[keys]" => Ok(Self::Keys),
            "[scancodes]" => Ok(Self::Scancodes),
            _ => Err((format!("不认识的段 {name}"), "[keys] 或 [scancodes]".into())),
        }
    }
}

/// `name = "value"`, as TOML reads a single line.
fn entry(line: &str) -> Result<(String, String), (String, String)> {
    let usage = || "KEY_OK = \"ok\"".to_owned();
    let table: toml::Table = toml::from_str(line)
        .map_err(|_| ("这一行不是“名称 = \"按键\"”的样子".to_owned(), usage()))?;
    match table.into_iter().next() {
        Some((name, toml::Value::String(value))) => Ok((name, value)),
        Some((name, toml::Value::Integer(digit))) => Err((
            format!("{digit} 没有加引号"),
            format!("{name} = \"{digit}\""),
        )),
        Some((name, _)) => Err((
            format!("{name} 的值要是加引号的按键名"),
            format!("{name} = \"ok\""),
        )),
        None => Err(("这一行是空的".into(), usage())),
    }
}

fn unknown_key(value: &str) -> (String, String) {
    let names: Vec<_> = RemoteKey::all().map(RemoteKey::name).collect();
    (
        format!("没有叫 “{value}” 的按键"),
        format!("其中之一：{}、none", names.join("、")),
    )
}

fn evdev_code(name: &str) -> Result<u16, (String, String)> {
    if let Ok(code) = KeyCode::from_str(name) {
        return Ok(code.0);
    }
    let tidy = name.to_ascii_uppercase();
    let guess = [tidy.clone(), format!("KEY_{tidy}")]
        .into_iter()
        .find(|guess| KeyCode::from_str(guess).is_ok());
    let write = guess.unwrap_or_else(|| "evtest 显示的名称，例如 KEY_MENU".into());
    Err((format!("没有叫 {name} 的系统按键"), write))
}

fn code_name(code: u16) -> String {
    format!("{:?}", KeyCode(code))
}

fn parse_scancode(name: &str) -> Result<u32, (String, String)> {
    let digits = name.strip_prefix("0x").or_else(|| name.strip_prefix("0X"));
    digits
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or_else(|| {
            (
                format!("{name} 不是扫描码"),
                "0x 开头的十六进制数，例如 0x8011a = \"ok\"".into(),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_cover_the_keys_that_cec_infrared_and_keyboards_send() {
        let keymap = Keymap::default();
        for (code, key) in [
            (KeyCode::KEY_OK, RemoteKey::Ok),
            (KeyCode::KEY_SELECT, RemoteKey::Ok),
            (KeyCode::KEY_KPENTER, RemoteKey::Ok),
            (KeyCode::KEY_EXIT, RemoteKey::Back),
            (KeyCode::KEY_CLEAR, RemoteKey::Back),
            (KeyCode::KEY_PLAYCD, RemoteKey::Play),
            (KeyCode::KEY_PAUSECD, RemoteKey::Pause),
            (KeyCode::KEY_STOPCD, RemoteKey::Stop),
            (KeyCode::KEY_NUMERIC_9, RemoteKey::Digit(9)),
            (KeyCode::KEY_KP0, RemoteKey::Digit(0)),
            (KeyCode::KEY_BLUE, RemoteKey::Blue),
            (KeyCode::KEY_F4, RemoteKey::Blue),
            (KeyCode::KEY_CHANNELUP, RemoteKey::PageUp),
            (KeyCode::KEY_POWER, RemoteKey::Standby),
            (KeyCode::KEY_SLEEP, RemoteKey::Standby),
        ] {
            assert_eq!(keymap.key(code.0), Some(key), "{code:?}");
        }
        assert_eq!(keymap.key(KeyCode::KEY_WAKEUP.0), None);
    }

    #[test]
    fn no_evdev_key_is_given_twice_and_every_remote_key_is_reachable() {
        let mut seen = std::collections::HashSet::new();
        for (_, codes) in DEFAULTS {
            for code in *codes {
                assert!(seen.insert(code.0), "{code:?} twice");
            }
        }
        for key in RemoteKey::all() {
            assert!(DEFAULTS.iter().any(|(known, _)| *known == key), "{key:?}");
        }
    }

    #[test]
    fn mistakes_are_listed_with_line_and_remedy_and_good_lines_apply() {
        let text = "\u{feff}# my remote\nKEY_A = \"ok\"\n[keys]\nKEY_F9 = \"Menu\" # comment\n\
                    ok = \"ok\"\nKEY_F8 = \"okay\"\nKEY_F7 = 7\nKEY_F6 = \nKEY_MUTE = \"none\"\n\
                    [scancode]\nKEY_F5 = \"ok\"\n[scancodes]\n0x8011a = \"ok\"\n12 = \"ok\"\n";
        let (keymap, mistakes) = Keymap::parse(text);
        let lines: Vec<_> = mistakes.iter().map(|m| m.line).collect();
        assert_eq!(lines, [2, 5, 6, 7, 8, 10, 14]);
        assert_eq!(mistakes[1].write, "KEY_OK");
        assert_eq!(mistakes[3].write, "KEY_F7 = \"7\"");
        assert!(mistakes[2].write.contains("page_up"));
        assert_eq!(
            mistakes[5].to_string(),
            "第 10 行：不认识的段 [scancode]。请写：[keys] 或 [scancodes]"
        );
        assert_eq!(keymap.key(KeyCode::KEY_F9.0), Some(RemoteKey::Menu));
        assert_eq!(keymap.key(KeyCode::KEY_MUTE.0), None);
        assert_eq!(keymap.scancode(0x8011a), Some(Some(RemoteKey::Ok)));
        assert_eq!(keymap.scancode(0x1), None);
    }

    #[test]
    fn what_was_learnt_is_read_back() {
        let mut learnt = Keymap::default();
        learnt.set_key(KeyCode::KEY_F12.0, Some(RemoteKey::Digit(4)));
        learnt.set_key(KeyCode::KEY_MUTE.0, None);
        learnt.set_scancode(0x40bf, Some(RemoteKey::PageDown));
        assert_eq!(Keymap::parse(&learnt.to_toml()), (learnt, Vec::new()));
    }
}
