//! The page for one telephone from which a village sends something to be published (扫码投稿): staff show its address,
//! and whoever has the page may look later what became of it. What was returned may be sent again from there.
//! There is no film: those go by an account ([`uploads`](super::uploads)), and a telephone with a cookie has none.

use contract::submission::{
    NewSubmissionLink, SubmissionLink, SubmissionLinkState, SubmissionState,
};
use store::phone_links::{self as stored, ForVillage, Kind, Link, Sent};
use store::{Store, Tx, attachments, organizations, submissions as kept};
use url::Url;

use super::attachments::Kept;
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff};
use super::kit::subject;
use super::phone_links::{self, Address, Filled, MISSING, Standing, Visit};
use super::requests::asking::Parts;
use super::submissions::{self, FromPhone, MAX_SENDER};

/// Characters that can be written.
pub const MAX_TEXT: usize = 1_000;

/// For whom something is sent on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who sends it.
    pub village: String,
}

/// What became of what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Became {
    /// Who sent it.
    pub village: String,
    /// Its title.
    pub title: String,
    /// The text.
    pub text: String,
    /// Who wrote it; may be empty.
    pub sender: String,
    /// How many pictures it has.
    pub pictures: usize,
    /// Where it stands.
    pub state: SubmissionState,
    /// It is published.
    pub published: bool,
    /// Why it was returned or declined; may be empty.
    pub reason: String,
}

/// How a page stands for whoever opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Nobody has it.
    Free(Wanted),
    /// They have it, and sent nothing yet.
    Claimed(Wanted),
    /// They sent something.
    Sent(Became),
}

impl Opened {
    /// How many pictures there are already.
    #[must_use]
    pub const fn pictures(&self) -> usize {
        match self {
            Self::Free(_) | Self::Claimed(_) => 0,
            Self::Sent(became) => became.pictures,
        }
    }
}

/// Makes an address that staff show to somebody of a village. Blocks.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for a code of none of theirs, [`ServiceError::Conflict`]
/// if much of that village waits already.
pub fn create(
    store: &Store,
    staff: &Staff,
    new: &NewSubmissionLink,
    public_url: &Url,
    now_ms: i64,
) -> Result<SubmissionLink> {
    let page = Address::new(public_url, now_ms)?;
    let (given, staff, code) = (page.clone(), staff.clone(), new.organization_code.clone());
    let id = store.write(move |tx| {
        let field = "organization_code";
        let organization = subject::organization(tx, &staff, Action::Write, field, &code)?;
        submissions::room(tx, &organization.id, false)?;
        let kind = Kind::Submission(ForVillage {
            organization_id: organization.id.clone(),
            account_id: staff.account_id.clone(),
        });
        let id = given.give(tx, &kind, now_ms)?;
        audit::note(
            tx,
            &Actor::of(Some(&staff)),
            "submission.link",
            &About::one(Thing::Organization, &organization.id),
            Some(&organization.id),
            Words::None,
            now_ms,
        )?;
        Ok::<_, ServiceError>(id)
    })?;
    Ok(SubmissionLink {
        id,
        url: page.url.into(),
        expires_at_ms: page.expires_at_ms,
    })
}

/// How an address stands that an account made. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] if it is not theirs, or ended; [`ServiceError::Forbidden`].
pub fn state(store: &Store, staff: &Staff, id: &str) -> Result<SubmissionLinkState> {
    staff.may(Action::Write)?;
    let found = store.read(|tx| stored::of_account(tx, &staff.account_id, id))?;
    let link = found.ok_or(ServiceError::NotFound("这个二维码"))?;
    Ok(SubmissionLinkState {
        claimed: link.claim_hash.is_some(),
        submission_id: match link.sent {
            Some(Sent::Submission(id)) => Some(id),
            _ => None,
        },
    })
}

/// What the page says that stands so for whoever opens it.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    link: &Link,
    of: &ForVillage,
    standing: Standing,
) -> Result<Opened> {
    let village = organizations::get(tx, &of.organization_id)?
        .ok_or(MISSING)?
        .name;
    Ok(match (standing, &link.sent) {
        (Standing::Free, _) => Opened::Free(Wanted { village }),
        (Standing::Claimed, _) => Opened::Claimed(Wanted { village }),
        (Standing::Sent, Some(Sent::Submission(id))) => {
            let found = kept::get(tx, id)?.ok_or(MISSING)?;
            Opened::Sent(Became {
                village,
                title: found.line.title,
                text: found.text,
                sender: found.line.sender,
                pictures: attachments::of_submission(tx, id)?.len(),
                state: found.line.state,
                published: found.line.published,
                reason: found.reason,
            })
        }
        (Standing::Sent, _) => return Err(MISSING),
    })
}

