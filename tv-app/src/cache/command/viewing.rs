//! Who watched a meeting and for how long.

use contract::API_PREFIX;
use contract::meeting::ViewingReport;
use uuid::Uuid;

use super::kind::{Kept, Kind, Method, Policy, Priority, ProvedBy, Taken};
use crate::cache::error::CacheError;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// How far a viewing is: each report holds the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewing {
    /// Idempotency key.
    pub key: String,
    /// The viewing.
    pub id: String,
    /// How far it is.
    pub report: ViewingReport,
}

impl Kind for Viewing {
    const NAME: &'static str = "viewing";
    const METHOD: Method = Method::Put;
    const PROOF: ProvedBy = ProvedBy::Terminal;

    type Request = ViewingReport;
    type Reply = Taken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/viewings/{}", self.id)
    }

    fn request(&self, _now: ServerTime) -> ViewingReport {
        self.report.clone()
    }
}

impl Kept for Viewing {
    /// The server keeps what the latest one said; there is never more than one for a viewing.
    const POLICY: Policy = Policy::Replace;
    const PRIORITY: Priority = Priority::Background;

    fn lane(&self) -> String {
        format!("viewing:{}", self.id)
    }
}

impl Cache {
    /// Writes down how far a viewing is; on the disk when this returns, so that a power cut costs
    /// only what was watched since.
    ///
    /// # Errors
    /// When it cannot be written; then the one before still waits.
    pub fn record_viewing(&self, id: &str, report: &ViewingReport) -> Result<(), CacheError> {
        self.enqueue(&Viewing {
            key: Uuid::now_v7().to_string(),
            id: id.to_owned(),
            report: report.clone(),
        })
    }
}
