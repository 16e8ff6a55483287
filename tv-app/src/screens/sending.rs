//! What becomes of something that somebody does about a request: it is waited for, and after a while kept.

use contract::error::ErrorCode;
use contract::request::RequestReceipt;

use super::kit::confirmation::{Confirmation, STAYS_MS};
use super::signing::ANSWER_MS;
use super::{Context, Effect, Effects};
use crate::cache::command::{Reply, Told};

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On its way.
    Sending,
    /// The server has it; of one that is new, what it said.
    Taken(Option<RequestReceipt>),
    /// Kept until there is a network.
    Kept,
    /// The server will not have it; after a wrong PIN with the tries that are left.
    Refused(ErrorCode, Option<u32>),
    /// It could not be written down, or this box can keep nothing and the server does not answer.
    NotSaved,
}

/// Something that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    key: String,
    /// What became of it.
    pub outcome: Outcome,
    said: Confirmation,
}

impl Sending {
    /// The command with this key is on its way from now on.
    #[must_use]
    pub fn new(key: String, context: &Context<'_>) -> Self {
        Self {
            key,
            outcome: Outcome::Sending,
            said: Confirmation::new(context.ticks_ms, Some(ANSWER_MS)),
        }
    }

    /// The command's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is of the command with this key.
    #[must_use]
    pub fn is_of(&self, key: &str) -> bool {
        self.key == key
    }

    /// Whether nothing is known of it yet.
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        self.outcome == Outcome::Sending
    }

    /// Which of its states it is in, for [`Controller::phase`](super::Controller::phase).
    #[must_use]
    pub const fn phase(&self) -> u8 {
        match self.outcome {
            Outcome::Sending => 1,
            Outcome::Taken(_) => 2,
            Outcome::Kept => 3,
            Outcome::Refused(..) => 4,
            Outcome::NotSaved => 5,
        }
    }

    fn say(&mut self, outcome: Outcome, context: &Context<'_>) {
        self.outcome = outcome;
        self.said = Confirmation::new(context.ticks_ms, Some(STAYS_MS));
    }

    /// Takes what became of it; what the server has said stays. Whoever is there is told of a refusal here.
    #[must_use]
    pub fn take(&mut self, told: &Told, context: &Context<'_>) -> Effects {
        if matches!(self.outcome, Outcome::Taken(_) | Outcome::Refused(..)) {
            return Effects::new();
        }
        let outcome = match told {
            Told::Answered(Reply::NewRequest(receipt)) => Outcome::Taken(Some(receipt.clone())),
            Told::Answered(_) => Outcome::Taken(None),
            Told::Refused(refusal) => Outcome::Refused(refusal.code, refusal.tries),
            // This box could not keep it either.
            Told::NoNetwork => Outcome::NotSaved,
            Told::Queued => Outcome::Kept,
        };
        let is_refused = matches!(outcome, Outcome::Refused(..));
        self.say(outcome, context);
        let told = is_refused.then(|| Effect::Told(self.key.clone()));
        told.into_iter().collect()
    }

    /// It could not be written down.
    pub fn not_saved(&mut self, context: &Context<'_>) {
        self.say(Outcome::NotSaved, context);
    }

    /// When [`Sending::tick`] has something to do, in monotonic ms.
    #[must_use]
    pub const fn wake_at(&self) -> Option<u64> {
        self.said.until()
    }

    /// Until when no key takes away what is said, in monotonic ms; `None` while nothing is.
    #[must_use]
    pub fn holds_until(&self) -> Option<u64> {
        (!self.is_on_its_way()).then(|| self.said.holds_until())
    }

    /// Which result it is, once there is one.
    #[must_use]
    pub fn result(&self) -> Option<u8> {
        (!self.is_on_its_way()).then(|| self.phase())
    }

    /// It is being read aloud.
    pub fn prolong(&mut self, context: &Context<'_>) {
        self.said.prolong(context.ticks_ms);
    }

    /// Nobody waits for the answer any more: honest is that it is kept, where it can be.
    pub fn give_up(&mut self, context: &Context<'_>) -> Effects {
        if !self.is_on_its_way() {
            return Effects::new();
        }
        let outcome = if context.cache.can_promise() {
            Outcome::Kept
        } else {
            Outcome::NotSaved
        };
        self.say(outcome, context);
        vec![Effect::Queue(self.key.clone())]
    }

    /// Whether its time is over: that of waiting, or that in which it is said what became of it.
    #[must_use]
    pub fn is_over(&self, context: &Context<'_>) -> bool {
        self.said.is_over(context.ticks_ms)
    }
}
