//! Gamepads through gilrs, for rooms whose remote got lost.
//!
//! | gamepad | means |
//! |---|---|
//! | D-pad, left stick | arrows |
//! | South (A, ✕) | OK |
//! | East (B, ○) | 返回 |
//! | North (Y, △), West (X, □) | 字幕, play or pause |
//! | shoulders | one page |
//! | triggers | rewind, fast forward |
//! | Start, Select, Mode | 菜单, 搜索, 主页 |

use std::thread::JoinHandle;

use gilrs::{Axis, Button, EventType, GilrsBuilder};

use super::hub::KeySender;
use super::{Change, RemoteKey, Source, SourceEvent};

/// Beyond this share of its way the stick presses an arrow…
const PRESS: f32 = 0.6;
/// …and it lets go again only below this one, so that a trembling hand does not rattle.
const RELEASE: f32 = 0.35;

/// What a button means.
#[must_use]
pub fn button_key(button: Button) -> Option<RemoteKey> {
    Some(match button {
        Button::DPadUp => RemoteKey::Up,
        Button::DPadDown => RemoteKey::Down,
        Button::DPadLeft => RemoteKey::Left,
        Button::DPadRight => RemoteKey::Right,
        Button::South => RemoteKey::Ok,
        Button::East => RemoteKey::Back,
        Button::North => RemoteKey::Captions,
        Button::West => RemoteKey::PlayPause,
        Button::LeftTrigger => RemoteKey::PageUp,
        Button::RightTrigger => RemoteKey::PageDown,
        Button::LeftTrigger2 => RemoteKey::Rewind,
        Button::RightTrigger2 => RemoteKey::Forward,
        Button::Start => RemoteKey::Menu,
        Button::Select => RemoteKey::Search,
        Button::Mode => RemoteKey::Home,
        _ => return None,
    })
}

/// The left stick as four arrows, of which at most one is pressed.
#[derive(Debug, Default)]
pub struct Stick {
    x: f32,
    y: f32,
    pressed: Option<RemoteKey>,
}

impl Stick {
    /// Takes a new position of one axis (−1 to 1, up and right positive); returns what changed.
    pub fn moved(&mut self, axis: Axis, value: f32) -> Vec<Change> {
        match axis {
            Axis::LeftStickX => self.x = value,
            Axis::LeftStickY => self.y = value,
            _ => return Vec::new(),
        }
        let wanted = self.wanted();
        if wanted == self.pressed {
            return Vec::new();
        }
        let before = std::mem::replace(&mut self.pressed, wanted);
        let released = before.map(Change::Up);
        released
            .into_iter()
            .chain(wanted.map(Change::Down))
            .collect()
    }

    fn wanted(&self) -> Option<RemoteKey> {
        let still = self.pressed.filter(|key| self.along(*key) >= RELEASE);
        if still.is_some() {
            return still;
        }
        let arrows = [
            RemoteKey::Up,
            RemoteKey::Down,
            RemoteKey::Left,
            RemoteKey::Right,
        ];
        let strongest = arrows
            .into_iter()
            .max_by(|a, b| self.along(*a).total_cmp(&self.along(*b)))?;
        (self.along(strongest) >= PRESS).then_some(strongest)
    }

    fn along(&self, key: RemoteKey) -> f32 {
        match key {
            RemoteKey::Up => self.y,
            RemoteKey::Down => -self.y,
            RemoteKey::Left => -self.x,
            RemoteKey::Right => self.x,
            _ => 0.0,
        }
    }
}

/// Starts the gamepad thread. It waits in the kernel and ends when the window is gone. `None` when
/// gamepads cannot be had on this machine (no udev, no permission), which is logged and no error.
#[must_use]
pub fn start(keys: KeySender) -> Option<JoinHandle<()>> {
    let thread = std::thread::Builder::new()
        .name("gamepads".into())
        .spawn(move || {
            // Opened in its own thread: looking through the devices must not delay the first frame.
            match GilrsBuilder::new().build() {
                Ok(gilrs) => run(gilrs, &keys),
                Err(error) => tracing::info!(%error, "no gamepads on this machine"),
            }
        });
    thread
        .inspect_err(|error| tracing::warn!(%error, "could not start the gamepad thread"))
        .ok()
}

fn run(mut gilrs: gilrs::Gilrs, keys: &KeySender) {
    let mut sticks: std::collections::HashMap<usize, Stick> = std::collections::HashMap::new();
    while let Some(event) = gilrs.next_event_blocking(None) {
        let id = usize::from(event.id);
        for change in changes(event.event, sticks.entry(id).or_default()) {
            let event = SourceEvent {
                source: Source::Gamepad(id),
                change,
            };
            if keys.send(event).is_err() {
                return;
            }
        }
    }
}

/// What an event of one gamepad means; `stick` is that gamepad's left stick.
pub fn changes(event: EventType, stick: &mut Stick) -> Vec<Change> {
    match event {
        EventType::ButtonPressed(button, _) => {
            button_key(button).map(Change::Down).into_iter().collect()
        }
        EventType::ButtonReleased(button, _) => {
            button_key(button).map(Change::Up).into_iter().collect()
        }
        EventType::AxisChanged(axis, value, _) => stick.moved(axis, value),
        EventType::Disconnected => {
            *stick = Stick::default();
            vec![Change::Gone]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stick_has_a_dead_zone_and_hysteresis() {
        let mut stick = Stick::default();
        assert!(stick.moved(Axis::LeftStickY, 0.5).is_empty());
        assert_eq!(
            stick.moved(Axis::LeftStickY, 0.61),
            [Change::Down(RemoteKey::Up)]
        );
        assert!(stick.moved(Axis::LeftStickY, 0.4).is_empty());
        assert!(stick.moved(Axis::LeftStickY, 0.9).is_empty());
        assert_eq!(
            stick.moved(Axis::LeftStickY, 0.3),
            [Change::Up(RemoteKey::Up)]
        );
    }

    #[test]
    fn a_diagonal_keeps_to_one_arrow_and_a_flick_changes_it_cleanly() {
        let mut stick = Stick::default();
        stick.moved(Axis::LeftStickX, 0.8);
        assert!(stick.moved(Axis::LeftStickY, 0.9).is_empty());
        stick.moved(Axis::LeftStickY, 0.0);
        assert_eq!(
            stick.moved(Axis::LeftStickX, -1.0),
            [Change::Up(RemoteKey::Right), Change::Down(RemoteKey::Left)]
        );
    }

    #[test]
    fn the_right_stick_is_nobodys() {
        assert!(Stick::default().moved(Axis::RightStickX, 1.0).is_empty());
    }

    #[test]
    fn unplugging_lets_go() {
        let mut stick = Stick::default();
        stick.moved(Axis::LeftStickX, 1.0);
        assert_eq!(changes(EventType::Disconnected, &mut stick), [Change::Gone]);
        assert!(stick.moved(Axis::LeftStickX, 0.0).is_empty());
    }

    #[test]
    fn buttons_cover_the_six_keys() {
        for key in [
            RemoteKey::Up,
            RemoteKey::Down,
            RemoteKey::Left,
            RemoteKey::Right,
            RemoteKey::Ok,
            RemoteKey::Back,
        ] {
            let buttons = [
                Button::DPadUp,
                Button::DPadDown,
                Button::DPadLeft,
                Button::DPadRight,
                Button::South,
                Button::East,
            ];
            assert!(buttons.into_iter().any(|b| button_key(b) == Some(key)));
        }
    }
}
