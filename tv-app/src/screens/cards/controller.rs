//! One large card, and those that follow it.

use contract::township::{Listing, ListingKind};

use crate::cache::{KeepState, Order, RowPicture};
use crate::focus::{Area, Direction, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::{ENTRIES, Page};
use crate::screens::{Context, Effect, Effects, Nature, Plays, Route, arrow};

/// The zone of the way to what else can be done with a programme: keep it, begin at its start.
pub const MORE: &str = "more";

/// One card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Id of the document.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who publishes it.
    pub organization: String,
    /// What a programme is about, or one sentence of a person.
    pub about: String,
    /// When it was published, Unix ms.
    pub published_at_ms: i64,
    /// Cover or poster.
    pub picture: Option<RowPicture>,
    /// Length in ms; 0 for an honour.
    pub duration_ms: i64,
    /// Share that was really watched, 0 to 1.
    pub progress: f32,
    /// Where watching goes on, in ms; 0: at its start.
    pub resume_ms: i64,
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
            about: String::new(),
            published_at_ms: row.published_at_ms,
            picture: Some(row.poster),
            duration_ms: row.duration_ms,
            progress: progress.clamp(0.0, 1.0),
            resume_ms: 0,
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
            about: row.summary,
            published_at_ms: row.published_at_ms,
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

    /// Whether these are people rather than films.
    #[must_use]
    pub fn are_portraits(&self) -> bool {
        self.listing.kind == ListingKind::Honours
    }

    /// The one that has the focus or had it last, and its index.
    #[must_use]
    pub fn large(&self) -> Option<(usize, &Card)> {
        let at = self.cards.pager().remembered();
        self.cards.items().get(at).map(|card| (at, card))
    }

    /// Those that follow it, from the first again after the last: so many at most.
    pub fn following(&self, count: usize) -> impl Iterator<Item = &Card> {
        let all = self.cards.items();
        let at = self.cards.pager().remembered();
        let others = count.min(all.len().saturating_sub(1));
        all.iter().cycle().skip(at + 1).take(others)
    }

    /// Whether what else can be done has the focus.
    #[must_use]
    pub fn on_more(&self) -> bool {
        self.cards.pager().focus.zone() == MORE
    }

    /// The page, of which the large one is all that can be focused.
    #[must_use]
    pub fn page(&self) -> Page {
        Page {
            focused: self.cards.pager().focused().map(|_| 0),
            ..Page::from(self.cards.pager())
        }
    }

    /// What there is of a programme: what it is about, and where watching goes on.
    fn film(row: crate::cache::ProgrammeRow, context: &Context<'_>) -> Card {
        let programme = context.cache.programme(&row.id);
        let state = context.cache.watch_state(&row.id);
        Card {
            about: programme.map_or_else(String::new, |programme| programme.description),
            resume_ms: state.map_or(0, |state| state.resume_ms()),
            ..Card::from(row)
        }
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
        let cards: Vec<Card> = if self.are_portraits() {
            let rows = context.cache.bulletins(&self.list, Order::Newest);
            rows.into_iter().map(Card::from).collect()
        } else {
            let rows = context.cache.programmes(&self.list).into_iter();
            rows.map(|row| Self::film(row, context)).collect()
        };
        let more = !cards.is_empty() && !self.are_portraits();
        self.cards.set(cards, |card| &card.id, 1, 1);
        let focus = &mut self.cards.pager_mut().focus;
        focus.add(Zone::new(MORE, Layout::Row, Area::new(1824, 206, 200, 744)));
        focus.set_items(MORE, more.then_some(MORE));
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    /// A programme plays at once.
    fn choose(&self, card: &Card, _: &Context<'_>) -> Effects {
        let id = card.id.clone();
        vec![Effect::Open(if self.are_portraits() {
            Route::Bulletin { id }
        } else {
            Route::Player {
                id,
                position_ms: card.resume_ms,
            }
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

    /// After the last comes the first again, as it is shown; and what else can be done is one key further.
    fn own_key(&mut self, key: RemoteKey, press: Press) -> Option<Effects> {
        let at = self.cards.pager().remembered();
        if self.on_more() {
            let (_, card) = self.large()?;
            let id = card.id.clone();
            return match (key, press) {
                (RemoteKey::Ok, Press::Down) => Some(vec![Effect::Open(Route::Programme { id })]),
                (RemoteKey::Play | RemoteKey::PlayPause, Press::Down) => {
                    let position_ms = card.resume_ms;
                    Some(vec![Effect::Open(Route::Player { id, position_ms })])
                }
                _ => None,
            };
        }
        let is_last = at + 1 == self.cards.items().len();
        let goes_on = arrow(key, press) == Some(Direction::Down);
        if goes_on && is_last && self.cards.pager().focused().is_some() {
            self.cards.pager_mut().focus.focus_item(ENTRIES, 0);
            return Some(Effects::new());
        }
        None
    }

    fn nature(&self) -> Nature {
        Nature {
            plays: if self.are_portraits() {
                Plays::Nothing
            } else {
                Plays::Near
            },
            ..Nature::default()
        }
    }
}
