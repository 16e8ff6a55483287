//! What staff are told when a budget is used up: a notice, once until somebody looks, and an entry of the log.

use contract::staff::NoticeKind;
use store::notices::{self, NewNotice};
use store::{WriteTx, members, organizations, staff, terminals};

use super::attempt::Attempt;
use super::table::{Budget, Guessable, Row, Scope};
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::Result;

/// Whose staff are told what.
struct News {
    organization_id: String,
    kind: NoticeKind,
    about: About,
    detail: String,
}

/// Tells that a budget of a row is used up.
pub(super) fn tell(
    tx: &mut WriteTx<'_>,
    row: &Row,
    budget: Budget,
    attempt: &Attempt,
    until_ms: Option<i64>,
    now_ms: i64,
) -> Result<()> {
    let Some(news) = news(tx, row, budget, attempt, until_ms, now_ms)? else {
        return Ok(());
    };
    note(tx, row, news, attempt, now_ms)
}

/// Tells that boxes had to give way.
pub(super) fn flood(tx: &mut WriteTx<'_>, row: &Row, network: &str, now_ms: i64) -> Result<()> {
    let Some(root) = organizations::root(tx)? else {
        return Ok(());
    };
    let news = News {
        organization_id: root.id,
        kind: NoticeKind::Guessing,
        about: About::one(Thing::Address, network),
        detail: format!(
            "{network} 里申请登记的电视太多，先申请的已作废。如果不是在装电视，请查是谁的网络"
        ),
    };
    note(tx, row, news, &Attempt::new(row.what), now_ms)
}

fn note(tx: &mut WriteTx<'_>, row: &Row, news: News, attempt: &Attempt, now_ms: i64) -> Result<()> {
    let notice = NewNotice {
        organization_id: news.organization_id.clone(),
        kind: news.kind,
        subject: news.about.to_string(),
        detail: news.detail,
    };
    notices::raise(tx, &notice, now_ms)?;
    let actor = match &attempt.terminal {
        Some(id) => Actor::Terminal(id.clone()),
        None => Actor::System,
    };
    let place = Some(news.organization_id.as_str());
    audit::note(
        tx,
        &actor,
        row.action,
        &news.about,
        place,
        Words::None,
        now_ms,
    )?;
    Ok(())
}

fn news(
    tx: &mut WriteTx<'_>,
    row: &Row,
    Budget { scope, rule }: Budget,
    attempt: &Attempt,
    until_ms: Option<i64>,
    now_ms: i64,
) -> Result<Option<News>> {
    let title = row.title;
    let pause = until_ms.map_or_else(String::new, |until_ms| {
        let minutes = until_ms.saturating_sub(now_ms).max(0) / 60_000;
        format!("，已锁定 {} 分钟", minutes.max(1))
    });
    let terminal = match &attempt.terminal {
        Some(id) => terminals::get(tx, id)?,
        None => None,
    };
    let at = terminal
        .as_ref()
        .map_or_else(String::new, |it| format!("在电视“{}”上", it.name));
    if let (Scope::MemberHere | Scope::Member, Some(id)) = (scope, &attempt.member) {
        let Some(member) = members::get(tx, id)? else {
            return Ok(None);
        };
        let kind = match row.what {
            Guessable::Pin => NoticeKind::PinLocked,
            _ => NoticeKind::Guessing,
        };
        let failures = rule.failures;
        let here = if scope == Scope::MemberHere {
            format!("{at}连续 {failures} 次")
        } else {
            format!("在几台电视上一共 {failures} 次")
        };
        return Ok(Some(News {
            organization_id: member.organization.id,
            kind,
            about: About::one(Thing::Member, id),
            detail: format!("{} {here}输错{title}{pause}", member.name),
        }));
    }
    if let (Scope::Terminal, Some(terminal)) = (scope, terminal) {
        return Ok(Some(News {
            organization_id: terminal.organization.id,
            kind: NoticeKind::Guessing,
            about: About::one(Thing::Terminal, &terminal.id),
            detail: format!(
                "有人可能在试：电视“{}”上{title}错得太多{pause}",
                terminal.name
            ),
        }));
    }
    if let (Scope::Organization, Some(id)) = (scope, &attempt.organization) {
        return Ok(Some(News {
            organization_id: id.clone(),
            kind: NoticeKind::Guessing,
            about: About::one(Thing::Organization, id),
            detail: format!("有人可能在试：这里的电视上{title}错得太多，请到场看看"),
        }));
    }
    if let (Scope::AccountHere | Scope::Account, Some(id)) = (scope, &attempt.account_id)
        && let Some(account) = staff::account(tx, id)?
    {
        let from = match (&attempt.address, scope) {
            (Some(address), Scope::AccountHere) => format!("（来自 {address}）"),
            _ => String::new(),
        };
        return Ok(Some(News {
            organization_id: account.organization.id,
            kind: NoticeKind::Guessing,
            about: About::one(Thing::Account, &account.id),
            detail: format!("账号 {} 的{title}连续输错{from}{pause}", account.login),
        }));
    }
    let Some(root) = organizations::root(tx)? else {
        return Ok(None);
    };
    let (about, detail) = match (&attempt.address, scope) {
        (Some(address), Scope::AccountHere | Scope::Account | Scope::Address) => (
            About::one(Thing::Address, address),
            format!("有人可能在试：来自 {address} 的{title}错得太多{pause}"),
        ),
        _ => (
            About::one(Thing::Guesses, row.name),
            format!("有人可能在试：最近一刻钟里{title}错得特别多，请看审计日志"),
        ),
    };
    Ok(Some(News {
        organization_id: root.id,
        kind: NoticeKind::Guessing,
        about,
        detail,
    }))
}
