//! Something is asked, at a TV or by a telephone.

use std::sync::Arc;

use contract::member::{HouseholdRef, MemberRef};
use contract::proof::Proof;
use contract::request::{CategoryKind, Happened, NewRequest, Phone, RequestReceipt, RequestSource};
use contract::terminal::{Terminal, TerminalKind};
use store::attachments::Owner;
use store::categories::{self, Record as Category};
use store::members::{Record as Member, sealing};
use store::requests::{self, Facts, Numbering};
use store::{Store, Tx, WriteTx, households, idempotency, members, organizations};

use super::kept::{self, Who, number_day};
use super::ladder::Line;
use super::machine::{self, Said};
use crate::services::attachments::{self, Attachments, Kept};
use crate::services::identity;
use crate::services::kit::audit::Actor;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::kit::{calendar, names};
use crate::services::people::session::Stand;
use crate::services::people::terminal;
use crate::services::proof::{Known, Proved, is_of, prove};
use crate::services::vault::{Place, Vault};

/// Sentences that can be picked for one request.
const MOST_SENTENCES: usize = 9;

/// Characters of a sentence that was picked.
const MOST_SENTENCE: usize = 60;

/// A key that was pressed longer ago is not believed.
const OLDEST_MS: i64 = 60 * 24 * 3_600_000;

/// What handling requests of a TV needs.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Keys of personal data.
    pub vault: Arc<Vault>,
    /// Counts wrong proofs.
    pub limits: Arc<Limits>,
    /// Voices and pictures.
    pub attachments: Attachments,
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// At a home: its household.
    pub household: Option<HouseholdRef>,
    /// Who asks, if somebody is named.
    pub asker: Option<MemberRef>,
    /// Who entered it for them.
    pub entered_by: Option<MemberRef>,
}

/// Something that is asked, by people who are known.
#[derive(Clone, Debug)]
pub struct Asked {
    /// In which category.
    pub category: Category,
    /// By what it comes.
    pub source: RequestSource,
    /// At which terminal, or by a link of it. Of a confidential report nothing of it is kept.
    pub terminal: Terminal,
    /// Who asks.
    pub people: People,
    /// The number to telephone, in clear.
    pub phone: Option<String>,
    /// What was written or picked.
    pub words: String,
    /// What it says in a line.
    pub summary: String,
    /// What was said or photographed.
    pub attachments: Vec<Kept>,
    /// It may be answered in public.
    pub may_be_public: bool,
    /// When the key was pressed, as far as it is known.
    pub asked_at_ms: Option<i64>,
    /// The number that a confidential report brings.
    pub number: Option<String>,
}

/// Keeps what is asked, and starts the clock.
///
/// # Errors
/// The database failed, or there is no key to seal with.
pub fn record(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    asked: &Asked,
    now_ms: i64,
) -> Result<RequestReceipt> {
    let terms = &asked.category.content;
    let confidential = terms.kind == CategoryKind::Confidential;
    let place = &asked.terminal.organization;
    let answers = terms.office_id.as_deref().unwrap_or(&place.id);
    let line = organizations::ancestors(tx, answers)?;
    let none = || ServiceError::NotFound("办理的单位");
    let office = Line(&line).at_least(terms.least_level).ok_or_else(none)?;
    let days = kept::days(tx, now_ms)?;
    let id = requests::new_id(now_ms);
    let phone = asked.phone.as_deref();
    let phone_sealed = match phone {
        Some(number) => Some(vault.seal(tx, Place::RequestPhone(&id), number)?),
        None => None,
    };
    let standing = machine::begun(
        office,
        terms.least_level,
        terms.clock,
        terms.response_hours.max(1),
        phone.is_some(),
        &days,
        now_ms,
    );
    let numbering = numbering(tx, vault, asked, (&id, office.id.as_str()), now_ms)?;
    let people = if confidential {
        People::default()
    } else {
        asked.people.clone()
    };
    let facts = Facts {
        kind: terms.kind,
        category_id: asked.category.id.clone(),
        category: terms.title.clone(),
        source: asked.source,
        place: (!confidential).then(|| place.clone()),
        terminal_id: (!confidential).then(|| asked.terminal.id.clone()),
        household: people.household,
        asker: people.asker,
        entered_by: people.entered_by,
        phone_sealed,
        // Of a confidential report only that there is one: some digits may be enough.
        phone_hint: phone.map(|number| {
            if confidential {
                "****".to_owned()
            } else {
                hint(number)
            }
        }),
        may_be_public: asked.may_be_public && terms.kind == CategoryKind::Suggestion,
        asked_at_ms: asked.asked_at_ms.filter(|_| !confidential),
        received_at_ms: now_ms,
        summary: if confidential {
            String::new()
        } else {
            asked.summary.clone()
        },
    };
    let plan = machine::plan(&standing, &days);
    let record = requests::create(tx, &id, &numbering, &facts, &standing, plan, now_ms)?;
    let said = Said {
        what: Happened::Asked,
        text: asked.words.clone(),
        is_internal: false,
    };
    // The log says who asked; of a confidential report nobody does.
    let actor = match &record.facts.asker {
        _ if confidential => Actor::System,
        Some(member) => Actor::Member(member.id.clone()),
        None => Actor::Terminal(asked.terminal.id.clone()),
    };
    let who = Who::asker(actor);
    let entry = kept::write_down(tx, vault, (&id, terms.kind), &said, &who, now_ms)?;
    for attachment in &asked.attachments {
        let owner = Owner::Entry {
            request_id: id.clone(),
            entry,
        };
        attachment.put(tx, vault, &owner, now_ms)?;
    }
    if !confidential {
        kept::noted(tx, &who.actor, "request.ask", &record, now_ms)?;
    }
    let number = asked.number.clone().unwrap_or(record.number);
    Ok(RequestReceipt {
        id: record.id,
        number,
        due_at_ms: standing.first_due_at_ms,
        office: standing.office,
    })
}

