//! Which results there are.

use contract::evaluation::Evaluation;
use contract::township::Listing;

use crate::screens::bulletins::find_listing;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::voting;
use crate::screens::{Context, Effect, Effects, Route};

/// The screen of the list.
pub struct Results {
    list: String,
    listing: Listing,
    is_known: bool,
    rows: Grid<Evaluation>,
}

impl Results {
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

impl ListScreen for Results {
    type Entry = Evaluation;

    fn list(&self) -> &Grid<Evaluation> {
        &self.rows
    }

    fn list_mut(&mut self) -> &mut Grid<Evaluation> {
        &mut self.rows
    }

    fn read(&mut self, context: &Context<'_>) {
        let listing = find_listing(context, &self.list);
        self.is_known = listing.is_some();
        if let Some(listing) = listing {
            self.listing = listing;
        }
        let rows = if self.is_known {
            voting::results(context.cache, context.now)
        } else {
            Vec::new()
        };
        self.rows.set(rows, |one| &one.id, 1, context.metrics.rows);
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, one: &Evaluation, _: &Context<'_>) -> Effects {
        let id = one.id.clone();
        vec![Effect::Open(Route::Result { id })]
    }

    fn route(&self) -> Route {
        Route::Results {
            list: self.list.clone(),
        }
    }
}
