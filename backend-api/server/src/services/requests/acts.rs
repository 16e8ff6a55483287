//! What staff do with a request.

use std::sync::Arc;

use contract::bulletin::Block;
use contract::organization::Organization;
use contract::request::{Act, Happened, Request, RequestState};
use contract::staff::{BulletinDraft, Confirmations, ConfirmedNumber, WrittenBulletin};
use store::requests::history;
use store::requests::{self, Plan, Record};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, organizations};

use super::desk;
use super::kept::{self, Around, Step, Told, Who};
use super::machine::{self, Said};
use crate::services::kit::audit;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::rights::{Action, Staff};
use crate::services::vault::Vault;
use crate::services::{attachments, bulletins};

/// Pictures of one reply.
const MOST_PICTURES: usize = 9;

/// What the log calls each of [`machine::ACTS`].
const ACTIONS: [&str; 13] = [
    "request.accept",
    "request.reply",
    "request.pass_on",
    "request.return",
    "request.ask_back",
    "request.ask_extension",
    "request.give_extension",
    "request.refuse_extension",
    "request.decline",
    "request.merge",
    "request.note",
    "request.call",
    "request.publish",
];

/// Does something with a request. Answers it as it stands then.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Stale`], [`ServiceError::WrongState`],
/// [`ServiceError::Conflict`], [`ServiceError::Invalid`].
pub fn act(
    store: &Store,
    vault: &Arc<Vault>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    act: &Act,
    now_ms: i64,
) -> Result<Request> {
    let (vault, staff, id) = (Arc::clone(vault), staff.clone(), id.to_owned());
    let act = act.clone();
    store.write(move |tx| {
        let record = kept::seen(tx, &staff, &id)?;
        let actor = kept::acting(tx, &staff, &record)?;
        let act = checked(&act)?;
        seen.check(record.version)?;
        tx.written_by(&staff.login);
        let around = Around::of(tx, &record, now_ms)?;
        let mut case = around.case(&record, now_ms);
        let target = target(tx, &around, &record, &act, case.returns_to())?;
        let said = case.act(&act, actor, target.as_ref())?;
        let who = Who::staff(&staff);
        if let Act::Publish {
            title,
            list,
            confirmed_numbers,
        } = &act
        {
            let bulletin = publish(
                tx,
                &staff,
                &record,
                (title, list),
                confirmed_numbers,
                now_ms,
            )?;
            case.standing.bulletin_id = Some(bulletin);
        }
        let into = match &act {
            Act::Merge { into } => Some(survivor(tx, &staff, &record, into)?),
            _ => None,
        };
        let step = Step {
            record: &record,
            seen,
            said: &said,
            who: &who,
            now_ms,
        };
        let (after, entry) = kept::keep(tx, &vault, &around.days, step, case.standing)?;
        if let Act::Reply { pictures, .. } = &act {
            attachments::use_uploaded(tx, pictures, &staff.account_id, &id, entry)?;
        }
        let told = Told {
            request_id: &id,
            entry,
            said: &said,
            who: &who,
        };
        kept::share_with_merged(tx, &vault, told, now_ms)?;
        if let Some(into) = into {
            joined(tx, &vault, &after, &into, now_ms)?;
        }
        let name = machine::name(&act);
        let action = machine::ACTS.iter().position(|it| *it == name);
        let action = action.and_then(|it| ACTIONS.get(it)).copied();
        kept::noted(
            tx,
            &who.actor,
            action.unwrap_or("request.act"),
            &after,
            now_ms,
        )?;
        // Whoever passes it on may not see it any more.
        let after = match kept::seen(tx, &staff, &id) {
            Err(ServiceError::NotFound(_)) => return desk::left(&vault, &after),
            seen => seen?,
        };
        desk::whole(tx, &vault, &staff, &after, now_ms)
    })
}

