//! One attempt to carry out a command.

use std::time::Duration;

use contract::error::{ErrorCode, Problem};
use contract::member::{MemberSession, MemberSessionRequest};
use contract::proof::Proof;
use contract::{API_PREFIX, IDEMPOTENCY_KEY, MEMBER_SESSION};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use crate::cache::Refusal;
use crate::cache::command::{Outgoing, Priority, Reply, reply};
use crate::client::context::Context;
use crate::client::http::{self, Answer, HttpError, MAX_JSON};

/// What came of an attempt.
pub(super) enum Attempt {
    /// The server has it; nothing is known of the reply to a kind of another version.
    Answered(Option<Reply>),
    /// The server will never take it.
    Refused(Box<Problem>),
    /// The server answered, but not now.
    Later(HttpError),
    /// No server.
    Silent(HttpError),
    /// The token is void.
    Revoked,
}

/// Carries it out once. An answer that takes longer than `patience` does not come.
pub(super) async fn attempt(
    ctx: &Context,
    token: &str,
    request: &Outgoing,
    priority: Priority,
    patience: Duration,
) -> Attempt {
    let exchange = tokio::time::timeout(patience, exchange(ctx, token, request));
    match exchange.await.unwrap_or(Err(HttpError::TimedOut)) {
        Ok(reply) => Attempt::Answered(reply),
        Err(error) if error.is_revoked() => Attempt::Revoked,
        Err(HttpError::Refused(problem)) if is_final(&problem, priority) => {
            Attempt::Refused(problem)
        }
        Err(HttpError::Refused(problem)) => Attempt::Later(HttpError::Refused(problem)),
        Err(error) => Attempt::Silent(error),
    }
}

/// What a problem document says, as the screen takes it.
pub(super) fn refusal(problem: &Problem) -> Refusal {
    Refusal {
        code: problem.code,
        tries: problem.tries_left,
        wait_ms: problem.retry_after_ms,
    }
}

/// What went wrong, as it may be written to a log: an address says what was asked.
pub(super) fn in_logs(request: &Outgoing, error: &HttpError) -> String {
    if request.is_discreet {
        String::new()
    } else {
        error.to_string()
    }
}

async fn exchange(
    ctx: &Context,
    token: &str,
    outgoing: &Outgoing,
) -> Result<Option<Reply>, HttpError> {
    let method = Method::from_bytes(outgoing.method.as_bytes())
        .map_err(|error| HttpError::Strange(error.to_string()))?;
    let mut request = ctx
        .http
        .request(method, &outgoing.path, Some(token))
        .header(IDEMPOTENCY_KEY, outgoing.key.as_str());
    if !outgoing.body.is_empty() {
        request = request
            .header(CONTENT_TYPE, "application/json")
            .body(outgoing.body.clone());
    }
    let session = match &outgoing.person {
        Some(person) => Some(open_session(ctx, token, person).await?),
        None => None,
    };
    if let Some(session) = &session {
        request = request.header(MEMBER_SESSION, session);
    }
    let answer = http::succeed(request, MAX_JSON).await?;
    let reply = read(&outgoing.kind, &answer)?;
    if let Some(session) = session {
        end_session(ctx, token, session).await;
    }
    Ok(reply)
}

fn read(kind: &str, answer: &Answer) -> Result<Option<Reply>, HttpError> {
    let media_type = http::media_type(&answer.headers).filter(|_| !answer.body.is_empty());
    reply(kind, media_type.unwrap_or_default(), &answer.body).map_err(HttpError::Strange)
}

async fn open_session(ctx: &Context, token: &str, person: &Proof) -> Result<String, HttpError> {
    let path = format!("{API_PREFIX}/terminal/member-sessions");
    let request = ctx.http.request(Method::POST, &path, Some(token));
    let request = request.json(&MemberSessionRequest {
        proof: person.clone(),
    });
    let session: MemberSession = http::succeed(request, MAX_JSON).await?.json()?;
    Ok(session.token)
}

/// Nothing more is asked in its name.
async fn end_session(ctx: &Context, token: &str, session: String) {
    let path = format!("{API_PREFIX}/terminal/member-sessions/current");
    let request = ctx
        .http
        .request(Method::DELETE, &path, Some(token))
        .header(MEMBER_SESSION, session);
    if let Err(error) = http::succeed(request, MAX_JSON).await {
        tracing::debug!(%error, "a member's session ends by itself");
    }
}

/// Sending it again would change nothing.
fn is_final(problem: &Problem, priority: Priority) -> bool {
    match problem.code {
        ErrorCode::WrongPin
        | ErrorCode::PinLocked
        | ErrorCode::NoPin
        | ErrorCode::UnknownCard
        | ErrorCode::TooEarly
        | ErrorCode::TooLate
        | ErrorCode::WrongPresenceCode
        // The key never changes, so this will never change either.
        | ErrorCode::KeyReused => true,
        ErrorCode::TooMany | ErrorCode::Internal | ErrorCode::Unavailable => false,
        // What was done at one moment is not allowed by a later one; what a background report is about
        // may still come to a state that takes it.
        _ if problem.status == 409 => priority == Priority::Interactive,
        _ => {
            (400..500).contains(&problem.status) && !matches!(problem.status, 401 | 408 | 425 | 429)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_did_ends_with_a_conflict_and_a_report_waits_for_better_times() {
        let refused = |status, code| Problem::new(status, code, "不行");
        for (problem, interactive, background) in [
            (refused(409, ErrorCode::Conflict), true, false),
            (refused(409, ErrorCode::KeyReused), true, true),
            (refused(422, ErrorCode::Invalid), true, true),
            (refused(404, ErrorCode::NotFound), true, true),
            (refused(401, ErrorCode::WrongPin), true, true),
            (refused(429, ErrorCode::PinLocked), true, true),
            (refused(429, ErrorCode::TooMany), false, false),
            (refused(401, ErrorCode::Unauthenticated), false, false),
            (refused(503, ErrorCode::Unavailable), false, false),
        ] {
            let found = [Priority::Interactive, Priority::Background]
                .map(|priority| is_final(&problem, priority));
            assert_eq!(found, [interactive, background], "{problem:?}");
        }
    }
}
