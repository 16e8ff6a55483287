//! Taking part in a meeting: joining it, the place one has in it, the hand, the small picture.
//!
//! How one stands ([`Place`]) comes by event, and is asked for again after every break of the
//! event stream and every few seconds, so that a lost event costs seconds; the newer revision
//! wins. A server that knows nothing of this terminal any more (it was started again) is joined
//! again, under the same viewing.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use contract::meeting::{HandRequest, JoinAccess, JoinRequest, Place};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;

use super::context::Context;
use super::http::{self, HttpError, MAX_JSON};
use super::notice::{JoinFailure, Notice};
use super::wishes::{News, Wanted, Wish};

/// An answer that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(8);
/// Largest small picture that is sent, in bytes; 320×180 has some 15 kB.
const MAX_PICTURE: usize = 256 << 10;

/// Whatever a server says, it is not asked more often than this, in ms.
const EVERY_MIN_MS: u64 = 1_000;
/// Nor less often, in ms.
const EVERY_MAX_MS: u64 = 120_000;

type Upload<'a> = Pin<Box<dyn Future<Output = Result<(), HttpError>> + Send + 'a>>;

/// A meeting that is wanted.
struct Session {
    wanted: Wanted,
    /// The place as last known; `None` until it is joined.
    place: Option<Place>,
    /// What the screen was told of why it is not joined.
    told: Option<JoinFailure>,
    /// How often the server wants to be asked, in ms; 0 when it does not say.
    every_ms: i64,
    due: Instant,
}

