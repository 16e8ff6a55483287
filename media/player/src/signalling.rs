//! The HTTP half of WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): one POST with the offer, one
//! DELETE at the end. On a small runtime of its own, so that nobody waits for the network.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::{Client, StatusCode, Url};
use tokio::runtime::Runtime;

use crate::peer;

/// Longest wait for a connection: a lost SYN is sent again after one second.
const CONNECT: Duration = Duration::from_secs(2);
/// Longest wait for the answer to an offer, connection included.
const ANSWER: Duration = Duration::from_secs(3);
/// Largest answer. Real ones have 1 to 4 KiB.
const LARGEST: usize = 64 * 1024;
const SDP: &str = "application/sdp";

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignalError {
    /// 401 or 403.
    Forbidden(String),
    /// 404 or 410.
    NotFound,
    /// The server understands nothing of the offer, or we nothing of its answer.
    Unsuitable(String),
    /// Everything that may be better the next time.
    Network(String),
}

/// Why a session is over, as the server that ended it says. Only what was lost is opened again by
/// itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// On the way, or nobody knows better.
    Lost,
    /// The server knows nothing of it: it was started again, or is an engine that does not say why.
    Unknown,
    /// Somebody else took the stream over.
    Replaced,
    /// This terminal may no longer.
    Revoked,
    /// What it belonged to is over.
    Over,
}

enum Slot {
    /// The answer has not come yet.
    Waiting,
    /// There is a session here.
    Open(Url),
    /// Not wanted any more.
    Ended,
}

/// A session with a server, from the offer on. Dropping it ends it there too.
pub(crate) struct Signalling {
    slot: Arc<Mutex<Slot>>,
    bearer: Option<String>,
}

impl Signalling {
    /// Sends the offer that this element has made, once: nothing is done where `session` is one
    /// already. `done` is called as [`Self::offer`] says.
    ///
    /// # Errors
    /// The element has no offer.
    pub(crate) fn begin(
        session: &mut Option<Self>,
        webrtc: &gst::Element,
        url: &str,
        bearer: Option<String>,
        done: impl FnOnce(Result<String, SignalError>) + Send + 'static,
    ) -> Result<(), peer::Refusal> {
        if session.is_none() {
            let offer = peer::local_offer(webrtc)?;
            *session = Some(Self::offer(url, bearer, offer, done));
        }
        Ok(())
    }

    /// Sends an offer. `done` is called with the answer from another thread, and not at all when
    /// this was dropped first.
    pub(crate) fn offer(
        url: &str,
        bearer: Option<String>,
        offer: String,
        done: impl FnOnce(Result<String, SignalError>) + Send + 'static,
    ) -> Self {
        let slot = Arc::new(Mutex::new(Slot::Waiting));
        let session = Self {
            slot: Arc::clone(&slot),
            bearer: bearer.clone(),
        };
        let http = match http() {
            Ok(http) => http,
            Err(why) => {
                done(Err(SignalError::Network(why.clone())));
                return session;
            }
        };
        let url = url.to_owned();
        http.runtime.spawn(async move {
            let answered = exchange(&http.client, &url, bearer.as_deref(), offer).await;
            let unwanted = {
                let mut slot = slot.lock();
                match (&*slot, &answered) {
                    (Slot::Ended, Ok((Some(place), _))) => Some(Some(place.clone())),
                    (Slot::Ended, _) => Some(None),
                    (_, Ok((Some(place), _))) => {
                        *slot = Slot::Open(place.clone());
                        None
                    }
                    _ => None,
                }
            };
            match unwanted {
                Some(Some(place)) => {
                    delete(&http.client, place, bearer.as_deref()).await;
                }
                Some(None) => {}
                None => done(answered.map(|(_, sdp)| sdp)),
            }
        });
        session
    }

    /// Ends the session. The receiver tells when the server knows, or that it could not be told.
    pub(crate) fn end(&self) -> Receiver<()> {
        let (told, finished) = channel();
        self.end_and_ask(move |_| {
            // Nobody waits unless the program is about to end.
            let _ = told.send(());
        });
        finished
    }

    /// Ends the session. `done` is called from another thread with why it was over, if it was before;
    /// and not at all if there is none on the server. Says whether it will be.
    pub(crate) fn end_and_ask(&self, done: impl FnOnce(Ending) + Send + 'static) -> bool {
        let before = std::mem::replace(&mut *self.slot.lock(), Slot::Ended);
        let (Slot::Open(place), Ok(http)) = (before, http()) else {
            return false;
        };
        let bearer = self.bearer.clone();
        http.runtime.spawn(async move {
            done(delete(&http.client, place, bearer.as_deref()).await);
        });
        true
    }
}

impl Drop for Signalling {
    fn drop(&mut self) {
        drop(self.end());
    }
}

struct Http {
    runtime: Runtime,
    client: Client,
}

