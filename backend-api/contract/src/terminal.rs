//! Terminals: enrolled boxes, and what they write.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;
use crate::played::Played;

/// What a terminal is used as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminalKind {
    /// 户: a home's TV.
    #[default]
    Household,
    /// 站点: a village station's TV.
    Station,
    /// A screen without a remote.
    Signage,
}

/// Where a terminal keeps what it shows and what people do at it, as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminalStorage {
    /// On its disk.
    Disk,
    /// Only what people do is on the disk: the rest is in memory, and fetched again after a power cut.
    Outbox,
    /// In memory alone: a power cut takes what was not sent yet.
    Nothing,
}

impl TerminalStorage {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Disk, Self::Outbox, Self::Nothing];

    /// Its name in the header [`TERMINAL_STORAGE`](crate::TERMINAL_STORAGE).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Outbox => "outbox",
            Self::Nothing => "nothing",
        }
    }

    /// The one with this name; nothing for one that came after this program.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What a list of terminals is narrowed to. All but the last are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminalOnly {
    /// Not revoked.
    Used,
    /// Heard of at a moment or after it.
    Heard,
    /// Heard of, but not since a moment.
    Silent,
    /// Never heard of.
    Never,
    /// TVs of homes that no household has, so that nobody can sign in there.
    WithoutHousehold,
    /// Those that say that they cannot keep things on their disk.
    StorageFailed,
    /// Revoked.
    Revoked,
}

/// A terminal as it sees itself (`GET /api/v1/terminal`) and as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Terminal {
    /// Id.
    pub id: String,
    /// What it is.
    pub kind: TerminalKind,
    /// Name, e.g. 张家村 12 号.
    pub name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
    /// When it was approved.
    pub enrolled_at_ms: i64,
    /// When it last asked anything, to the minute.
    #[serde(default)]
    pub seen_at_ms: Option<i64>,
    /// When its token was revoked.
    #[serde(default)]
    pub revoked_at_ms: Option<i64>,
    /// Where it keeps things; none: it has not said.
    #[serde(default)]
    pub storage: Option<TerminalStorage>,
    /// Counts up with every change; send it back as `If-Match`.
    #[serde(default)]
    #[schema(required = true)]
    pub version: i64,
}

/// A terminal as others name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct TerminalRef {
    /// Id.
    pub id: String,
    /// Name, e.g. 张家村 12 号.
    pub name: String,
}

/// `PUT /api/v1/terminals/{id}`: what a terminal is, where it stands, and whose it is. It is told
/// at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalDraft {
    /// Code of the organization it belongs to.
    pub organization_code: String,
    /// What it is.
    pub kind: TerminalKind,
    /// Name, e.g. 张家村 12 号.
    pub name: String,
    /// Id of the household whose TV it is, one of that organization. `None`: no household's, so
    /// nobody can sign in at it by PIN.
    #[serde(default)]
    pub household_id: Option<String>,
    /// The household may have another TV: that one then loses its people.
    #[serde(default)]
    pub replace_tv: bool,
}

/// `PUT /api/v1/terminal/progress/{programme_id}`: how far somebody watched. Needs an
/// `Idempotency-Key`. A report never moves the server's record back in time: the one with the
/// later `at_ms` wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProgressReport {
    /// Where in the programme.
    pub position_ms: i64,
    /// Length of the programme as the player measured it.
    pub duration_ms: i64,
    /// Time really watched since the last report: from so much before `position_ms` up to there,
    /// without a jump.
    pub watched_ms: i64,
    /// What the terminal thinks. Older servers believed it; the server decides by what was played.
    pub finished: bool,
    /// The terminal's clock, corrected by what it knows of the server's.
    pub at_ms: i64,
}

impl ProgressReport {
    /// The part that was played. Of older terminals, which let jumps be in it, a guess of the
    /// right length.
    #[must_use]
    pub fn part(&self) -> Played {
        let from_ms = self.position_ms.saturating_sub(self.watched_ms.max(0));
        Played::one(from_ms, self.position_ms)
    }
}

/// What the server knows of one programme's progress at one terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// The programme.
    pub programme_id: String,
    /// Where in the programme.
    pub position_ms: i64,
    /// All time really watched, replays included.
    pub watched_ms: i64,
    /// Most of it was really played, each minute counted once.
    pub finished: bool,
    /// Time of the latest report.
    pub at_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_header_are_those_of_json() {
        for one in TerminalStorage::ALL {
            assert_eq!(serde_json::to_value(one).unwrap(), one.name());
            assert_eq!(TerminalStorage::named(one.name()), Some(one));
        }
        assert_eq!(TerminalStorage::named("tape"), None);
    }
}
