//! An evaluation of a whole county, written straight into the database as it is when it has opened.

use std::sync::Arc;

use anyhow::Context as _;
use backend_api::Config;
use backend_api::services::evaluations::ballots::envelope::Key;
use backend_api::services::evaluations::hash::form_hash;
use backend_api::services::vault::Vault;
use contract::evaluation::NewBallot;
use contract::form::{Answer, Form, Question, QuestionKind};
use contract::person::MemberStatus;
use contract::proof::Proof;
use store::evaluations::{self, Content, life};
use store::{Store, organizations};

use super::county::LOGIN;

const DAY_MS: i64 = 24 * 3_600_000;

/// What it asks: so many questions with five grades each.
#[must_use]
pub fn form(questions: usize) -> Form {
    let grades = ["很满意", "满意", "一般", "不满意", "不清楚"];
    let question = |number: usize| Question {
        id: format!("q{number}"),
        text: format!("第 {number} 个方面您满意吗？"),
        required: true,
        kind: QuestionKind::Grade {
            grades: grades.map(str::to_owned).to_vec(),
            unknown_last: true,
        },
        ..Question::default()
    };
    Form {
        questions: (1..=questions).map(question).collect(),
    }
}

/// Opens one for everybody of the county, for a day; answers its id.
///
/// # Errors
/// When the database cannot be written.
pub fn open(config: &Config, store: &Store, form: &Form, now_ms: i64) -> anyhow::Result<String> {
    let vault = Arc::new(Vault::open(config, store)?);
    let county = store
        .read(organizations::root)?
        .context("there is no county")?;
    let content = Content {
        organization_id: county.id,
        title: "全县评议".to_owned(),
        list: "evaluations".to_owned(),
        statuses: vec![MemberStatus::Full],
        opens_at_ms: now_ms,
        closes_at_ms: now_ms + DAY_MS,
        form: form.clone(),
        ..Content::default()
    };
    let hash = form_hash(form);
    Ok(
        store.write::<_, backend_api::services::kit::error::ServiceError, _>(move |tx| {
            let made = evaluations::create(tx, &content, LOGIN, now_ms)?;
            life::announce(tx, &made.id, made.version.into(), &hash, now_ms)?;
            let closes_at_ms = content.closes_at_ms;
            life::open(tx, &made.id, closes_at_ms, closes_at_ms, now_ms)?;
            Key::make(tx, &vault, &made.id)?;
            Ok(made.id)
        })?,
    )
}

/// What a TV sends when somebody has answered everything, by their PIN. `chosen` begins what they chose.
///
/// # Errors
/// It cannot be written as JSON.
pub fn ballot(
    form: &Form,
    id: &str,
    (member, pin): (&str, &str),
    chosen: usize,
) -> anyhow::Result<String> {
    let numbered = form.questions.iter().enumerate();
    let answers = numbered.map(|(number, question)| Answer {
        question: question.id.clone(),
        chosen: vec![u32::try_from((chosen + number) % 5).ok()],
        number: None,
    });
    let mut ballot = NewBallot {
        evaluation_id: id.to_owned(),
        form_hash: form_hash(form),
        proof: Proof::Pin {
            member_id: member.to_owned(),
            pin: pin.to_owned(),
        },
        answers: answers.collect(),
        padding: String::new(),
        age_ms: Some(0),
        queued: false,
    };
    let unpadded = serde_json::to_string(&ballot)?.len();
    ballot.pad(form, unpadded);
    Ok(serde_json::to_string(&ballot)?)
}
