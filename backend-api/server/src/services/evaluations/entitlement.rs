//! 我能投吗: whether the people of a television may take part, and why; and 我应该能投.

use std::sync::Arc;

use contract::evaluation::{
    Entitlement, EvaluationKind, EvaluationState, TerminalEvaluation, TerminalEvaluations,
};
use contract::organization::OrganizationRef;
use contract::person::{MemberRef, MemberStatus};
use contract::terminal::{Terminal, TerminalKind};
use store::evaluations::entitled::{self, Standing};
use store::evaluations::{self, Record};
use store::idempotency::{self, Key, Stored};
use store::{Store, Tx, households, members, organizations, people};

use super::{may_still_join, terminal};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::kit::subject;
use crate::services::people::session::{self, Stand};
use crate::services::{proof, secrets};

/// Somebody, as far as being entitled is concerned.
struct Person {
    member: MemberRef,
    organization: OrganizationRef,
    status: MemberStatus,
}

impl From<members::Record> for Person {
    fn from(record: members::Record) -> Self {
        Self {
            member: record.named(),
            organization: record.organization,
            status: record.status,
        }
    }
}

/// How the people of a home stand with everything announced and open, or, with a session, that member. A station
/// without a session has no people.
///
/// # Errors
/// [`ServiceError::Forbidden`] if the session is nobody's here or has ended, [`ServiceError::TooMany`].
pub fn of_terminal(
    store: &Store,
    limits: &Arc<Limits>,
    stand: Stand<'_>,
    session_token: Option<&str>,
    now_ms: i64,
) -> Result<TerminalEvaluations> {
    let found = store.read(|tx| {
        let terminal = terminal(tx, stand.terminal_id)?;
        let people = match session_token {
            Some(token) => {
                let guess = session::guess(tx, stand)?;
                limits.check(tx, &guess, now_ms)?;
                vec![session::member(tx, stand.terminal_id, token, now_ms)?.into()]
            }
            None => of_home(tx, &terminal)?,
        };
        let mut shown = Vec::new();
        for record in evaluations::for_terminal(tx, &terminal.organization.id)? {
            shown.push(TerminalEvaluation {
                people: entitlements(tx, &record, &people)?,
                id: record.id,
            });
        }
        Ok::<_, ServiceError>(shown)
    });
    if session_token.is_some() && matches!(found, Err(ServiceError::Forbidden(_))) {
        let guess = store.read(|tx| session::guess(tx, stand))?;
        let limits = Arc::clone(limits);
        store.write(move |tx| limits.failed(tx, &guess, now_ms).map(|_| ()))?;
    }
    Ok(TerminalEvaluations {
        server_time_ms: now_ms,
        evaluations: found?,
    })
}

fn of_home(tx: &mut Tx<'_>, terminal: &Terminal) -> Result<Vec<Person>> {
    if terminal.kind != TerminalKind::Household {
        return Ok(Vec::new());
    }
    let Some(household) = households::of_terminal(tx, &terminal.id)? else {
        return Ok(Vec::new());
    };
    let people = people::of_household(tx, &household.id)?.into_iter();
    let person = |person: contract::member::TerminalPerson| Person {
        member: MemberRef {
            id: person.id,
            name: person.name,
        },
        organization: person.organization,
        status: person.status,
    };
    Ok(people.map(person).collect())
}

fn entitlements(tx: &mut Tx<'_>, record: &Record, people: &[Person]) -> Result<Vec<Entitlement>> {
    let ids: Vec<&str> = people.iter().map(|it| it.member.id.as_str()).collect();
    let mut standing = entitled::standing(tx, &record.id, &ids)?;
    let mut all = Vec::with_capacity(people.len());
    for person in people {
        let standing = standing.remove(&person.member.id).unwrap_or_default();
        let within =
            organizations::is_within(tx, &person.organization.id, &record.organization.id)?;
        all.push(judge(record, person, within, &standing));
    }
    Ok(all)
}

/// Whether somebody may take part, and why, as they read it.
fn judge(record: &Record, person: &Person, within: bool, standing: &Standing) -> Entitlement {
    let rule = rule(record, person, within);
    let answer = standing.objection.as_ref().filter(|it| it.answered);
    let said = answer.and_then(|answer| answer.reason.as_ref());
    let is_open = record.state == EvaluationState::Open;
    let added = answer.is_some_and(|answer| answer.accepted);
    let entitled = if is_open {
        standing.entitled
    } else {
        rule.is_ok() || added
    };
    let because = match (entitled, &rule, said) {
        (true, Ok(because), _) => because.clone(),
        (true, Err(_), Some(said)) if added => format!("工作人员已核实：{said}"),
        (true, Err(_), _) => "您在名单里".to_owned(),
        (false, _, Some(said)) => format!("工作人员答复：{said}"),
        (false, Err(because), None) => because.clone(),
        (false, Ok(_), None) => "名单在开始时已经定下，那时您还不在其中".to_owned(),
    };
    Entitlement {
        member: person.member.clone(),
        entitled,
        because,
        took_part: standing.took_part,
        objected: standing.objection.as_ref().is_some_and(|it| !it.answered),
    }
}