fn numbering(
    tx: &mut Tx<'_>,
    vault: &Vault,
    asked: &Asked,
    (id, office_id): (&str, &str),
    now_ms: i64,
) -> Result<Numbering> {
    if let Some(number) = &asked.number {
        return Ok(Numbering::Own {
            organization_id: office_id.to_owned(),
            sealed: vault.seal(tx, Place::RequestNumber(id), number)?,
        });
    }
    let line = organizations::ancestors(tx, &asked.terminal.organization.id)?;
    let township = Line(&line).numbered_by();
    let township = township.ok_or(ServiceError::NotFound("这个组织"))?;
    Ok(Numbering::Next {
        organization_id: township.id.clone(),
        day: number_day(calendar::today(now_ms)),
    })
}

/// A number with as much of it hidden as that nobody can telephone it.
fn hint(number: &str) -> String {
    if number.len() >= 10 {
        return identity::phone_hint(number);
    }
    let last = number.get(number.len().saturating_sub(2)..);
    format!("****{}", last.unwrap_or_default())
}

/// The category with this id, for a terminal.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Conflict`] for one that was taken back.
pub fn category(tx: &mut Tx<'_>, terminal: &Terminal, id: &str) -> Result<Category> {
    let found = categories::get(tx, id)?.ok_or(ServiceError::NotFound("这个类别"))?;
    let whose = &found.content.organization_id;
    if !organizations::is_within(tx, &terminal.organization.id, whose)? {
        return Err(ServiceError::NotFound("这个类别"));
    }
    if found.withdrawn_at_ms.is_some() {
        let why = "这个类别已经停用，请返回重新选择";
        return Err(ServiceError::Conflict(why.to_owned()));
    }
    Ok(found)
}

/// A number as it was typed, or that of somebody; and who that is.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `phone`; or the database failed.
pub fn phone(
    tx: &mut Tx<'_>,
    vault: &Vault,
    phone: &Phone,
    is_theirs: impl FnOnce(&Member) -> bool,
) -> Result<(Option<String>, Option<Member>)> {
    match phone {
        Phone::None => Ok((None, None)),
        Phone::Typed { number } => Ok((Some(typed(number)?), None)),
        Phone::Member { member_id } => {
            let gone = || ServiceError::field("phone", "这个电话已经不在登记里，请输入电话号码");
            let member = members::get(tx, member_id)?
                .filter(|it| it.left_at_ms.is_none() && is_theirs(it))
                .ok_or_else(gone)?;
            let sealed = sealing::of(tx, &member.id)?.and_then(|it| it.phone);
            let sealed = sealed.ok_or_else(gone)?;
            let number = vault.unseal(Place::Phone(&member.id), &sealed)?;
            Ok((Some(number), Some(member)))
        }
    }
}

