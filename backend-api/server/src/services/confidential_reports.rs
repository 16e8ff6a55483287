//! Confidential reports (举报投诉): sent from a TV that keeps no trace of it, found again by a number and a PIN
//! that only its author knows.
//!
//! | kept | how |
//! |---|---|
//! | what was said, the telephone, the number, replies | sealed |
//! | number and PIN, to find it by | keyed hashes |
//! | household, terminal, people, when the key was pressed | not at all |
//! | the idempotency key | a keyed hash under a common scope, without an answer: it leads from no terminal to a report and from no report to a terminal |
//!
//! Wrong numbers and wrong PINs are answered alike and counted. No terminal is told that anything changed.

use std::sync::Arc;

use contract::request::{
    CategoryKind, NewReport, Phone, ReportKey, ReportVerdict, RequestReceipt, RequestSource,
    TerminalRequest,
};
use contract::terminal::{Terminal, TerminalKind};
use serde::Serialize;
use store::requests::{self, Record, history};
use store::{Tx, WriteTx, households, idempotency, report_keys};

use super::attachments::{self, Kept};
use super::kit::audit::Actor;
use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Guessable};
use super::people::session::Stand;
use super::people::terminal;
use super::pins;
use super::proof::is_of;
use super::requests::asker::{self, Deed};
use super::requests::asking::{self, Asked, Parts, People};
use super::requests::at_tv;
use super::requests::kept::Who;
use super::vault::{Field, Place, Vault};

/// Digits of a number.
const NUMBER: usize = 10;

/// Scope of the idempotency keys of all reports: that of a terminal would name it.
const SCOPE: &str = "confidential";

/// There is none with this number and this PIN.
const MISSING: ServiceError = ServiceError::NotFound("这件举报：编号或密码不对");

/// Takes a report, once for each key however often it is sent. Blocks.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::NotFound`] without the category, [`ServiceError::Conflict`] if
/// another has this number, [`ServiceError::KeyReused`], [`ServiceError::Forbidden`] where nobody may ask,
/// [`ServiceError::TooMany`], [`ServiceError::StorageFull`].
pub fn report(
    parts: &Parts,
    stand: Stand<'_>,
    named: &str,
    new: &NewReport,
    now_ms: i64,
) -> Result<RequestReceipt> {
    check_key(&new.number, &new.pin)?;
    pins::acceptable(&new.pin)?;
    // How long ago it was is another time each time it is sent.
    let timeless = NewReport {
        age_ms: None,
        ..new.clone()
    };
    let key = key(&parts.vault, stand.terminal_id, named, "reports", &timeless)?;
    let mut voice = None;
    if let Some(said) = &new.voice
        && !parts.store.read(|tx| idempotency::is_known(tx, &key))?
    {
        let checked = attachments::check_voice(said)?;
        voice = Some((checked.length_ms(), parts.attachments.keep(&checked)?));
    }
    let (on, new, attempt_of) = (parts.clone(), new.clone(), attempting(stand));
    let terminal_id = stand.terminal_id.to_owned();
    parts.store.write(move |tx| {
        let hash = on.vault.index(Field::ReportNumber, &new.number);
        let mut asked = None;
        if !idempotency::is_known(tx, &key)? {
            let terminal = terminal(tx, &terminal_id)?;
            let attempt = attempt_of(&terminal);
            on.limits.check(tx, &attempt, now_ms)?;
            // Else whoever makes numbers up would learn which there are.
            if report_keys::find(tx, &hash)?.is_some() {
                on.limits.failed(tx, &attempt, now_ms)?;
                let why = "这个编号已经有人用了，请返回重新提交，会换一个编号";
                return Ok(Err(ServiceError::Conflict(why.to_owned())));
            }
            asked = Some(understood(tx, &on.vault, terminal, &new, voice.as_ref())?);
        }
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let asked = asked.ok_or(MISSING)?;
            let receipt = asking::record(tx, &on.vault, &asked, now_ms)?;
            let pin_hash = on.vault.pin_hash(&receipt.id, &new.pin);
            report_keys::put(tx, &receipt.id, &hash, &pin_hash)?;
            Ok::<_, ServiceError>(idempotency::Stored {
                status: 201,
                body: String::new(),
            })
        })?;
        if outcome == idempotency::Outcome::Reused {
            return Ok(Err(ServiceError::KeyReused));
        }
        let found = report_keys::find(tx, &hash)?.ok_or(MISSING)?;
        let record = requests::get(tx, &found.request_id)?.ok_or(MISSING)?;
        Ok::<_, ServiceError>(Ok(RequestReceipt {
            id: record.id,
            number: new.number.clone(),
            due_at_ms: record.standing.first_due_at_ms,
            office: record.standing.office,
        }))
    })?
}

