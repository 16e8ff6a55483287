//! Which pages there are.

use contract::branch::Branch;
use contract::township::Listing;

use crate::screens::bulletins::find_listing;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::{Context, Effect, Effects, Route};

/// An organization of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its page.
    pub branch: Branch,
    /// This terminal stands there.
    pub own: bool,
}

/// The screen of the list.
pub struct Branches {
    list: String,
    listing: Listing,
    is_known: bool,
    rows: Grid<Row>,
}

impl Branches {
    /// The list with this id.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            listing: Listing::default(),
            is_known: true,
            rows: Grid::new(),
        }
    }

    /// Name and purpose of the list.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }
}

impl ListScreen for Branches {
    type Entry = Row;

    fn list(&self) -> &Grid<Row> {
        &self.rows
    }

    fn list_mut(&mut self) -> &mut Grid<Row> {
        &mut self.rows
    }

    fn read(&mut self, context: &Context<'_>) {
        let listing = find_listing(context, &self.list);
        self.is_known = listing.is_some();
        if let Some(listing) = listing {
            self.listing = listing;
        }
        let enrolment = context.cache.enrolment();
        let own = enrolment.map(|enrolment| enrolment.organization.id);
        let pages = if self.is_known {
            context.cache.branches()
        } else {
            Vec::new()
        };
        let mut rows: Vec<Row> = pages
            .into_iter()
            .map(|branch| Row {
                own: own.as_ref() == Some(&branch.id),
                branch,
            })
            .collect();
        rows.sort_by_key(|row| !row.own);
        self.rows
            .set(rows, |row| &row.branch.id, 1, context.metrics.rows);
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, row: &Row, _: &Context<'_>) -> Effects {
        let id = row.branch.id.clone();
        vec![Effect::Open(Route::Branch { id })]
    }

    fn route(&self) -> Route {
        Route::Branches {
            list: self.list.clone(),
        }
    }
}
