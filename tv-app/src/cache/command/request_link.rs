//! A page for one telephone, where somebody types and photographs what they ask: asked at once, since it
//! is of no use without a network, and then how it stands.

use contract::API_PREFIX;
use contract::request::{NewRequestLink, RequestLink, RequestLinkState};

use super::kind::{Kind, Method, ProvedBy};
use crate::cache::time::ServerTime;

/// Somebody wants a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// The key under which it is answered.
    pub key: String,
    /// What for.
    pub request: NewRequestLink,
}

impl Kind for NewLink {
    const NAME: &'static str = "request_link";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = NewRequestLink;
    type Reply = RequestLink;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/request-links")
    }

    fn request(&self, _now: ServerTime) -> NewRequestLink {
        self.request.clone()
    }
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkState {
    /// The key under which it is answered.
    pub key: String,
    /// The page.
    pub id: String,
}

impl Kind for LinkState {
    const NAME: &'static str = "request_link_state";
    const METHOD: Method = Method::Get;
    const PROOF: ProvedBy = ProvedBy::Terminal;

    type Request = ();
    type Reply = RequestLinkState;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/request-links/{}", self.id)
    }

    fn request(&self, _now: ServerTime) {}
}