/// Whether something that was filled in can be sent, with so many photographs in all.
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
        let message = "请写下要发布的事，或者拍一张照片";
        return Err(ServiceError::field("text", message));
    }
    sender(filled).map(|_| ())
}

/// Who writes, if they say.
fn sender(filled: &Filled) -> Result<String> {
    if names::is_blank(&filled.name) {
        return Ok(String::new());
    }
    names::person_title(&filled.name, "姓名", MAX_SENDER)
        .map_err(|message| ServiceError::field("name", message))
}

/// Sends what was filled in; what was returned is sent again. Blocks.
///
/// # Errors
/// As [`check`]; [`ServiceError::NotFound`] if the page's time is over, [`ServiceError::Conflict`] if another
/// telephone has it, or much of the village waits already.
pub fn send(
    parts: &Parts,
    visit: &Visit,
    filled: &Filled,
    pictures: Vec<Kept>,
    now_ms: i64,
) -> Result<()> {
    let sent = FromPhone {
        text: names::text(&filled.text),
        sender: sender(filled)?,
        pictures,
    };
    let (vault, visit, filled) = (parts.vault.clone(), visit.clone(), filled.clone());
    parts.store.write(move |tx| {
        let (link, standing) = phone_links::found(tx, &visit, now_ms)?;
        let Kind::Submission(of) = &link.kind else {
            return Err(MISSING);
        };
        match (standing, &link.sent) {
            (Standing::Free, _) => return Err(phone_links::taken()),
            (Standing::Claimed, _) => {
                check(&filled, sent.pictures.len())?;
                let of = &of.organization_id;
                let id = submissions::send_from_phone(tx, &vault, of, &sent, now_ms)?;
                stored::sent(tx, &link.id, &Sent::Submission(id))?;
            }
            (Standing::Sent, Some(Sent::Submission(id))) => {
                let before = kept::get(tx, id)?.ok_or(MISSING)?;
                // Sent twice is sent once.
                if before.line.state != SubmissionState::Returned {
                    return Ok(());
                }
                let pictures = attachments::of_submission(tx, id)?.len() + sent.pictures.len();
                check(&filled, pictures)?;
                submissions::send_again_from_phone(tx, &vault, id, &sent, now_ms)?;
            }
            (Standing::Sent, _) => return Err(MISSING),
        }
        Ok(())
    })
}

/// Takes back what was sent from the page; answers the upload that nobody needs any more. Twice is once. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] if nothing was sent or the page's time is over, [`ServiceError::Conflict`] if another
/// telephone has it, [`ServiceError::WrongState`] if it was decided about.
pub fn withdraw(store: &Store, visit: &Visit, now_ms: i64) -> Result<Option<String>> {
    let visit = visit.clone();
    store.write(move |tx| {
        let (link, standing) = phone_links::found(tx, &visit, now_ms)?;
        match (&link.kind, standing, &link.sent) {
            (Kind::Submission(_), Standing::Sent, Some(Sent::Submission(id))) => {
                submissions::withdraw_from_phone(tx, id, now_ms)
            }
            _ => Err(MISSING),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_says_or_shows_something() {
        let filled = |text: &str, name: &str| Filled {
            text: text.to_owned(),
            name: name.to_owned(),
            ..Filled::default()
        };
        let wrong = |filled: &Filled, photographs| match check(filled, photographs).unwrap_err() {
            ServiceError::Invalid(fields) => fields[0].field.clone(),
            other => panic!("{other}"),
        };
        check(&filled("路修好了", ""), 0).unwrap();
        check(&filled("", " 张 三 "), 1).unwrap();
        assert_eq!(wrong(&filled(" \u{200b}\n", ""), 0), "text");
        assert_eq!(wrong(&filled(&"字".repeat(1_001), ""), 0), "text");
        assert_eq!(wrong(&filled("路", &"长".repeat(31)), 0), "name");
    }
}
