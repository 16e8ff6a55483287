//! Looking at one picture: OK magnifies, arrows move, Back takes one step back.

use crate::remote::{Press, RemoteKey};
use crate::screens::Context;

/// How often a picture can be doubled.
const MAX_ZOOM: u32 = 4;
/// Share of the view that one arrow moves.
const STEP: f32 = 0.25;
/// How long the keys are explained after the last one, in ms (UX: controls hide after 5 s).
const BAR_MS: u64 = 5_000;

/// The part of a picture in view, as shares of its width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width and height.
    pub share: f32,
}

/// What a key led to, outside of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Nothing: one looks on.
    On,
    /// At another one: the next, otherwise the one before.
    Turned(bool),
    /// Away.
    Left,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Magnifier {
    zoom: u32,
    centre: (f32, f32),
    bar_until: u64,
}

impl Magnifier {
    /// The whole picture.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            zoom: 1,
            centre: (0.5, 0.5),
            bar_until: 0,
        }
    }

    /// How many times it is magnified.
    #[must_use]
    pub const fn zoom(&self) -> u32 {
        self.zoom
    }

    /// Whether OK magnifies it further.
    #[must_use]
    pub const fn can_magnify(&self) -> bool {
        self.zoom < MAX_ZOOM
    }

    /// Whether the keys are explained; they always are before the first zoom.
    #[must_use]
    pub const fn shows_bar(&self) -> bool {
        self.zoom == 1 || self.bar_until > 0
    }

    /// When the keys are not explained any more, in monotonic ms.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        (self.bar_until > 0).then_some(self.bar_until)
    }

    /// The part in view.
    #[must_use]
    pub fn view(&self) -> View {
        #[expect(clippy::cast_precision_loss, reason = "the zoom is 1, 2 or 4")]
        let share = 1.0 / self.zoom as f32;
        View {
            x: (self.centre.0 - share / 2.0).clamp(0.0, 1.0 - share),
            y: (self.centre.1 - share / 2.0).clamp(0.0, 1.0 - share),
            share,
        }
    }

    /// The moment it asked for has come.
    pub const fn tick(&mut self, context: &Context<'_>) {
        if context.ticks_ms >= self.bar_until {
            self.bar_until = 0;
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Looked {
        if press == Press::Up {
            return Looked::On;
        }
        if self.zoom > 1 {
            self.bar_until = context.ticks_ms + BAR_MS;
        }
        match (key, press) {
            (RemoteKey::Ok, Press::Down) if self.can_magnify() => {
                self.zoom *= 2;
                self.bar_until = context.ticks_ms + BAR_MS;
            }
            (RemoteKey::Back, Press::Down) if self.zoom > 1 => {
                self.zoom /= 2;
                if self.zoom == 1 {
                    self.centre = (0.5, 0.5);
                }
            }
            (RemoteKey::Back, Press::Down) => return Looked::Left,
            (RemoteKey::Left | RemoteKey::PageUp, _) if self.zoom == 1 => {
                return Looked::Turned(false);
            }
            (RemoteKey::Right | RemoteKey::PageDown, _) if self.zoom == 1 => {
                return Looked::Turned(true);
            }
            (RemoteKey::Left, _) => self.pan(-STEP, 0.0),
            (RemoteKey::Right, _) => self.pan(STEP, 0.0),
            (RemoteKey::Up, _) => self.pan(0.0, -STEP),
            (RemoteKey::Down, _) => self.pan(0.0, STEP),
            _ => {}
        }
        Looked::On
    }

    fn pan(&mut self, x: f32, y: f32) {
        let view = self.view();
        let half = view.share / 2.0;
        self.centre = (
            (view.x + half + x * view.share).clamp(half, 1.0 - half),
            (view.y + half + y * view.share).clamp(half, 1.0 - half),
        );
    }
}

impl Default for Magnifier {
    fn default() -> Self {
        Self::new()
    }
}