/// One runtime for the process: its one thread sleeps while nothing is asked.
fn http() -> Result<&'static Http, &'static String> {
    static HTTP: OnceLock<Result<Http, String>> = OnceLock::new();
    HTTP.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .thread_name("live-http")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let settings = || {
            Client::builder()
                .connect_timeout(CONNECT)
                .timeout(ANSWER)
                // The server is in the township's network, like the API's.
                .no_proxy()
                // A connection that waits would be one to a server that may be gone.
                .pool_max_idle_per_host(0)
        };
        let client = crate::http::client(settings).map_err(|error| error.to_string())?;
        Ok(Http { runtime, client })
    })
    .as_ref()
}

/// Makes the client ready: its TLS takes a moment the first time.
pub(crate) fn warm_up() {
    if let Err(error) = http() {
        tracing::error!(error, "no HTTP for live streams");
    }
}

/// Where the session is (if the server says so) and the answer.
async fn exchange(
    client: &Client,
    url: &str,
    bearer: Option<&str>,
    offer: String,
) -> Result<(Option<Url>, String), SignalError> {
    let mut request = client
        .post(url)
        .header(CONTENT_TYPE, SDP)
        .header(ACCEPT, SDP)
        .body(offer);
    if let Some(token) = bearer {
        request = request.bearer_auth(token);
    }
    let network = |error: reqwest::Error| {
        // Without the address: it may carry a token.
        let error = error.without_url();
        tracing::info!(error = %chain(&error), "no answer to the offer");
        SignalError::Network(error.to_string())
    };
    let mut response = request.send().await.map_err(|error| {
        if error.is_builder() {
            SignalError::Unsuitable("not an address".into())
        } else {
            network(error)
        }
    })?;
    sort(response.status())?;
    let place = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|place| response.url().join(place).ok());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(SignalError::Unsuitable("the answer is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    let sdp = String::from_utf8(body)
        .map_err(|_| SignalError::Unsuitable("the answer is not text".into()))?;
    Ok((place, sdp))
}

fn sort(status: StatusCode) -> Result<(), SignalError> {
    let words = || status.to_string();
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(SignalError::Forbidden(words())),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(SignalError::NotFound),
        StatusCode::BAD_REQUEST
        | StatusCode::NOT_ACCEPTABLE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => Err(SignalError::Unsuitable(words())),
        // Full, too early, too often, taken, broken: better later.
        _ => Err(SignalError::Network(words())),
    }
}

async fn delete(client: &Client, place: Url, bearer: Option<&str>) -> Ending {
    let mut request = client.delete(place);
    if let Some(token) = bearer {
        request = request.bearer_auth(token);
    }
    let answer = match request.send().await {
        Ok(answer) if answer.status() == StatusCode::GONE => answer.bytes().await,
        Ok(answer) if answer.status() == StatusCode::NOT_FOUND => return Ending::Unknown,
        Ok(_) => return Ending::Lost,
        Err(error) => Err(error),
    };
    match answer {
        Ok(problem) => why(&problem),
        Err(error) => {
            // A server that cannot be told ends the session when it hears nothing more.
            tracing::debug!(error = %chain(&error.without_url()), "the session was not ended");
            Ending::Lost
        }
    }
}

/// What a problem document (RFC 9457) of our server says of the end of a session.
fn why(problem: &[u8]) -> Ending {
    #[derive(serde::Deserialize)]
    struct Problem {
        code: String,
    }
    let code = serde_json::from_slice(problem).map(|problem: Problem| problem.code);
    match code.as_deref() {
        Ok("session_replaced") => Ending::Replaced,
        Ok("session_revoked") => Ending::Revoked,
        Ok("session_ended") => Ending::Over,
        _ => Ending::Lost,
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words.push_str(": ");
        words.push_str(&error.to_string());
        source = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_words_say_that_a_session_was_not_lost() {
        let said = |code: &str| why(format!(r#"{{"status":410,"code":"{code}"}}"#).as_bytes());
        assert_eq!(said("session_replaced"), Ending::Replaced);
        assert_eq!(said("session_revoked"), Ending::Revoked);
        assert_eq!(said("session_ended"), Ending::Over);
        for other in ["session_lost", "not_found", "something new"] {
            assert_eq!(said(other), Ending::Lost);
        }
        assert_eq!(why(b"<html>"), Ending::Lost);
        assert_eq!(why(b""), Ending::Lost);
    }

    #[test]
    fn only_what_no_second_try_changes_is_final() {
        let sorted = |status: u16| sort(StatusCode::from_u16(status).expect("a status"));
        assert_eq!(sorted(201), Ok(()));
        assert!(matches!(sorted(401), Err(SignalError::Forbidden(_))));
        assert!(matches!(sorted(403), Err(SignalError::Forbidden(_))));
        assert_eq!(sorted(404), Err(SignalError::NotFound));
        assert!(matches!(sorted(406), Err(SignalError::Unsuitable(_))));
        for passing in [409, 425, 429, 500, 502, 503] {
            assert!(matches!(sorted(passing), Err(SignalError::Network(_))));
        }
    }
}