/// Carries out what the screens wish. Ends only when the token is void.
pub(super) async fn run(ctx: &Context, token: &str) {
    let mut inbox = ctx.live.inbox.lock().await;
    let mut backoff = ctx.backoff();
    let mut retries = ctx.retries();
    let mut hopes = ctx.hopes();
    let mut session: Option<Session> = None;
    let mut upload: Option<Upload<'_>> = None;
    loop {
        let due = session.as_ref().map(|session| session.due);
        let inbox = &mut *inbox;
        tokio::select! {
            wish = inbox.wishes.recv() => match wish {
                None => return,
                Some(Wish::Join(wanted)) => {
                    if let Some(old) = session.take().filter(|old| old.wanted.meeting_id != wanted.meeting_id) {
                        leave(ctx, token, &old).await;
                    }
                    backoff.worked();
                    session = Some(Session { wanted, place: None, told: None, every_ms: 0, due: Instant::now() });
                }
                Some(Wish::Leave) => {
                    upload = None;
                    if let Some(old) = session.take() {
                        leave(ctx, token, &old).await;
                    }
                }
                Some(Wish::Hand(raised)) => {
                    if let Some(session) = &mut session {
                        match in_time(hand(ctx, token, &session.wanted.meeting_id, raised)).await {
                            Ok(place) => session.take(ctx, place),
                            Err(error) if error.is_revoked() => return,
                            Err(error) => {
                                tracing::warn!(%error, "the hand cannot be moved");
                                // How it stands is asked for at once; that tells whether to join again.
                                session.due = Instant::now();
                                if let Some(place) = &session.place {
                                    ctx.notify(Notice::Place { meeting_id: session.wanted.meeting_id.clone(), place: place.clone() });
                                }
                            }
                        }
                    }
                }
                Some(Wish::Picture(jpeg)) => {
                    // One at a time: the next comes in a few seconds anyway.
                    if let Some(session) = session.as_ref().filter(|session| session.place.is_some())
                        && upload.is_none() && jpeg.len() <= MAX_PICTURE
                    {
                        upload = Some(Box::pin(picture(ctx, token, session.wanted.meeting_id.clone(), jpeg)));
                    }
                }
            },
            news = inbox.news.recv() => match (news, &mut session) {
                (None, _) => return,
                (Some(News::Place(meeting_id, place)), Some(session)) if meeting_id == session.wanted.meeting_id => {
                    session.take_newer(ctx, place);
                }
                (Some(News::Again), Some(session)) => session.due = Instant::now(),
                _ => {}
            },
            done = finished(&mut upload) => {
                upload = None;
                if let Err(error) = done {
                    tracing::debug!(%error, "the small picture was not sent");
                }
            }
            _ = retries.changed() => {
                if let Some(session) = &mut session {
                    session.due = Instant::now();
                }
            }
            _ = hopes.changed() => {
                if let Some(session) = &mut session {
                    session.due = Instant::now();
                }
            }
            () = at(due) => {
                let Some(current) = &mut session else { continue };
                match step(ctx, token, current).await {
                    Ok(Next::Stay) => {
                        backoff.worked();
                        ctx.heard();
                        hopes.mark_unchanged();
                        current.due = Instant::now() + current.every(ctx);
                    }
                    Ok(Next::Over(failure)) => {
                        ctx.notify(Notice::JoinFailed(failure));
                        session = None;
                    }
                    Err(error) if error.is_revoked() => return,
                    Err(error) => {
                        let wait = backoff.failed().min(ctx.timing.rejoin_ms);
                        tracing::warn!(%error, wait_ms = wait, "the meeting does not answer");
                        ctx.missed(&error);
                        current.missed(ctx, &error);
                        current.due = Instant::now() + Duration::from_millis(wait);
                    }
                }
            }
        }
    }
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn finished(upload: &mut Option<Upload<'_>>) -> Result<(), HttpError> {
    match upload {
        Some(upload) => upload.await,
        None => std::future::pending().await,
    }
}

async fn in_time<T>(ask: impl Future<Output = Result<T, HttpError>>) -> Result<T, HttpError> {
    tokio::time::timeout(PATIENCE, ask)
        .await
        .map_err(|_| HttpError::TimedOut)?
}

impl Session {
    /// How often it asks how it stands.
    fn every(&self, ctx: &Context) -> Duration {
        let said = u64::try_from(self.every_ms)
            .ok()
            .filter(|said| *said > 0)
            .map(|said| said.clamp(EVERY_MIN_MS, EVERY_MAX_MS));
        Duration::from_millis(said.unwrap_or(ctx.timing.place_ms))
    }

    /// Takes a place whatever its revision: it answers a question of ours.
    fn take(&mut self, ctx: &Context, place: Place) {
        if self.place.as_ref() != Some(&place) {
            self.place = Some(place.clone());
            ctx.notify(Notice::Place {
                meeting_id: self.wanted.meeting_id.clone(),
                place,
            });
        }
    }

    /// Takes a place that may be older than what is known.
    fn take_newer(&mut self, ctx: &Context, place: Place) {
        let newer = |known: &Place| place.revision > known.revision;
        if self.place.as_ref().is_some_and(newer) {
            self.take(ctx, place);
        }
    }

    /// Says once that it cannot be joined now.
    fn missed(&mut self, ctx: &Context, error: &HttpError) {
        let failure = match error {
            HttpError::Refused(_) | HttpError::Status(_) => JoinFailure::Busy,
            _ => JoinFailure::NoNetwork,
        };
        if self.place.is_none() && self.told.replace(failure) != Some(failure) {
            ctx.notify(Notice::JoinFailed(failure));
        }
    }
}

/// How a session goes on.
enum Next {
    Stay,
    Over(JoinFailure),
}

/// Joins, or asks how things stand.
async fn step(ctx: &Context, token: &str, session: &mut Session) -> Result<Next, HttpError> {
    if session.place.is_some() {
        match in_time(place(ctx, token, &session.wanted.meeting_id)).await {
            Ok(place) => {
                session.take_newer(ctx, place);
                return Ok(Next::Stay);
            }
            // The server was started again: it knows the meeting, and nobody in it.
            Err(HttpError::Refused(problem)) if matches!(problem.status, 404 | 409) => {
                tracing::info!("joining the meeting again");
                session.place = None;
            }
            Err(error) => return Err(error),
        }
    }
    match in_time(join(ctx, token, &session.wanted)).await {
        Ok(access) => {
            session.place = Some(access.place.clone());
            session.told = None;
            session.every_ms = access.ask_every_ms;
            ctx.notify(Notice::Joined {
                meeting_id: session.wanted.meeting_id.clone(),
                access: Box::new(access),
            });
            Ok(Next::Stay)
        }
        Err(error) if error.is_revoked() => Err(error),
        Err(HttpError::Refused(problem)) => match problem.status {
            409 => Ok(Next::Over(JoinFailure::NotLive)),
            404 => Ok(Next::Over(JoinFailure::NotFound)),
            403 => Ok(Next::Over(JoinFailure::NotAllowed)),
            _ => Err(HttpError::Refused(problem)),
        },
        Err(error) => Err(error),
    }
}

fn path(meeting_id: &str, what: &str) -> String {
    format!(
        "{}/terminal/meetings/{meeting_id}/{what}",
        contract::API_PREFIX
    )
}

async fn join(ctx: &Context, token: &str, wanted: &Wanted) -> Result<JoinAccess, HttpError> {
    let request = JoinRequest {
        viewing_id: wanted.viewing_id.clone(),
        can_speak: wanted.can_speak,
    };
    let request = ctx
        .http
        .request(Method::POST, &path(&wanted.meeting_id, "join"), Some(token))
        .json(&request);
    let mut access: JoinAccess = http::succeed(request, MAX_JSON).await?.json()?;
    let links = access.program.iter_mut().chain(&mut access.publish);
    links.for_each(|link| ctx.http.absolute(link));
    Ok(access)
}

async fn place(ctx: &Context, token: &str, meeting_id: &str) -> Result<Place, HttpError> {
    let request = ctx
        .http
        .request(Method::GET, &path(meeting_id, "place"), Some(token));
    http::succeed(request, MAX_JSON).await?.json()
}

async fn hand(
    ctx: &Context,
    token: &str,
    meeting_id: &str,
    raised: bool,
) -> Result<Place, HttpError> {
    let request = ctx
        .http
        .request(Method::POST, &path(meeting_id, "hand"), Some(token))
        .json(&HandRequest { raised });
    http::succeed(request, MAX_JSON).await?.json()
}

async fn picture(
    ctx: &Context,
    token: &str,
    meeting_id: String,
    jpeg: Vec<u8>,
) -> Result<(), HttpError> {
    let request = ctx
        .http
        .request(Method::PUT, &path(&meeting_id, "picture"), Some(token))
        .header(CONTENT_TYPE, "image/jpeg")
        .body(Bytes::from(jpeg));
    in_time(http::succeed(request, MAX_JSON)).await.map(drop)
}

/// Says that one has left. A server that does not hear it finds out by itself.
async fn leave(ctx: &Context, token: &str, session: &Session) {
    let request = ctx.http.request(
        Method::DELETE,
        &path(&session.wanted.meeting_id, "join"),
        Some(token),
    );
    if let Err(error) = in_time(http::succeed(request, MAX_JSON)).await {
        tracing::debug!(%error, "nobody heard that the meeting was left");
    }
}
