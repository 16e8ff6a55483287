//! A new PIN, proved by the card: asked at once, while the person stands there.

use contract::API_PREFIX;
use contract::member::{MemberRef, PinByCard};

use super::kind::{Kind, Method, ProvedBy};
use crate::cache::time::ServerTime;

/// What somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPin {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// Card and PIN.
    pub request: PinByCard,
}

impl Kind for NewPin {
    const NAME: &'static str = "new_pin";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = PinByCard;
    type Reply = MemberRef;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/pins")
    }

    fn request(&self, _now: ServerTime) -> PinByCard {
        self.request.clone()
    }
}
