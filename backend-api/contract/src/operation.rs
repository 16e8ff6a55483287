//! How the server itself is, for whoever looks after it: `GET /api/v1/condition`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// The disk is full.
    Disk,
    /// The computer's clock cannot be believed.
    Clock,
    /// The database is damaged.
    Database,
    /// There is no good backup, or only an old one.
    Backup,
    /// The certificate ends soon, or has ended.
    Certificate,
}

/// Something that somebody should do something about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// What is wrong and what to do, in Chinese.
    pub words: String,
}

/// How the server is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerCondition {
    /// When the last backup was made in which every file was whole; none: never, as far as it is known.
    #[serde(default)]
    pub backup_at_ms: Option<i64>,
    /// Bytes left on the disk of the data folder; none: it cannot be told.
    #[serde(default)]
    pub free_bytes: Option<u64>,
    /// What the computer's clock shows, Unix milliseconds, while it is not believed: whoever knows the time compares
    /// it, and confirms it if it is right.
    #[serde(default)]
    pub clock_ms: Option<i64>,
    /// What is wrong, the gravest first; empty when all is well.
    pub warnings: Vec<Warning>,
}

/// `POST /api/v1/condition/clock`: the computer's clock is right, and time goes on by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockConfirmed {
    /// What it showed when it was compared, Unix milliseconds ([`ServerCondition::clock_ms`]).
    pub clock_ms: i64,
}
