//! What screens are made of: the pure half of lists, card grids, forms, details and confirmations.
//! Each part owns its focus, takes keys and says what they did ([`Act`]); its other half is the
//! component of the same name in `ui/components`.
//!
//! | part | pure half | component |
//! |---|---|---|
//! | list, newest first or in groups | [`list`] | `list.slint` |
//! | what is in view of it | [`grid`] | `page.slint` |
//! | digits, and what is to be said of them | [`form`] | `form.slint` |
//! | one thing and what can be done with it | [`detail`] | `detail.slint` |
//! | something long, with stops on its way | [`reading`] | `detail.slint` |
//! | what became of something | [`confirmation`] | `confirmation.slint` |
//! | days and clocks | [`time`] | `Words` of `text.slint` |
//!
//! A question over the screen is `dialog.slint`; which one comes is the router's.
//!
//! # A screen that is a list
//!
//! 1. `screens/<name>/controller.rs`: a struct with a [`grid::Grid`] of what it lists, which
//!    implements [`list::ListScreen`]: what is read from the cache, what choosing an entry does, and
//!    the route. Keys, pages, focus, waking, Back, and what is said where there is no entry are the
//!    kit's.
//! 2. `screens/<name>/view.rs`: implements `Draw`. `kit::view::page` makes the header and the focus
//!    of the page, `kit::view::fill` its rows; only an entry as the component draws it is the
//!    screen's own.
//! 3. `ui/screens/<name>.slint`: an adapter with `page` and `rows`, and a component that inherits
//!    `ListPage` (or `Page`) and repeats its row, from `Pane.x` and as wide as `Pane.row-width`, so that it
//!    stands beside the rail of its section, too. Empty, offline and withdrawn are drawn by the page.
//! 4. The table in [`routes`](super::routes) and the window in `ui/app.slint` name the screen, and so do
//!    `section/panes.rs` and `ui/screens/section.slint`.
//!
//! `screens/bulletins` is the shortest example.

pub mod confirmation;
pub mod detail;
pub mod form;
pub mod grid;
pub mod list;
pub mod reading;
pub mod time;
pub(in crate::screens) mod view;

use super::BACK;
use crate::cache::SyncState;
use crate::focus::{Area, Layout, Zone};

/// The zone of the entries of a list or grid.
pub const ENTRIES: &str = "entries";

/// Where the content lies between header and hints, for finding the nearest zone.
pub const CONTENT: Area = Area::new(96, 206, 1728, 744);

/// The zone of 返回 in the header, which every screen but Home and the player has.
#[must_use]
pub fn back() -> Zone {
    Zone::new(BACK, Layout::Row, Area::new(96, 54, 200, 120)).with_items([BACK])
}

/// The zone of the lists of a section.
pub const RAIL: &str = "rail";

/// The lists of a section, left of everything a list has. Where it lies is as near to the entries as 返回
/// is not, so that what takes the focus from a list that has become empty is the rail.
#[must_use]
pub const fn rail() -> Zone {
    Zone::new(RAIL, Layout::Column, Area::new(-318, 206, 414, 744))
}

/// What a key did to a part of the kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The screen, or this step of it, is left: the key Back, or OK where there is nothing but 返回.
    Left,
    /// OK on the entry with this index.
    Chosen(usize),
    /// An arrow or a page key, whether or not anything moved.
    Moved,
    /// It means nothing here.
    Unused,
}

/// What is in view of a list or grid, as a screen draws it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// 返回 has the focus.
    pub on_back: bool,
    /// Index of the focused entry among those in view.
    pub focused: Option<usize>,
    /// How many are above the view.
    pub first: usize,
    /// How many are in view.
    pub shown: usize,
    /// How many there are.
    pub total: usize,
    /// What is said when there are none.
    pub state: State,
}

/// What is said in place of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// There are entries.
    #[default]
    Filled,
    /// There are none yet: what will appear here.
    Empty,
    /// This terminal has never had any content.
    Waiting,
    /// There are none, and there is no network now: what still works.
    Offline,
    /// What is listed here is not published any more.
    Withdrawn,
}

impl State {
    /// The state of a list of so many entries. `is_known` says whether the township still has it;
    /// `sync` is asked only when there are none.
    #[must_use]
    pub fn of(count: usize, is_known: bool, sync: impl FnOnce() -> SyncState) -> Self {
        if count > 0 {
            return Self::Filled;
        }
        match sync() {
            sync if sync.last_sync_at_ms.is_none() => Self::Waiting,
            _ if !is_known => Self::Withdrawn,
            sync if sync.online => Self::Empty,
            _ => Self::Offline,
        }
    }
}

#[cfg(test)]
mod tests;
