//! What is told in confidence, and followed by number and PIN.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Phone, Verdict, Voice};

/// `POST /api/v1/terminal/reports`: a confidential report. Needs an `Idempotency-Key`. Number and PIN are
/// made at the terminal, so that they are known without a network.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewReport {
    /// The category, of the kind `confidential`.
    pub category_id: String,
    /// Ten random digits.
    pub number: String,
    /// Six digits, chosen.
    pub pin: String,
    /// Whom to telephone, if anybody.
    pub phone: Phone,
    /// Sentences that were picked.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub voice: Option<Voice>,
    /// How long ago the key was pressed.
    #[serde(default)]
    pub age_ms: Option<i64>,
}

// Nothing of a report reaches a log.
impl std::fmt::Debug for NewReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewReport").finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/reports/follow`: how a report stands. Wrong numbers and wrong PINs are answered
/// alike, and counted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportKey {
    /// Its number.
    pub number: String,
    /// Its PIN.
    pub pin: String,
}

impl std::fmt::Debug for ReportKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportKey").finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/reports/verdict`. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportVerdict {
    /// Which.
    pub key: ReportKey,
    /// What its author says.
    pub verdict: Verdict,
}
