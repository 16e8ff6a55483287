//! Reading: the text scrolls by lines, and stops at tables and pictures on its way.

use contract::bulletin::{Block, Bulletin};

use super::layout::{Laid, Opens, Piece, PieceKind, lay_out};
use crate::cache::Gone;
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::kit::Act;
use crate::screens::kit::reading::Reading;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The screen of one bulletin.
pub struct BulletinScreen {
    id: String,
    reading: Reading<Opens>,
    bulletin: Option<Bulletin>,
    missing: Option<Gone>,
    list_title: String,
    laid: Laid,
    speaking: Option<usize>,
}

impl BulletinScreen {
    /// The bulletin with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            reading: Reading::new(),
            bulletin: None,
            missing: None,
            list_title: String::new(),
            laid: Laid::default(),
            speaking: None,
        }
    }

    /// Name of the list it is in.
    #[must_use]
    pub fn list_title(&self) -> &str {
        &self.list_title
    }

    /// Why it is not here, when it is not: gone while it was open, or before.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// The pieces in view: pictures also in part, lines and rows only whole.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        self.laid.pieces.iter().filter(|piece| {
            if matches!(piece.kind, PieceKind::Picture(..)) {
                self.reading.shows_part(piece.y, piece.height)
            } else {
                self.reading.shows(piece.y, piece.height)
            }
        })
    }

    /// The part of it in view, and what has the focus.
    #[must_use]
    pub const fn reading(&self) -> &Reading<Opens> {
        &self.reading
    }

    /// The block that is being read aloud, and whether anything is.
    #[must_use]
    pub fn spoken_block(&self) -> (bool, Option<usize>) {
        (
            self.speaking.is_some(),
            self.speaking
                .and_then(|at| self.laid.spoken.get(at))
                .and_then(|(block, _)| *block),
        )
    }

    fn read(&mut self, context: &Context<'_>) {
        let fresh = context.cache.bulletin(&self.id);
        self.missing = fresh.is_none().then(|| context.cache.gone(&self.id));
        if let Some(bulletin) = fresh {
            self.list_title = find_listing(context, &bulletin.list)
                .map(|listing| listing.title)
                .unwrap_or_default();
            self.bulletin = Some(bulletin);
        } else if self.bulletin.is_some() {
            // Gone while it was being read: it must not stay on the screen.
            self.bulletin = None;
        }
        self.laid = self
            .bulletin
            .as_ref()
            .map(|bulletin| lay_out(bulletin, context.metrics, context.typesetter))
            .unwrap_or_default();
        self.reading.set(
            self.laid.stops.clone(),
            self.laid.height,
            context.metrics,
            |opens| opens.block.to_string(),
        );
    }

    fn choose(&self) -> Effects {
        let Some(stop) = self.reading.focused() else {
            return Effects::new();
        };
        let Opens { block, picture } = stop.what;
        let id = self.id.clone();
        vec![Effect::Open(if picture {
            Route::Picture { id, block }
        } else {
            Route::Table { id, block }
        })]
    }
}

impl Controller for BulletinScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown => {
                self.read(context);
                if self.bulletin.is_some() {
                    return vec![Effect::MarkRead(self.id.clone())];
                }
            }
            Input::Changed | Input::Resized => {
                self.read(context);
                if self.missing.is_some() && self.speaking.is_some() {
                    // Nor is it read to its end.
                    return vec![Effect::Speak(Vec::new())];
                }
            }
            Input::Speaking(at) => self.speaking = *at,
            Input::Key(RemoteKey::Yellow, Press::Down) => {
                let text = if self.speaking.is_some() {
                    Vec::new()
                } else {
                    self.laid
                        .spoken
                        .iter()
                        .map(|(_, text)| text.clone())
                        .collect()
                };
                return vec![Effect::Speak(text)];
            }
            Input::Key(key, press) => match self.reading.act(*key, *press) {
                Act::Left => return vec![Effect::Speak(Vec::new()), Effect::Back],
                Act::Chosen(_) => return self.choose(),
                Act::Moved | Act::Unused => {}
            },
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.reading.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.reading.focus
    }

    fn route(&self) -> Route {
        Route::Bulletin {
            id: self.id.clone(),
        }
    }
}

/// The block of a bulletin with this index.
#[must_use]
pub fn find_block(context: &Context<'_>, id: &str, block: usize) -> Option<Block> {
    context.cache.bulletin(id)?.body.into_iter().nth(block)
}
