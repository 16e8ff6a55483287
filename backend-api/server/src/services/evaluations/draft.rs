//! What may be written of an evaluation, for every source alike.

use contract::error::FieldError;
use contract::evaluation::{EvaluationDraft, EvaluationKind};
use contract::form::{Fault, Form, Question, QuestionKind};
use contract::kinds::ListingKind;
use contract::person::MemberStatus;
use store::evaluations::Content;
use store::{Tx, organizations};

use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::publishing::Source;
use crate::services::kit::rights::Action;
use crate::services::township::listing_kind;

/// Longest title, in characters.
const MAX_TITLE: usize = 40;

/// Longest word on why, in characters.
const MAX_ABOUT: usize = 300;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// How long one may be open at most, and how far ahead it may be planned.
const YEAR_MS: i64 = 366 * DAY_MS;

/// What a motion is answered with: yes first.
pub const VOTES: [&str; 3] = ["同意", "反对", "弃权"];

/// Everybody who is registered.
const EVERYBODY: [MemberStatus; 6] = [
    MemberStatus::Full,
    MemberStatus::Probationary,
    MemberStatus::DevelopmentTarget,
    MemberStatus::Activist,
    MemberStatus::Applicant,
    MemberStatus::Villager,
];

/// The draft with its codes resolved, if whoever wrote it may.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong, [`ServiceError::Forbidden`], or the database
/// failed.
pub fn checked(
    tx: &mut Tx<'_>,
    source: &Source,
    draft: &EvaluationDraft,
    now_ms: i64,
) -> Result<Content> {
    let mut wrong = check(draft, now_ms);
    match listing_kind(tx, &draft.list)? {
        Some(ListingKind::Evaluations) => {}
        Some(ListingKind::Unknown) => {
            complain(&mut wrong, "list", "这个栏目里放什么，这个程序还不认识");
        }
        Some(kind) => {
            let message = format!("这是{}栏目，不能放测评和问卷", kind.noun());
            complain(&mut wrong, "list", message);
        }
        None => {
            let message = format!("没有名为“{}”的列表", draft.list);
            complain(&mut wrong, "list", message);
        }
    }
    // Anybody there is can be judged, also from below: a village judges an office of its township.
    let target = match &draft.target_code {
        None => None,
        Some(code) => {
            let found = organizations::by_code(tx, code)?;
            if found.is_none() {
                let message = format!("没有代码为“{code}”的组织，请检查代码");
                complain(&mut wrong, "target_code", message);
            }
            found
        }
    };
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let code = &draft.organization_code;
    let organization = source.organization(tx, Action::Evaluate, "organization_code", code)?;
    let title = names::cleaned(&draft.title);
    Ok(Content {
        organization_id: organization.id,
        target: target
            .as_ref()
            .map_or_else(String::new, |it| it.name.clone()),
        target_id: target.map(|it| it.id),
        kind: draft.kind,
        list: draft.list.clone(),
        about: names::text(&draft.about),
        statuses: statuses(draft),
        named: draft.named,
        opens_at_ms: draft.opens_at_ms,
        closes_at_ms: draft.closes_at_ms,
        form: form(draft, &title),
        title,
    })
}

/// Everything that can be seen to be wrong with a draft without a look at the database.
#[must_use]
pub fn check(draft: &EvaluationDraft, now_ms: i64) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if let Err(message) = names::title(&draft.title, "标题", MAX_TITLE) {
        complain(&mut wrong, "title", message);
    }
    if names::text(&draft.about).chars().count() > MAX_ABOUT {
        let message = format!("说明不要超过 {MAX_ABOUT} 个字");
        complain(&mut wrong, "about", message);
    }
    if draft.statuses.contains(&MemberStatus::Unknown) {
        complain(&mut wrong, "statuses", names::UNKNOWN_STATUS);
    }
    let is_motion = draft.kind == EvaluationKind::Motion;
    match draft.kind {
        EvaluationKind::Unknown => {
            complain(&mut wrong, "kind", "种类须为测评、问卷或表决");
        }
        EvaluationKind::Motion if draft.statuses.contains(&MemberStatus::Probationary) => {
            complain(&mut wrong, "statuses", "预备党员不参加表决，请去掉");
        }
        _ => {}
    }
    if !(now_ms - DAY_MS..=now_ms + YEAR_MS).contains(&draft.opens_at_ms) {
        let message = "开始时间须在一年之内，写到分钟，例如 2026-12-01 08:00";
        complain(&mut wrong, "opens_at_ms", message);
    }
    let length_ms = draft.closes_at_ms.saturating_sub(draft.opens_at_ms);
    if !(MINUTE_MS..=YEAR_MS).contains(&length_ms) {
        let message = "结束时间须在开始之后至少一分钟、一年之内";
        complain(&mut wrong, "closes_at_ms", message);
    } else if draft.closes_at_ms <= now_ms {
        complain(&mut wrong, "closes_at_ms", "结束时间已经过去");
    }
    // A motion without a form is asked in the usual way.
    let form = &draft.form;
    if !(is_motion && form.questions.is_empty()) {
        wrong.extend(form.faults().iter().map(|fault| of_form(form, fault)));
        if is_motion && !is_vote(form) {
            let message = "表决只有一道必答的单选题，选项依次是同意、反对、弃权；不写题目也可以";
            complain(&mut wrong, "form", message);
        }
    }
    wrong
}

