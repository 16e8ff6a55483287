//! Names of [`RemoteKey`]s: for the keymap file, the wire and the screen.

use super::RemoteKey;

/// Every key once, with the name used in files and on the wire and the name shown to people.
const NAMES: [(RemoteKey, &str, &str); 39] = [
    (RemoteKey::Up, "up", "上"),
    (RemoteKey::Down, "down", "下"),
    (RemoteKey::Left, "left", "左"),
    (RemoteKey::Right, "right", "右"),
    (RemoteKey::Ok, "ok", "确定"),
    (RemoteKey::Back, "back", "返回"),
    (RemoteKey::Home, "home", "主页"),
    (RemoteKey::Menu, "menu", "菜单"),
    (RemoteKey::Digit(0), "0", "0"),
    (RemoteKey::Digit(1), "1", "1"),
    (RemoteKey::Digit(2), "2", "2"),
    (RemoteKey::Digit(3), "3", "3"),
    (RemoteKey::Digit(4), "4", "4"),
    (RemoteKey::Digit(5), "5", "5"),
    (RemoteKey::Digit(6), "6", "6"),
    (RemoteKey::Digit(7), "7", "7"),
    (RemoteKey::Digit(8), "8", "8"),
    (RemoteKey::Digit(9), "9", "9"),
    (RemoteKey::Red, "red", "红键"),
    (RemoteKey::Green, "green", "绿键"),
    (RemoteKey::Yellow, "yellow", "黄键"),
    (RemoteKey::Blue, "blue", "蓝键"),
    (RemoteKey::PageUp, "page_up", "上一页"),
    (RemoteKey::PageDown, "page_down", "下一页"),
    (RemoteKey::Play, "play", "播放"),
    (RemoteKey::Pause, "pause", "暂停"),
    (RemoteKey::PlayPause, "play_pause", "播放或暂停"),
    (RemoteKey::Stop, "stop", "停止"),
    (RemoteKey::Forward, "forward", "快进"),
    (RemoteKey::Rewind, "rewind", "快退"),
    (RemoteKey::Next, "next", "下一个"),
    (RemoteKey::Previous, "previous", "上一个"),
    (RemoteKey::VolumeUp, "volume_up", "音量加"),
    (RemoteKey::VolumeDown, "volume_down", "音量减"),
    (RemoteKey::Mute, "mute", "静音"),
    (RemoteKey::Captions, "captions", "字幕"),
    (RemoteKey::Search, "search", "搜索"),
    (RemoteKey::Delete, "delete", "删除"),
    (RemoteKey::Standby, "standby", "待机"),
];

impl RemoteKey {
    /// Every key once, in the order of a remote control from top to bottom.
    pub fn all() -> impl Iterator<Item = RemoteKey> {
        NAMES.iter().map(|(key, _, _)| *key)
    }

    /// The name in keymap files and on the wire: `"ok"`, `"page_up"`, `"5"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// The name in plain Chinese, as printed on a remote control.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.entry().2
    }

    /// The key with this [`name`](Self::name); upper and lower case and `-` for `_` do not matter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        NAMES
            .iter()
            .find(|(_, known, _)| *known == name)
            .map(|(key, _, _)| *key)
    }

    /// Whether holding the key repeats it. OK, Back and the colour keys do not: an elder who
    /// presses long must not confirm twice or leave two screens.
    #[must_use]
    pub fn repeats(self) -> bool {
        matches!(
            self,
            Self::Up
                | Self::Down
                | Self::Left
                | Self::Right
                | Self::PageUp
                | Self::PageDown
                | Self::Forward
                | Self::Rewind
                | Self::VolumeUp
                | Self::VolumeDown
                | Self::Delete
        )
    }

    fn entry(self) -> &'static (RemoteKey, &'static str, &'static str) {
        // A digit above 9 cannot be pressed on any remote; it reads as 9 rather than panicking.
        let wanted = match self {
            Self::Digit(n) => Self::Digit(n.min(9)),
            other => other,
        };
        NAMES
            .iter()
            .find(|(key, _, _)| *key == wanted)
            .unwrap_or(&NAMES[4])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_lead_back_to_their_key_and_are_unique() {
        let mut seen = HashSet::new();
        for key in RemoteKey::all() {
            assert_eq!(RemoteKey::from_name(key.name()), Some(key));
            assert!(seen.insert(key.name()), "{} twice", key.name());
            assert!(!key.label().is_empty());
        }
        assert_eq!(seen.len(), 39);
    }

    #[test]
    fn case_and_dashes_do_not_matter() {
        assert_eq!(RemoteKey::from_name(" Page-Up "), Some(RemoteKey::PageUp));
        assert_eq!(RemoteKey::from_name("okay"), None);
    }
}
