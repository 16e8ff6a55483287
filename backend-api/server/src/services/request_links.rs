//! The page for one telephone where something is asked (扫码): a TV shows its address, and one request is sent from
//! it. The address ends with the TV being what it is. How such pages are given and claimed is
//! [`phone_links`](super::phone_links).

use contract::request::{
    CategoryKind, NewRequestLink, RequestLink, RequestLinkState, RequestReceipt, RequestSource,
};
use contract::terminal::{Terminal, TerminalKind};
use contract::township::HelpContact;
use store::phone_links::{self as stored, AtTv, Kind, Link, Sent};
use store::{Store, Tx, WriteTx, categories, households, members, terminals, township};
use url::Url;

use super::attachments::Kept;
use super::kit::error::{Result, ServiceError};
use super::kit::{calendar, names};
use super::people::session::Stand;
use super::people::terminal;
use super::phone_links::{self, Address, Filled, MISSING, Standing, Visit};
use super::proof::{self, Known, Proved};
use super::requests::asking::{self, Asked as Request, Parts, People};

/// Characters that can be written.
pub const MAX_TEXT: usize = 500;

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
    let page = Address::new(public_url, now_ms)?;
    let given = page.clone();
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
        let kind = Kind::Request(AtTv {
            terminal_id: terminal.id,
            category_id: category.id,
            member_id: member,
        });
        Ok::<_, ServiceError>(Ok(given.give(tx, &kind, now_ms)?))
    })??;
    Ok(RequestLink {
        id,
        url: page.url.into(),
        expires_at_ms: page.expires_at_ms,
    })
}

/// How an address of a TV stands. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] if it is not this TV's, or ended.
pub fn state(store: &Store, terminal_id: &str, id: &str) -> Result<RequestLinkState> {
    let found = store.read(|tx| stored::of_terminal(tx, terminal_id, id))?;
    let link = found.ok_or(ServiceError::NotFound("这个二维码"))?;
    Ok(RequestLinkState {
        claimed: link.claim_hash.is_some(),
        receipt: match link.sent {
            Some(Sent::Request(receipt)) => Some(receipt),
            _ => None,
        },
    })
}

/// What the page says that stands so for whoever opens it.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    link: &Link,
    at: &AtTv,
    standing: Standing,
) -> Result<Opened> {
    match (standing, &link.sent) {
        (Standing::Sent, Some(Sent::Request(receipt))) => Ok(Opened::Done(done(receipt))),
        (Standing::Sent, _) => Err(MISSING),
        (Standing::Claimed, _) => Ok(Opened::Claimed(asked(tx, at)?)),
        (Standing::Free, _) => Ok(Opened::Free(asked(tx, at)?)),
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
        let (link, standing) = phone_links::found(tx, &visit, now_ms)?;
        match standing {
            Standing::Claimed => {}
            // Sent twice is sent once.
            Standing::Sent => return Ok(()),
            Standing::Free => return Err(phone_links::taken()),
        }
        let Kind::Request(at) = &link.kind else {
            return Err(MISSING);
        };
        let request = request(tx, at, &filled, pictures.clone())?;
        let receipt = asking::record(tx, &on.vault, &request, now_ms)?;
        stored::sent(tx, &link.id, &Sent::Request(receipt))?;
        Ok(())
    })
}

/// What is asked by a link, with the people of its TV.
fn request(
    tx: &mut WriteTx<'_>,
    at: &AtTv,
    filled: &Filled,
    attachments: Vec<Kept>,
) -> Result<Request> {
    let terminal = terminal(tx, &at.terminal_id).map_err(|_| MISSING)?;
    let category = asking::category(tx, &terminal, &at.category_id)
        .map_err(|_| ServiceError::BadRequest("这一类已经停用，请在电视上重新选".to_owned()))?;
    let words = names::text(&filled.text);
    let phone = match filled.phone.trim() {
        "" => None,
        phone => Some(asking::typed(phone)?),
    };
    Ok(Request {
        summary: asking::summary(&words, None, "照片"),
        people: people(tx, at, &terminal)?,
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

fn people(tx: &mut Tx<'_>, at: &AtTv, terminal: &Terminal) -> Result<People> {
    let asker = match &at.member_id {
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

fn asked(tx: &mut Tx<'_>, at: &AtTv) -> Result<Asked> {
    let category = categories::get(tx, &at.category_id)?.ok_or(MISSING)?;
    let office = match &category.content.office_id {
        Some(_) => category.office.clone(),
        None => {
            let terminal = terminals::get(tx, &at.terminal_id)?.ok_or(MISSING)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_says_something() {
        let filled = |text: &str, phone: &str| Filled {
            text: text.to_owned(),
            phone: phone.to_owned(),
            name: String::new(),
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
        assert_eq!(wrong(&filled("果树", "打我"), 0), "phone");
    }
}
