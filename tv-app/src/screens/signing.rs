//! Somebody signs in: which code and PIN they type, what is sent, and what became of it. The same
//! at home and at a station.

use contract::error::ErrorCode;
use contract::member::Proof;
use contract::roll_call::AttendanceState;

use super::attendance::{Call, Person, Unlisted};
use super::kit::confirmation::{Confirmation, STAYS_MS};
use super::kit::form::{Answer, CODE, Digits, PIN, Remark};
use super::{Context, Effect, Effects};
use crate::cache::NewSignIn;
use crate::cache::command::{Reply, Told};
use crate::remote::{Press, RemoteKey};

/// The answer is waited for so long; then the person is told that it is kept, in ms.
pub const ANSWER_MS: u64 = 6_000;

/// Who signs in.
#[derive(Clone, PartialEq, Eq)]
pub enum Who {
    /// Chosen by name, to be proved by PIN.
    Chosen(Person),
    /// A card with this number.
    Card(String),
}

/// What is asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The presence code of the picture.
    Code,
    /// The PIN.
    Pin,
}

/// Somebody who is typing.
pub struct Entry {
    /// Who.
    pub who: Who,
    /// What is asked for.
    pub asked: Asked,
    /// What was typed, and what is to be said of it.
    pub form: Digits,
    code: Option<String>,
}

/// What came of a key while somebody types.
pub enum Entered {
    /// They go on typing.
    Stays,
    /// They gave up.
    Left,
    /// This is to be sent.
    Send(Box<NewSignIn>),
}

impl Entry {
    /// Begins with what this roll call demands. `None` when nothing has to be typed.
    #[must_use]
    pub fn begin(who: Who, call: &Call) -> Option<Self> {
        let asked = match (&who, call.presence_code) {
            (_, true) => Asked::Code,
            (Who::Chosen(_), false) => Asked::Pin,
            (Who::Card(_), false) => return None,
        };
        Some(Self {
            who,
            asked,
            form: Digits::new(length(asked), Remark::None),
            code: None,
        })
    }

    /// Their name; empty for a card.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Chosen(person) => &person.name,
            Who::Card(_) => "",
        }
    }

    /// The presence code they have typed already, or as much of it as there is.
    #[must_use]
    pub fn code(&self) -> &str {
        match self.asked {
            Asked::Code => self.form.pad().digits(),
            Asked::Pin => self.code.as_deref().unwrap_or_default(),
        }
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        key: RemoteKey,
        press: Press,
        call: &Call,
        context: &Context<'_>,
    ) -> Entered {
        match self.form.key(key, press) {
            Answer::Stays => Entered::Stays,
            Answer::Left => Entered::Left,
            Answer::Entered(digits) => match self.asked {
                Asked::Code => {
                    self.code = Some(digits);
                    match &self.who {
                        Who::Chosen(_) => {
                            self.ask(Asked::Pin, Remark::None);
                            Entered::Stays
                        }
                        Who::Card(card) => {
                            let proof = Proof::Card { card: card.clone() };
                            self.send(proof, call, context)
                        }
                    }
                }
                Asked::Pin => {
                    let member_id = match &self.who {
                        Who::Chosen(person) => person.id.clone(),
                        Who::Card(_) => String::new(),
                    };
                    let proof = Proof::Pin {
                        member_id,
                        pin: digits,
                    };
                    self.send(proof, call, context)
                }
            },
        }
    }

    fn send(&self, proof: Proof, call: &Call, context: &Context<'_>) -> Entered {
        let code = self.code.clone();
        Entered::Send(Box::new(new(proof, self.name(), code, call, context)))
    }

    fn ask(&mut self, asked: Asked, remark: Remark) {
        self.asked = asked;
        self.form = Digits::new(length(asked), remark);
    }

    /// What is asked for, for [`Controller::phase`](super::Controller::phase).
    #[must_use]
    pub const fn phase(&self) -> u8 {
        match self.asked {
            Asked::Code => 1,
            Asked::Pin => 2,
        }
    }

    /// Asks again for what was wrong. `false` when asking again would not help.
    pub fn again(&mut self, code: ErrorCode, tries: Option<u32>) -> bool {
        match (code, &self.who) {
            (ErrorCode::WrongPin, Who::Chosen(_)) => self.ask(Asked::Pin, Remark::WrongPin(tries)),
            (ErrorCode::WrongPresenceCode, _) => self.ask(Asked::Code, Remark::WrongCode),
            _ => return false,
        }
        true
    }
}

const fn length(asked: Asked) -> usize {
    match asked {
        Asked::Code => CODE,
        Asked::Pin => PIN,
    }
}