/// What the rule says of somebody, and why.
fn rule(record: &Record, person: &Person, within: bool) -> Result<String, String> {
    let asks = &record.organization.name;
    let (status, statuses) = (person.status, &record.content.statuses);
    if !within {
        Err(format!("这次只请{asks}的人参加"))
    } else if statuses.contains(&status) {
        Ok(format!(
            "您是{}的{}",
            person.organization.name,
            called(status)
        ))
    } else if record.content.kind == EvaluationKind::Motion && status == MemberStatus::Probationary
    {
        Err("预备党员不参加表决".to_owned())
    } else {
        let those: Vec<&str> = statuses.iter().map(|status| called(*status)).collect();
        Err(format!("这次只请{}参加", those.join("、")))
    }
}

const fn called(status: MemberStatus) -> &'static str {
    match status {
        MemberStatus::Full => "正式党员",
        MemberStatus::Probationary => "预备党员",
        MemberStatus::DevelopmentTarget => "发展对象",
        MemberStatus::Activist => "入党积极分子",
        MemberStatus::Applicant => "入党申请人",
        MemberStatus::Villager => "群众",
        MemberStatus::Unknown => "其他身份的人",
    }
}

/// Somebody says at their television that they should be entitled, once for each key however often it is sent.
///
/// # Errors
/// [`ServiceError::NotFound`] for an evaluation that is not shown there, [`ServiceError::Forbidden`] for somebody who is
/// not one of its people, [`ServiceError::Conflict`] if they are entitled or were answered,
/// [`ServiceError::WrongState`] once it is over, [`ServiceError::KeyReused`].
pub fn object(
    store: &Store,
    terminal_id: &str,
    key: &str,
    (id, member_id): (&str, &str),
    now_ms: i64,
) -> Result<Entitlement> {
    let key = Key {
        scope: format!("terminal/{terminal_id}"),
        key: key.to_owned(),
        request_hash: secrets::sha256_hex(&format!("objection\n{id}\n{member_id}")),
    };
    let terminal_id = terminal_id.to_owned();
    let (id, member_id) = (id.to_owned(), member_id.to_owned());
    store.write(move |tx| {
        let terminal = terminal(tx, &terminal_id)?;
        let record: Record = subject::shown(tx, &terminal.organization.id, &id)?;
        let member = person(tx, &terminal, &member_id)?;
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            may_still_join(&record)?;
            let before = one(tx, &record, &member)?;
            if before.entitled {
                return Err(ServiceError::Conflict("您在名单里，不用申诉".to_owned()));
            }
            if !entitled::object(tx, &id, &member_id, &before.because, now_ms)? && !before.objected
            {
                return Err(ServiceError::Conflict(
                    "工作人员已经答复，如有疑问请找支部工作人员".to_owned(),
                ));
            }
            Ok::<_, ServiceError>(Stored {
                status: 200,
                body: String::new(),
            })
        })?;
        if outcome == idempotency::Outcome::Reused {
            return Err(ServiceError::KeyReused);
        }
        one(tx, &record, &member)
    })
}

fn one(tx: &mut Tx<'_>, record: &Record, member: &Person) -> Result<Entitlement> {
    let mut all = entitlements(tx, record, std::slice::from_ref(member))?;
    all.pop()
        .ok_or_else(|| ServiceError::Internal("nobody is judged".to_owned()))
}

/// One of the people of a terminal.
fn person(tx: &mut Tx<'_>, terminal: &Terminal, member_id: &str) -> Result<Person> {
    const ELSEWHERE: ServiceError =
        ServiceError::Forbidden("您不在这台电视的名单里，请到村里的会议室");
    let found = members::get(tx, member_id)?.filter(|it| it.left_at_ms.is_none());
    let member = found.ok_or(ELSEWHERE)?;
    let household = households::of_terminal(tx, &terminal.id)?.map(|it| it.id);
    let theirs = member.household.as_ref().map(|it| it.id.as_str());
    let below = members::is_within(tx, &member, &terminal.organization.id)?;
    if proof::is_of(terminal.kind, household.as_deref(), theirs, below) {
        Ok(member.into())
    } else {
        Err(ELSEWHERE)
    }
}
