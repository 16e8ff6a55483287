//! A grid of cards.

use contract::township::{Listing, ListingKind};

use crate::cache::{KeepState, Order, RowPicture};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::window::Window;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// One card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Id of the document.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who publishes it.
    pub organization: String,
    /// Cover or poster.
    pub picture: Option<RowPicture>,
    /// Length in ms; 0 for an honour.
    pub duration_ms: i64,
    /// Share that was really watched, 0 to 1.
    pub progress: f32,
    /// Most of it was watched.
    pub finished: bool,
    /// Kept for watching offline.
    pub kept: bool,
}

impl From<crate::cache::ProgrammeRow> for Card {
    fn from(row: crate::cache::ProgrammeRow) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a share of a bar some hundred pixels long"
        )]
        let progress = if row.duration_ms > 0 {
            row.seen_ms as f32 / row.duration_ms as f32
        } else {
            0.0
        };
        Self {
            id: row.id,
            title: row.title,
            organization: row.organization,
            picture: Some(row.poster),
            duration_ms: row.duration_ms,
            progress: progress.clamp(0.0, 1.0),
            finished: row.finished,
            kept: row.kept == KeepState::Kept,
        }
    }
}

impl From<crate::cache::BulletinRow> for Card {
    fn from(row: crate::cache::BulletinRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            organization: row.organization,
            picture: row.cover,
            ..Self::default()
        }
    }
}

/// The screen of one gallery or category.
pub struct Cards {
    list: String,
    window: Window,
    listing: Listing,
    cards: Vec<Card>,
}

impl Cards {
    /// The list with this id.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            window: Window::new(),
            listing: Listing::default(),
            cards: Vec::new(),
        }
    }

    /// Name, kind and purpose of the list.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// All cards.
    #[must_use]
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// Whether these are portraits rather than film posters.
    #[must_use]
    pub fn are_portraits(&self) -> bool {
        self.listing.kind == ListingKind::Honours
    }

    /// What is in view.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    fn read(&mut self, context: &Context<'_>) {
        if let Some(listing) = find_listing(context, &self.list) {
            self.listing = listing;
        }
        let metrics = context.metrics;
        let (cards, columns, rows) = if self.are_portraits() {
            let rows = context.cache.bulletins(&self.list, Order::Newest);
            (
                rows.into_iter().map(Card::from).collect(),
                metrics.portrait_columns,
                1,
            )
        } else {
            let rows = context.cache.programmes(&self.list);
            (
                rows.into_iter().map(Card::from).collect::<Vec<_>>(),
                metrics.poster_columns,
                metrics.poster_rows,
            )
        };
        self.cards = cards;
        self.window.set(
            self.cards.iter().map(|card| card.id.as_str()),
            columns,
            rows,
        );
    }
}

impl Controller for Cards {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Key(RemoteKey::Ok | RemoteKey::Play | RemoteKey::PlayPause, Press::Down) => {
                let Some(index) = self.window.focused() else {
                    return vec![Effect::Back];
                };
                let Some(card) = self.cards.get(index) else {
                    return Effects::new();
                };
                let id = card.id.clone();
                return vec![Effect::Open(if self.are_portraits() {
                    Route::Bulletin { id }
                } else {
                    Route::Programme { id }
                })];
            }
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => {
                self.window.key(*key, *press);
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.window.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.window.focus
    }

    fn route(&self) -> Route {
        Route::Cards {
            list: self.list.clone(),
        }
    }
}
