//! Keys of the remote control, whatever they come from.
//!
//! Sources ([`evdev`], [`keyboard`], [`gamepad`], the virtual TV) only say which key went down or
//! up: a [`SourceEvent`]. One [`hub::KeyHub`] in the window's thread turns these into
//! [`KeyEvent`]s with our own hold-to-repeat, so that every remote feels the same.

pub mod evdev;
pub mod gamepad;
pub mod hub;
pub mod keyboard;
pub mod keyfile;
pub mod keymap;
mod names;
pub mod repeat;
pub mod wedge;

use serde::{Deserialize, Serialize};

/// A key of a TV remote control. Everything the application does can be done with the first six.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteKey {
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// 确定
    Ok,
    /// 返回
    Back,
    /// 主页
    Home,
    /// 菜单
    Menu,
    /// 0 to 9
    Digit(u8),
    /// Red: 一键服务
    Red,
    /// Green: 签到
    Green,
    /// Yellow: 朗读
    Yellow,
    /// Blue: 字号
    Blue,
    /// One page up (also channel up).
    PageUp,
    /// One page down (also channel down).
    PageDown,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// Play or pause, whichever it is not.
    PlayPause,
    /// Stop.
    Stop,
    /// Fast forward.
    Forward,
    /// Rewind.
    Rewind,
    /// Next programme.
    Next,
    /// Previous programme.
    Previous,
    /// Louder.
    VolumeUp,
    /// Softer.
    VolumeDown,
    /// Sound off and on.
    Mute,
    /// 字幕
    Captions,
    /// 搜索
    Search,
    /// Delete the last character.
    Delete,
    /// The television goes to sleep, as the remote or HDMI-CEC says.
    Standby,
}

/// How a key came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// It went down.
    Down,
    /// It is being held: first after 400 ms, then every 80 ms.
    Repeat,
    /// It was let go.
    Up,
}

/// One key event with the moment it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// Which key.
    pub key: RemoteKey,
    /// Down, held or let go.
    pub press: Press,
    /// When the kernel or the window saw it: milliseconds of a monotonic clock.
    pub at_ms: u64,
}

/// Which thing a key was pressed on. Keys are held per source, so that unplugging one remote lets
/// go of its keys only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The keyboard of our window.
    Window,
    /// The remote on the virtual TV's page.
    Virtual,
    /// A gamepad, numbered by gilrs.
    Gamepad(usize),
    /// An evdev device: the number of `/dev/input/eventN`.
    Device(u32),
}

/// What happened on a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The key went down.
    Down(RemoteKey),
    /// The key was let go.
    Up(RemoteKey),
    /// The source went away, or the window lost the focus: whatever was held is let go.
    Gone,
}

/// A change on a source, before hold-to-repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceEvent {
    /// Where.
    pub source: Source,
    /// What.
    pub change: Change,
}
