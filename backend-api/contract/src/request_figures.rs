//! Figures of service requests over a time. No figure orders places or people: a sorted list is a ranking, so
//! all stand in the order of the register.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;

/// `GET /api/v1/requests/statistics`, and the report of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestStatistics {
    /// Of the subtree of this organization.
    pub organization: OrganizationRef,
    /// Requests received from this moment on.
    pub from_ms: i64,
    /// And before this one.
    pub until_ms: i64,
    /// All of them together.
    pub total: RequestFigures,
    /// By category, in the order of their ids. Confidential ones are in no figure but that of their own
    /// office, and there only if they are at least 5.
    pub categories: Vec<CategoryFigures>,
    /// By the place they came from, in the order of the register.
    pub places: Vec<PlaceFigures>,
    /// By who has them now, in the order of their ids; without confidential ones.
    #[serde(default)]
    pub offices: Vec<PlaceFigures>,
}

/// The figures of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryFigures {
    /// The category.
    pub category_id: String,
    /// Its title when the last of them came.
    pub title: String,
    /// The figures.
    pub figures: RequestFigures,
}

/// The figures of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceFigures {
    /// The place.
    pub organization: OrganizationRef,
    /// The figures.
    pub figures: RequestFigures,
}

/// Figures of some requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestFigures {
    /// How many came.
    pub received: u32,
    /// Of these, got a first response.
    pub responded: u32,
    /// Of these, by the first deadline they had.
    pub in_time: u32,
    /// Half of the first responses came within so long; `None` without one.
    #[serde(default)]
    pub response_median_ms: Option<i64>,
    /// Went one level higher because nobody answered in time.
    pub escalated: u32,
    /// Were reopened by the asker.
    pub reopened: u32,
    /// Closed because the asker said that it is solved.
    pub solved: u32,
    /// Closed because the asker said that it is partly solved.
    pub partly: u32,
    /// Declined.
    pub declined: u32,
    /// Answered, and the asker has said nothing. That is not satisfied.
    pub silent: u32,
    /// How many said how satisfied they are: 1 很不满意 to 5 很满意, in this order.
    pub satisfaction: [u32; 5],
}
