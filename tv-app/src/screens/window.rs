//! A list or grid of which only a part fits on the screen.

use crate::focus::{Area, Direction, FocusMap, Layout, Zone, scroll_window};
use crate::remote::{Press, RemoteKey};

use super::{BACK, arrow};

/// The zone of the entries.
pub const ENTRIES: &str = "entries";

/// The focus of a screen with a 返回 target above a list or grid, and the part of it in view.
#[derive(Clone, Debug)]
pub struct Window {
    /// The focus.
    pub focus: FocusMap,
    columns: usize,
    rows: usize,
    total: usize,
    first_row: usize,
}

impl Window {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                ENTRIES,
                vec![
                    Zone::new(BACK, Layout::Row, Area::new(96, 54, 200, 120)).with_items([BACK]),
                    Zone::new(ENTRIES, Layout::Column, Area::new(96, 206, 1728, 744)),
                ],
            ),
            columns: 1,
            rows: 1,
            total: 0,
            first_row: 0,
        }
    }

    /// Takes the entries and how many columns and rows of them are shown.
    pub fn set<K: Into<String>>(
        &mut self,
        keys: impl IntoIterator<Item = K>,
        columns: usize,
        rows: usize,
    ) {
        self.columns = columns.max(1);
        self.rows = rows.max(1);
        let was_empty = self.total == 0;
        self.focus.set_layout(
            ENTRIES,
            if self.columns == 1 {
                Layout::Column
            } else {
                Layout::Grid(self.columns)
            },
        );
        self.focus.set_items(ENTRIES, keys);
        self.total = self
            .focus
            .zones()
            .iter()
            .map(|zone| zone.items().len())
            .sum::<usize>()
            - 1;
        if was_empty && self.total > 0 {
            self.focus.focus_zone(ENTRIES);
        }
        self.follow();
    }

    fn follow(&mut self) {
        let row = self.focus.remembered_in(ENTRIES) / self.columns;
        self.first_row = scroll_window(
            self.first_row,
            row,
            self.rows,
            self.total.div_ceil(self.columns),
        );
    }

    /// Brings the focused entry into view after the focus was put back.
    pub fn settle(&mut self) {
        self.follow();
    }

    /// Moves the focus by an arrow or a page key. `false` when the key is none of these.
    pub fn key(&mut self, key: RemoteKey, press: Press) -> bool {
        let moved = match key {
            RemoteKey::PageDown if press != Press::Up => {
                self.focus.focus_zone(ENTRIES);
                let moved = self.focus.go_by(Direction::Down, self.rows);
                // A page is a page: no row of the one before stays while there are more.
                let last = self.total.div_ceil(self.columns).saturating_sub(self.rows);
                self.first_row = (self.first_row + self.rows).min(last);
                moved
            }
            RemoteKey::PageUp if press != Press::Up => {
                self.first_row = self.first_row.saturating_sub(self.rows);
                self.focus.go_by(Direction::Up, self.rows)
            }
            _ => match arrow(key, press) {
                Some(direction) => self.focus.go(direction),
                None => return false,
            },
        };
        if moved || matches!(key, RemoteKey::PageDown | RemoteKey::PageUp) {
            self.follow();
        }
        true
    }

    /// Index of the focused entry.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.focus.index_in(ENTRIES).filter(|_| self.total > 0)
    }

    /// Whether 返回 is focused.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// Which entries are in view.
    #[must_use]
    pub fn visible(&self) -> std::ops::Range<usize> {
        let first = self.first_row * self.columns;
        first..(first + self.rows * self.columns).min(self.total)
    }

    /// How many entries there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::new()
    }
}
