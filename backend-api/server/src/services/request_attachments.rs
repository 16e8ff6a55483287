//! Who reads the voices and pictures of a request: whoever sees the request.

use contract::request::CategoryKind;
use store::Tx;
use store::attachments::{self, Record};

use super::kit::audit::Actor;
use super::kit::error::{Result, ServiceError};
use super::kit::limits::Attempt;
use super::kit::rights::Staff;
use super::people::session::{self, Stand};
use super::requests::asking::Parts;
use super::requests::{at_tv as own, kept};

const MISSING: ServiceError = ServiceError::NotFound("这个附件");

/// An attachment in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes {
    /// `audio/ogg` or `image/jpeg`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// An attachment (ids of request and attachment) for staff who see the request. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`] for a role that sees none.
pub fn for_staff(
    parts: &Parts,
    staff: &Staff,
    (id, attachment): (&str, &str),
    now_ms: i64,
) -> Result<Bytes> {
    let (staff, id) = (staff.clone(), id.to_owned());
    let attachment = attachment.to_owned();
    let read = |tx: &mut Tx<'_>| {
        let request = kept::seen(tx, &staff, &id)?;
        Ok::<_, ServiceError>((of(tx, &request.id, &attachment)?, request))
    };
    let (record, request) = parts.store.read(read)?;
    // Before it is shown: who cannot write it down does not get it.
    if request.facts.kind == CategoryKind::Confidential {
        let actor = Actor::of(Some(&staff));
        parts
            .store
            .write(move |tx| kept::noted(tx, &actor, "request.attachment", &request, now_ms))?;
    }
    opened(parts, record)
}

/// An attachment for whoever asked it, at a TV of theirs. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] at a station without a good session,
/// [`ServiceError::TooMany`].
pub fn at_tv(
    parts: &Parts,
    stand: Stand<'_>,
    token: Option<&str>,
    (id, attachment): (&str, &str),
    now_ms: i64,
) -> Result<Bytes> {
    let guess: Attempt = parts.store.read(|tx| session::guess(tx, stand))?;
    let found = parts.store.read(|tx| {
        if token.is_some() {
            parts.limits.check(tx, &guess, now_ms)?;
        }
        let request = own::own(tx, stand, token, id, now_ms)?;
        let record = of(tx, &request.id, attachment)?;
        let entry = record.entry.ok_or(MISSING)?;
        if own::is_for_asker(tx, &request.id, entry)? {
            Ok(record)
        } else {
            Err(MISSING)
        }
    });
    if token.is_some() && matches!(found, Err(ServiceError::Forbidden(_))) {
        let limits = std::sync::Arc::clone(&parts.limits);
        parts
            .store
            .write(move |tx| limits.failed(tx, &guess, now_ms).map(|_| ()))?;
    }
    opened(parts, found?)
}

/// An attachment of a request.
fn of(tx: &mut Tx<'_>, request_id: &str, id: &str) -> Result<Record> {
    attachments::get(tx, id)?
        .filter(|it| it.request_id.as_deref() == Some(request_id))
        .ok_or(MISSING)
}

fn opened(parts: &Parts, record: Record) -> Result<Bytes> {
    let bytes = parts.attachments.read(&parts.vault, &record)?;
    Ok(Bytes {
        media_type: record.media_type,
        bytes,
    })
}
