//! Who answers, how they prove it, and what they had answered before.

use contract::error::ErrorCode;
use contract::evaluation::TerminalEvaluations;
use contract::member::{MemberRef, Proof};

use super::controller::{Answering, Block, Step};
use super::handing::Outcome;
use super::parts::Choice;
use super::sheet::Sheet;
use crate::cache::command::{NewObjection, OwnEvaluations, Reply, Told};
use crate::cache::{DraftKey, OpenedDraft, search};
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance::{self, Attendance, Person};
use crate::screens::kit::Act;
use crate::screens::kit::form::{Answer, Digits, PIN, Remark};
use crate::screens::voting::{self, Standing, Voter};
use crate::screens::{AnswersDeed, Context, Effect, Effects};

impl Answering {
    /// At home whoever may and has not; at a station everybody, since only the server knows.
    pub(super) fn read_names(&mut self, context: &Context<'_>) {
        let mut shown: Vec<Person> = if Self::is_station(context) {
            let people = context.cache.people();
            let person = |one: &contract::member::TerminalPerson| Person {
                id: one.id.clone(),
                name: one.name.clone(),
                attendance: Attendance::Missing,
                pin_set: one.pin_set,
            };
            people.people.iter().map(person).collect()
        } else {
            let may = |voter: &Voter| voter.standing == Standing::May;
            let voters = voting::voters(context.cache, &self.id).into_iter();
            voters.filter(may).map(person).collect()
        };
        shown.sort_by_cached_key(|person| search::sort_key(&person.name));
        let metrics = context.metrics;
        self.names
            .set(shown, metrics.tile_columns, metrics.choice_rows);
    }

    /// Nobody is asked who they are where there is only one.
    pub(super) fn begin_at_once(&mut self, context: &Context<'_>) {
        let wanted = std::mem::take(&mut self.wanted);
        if let Some(person) = self.names.all().iter().find(|one| one.id == wanted) {
            let person = person.clone();
            self.begin(&person);
            return;
        }
        if Self::is_station(context) {
            if self.names.all().is_empty() {
                let nobody = attendance::nobody(context.cache);
                self.block(nobody.map_or(Block::Gone, Block::Nobody));
            }
            return;
        }
        match self.names.all() {
            [] => {
                let block = self.why_nobody(context);
                self.block(block);
            }
            [only] => {
                let only = only.clone();
                self.begin(&only);
            }
            _ => {}
        }
    }

    fn why_nobody(&self, context: &Context<'_>) -> Block {
        let voters = voting::voters(context.cache, &self.id);
        let done = |voter: &&Voter| matches!(voter.standing, Standing::TookPart | Standing::Kept);
        if voters.iter().any(|voter| done(&voter)) {
            return Block::AllDone;
        }
        match (voters.first(), attendance::nobody(context.cache)) {
            (Some(voter), _) => Block::MayNot(voter.because.clone()),
            (None, Some(nobody)) => Block::Nobody(nobody),
            (None, None) => Block::Nobody(attendance::Nobody::Unknown),
        }
    }

    fn begin(&mut self, person: &Person) {
        self.member = Some(MemberRef {
            id: person.id.clone(),
            name: person.name.clone(),
        });
        if person.pin_set {
            self.go(Step::Pin);
        } else {
            self.block(Block::NoPin);
        }
    }

    pub(super) fn on_who_key(&mut self, key: RemoteKey, press: Press) -> Effects {
        match (key, press) {
            (RemoteKey::Back, Press::Down) if self.names.clear() => {}
            (RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            (RemoteKey::Ok, Press::Down) => match self.names.chosen().cloned() {
                Some(person) => {
                    self.begin(&person);
                    // After a power cut one comes back to the same person.
                    return vec![Effect::Remember];
                }
                None if self.names.window.on_back() => return vec![Effect::Back],
                None => {}
            },
            _ => {
                self.names.key(key, press);
            }
        }
        Effects::new()
    }

    pub(super) fn on_pin_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        match self.form.key(key, press) {
            Answer::Stays => Effects::new(),
            Answer::Left => self.away(context),
            Answer::Entered(pin) => {
                let member_id = self.member.as_ref().map(|member| member.id.clone());
                let proof = Proof::Pin {
                    member_id: member_id.unwrap_or_default(),
                    pin,
                };
                if self.resend {
                    return self.hand_in_again(proof, context);
                }
                self.check(proof, context)
            }
        }
    }

