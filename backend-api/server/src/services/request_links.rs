//! A page for one telephone (扫码): a TV shows an address, whoever agrees first has the page behind it, and one
//! request is sent from it. The address is good for a quarter of an hour, and ends with the TV being what it is.
//!
//! The telephone that has it is known by a cookie, of which only the hash is kept; so is the token in the
//! address. A token that nobody gave out is counted as a guess.

use std::sync::Arc;

use contract::request::{
    CategoryKind, NewRequestLink, RequestLink, RequestLinkState, RequestReceipt, RequestSource,
};
use contract::terminal::{Terminal, TerminalKind};
use contract::township::HelpContact;
use store::request_links::{self, Link};
use store::{Store, Tx, WriteTx, categories, households, members, terminals, township};
use subtle::ConstantTimeEq as _;
use url::Url;

use super::attachments::Kept;
use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Guessable, Limits};
use super::kit::{calendar, names};
use super::people::session::Stand;
use super::people::terminal;
use super::proof::{self, Known, Proved};
use super::requests::asking::{self, Asked as Request, Parts, People};
use super::secrets;

/// How long an address is good, in milliseconds.
pub const LIFETIME_MS: i64 = 15 * 60_000;

/// How long a telephone may look at what it sent, in milliseconds.
const DONE_MS: i64 = 24 * 3_600_000;

/// How long the telephone keeps what it is known by, in seconds.
pub const COOKIE_SECONDS: i64 = DONE_MS / 1_000;

/// Characters that can be written.
pub const MAX_TEXT: usize = 500;

/// Photographs that can be sent.
pub const MAX_PICTURES: usize = 3;

const MISSING: ServiceError = ServiceError::NotFound("这一页");

/// Somebody opens an address.
#[derive(Clone)]
pub struct Visit {
    /// The token in it.
    pub token: String,
    /// What the telephone is known by, if it has it.
    pub claim: Option<String>,
    /// The address it asks from, as it is counted.
    pub address: String,
}

/// What is asked on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Title of the category.
    pub title: String,
    /// What it is for; may be empty.
    pub about: String,
    /// Who answers.
    pub office: String,
    /// Whom to call who needs help with it.
    pub help: Vec<HelpContact>,
}

/// What was filled in.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// What is asked.
    pub text: String,
    /// The number to telephone; may be empty.
    pub phone: String,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Who answers.
    pub office: String,
    /// Number of the request.
    pub number: String,
    /// Until when, as people write it.
    pub due: String,
}

/// How a page stands for whoever opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Nobody has it.
    Free(Asked),
    /// They have it, and sent nothing yet.
    Claimed(Asked),
    /// They sent it.
    Done(Done),
}

/// Makes an address for a TV. At a station somebody proves who they are. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] without the category, [`ServiceError::Invalid`] for one of confidential reports,
/// [`ServiceError::Forbidden`] where nobody may ask, and what a wrong proof is answered with.
pub fn create(
    parts: &Parts,
    stand: Stand<'_>,
    new: &NewRequestLink,
    public_url: &Url,
    now_ms: i64,
) -> Result<RequestLink> {
    let token = secrets::random_token()?;
    let url = public_url
        .join(&format!("/s/{token}"))
        .map_err(|error| ServiceError::Internal(format!("address of a page: {error}")))?;
    let token_hash = secrets::sha256_hex(&token);
    let expires_at_ms = now_ms + LIFETIME_MS;
    let (on, new) = (parts.clone(), new.clone());
    let (terminal_id, address) = (stand.terminal_id.to_owned(), stand.address.to_owned());
    let id = parts.store.write(move |tx| {
        let terminal = terminal(tx, &terminal_id)?;
        let category = asking::category(tx, &terminal, &new.category_id)?;
        if category.content.kind == CategoryKind::Confidential {
            // It would lead from the report to the TV.
            let why = "举报投诉请在电视上说，不能扫码";
            return Err(ServiceError::field("category_id", why));
        }
        let member = match (terminal.kind, &new.proof) {
            (TerminalKind::Signage, _) => {
                let why = "这块屏幕不能办事，请用家里或村里的电视";
                return Err(ServiceError::Forbidden(why));
            }
            (TerminalKind::Household, _) => None,
            (TerminalKind::Station, None) => {
                let why = "请先选择姓名并输入 PIN，或者刷卡";
                return Err(ServiceError::Forbidden(why));
            }
            (TerminalKind::Station, Some(proof)) => {
                let known = Known {
                    vault: &on.vault,
                    limits: &on.limits,
                };
                match proof::prove(tx, known, (&terminal, &address), proof, now_ms)? {
                    Proved::Yes(member) => Some(member.id),
                    // What it counted must be kept.
                    Proved::No(refusal) => return Ok(Err(refusal)),
                }
            }
        };
        let whose = (terminal.id.as_str(), member.as_deref());
        let category_id = &category.id;
        let id = request_links::create(tx, &token_hash, whose, category_id, expires_at_ms, now_ms)?;
        Ok::<_, ServiceError>(Ok(id))
    })??;
    Ok(RequestLink {
        id,
        url: url.into(),
        expires_at_ms,
    })
}

