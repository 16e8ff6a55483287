//! Evaluations (测评), questionnaires (问卷) and motions (表决): a form that is answered once by everybody
//! who is entitled, secretly unless it says otherwise.
//!
//! Who took part and what was chosen are apart: a ballot has no name, address, time or order. Nothing is
//! counted before the close. What is guaranteed, and against whom: `docs/BALLOTS.md`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::form::{Answer, Form, QuestionKind};
use crate::kinds::FeedDocument;
use crate::organization::OrganizationRef;
use crate::person::{MemberRef, MemberStatus};
use crate::proof::Proof;

/// What it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationKind {
    /// 测评: of leaders, offices, committees.
    #[default]
    Evaluation,
    /// 问卷
    Questionnaire,
    /// 表决: passes when turnout is more than half of those entitled and yes more than half of those
    /// *entitled* (`2·yes > N`). Its form is one question 同意、反对、弃权.
    Motion,
    /// One that came after this program.
    #[serde(other)]
    Unknown,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationState {
    /// Being written; only staff see it.
    #[default]
    Draft,
    /// Announced: everybody can look whether they may take part, and object.
    Announced,
    /// People answer.
    Open,
    /// Over; the result is out.
    Closed,
    /// Never counted.
    Cancelled,
    /// A state that came after this program.
    #[serde(other)]
    Unknown,
}

impl From<EvaluationState> for CurrentState {
    fn from(state: EvaluationState) -> Self {
        let (name, says) = match state {
            EvaluationState::Draft => ("draft", "还在起草"),
            EvaluationState::Announced => ("announced", "已经预告，还没有开始"),
            EvaluationState::Open => ("open", "正在进行"),
            EvaluationState::Closed => ("closed", "已经结束"),
            EvaluationState::Cancelled => ("cancelled", "已经取消"),
            EvaluationState::Unknown => ("unknown", "状态不认识"),
        };
        Self { name, says }
    }
}

/// What staff write: `POST /api/v1/evaluations`, `PUT /api/v1/evaluations/{id}` with `If-Match`, and a TOML
/// or CSV file of the folder `evaluations`. Frozen when it is announced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationDraft {
    /// 1 to 40 characters.
    pub title: String,
    /// What it is.
    #[serde(default)]
    pub kind: EvaluationKind,
    /// Code of the organization that asks; those entitled are in its subtree.
    pub organization_code: String,
    /// Code of the organization that is judged, if one is.
    #[serde(default)]
    pub target_code: Option<String>,
    /// The list it stands in.
    pub list: String,
    /// Why, and what becomes of it; at most 300 characters.
    #[serde(default)]
    pub about: String,
    /// Who is entitled. Empty: everybody registered, villagers too; of a motion full members, and never
    /// probationary ones.
    #[serde(default)]
    pub statuses: Vec<MemberStatus>,
    /// Answers carry names. Otherwise nobody learns who chose what; there is no way back from secret.
    #[serde(default)]
    pub named: bool,
    /// When it opens by itself.
    pub opens_at_ms: i64,
    /// When it closes by itself.
    pub closes_at_ms: i64,
    /// The questions.
    pub form: Form,
}

/// An evaluation as a terminal shows it: a document of the feed, from its announcement on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it is. In the feed `kind` says that the document is an evaluation.
    #[serde(rename = "evaluation_kind")]
    pub kind: EvaluationKind,
    /// The list it stands in.
    pub list: String,
    /// Who asks.
    pub organization: OrganizationRef,
    /// Who is judged; may be empty.
    #[serde(default)]
    pub target: String,
    /// Why, and what becomes of it.
    #[serde(default)]
    pub about: String,
    /// Answers carry names.
    #[serde(default)]
    pub named: bool,
    /// Where it stands.
    pub state: EvaluationState,
    /// When it was announced.
    pub announced_at_ms: i64,
    /// When it opens, or did.
    pub opens_at_ms: i64,
    /// When it closes, or did.
    pub closes_at_ms: i64,
    /// The questions; `form_hash` is of exactly these.
    pub form: Form,
    /// SHA-256 of the frozen form, hex.
    #[serde(default)]
    pub form_hash: String,
    /// SHA-256 of the list of those entitled, hex; empty before it opens.
    #[serde(default)]
    pub entitled_hash: String,
    /// How many are entitled; 0 before it opens.
    #[serde(default)]
    pub entitled: u32,
    /// After the close.
    #[serde(default)]
    pub result: Option<EvaluationResult>,
    /// What was done about it (整改): the id of a bulletin.
    #[serde(default)]
    pub follow_up_bulletin: Option<String>,
}

