//! What a page for one telephone says and takes, by what is sent from it.

use std::sync::Arc;

use contract::submission::SubmissionState;
use store::phone_links::Kind;
use store::{Store, Tx};

use super::attachments::Kept;
use super::kit::error::{Result, ServiceError};
use super::kit::limits::Limits;
use super::phone_links::{self, Filled, MAX_PICTURES, Visit};
use super::requests::asking::Parts;
use super::{request_links, submission_links};

/// How a page stands for whoever opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Something is asked there.
    Request(request_links::Opened),
    /// Something is sent there to be published.
    Submission(submission_links::Opened),
}

impl Opened {
    /// Whether something can be filled in there: nothing was sent yet, or what was sent was returned.
    #[must_use]
    pub fn takes(&self) -> bool {
        match self {
            Self::Request(opened) => matches!(opened, request_links::Opened::Claimed(_)),
            Self::Submission(submission_links::Opened::Sent(became)) => {
                became.state == SubmissionState::Returned
            }
            Self::Submission(opened) => matches!(opened, submission_links::Opened::Claimed(_)),
        }
    }

    /// What is filled in already.
    #[must_use]
    pub fn filled(&self) -> Filled {
        match self {
            Self::Submission(submission_links::Opened::Sent(became)) => Filled {
                text: became.text.clone(),
                name: became.sender.clone(),
                ..Filled::default()
            },
            _ => Filled::default(),
        }
    }
}

/// How a page stands for whoever opens it. Blocks.
///
/// # Errors
/// As [`phone_links::open`].
pub fn open(store: &Store, limits: &Arc<Limits>, visit: &Visit, now_ms: i64) -> Result<Opened> {
    phone_links::open(store, limits, visit, now_ms, |tx, link, standing| {
        Ok(match &link.kind {
            Kind::Request(at) => Opened::Request(request_links::opened(tx, link, at, standing)?),
            Kind::Submission(village) => {
                Opened::Submission(submission_links::opened(tx, link, village, standing)?)
            }
        })
    })
}

/// Whether something that was filled in can be sent from the page that was opened, with so many photographs.
///
/// # Errors
/// [`ServiceError::Invalid`] in words for who filled it in.
pub fn check(opened: &Opened, filled: &Filled, photographs: usize) -> Result<()> {
    if photographs > MAX_PICTURES {
        let message = format!("最多 {MAX_PICTURES} 张照片");
        return Err(ServiceError::field("photo", message));
    }
    match opened {
        Opened::Request(_) => request_links::check(filled, photographs),
        Opened::Submission(opened) => {
            submission_links::check(filled, photographs + opened.pictures())
        }
    }
}

/// Sends what was filled in. Twice is once. Blocks.
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
    let kind = parts.store.read(|tx: &mut Tx<'_>| {
        let (link, _) = phone_links::found(tx, visit, now_ms)?;
        Ok::<_, ServiceError>(link.kind)
    })?;
    match kind {
        Kind::Request(_) => request_links::send(parts, visit, filled, pictures, now_ms),
        Kind::Submission(_) => submission_links::send(parts, visit, filled, pictures, now_ms),
    }
}