/// What is to be sent, under a key of its own.
#[must_use]
pub fn new(
    proof: Proof,
    name: &str,
    presence_code: Option<String>,
    call: &Call,
    context: &Context<'_>,
) -> NewSignIn {
    NewSignIn {
        key: (context.new_key)(),
        roll_call_id: call.id.clone(),
        title: call.title.clone(),
        round: call.round.map_or(1, |round| round.number),
        proof,
        name: name.to_owned(),
        presence_code,
    }
}

/// What became of a sign-in, as the screen says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On its way.
    Sending,
    /// Kept until there is a network.
    Queued,
    /// The server has it.
    Signed {
        /// How they stand now.
        state: AttendanceState,
        /// They had signed in before.
        repeated: bool,
        /// The moment that counts, Unix ms.
        at_ms: i64,
        /// Called elsewhere, signed in here.
        nearby: bool,
    },
    /// The server will not have it.
    Refused(ErrorCode),
    /// It could not be written down.
    NotSaved,
    /// They are not in the list of this roll call, although they belong into it.
    NotListed {
        /// It is kept as a visitor's, and counts once they are in the list.
        kept: bool,
    },
}

/// The panel that says what became of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    key: String,
    /// Whose it is; empty for a card that the server has not named.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Whom they may ask; empty when there is nothing to ask.
    pub office: String,
    said: Confirmation,
}

impl Panel {
    /// For a sign-in that is being sent.
    #[must_use]
    pub fn sending(new: &NewSignIn, context: &Context<'_>) -> Self {
        Self {
            key: new.key.clone(),
            name: new.name.clone(),
            outcome: Outcome::Sending,
            office: String::new(),
            said: Confirmation::new(context.ticks_ms, Some(ANSWER_MS)),
        }
    }

    /// For something that needs no sending, e.g. somebody who has no PIN.
    #[must_use]
    pub fn said(name: &str, outcome: Outcome, context: &Context<'_>) -> Self {
        Self {
            key: String::new(),
            name: name.to_owned(),
            outcome,
            office: String::new(),
            said: Confirmation::new(context.ticks_ms, Some(STAYS_MS)),
        }
    }

    /// For somebody who is not in the list; `kept` if they were taken for a visitor.
    #[must_use]
    pub fn not_listed(unlisted: &Unlisted, kept: bool, context: &Context<'_>) -> Self {
        Self {
            office: unlisted.office.clone(),
            ..Self::said(&unlisted.name, Outcome::NotListed { kept }, context)
        }
    }

    /// Until when no key takes it away, in monotonic ms; `None` while there is no result yet.
    #[must_use]
    pub fn holds_until(&self) -> Option<u64> {
        (self.outcome != Outcome::Sending).then(|| self.said.holds_until())
    }

    /// Which result it is, once there is one.
    #[must_use]
    pub fn result(&self) -> Option<u8> {
        (self.outcome != Outcome::Sending).then(|| self.phase())
    }

    /// It is being read aloud.
    pub fn prolong(&mut self, context: &Context<'_>) {
        self.said.prolong(context.ticks_ms);
    }

    /// Which of its states it is in, for [`Controller::phase`](super::Controller::phase).
    #[must_use]
    pub const fn phase(&self) -> u8 {
        match self.outcome {
            Outcome::Sending => 1,
            Outcome::Queued => 2,
            Outcome::Signed { .. } => 3,
            Outcome::Refused(_) => 4,
            Outcome::NotSaved => 5,
            Outcome::NotListed { .. } => 6,
        }
    }

    fn say(&mut self, outcome: Outcome, context: &Context<'_>) {
        self.outcome = outcome;
        self.said = Confirmation::new(context.ticks_ms, Some(STAYS_MS));
    }

    /// When [`Panel::tick`] has something to do.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        self.said.until()
    }

    /// Whether it is of the sign-in with this key.
    #[must_use]
    pub fn is_of(&self, key: &str) -> bool {
        !key.is_empty() && self.key == key
    }

    /// Takes what became of the sign-in. `ours` tells whether somebody belongs to this TV.
    pub fn take(&mut self, told: &Told, ours: impl Fn(&str) -> bool, context: &Context<'_>) {
        let outcome = match told {
            Told::Refused(refusal) => Outcome::Refused(refusal.code),
            Told::Answered(Reply::SignIn(answer)) => {
                self.name.clone_from(&answer.member.name);
                Outcome::Signed {
                    state: answer.state,
                    repeated: answer.repeated,
                    at_ms: answer.signed_at_ms,
                    nearby: !ours(&answer.member.id),
                }
            }
            // This box could not keep it either.
            Told::NoNetwork => Outcome::NotSaved,
            // A sign-in has no other reply.
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
        if self.outcome == Outcome::Sending {
            // From now on nobody waits for the answer: honest is that it is kept, where it can be.
            let outcome = if context.cache.can_promise() {
                Outcome::Queued
            } else {
                Outcome::NotSaved
            };
            self.say(outcome, context);
            return (vec![Effect::Queue(self.key.clone())], false);
        }
        (Effects::new(), true)
    }
}
