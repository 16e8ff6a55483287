//! From question to question, all of them once more, and the ballot.

use contract::error::ErrorCode;
use contract::evaluation::ballot_bytes;
use contract::member::Proof;

use super::asking::{Asking, Did};
use super::controller::{Answering, Step};
use super::handing::{Handing, Outcome};
use super::parts::Line;
use super::sheet::Place;
use crate::cache::BallotDraft;
use crate::cache::command::{Ballot, Told};
use crate::focus::Direction;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::form::{Digits, PIN, Remark};
use crate::screens::{AnswersDeed, Context, Effect, Effects, arrow};

impl Answering {
    /// What has been answered, as it goes to the disk.
    pub(super) fn keep(&self, context: &Context<'_>) -> Effects {
        let (Some(of), Some(key), Some(evaluation)) = (self.of(), &self.key, &self.evaluation)
        else {
            return Effects::new();
        };
        let end = (evaluation.form.questions.len(), 0);
        let at = self.asking.as_ref();
        let at = at.map_or(end, |asking| (asking.place.question, asking.place.row));
        let answers = self.sheet.answers().to_vec();
        let draft = BallotDraft::new(evaluation.form_hash.clone(), answers, at);
        let sealed = key.seal(&of, &draft, &(context.new_key)());
        sealed
            .map(|sealed| Effect::Answers(AnswersDeed::Keep(sealed)))
            .into_iter()
            .collect()
    }

    /// Puts a question on the screen; without one, the review.
    pub(super) fn ask(&mut self, place: Option<Place>, context: &Context<'_>) {
        match place {
            Some(place) => {
                self.go(Step::Asking);
                self.asking = Some(Asking::new(&self.sheet, place));
            }
            None => {
                self.changing = false;
                self.go(Step::Review);
                self.read_review(context);
                self.review.pager_mut().rewind();
            }
        }
    }

    pub(super) fn on_asking_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        let Some(asking) = &mut self.asking else {
            return Effects::new();
        };
        let place = asking.place;
        let before = self.sheet.places();
        match asking.key(&mut self.sheet, key, press) {
            Did::Stays => return Effects::new(),
            Did::Changed => {}
            Did::Answered | Did::Next => {
                let places = self.sheet.places();
                let at = places.iter().position(|one| *one == place);
                let next = at.and_then(|at| places.get(at + 1)).copied();
                let next = if self.changing {
                    self.sheet.first_open()
                } else {
                    next
                };
                self.ask(next, context);
            }
            Did::Previous if self.changing => self.ask(None, context),
            Did::Previous => {
                let at = before.iter().position(|one| *one == place);
                let previous = at.and_then(|at| at.checked_sub(1));
                match previous.and_then(|at| before.get(at)) {
                    Some(previous) => self.ask(Some(*previous), context),
                    None => return Effects::new(),
                }
            }
            Did::Left => return self.leave(),
        }
        let mut effects = self.hush();
        effects.extend(self.keep(context));
        effects
    }

    pub(super) fn on_review_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        match self.review.pager_mut().act(key, press) {
            Act::Left => return self.leave(),
            Act::Chosen(_) => match self.review.chosen().map(|row| row.what) {
                Some(Line::HandIn) => self.go(Step::Confirm),
                Some(Line::Open(place) | Line::Answer(place)) => {
                    self.changing = true;
                    self.ask(Some(place), context);
                }
                None => {}
            },
            Act::Moved | Act::Unused => {}
        }
        Effects::new()
    }

    pub(super) fn on_confirm_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        match (key, press) {
            (RemoteKey::Back, Press::Down) => self.ask(None, context),
            (RemoteKey::Ok, Press::Down) if self.answers.index() == 0 => self.ask(None, context),
            (RemoteKey::Ok, Press::Down) => return self.hand_in(context),
            _ => {
                let sideways = |at: &Direction| matches!(at, Direction::Left | Direction::Right);
                if let Some(direction) = arrow(key, press).filter(sideways) {
                    self.answers.go(direction);
                }
            }
        }
        Effects::new()
    }

    pub(super) fn hand_in(&mut self, context: &Context<'_>) -> Effects {
        let (Some(evaluation), Some(member), Some(proof)) =
            (&self.evaluation, &self.member, &self.proof)
        else {
            return Effects::new();
        };
        if !self.sheet.is_complete() {
            self.ask(self.sheet.first_open(), context);
            return Effects::new();
        }
        let ballot = Ballot {
            key: (context.new_key)(),
            evaluation_id: self.id.clone(),
            title: evaluation.title.clone(),
            form_hash: self.form_hash.clone(),
            member: member.clone(),
            proof: proof.clone(),
            answers: self.sheet.counted(),
            bytes: ballot_bytes(&evaluation.form),
        };
        self.resend = false;
        let handing = Handing::sending(&ballot.key, context);
        self.go(Step::Handing);
        self.handing = Some(handing);
        self.settle();
        let mut effects = self.hush();
        effects.push(Effect::Command(Box::new(ballot.into())));
        effects
    }

    pub(super) fn on_handed(&mut self, key: &str, told: &Told, context: &Context<'_>) -> Effects {
        let Some(handing) = self.handing.as_mut().filter(|one| one.is_of(key)) else {
            return Effects::new();
        };
        handing.take(told, context);
        let mut effects = Effects::new();
        if let Told::Refused(refusal) = told {
            effects.push(Effect::Told(key.to_owned()));
            let is_about_proof = matches!(
                refusal.code,
                ErrorCode::WrongPin
                    | ErrorCode::PinLocked
                    | ErrorCode::NoPin
                    | ErrorCode::UnknownCard
            );
            if is_about_proof {
                // They are not asked everything again.
                effects.extend(self.keep(context));
            }
            let chosen = matches!(self.proof, Some(Proof::Pin { .. })) && self.key.is_some();
            if refusal.code == ErrorCode::WrongPin && chosen {
                self.handing = None;
                self.go(Step::Pin);
                self.form = Digits::new(PIN, Remark::WrongPin(refusal.tries));
                self.resend = true;
                return effects;
            }
        }
        let is_lost = self
            .handing
            .as_ref()
            .is_some_and(|one| one.outcome == Outcome::NotSaved);
        if is_lost {
            return self.not_saved(context);
        }
        self.forget();
        effects.extend(self.read(context));
        self.told.rewind();
        effects
    }

    /// It could neither be sent nor kept: the answers are, for another attempt.
    pub(super) fn not_saved(&mut self, context: &Context<'_>) -> Effects {
        if let Some(handing) = &mut self.handing {
            handing.not_saved(context);
        }
        self.settle();
        self.told.rewind();
        self.keep(context)
    }
}
