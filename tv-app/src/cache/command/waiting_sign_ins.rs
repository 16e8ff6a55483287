//! The sign-ins that the server has not answered, for the screens.

use super::kind::Kind;
use super::sign_in::NewSignIn;
use super::take::Waiting;
use crate::cache::handle::Cache;

/// A sign-in that the server has not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingSignIn {
    /// Its idempotency key.
    pub key: String,
    /// The roll call.
    pub roll_call_id: String,
    /// Its round.
    pub round: u32,
    /// Who; empty for a card.
    pub member_id: String,
    /// The person has been told that it is kept.
    pub queued: bool,
}

impl Cache {
    /// Every sign-in that the server has not answered, oldest first. Where nothing can be promised
    /// only those of which somebody was told before that they are kept.
    #[must_use]
    pub fn waiting_sign_ins(&self) -> Vec<WaitingSignIn> {
        let sign_in = |waiting: Waiting| WaitingSignIn {
            key: waiting.request.key,
            roll_call_id: waiting.about.subject,
            round: waiting.about.part,
            member_id: waiting.about.member_id,
            queued: waiting.queued,
        };
        let kept = if self.can_promise() {
            ""
        } else {
            " AND queued = 1"
        };
        let here = format!("state < 2 AND kind = '{}'{kept}", NewSignIn::NAME);
        self.waiting(&here).into_iter().map(sign_in).collect()
    }
}