impl FeedDocument for Evaluation {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        Some(self.announced_at_ms)
    }
}

/// How it came out. Cells under 5 are joined or left out together, so that none can be computed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationResult {
    /// How many were entitled.
    pub entitled: u32,
    /// How many took part, on paper too.
    pub took_part: u32,
    /// Of these on paper; left out where that would tell of fewer than 5.
    #[serde(default)]
    pub on_paper: Option<u32>,
    /// Whether a motion passed; `None` for what is no motion.
    #[serde(default)]
    pub passed: Option<bool>,
    /// The rule by which it did or did not, in figures: 应到 16 人，同意 9 人，过半数。
    #[serde(default)]
    pub rule: String,
    /// A question each, in the form's order.
    pub questions: Vec<QuestionResult>,
    /// SHA-256 of the published ballot table, hex; empty where nothing may be published.
    #[serde(default)]
    pub ballots_hash: String,
}

/// How one question came out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuestionResult {
    /// The question.
    pub question: String,
    /// How many answered it; `None` if that is hidden.
    #[serde(default)]
    pub answered: Option<u32>,
    /// A row for each row of a matrix, otherwise one.
    pub rows: Vec<RowResult>,
}

/// The figures of one row, in the order of the form: a sorted list is a ranking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowResult {
    /// Whom it is about; empty where there is one row.
    #[serde(default)]
    pub label: String,
    /// Options and how many chose them.
    pub cells: Vec<Cell>,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cell {
    /// The option, or several joined by 、 so that they are at least 5 together.
    pub label: String,
    /// How many; `None`: not said (不公布), because fewer than 5 chose it, or did not.
    #[serde(default)]
    pub count: Option<u32>,
}

/// `GET /api/v1/terminal/evaluations`: how the people of this TV stand (我能投吗). With an ETag. A station
/// asks with a member session and gets that member's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalEvaluations {
    /// The server's clock.
    pub server_time_ms: i64,
    /// Announced and open ones.
    pub evaluations: Vec<TerminalEvaluation>,
}

/// How the people of this TV stand with one evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalEvaluation {
    /// The evaluation.
    pub id: String,
    /// Everybody of this TV.
    pub people: Vec<Entitlement>,
}

/// Whether somebody may take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entitlement {
    /// Who.
    pub member: MemberRef,
    /// Whether they may.
    pub entitled: bool,
    /// Why or why not, in plain words: 您是本村党员 / 预备党员不参加表决.
    pub because: String,
    /// They took part.
    #[serde(default)]
    pub took_part: bool,
    /// They have objected, and staff have not answered.
    #[serde(default)]
    pub objected: bool,
}

/// `POST /api/v1/terminal/evaluations/{id}/objections`, with an `Idempotency-Key`: 我应该能投.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Objection {
    /// Whose right it is about.
    pub member_id: String,
}

/// `POST /api/v1/terminal/ballots`. Casting twice counts once: the second is answered like the first. All
/// requests of one evaluation have the same size (`padding`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewBallot {
    /// The evaluation.
    pub evaluation_id: String,
    /// The form that was shown.
    pub form_hash: String,
    /// Who, and how they prove it.
    pub proof: Proof,
    /// The answers, in the form's order.
    pub answers: Vec<Answer>,
    /// Spaces, so that nobody on the way learns from the size what was chosen.
    #[serde(default)]
    pub padding: String,
    /// How long ago the key was pressed, on a clock that cannot be set; `None` after a restart.
    #[serde(default)]
    pub age_ms: Option<i64>,
    /// It was kept for lack of a network.
    #[serde(default)]
    pub queued: bool,
}

