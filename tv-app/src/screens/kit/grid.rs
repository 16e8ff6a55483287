//! Entries in rows of one or several, of which only a part fits on the screen.

use std::ops::Range;

use super::{Act, CONTENT, ENTRIES, Page, State, back};
use crate::cache::Cache;
use crate::focus::{Direction, FocusMap, Layout, Zone, scroll_window};
use crate::remote::{Press, RemoteKey};
use crate::screens::{BACK, arrow};

/// Which part of some entries is in view. All parts of the kit and all lists page with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    columns: usize,
    rows: usize,
    total: usize,
    first_row: usize,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            columns: 1,
            rows: 1,
            total: 0,
            first_row: 0,
        }
    }
}

impl Paging {
    /// Takes how many entries there are and how many columns and rows of them are shown, and brings
    /// the entry `at` into view.
    pub fn set(&mut self, total: usize, columns: usize, rows: usize, at: usize) {
        self.columns = columns.max(1);
        self.rows = rows.max(1);
        self.total = total;
        self.follow(at);
    }

    /// Brings an entry into view, moving as little as possible.
    pub fn follow(&mut self, at: usize) {
        self.first_row = scroll_window(
            self.first_row,
            at / self.columns,
            self.rows,
            self.total.div_ceil(self.columns),
        );
    }

    /// A page is a page: no row of the one before stays while there are more.
    fn forward(&mut self) {
        let last = self.total.div_ceil(self.columns).saturating_sub(self.rows);
        self.first_row = (self.first_row + self.rows).min(last);
    }

    fn backward(&mut self) {
        self.first_row = self.first_row.saturating_sub(self.rows);
    }

    /// The first page again.
    pub fn rewind(&mut self) {
        self.first_row = 0;
    }

    /// Which entries are in view.
    #[must_use]
    pub fn visible(&self) -> Range<usize> {
        let first = (self.first_row * self.columns).min(self.total);
        first..(first + self.rows * self.columns).min(self.total)
    }

    /// How many entries there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Index of an entry among those in view.
    #[must_use]
    pub fn in_view(&self, at: usize) -> Option<usize> {
        let visible = self.visible();
        visible.contains(&at).then(|| at - visible.start)
    }
}

/// The focus of a screen with 返回 above a list or grid, and the part of it in view.
#[derive(Clone, Debug)]
pub struct Pager {
    /// The focus.
    pub focus: FocusMap,
    paging: Paging,
    state: State,
}

impl Pager {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                ENTRIES,
                vec![back(), Zone::new(ENTRIES, Layout::Column, CONTENT)],
            ),
            paging: Paging::default(),
            state: State::default(),
        }
    }

    /// Finds out what is to be said when there are no entries. `is_known`: the township still has
    /// what is listed.
    pub fn judge(&mut self, is_known: bool, cache: &Cache) {
        self.state = State::of(self.total(), is_known, || cache.sync_state());
    }

    /// Takes the entries and how many columns and rows of them are shown.
    pub fn set<K: Into<String>>(
        &mut self,
        keys: impl IntoIterator<Item = K>,
        columns: usize,
        rows: usize,
    ) {
        let was_empty = self.total() == 0;
        self.focus.set_layout(
            ENTRIES,
            match columns {
                0 | 1 => Layout::Column,
                columns => Layout::Grid(columns),
            },
        );
        let keys: Vec<String> = keys.into_iter().map(Into::into).collect();
        let total = keys.len();
        self.focus.set_items(ENTRIES, keys);
        if was_empty && total > 0 {
            self.focus.focus_zone(ENTRIES);
        }
        let at = self.focus.remembered_in(ENTRIES);
        self.paging.set(total, columns, rows, at);
    }

    /// Brings the focused entry into view after the focus was put elsewhere.
    pub fn settle(&mut self) {
        self.paging.follow(self.focus.remembered_in(ENTRIES));
    }

    /// Puts the focus on the first entry, if there is one.
    pub fn rewind(&mut self) {
        if self.focus.focus_item(ENTRIES, 0) {
            self.settle();
        }
    }

    /// Moves the focus by an arrow or a page key. `false` when the key is none of these.
    pub fn key(&mut self, key: RemoteKey, press: Press) -> bool {
        match key {
            RemoteKey::PageDown if press != Press::Up => {
                self.focus.focus_zone(ENTRIES);
                self.focus.go_by(Direction::Down, self.paging.rows);
                self.paging.forward();
            }
            RemoteKey::PageUp if press != Press::Up => {
                self.paging.backward();
                self.focus.go_by(Direction::Up, self.paging.rows);
            }
            _ => match arrow(key, press) {
                Some(direction) if self.focus.go(direction) => {}
                Some(_) => return true,
                None => return false,
            },
        }
        self.settle();
        true
    }

    /// Takes a key of the remote.
    pub fn act(&mut self, key: RemoteKey, press: Press) -> Act {
        match (key, press) {
            (RemoteKey::Back, Press::Down) => Act::Left,
            (RemoteKey::Ok, Press::Down) => self.focused().map_or(Act::Left, Act::Chosen),
            _ if self.key(key, press) => Act::Moved,
            _ => Act::Unused,
        }
    }

    /// Index of the focused entry.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.focus.index_in(ENTRIES).filter(|_| self.total() > 0)
    }

    /// Index of the focused entry among those in view.
    #[must_use]
    pub fn focused_in_view(&self) -> Option<usize> {
        self.focused().and_then(|at| self.paging.in_view(at))
    }

    /// Index of the entry that has the focus, or had it last.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.focus.remembered_in(ENTRIES)
    }

    /// Whether 返回 is focused.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// Which entries are in view.
    #[must_use]
    pub fn visible(&self) -> Range<usize> {
        self.paging.visible()
    }

    /// How many entries there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.paging.total()
    }
}

impl From<&Pager> for Page {
    fn from(pager: &Pager) -> Self {
        let visible = pager.visible();
        Self {
            on_back: pager.on_back(),
            focused: pager.focused_in_view(),
            first: visible.start,
            shown: visible.len(),
            total: pager.total(),
            state: pager.state,
        }
    }
}

impl Default for Pager {
    fn default() -> Self {
        Self::new()
    }
}

/// A list (of one column) or grid of things.
#[derive(Clone, Debug)]
pub struct Grid<T> {
    pager: Pager,
    items: Vec<T>,
}

impl<T> Grid<T> {
    /// Before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pager: Pager::new(),
            items: Vec::new(),
        }
    }

    /// Takes the things, what is stable of each over refreshes (an id), and how many columns and
    /// rows of them are shown.
    pub fn set(&mut self, items: Vec<T>, key: impl Fn(&T) -> &str, columns: usize, rows: usize) {
        self.pager.set(items.iter().map(key), columns, rows);
        self.items = items;
    }

    /// All of them.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// Those in view.
    #[must_use]
    pub fn visible(&self) -> &[T] {
        &self.items[self.pager.visible()]
    }

    /// The focused one.
    #[must_use]
    pub fn chosen(&self) -> Option<&T> {
        self.items.get(self.pager.focused()?)
    }

    /// The focus and the part in view.
    #[must_use]
    pub const fn pager(&self) -> &Pager {
        &self.pager
    }

    /// The focus and the part in view, to be moved.
    pub const fn pager_mut(&mut self) -> &mut Pager {
        &mut self.pager
    }
}

impl<T> Default for Grid<T> {
    fn default() -> Self {
        Self::new()
    }
}