    /// What was answered goes out with another PIN.
    fn hand_in_again(&mut self, proof: Proof, context: &Context<'_>) -> Effects {
        self.key = DraftKey::fresh(secret(&proof), &(context.new_key)());
        self.proof = Some(proof);
        self.hand_in(context)
    }

    pub(super) fn on_card(&mut self, card: &CardNumber, context: &Context<'_>) -> Effects {
        // At a station the card is proof enough; at home it is not.
        if !Self::is_station(context) || !matches!(self.step, Step::Who | Step::Pin) || self.resend
        {
            return Effects::new();
        }
        self.go(Step::Who);
        let proof = Proof::Card {
            card: card.0.clone(),
        };
        self.check(proof, context)
    }

    /// Asks the server whether they are who they say, and may take part.
    fn check(&mut self, proof: Proof, context: &Context<'_>) -> Effects {
        let asked = OwnEvaluations {
            key: (context.new_key)(),
            proof: proof.clone(),
        };
        self.go(Step::Checking);
        self.question = Some(asked.key.clone());
        self.proof = Some(proof);
        vec![Effect::Command(Box::new(asked.into()))]
    }

    pub(super) fn on_checked(&mut self, told: &Told, context: &Context<'_>) -> Effects {
        self.question = None;
        match told {
            Told::Answered(Reply::OwnEvaluations(known)) => self.judge(known, context),
            Told::Refused(refusal)
                if refusal.code == ErrorCode::WrongPin && self.member.is_some() =>
            {
                self.again(refusal.tries);
                Effects::new()
            }
            Told::Refused(refusal) => {
                self.block(Block::Refused(refusal.code));
                Effects::new()
            }
            // At home it is known who may; whether the PIN is right the server says when it has the
            // ballot.
            Told::NoNetwork | Told::Queued | Told::Answered(_)
                if !Self::is_station(context) && self.member.is_some() =>
            {
                self.open(false, context)
            }
            Told::NoNetwork | Told::Queued | Told::Answered(_) => {
                self.block(Block::NoNetwork);
                Effects::new()
            }
        }
    }

    fn again(&mut self, tries: Option<u32>) {
        self.go(Step::Pin);
        self.form = Digits::new(PIN, Remark::WrongPin(tries));
    }

    fn judge(&mut self, known: &TerminalEvaluations, context: &Context<'_>) -> Effects {
        let mut known = known.evaluations.iter();
        let people = known
            .find(|one| one.id == self.id)
            .map(|one| one.people.as_slice())
            .unwrap_or_default();
        // Whoever has a card is not named by the question.
        let mine = match &self.member {
            Some(member) => people.iter().find(|one| one.member.id == member.id),
            None => people.first(),
        };
        let Some(mine) = mine else {
            self.block(Block::Gone);
            return Effects::new();
        };
        self.member = Some(mine.member.clone());
        if mine.took_part {
            self.block(Block::TookPart);
        } else if !mine.entitled {
            self.block(Block::MayNot(mine.because.clone()));
        } else {
            let kept = context.cache.waiting_ballots();
            let waits = kept
                .iter()
                .any(|one| one.evaluation_id == self.id && one.member_id == mine.member.id);
            if !waits {
                return self.open(true, context);
            }
            self.block(Block::Kept);
        }
        Effects::new()
    }

    /// Goes on where they were, or begins. `verified`: the server knows them by this proof.
    fn open(&mut self, verified: bool, context: &Context<'_>) -> Effects {
        let (Some(of), Some(proof), Some(evaluation)) =
            (self.of(), self.proof.clone(), self.evaluation.clone())
        else {
            self.block(Block::Gone);
            return Effects::new();
        };
        let unique = (context.new_key)();
        let opened = context
            .cache
            .open_ballot_draft(&of, secret(&proof), &unique);
        let mut effects = Effects::new();
        let (key, draft) = match opened {
            OpenedDraft::Fresh(key) => (Some(key), None),
            OpenedDraft::Found(key, draft) if draft.form_hash == evaluation.form_hash => {
                (Some(key), Some(draft))
            }
            // They are told, and begin anew when they come again.
            OpenedDraft::Found(..) => {
                self.block(Block::Changed);
                return vec![Effect::Answers(AnswersDeed::Drop(of))];
            }
            OpenedDraft::Wrong(tries) if !verified => {
                self.again(Some(tries));
                return vec![Effect::Answers(AnswersDeed::Spoil(of))];
            }
            // They have another PIN by now, or another card.
            OpenedDraft::Wrong(_) => {
                effects.push(Effect::Answers(AnswersDeed::Drop(of)));
                (DraftKey::fresh(secret(&proof), &unique), None)
            }
            OpenedDraft::Failed => (None, None),
        };
        self.key = key;
        self.changing = false;
        let at = draft.as_ref().map(|draft| draft.at);
        let answers = draft.map(|draft| draft.answers).unwrap_or_default();
        self.form_hash = evaluation.form_hash;
        self.sheet = Sheet::new(evaluation.form, answers);
        let places = self.sheet.places();
        let place = match at {
            None => places.first().copied(),
            Some(at) => {
                let same = places
                    .into_iter()
                    .find(|place| (place.question, place.row) == at);
                same.or_else(|| self.sheet.first_open())
            }
        };
        self.ask(place, context);
        effects
    }

