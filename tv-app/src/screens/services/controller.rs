//! The tiles of the categories, and below them what was asked.

use contract::request::{Category, CategoryKind};
use contract::terminal::TerminalKind;
use contract::township::ListingKind;

use crate::cache::ServerTime;
use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::asked::{self, Asked};
use crate::screens::kit::grid::Paging;
use crate::screens::kit::{State, back};
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Route, arrow, attendance, types,
};

/// The zone of the tiles.
pub const TILES: &str = "tiles";
/// The zone of what was asked.
pub const ASKED: &str = "asked";
/// Key of the row that leads to all of it.
pub const ALL: &str = "all";
/// So many of what was asked stand below the tiles.
const NEWEST: usize = 3;

/// A row below the tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Something that was asked.
    Asked(Asked),
    /// The way to everything that was asked: so many. At a station nobody knows how many before they
    /// have proved who they are.
    All(Option<usize>),
}

impl Row {
    fn key(&self) -> &str {
        match self {
            Self::Asked(asked) => &asked.key,
            Self::All(_) => ALL,
        }
    }
}

/// The screen of what can be asked for.
pub struct Services {
    list: String,
    suggestions: bool,
    title: String,
    categories: Vec<Category>,
    rows: Vec<Row>,
    focus: FocusMap,
    paging: Paging,
    columns: usize,
    state: State,
    now: ServerTime,
    wake_at: Option<u64>,
}

impl Services {
    /// The screen, opened from this listing or, by a key, from none. `suggestions`: that of suggestions.
    #[must_use]
    pub fn new(list: &str, suggestions: bool) -> Self {
        let zones = vec![
            back(),
            Zone::new(TILES, Layout::Grid(4), Area::new(96, 206, 1728, 344)),
            Zone::new(ASKED, Layout::Column, Area::new(96, 600, 1728, 350))
                .with_neighbour(Direction::Up, TILES),
        ];
        Self {
            list: list.to_owned(),
            suggestions,
            title: String::new(),
            categories: Vec::new(),
            rows: Vec::new(),
            focus: FocusMap::new(TILES, zones),
            paging: Paging::default(),
            columns: 4,
            state: State::default(),
            now: ServerTime::default(),
            wake_at: None,
        }
    }

    /// Whether it is that of suggestions.
    #[must_use]
    pub const fn is_of_suggestions(&self) -> bool {
        self.suggestions
    }

    /// The listing's name; empty if the township has none.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What can be asked for, each with the digit that chooses it.
    pub fn tiles(&self) -> impl Iterator<Item = (u8, &Category)> {
        (1..).zip(&self.categories).map(|(place, category)| {
            let digit = if self.suggestions {
                place
            } else {
                category.digit
            };
            (digit, category)
        })
    }

    /// Tiles side by side.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The rows in view below the tiles, or in their place, and how many are above.
    #[must_use]
    pub fn rows(&self) -> (&[Row], usize) {
        let visible = self.paging.visible();
        let first = visible.start;
        (&self.rows[visible], first)
    }

