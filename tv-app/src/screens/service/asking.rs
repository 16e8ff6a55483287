//! It is asked, and something becomes of it.

use contract::error::ErrorCode;
use contract::request::{self, CategoryKind, Phone};

use super::actions::Number;
use super::controller::{Service, Step};
use crate::cache::command::NewRequest;
use crate::screens::sending::{Outcome, Sending};
use crate::screens::{Context, Effect, Effects, Route};

impl Service {
    /// The number is right: a suggestion is asked one thing more.
    pub(super) fn confirmed(&mut self, context: &Context<'_>) -> Effects {
        let kind = self.category.as_ref().map(|category| category.kind);
        if kind == Some(CategoryKind::Suggestion) {
            self.go(Step::Public);
            return Effects::new();
        }
        self.send(false, context)
    }

    pub(super) fn send(&mut self, may_be_public: bool, context: &Context<'_>) -> Effects {
        let Some(category) = &self.category else {
            return Effects::new();
        };
        let key = (context.new_key)();
        let whose = self.for_whom.clone().or_else(|| {
            let proved = self.proved.as_ref()?;
            Some((proved.member_id.clone(), proved.name.clone()))
        });
        let (member_id, name) = whose.unwrap_or_default();
        let phone = match &self.number {
            Number::Offered(offer) => Phone::Member {
                member_id: offer.member.id.clone(),
            },
            Number::Registered(_) => Phone::Member {
                member_id: member_id.clone(),
            },
            Number::Typed(number) => Phone::Typed {
                number: number.clone(),
            },
            Number::None => Phone::None,
        };
        let command = NewRequest {
            key: key.clone(),
            request: request::NewRequest {
                category_id: self.id.clone(),
                phone,
                sentences: self.draft.sentences.clone(),
                voice: self.draft.voice.clone(),
                proof: self.proved.as_ref().map(|proved| proved.proof.clone()),
                for_member_id: self.for_whom.as_ref().map(|(id, _)| id.clone()),
                may_be_public,
                age_ms: None,
            },
            title: category.title.clone(),
            member_id,
            name,
        };
        self.sending = Some(Sending::new(key, context));
        self.go(Step::Sending);
        // After a power cut one comes where it is seen that it was asked, not where it is asked again.
        vec![Effect::Command(Box::new(command.into())), Effect::Remember]
    }

    /// Something is known of what was sent.
    pub(super) fn said(&mut self) -> Effects {
        let Some(outcome) = self.outcome().cloned() else {
            return Effects::new();
        };
        let title = self
            .category
            .as_ref()
            .map(|category| category.title.clone())
            .unwrap_or_default();
        match outcome {
            Outcome::Sending => Effects::new(),
            Outcome::Taken(receipt) => {
                let receipt = receipt.unwrap_or_default();
                vec![Effect::Replace(Route::ServiceDone {
                    title,
                    number: receipt.number,
                    office: receipt.office.name,
                    due_at_ms: receipt.due_at_ms,
                })]
            }
            Outcome::Kept => vec![Effect::Replace(Route::ServiceDone {
                title,
                number: String::new(),
                office: String::new(),
                due_at_ms: 0,
            })],
            Outcome::Refused(ErrorCode::WrongPin, tries) if self.proved.is_some() => {
                // Nothing else of what was chosen is lost.
                self.proved = None;
                self.prove.again(tries);
                self.go(Step::Who);
                vec![Effect::Remember]
            }
            Outcome::Refused(..) | Outcome::NotSaved => {
                self.go(Step::Failed);
                vec![Effect::Remember]
            }
        }
    }
}
