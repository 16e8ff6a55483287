//! What somebody asked, at a station: asked at once, in a session that is opened for them and ended with it.

use contract::API_PREFIX;
use contract::proof::Proof;
use contract::request::TerminalRequests;

use super::kind::{Kind, Method, ProvedBy};
use crate::cache::time::ServerTime;

/// Who wants to see what they asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRequests {
    /// The key under which it is answered.
    pub key: String,
    /// Who, and how they prove it.
    pub proof: Proof,
}

impl Kind for OwnRequests {
    const NAME: &'static str = "own_requests";
    const METHOD: Method = Method::Get;
    const PROOF: ProvedBy = ProvedBy::Session;

    type Request = ();
    type Reply = Box<TerminalRequests>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/requests")
    }

    fn request(&self, _now: ServerTime) {}

    fn person(&self) -> Option<&Proof> {
        Some(&self.proof)
    }
}
