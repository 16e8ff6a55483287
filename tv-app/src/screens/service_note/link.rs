//! A page for one telephone: asked for at once, shown as a code, and looked after until the telephone has
//! sent something or its time is over.

use contract::proof::Proof;
use contract::request::{NewRequestLink, RequestLink, RequestReceipt};

use crate::cache::command::{Command, LinkState, NewLink, Reply, Told};
use crate::screens::{Context, Effect, Effects};

/// It is asked so often how the page stands, in ms.
const ASK_MS: u64 = 3_000;
/// An answer that takes longer does not come, in ms.
const PATIENCE_MS: u64 = 30_000;
/// How long a page is good for where nobody knows what time it is, in ms.
const GOOD_MS: u64 = 15 * 60_000;
/// Whoever has begun to write is waited for so long after that, in ms.
const GRACE_MS: u64 = 30 * 60_000;

/// Where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The server is asked for a page.
    #[default]
    Asking,
    /// There is no network.
    NoNetwork,
    /// The server gives none.
    Refused,
    /// The code is shown.
    Code,
    /// A telephone has it; somebody writes.
    Claimed,
    /// Its time is over.
    Expired,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Link {
    step: Step,
    link: Option<RequestLink>,
    /// The key of what the server is asked now, and when no answer is waited for any longer.
    question: Option<(String, u64)>,
    /// When it is asked again, in monotonic ms.
    ask_at: u64,
    /// When its time is over, in monotonic ms.
    until: u64,
    /// The last question was not answered.
    silent: bool,
}

impl Link {
    /// Where it stands.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// What the code says.
    #[must_use]
    pub fn url(&self) -> &str {
        self.link.as_ref().map_or("", |link| link.url.as_str())
    }

    /// Minutes that are left, rounded up.
    #[must_use]
    pub const fn minutes_left(&self, ticks_ms: u64) -> u64 {
        self.until.saturating_sub(ticks_ms).div_ceil(60_000)
    }

    /// Whether the network went away after the code was shown.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.silent
    }

    /// The key of what the server is asked now.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.question.as_ref().map(|(key, _)| key.as_str())
    }

    /// Whether it can be asked for anew.
    #[must_use]
    pub const fn can_retry(&self) -> bool {
        matches!(self.step, Step::NoNetwork | Step::Refused | Step::Expired)
    }

    /// Asks for a page; at a station for whoever has proved who they are.
    pub fn begin(
        &mut self,
        category_id: &str,
        proof: Option<Proof>,
        context: &Context<'_>,
    ) -> Effects {
        *self = Self::default();
        let request = NewRequestLink {
            category_id: category_id.to_owned(),
            proof,
        };
        let key = (context.new_key)();
        self.ask(NewLink { key, request }.into(), context)
    }

    fn ask(&mut self, command: Command, context: &Context<'_>) -> Effects {
        let key = command.key().to_owned();
        self.question = Some((key, context.ticks_ms + PATIENCE_MS));
        vec![Effect::Command(Box::new(command))]
    }

    /// When it has something to do, in monotonic ms.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        let late = self.question.as_ref().map(|(_, late)| *late);
        match self.step {
            Step::Asking => late,
            Step::Code | Step::Claimed => Some(self.until.min(late.unwrap_or(self.ask_at))),
            Step::NoNetwork | Step::Refused | Step::Expired => None,
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, context: &Context<'_>) -> Effects {
        let now = context.ticks_ms;
        let is_late = self.question.as_ref().is_some_and(|(_, late)| *late <= now);
        match self.step {
            Step::Asking if is_late => self.end(Step::NoNetwork),
            Step::Code | Step::Claimed if self.until <= now => self.end(Step::Expired),
            Step::Code | Step::Claimed => {
                if is_late {
                    self.question = None;
                    self.silent = true;
                }
                if self.question.is_none()
                    && self.ask_at <= now
                    && let Some(link) = &self.link
                {
                    self.ask_at = now + ASK_MS;
                    let key = (context.new_key)();
                    let id = link.id.clone();
                    return self.ask(LinkState { key, id }.into(), context);
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn end(&mut self, step: Step) {
        *self = Self {
            step,
            ..Self::default()
        };
    }

    /// Takes what became of the question with this key; the receipt once the telephone has sent
    /// something.
    pub fn told(
        &mut self,
        key: &str,
        told: &Told,
        context: &Context<'_>,
    ) -> Option<RequestReceipt> {
        let is_ours = self.question.as_ref().is_some_and(|(ours, _)| ours == key);
        if !is_ours {
            return None;
        }
        self.question = None;
        match (self.step, told) {
            (Step::Asking, Told::Answered(Reply::NewLink(link))) => {
                let left = context.now.known_ms().map(|now| link.expires_at_ms - now);
                let left = left.map_or(GOOD_MS, |left| u64::try_from(left).unwrap_or(0));
                self.step = Step::Code;
                self.until = context.ticks_ms + left;
                self.ask_at = context.ticks_ms + ASK_MS;
                self.link = Some(link.clone());
            }
            (Step::Asking, Told::Refused(_)) => self.end(Step::Refused),
            (Step::Asking, _) => self.end(Step::NoNetwork),
            (_, Told::Answered(Reply::LinkState(state))) => {
                self.silent = false;
                if state.receipt.is_some() {
                    return state.receipt.clone();
                }
                if state.claimed && self.step == Step::Code {
                    self.step = Step::Claimed;
                    self.until = context.ticks_ms + GRACE_MS;
                }
            }
            (_, Told::Refused(_)) => self.end(Step::Expired),
            (_, _) => self.silent = true,
        }
        None
    }
}