/// How an address of a TV stands. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] if it is not this TV's, or ended.
pub fn state(store: &Store, terminal_id: &str, id: &str) -> Result<RequestLinkState> {
    let found = store.read(|tx| request_links::of_terminal(tx, terminal_id, id))?;
    let link = found.ok_or(ServiceError::NotFound("这个二维码"))?;
    Ok(RequestLinkState {
        claimed: link.claim_hash.is_some(),
        receipt: link.receipt,
    })
}

/// How a page stands for whoever opens it. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] if there is none, or its time is over; [`ServiceError::Conflict`] if another
/// telephone has it; [`ServiceError::TooMany`] if tokens are guessed there.
pub fn open(store: &Store, limits: &Arc<Limits>, visit: &Visit, now_ms: i64) -> Result<Opened> {
    let attempt = Attempt::new(Guessable::RequestLink).by_address(&visit.address);
    let hash = secrets::sha256_hex(&visit.token);
    let found = store.read(|tx| {
        limits.check(tx, &attempt, now_ms)?;
        let Some(link) = request_links::by_token(tx, &hash)? else {
            return Ok::<_, ServiceError>(None);
        };
        Ok(Some(opened(tx, &link, visit, now_ms)))
    })?;
    if let Some(opened) = found {
        return opened;
    }
    let counting = Arc::clone(limits);
    store.write(move |tx| counting.failed(tx, &attempt, now_ms))?;
    Err(MISSING)
}

fn opened(tx: &mut Tx<'_>, link: &Link, visit: &Visit, now_ms: i64) -> Result<Opened> {
    let is_theirs = is_theirs(link, visit);
    if let Some(receipt) = &link.receipt {
        return if is_theirs && link.expires_at_ms + DONE_MS > now_ms {
            Ok(Opened::Done(done(receipt)))
        } else {
            Err(MISSING)
        };
    }
    if link.expires_at_ms <= now_ms {
        return Err(MISSING);
    }
    let asked = asked(tx, link)?;
    match &link.claim_hash {
        None => Ok(Opened::Free(asked)),
        Some(_) if is_theirs => Ok(Opened::Claimed(asked)),
        Some(_) => Err(taken()),
    }
}

/// Gives a page to the telephone that asks; answers what it is known by from now on, or nothing if it has the
/// page already. Of many at once one gets it. Blocks.
///
/// # Errors
/// As [`open`].
pub fn claim(
    store: &Store,
    limits: &Arc<Limits>,
    visit: &Visit,
    now_ms: i64,
) -> Result<Option<String>> {
    match open(store, limits, visit, now_ms)? {
        Opened::Free(_) => {}
        Opened::Claimed(_) | Opened::Done(_) => return Ok(None),
    }
    let secret = secrets::random_token()?;
    let (claim_hash, token_hash) = (
        secrets::sha256_hex(&secret),
        secrets::sha256_hex(&visit.token),
    );
    let claimed = store.write(move |tx| {
        let link = request_links::by_token(tx, &token_hash)?.ok_or(MISSING)?;
        Ok::<_, ServiceError>(request_links::claim(tx, &link.id, &claim_hash, now_ms)?)
    })?;
    if claimed {
        Ok(Some(secret))
    } else {
        Err(taken())
    }
}

/// Whether something that was filled in can be sent, with so many photographs.
///
/// # Errors
/// [`ServiceError::Invalid`] in words for who filled it in.
pub fn check(filled: &Filled, photographs: usize) -> Result<()> {
    let length = names::text(&filled.text).chars().count();
    if length > MAX_TEXT {
        let message = format!("写了 {length} 个字，最多 {MAX_TEXT} 个，请写短一些");
        return Err(ServiceError::field("text", message));
    }
    if length == 0 && photographs == 0 {
        return Err(ServiceError::field(
            "text",
            "请写下您要说的事，或者拍一张照片",
        ));
    }
    if photographs > MAX_PICTURES {
        let message = format!("最多 {MAX_PICTURES} 张照片");
        return Err(ServiceError::field("photo", message));
    }
    if !filled.phone.trim().is_empty() {
        asking::typed(filled.phone.trim())?;
    }
    Ok(())
}

