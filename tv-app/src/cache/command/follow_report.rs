//! How a confidential report stands, and what its author says of it: asked at once, by its number and PIN.

use contract::API_PREFIX;
use contract::request::{ReportKey, ReportVerdict, TerminalRequest};

use super::kind::{Kind, Method, ProvedBy, Taken};
use crate::cache::time::ServerTime;

/// Somebody wants to know how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowReport {
    /// The key under which it is answered.
    pub key: String,
    /// Its number and PIN.
    pub request: ReportKey,
}

impl Kind for FollowReport {
    const NAME: &'static str = "follow_report";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;
    const IS_DISCREET: bool = true;

    type Request = ReportKey;
    type Reply = Box<TerminalRequest>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/reports/follow")
    }

    fn request(&self, _now: ServerTime) -> ReportKey {
        self.request.clone()
    }
}

/// Whether it is solved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgeReport {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// What is said of which.
    pub request: ReportVerdict,
}

impl Kind for JudgeReport {
    const NAME: &'static str = "judge_report";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;
    const IS_DISCREET: bool = true;

    type Request = ReportVerdict;
    type Reply = Taken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/reports/verdict")
    }

    fn request(&self, _now: ServerTime) -> ReportVerdict {
        self.request.clone()
    }
}
