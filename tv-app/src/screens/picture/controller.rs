//! Zoom and pan by keys: OK magnifies, arrows move, Back takes one step back.

use contract::bulletin::Block;
use contract::file::Picture;

use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// How often the picture can be doubled.
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

/// The screen of one picture.
pub struct PictureScreen {
    id: String,
    block: usize,
    focus: FocusMap,
    pictures: Vec<(usize, Picture)>,
    at: usize,
    zoom: u32,
    centre: (f32, f32),
    bar_until: u64,
}

impl PictureScreen {
    /// A picture of a bulletin.
    #[must_use]
    pub fn new(id: &str, block: usize) -> Self {
        Self {
            id: id.to_owned(),
            block,
            focus: FocusMap::new(
                "picture",
                vec![
                    Zone::new("picture", Layout::Row, Area::new(0, 0, 1920, 1080))
                        .with_items(["picture"]),
                ],
            ),
            pictures: Vec::new(),
            at: 0,
            zoom: 1,
            centre: (0.5, 0.5),
            bar_until: 0,
        }
    }

    /// The picture.
    #[must_use]
    pub fn picture(&self) -> Option<&Picture> {
        self.pictures.get(self.at).map(|(_, picture)| picture)
    }

    /// Its number among the bulletin's pictures, from 1, and how many there are.
    #[must_use]
    pub fn number(&self) -> (usize, usize) {
        (self.at + 1, self.pictures.len())
    }

    /// How many times it is magnified.
    #[must_use]
    pub const fn zoom(&self) -> u32 {
        self.zoom
    }

    /// Whether the keys are explained; they always are before the first zoom.
    #[must_use]
    pub fn shows_bar(&self) -> bool {
        self.zoom == 1 || self.bar_until > 0
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

    fn read(&mut self, context: &Context<'_>) {
        let body = context
            .cache
            .bulletin(&self.id)
            .map(|bulletin| bulletin.body)
            .unwrap_or_default();
        self.pictures = body
            .into_iter()
            .enumerate()
            .filter_map(|(index, block)| match block {
                Block::Picture(picture) => Some((index, picture)),
                _ => None,
            })
            .collect();
        self.at = self
            .pictures
            .iter()
            .position(|(index, _)| *index == self.block)
            .unwrap_or(0);
    }

    fn turn(&mut self, forward: bool) {
        let count = self.pictures.len();
        if count > 1 {
            self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
            self.block = self.pictures[self.at].0;
        }
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

impl Controller for PictureScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => {
                self.read(context);
                if self.pictures.is_empty() {
                    return vec![Effect::Back];
                }
            }
            Input::Tick => self.bar_until = 0,
            Input::Key(_, Press::Up) => {}
            Input::Key(key, press) => {
                if self.zoom > 1 {
                    self.bar_until = context.ticks_ms + BAR_MS;
                }
                match (key, press) {
                    (RemoteKey::Ok, Press::Down) if self.zoom < MAX_ZOOM => {
                        self.zoom *= 2;
                        self.bar_until = context.ticks_ms + BAR_MS;
                    }
                    (RemoteKey::Back, Press::Down) if self.zoom > 1 => {
                        self.zoom /= 2;
                        if self.zoom == 1 {
                            self.centre = (0.5, 0.5);
                        }
                    }
                    (RemoteKey::Back, Press::Down) => return vec![Effect::Back],
                    (RemoteKey::Left | RemoteKey::PageUp, _) if self.zoom == 1 => self.turn(false),
                    (RemoteKey::Right | RemoteKey::PageDown, _) if self.zoom == 1 => {
                        self.turn(true);
                    }
                    (RemoteKey::Left, _) => self.pan(-STEP, 0.0),
                    (RemoteKey::Right, _) => self.pan(STEP, 0.0),
                    (RemoteKey::Up, _) => self.pan(0.0, -STEP),
                    (RemoteKey::Down, _) => self.pan(0.0, STEP),
                    _ => {}
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Picture {
            id: self.id.clone(),
            block: self.block,
        }
    }

    fn wake_at(&self) -> Option<u64> {
        (self.bar_until > 0).then_some(self.bar_until)
    }
}