/// A number as somebody typed it with the digits of a remote control.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `phone`.
pub fn typed(number: &str) -> Result<String> {
    let digits: String = number.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let right = (5..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if right {
        Ok(digits)
    } else {
        Err(ServiceError::field(
            "phone",
            "电话须为 5 到 20 位数字，请检查后重新输入",
        ))
    }
}

/// Sentences that were picked, as they are kept: in one line, and the first of them.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `sentences`.
pub fn sentences(picked: &[String]) -> Result<String> {
    if picked.len() > MOST_SENTENCES {
        let message = format!("最多选 {MOST_SENTENCES} 句");
        return Err(ServiceError::field("sentences", message));
    }
    let cleaned = picked
        .iter()
        .map(|it| names::field("sentences", it, "每句", MOST_SENTENCE));
    Ok(cleaned.collect::<Result<Vec<_>>>()?.join("；"))
}

/// What something says in a line.
#[must_use]
pub fn summary(words: &str, voice_ms: Option<u32>, otherwise: &str) -> String {
    let first = words.lines().next().unwrap_or_default();
    let first = first.split('；').next().unwrap_or_default();
    if !first.is_empty() {
        return first.chars().take(MOST_SENTENCE).collect();
    }
    match voice_ms {
        Some(length_ms) => format!("语音 {} 秒", length_ms.div_ceil(1_000).max(1)),
        None => otherwise.to_owned(),
    }
}

/// When a key was pressed, by how long ago that was.
#[must_use]
pub fn pressed(age_ms: Option<i64>, now_ms: i64) -> Option<i64> {
    age_ms
        .filter(|age| (0..=OLDEST_MS).contains(age))
        .map(|age| now_ms - age)
}

/// Names a write of a terminal. Keyed: a plain hash would tell a PIN to whoever tries all of them.
pub(super) fn key(vault: &Vault, terminal_id: &str, key: &str, what: &str) -> idempotency::Key {
    idempotency::Key {
        scope: format!("terminal/{terminal_id}"),
        key: key.to_owned(),
        request_hash: vault.fingerprint(what),
    }
}

/// A request as JSON, to be compared.
pub(super) fn spelled(of: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(of)
        .map_err(|error| ServiceError::Internal(format!("spelling a request: {error}")))
}

/// Asks something at a terminal, once for each key however often it is sent. Blocks.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::NotFound`] without the category, [`ServiceError::Conflict`],
/// [`ServiceError::KeyReused`], [`ServiceError::Forbidden`] where nobody may ask, what a wrong proof is answered
/// with, [`ServiceError::StorageFull`].
pub fn ask(
    parts: &Parts,
    stand: Stand<'_>,
    named: &str,
    new: &NewRequest,
    now_ms: i64,
) -> Result<RequestReceipt> {
    // How long ago it was is another time each time it is sent.
    let timeless = NewRequest {
        age_ms: None,
        ..new.clone()
    };
    let what = format!("requests\n{}", spelled(&timeless)?);
    let key = key(&parts.vault, stand.terminal_id, named, &what);
    let mut voice = None;
    if let Some(said) = &new.voice
        && !parts.store.read(|tx| idempotency::is_known(tx, &key))?
    {
        let checked = attachments::check_voice(said)?;
        voice = Some((checked.length_ms(), parts.attachments.keep(&checked)?));
    }
    let (on, new) = (parts.clone(), new.clone());
    let (terminal_id, address) = (stand.terminal_id.to_owned(), stand.address.to_owned());
    let done = parts.store.write(move |tx| {
        let mut asked = None;
        // Before the key is taken: a refusal leaves it free, and what it counted stays.
        if !idempotency::is_known(tx, &key)? {
            let terminal = terminal(tx, &terminal_id)?;
            match understood(
                tx,
                &on,
                (terminal, address.as_str()),
                &new,
                voice.as_ref(),
                now_ms,
            )? {
                Ok(understood) => asked = Some(understood),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let asked = asked.ok_or(kept::MISSING)?;
            let receipt = record(tx, &on.vault, &asked, now_ms)?;
            let body = spelled(&receipt)?;
            Ok::<_, ServiceError>(idempotency::Stored { status: 201, body })
        })?;
        Ok::<_, ServiceError>(Ok(outcome))
    })?;
    let answer = match done? {
        idempotency::Outcome::Reused => return Err(ServiceError::KeyReused),
        idempotency::Outcome::Done(answer) => {
            metrics::counter!("requests_asked").increment(1);
            answer
        }
        idempotency::Outcome::Replayed(answer) => answer,
    };
    serde_json::from_str(&answer.body)
        .map_err(|error| ServiceError::Internal(format!("a receipt that was kept: {error}")))
}

/// What is asked, if it may be. A refusal because of the proof is a value: what it counted must be kept.
fn understood(
    tx: &mut WriteTx<'_>,
    parts: &Parts,
    (terminal, address): (Terminal, &str),
    new: &NewRequest,
    voice: Option<&(Option<u32>, Kept)>,
    now_ms: i64,
) -> Result<Result<Asked>> {
    let category = category(tx, &terminal, &new.category_id)?;
    if category.content.kind == CategoryKind::Confidential {
        let why = "举报投诉请从“举报投诉”进入，不会显示在我的办理里";
        return Err(ServiceError::field("category_id", why));
    }
    let words = sentences(&new.sentences)?;
    let at = (&terminal, address);
    let (people, source) = match terminal.kind {
        TerminalKind::Signage => {
            return Err(ServiceError::Forbidden(
                "这块屏幕不能办事，请用家里或村里的电视",
            ));
        }
        TerminalKind::Household => {
            if new.for_member_id.is_some() {
                let why = "在家里不能代别人办，请到村里的会议室";
                return Err(ServiceError::field("for_member_id", why));
            }
            let household = households::of_terminal(tx, &terminal.id)?;
            let people = People {
                household,
                ..People::default()
            };
            (people, RequestSource::Home)
        }
        TerminalKind::Station => {
            match at_station(
                tx,
                parts,
                at,
                new.proof.as_ref(),
                new.for_member_id.as_deref(),
                now_ms,
            )? {
                Ok(people) => people,
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    };
    let (home, asker) = (
        people.household.as_ref().map(|it| it.id.clone()),
        people.asker.clone(),
    );
    let kind = terminal.kind;
    let (number, whose) = phone(tx, &parts.vault, &new.phone, |member| match kind {
        TerminalKind::Household => {
            let theirs = member.household.as_ref().map(|it| it.id.as_str());
            is_of(kind, home.as_deref(), theirs, false)
        }
        _ => asker.is_some_and(|asker| asker.id == member.id),
    })?;
    let people = People {
        // At a home nobody is named but who is to be telephoned.
        asker: people.asker.or_else(|| whose.map(|it| it.named())),
        ..people
    };
    let voice_ms = voice.and_then(|(length, _)| *length);
    Ok(Ok(Asked {
        summary: summary(&words, voice_ms, "请联系我"),
        category,
        source,
        terminal,
        people,
        phone: number,
        words,
        attachments: voice.map(|(_, kept)| kept.clone()).into_iter().collect(),
        may_be_public: new.may_be_public,
        asked_at_ms: pressed(new.age_ms, now_ms),
        number: None,
    }))
}

/// Who asks at a station: whoever proves who they are, or somebody for whom they enter it.
fn at_station(
    tx: &mut WriteTx<'_>,
    parts: &Parts,
    (terminal, address): (&Terminal, &str),
    proof: Option<&Proof>,
    for_member: Option<&str>,
    now_ms: i64,
) -> Result<Result<(People, RequestSource)>> {
    let proved = match proved(tx, parts, (terminal, address), proof, now_ms)? {
        Ok(member) => member,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(for_member) = for_member.filter(|it| *it != proved.id) else {
        let people = People {
            asker: Some(proved.named()),
            ..People::default()
        };
        return Ok(Ok((people, RequestSource::Station)));
    };
    let unknown = || ServiceError::field("for_member_id", "这个人不在本村的名单里");
    let member = members::get(tx, for_member)?
        .filter(|it| it.left_at_ms.is_none())
        .ok_or_else(unknown)?;
    if !members::is_within(tx, &member, &terminal.organization.id)? {
        return Err(unknown());
    }
    let people = People {
        asker: Some(member.named()),
        entered_by: Some(proved.named()),
        household: None,
    };
    Ok(Ok((people, RequestSource::Entered)))
}

/// Who stands at a station.
pub(super) fn proved(
    tx: &mut WriteTx<'_>,
    parts: &Parts,
    at: (&Terminal, &str),
    proof: Option<&Proof>,
    now_ms: i64,
) -> Result<Result<Box<Member>>> {
    let Some(proof) = proof else {
        return Err(ServiceError::Forbidden("请先选择姓名并输入 PIN，或者刷卡"));
    };
    let known = Known {
        vault: &parts.vault,
        limits: &parts.limits,
    };
    Ok(match prove(tx, known, at, proof, now_ms)? {
        Proved::Yes(member) => Ok(member),
        Proved::No(refusal) => Err(refusal),
    })
}