impl NewBallot {
    /// Makes the request as large as every other ballot of its form. `unpadded` is the length of its JSON text
    /// in bytes while `padding` is empty.
    pub fn pad(&mut self, form: &Form, unpadded: usize) {
        self.padding = " ".repeat(ballot_bytes(form).saturating_sub(unpadded));
    }
}

/// How large the body of every request with a ballot of this form is, in bytes; the server takes no other. No
/// set of answers needs more, whoever proves themselves by what.
#[must_use]
pub fn ballot_bytes(form: &Form) -> usize {
    // What stands around the answers: ids, hash, proof with the longest card, the age.
    const AROUND: usize = 896;
    // `{"question":"","chosen":[],"number":-999999999999},`
    const ANSWER: usize = 64;
    // `null,` or two digits.
    const CHOICE: usize = 5;
    const STEP: usize = 512;
    let answers = form.questions.iter().map(|question| {
        let choices = match &question.kind {
            QuestionKind::One { .. } | QuestionKind::Grade { .. } => 1,
            QuestionKind::Several { options, .. } => options.len(),
            QuestionKind::Sentences { sentences, .. } => sentences.len(),
            QuestionKind::Matrix { rows, .. } => rows.len(),
            QuestionKind::Number { .. } | QuestionKind::Unknown => 0,
        };
        ANSWER + question.id.len() + CHOICE * choices
    });
    (AROUND + answers.sum::<usize>()).next_multiple_of(STEP)
}

// A choice must never reach a log.
impl std::fmt::Debug for NewBallot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewBallot")
            .field("evaluation_id", &self.evaluation_id)
            .finish_non_exhaustive()
    }
}

/// What became of it. It says that somebody took part, never what they chose: there is no receipt that
/// somebody could demand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BallotTaken {
    /// Who.
    pub member: MemberRef,
    /// They had taken part before, here or elsewhere; that ballot counts, not this one.
    pub repeated: bool,
    /// At a home: who of it may still take part.
    #[serde(default)]
    pub household_missing: Vec<MemberRef>,
}

/// An evaluation as staff see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffEvaluation {
    /// What terminals see.
    pub evaluation: Evaluation,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// Code of the organization that asks.
    #[serde(default)]
    pub organization_code: String,
    /// Code of the organization that is judged, if one is.
    #[serde(default)]
    pub target_code: Option<String>,
    /// Who is entitled.
    pub statuses: Vec<MemberStatus>,
    /// How many took part until now, counted at most once a minute; no figure of any answer before the close.
    pub took_part: u32,
    /// Of these on paper.
    pub on_paper: u32,
    /// Sheets of paper that count.
    #[serde(default)]
    pub paper_ballots: u32,
    /// Paper ballots entered by one person that the second has not entered yet.
    pub paper_unmatched: u32,
    /// Its time is over, but names and sheets on paper do not come to the same: it waits for staff to close it.
    #[serde(default)]
    pub waits_for_paper: bool,
    /// Objections that nobody has answered.
    pub objections: Vec<OpenObjection>,
    /// Why it was cancelled.
    #[serde(default)]
    pub cancel_reason: Option<String>,
}

/// `POST /api/v1/evaluations/{id}/close`: counts. There is no way back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationClose {
    /// More people are marked as having voted on paper than there are sheets that count, and that stands: the
    /// others handed nothing in. What was read once does not count.
    #[serde(default)]
    pub accept_paper_difference: bool,
}

/// `PUT /api/v1/evaluations/{id}/follow-up`: what was done about it (整改).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp {
    /// Id of a published bulletin; `None`: none.
    #[serde(default)]
    pub bulletin_id: Option<String>,
}

/// Somebody says that they are entitled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenObjection {
    /// Id.
    pub id: String,
    /// Who.
    pub member: MemberRef,
    /// Of which organization.
    pub organization: OrganizationRef,
    /// Since when.
    pub at_ms: i64,
    /// What they were told.
    pub because: String,
}

/// `POST /api/v1/evaluations/{id}/objections/{objection}`: the answer to one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectionAnswer {
    /// They are entitled from now on.
    pub entitled: bool,
    /// Why, 1 to 200 characters; they read it.
    pub reason: String,
}

