//! Meetings that are planned together and held again and again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::meeting::{MeetingDraft, StaffMeeting};
use crate::repeat::Repeat;

/// `POST /api/v1/meeting-series`: a meeting for each day of the rule. From then on each is one by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesDraft {
    /// The first one; the others are like it.
    pub meeting: MeetingDraft,
    /// How often, and for how long.
    pub repeat: Repeat,
    /// Those that are moved from a free day to the next one that is worked: the `starts_at_ms` by the rule,
    /// of days of the plan that have a `moved_to_ms`.
    #[serde(default)]
    pub moved: Vec<i64>,
}

/// The meetings of a series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingSeries {
    /// One by one, the first first.
    pub meetings: Vec<StaffMeeting>,
}
