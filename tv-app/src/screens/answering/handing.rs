//! A ballot is handed in: what is to be said of it, and until when.

use contract::error::ErrorCode;
use contract::member::MemberRef;

use crate::cache::command::{Reply, Told};
use crate::screens::kit::confirmation::{Confirmation, STAYS_MS};
use crate::screens::signing::ANSWER_MS;
use crate::screens::{Context, Effect, Effects};

/// What became of a ballot, as the screen says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On its way.
    Sending,
    /// Kept until there is a network.
    Queued,
    /// The server has it.
    Taken {
        /// They had taken part before: that ballot counts.
        repeated: bool,
    },
    /// The server will not have it.
    Refused(ErrorCode),
    /// It could not be written down.
    NotSaved,
}

/// A ballot under way, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handing {
    key: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Who of the household is still missing, as the server said.
    pub missing: Option<Vec<MemberRef>>,
    said: Confirmation,
}

impl Handing {
    /// One that is being sent under this key.
    #[must_use]
    pub fn sending(key: &str, context: &Context<'_>) -> Self {
        Self {
            key: key.to_owned(),
            outcome: Outcome::Sending,
            missing: None,
            said: Confirmation::new(context.ticks_ms, Some(ANSWER_MS)),
        }
    }

    /// Whether it is the one with this key.
    #[must_use]
    pub fn is_of(&self, key: &str) -> bool {
        self.key == key
    }

    /// It has not been said yet what became of it.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        self.outcome == Outcome::Sending
    }

    /// Which of its states it is in, for [`Controller::phase`](crate::screens::Controller::phase).
    #[must_use]
    pub const fn phase(&self) -> u8 {
        match self.outcome {
            Outcome::Sending => 1,
            Outcome::Queued => 2,
            Outcome::Taken { .. } => 3,
            Outcome::Refused(_) => 4,
            Outcome::NotSaved => 5,
        }
    }

    /// Until when no key takes it away, in monotonic ms; `None` while there is no result yet.
    #[must_use]
    pub fn holds_until(&self) -> Option<u64> {
        (!self.is_sending()).then(|| self.said.holds_until())
    }

    /// Which result it is, once there is one.
    #[must_use]
    pub fn result(&self) -> Option<u8> {
        (!self.is_sending()).then(|| self.phase())
    }

    /// It is being read aloud.
    pub fn prolong(&mut self, context: &Context<'_>) {
        self.said.prolong(context.ticks_ms);
    }

    /// When [`Handing::tick`] has something to do.
    #[must_use]
    pub const fn wake_at(&self) -> Option<u64> {
        self.said.until()
    }

    fn say(&mut self, outcome: Outcome, context: &Context<'_>) {
        self.outcome = outcome;
        self.said = Confirmation::new(context.ticks_ms, Some(STAYS_MS));
    }

    /// Takes what became of it.
    pub fn take(&mut self, told: &Told, context: &Context<'_>) {
        let outcome = match told {
            Told::Refused(refusal) => Outcome::Refused(refusal.code),
            Told::Answered(Reply::Ballot(taken)) => {
                self.missing = Some(taken.household_missing.clone());
                Outcome::Taken {
                    repeated: taken.repeated,
                }
            }
            // This box could not keep it either.
            Told::NoNetwork => Outcome::NotSaved,
            // A ballot has no other reply.
            Told::Queued | Told::Answered(_) => Outcome::Queued,
        };
        self.say(outcome, context);
    }

    /// It could not be written down.
    pub fn not_saved(&mut self, context: &Context<'_>) {
        self.say(Outcome::NotSaved, context);
    }

    /// Time has passed. The first says what else is to be done; the second that it is over.
    pub fn tick(&mut self, context: &Context<'_>) -> (Effects, bool) {
        if !self.said.is_over(context.ticks_ms) {
            return (Effects::new(), false);
        }
        if !self.is_sending() {
            return (Effects::new(), true);
        }
        // From now on nobody waits for the answer: honest is that it is kept, where it can be.
        let outcome = if context.cache.can_promise() {
            Outcome::Queued
        } else {
            Outcome::NotSaved
        };
        self.say(outcome, context);
        (vec![Effect::Queue(self.key.clone())], false)
    }
}
