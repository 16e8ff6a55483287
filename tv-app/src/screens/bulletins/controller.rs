//! Rows of one list: newest first, guides by title.

use contract::township::{Listing, ListingKind};

use crate::cache::{BulletinRow, Order};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::window::Window;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The screen of one list.
pub struct Bulletins {
    list: String,
    window: Window,
    listing: Listing,
    rows: Vec<BulletinRow>,
}

impl Bulletins {
    /// The list with this id.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            window: Window::new(),
            listing: Listing::default(),
            rows: Vec::new(),
        }
    }

    /// Name and purpose of the list.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> &[BulletinRow] {
        &self.rows
    }

    /// What is in view.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    fn read(&mut self, context: &Context<'_>) {
        if let Some(listing) = find_listing(context, &self.list) {
            self.listing = listing;
        }
        let order = if self.listing.kind == ListingKind::Guides {
            Order::Title
        } else {
            Order::Newest
        };
        self.rows = context.cache.bulletins(&self.list, order);
        self.window.set(
            self.rows.iter().map(|row| row.id.as_str()),
            1,
            context.metrics.rows,
        );
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

impl Controller for Bulletins {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => {
                let Some(index) = self.window.focused() else {
                    return vec![Effect::Back];
                };
                return self
                    .rows
                    .get(index)
                    .map(|row| Effect::Open(Route::Bulletin { id: row.id.clone() }))
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
        Route::Bulletins {
            list: self.list.clone(),
        }
    }
}
