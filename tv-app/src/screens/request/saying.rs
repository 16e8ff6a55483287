//! What the asker says and wants to hear or see, by the keys of each step.

use contract::proof::Proof;
use contract::request::{self, Attachment};

use super::attached::{Attached, is_picture};
use super::layout::Opens;
use super::part::{Choice, Left, Part, Step};
use crate::cache::command::{Command, Verdict, Withdraw};
use crate::remote::{Press, RemoteKey};
use crate::screens::asked::note_route;
use crate::screens::kit::Act;
use crate::screens::sending::{Outcome, Sending};
use crate::screens::{Context, Effect, Effects};

impl Part {
    pub(super) fn send(&mut self, command: Command, context: &Context<'_>) -> Effects {
        self.sending = Some(Sending::new(command.key().to_owned(), context));
        self.go(Step::Said);
        vec![
            Effect::Speak(Vec::new()),
            Effect::Command(Box::new(command)),
        ]
    }

    pub(super) fn say(
        &mut self,
        satisfaction: Option<u8>,
        proof: Option<Proof>,
        context: &Context<'_>,
    ) -> Effects {
        let Some(one) = &self.request else {
            return Effects::new();
        };
        let verdict = Verdict {
            key: (context.new_key)(),
            id: one.id.clone(),
            request: request::Verdict {
                solved: self.solved,
                satisfaction,
                about: one.history.last().map_or(0, |entry| entry.number),
                proof,
            },
            title: one.category.clone(),
        };
        self.send(verdict.into(), context)
    }

    pub(super) fn take_back(&mut self, proof: Option<Proof>, context: &Context<'_>) -> Effects {
        let Some(one) = &self.request else {
            return Effects::new();
        };
        let withdraw = Withdraw {
            key: (context.new_key)(),
            id: one.id.clone(),
            proof,
            title: one.category.clone(),
        };
        self.send(withdraw.into(), context)
    }

    /// Lets them hear or see what is attached to an entry (its number).
    pub(super) fn attach(
        &mut self,
        entry: u32,
        is_wanted: impl Fn(usize, &Attachment) -> bool,
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> Effects {
        let Some(one) = &self.request else {
            return Effects::new();
        };
        let entry = one.history.iter().find(|known| known.number == entry);
        let all = entry.into_iter().flat_map(|entry| &entry.attachments);
        let wanted = all.enumerate().filter(|(at, file)| is_wanted(*at, file));
        let wanted: Vec<Attachment> = wanted.map(|(_, file)| file.clone()).collect();
        if wanted.is_empty() {
            return Effects::new();
        }
        let (attached, effects) = Attached::open(&one.id, wanted, proof, context);
        self.go(Step::Attached);
        self.attached = Some(attached);
        let mut all = vec![Effect::Speak(Vec::new())];
        all.extend(effects);
        all
    }

    pub(super) fn open(
        &mut self,
        opens: Opens,
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> Effects {
        match opens {
            Opens::Voice(entry, wanted) => {
                return self.attach(entry, |at, _| at == wanted, proof, context);
            }
            Opens::Pictures(entry) => {
                return self.attach(entry, |_, file| is_picture(file), proof, context);
            }
            Opens::Verdict(solved) => {
                self.solved = solved;
                self.sending = None;
                self.go(Step::Satisfaction);
            }
            Opens::Withdraw => {
                self.sending = None;
                self.go(Step::Withdraw);
            }
            Opens::Add => {
                let route = self
                    .request
                    .as_ref()
                    .and_then(|one| note_route(&one.category_id, Some(&one.id)));
                return route.map(Effect::Open).into_iter().collect();
            }
        }
        vec![Effect::Speak(Vec::new())]
    }

    pub(super) fn choose(
        &mut self,
        choice: Choice,
        proof: Option<Proof>,
        context: &Context<'_>,
    ) -> Effects {
        match choice {
            Choice::Satisfied(grade) => self.say(Some(grade), proof, context),
            Choice::Unsaid => self.say(None, proof, context),
            Choice::TakeBack => self.take_back(proof, context),
            Choice::Keep => {
                self.go(Step::Page);
                Effects::new()
            }
        }
    }

    pub(super) fn on_digit(
        &mut self,
        digit: u8,
        proof: Option<Proof>,
        context: &Context<'_>,
    ) -> Effects {
        match self.step {
            Step::Page => {
                let all = self.can();
                let chosen = all.into_iter().find(|opens| opens.digit() == Some(digit));
                chosen.map_or_else(Effects::new, |opens| {
                    self.open(opens, proof.as_ref(), context)
                })
            }
            Step::Satisfaction => match digit {
                0 => self.say(None, proof, context),
                1..=5 => self.say(Some(digit), proof, context),
                _ => Effects::new(),
            },
            Step::Withdraw | Step::Said | Step::Attached => Effects::new(),
        }
    }

    pub(super) fn on_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        proof: Option<Proof>,
        context: &Context<'_>,
    ) -> (Effects, Left) {
        if let (RemoteKey::Digit(digit), Press::Down) = (key, press) {
            return (self.on_digit(digit, proof, context), Left::No);
        }
        match self.step {
            Step::Page => match self.reading.act(key, press) {
                Act::Left => (vec![Effect::Speak(Vec::new())], Left::Back),
                Act::Chosen(_) => {
                    let opens = self.reading.focused().map(|stop| stop.what);
                    let effects = opens.map_or_else(Effects::new, |opens| {
                        self.open(opens, proof.as_ref(), context)
                    });
                    (effects, Left::No)
                }
                Act::Moved | Act::Unused => (Effects::new(), Left::No),
            },
            Step::Said | Step::Attached => match self.choices.act(key, press) {
                Act::Left => self.leave(context),
                _ => (Effects::new(), Left::No),
            },
            Step::Satisfaction | Step::Withdraw => match self.choices.act(key, press) {
                Act::Left => {
                    self.go(Step::Page);
                    (Effects::new(), Left::No)
                }
                Act::Chosen(_) => {
                    let chosen = self.choices.chosen().copied();
                    let effects = chosen
                        .map_or_else(Effects::new, |choice| self.choose(choice, proof, context));
                    (effects, Left::No)
                }
                Act::Moved | Act::Unused => (Effects::new(), Left::No),
            },
        }
    }

    /// Nobody waits for the answer any more, or what is said of it has been read.
    pub(super) fn leave(&mut self, context: &Context<'_>) -> (Effects, Left) {
        let Some(sending) = &mut self.sending else {
            self.go(Step::Page);
            return (Effects::new(), Left::No);
        };
        if sending.is_on_its_way() {
            return (sending.give_up(context), Left::No);
        }
        let taken = matches!(sending.outcome, Outcome::Taken(_));
        self.sending = None;
        self.go(Step::Page);
        let hush = self.speaking.map(|_| Effect::Speak(Vec::new()));
        let left = if taken { Left::Said } else { Left::No };
        (hush.into_iter().collect(), left)
    }
}
