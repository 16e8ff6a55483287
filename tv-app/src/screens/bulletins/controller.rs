//! Rows of one list: newest first, guides by title.

use contract::township::{Listing, ListingKind};

use crate::cache::{BulletinRow, Order};
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::{Context, Effect, Effects, Route};

/// The screen of one list.
pub struct Bulletins {
    list: String,
    listing: Listing,
    is_known: bool,
    rows: Grid<BulletinRow>,
}

impl Bulletins {
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

/// The listing with this id, from the township's configuration.
#[must_use]
pub fn find_listing(context: &Context<'_>, list: &str) -> Option<Listing> {
    let sections = context.cache.township()?.sections;
    sections
        .into_iter()
        .flat_map(|section| section.listings)
        .find(|listing| listing.id == list)
}

impl ListScreen for Bulletins {
    type Entry = BulletinRow;

    fn list(&self) -> &Grid<BulletinRow> {
        &self.rows
    }

    fn list_mut(&mut self) -> &mut Grid<BulletinRow> {
        &mut self.rows
    }

    fn read(&mut self, context: &Context<'_>) {
        let listing = find_listing(context, &self.list);
        self.is_known = listing.is_some();
        if let Some(listing) = listing {
            self.listing = listing;
        }
        let order = match self.listing.kind {
            ListingKind::Guides => Order::Title,
            _ => Order::Newest,
        };
        let rows = context.cache.bulletins(&self.list, order);
        self.rows.set(rows, |row| &row.id, 1, context.metrics.rows);
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, row: &BulletinRow, _: &Context<'_>) -> Effects {
        vec![Effect::Open(Route::Bulletin { id: row.id.clone() })]
    }

    fn route(&self) -> Route {
        Route::Bulletins {
            list: self.list.clone(),
        }
    }
}
