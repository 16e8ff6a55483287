//! The relay behind the smallest WHIP and WHEP front, on a port that can be opened again.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use media_relay::{Answer, OfferError, Relay, SessionId, Settings};
use tokio::runtime::Runtime;

pub const TOKEN: &str = "let-me-in";

/// A relay and its front; dropping it kills both without a word to anybody.
pub struct Front {
    runtime: Runtime,
    relay: Relay,
    http: SocketAddr,
}

impl Front {
    /// On free ports.
    pub fn start() -> Self {
        Self::on(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    fn on(address: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let relay = Relay::start(Settings {
            // No test waits for it: who leaves says so.
            inactivity: std::time::Duration::from_secs(120),
            ..Settings::local()
        })
        .expect("a relay");
        let app = Router::new()
            .route("/whip/{stream}", post(whip))
            .route("/whep/{route}", post(whep))
            .route("/session/{id}", delete(end))
            .with_state(Arc::new(relay.clone()));
        let listener = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
            socket.set_reuseaddr(true).expect("reusable");
            socket.bind(address).expect("a port");
            socket.listen(64).expect("listening")
        });
        let http = listener.local_addr().expect("an address");
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self {
            runtime,
            relay,
            http,
        }
    }

    /// Dies, and gives the address for another one.
    pub fn die(self) -> Grave {
        let http = self.http;
        let Self { runtime, relay, .. } = self;
        // Connections and handlers hold the relay.
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        drop(relay);
        Grave(http)
    }

    pub fn whip(&self, stream: &str) -> String {
        format!("http://{}/whip/{stream}", self.http)
    }

    pub fn whep(&self, route: &str) -> String {
        format!("http://{}/whep/{route}", self.http)
    }

    /// Sessions that send and that receive.
    pub fn sessions(&self) -> (usize, usize) {
        let statistics = self.runtime.block_on(self.relay.statistics());
        (statistics.publishers, statistics.viewers)
    }
}

/// Where a relay was.
pub struct Grave(SocketAddr);

impl Grave {
    pub fn rise(self) -> Front {
        Front::on(self.0)
    }
}

type Shared = State<Arc<Relay>>;

fn allowed(headers: &HeaderMap) -> bool {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        == Some(format!("Bearer {TOKEN}").as_str())
}

fn answer(answered: Result<Answer, OfferError>) -> Response {
    match answered {
        Ok(Answer { session, sdp }) => (
            StatusCode::CREATED,
            [
                (header::CONTENT_TYPE, "application/sdp".to_owned()),
                (header::LOCATION, format!("/session/{session}")),
            ],
            sdp,
        )
            .into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

async fn whip(
    State(relay): Shared,
    Path(stream): Path<String>,
    headers: HeaderMap,
    offer: String,
) -> Response {
    if !allowed(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    answer(relay.publish(&stream, &offer).await)
}

async fn whep(
    State(relay): Shared,
    Path(route): Path<String>,
    headers: HeaderMap,
    offer: String,
) -> Response {
    if !allowed(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    answer(relay.subscribe(&route, &offer).await)
}

async fn end(State(relay): Shared, Path(id): Path<String>) -> StatusCode {
    match id.parse::<SessionId>() {
        Ok(session) if relay.close(&session) => StatusCode::OK,
        _ => StatusCode::NOT_FOUND,
    }
}
