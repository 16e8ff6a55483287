//! The working calendar (工作日历): by which hours a deadline counts that runs in working time. It is data that
//! staff of the installation look through and enter each year; nothing fetches it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET` and `PUT /api/v1/calendar/{year}`. Everything of the year is replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkCalendar {
    /// Hours of a working day, the first first. Empty: 08:30–12:00 and 14:00–17:30.
    #[serde(default)]
    pub hours: Vec<WorkHours>,
    /// Days that are not what their day of the week says: holidays, and weekends that are worked (调休).
    #[serde(default)]
    pub days: Vec<WorkDay>,
}

/// A time of a working day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkHours {
    /// Minutes after midnight at which it begins.
    pub from_minute: u32,
    /// Minutes after midnight at which it ends, at most 1440.
    pub to_minute: u32,
}

/// A day that is not what its day of the week says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkDay {
    /// ISO 8601 date within the year.
    pub date: String,
    /// It is worked.
    pub is_working: bool,
    /// What it is: 国庆节, 国庆节调休上班; at most 30 characters.
    #[serde(default)]
    pub note: String,
}
