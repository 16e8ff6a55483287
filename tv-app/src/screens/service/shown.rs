//! What of it the screen shows.

use contract::request::{Category, ClockKind};

use super::actions::{Actions, Answers, Number};
use super::controller::{Service, Step};
use crate::cache::{Draft, Gone, ServerTime};
use crate::screens::kit::detail::Detail;
use crate::screens::kit::form::Remark;
use crate::screens::proving::Prove;
use crate::screens::sending::Outcome;
use crate::screens::{BACK, Controller};

/// An hour, in ms.
const HOUR_MS: i64 = 3_600_000;

impl Service {
    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The category, unless it is not here.
    #[must_use]
    pub const fn category(&self) -> Option<&Category> {
        self.category.as_ref()
    }

    /// Why it is not here, when it is not.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// Who proves who they are, or is chosen.
    #[must_use]
    pub const fn prove(&self) -> &Prove {
        &self.prove
    }

    /// Staff ask for somebody else.
    #[must_use]
    pub const fn is_for_others(&self) -> bool {
        self.for_others
    }

    /// Whom they will call.
    #[must_use]
    pub const fn number(&self) -> &Number {
        &self.number
    }

    /// What can be done.
    #[must_use]
    pub const fn actions(&self) -> &Actions {
        &self.actions
    }

    /// The answers of a step that is a question.
    #[must_use]
    pub const fn answers(&self) -> &Detail<Answers> {
        &self.answers
    }

    /// The digits typed so far, which are no secret, and what is to be said of them.
    #[must_use]
    pub fn typed(&self) -> (&str, Remark) {
        (self.form.pad().digits(), self.form.remark())
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.form.focused_key()
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// Until when somebody calls, if it is asked now, Unix ms; `None` when nobody can know it here.
    #[must_use]
    pub fn due_at_ms(&self) -> Option<i64> {
        let category = self.category.as_ref()?;
        let by_wall = category.clock == ClockKind::Wall;
        let now = self.now.known_ms().filter(|_| by_wall)?;
        Some(now + i64::from(category.response_hours) * HOUR_MS)
    }

    /// What became of it, while that is said.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.sending.as_ref().map(|sending| &sending.outcome)
    }

    /// What was said of it.
    #[must_use]
    pub const fn said_of_it(&self) -> &Draft {
        &self.draft
    }

    /// The same was asked before, and is still on its way.
    #[must_use]
    pub const fn is_again(&self) -> bool {
        self.again
    }

    /// Papers have no room beside the number.
    #[must_use]
    pub const fn has_papers_apart(&self) -> bool {
        self.papers_apart
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }
}
