//! How evaluations and the people of this TV stand to each other, for every screen alike.

use contract::evaluation::{Evaluation, EvaluationState};
use contract::member::MemberRef;
use contract::terminal::TerminalKind;

use super::attendance;
use crate::cache::{Cache, DraftOf, ServerTime};

/// Where an evaluation stands at this moment, as it is known here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// People answer.
    Open,
    /// Everybody can look whether they may take part.
    Announced,
    /// Its time is over, and the result has not come.
    Counting,
    /// The result is out.
    Closed,
    /// Never counted.
    Cancelled,
    /// In a state that came after this program.
    #[default]
    Unknown,
}

/// Where an evaluation stands at this moment. The server opens and closes; here is only known when its
/// time is over.
#[must_use]
pub fn stage(evaluation: &Evaluation, now: ServerTime) -> Stage {
    let is_over = now
        .known_ms()
        .is_some_and(|now| now >= evaluation.closes_at_ms);
    match evaluation.state {
        EvaluationState::Open if is_over => Stage::Counting,
        EvaluationState::Open => Stage::Open,
        EvaluationState::Announced => Stage::Announced,
        EvaluationState::Closed if evaluation.result.is_some() => Stage::Closed,
        EvaluationState::Closed => Stage::Counting,
        EvaluationState::Cancelled => Stage::Cancelled,
        EvaluationState::Draft | EvaluationState::Unknown => Stage::Unknown,
    }
}

/// How somebody stands with an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// They may take part, and have not.
    May,
    /// They have handed in, and the server does not know yet.
    Kept,
    /// They took part.
    TookPart,
    /// They may not.
    #[default]
    MayNot,
    /// They may not, and have said that they should.
    Objected,
}

/// Somebody of this TV and an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voter {
    /// Who.
    pub member: MemberRef,
    /// How they stand.
    pub standing: Standing,
    /// Why, in the server's words.
    pub because: String,
    /// They have a PIN.
    pub pin_set: bool,
    /// They have begun to answer here.
    pub began: bool,
}

impl Voter {
    /// They can answer here now, if it is open.
    #[must_use]
    pub fn can_answer(&self) -> bool {
        self.standing == Standing::May && self.pin_set
    }
}

/// How the people of this TV stand with an evaluation, as far as that is known here: at a station it is
/// asked when somebody has proved who they are.
#[must_use]
pub fn voters(cache: &Cache, evaluation_id: &str) -> Vec<Voter> {
    let known = cache.entitlements(evaluation_id);
    if known.is_empty() {
        return Vec::new();
    }
    let people = cache.people();
    let kept = cache.waiting_ballots();
    let objected = cache.waiting_objections(evaluation_id);
    let voter = |one: contract::evaluation::Entitlement| {
        let id = &one.member.id;
        let mine = |ballot: &crate::cache::command::WaitingBallot| {
            ballot.evaluation_id == evaluation_id && ballot.member_id == *id
        };
        let standing = if one.took_part {
            Standing::TookPart
        } else if kept.iter().any(mine) {
            Standing::Kept
        } else if one.entitled {
            Standing::May
        } else if one.objected || objected.contains(id) {
            Standing::Objected
        } else {
            Standing::MayNot
        };
        let of = DraftOf {
            evaluation_id: evaluation_id.to_owned(),
            member_id: id.clone(),
        };
        let person = people.people.iter().find(|person| person.id == *id);
        Voter {
            standing,
            pin_set: person.is_some_and(|person| person.pin_set),
            began: standing == Standing::May && cache.has_ballot_draft(&of),
            because: one.because,
            member: one.member,
        }
    };
    known.into_iter().map(voter).collect()
}

/// Every evaluation that a list shows: those one can answer, those to come, those that are over; each
/// by when it closes, what is over with the newest first.
#[must_use]
pub fn listed(cache: &Cache, list: &str, now: ServerTime) -> Vec<(Evaluation, Stage)> {
    let all = cache.evaluations().into_iter();
    let mut all: Vec<(Evaluation, Stage)> = all
        .filter(|one| one.list == list)
        .map(|one| {
            let stage = stage(&one, now);
            (one, stage)
        })
        .filter(|(_, stage)| *stage != Stage::Unknown)
        .collect();
    all.sort_by_key(|(one, stage)| {
        let over = *stage > Stage::Announced;
        let at = if over {
            -one.closes_at_ms
        } else {
            one.closes_at_ms
        };
        (*stage, at)
    });
    all
}

/// Every evaluation whose result is out, the newest first.
#[must_use]
pub fn results(cache: &Cache, now: ServerTime) -> Vec<Evaluation> {
    let all = cache.evaluations().into_iter();
    let mut closed: Vec<Evaluation> = all.filter(|one| stage(one, now) == Stage::Closed).collect();
    closed.sort_by_key(|one| -one.closes_at_ms);
    closed
}

/// How many evaluations of a list wait for somebody of this TV.
#[must_use]
pub fn to_answer(cache: &Cache, list: &str) -> usize {
    let now = cache.server_time();
    let open = listed(cache, list, now).into_iter();
    open.filter(|(one, stage)| {
        let waits = |voter: &Voter| voter.standing == Standing::May;
        *stage == Stage::Open && voters(cache, &one.id).iter().any(waits)
    })
    .count()
}

/// An open evaluation that waits for somebody of this TV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToAnswer {
    /// The one that closes first.
    pub evaluation: Evaluation,
    /// Names of who of this TV may answer it and has not; nobody at a station, where only the server knows.
    pub names: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

/// What waits for somebody of this TV. At a station everything that is open does.
#[must_use]
pub fn waits(cache: &Cache, now: ServerTime) -> Option<ToAnswer> {
    let is_station = attendance::kind(cache) == TerminalKind::Station;
    let open = |one: &Evaluation| stage(one, now) == Stage::Open;
    let mut waiting: Vec<ToAnswer> = Vec::new();
    for evaluation in cache.evaluations().into_iter().filter(open) {
        let may = |voter: Voter| (voter.standing == Standing::May).then_some(voter.member.name);
        let voters = voters(cache, &evaluation.id).into_iter();
        let names: Vec<String> = voters.filter_map(may).collect();
        if is_station || !names.is_empty() {
            waiting.push(ToAnswer {
                evaluation,
                names: if is_station { Vec::new() } else { names },
                more: 0,
            });
        }
    }
    waiting.sort_by_key(|one| one.evaluation.closes_at_ms);
    let more = waiting.len().saturating_sub(1);
    let first = waiting.into_iter().next()?;
    Some(ToAnswer { more, ..first })
}

/// Names, or what was chosen, to be read in one line.
#[must_use]
pub fn in_one_line<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join("、")
}

#[cfg(test)]
pub(crate) mod tests;
