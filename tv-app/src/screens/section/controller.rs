//! Which lists a section has.

use contract::township::{Listing, ListingKind};

use crate::cache::{Cache, Order};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::live::Group;
use crate::screens::window::Window;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route, listing_route};
use crate::screens::{calls, live};

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
    window: Window,
    title: String,
    tiles: Vec<Tile>,
}

impl Section {
    /// The section with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            window: Window::new(),
            title: String::new(),
            tiles: Vec::new(),
        }
    }

    /// The section's name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its lists.
    #[must_use]
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// What is in view.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    fn read(&mut self, context: &Context<'_>) {
        let cache = context.cache;
        let section = cache.township().and_then(|township| {
            township
                .sections
                .into_iter()
                .find(|section| section.id == self.id)
        });
        let Some(section) = section else { return };
        let unread = cache.unread_counts();
        self.title = section.title;
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
        self.tiles = section.listings.into_iter().map(tile).collect();
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
            self.tiles.insert(0, tile);
        }
        self.window.set(
            self.tiles.iter().map(|tile| tile.list.as_str()),
            context.metrics.tile_columns,
            context.metrics.tile_rows,
        );
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

impl Controller for Section {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => {
                let Some(index) = self.window.focused() else {
                    return vec![Effect::Back];
                };
                return self
                    .tiles
                    .get(index)
                    .map(|tile| {
                        Effect::Open(match tile.kind {
                            Some(kind) => listing_route(kind, &tile.list),
                            None => Route::RollCalls,
                        })
                    })
                    .into_iter()
                    .collect();
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
        Route::Section {
            id: self.id.clone(),
        }
    }
}
