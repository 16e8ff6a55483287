//! Which lists a section has.

use contract::township::Listing;

use crate::cache::Cache;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::listings::{self, Counted, Tally, listing_route};
use crate::screens::{Context, Effect, Effects, Route, attendance, icons};

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
    /// The character of its icon.
    pub icon: &'static str,
    /// What is counted.
    pub counted: Counted,
    /// How many there are.
    pub tally: Tally,
    /// The screen that shows it.
    pub route: Route,
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
        if self.is_known {
            self.title = section.title;
        }
        let tile = |Listing {
                        id, title, kind, ..
                    }: Listing| Tile {
            title,
            icon: listings::icon(kind),
            counted: listings::counted(kind),
            tally: listings::tally(kind, &id, cache),
            route: listing_route(kind, &id),
            list: id,
        };
        let mut tiles: Vec<Tile> = section.listings.into_iter().map(tile).collect();
        if section.digit == ROLL_CALLS_DIGIT {
            tiles.insert(0, roll_calls(cache));
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
        vec![Effect::Open(tile.route.clone())]
    }

    fn route(&self) -> Route {
        Route::Section {
            id: self.id.clone(),
        }
    }
}

/// They are no list of the township's.
fn roll_calls(cache: &Cache) -> Tile {
    let calls = attendance::all(cache);
    let open = calls.iter().filter(|call| call.round.is_some());
    Tile {
        list: ROLL_CALLS.to_owned(),
        title: String::new(),
        icon: icons::glyph("people"),
        counted: Counted::RollCalls,
        tally: Tally {
            count: calls.len(),
            fresh: open.count(),
        },
        route: Route::RollCalls,
    }
}
