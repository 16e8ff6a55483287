//! What the keys do in each of its steps.

use super::actions::{Action, Answers, Number};
use super::controller::{Service, Step};
use crate::remote::{Press, RemoteKey};
use crate::screens::asked::note_route;
use crate::screens::kit::Act;
use crate::screens::kit::form::Answer;
use crate::screens::{Context, Effect, Effects};

impl Service {
    pub(super) fn act(&mut self, action: &Action, context: &Context<'_>) -> Effects {
        match action {
            Action::Send => return self.confirmed(context),
            Action::Silent => {
                self.number = Number::None;
                return self.confirmed(context);
            }
            Action::Number => self.go(Step::Number),
            Action::Other { at, .. } => {
                if let Some(offer) = self.phones.get(*at) {
                    self.number = Number::Offered(offer.clone());
                }
                self.arrange();
            }
            Action::Note => {
                let Some(route) = note_route(&self.id, None) else {
                    return Effects::new();
                };
                // What staff write on a telephone would be theirs.
                let proved = self.proved.clone().filter(|_| !self.for_others);
                return vec![match proved {
                    Some(proved) => Effect::OpenFor(route, Box::new(proved)),
                    None => Effect::Open(route),
                }];
            }
            Action::Papers => self.go(Step::Papers),
        }
        Effects::new()
    }

    pub(super) fn on_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        match self.step {
            Step::Who | Step::ForWhom => {
                let proving = self.prove.key(key, press);
                self.proving(proving, context)
            }
            Step::Confirm => self.on_confirm(key, press, context),
            Step::Number => {
                match self.form.key(key, press) {
                    Answer::Stays => {}
                    Answer::Left => self.go(Step::Confirm),
                    Answer::Entered(number) => {
                        self.number = Number::Typed(number);
                        self.go(Step::Confirm);
                        self.arrange();
                        self.actions.rewind();
                    }
                }
                Effects::new()
            }
            Step::Papers => {
                if self.answers.act(key, press) == Act::Left {
                    self.go(Step::Confirm);
                }
                Effects::new()
            }
            Step::Public => match self.answers.act(key, press) {
                Act::Left => {
                    self.go(Step::Confirm);
                    Effects::new()
                }
                Act::Chosen(_) => {
                    let public = self.answers.chosen() == Some(&Answers::Public);
                    self.send(public, context)
                }
                Act::Moved | Act::Unused => Effects::new(),
            },
            // It is kept already: whoever leaves need not wait for the answer.
            Step::Sending => match self.answers.act(key, press) {
                Act::Left => {
                    let mut effects = self
                        .sending
                        .as_mut()
                        .map(|sending| sending.give_up(context))
                        .unwrap_or_default();
                    effects.extend(self.said());
                    effects
                }
                _ => Effects::new(),
            },
            Step::Failed => match self.answers.act(key, press) {
                Act::Left | Act::Chosen(_) => {
                    self.sending = None;
                    self.go(Step::Confirm);
                    self.arrange();
                    vec![Effect::Remember]
                }
                Act::Moved | Act::Unused => Effects::new(),
            },
        }
    }

    pub(super) fn on_confirm(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        match self.actions.act(key, press) {
            Act::Left if self.is_station() => {
                self.begin_anew(context);
                Effects::new()
            }
            Act::Left => vec![Effect::Back],
            Act::Chosen(_) => {
                let chosen = self.actions.chosen().cloned();
                chosen.map_or_else(Effects::new, |action| self.act(&action, context))
            }
            Act::Moved | Act::Unused => Effects::new(),
        }
    }
}
