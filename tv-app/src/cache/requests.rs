//! What can be asked for with one key, and what the people of this TV asked. What was asked is the last answer of `GET /api/v1/terminal/requests`, so that it can be
//! read without a network. A station keeps none: it asks for whoever proves who they are.
//!
//! What the server has taken is written into it at once; its next answer may still be older.

use std::sync::Arc;

use contract::request::{Category, CategoryKind, TerminalRequest, TerminalRequests};
use rusqlite::Connection;

use super::documents::{self, TerminalDocument};
use super::error::CacheError;
use super::handle::Cache;
use super::kinds::DocumentKind;

impl TerminalDocument for TerminalRequests {
    const NAME: &'static str = "requests";
}

impl Cache {
    /// Every category that this program can serve, by its key; suggestions last.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        let documents: Vec<String> = self.read("list the categories", |db| {
            db.prepare_cached("SELECT json FROM document WHERE kind = ?1 ORDER BY title_sort, id")?
                .query_map([DocumentKind::Category], |row| row.get(0))?
                .collect()
        });
        let mut categories: Vec<Category> = documents
            .iter()
            .filter_map(|json| self.parse(json, "category"))
            .filter(|category: &Category| category.kind != CategoryKind::Unknown)
            .collect();
        // The order of the titles stays among those without a key.
        categories.sort_by_key(|category| (category.digit == 0, category.digit));
        categories
    }

    /// The category with this id.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<Category> {
        let json = self.document("read a category", DocumentKind::Category, id)?;
        self.parse(&json, "category")
            .filter(|category: &Category| category.kind != CategoryKind::Unknown)
    }

    /// What the people of this TV asked, and the numbers that can be offered.
    #[must_use]
    pub fn requests(&self) -> Arc<TerminalRequests> {
        self.remembered()
    }

    /// One of what they asked.
    #[must_use]
    pub fn request(&self, id: &str) -> Option<TerminalRequest> {
        let known = self.requests();
        known.requests.iter().find(|one| one.id == id).cloned()
    }

    /// The ETag of the requests as they are here; `None` when they never came.
    #[must_use]
    pub fn requests_etag(&self) -> Option<String> {
        self.etag_of::<TerminalRequests>()
    }

    /// Takes an answer of the server. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_requests(&self, told: TerminalRequests, etag: &str) -> Result<bool, CacheError> {
        let known = self.requests();
        let news = (&known.requests, &known.phones) != (&told.requests, &told.phones);
        self.keep(told, etag)?;
        if news {
            self.changed();
        }
        Ok(news)
    }

    /// Changes what was asked, inside the transaction that takes a command out of the outbox. The answer
    /// is what [`Cache::remember_requests`] is to be told once that is committed.
    pub(super) fn change_requests(
        &self,
        tx: &Connection,
        change: impl FnOnce(&mut TerminalRequests),
    ) -> rusqlite::Result<Option<TerminalRequests>> {
        let known = self.requests();
        let mut requests = (*known).clone();
        change(&mut requests);
        if requests == *known {
            return Ok(None);
        }
        documents::rewrite(tx, &requests)?;
        Ok(Some(requests))
    }

    /// The rest of [`Cache::change_requests`], after the commit.
    pub(super) fn remember_requests(&self, requests: TerminalRequests) {
        self.remember(requests);
    }
}
