//! Somebody's own record: asked at once, in a session that is opened for them and ended with it.

use contract::API_PREFIX;
use contract::member::MemberRecord;
use contract::proof::Proof;

use super::kind::{Kind, Method, ProvedBy};
use crate::cache::time::ServerTime;

/// Who wants to see their record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRecord {
    /// The key under which it is answered.
    pub key: String,
    /// Who, and how they prove it.
    pub proof: Proof,
}

impl Kind for OwnRecord {
    const NAME: &'static str = "own_record";
    const METHOD: Method = Method::Get;
    const PROOF: ProvedBy = ProvedBy::Session;

    type Request = ();
    type Reply = Box<MemberRecord>;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/record")
    }

    fn request(&self, _now: ServerTime) {}

    fn person(&self) -> Option<&Proof> {
        Some(&self.proof)
    }
}
