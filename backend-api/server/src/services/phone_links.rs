//! Pages for one telephone (扫码), whatever is sent from them: somebody shows an address, whoever agrees first has the
//! page behind it, and one thing is sent from it.
//!
//! The telephone that has it is known by a cookie, of which only the hash is kept; so is the token in the
//! address. A token that nobody gave out is counted as a guess.

use std::sync::Arc;

use store::phone_links::{self, Kind, Link};
use store::{Store, Tx, WriteTx};
use subtle::ConstantTimeEq as _;
use url::Url;

use super::kit::error::{Result, ServiceError};
use super::kit::limits::{Attempt, Guessable, Limits};
use super::secrets;

/// How long an address is good, in milliseconds.
pub const LIFETIME_MS: i64 = 15 * 60_000;

/// How long a telephone may look at what it asked, in milliseconds.
pub const REQUEST_KEPT_MS: i64 = 24 * 3_600_000;

/// How long a telephone may look at what became of what it sent to be published, in milliseconds.
pub const SUBMISSION_KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// Photographs that can be sent.
pub const MAX_PICTURES: usize = 3;

/// There is no such page, or its time is over.
pub const MISSING: ServiceError = ServiceError::NotFound("这一页");

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

/// What was filled in.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// What is asked, or told.
    pub text: String,
    /// The number to telephone; may be empty.
    pub phone: String,
    /// Who writes; may be empty.
    pub name: String,
}

/// How a page stands for whoever opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has it.
    Free,
    /// They have it, and sent nothing yet.
    Claimed,
    /// They sent something.
    Sent,
}

/// What a telephone that has a page is known by.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The secret of the cookie.
    pub secret: String,
    /// How long the telephone keeps it, in seconds.
    pub seconds: i64,
}

/// A new address; what is shown of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub url: Url,
    /// SHA-256 of the token in it.
    token_hash: String,
    /// Until when it is good.
    pub expires_at_ms: i64,
}

impl Address {
    /// An address that nobody knows yet.
    ///
    /// # Errors
    /// There is no randomness, or `public_url` is none that has pages below it.
    pub fn new(public_url: &Url, now_ms: i64) -> Result<Self> {
        let token = secrets::random_token()?;
        let url = public_url
            .join(&format!("/s/{token}"))
            .map_err(|error| ServiceError::Internal(format!("address of a page: {error}")))?;
        Ok(Self {
            url,
            token_hash: secrets::sha256_hex(&token),
            expires_at_ms: now_ms + LIFETIME_MS,
        })
    }

    /// Puts a page behind it; answers its id.
    ///
    /// # Errors
    /// The database failed.
    pub fn give(&self, tx: &mut WriteTx<'_>, kind: &Kind, now_ms: i64) -> Result<String> {
        let (hash, until_ms) = (&self.token_hash, self.expires_at_ms);
        Ok(phone_links::create(tx, hash, kind, until_ms, now_ms)?)
    }
}

/// A page as `show` tells of it to whoever opens it. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`] if there is none, or its time is over; [`ServiceError::Conflict`] if another
/// telephone has it; [`ServiceError::TooMany`] if tokens are guessed there; and what `show` answers.
pub fn open<T>(
    store: &Store,
    limits: &Arc<Limits>,
    visit: &Visit,
    now_ms: i64,
    show: impl Fn(&mut Tx<'_>, &Link, Standing) -> Result<T>,
) -> Result<T> {
    let attempt = Attempt::new(Guessable::RequestLink).by_address(&visit.address);
    let hash = secrets::sha256_hex(&visit.token);
    let found = store.read(|tx| {
        limits.check(tx, &attempt, now_ms)?;
        let Some(link) = phone_links::by_token(tx, &hash)? else {
            return Ok::<_, ServiceError>(None);
        };
        let standing = match standing(&link, visit, now_ms) {
            Ok(standing) => standing,
            Err(refused) => return Ok(Some(Err(refused))),
        };
        Ok(Some(show(tx, &link, standing)))
    })?;
    if let Some(shown) = found {
        return shown;
    }
    let counting = Arc::clone(limits);
    store.write(move |tx| counting.failed(tx, &attempt, now_ms))?;
    Err(MISSING)
}

/// The link that a visit names, and how it stands for it, for what is written now.
///
/// # Errors
/// As [`open`], but nothing is counted: whoever writes has opened it before.
pub fn found(tx: &mut Tx<'_>, visit: &Visit, now_ms: i64) -> Result<(Link, Standing)> {
    let token_hash = secrets::sha256_hex(&visit.token);
    let link = phone_links::by_token(tx, &token_hash)?.ok_or(MISSING)?;
    let standing = standing(&link, visit, now_ms)?;
    Ok((link, standing))
}

fn standing(link: &Link, visit: &Visit, now_ms: i64) -> Result<Standing> {
    let is_theirs = is_theirs(link, visit);
    if link.sent.is_some() {
        let kept = link.expires_at_ms + kept_ms(&link.kind) > now_ms;
        return if is_theirs && kept {
            Ok(Standing::Sent)
        } else {
            Err(MISSING)
        };
    }
    if link.expires_at_ms <= now_ms {
        return Err(MISSING);
    }
    match &link.claim_hash {
        None => Ok(Standing::Free),
        Some(_) if is_theirs => Ok(Standing::Claimed),
        Some(_) => Err(taken()),
    }
}

const fn kept_ms(kind: &Kind) -> i64 {
    match kind {
        Kind::Request(_) => REQUEST_KEPT_MS,
        Kind::Submission(_) => SUBMISSION_KEPT_MS,
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
) -> Result<Option<Claim>> {
    let free = open(store, limits, visit, now_ms, |_, link, standing| {
        let free = (link.id.clone(), kept_ms(&link.kind));
        Ok((standing == Standing::Free).then_some(free))
    })?;
    let Some((id, kept_ms)) = free else {
        return Ok(None);
    };
    let secret = secrets::random_token()?;
    let claim_hash = secrets::sha256_hex(&secret);
    let claimed = store.write(move |tx| phone_links::claim(tx, &id, &claim_hash, now_ms))?;
    if claimed {
        Ok(Some(Claim {
            secret,
            seconds: (LIFETIME_MS + kept_ms) / 1_000,
        }))
    } else {
        Err(taken())
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

/// Another telephone has it.
#[must_use]
pub fn taken() -> ServiceError {
    ServiceError::Conflict("这个二维码已经被另一部手机打开".to_owned())
}