/// Where in the form something is wrong.
fn of_form(form: &Form, fault: &Fault) -> FieldError {
    let at = form
        .questions
        .iter()
        .position(|question| question.id == fault.question);
    FieldError {
        field: at.map_or_else(
            || "form.questions".to_owned(),
            |at| format!("form.questions[{at}]"),
        ),
        message: match at {
            Some(at) => format!("第 {} 题：{}", at + 1, fault.says),
            None => fault.says.to_owned(),
        },
    }
}

fn is_vote(form: &Form) -> bool {
    let [question] = form.questions.as_slice() else {
        return false;
    };
    question.required
        && question.only_if.is_none()
        && matches!(&question.kind, QuestionKind::One { options } if *options == VOTES)
}

fn form(draft: &EvaluationDraft, title: &str) -> Form {
    if draft.kind != EvaluationKind::Motion || !draft.form.questions.is_empty() {
        return draft.form.clone();
    }
    Form {
        questions: vec![Question {
            id: "q1".to_owned(),
            text: title.to_owned(),
            required: true,
            kind: QuestionKind::One {
                options: VOTES.map(str::to_owned).to_vec(),
            },
            ..Question::default()
        }],
    }
}

fn statuses(draft: &EvaluationDraft) -> Vec<MemberStatus> {
    let mut statuses = draft.statuses.clone();
    if statuses.is_empty() {
        statuses = if draft.kind == EvaluationKind::Motion {
            vec![MemberStatus::Full]
        } else {
            EVERYBODY.to_vec()
        };
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn complain(wrong: &mut Vec<FieldError>, field: &str, message: impl Into<String>) {
    wrong.push(FieldError {
        field: field.to_owned(),
        message: message.into(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_312_800_000;

    fn draft() -> EvaluationDraft {
        EvaluationDraft {
            title: "镇水利站评议".to_owned(),
            opens_at_ms: NOW,
            closes_at_ms: NOW + DAY_MS,
            form: Form {
                questions: vec![Question {
                    id: "q1".to_owned(),
                    text: "总体满意吗？".to_owned(),
                    kind: QuestionKind::Grade {
                        grades: vec!["满意".to_owned(), "不满意".to_owned()],
                        unknown_last: false,
                    },
                    ..Question::default()
                }],
            },
            ..EvaluationDraft::default()
        }
    }

    fn fields(draft: &EvaluationDraft) -> Vec<String> {
        check(draft, NOW).into_iter().map(|it| it.field).collect()
    }

    #[test]
    fn a_motion_needs_no_form_and_takes_no_other_than_the_vote() {
        let motion = EvaluationDraft {
            kind: EvaluationKind::Motion,
            form: Form::default(),
            ..draft()
        };
        assert_eq!(check(&motion, NOW), []);
        let vote = form(&motion, "修路");
        assert!(is_vote(&vote));
        assert_eq!(vote.faults(), []);
        assert_eq!(statuses(&motion), [MemberStatus::Full]);
        let other = EvaluationDraft {
            kind: EvaluationKind::Motion,
            statuses: vec![MemberStatus::Full, MemberStatus::Probationary],
            ..draft()
        };
        assert_eq!(fields(&other), ["statuses", "form"]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        assert_eq!(check(&draft(), NOW), []);
        assert_eq!(statuses(&draft()), EVERYBODY);
        let mut wrong = EvaluationDraft {
            title: " ".to_owned(),
            about: "长".repeat(301),
            kind: EvaluationKind::Unknown,
            opens_at_ms: NOW - 2 * DAY_MS,
            closes_at_ms: NOW - 2 * DAY_MS,
            ..draft()
        };
        wrong.form.questions[0].text = String::new();
        assert_eq!(
            fields(&wrong),
            [
                "title",
                "about",
                "kind",
                "opens_at_ms",
                "closes_at_ms",
                "form.questions[0]"
            ]
        );
        let over = EvaluationDraft {
            opens_at_ms: NOW - 2 * MINUTE_MS,
            closes_at_ms: NOW,
            ..draft()
        };
        assert_eq!(fields(&over), ["closes_at_ms"]);
        let empty = EvaluationDraft {
            form: Form::default(),
            opens_at_ms: i64::MIN,
            closes_at_ms: i64::MAX,
            ..draft()
        };
        assert_eq!(
            fields(&empty),
            ["opens_at_ms", "closes_at_ms", "form.questions"]
        );
    }
}
