//! Lists that come in pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Most items on one page.
const MOST: u32 = 200;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `next` of the page before.
    pub before: Option<String>,
    /// Items on a page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
}

impl Paging {
    /// The limit inside its bounds.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, MOST)
    }
}

/// Where a list is imported to.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Into {
    /// Code of the organization of rows that name none.
    pub organization: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Send this as `before` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` items, continued at the id of the last one if it is full.
    #[must_use]
    pub fn new(items: Vec<T>, limit: u32, id: impl Fn(&T) -> &str) -> Self {
        let full = items.len() >= limit as usize;
        let next = items
            .last()
            .filter(|_| full)
            .map(|item| id(item).to_owned());
        Self { items, next }
    }
}
