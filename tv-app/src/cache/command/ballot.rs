//! A ballot. Somebody stands before the TV and waits; it is kept until the server has answered, and
//! then nothing of it is left here: who took part is known, what they chose is not.

use contract::API_PREFIX;
use contract::evaluation::{BallotTaken, NewBallot};
use contract::form::Answer;
use contract::member::MemberRef;
use contract::proof::Proof;
use rusqlite::Transaction;

use super::kind::{About, AfterCommit, Kept, Kind, Method, Policy, Pressed, Priority, ProvedBy};
use crate::cache::ballot_draft::{DraftOf, drop_draft};
use crate::cache::evaluations::{Done, What};
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

/// What somebody handed in at the TV.
#[derive(Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The evaluation.
    pub evaluation_id: String,
    /// Its title, for a message that comes later.
    pub title: String,
    /// The form that was shown.
    pub form_hash: String,
    /// Whose it is.
    pub member: MemberRef,
    /// How they prove it.
    pub proof: Proof,
    /// The answers that count, in the form's order.
    pub answers: Vec<Answer>,
    /// How many bytes every ballot of this form has.
    pub bytes: usize,
}

// A choice must never reach a log.
impl std::fmt::Debug for Ballot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ballot")
            .field("key", &self.key)
            .field("evaluation_id", &self.evaluation_id)
            .finish_non_exhaustive()
    }
}

/// Brings the request to so many bytes of JSON.
fn pad(request: &mut NewBallot, bytes: usize) {
    request.padding.clear();
    match serde_json::to_string(request) {
        Ok(bare) => request.padding = " ".repeat(bytes.saturating_sub(bare.len())),
        Err(error) => tracing::error!(%error, "a ballot cannot be written"),
    }
}

impl Kind for Ballot {
    const NAME: &'static str = "ballot";
    const METHOD: Method = Method::Post;
    const PROOF: ProvedBy = ProvedBy::Request;

    type Request = NewBallot;
    type Reply = BallotTaken;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        format!("{API_PREFIX}/terminal/ballots")
    }

    fn request(&self, _now: ServerTime) -> NewBallot {
        let mut request = NewBallot {
            evaluation_id: self.evaluation_id.clone(),
            form_hash: self.form_hash.clone(),
            proof: self.proof.clone(),
            answers: self.answers.clone(),
            padding: String::new(),
            age_ms: None,
            queued: false,
        };
        pad(&mut request, self.bytes);
        request
    }
}

impl Kept for Ballot {
    const POLICY: Policy = Policy::Queue;
    const PRIORITY: Priority = Priority::Interactive;
    const RENEWED: bool = true;

    fn lane(&self) -> String {
        format!("ballot:{}:{}", self.evaluation_id, self.member.id)
    }

    fn about(&self) -> About {
        About {
            subject: self.evaluation_id.clone(),
            part: 0,
            member_id: self.member.id.clone(),
            name: self.member.name.clone(),
            title: self.title.clone(),
        }
    }

    /// From here on the answers are the ballot's.
    fn before(&mut self, tx: &Transaction<'_>, _now_ms: i64) -> rusqlite::Result<()> {
        let of = DraftOf {
            evaluation_id: self.evaluation_id.clone(),
            member_id: self.member.id.clone(),
        };
        drop_draft(tx, &of)
    }

    /// It has the same size again afterwards.
    fn renew(request: &mut NewBallot, pressed: &Pressed) {
        let bytes = serde_json::to_string(request).map(|json| json.len());
        request.age_ms = pressed.age_ms;
        request.queued = pressed.queued;
        if let Ok(bytes) = bytes {
            pad(request, bytes);
        }
    }

    fn answered(
        cache: &Cache,
        tx: &Transaction<'_>,
        about: &About,
        reply: &BallotTaken,
    ) -> rusqlite::Result<Option<AfterCommit>> {
        let done = Done {
            evaluation_id: about.subject.clone(),
            member_id: reply.member.id.clone(),
            what: What::TookPart,
            at_ms: cache.server_time().at_ms,
        };
        let known = cache.write_done(tx, &done)?;
        Ok(Some(Box::new(move |cache| {
            cache.remember_done(done, known);
        })))
    }
}

/// A ballot that the server has not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingBallot {
    /// Its idempotency key.
    pub key: String,
    /// The evaluation.
    pub evaluation_id: String,
    /// Whose it is.
    pub member_id: String,
}

impl Cache {
    /// Every ballot that the server has not answered, oldest first. Where nothing can be promised only
    /// those of which somebody was told before that they are kept.
    #[must_use]
    pub fn waiting_ballots(&self) -> Vec<WaitingBallot> {
        let kept = if self.can_promise() {
            ""
        } else {
            " AND queued = 1"
        };
        let here = format!("state < 2 AND kind = '{}'{kept}", Ballot::NAME);
        let waiting = self.waiting(&here).into_iter();
        waiting
            .map(|one| WaitingBallot {
                key: one.request.key,
                evaluation_id: one.about.subject,
                member_id: one.about.member_id,
            })
            .collect()
    }
}
