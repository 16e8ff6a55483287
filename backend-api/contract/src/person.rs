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
    /// One that came after this program. A terminal shows the person all the same; nobody is given it.
    #[serde(other)]
    Unknown,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::member::TerminalPeople;

    #[test]
    fn a_standing_of_a_newer_server_loses_nobody() {
        let person = |name: &str, status: &str| {
            serde_json::json!({ "id": name, "name": name, "organization": { "id": "o", "name": "村" },
                "status": status, "pin_set": true, "card_set": false, "exempt": false })
        };
        let people = [person("张三", "full"), person("李四", "honorary")];
        let read: TerminalPeople =
            serde_json::from_value(serde_json::json!({ "people": people })).unwrap();
        let read: Vec<_> = read
            .people
            .iter()
            .map(|it| (it.name.as_str(), it.status))
            .collect();
        let expected = [
            ("张三", MemberStatus::Full),
            ("李四", MemberStatus::Unknown),
        ];
        assert_eq!(read, expected);
    }
}
