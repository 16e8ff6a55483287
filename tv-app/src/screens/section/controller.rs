//! Which lists a section has.

use contract::township::{Listing, ListingKind};

use crate::cache::{Cache, Order};
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::live::Group;
use crate::screens::{Context, Effect, Effects, Route, calls, listing_route, live};

/// The section that has the roll calls, by its digit.
const ROLL_CALLS_DIGIT: u8 = 3;
/// Key of their tile.
const ROLL_CALLS: &str = "roll-calls";

/// A list of the section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The listing's id.
    pub list: String,
    /// Its name; empty for the roll calls.
    pub title: String,
    /// What it holds; `None`: the roll calls.
    pub kind: Option<ListingKind>,
    /// How many documents are in it; of meetings those that are live or to come; of duty rooms
    /// the rooms.
    pub count: usize,
    /// How many of them nobody has opened yet; of meetings those that are live; of duty rooms the
    /// looks that go on.
    pub unread: u64,
}

/// The screen of one section.
pub struct Section {
    id: String,
    title: String,
    is_known: bool,
    tiles: Grid<Tile>,
}

impl Section {
    /// The section with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: String::new(),
            is_known: true,
            tiles: Grid::new(),
        }
    }

    /// The section's name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }
}

impl ListScreen for Section {
    type Entry = Tile;

    fn list(&self) -> &Grid<Tile> {
        &self.tiles
    }

    fn list_mut(&mut self) -> &mut Grid<Tile> {
        &mut self.tiles
    }

    fn read(&mut self, context: &Context<'_>) {
        let cache = context.cache;
        let section = cache.township().and_then(|township| {
            township
                .sections
                .into_iter()
                .find(|section| section.id == self.id)
        });
        self.is_known = section.is_some();
        let section = section.unwrap_or_default();
        let unread = cache.unread_counts();
        if self.is_known {
            self.title = section.title;
        }
        let tile = |listing: Listing| {
            let (count, unread) = match listing.kind {
                ListingKind::Meetings => meetings(cache),
                ListingKind::Duty => duty(cache),
                ListingKind::Programmes => (cache.programmes(&listing.id).len(), 0),
                _ => (
                    cache.bulletins(&listing.id, Order::Newest).len(),
                    unread.get(&listing.id).copied().unwrap_or_default(),
                ),
            };
            Tile {
                count,
                unread,
                list: listing.id,
                title: listing.title,
                kind: Some(listing.kind),
            }
        };
        let mut tiles: Vec<Tile> = section.listings.into_iter().map(tile).collect();
        if section.digit == ROLL_CALLS_DIGIT {
            let calls = calls::all(cache);
            let open = calls.iter().filter(|call| call.round.is_some());
            let tile = Tile {
                list: ROLL_CALLS.to_owned(),
                title: String::new(),
                kind: None,
                count: calls.len(),
                unread: u64::try_from(open.count()).unwrap_or(0),
            };
            tiles.insert(0, tile);
        }
        self.tiles.set(
            tiles,
            |tile| &tile.list,
            context.metrics.tile_columns,
            context.metrics.tile_rows,
        );
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, tile: &Tile, _: &Context<'_>) -> Effects {
        vec![Effect::Open(match tile.kind {
            Some(kind) => listing_route(kind, &tile.list),
            None => Route::RollCalls,
        })]
    }

    fn route(&self) -> Route {
        Route::Section {
            id: self.id.clone(),
        }
    }
}

/// How many meetings are live or to come, and how many are live.
fn meetings(cache: &Cache) -> (usize, u64) {
    let entries = live::all(cache);
    let in_group = |groups: &[Group]| {
        let found = entries.iter().filter(|one| groups.contains(&one.group));
        found.count()
    };
    let live = in_group(&[Group::Live]);
    let to_come = in_group(&[Group::Today, Group::Week, Group::Later]);
    (live + to_come, u64::try_from(live).unwrap_or(0))
}

/// How many rooms can be looked into, and how many looks go on.
fn duty(cache: &Cache) -> (usize, u64) {
    let duty = cache.duty();
    let open = u64::try_from(duty.open().count()).unwrap_or(0);
    (duty.rooms.len(), open)
}