    /// How many rows there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.rows.len()
    }

    /// What is said where there is nothing to ask for.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Index of the focused tile.
    #[must_use]
    pub fn focused_tile(&self) -> Option<usize> {
        self.focus
            .index_in(TILES)
            .filter(|at| *at < self.categories.len())
    }

    /// Index of the focused row among those in view.
    #[must_use]
    pub fn focused_row(&self) -> Option<usize> {
        self.paging.in_view(self.focus.index_in(ASKED)?)
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        let cache = context.cache;
        let kind = if self.suggestions {
            ListingKind::Suggestions
        } else {
            ListingKind::Services
        };
        let sections = cache.township().unwrap_or_default().sections;
        let mut lists = sections.into_iter().flat_map(|section| section.listings);
        // A key opens it without a list.
        if let Some(list) =
            lists.find(|list| list.kind == kind && (self.list.is_empty() || list.id == self.list))
        {
            self.title = list.title;
        }
        self.categories = cache.categories();
        self.categories.retain(|category| match category.kind {
            CategoryKind::Suggestion => self.suggestions,
            CategoryKind::Confidential => {
                !self.suggestions && asked::report_route(&category.id).is_some()
            }
            CategoryKind::Service => !self.suggestions,
            CategoryKind::Unknown => false,
        });
        self.rows = self.below(context);
        let stands = self.rows.iter().filter_map(|row| match row {
            Row::Asked(asked) => Some(&asked.stand),
            Row::All(_) => None,
        });
        self.wake_at = asked::turns_at(stands, context);
        self.columns = context.metrics.service_columns;
        self.focus
            .set_layout(TILES, Layout::Grid(self.columns.max(1)));
        let tiles = self.categories.iter().map(|category| category.id.as_str());
        self.focus.set_items(TILES, tiles);
        self.focus.set_items(ASKED, self.rows.iter().map(Row::key));
        let at = self.focus.remembered_in(ASKED);
        self.paging
            .set(self.rows.len(), 1, context.metrics.service_rows, at);
        self.state = State::of(self.categories.len(), true, || cache.sync_state());
    }

    /// What was asked: the newest, and a way to the rest.
    fn below(&self, context: &Context<'_>) -> Vec<Row> {
        match attendance::kind(context.cache) {
            TerminalKind::Signage => return Vec::new(),
            TerminalKind::Station => return vec![Row::All(None)],
            TerminalKind::Household => {}
        }
        let all = asked::all(context.cache, self.suggestions, context.now);
        let count = all.len();
        let newest = asked::newest(all, NEWEST).into_iter().map(Row::Asked);
        let mut rows: Vec<Row> = newest.collect();
        if count > NEWEST {
            rows.push(Row::All(Some(count)));
        }
        rows
    }

    fn open(category: &Category) -> Effects {
        let route = match category.kind {
            CategoryKind::Confidential => asked::report_route(&category.id),
            _ => Some(Route::Service {
                category: category.id.clone(),
            }),
        };
        route.map(Effect::Open).into_iter().collect()
    }

    fn choose(&self) -> Effects {
        if self.on_back() {
            return vec![Effect::Back];
        }
        if let Some(category) = self.focused_tile().and_then(|at| self.categories.get(at)) {
            return Self::open(category);
        }
        let row = self.focus.index_in(ASKED).and_then(|at| self.rows.get(at));
        match row {
            Some(Row::Asked(asked)) if asked.is_known => vec![Effect::Open(Route::Request {
                id: asked.key.clone(),
            })],
            // What the server does not know yet is only waited for.
            Some(Row::All(_) | Row::Asked(_)) => vec![Effect::Open(Route::Requests {
                suggestions: self.suggestions,
            })],
            None => Effects::new(),
        }
    }

    fn go(&mut self, key: RemoteKey, press: Press) {
        match key {
            RemoteKey::PageDown if press != Press::Up => {
                self.focus.focus_zone(ASKED);
            }
            RemoteKey::PageUp if press != Press::Up => {
                self.focus.focus_zone(TILES);
            }
            _ => {
                if let Some(direction) = arrow(key, press) {
                    self.focus.go(direction);
                }
            }
        }
        self.paging.follow(self.focus.remembered_in(ASKED));
    }
}

impl Controller for Services {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => self.read(context),
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(),
            Input::Key(RemoteKey::Digit(digit), Press::Down) => {
                let chosen = self.tiles().find(|(own, _)| own == digit);
                return chosen
                    .map(|(_, category)| Self::open(category))
                    .unwrap_or_default();
            }
            Input::Key(key, press) => self.go(*key, *press),
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
        let list = self.list.clone();
        if self.suggestions {
            Route::Suggestions { list }
        } else {
            Route::Services { list }
        }
    }

    /// From whatever list it was opened, or by its key.
    fn is_at(&self, route: &Route) -> bool {
        match route {
            Route::Services { .. } => !self.suggestions,
            Route::Suggestions { .. } => self.suggestions,
            _ => false,
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }

    fn wants_digits(&self) -> bool {
        true
    }

    /// A digit leads to another screen here.
    fn types(&self, key: RemoteKey) -> bool {
        !matches!(key, RemoteKey::Digit(_)) && types(self, key)
    }
}
