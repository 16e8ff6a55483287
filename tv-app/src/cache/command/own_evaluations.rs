//! Whether somebody may take part, asked at once in a session that is opened for them and ended with it:
//! before the first question the server has looked at their PIN or card.

use contract::API_PREFIX;
use contract::evaluation::TerminalEvaluations;
use contract::proof::Proof;

use super::kind::{Kind, Method, ProvedBy};
use crate::cache::time::ServerTime;

/// Who wants to take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnEvaluations {
    /// The key under which it is answered.
    pub key: String,
    /// Who, and how they prove it.
    pub proof: Proof,
}

impl Kind for OwnEvaluations {
    const NAME: &'static str = "own_evaluations";
    const METHOD: Method = Method::Get;
    const PROOF: ProvedBy = ProvedBy::Session;

    type Request = ();
    type Reply = Box<TerminalEvaluations>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/evaluations")
    }

    fn request(&self, _now: ServerTime) {}

    fn person(&self) -> Option<&Proof> {
        Some(&self.proof)
    }
}
