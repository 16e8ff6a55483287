//! A confidential report. It waits like any other command and is overwritten on the disk once the server
//! has answered; nothing else of it is kept here, and no log says that there was one.

use contract::API_PREFIX;
use contract::request;

use super::kind::{Kept, Kind, Method, Policy, Pressed, Priority, ProvedBy, Taken};
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What somebody reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// What is sent, with the number and the PIN by which it is followed.
    pub request: request::NewReport,
}

impl Kind for NewReport {
    const NAME: &'static str = "report";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;
    const IS_DISCREET: bool = true;

    type Request = request::NewReport;
    type Reply = Taken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/reports")
    }

    fn request(&self, _now: ServerTime) -> request::NewReport {
        self.request.clone()
    }
}

impl Kept for NewReport {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;
    const RENEWED: bool = true;

    /// One does not wait for another, and the name of the lane says nothing.
    fn lane(&self) -> String {
        self.key.clone()
    }

    fn renew(request: &mut request::NewReport, pressed: &Pressed) {
        request.age_ms = pressed.age_ms;
    }
}

impl Cache {
    /// How many confidential reports wait for the server: all that can be known of them here.
    #[must_use]
    pub fn waiting_reports(&self) -> usize {
        let count: i64 = self.read("count what waits", |db| {
            db.prepare_cached("SELECT count(*) FROM outbox WHERE state < 2 AND kind = ?1")?
                .query_row([NewReport::NAME], |row| row.get(0))
        });
        usize::try_from(count).unwrap_or(0)
    }
}
