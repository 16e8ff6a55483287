//! The pictures of a bulletin, one after the other.

use contract::bulletin::Block;
use contract::file::Picture;

use super::magnifier::{Looked, Magnifier};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The screen of one picture.
pub struct PictureScreen {
    id: String,
    block: usize,
    focus: FocusMap,
    pictures: Vec<(usize, Picture)>,
    at: usize,
    magnifier: Magnifier,
}

impl PictureScreen {
    /// A picture of a bulletin.
    #[must_use]
    pub fn new(id: &str, block: usize) -> Self {
        Self {
            id: id.to_owned(),
            block,
            focus: focus(),
            pictures: Vec::new(),
            at: 0,
            magnifier: Magnifier::new(),
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

    /// How it is looked at.
    #[must_use]
    pub const fn magnifier(&self) -> &Magnifier {
        &self.magnifier
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
}

/// The focus of a picture on the whole screen.
pub(in crate::screens) fn focus() -> FocusMap {
    let whole = Area::new(0, 0, 1920, 1080);
    let zone = Zone::new("picture", Layout::Row, whole).with_items(["picture"]);
    FocusMap::new("picture", vec![zone])
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
            Input::Tick => self.magnifier.tick(context),
            Input::Key(key, press) => match self.magnifier.key(*key, *press, context) {
                Looked::On => {}
                Looked::Turned(forward) => self.turn(forward),
                Looked::Left => return vec![Effect::Back],
            },
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
        self.magnifier.wake_at()
    }
}
