//! What somebody did about requests and the server has not answered, for the screens.

use super::addition::Addition;
use super::kind::{About, Kind};
use super::new_request::NewRequest;
use super::verdict::Verdict;
use super::withdraw::Withdraw;
use crate::cache::handle::Cache;

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingKind {
    /// Asked for something.
    Request,
    /// Said whether it is solved.
    Verdict,
    /// Added something.
    Addition,
    /// Took it back.
    Withdrawal,
}

const KINDS: [(&str, WaitingKind); 4] = [
    (NewRequest::NAME, WaitingKind::Request),
    (Verdict::NAME, WaitingKind::Verdict),
    (Addition::NAME, WaitingKind::Addition),
    (Withdraw::NAME, WaitingKind::Withdrawal),
];

/// Something that the server has not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRequest {
    /// Its idempotency key.
    pub key: String,
    /// What was done.
    pub kind: WaitingKind,
    /// The request it is about; of one that is new the category.
    pub subject: String,
    /// Title of the category.
    pub title: String,
    /// Somebody proved who they are: at a station.
    pub proved: bool,
    /// When it was written, Unix ms.
    pub at_ms: i64,
    /// Whoever pressed was told that it is kept.
    pub queued: bool,
}

impl Cache {
    /// Everything that somebody did about requests and that the server has not answered, oldest first.
    /// Where nothing can be promised only that of which somebody was told before that it is kept.
    #[must_use]
    pub fn waiting_requests(&self) -> Vec<WaitingRequest> {
        let promises = self.can_promise();
        // Without the bodies: one may hold a minute of sound.
        let rows: Vec<(WaitingRequest, String)> = self.read("list what waits of requests", |db| {
            let names = KINDS.map(|(name, _)| name);
            db.prepare_cached(
                "SELECT key, kind, about, created_at_ms, queued FROM outbox
                 WHERE state < 2 AND kind IN (?1, ?2, ?3, ?4) ORDER BY seq",
            )?
            .query_map(names, |row| {
                let name: String = row.get(1)?;
                let kind = KINDS.iter().find(|(known, _)| *known == name);
                let waiting = WaitingRequest {
                    key: row.get(0)?,
                    kind: kind.map_or(WaitingKind::Request, |(_, kind)| *kind),
                    subject: String::new(),
                    title: String::new(),
                    proved: false,
                    at_ms: row.get(3)?,
                    queued: row.get(4)?,
                };
                Ok((waiting, row.get(2)?))
            })?
            .collect()
        });
        let mut all = Vec::new();
        for (waiting, about) in rows {
            if !promises && !waiting.queued {
                continue;
            }
            let about: About = self
                .parse(&about, "what a command is about")
                .unwrap_or_default();
            all.push(WaitingRequest {
                proved: waiting.kind == WaitingKind::Request && about.part > 0,
                subject: about.subject,
                title: about.title,
                ..waiting
            });
        }
        all
    }
}
