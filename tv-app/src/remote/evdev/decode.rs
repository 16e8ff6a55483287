//! Kernel input events of one device → keys of the remote. Pure: events and times in, changes out.

use evdev::{EventType, KeyCode, MiscCode, SynchronizationCode};

use crate::remote::keymap::Keymap;
use crate::remote::{Change, RemoteKey};

/// A button that the kernel has no name for sends its scancode about every 110 ms and never says
/// that it was let go; after this many milliseconds without one it was.
pub const SCANCODE_RELEASE_MS: u64 = 250;

/// `struct input_event` without its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawInput {
    /// Event type (`EV_KEY`…).
    pub kind: u16,
    /// Event code (`KEY_OK`…).
    pub code: u16,
    /// Value: for keys 0 up, 1 down, 2 the kernel's own repetition.
    pub value: i32,
}

/// A button that went down, for the key test and for learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The device's name.
    pub device: String,
    /// The kernel's key code, if it has one for this button.
    pub code: Option<u16>,
    /// The scancode, if the device tells it.
    pub scancode: Option<u32>,
    /// What the keymap makes of it.
    pub key: Option<RemoteKey>,
}

/// What came out of the decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A key went down or up.
    Change(Change),
    /// A button went down, known or not.
    Seen(Seen),
}

#[derive(Clone, Copy, Debug)]
struct HeldKey {
    code: u16,
    scancode: Option<u32>,
    key: RemoteKey,
}

#[derive(Clone, Copy, Debug)]
struct HeldScancode {
    scancode: u32,
    key: Option<RemoteKey>,
    until_ms: u64,
}

/// The state of one device.
#[derive(Debug)]
pub struct Decoder {
    device: String,
    beside_window: bool,
    held: Vec<HeldKey>,
    held_scancode: Option<HeldScancode>,
    /// The scancode of the report being read.
    scancode: Option<u32>,
    /// Whether the report being read had a key in it.
    key_in_report: bool,
    /// The kernel lost events; nothing counts until the next report.
    dropping: bool,
}

impl Decoder {
    /// For a device of this name. `beside_window` leaves out the keys that the window's keyboard
    /// delivers itself.
    #[must_use]
    pub fn new(device: String, beside_window: bool) -> Self {
        Self {
            device,
            beside_window,
            held: Vec::new(),
            held_scancode: None,
            scancode: None,
            key_in_report: false,
            dropping: false,
        }
    }

    /// Takes the next event, seen at `now_ms`.
    pub fn feed(&mut self, event: RawInput, keymap: &Keymap, now_ms: u64) -> Vec<Decoded> {
        let kind = EventType(event.kind);
        if self.dropping && kind != EventType::SYNCHRONIZATION {
            return Vec::new();
        }
        match kind {
            EventType::MISC if event.code == MiscCode::MSC_SCAN.0 => {
                self.scancode = Some(event.value.cast_unsigned());
                Vec::new()
            }
            EventType::KEY => {
                self.key_in_report = true;
                self.key(event, keymap)
            }
            EventType::SYNCHRONIZATION if event.code == SynchronizationCode::SYN_DROPPED.0 => {
                self.dropping = true;
                Vec::new()
            }
            EventType::SYNCHRONIZATION if event.code == SynchronizationCode::SYN_REPORT.0 => {
                self.report(keymap, now_ms)
            }
            // Pointer movement of air mice, LEDs, switches.
            _ => Vec::new(),
        }
    }

    /// When [`Decoder::expire`] has something to do, if ever.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        self.held_scancode.map(|held| held.until_ms)
    }

    /// Lets go of a button without a key code that was not heard of any more.
    pub fn expire(&mut self, now_ms: u64) -> Vec<Decoded> {
        match self.held_scancode {
            Some(held) if now_ms >= held.until_ms => self.release_scancode(),
            _ => Vec::new(),
        }
    }

    fn key(&mut self, event: RawInput, keymap: &Keymap) -> Vec<Decoded> {
        let scancode = self.scancode;
        match event.value {
            0 => self.key_up(event.code),
            1 => {
                // A second press without a release: the release was lost.
                let mut out = self.key_up(event.code);
                let hidden = self.beside_window && window_delivers(event.code);
                let meant = scancode
                    .and_then(|scancode| keymap.scancode(scancode))
                    .unwrap_or_else(|| keymap.key(event.code));
                out.push(Decoded::Seen(Seen {
                    device: self.device.clone(),
                    code: Some(event.code),
                    scancode,
                    key: meant,
                }));
                if let Some(key) = meant.filter(|_| !hidden) {
                    self.held.push(HeldKey {
                        code: event.code,
                        scancode,
                        key,
                    });
                    out.push(Decoded::Change(Change::Down(key)));
                }
                out
            }
            // 2: the kernel's repetition; we have our own.
            _ => Vec::new(),
        }
    }

    /// Goes by what was pressed, not by what the keymap says now: it may have been edited since.
    fn key_up(&mut self, code: u16) -> Vec<Decoded> {
        let position = self.held.iter().position(|held| held.code == code);
        position
            .map(|at| Decoded::Change(Change::Up(self.held.remove(at).key)))
            .into_iter()
            .collect()
    }

    fn report(&mut self, keymap: &Keymap, now_ms: u64) -> Vec<Decoded> {
        let scancode = self.scancode.take();
        let had_key = std::mem::take(&mut self.key_in_report);
        if std::mem::take(&mut self.dropping) {
            self.held.clear();
            self.held_scancode = None;
            return vec![Decoded::Change(Change::Gone)];
        }
        match scancode {
            Some(scancode) if !had_key => self.scancode_alone(scancode, keymap, now_ms),
            _ => Vec::new(),
        }
    }

    fn scancode_alone(&mut self, scancode: u32, keymap: &Keymap, now_ms: u64) -> Vec<Decoded> {
        if self.held.iter().any(|held| held.scancode == Some(scancode)) {
            // rc-core sends the scancode again while a key with a code is held.
            return Vec::new();
        }
        let until_ms = now_ms + SCANCODE_RELEASE_MS;
        if let Some(held) = &mut self.held_scancode
            && held.scancode == scancode
        {
            held.until_ms = until_ms;
            return Vec::new();
        }
        let mut out = self.release_scancode();
        let key = keymap.scancode(scancode).flatten();
        self.held_scancode = Some(HeldScancode {
            scancode,
            key,
            until_ms,
        });
        out.push(Decoded::Seen(Seen {
            device: self.device.clone(),
            code: None,
            scancode: Some(scancode),
            key,
        }));
        out.extend(key.map(|key| Decoded::Change(Change::Down(key))));
        out
    }

    fn release_scancode(&mut self) -> Vec<Decoded> {
        let key = self.held_scancode.take().and_then(|held| held.key);
        key.map(|key| Decoded::Change(Change::Up(key)))
            .into_iter()
            .collect()
    }
}

/// Keys that a window gets as text or as a named key. Those above the main block of a PC keyboard
/// (media keys, colour keys, OK) are lost between the kernel and Slint.
fn window_delivers(code: u16) -> bool {
    let volume = KeyCode::KEY_MUTE.0..=KeyCode::KEY_VOLUMEUP.0;
    code <= KeyCode::KEY_COMPOSE.0 && !volume.contains(&code)
}
