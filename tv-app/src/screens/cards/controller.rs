//! A grid of cards.

use contract::township::{Listing, ListingKind};

use crate::cache::{KeepState, Order, RowPicture};
use crate::remote::RemoteKey;
use crate::screens::bulletins::find_listing;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::{Context, Effect, Effects, Route};

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
    listing: Listing,
    is_known: bool,
    cards: Grid<Card>,
}

impl Cards {
    /// The list with this id.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            listing: Listing::default(),
            is_known: true,
            cards: Grid::new(),
        }
    }

    /// Name, kind and purpose of the list.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Whether these are portraits rather than film posters.
    #[must_use]
    pub fn are_portraits(&self) -> bool {
        self.listing.kind == ListingKind::Honours
    }
}

impl ListScreen for Cards {
    type Entry = Card;

    fn list(&self) -> &Grid<Card> {
        &self.cards
    }

    fn list_mut(&mut self) -> &mut Grid<Card> {
        &mut self.cards
    }

    fn read(&mut self, context: &Context<'_>) {
        let listing = find_listing(context, &self.list);
        self.is_known = listing.is_some();
        if let Some(listing) = listing {
            self.listing = listing;
        }
        let metrics = context.metrics;
        let (cards, columns, rows): (Vec<Card>, _, _) = if self.are_portraits() {
            let rows = context.cache.bulletins(&self.list, Order::Newest);
            let cards = rows.into_iter().map(Card::from).collect();
            (cards, metrics.portrait_columns, 1)
        } else {
            let rows = context.cache.programmes(&self.list);
            let cards = rows.into_iter().map(Card::from).collect();
            (cards, metrics.poster_columns, metrics.poster_rows)
        };
        self.cards.set(cards, |card| &card.id, columns, rows);
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, card: &Card, _: &Context<'_>) -> Effects {
        let id = card.id.clone();
        vec![Effect::Open(if self.are_portraits() {
            Route::Bulletin { id }
        } else {
            Route::Programme { id }
        })]
    }

    fn route(&self) -> Route {
        Route::Cards {
            list: self.list.clone(),
        }
    }

    fn chooses(&self, key: RemoteKey) -> bool {
        matches!(key, RemoteKey::Ok | RemoteKey::Play | RemoteKey::PlayPause)
    }
}