    pub(super) fn on_told_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        let chosen = match self.told.act(key, press) {
            Act::Left => None,
            Act::Chosen(_) => self.told.chosen().copied(),
            Act::Moved | Act::Unused => return Effects::new(),
        };
        match chosen {
            Some(Choice::Next) => {
                self.forget();
                self.go(Step::Who);
                self.read_names(context);
                self.begin_at_once(context);
                Effects::new()
            }
            Some(Choice::Again) => self.hand_in(context),
            Some(Choice::Object) => self.object(context),
            Some(Choice::Done) if self.step == Step::Blocked => self.away(context),
            Some(Choice::Done) => self.leave(),
            None if self.step == Step::Handing => self.leave(),
            None => self.away(context),
        }
    }

    /// They say that they should be entitled.
    fn object(&mut self, context: &Context<'_>) -> Effects {
        let (Some(member), Some(evaluation)) = (self.member.clone(), &self.evaluation) else {
            return Effects::new();
        };
        let objection = NewObjection {
            key: (context.new_key)(),
            evaluation_id: self.id.clone(),
            title: evaluation.title.clone(),
            member,
        };
        self.objection = Some(objection.key.clone());
        self.block(Block::Objected);
        vec![Effect::Command(Box::new(objection.into()))]
    }

    pub(super) fn on_objected(&mut self, key: &str, told: &Told) -> Effects {
        self.objection = None;
        let block = match told {
            Told::Refused(refusal) => Block::Refused(refusal.code),
            Told::NoNetwork => Block::NoNetwork,
            Told::Queued | Told::Answered(_) => return Effects::new(),
        };
        if self.block == Some(Block::Objected) {
            self.block(block);
        }
        match told {
            Told::Refused(_) => vec![Effect::Told(key.to_owned())],
            _ => Effects::new(),
        }
    }

    /// Away from somebody who cannot answer: to the names, where there are others.
    fn away(&mut self, context: &Context<'_>) -> Effects {
        let is_personal = !matches!(
            self.block,
            Some(
                Block::Gone
                    | Block::NotOpen
                    | Block::Over
                    | Block::Cancelled
                    | Block::Changed
                    | Block::Update
                    | Block::Nobody(_)
                    | Block::AllDone
            )
        );
        let mine = self.member.as_ref().map(|member| member.id.clone());
        let others = self.names.all().iter();
        let others = others.filter(|one| Some(&one.id) != mine.as_ref()).count();
        if !is_personal || others == 0 || self.resend {
            return self.leave();
        }
        self.forget();
        self.go(Step::Who);
        self.read_names(context);
        if !Self::is_station(context) {
            self.begin_at_once(context);
        }
        Effects::new()
    }

    /// Leaves. What was answered stays, sealed.
    pub(super) fn leave(&mut self) -> Effects {
        let mut effects = self.hush();
        self.forget();
        effects.push(Effect::Back);
        effects
    }

    /// What can be done once it is said what became of a ballot.
    pub(super) fn choices_after(&self, outcome: &Outcome) -> Vec<Choice> {
        match outcome {
            Outcome::Sending => Vec::new(),
            Outcome::NotSaved => vec![Choice::Again, Choice::Done],
            _ if self.someone_is_missing() => vec![Choice::Next, Choice::Done],
            _ => vec![Choice::Done],
        }
    }
}

/// What answers are sealed with.
fn secret(proof: &Proof) -> &str {
    match proof {
        Proof::Pin { pin, .. } => pin,
        Proof::Card { card } => card,
    }
}

fn person(voter: Voter) -> Person {
    Person {
        id: voter.member.id,
        name: voter.member.name,
        attendance: Attendance::Missing,
        pin_set: voter.pin_set,
    }
}
