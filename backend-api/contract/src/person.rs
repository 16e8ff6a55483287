//! What everything else says of a person: who it is, how they stand, how often they came.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a person stands with the organization.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// 正式党员
    #[default]
    Full,
    /// 预备党员: attends, does not vote.
    Probationary,
    /// 发展对象: an activist whom the branch has chosen to become a member; not one yet.
    DevelopmentTarget,
    /// 入党积极分子
    Activist,
    /// 入党申请人
    Applicant,
    /// 群众
    Villager,
}

/// A member as lists name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct MemberRef {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Attendance over a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceSummary {
    /// Roll calls that are over in which the member counted (not exempt).
    pub eligible: u32,
    /// Of these present, late included.
    pub present: u32,
    /// Of the present, late.
    pub late: u32,
    /// On leave.
    pub leave: u32,
    /// `present / eligible` in hundredths of a percent, rounded half up; `None` without a
    /// roll call.
    #[serde(default)]
    pub rate_bp: Option<u32>,
}
