//! At a station: who asks, and for whom.

use super::actions::Number;
use super::controller::{FOR_OTHERS, Service, Step};
use crate::screens::proving::{Prove, Proving};
use crate::screens::{Context, Effect, Effects};

impl Service {
    pub(super) fn proving(&mut self, proving: Proving, context: &Context<'_>) -> Effects {
        match proving {
            Proving::Stays => {}
            Proving::Left if self.step == Step::ForWhom || self.for_others => {
                self.begin_anew(context);
            }
            Proving::Left => return vec![Effect::Back],
            Proving::Other => {
                self.for_others = true;
                self.prove = Prove::new(None);
                self.prove.read(context);
            }
            Proving::Proved(proved) => {
                if self.number == Number::None && !proved.member_id.is_empty() && !self.for_others {
                    self.number = Number::Registered(proved.name.clone());
                }
                self.proved = Some(proved);
                // Their PIN was wrong, and for whom they ask is known already.
                if self.for_others && self.for_whom.is_none() {
                    self.prove = Prove::by_name();
                    self.prove.read(context);
                    self.go(Step::ForWhom);
                } else {
                    self.go(Step::Confirm);
                    self.arrange();
                }
            }
            Proving::Named(person) => {
                self.number = Number::Registered(person.name.clone());
                self.for_whom = Some((person.id, person.name));
                self.prove = Prove::new(None);
                self.go(Step::Confirm);
                self.arrange();
            }
        }
        Effects::new()
    }

    /// Nothing of a person stays.
    pub(super) fn begin_anew(&mut self, context: &Context<'_>) {
        self.proved = None;
        self.for_whom = None;
        self.for_others = false;
        self.number = Number::None;
        self.sending = None;
        self.prove = Prove::new(Some(FOR_OTHERS));
        self.prove.read(context);
        self.go(Step::Who);
    }
}