/// `POST /api/v1/evaluations/{id}/paper-voters`: somebody voted on paper. Their name and their ballot are
/// entered apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperVoter {
    /// Who.
    pub member_id: String,
}

/// `POST /api/v1/evaluations/{id}/paper-voters/take-back`: somebody was marked who did not vote on paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperVoterTakenBack {
    /// Who.
    pub member_id: String,
    /// Why, 2 to 200 characters without personal numbers.
    pub reason: String,
}

/// `POST /api/v1/evaluations/{id}/paper-ballots/take-back`: a sheet was entered that is none, or was read wrongly by
/// both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperBallotTakenBack {
    /// Number on the sheet.
    pub sheet: u32,
}

/// `POST /api/v1/evaluations/{id}/paper-ballots`: one sheet of paper, as one of two people reads it. The
/// sheet has a number, by which the other's reading is found; it counts when both read the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperBallot {
    /// Number on the sheet.
    pub sheet: u32,
    /// What stands on it.
    pub answers: Vec<Answer>,
}

impl std::fmt::Debug for PaperBallot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PaperBallot")
            .field("sheet", &self.sheet)
            .finish_non_exhaustive()
    }
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperReading {
    /// The first reading of this sheet.
    #[default]
    First,
    /// The second, and it is the same: the ballot counts.
    Matches,
    /// The second, and it differs: both readings are gone, read the sheet again.
    Differs,
}

/// How many sheets and names there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaperState {
    /// What became of the reading.
    pub reading: PaperReading,
    /// People marked as having voted on paper.
    pub voters: u32,
    /// Sheets that count.
    pub ballots: u32,
    /// Sheets read once.
    pub once: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Question;

    #[test]
    fn every_ballot_of_a_form_can_be_made_as_large_as_every_other() {
        let options = |count: usize| vec!["很满意".to_owned(); count];
        let kinds = [
            QuestionKind::One {
                options: options(9),
            },
            QuestionKind::Several {
                options: options(9),
                least: 0,
                most: 9,
            },
            QuestionKind::Number {
                least: -999_999_999_999,
                most: 0,
                unit: String::new(),
            },
            QuestionKind::Matrix {
                rows: options(20),
                grades: options(5),
                unknown_last: true,
            },
        ];
        let question = |(number, kind): (usize, QuestionKind)| Question {
            id: format!("q{number:019}"),
            kind,
            ..Question::default()
        };
        let kinds = (0..60).map(|number| kinds[number % 4].clone());
        let form = Form {
            questions: kinds.enumerate().map(question).collect(),
        };
        let answers = |full: bool| {
            let answer = |question: &Question| Answer {
                question: question.id.clone(),
                chosen: match (&question.kind, full) {
                    (QuestionKind::Matrix { .. }, true) => vec![None; 20],
                    (QuestionKind::Several { .. }, true) => (0..9).map(Some).collect(),
                    _ => vec![Some(1)],
                },
                number: matches!(question.kind, QuestionKind::Number { .. })
                    .then_some(-999_999_999_999),
            };
            form.questions.iter().map(answer).collect()
        };
        let pin = Proof::Pin {
            member_id: "0".repeat(36),
            pin: "402817".to_owned(),
        };
        let card = Proof::Card {
            card: "9".repeat(200),
        };
        for (full, proof, age_ms) in [(true, card, Some(i64::MIN)), (false, pin, None)] {
            let mut ballot = NewBallot {
                evaluation_id: "0".repeat(36),
                form_hash: "0".repeat(64),
                proof,
                answers: answers(full),
                padding: String::new(),
                age_ms,
                queued: full,
            };
            let length = |ballot: &NewBallot| serde_json::to_string(ballot).unwrap().len();
            ballot.pad(&form, length(&ballot));
            assert_eq!(length(&ballot), ballot_bytes(&form), "{full}");
        }
    }

    #[test]
    fn a_state_is_spelled_as_in_its_documents() {
        use EvaluationState as S;
        for state in [S::Draft, S::Announced, S::Open, S::Closed, S::Cancelled] {
            let spelled = serde_json::to_value(state).unwrap();
            assert_eq!(spelled, CurrentState::from(state).name);
        }
    }
}