/// How a report stands, for whoever knows its number and its PIN. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] for a wrong number or a wrong PIN, [`ServiceError::TooMany`].
pub fn follow(
    parts: &Parts,
    stand: Stand<'_>,
    key: &ReportKey,
    now_ms: i64,
) -> Result<TerminalRequest> {
    let (on, key, attempt_of) = (parts.clone(), key.clone(), attempting(stand));
    let terminal_id = stand.terminal_id.to_owned();
    parts.store.write(move |tx| {
        let terminal = terminal(tx, &terminal_id)?;
        let attempt = attempt_of(&terminal);
        match found(tx, &on, &attempt, &key, now_ms)? {
            Ok(record) => Ok::<_, ServiceError>(shown(tx, &on.vault, &record, &key.number, now_ms)),
            Err(refusal) => Ok(Err(refusal)),
        }
    })?
}

/// What its author says of an answer, once for each key however often it is sent. Blocks.
///
/// # Errors
/// As [`follow`]; [`ServiceError::WrongState`], [`ServiceError::Conflict`] for a verdict on an older answer than
/// the last, [`ServiceError::Invalid`], [`ServiceError::KeyReused`].
pub fn judge(
    parts: &Parts,
    stand: Stand<'_>,
    named: &str,
    verdict: &ReportVerdict,
    now_ms: i64,
) -> Result<TerminalRequest> {
    let deed = Deed::Judge(verdict.verdict.clone());
    deed.check()?;
    let key = key(&parts.vault, stand.terminal_id, named, "verdict", verdict)?;
    let (on, verdict, attempt_of) = (parts.clone(), verdict.clone(), attempting(stand));
    let terminal_id = stand.terminal_id.to_owned();
    parts.store.write(move |tx| {
        let terminal = terminal(tx, &terminal_id)?;
        let attempt = attempt_of(&terminal);
        // Also of one that was done before: the key alone shows nothing.
        let record = match found(tx, &on, &attempt, &verdict.key, now_ms)? {
            Ok(record) => record,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = record.id.clone();
        let outcome = idempotency::once(tx, &key, now_ms, |tx| {
            let who = Who::asker(Actor::System);
            asker::carry_out(tx, &on.vault, &record, &who, &deed, None, now_ms)?;
            Ok::<_, ServiceError>(idempotency::Stored {
                status: 200,
                body: String::new(),
            })
        })?;
        if outcome == idempotency::Outcome::Reused {
            return Ok(Err(ServiceError::KeyReused));
        }
        let record = requests::get(tx, &id)?.ok_or(MISSING)?;
        let number = &verdict.key.number;
        Ok::<_, ServiceError>(shown(tx, &on.vault, &record, number, now_ms))
    })?
}

/// The report with this number and this PIN; anything else is counted, and answered alike. A refusal is a
/// value: what it counted must be kept.
fn found(
    tx: &mut WriteTx<'_>,
    parts: &Parts,
    attempt: &Attempt,
    key: &ReportKey,
    now_ms: i64,
) -> Result<Result<Record>> {
    if let Some(until_ms) = parts.limits.locked(tx, attempt, now_ms)? {
        return Ok(Err(ServiceError::too_many(until_ms, now_ms)));
    }
    let hash = parts.vault.index(Field::ReportNumber, &key.number);
    let known = report_keys::find(tx, &hash)?;
    // A number that nobody has is compared all the same.
    let (id, kept) = known.map_or_else(Default::default, |it| (it.request_id, it.pin_hash));
    if parts.vault.pin_matches(&id, &key.pin, &kept)
        && let Some(record) = requests::get(tx, &id)?
    {
        return Ok(Ok(record));
    }
    parts.limits.failed(tx, attempt, now_ms)?;
    Ok(Err(MISSING))
}

/// A report as its author sees it, with what is sealed of it.
fn shown(
    tx: &mut Tx<'_>,
    vault: &Vault,
    record: &Record,
    number: &str,
    now_ms: i64,
) -> Result<TerminalRequest> {
    let mut shown = at_tv::shown(tx, record, now_ms)?;
    for entry in history::of(tx, &record.id)? {
        let Some(sealed) = entry.said.text_sealed else {
            continue;
        };
        let mut seen = shown.history.iter_mut();
        if let Some(shown) = seen.find(|it| it.number == entry.number) {
            let place = Place::RequestWords(&record.id, entry.number);
            shown.text = vault.unseal(place, &sealed)?;
        }
    }
    number.clone_into(&mut shown.number);
    shown.summary.clone_from(&record.facts.category);
    Ok(shown)
}

/// What is reported. Nothing of the terminal is kept but which office answers for its people.
fn understood(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    terminal: Terminal,
    new: &NewReport,
    voice: Option<&(Option<u32>, Kept)>,
) -> Result<Asked> {
    let category = asking::category(tx, &terminal, &new.category_id)?;
    if category.content.kind != CategoryKind::Confidential {
        let why = "这一类不是举报投诉，请返回重新选择";
        return Err(ServiceError::field("category_id", why));
    }
    let household = match terminal.kind {
        TerminalKind::Signage => {
            let why = "这块屏幕不能办事，请用家里或村里的电视";
            return Err(ServiceError::Forbidden(why));
        }
        TerminalKind::Household => households::of_terminal(tx, &terminal.id)?,
        TerminalKind::Station => None,
    };
    let words = asking::sentences(&new.sentences)?;
    if words.is_empty() && voice.is_none() && new.phone == Phone::None {
        let message = "请选一句话，或者录一段话，或者留一个电话";
        return Err(ServiceError::field("sentences", message));
    }
    let home = household.as_ref().map(|it| it.id.as_str());
    let (phone, _) = asking::phone(tx, vault, &new.phone, |member| {
        let theirs = member.household.as_ref().map(|it| it.id.as_str());
        terminal.kind == TerminalKind::Household && is_of(terminal.kind, home, theirs, false)
    })?;
    Ok(Asked {
        category,
        source: RequestSource::Home,
        terminal,
        people: People::default(),
        phone,
        words,
        summary: String::new(),
        attachments: voice.map(|(_, kept)| kept.clone()).into_iter().collect(),
        may_be_public: false,
        asked_at_ms: None,
        number: Some(new.number.clone()),
    })
}

/// Whose wrong guesses are counted how.
fn attempting(stand: Stand<'_>) -> impl Fn(&Terminal) -> Attempt + use<> {
    let address = stand.address.to_owned();
    move |terminal| {
        Attempt::new(Guessable::Report)
            .terminal(&terminal.id, &terminal.organization.id)
            .by_address(&address)
    }
}

/// Names a write, so that nobody learns from it at which terminal a report was made.
fn key(
    vault: &Arc<Vault>,
    terminal_id: &str,
    named: &str,
    what: &str,
    of: &impl Serialize,
) -> Result<idempotency::Key> {
    let spelled = serde_json::to_string(of)
        .map_err(|error| ServiceError::Internal(format!("spelling a report: {error}")))?;
    Ok(idempotency::Key {
        scope: SCOPE.to_owned(),
        key: vault.fingerprint(&format!("{SCOPE} key\n{terminal_id}\n{named}")),
        request_hash: vault.fingerprint(&format!("{SCOPE} {what}\n{spelled}")),
    })
}

fn check_key(number: &str, pin: &str) -> Result<()> {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(number, NUMBER) {
        let message = format!("编号须为 {NUMBER} 位数字，请返回重新提交");
        return Err(ServiceError::field("number", message));
    }
    if !digits(pin, pins::DIGITS) {
        return Err(ServiceError::field("pin", "密码须为 6 位数字"));
    }
    Ok(())
}
