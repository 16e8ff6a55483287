//! How a meeting is held again and again: by which rule, for how long, and on which days that comes to lie.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Meetings of a series at most: once a week for a year.
pub const MOST_IN_SERIES: u32 = 53;

/// How often. Which day it is stands in the first meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// On the same day of each week.
    #[default]
    Week,
    /// On the same day of every second week.
    TwoWeeks,
    /// On the same day of each month; of a month without that day on its last one.
    MonthDay,
    /// On the same weekday of each month, counted from its beginning; of a fifth one the last of each month.
    MonthWeekday,
}

/// By which rule, and for how long: either `until` or `times`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Repeat {
    /// How often.
    pub every: Every,
    /// The last day on which there may be one, an ISO 8601 date.
    #[serde(default)]
    pub until: Option<String>,
    /// How many there are, the first one included: 2 to [`MOST_IN_SERIES`].
    #[serde(default)]
    pub times: Option<u32>,
}

/// Where a meeting stands in its series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesPlace {
    /// The series.
    pub id: String,
    /// How often it is held.
    pub every: Every,
    /// Which one of the series it is, from 1.
    pub number: u32,
    /// How many were planned, those that were cancelled since included.
    pub of: u32,
}

/// `POST /api/v1/meeting-series/plan`: on which days it would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesWish {
    /// When the first one is to begin.
    pub starts_at_ms: i64,
    /// How often, and for how long.
    pub repeat: Repeat,
}

/// The days of a series, before it is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesPlan {
    /// One by one, the first first.
    pub days: Vec<SeriesDay>,
    /// Years of them whose working calendar nobody has entered: of those only weekends are known to be free.
    pub unknown_years: Vec<i16>,
}

/// One day of a series by its rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesDay {
    /// When the meeting begins.
    pub starts_at_ms: i64,
    /// Why nobody works that day (国庆节, 星期六); none: it is worked.
    #[serde(default)]
    pub free: Option<String>,
    /// When it would begin on the next day that is worked and has none of the series; of a free day only, and
    /// none if there is no such day within a month.
    #[serde(default)]
    pub moved_to_ms: Option<i64>,
}
