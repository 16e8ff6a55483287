//! What the server will never take.

use contract::error::ErrorCode;

/// Why the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub code: ErrorCode,
    /// After a wrong PIN, how many tries are left.
    pub tries: Option<u32>,
    /// How long to wait before the next try, in ms.
    pub wait_ms: Option<u64>,
}

/// A refusal that came when nobody waited for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldLater {
    /// The command's idempotency key.
    pub key: String,
    /// Name of its kind; empty: a sign-in of an older version of this program.
    pub kind: String,
    /// Whose it was; empty for a card.
    pub name: String,
    /// Title of what it was about.
    pub title: String,
    /// Why.
    pub refusal: Refusal,
}

impl ToldLater {
    /// Whether it is about something that was asked with one key.
    #[must_use]
    pub fn is_of_request(&self) -> bool {
        self.kind.starts_with("request") || self.kind == "report"
    }
}