/// Where it goes, if it goes somewhere.
fn target(
    tx: &mut Tx<'_>,
    around: &Around,
    record: &Record,
    act: &Act,
    returns_to: Option<String>,
) -> Result<Option<Organization>> {
    match act {
        Act::PassOn {
            organization_code, ..
        } => {
            let places = desk::places(tx, around, record)?;
            // Whoever acts may not see where it can go: then they have its id and no code.
            let found = places
                .into_iter()
                .find(|it| it.code == *organization_code || it.id == *organization_code);
            let message =
                "不能转到这个单位。可以转的有：本镇的站所和村、上级；按类别规定不能往下转的除外";
            let wrong = || ServiceError::field("organization_code", message);
            found.map(Some).ok_or_else(wrong)
        }
        Act::Return { .. } => match returns_to {
            Some(id) => Ok(organizations::get(tx, &id)?),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The request into which another may be merged.
fn survivor(tx: &mut Tx<'_>, staff: &Staff, record: &Record, into: &str) -> Result<Record> {
    let wrong = |message: &str| ServiceError::field("into", message);
    let other = match kept::seen(tx, staff, into) {
        Err(ServiceError::NotFound(_)) => return Err(wrong("没有要并到的这件事")),
        other => other?,
    };
    kept::acting(tx, staff, &other)?;
    if other.id == record.id {
        return Err(wrong("不能并到自己"));
    }
    if other.facts.kind != record.facts.kind {
        return Err(wrong("只能并到同一种事：办事并到办事，建议并到建议"));
    }
    if machine::is_over(other.standing.state) {
        return Err(wrong("要并到的那件事已经结束"));
    }
    Ok(other)
}

/// Those merged into one that is merged itself follow it, and its asker gets the answer there is.
fn joined(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    merged: &Record,
    into: &Record,
    now_ms: i64,
) -> Result<()> {
    for other in requests::merged_into(tx, &merged.id)? {
        let mut standing = other.standing.clone();
        standing.merged_into_id = Some(into.id.clone());
        let plan = Plan::default();
        requests::write(tx, &other.id, Seen::Any, &standing, plan, now_ms)?;
    }
    if into.standing.state != RequestState::Answered {
        return Ok(());
    }
    let answers = history::of(tx, &into.id)?.into_iter().rev();
    let mut answers = answers.filter(|entry| entry.said.what == Happened::Answered);
    let Some(answer) = answers.next() else {
        return Ok(());
    };
    let said = Said {
        what: answer.said.what,
        text: answer.said.text,
        is_internal: false,
    };
    let who = Who {
        shown: answer.said.who,
        login: answer.said.login,
        actor: audit::Actor::System,
    };
    let told = Told {
        request_id: &into.id,
        entry: answer.number,
        said: &said,
        who: &who,
    };
    kept::share(tx, vault, merged, told, now_ms)
}

/// Shows a suggestion and its answer in public, without its author. Answers the id of the bulletin.
fn publish(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    record: &Record,
    (title, list): (&str, &str),
    numbers: &[ConfirmedNumber],
    now_ms: i64,
) -> Result<String> {
    staff.may(Action::Publish)?;
    let answers = history::of(tx, &record.id)?.into_iter().rev();
    let mut answers = answers.filter(|entry| entry.said.what == Happened::Answered);
    let none = || ServiceError::Conflict("还没有答复，不能公开".to_owned());
    let answer = answers.next().ok_or_else(none)?;
    let own = organizations::get(tx, &staff.organization.id)?;
    let own = own.ok_or(ServiceError::NotFound("这个组织"))?;
    let heading = |text: &str| Block::Heading {
        text: text.to_owned(),
    };
    let paragraph = |text: &str| Block::Paragraph {
        text: text.to_owned(),
    };
    let draft = BulletinDraft {
        list: list.to_owned(),
        organization_code: own.code.clone(),
        audience_code: own.code,
        title: clipped(title, bulletins::MAX_TITLE),
        body: vec![
            heading("建议"),
            paragraph(title),
            heading("答复"),
            paragraph(&answer.said.text),
            paragraph(&answer.said.who),
        ],
        ..BulletinDraft::default()
    };
    let written = WrittenBulletin {
        draft,
        confirmed: Confirmations {
            numbers: numbers.to_vec(),
            pictures: Vec::new(),
        },
    };
    bulletins::publish_now(tx, staff, &written, now_ms)
}

/// A text of at most so many characters.
fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// An act whose words are right.
fn checked(act: &Act) -> Result<Act> {
    let mut act = act.clone();
    match &mut act {
        Act::Reply { text, pictures, .. } => {
            *text = words("text", text, "答复", 500)?;
            if pictures.len() > MOST_PICTURES {
                let message = format!("一次最多 {MOST_PICTURES} 张图片");
                return Err(ServiceError::field("pictures", message));
            }
        }
        Act::PassOn { reason, .. } | Act::Return { reason } | Act::RefuseExtension { reason } => {
            *reason = words("reason", reason, "原因", 200)?;
        }
        Act::AskBack { text } => *text = words("text", text, "问的话", 200)?,
        Act::AskExtension { hours, reason } => {
            *reason = words("reason", reason, "原因", 200)?;
            if !(1..=720).contains(hours) {
                return Err(ServiceError::field("hours", "延长的时间须为 1 到 720 小时"));
            }
        }
        Act::Decline { reason } => *reason = words("reason", reason, "不能办的原因", 500)?,
        Act::Note { text } => *text = words("text", text, "备注", 500)?,
        Act::Call { text, .. } => {
            *text = names::text(text);
            if text.chars().count() > 200 {
                return Err(ServiceError::field("text", "电话记录不要超过 200 个字"));
            }
        }
        Act::Publish { title, .. } => *title = names::field("title", title, "公开的说法", 200)?,
        Act::Accept | Act::GiveExtension | Act::Merge { .. } => {}
    }
    Ok(act)
}

/// A text that people read, without what nobody can see.
fn words(field: &str, text: &str, what: &str, most: usize) -> Result<String> {
    let text = names::text(text);
    let length = text.chars().count();
    if (1..=most).contains(&length) {
        Ok(text)
    } else {
        let message = format!("{what}须为 1 到 {most} 个字，现在有 {length} 个");
        Err(ServiceError::field(field, message))
    }
}
