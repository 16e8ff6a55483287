//! Questions that somebody waits for at the screen: their own record, a new PIN. Nothing of them
//! is written to the disk. Asked again for a short while under the same idempotency key, then the
//! person is told that there is no network.

use std::time::Duration;

use contract::member::{MemberRecord, MemberSession, MemberSessionRequest, PinByCard, Proof};
use contract::{IDEMPOTENCY_KEY, MEMBER_SESSION};
use reqwest::{Method, RequestBuilder};

use super::Notice;
use super::context::Context;
use super::http::{self, HttpError, MAX_JSON};
use super::sign_ins::refusal;
use crate::cache::Refusal;

/// How often a question is asked at most.
const TRIES: usize = 3;
/// An answer that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(8);

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Somebody's own record.
    Record(Proof),
    /// A new PIN, proved by the card.
    SetPin {
        /// Idempotency key, made when the key was pressed.
        key: String,
        /// Card and PIN.
        request: PinByCard,
    },
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The record.
    Record(Box<MemberRecord>),
    /// The new PIN is in force.
    PinSet,
    /// The server refused.
    Refused(Refusal),
    /// The server does not answer.
    NoNetwork,
}

/// A question under way.
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) question: Question,
}

/// Answers questions one by one. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut questions = ctx.questions.lock().await;
    let mut hopes = ctx.hopes();
    while let Some(Asked { id, question }) = questions.recv().await {
        let mut backoff = ctx.backoff();
        let mut reply = Reply::NoNetwork;
        for left in (0..TRIES).rev() {
            match tokio::time::timeout(PATIENCE, ask(ctx, token, &question)).await {
                Ok(Ok(answer)) => {
                    ctx.heard();
                    reply = answer;
                    break;
                }
                Ok(Err(error)) if error.is_revoked() => return,
                Ok(Err(HttpError::Refused(problem))) if problem.status < 500 => {
                    reply = Reply::Refused(refusal(&problem));
                    break;
                }
                Ok(Err(error)) => {
                    ctx.missed(&error);
                    tracing::warn!(%error, "a question is not answered");
                }
                Err(_) => {
                    tracing::warn!("a question is not answered in time");
                    break;
                }
            }
            if left > 0 {
                ctx.pause(backoff.failed(), &mut hopes).await;
            }
        }
        ctx.notify(Notice::Reply { id, reply });
    }
}

async fn ask(ctx: &Context, token: &str, question: &Question) -> Result<Reply, HttpError> {
    match question {
        Question::Record(proof) => {
            let request = MemberSessionRequest {
                proof: proof.clone(),
            };
            let request = post(ctx, token, "member-sessions").json(&request);
            let session: MemberSession = http::succeed(request, MAX_JSON).await?.json()?;
            let path = format!("{}/terminal/record", contract::API_PREFIX);
            let request = ctx
                .http
                .request(Method::GET, &path, Some(token))
                .header(MEMBER_SESSION, &session.token);
            let record: MemberRecord = http::succeed(request, MAX_JSON).await?.json()?;
            // Nothing more is asked in its name.
            let path = format!("{}/terminal/member-sessions/current", contract::API_PREFIX);
            let request = ctx
                .http
                .request(Method::DELETE, &path, Some(token))
                .header(MEMBER_SESSION, session.token);
            if let Err(error) = http::succeed(request, MAX_JSON).await {
                tracing::debug!(%error, "a member's session ends by itself");
            }
            Ok(Reply::Record(Box::new(record)))
        }
        Question::SetPin { key, request } => {
            let request = post(ctx, token, "pins")
                .header(IDEMPOTENCY_KEY, key.as_str())
                .json(request);
            http::succeed(request, 64 << 10).await?;
            Ok(Reply::PinSet)
        }
    }
}

fn post(ctx: &Context, token: &str, what: &str) -> RequestBuilder {
    let path = format!("{}/terminal/{what}", contract::API_PREFIX);
    ctx.http.request(Method::POST, &path, Some(token))
}