/// Asks what was filled in, once. Blocks.
///
/// # Errors
/// As [`check`]; [`ServiceError::NotFound`] if the page's time is over, [`ServiceError::Conflict`] if another
/// telephone has it.
pub fn send(
    parts: &Parts,
    visit: &Visit,
    filled: &Filled,
    pictures: Vec<Kept>,
    now_ms: i64,
) -> Result<()> {
    check(filled, pictures.len())?;
    let (on, visit, filled) = (parts.clone(), visit.clone(), filled.clone());
    parts.store.write(move |tx| {
        let token_hash = secrets::sha256_hex(&visit.token);
        let link = request_links::by_token(tx, &token_hash)?.ok_or(MISSING)?;
        match opened(tx, &link, &visit, now_ms)? {
            Opened::Claimed(_) => {}
            // Sent twice is sent once.
            Opened::Done(_) => return Ok(()),
            Opened::Free(_) => return Err(taken()),
        }
        let request = request(tx, &link, &filled, pictures.clone())?;
        let receipt = asking::record(tx, &on.vault, &request, now_ms)?;
        request_links::sent(tx, &link.id, &receipt)?;
        Ok(())
    })
}

/// What is asked by a link, with the people of its TV.
fn request(
    tx: &mut WriteTx<'_>,
    link: &Link,
    filled: &Filled,
    attachments: Vec<Kept>,
) -> Result<Request> {
    let terminal = terminal(tx, &link.terminal_id).map_err(|_| MISSING)?;
    let category = asking::category(tx, &terminal, &link.category_id)
        .map_err(|_| ServiceError::BadRequest("这一类已经停用，请在电视上重新选".to_owned()))?;
    let words = names::text(&filled.text);
    let phone = match filled.phone.trim() {
        "" => None,
        phone => Some(asking::typed(phone)?),
    };
    Ok(Request {
        summary: asking::summary(&words, None, "照片"),
        people: people(tx, link, &terminal)?,
        category,
        source: RequestSource::Phone,
        terminal,
        phone,
        words,
        attachments,
        may_be_public: false,
        asked_at_ms: None,
        number: None,
    })
}

fn people(tx: &mut Tx<'_>, link: &Link, terminal: &Terminal) -> Result<People> {
    let asker = match &link.member_id {
        Some(id) => members::get(tx, id)?.filter(|it| it.left_at_ms.is_none()),
        None => None,
    };
    let household = match terminal.kind {
        TerminalKind::Household => households::of_terminal(tx, &terminal.id)?,
        TerminalKind::Station | TerminalKind::Signage => None,
    };
    Ok(People {
        household,
        asker: asker.map(|member| member.named()),
        entered_by: None,
    })
}

fn asked(tx: &mut Tx<'_>, link: &Link) -> Result<Asked> {
    let category = categories::get(tx, &link.category_id)?.ok_or(MISSING)?;
    let office = match &category.content.office_id {
        Some(_) => category.office.clone(),
        None => {
            let terminal = terminals::get(tx, &link.terminal_id)?.ok_or(MISSING)?;
            terminal.organization.name
        }
    };
    let help = township::get(tx)?.map_or_else(Vec::new, |it| it.help);
    Ok(Asked {
        title: category.content.title,
        about: category.content.about,
        office,
        help,
    })
}

fn done(receipt: &RequestReceipt) -> Done {
    Done {
        office: receipt.office.name.clone(),
        number: receipt.number.clone(),
        due: calendar::minute(receipt.due_at_ms),
    }
}

/// Whether the telephone that asks has the page.
fn is_theirs(link: &Link, visit: &Visit) -> bool {
    match (&link.claim_hash, &visit.claim) {
        (Some(hash), Some(claim)) => secrets::sha256_hex(claim)
            .as_bytes()
            .ct_eq(hash.as_bytes())
            .into(),
        _ => false,
    }
}

fn taken() -> ServiceError {
    ServiceError::Conflict("这个二维码已经被另一部手机打开".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_says_something() {
        let filled = |text: &str, phone: &str| Filled {
            text: text.to_owned(),
            phone: phone.to_owned(),
        };
        let wrong = |filled: &Filled, photographs| match check(filled, photographs).unwrap_err() {
            ServiceError::Invalid(fields) => fields[0].field.clone(),
            other => panic!("{other}"),
        };
        check(&filled("果树", ""), 0).unwrap();
        check(&filled("", " 138 0000-0001 "), 1).unwrap();
        check(&filled(&"字".repeat(500), ""), 3).unwrap();
        assert_eq!(wrong(&filled(" \u{200b}\n", ""), 0), "text");
        assert_eq!(wrong(&filled(&"字".repeat(501), ""), 0), "text");
        assert_eq!(wrong(&filled("果树", ""), 4), "photo");
        assert_eq!(wrong(&filled("果树", "打我"), 0), "phone");
    }
}
