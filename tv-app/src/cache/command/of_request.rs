//! What all commands about a request that was made have in common.

use contract::request::TerminalRequest;
use rusqlite::Transaction;

use super::kind::{About, AfterCommit};
use crate::cache::handle::Cache;

/// What a command about the request with this id is about; the title is that of its category, for a message
/// that comes later.
pub(super) fn about(id: &str, title: &str) -> About {
    About {
        subject: id.to_owned(),
        title: title.to_owned(),
        ..About::default()
    }
}

/// What is done about one request is sent one after the other.
pub(super) fn lane(id: &str) -> String {
    format!("request:{id}")
}

/// Writes how one stands now, as the server says, into what was asked here. A station keeps nothing.
pub(super) fn stands(
    cache: &Cache,
    tx: &Transaction<'_>,
    now: &TerminalRequest,
) -> rusqlite::Result<Option<AfterCommit>> {
    let changed = cache.change_requests(tx, |known| {
        let mut all = known.requests.iter_mut();
        if let Some(one) = all.find(|one| one.id == now.id) {
            one.clone_from(now);
        }
    })?;
    Ok(changed.map(|requests| -> AfterCommit {
        Box::new(move |cache| cache.remember_requests(requests))
    }))
}
