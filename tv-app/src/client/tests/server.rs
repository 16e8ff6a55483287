//! A small server that knows the contract and can misbehave.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use contract::duty::TerminalDuty;
use contract::error::{ErrorCode, Problem};
use contract::evaluation::TerminalEvaluations;
use contract::event::Event;
use contract::feed::FeedPage;
use contract::meeting::{JoinAccess, JoinRequest, Place, ViewingReport};
use contract::member::{MemberRef, PinByCard, Proof, TerminalPeople};
use contract::remote_action::TerminalActions;
use contract::request::TerminalRequests;
use contract::roll_call::{SignIn, SignInTime, SignedIn, TerminalRollCalls};
use contract::station_check::{ActionReport, StationCheck};
use contract::terminal::{ProgressReport, Terminal};
use parking_lot::Mutex;
use tokio::sync::{broadcast, oneshot};

/// One way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A page of HTML with 200, as a captive portal says.
    Portal,
    /// Half an answer, then the connection breaks.
    Truncated,
    /// JSON of something else.
    WrongJson,
    /// 500 with nothing.
    Broken,
    /// To somewhere else.
    Redirect,
    /// An answer without end.
    Endless,
    /// 304 with nothing, whatever was asked.
    Unchanged,
    /// The request is carried out, the answer is lost.
    LostAnswer,
    /// Refused for good, with a reason.
    Refused,
    /// Too much at a time: to be sent again after so many milliseconds.
    Later(u64),
    /// 404 of something that is not our server.
    Lost,
    /// An answer that begins and never comes.
    Hangs,
}

pub(super) const FAULTS: [Fault; 7] = [
    Fault::Portal,
    Fault::Truncated,
    Fault::WrongJson,
    Fault::Broken,
    Fault::Redirect,
    Fault::Endless,
    Fault::Unchanged,
];

#[derive(Default)]
pub(super) struct Script {
    /// Misbehaviour to come, by the first part of the path: `feed`, `enrol`, `progress`, `files`.
    pub(super) faults: HashMap<&'static str, VecDeque<Fault>>,
    /// Pages by the cursor that is handed in.
    pub(super) pages: HashMap<String, FeedPage>,
    /// The same of a server that is newer than this program.
    pub(super) newer: HashMap<String, serde_json::Value>,
    pub(super) files: HashMap<String, Vec<u8>>,
    /// What the token question answers: an RFC 8628 error code, or `ok`.
    pub(super) enrolment: VecDeque<&'static str>,
    /// Questions that were answered `ok`: asked again, as after an answer that was lost, they are
    /// again.
    granted: HashSet<Bytes>,
    pub(super) codes: u32,
    pub(super) revoked: bool,
    pub(super) progress: HashMap<String, ProgressReport>,
    pub(super) deliveries: u32,
    pub(super) ranges: Vec<String>,
    pub(super) last_event_ids: Vec<Option<String>>,
    pub(super) feed_requests: u32,
    pub(super) people: TerminalPeople,
    pub(super) roll_calls: TerminalRollCalls,
    /// What the terminal is; `None`: the server does not say.
    pub(super) terminal: Option<Terminal>,
    /// How people stand with evaluations; `None`: an older server, which knows nothing of them.
    pub(super) evaluations: Option<TerminalEvaluations>,
    /// The duty rooms; `None`: an older server, which knows nothing of them.
    pub(super) duty: Option<TerminalDuty>,
    /// What was asked; `None`: an older server, which knows nothing of it.
    pub(super) requests: Option<TerminalRequests>,
    /// What staff want done; `None`: an older server, which knows nothing of it.
    pub(super) actions: Option<TerminalActions>,
    /// What the terminal said of it, in that order: the id, and whether it is done.
    pub(super) reports: Vec<(String, bool)>,
    /// What a check found.
    pub(super) check: Option<StationCheck>,
    /// What was asked and how it was answered: `people 200`, `roll-calls 304`.
    pub(super) asked: Vec<String>,
    /// Sign-ins that count, by their key.
    pub(super) sign_ins: HashMap<String, SignIn>,
    /// Every sign-in that arrived, with its time.
    pub(super) arrived: Vec<SignIn>,
    /// PIN that is right.
    pub(super) pin: String,
    pub(super) pins: HashMap<String, PinByCard>,
    /// The meeting that is live, and what whoever joins it gets.
    pub(super) meeting: Option<(String, JoinAccess)>,
    /// It knows who has joined; `false` after it was started again.
    pub(super) joined: bool,
    pub(super) joins: Vec<JoinRequest>,
    pub(super) leaves: u32,
    pub(super) hands: Vec<bool>,
    pub(super) jpegs: Vec<Vec<u8>>,
    pub(super) place_requests: u32,
    /// Every report of a viewing, in the order in which they came.
    pub(super) viewings: Vec<(String, ViewingReport)>,
}

#[derive(Clone)]
struct Shared {
    script: Arc<Mutex<Script>>,
    events: broadcast::Sender<(u32, Event)>,
}

pub(super) struct Server {
    pub(super) url: String,
    pub(super) script: Arc<Mutex<Script>>,
    events: broadcast::Sender<(u32, Event)>,
    stop: Option<oneshot::Sender<()>>,
}

impl Server {
    pub(super) fn start() -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into())
    }

    /// A server at this address.
    pub(super) fn start_at(address: std::net::SocketAddr) -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let (events, _) = broadcast::channel(64);
        let shared = Shared {
            script: Arc::clone(&script),
            events: events.clone(),
        };
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let app = Router::new()
                    .route("/api/v1/enrol/device", post(device))
                    .route("/api/v1/enrol/token", post(token))
                    .route("/api/v1/feed", get(feed))
                    .route("/api/v1/events", get(stream))
                    .route("/api/v1/terminal/progress/{id}", put(progress))
                    .route("/api/v1/terminal/people", get(people))
                    .route("/api/v1/terminal/roll-calls", get(roll_calls))
                    .route("/api/v1/terminal/duty", get(duty))
                    .route("/api/v1/terminal/actions", get(actions))
                    .route("/api/v1/terminal/actions/{id}", put(report_action))
                    .route("/api/v1/terminal/requests", get(requests))
                    .route(
                        "/api/v1/terminal/requests/{id}/attachments/{attachment}",
                        get(attachment),
                    )
                    .route("/api/v1/terminal/evaluations", get(evaluations))
                    .route("/api/v1/terminal", get(terminal))
                    .route("/api/v1/terminal/sign-ins", post(sign_in))
                    .route("/api/v1/terminal/member-sessions", post(session))
                    .route("/api/v1/terminal/record", get(record))
                    .route("/api/v1/terminal/pins", post(pins))
                    .route(
                        "/api/v1/terminal/meetings/{id}/join",
                        post(join).delete(leave),
                    )
                    .route("/api/v1/terminal/meetings/{id}/place", get(place))
                    .route("/api/v1/terminal/meetings/{id}/hand", post(hand))
                    .route("/api/v1/terminal/meetings/{id}/picture", put(jpeg))
                    .route("/api/v1/terminal/viewings/{id}", put(viewing))
                    .route("/files/{name}", get(file))
                    .with_state(shared);
                tokio::select! {
                    served = axum::serve(listener, app) => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self {
            url,
            script,
            events,
            stop: Some(stop),
        }
    }

    pub(super) fn fail(&self, what: &'static str, faults: &[Fault]) {
        self.script
            .lock()
            .faults
            .entry(what)
            .or_default()
            .extend(faults);
    }

    /// True when somebody listened.
    pub(super) fn send(&self, id: u32, event: Event) -> bool {
        self.events.send((id, event)).is_ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

fn json<T: serde::Serialize>(value: &T) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        serde_json::to_vec(value).unwrap(),
    )
        .into_response()
}

fn problem(status: StatusCode, code: ErrorCode) -> Response {
    answer(status, &Problem::new(status.as_u16(), code, "不行"))
}

fn wrong_pin(status: StatusCode, tries_left: u32) -> Response {
    let problem = Problem {
        tries_left: Some(tries_left),
        ..Problem::new(status.as_u16(), ErrorCode::WrongPin, "不行")
    };
    answer(status, &problem)
}

fn answer(status: StatusCode, problem: &Problem) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        serde_json::to_vec(problem).unwrap(),
    )
        .into_response()
}

fn tagged<T: serde::Serialize>(
    shared: &Shared,
    headers: &HeaderMap,
    what: &'static str,
    value: &T,
    tag: &str,
) -> Response {
    if let Some(response) = misbehave(shared, what).or_else(|| unauthenticated(shared, headers)) {
        return response;
    }
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let status = if known { 304 } else { 200 };
    shared.script.lock().asked.push(format!("{what} {status}"));
    if known {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, tag.to_owned())], json(value)).into_response()
}

async fn people(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let people = shared.script.lock().people.clone();
    let tag = format!("\"{}\"", people.people.len());
    tagged(&shared, &headers, "people", &people, &tag)
}

async fn roll_calls(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let calls = shared.script.lock().roll_calls.clone();
    let tag = format!(
        "\"{}\"",
        serde_json::to_string(&calls.roll_calls).unwrap().len()
    );
    tagged(&shared, &headers, "roll-calls", &calls, &tag)
}

async fn terminal(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let Some(terminal) = shared.script.lock().terminal.clone() else {
        return misbehave(&shared, "terminal").unwrap_or_else(|| {
            shared.script.lock().asked.push("terminal 404".to_owned());
            problem(StatusCode::NOT_FOUND, ErrorCode::NotFound)
        });
    };
    tagged(&shared, &headers, "terminal", &terminal, "\"-\"")
}

async fn actions(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if let Some(response) =
        misbehave(&shared, "actions").or_else(|| unauthenticated(&shared, &headers))
    {
        return response;
    }
    match &shared.script.lock().actions {
        Some(actions) => json(actions),
        None => problem(StatusCode::NOT_FOUND, ErrorCode::NotFound),
    }
}

/// Keeps it as the real one does: what is done is asked no more.
async fn report_action(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let report: ActionReport = serde_json::from_slice(&body).unwrap();
    let next = shared
        .script
        .lock()
        .faults
        .get("reports")
        .and_then(|faults| faults.front().copied());
    let answer = misbehave(&shared, "reports");
    if next.is_some_and(|fault| fault != Fault::LostAnswer) {
        return answer.unwrap_or_default();
    }
    let mut script = shared.script.lock();
    script.reports.push((id.clone(), report.done));
    script.check = report.check.or(script.check);
    if let Some(actions) = &mut script.actions {
        if report.done {
            actions.actions.retain(|one| one.id != id);
        }
        for one in &mut actions.actions {
            one.taken |= one.id == id;
        }
    }
    answer.unwrap_or_else(|| StatusCode::NO_CONTENT.into_response())
}

async fn requests(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let Some(requests) = shared.script.lock().requests.clone() else {
        return misbehave(&shared, "requests")
            .unwrap_or_else(|| problem(StatusCode::NOT_FOUND, ErrorCode::NotFound));
    };
    let tag = format!("\"{}\"", serde_json::to_string(&requests).unwrap().len());
    tagged(&shared, &headers, "requests", &requests, &tag)
}

/// Whose session it is may have what is called so; a home needs none.
async fn attachment(
    State(shared): State<Shared>,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(response) =
        misbehave(&shared, "attachments").or_else(|| unauthenticated(&shared, &headers))
    {
        return response;
    }
    let session = headers.get(contract::MEMBER_SESSION);
    let who = session.map_or("home", |_| "member");
    let mut script = shared.script.lock();
    script.asked.push(format!("attachment {name} {who}"));
    match script.files.get(&name).cloned() {
        Some(bytes) => ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response(),
        None => problem(StatusCode::NOT_FOUND, ErrorCode::NotFound),
    }
}

async fn duty(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let Some(duty) = shared.script.lock().duty.clone() else {
        return misbehave(&shared, "duty")
            .unwrap_or_else(|| problem(StatusCode::NOT_FOUND, ErrorCode::NotFound));
    };
    let tag = format!("\"{}\"", serde_json::to_string(&duty).unwrap().len());
    tagged(&shared, &headers, "duty", &duty, &tag)
}

async fn evaluations(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let Some(told) = shared.script.lock().evaluations.clone() else {
        return misbehave(&shared, "evaluations")
            .unwrap_or_else(|| problem(StatusCode::NOT_FOUND, ErrorCode::NotFound));
    };
    let tag = format!("\"{}\"", serde_json::to_string(&told).unwrap().len());
    tagged(&shared, &headers, "evaluations", &told, &tag)
}

/// Counts by the key; the moment of the press is no part of what a key stands for.
async fn sign_in(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(response) = unauthenticated(&shared, &headers) {
        return response;
    }
    let next = shared
        .script
        .lock()
        .faults
        .get("sign-ins")
        .and_then(|faults| faults.front().copied());
    let key = headers[contract::IDEMPOTENCY_KEY]
        .to_str()
        .unwrap()
        .to_owned();
    let mut sign_in: SignIn = serde_json::from_slice(&body).unwrap();
    let mut answer = None;
    if next.is_none_or(|fault| fault == Fault::LostAnswer) {
        let mut script = shared.script.lock();
        script.arrived.push(sign_in.clone());
        sign_in.time = SignInTime::default();
        let wrong = matches!(&sign_in.proof, Proof::Pin { pin, .. } if *pin != script.pin);
        answer = Some(if wrong {
            wrong_pin(StatusCode::UNPROCESSABLE_ENTITY, 4)
        } else {
            let before = script
                .sign_ins
                .entry(key)
                .or_insert_with(|| sign_in.clone());
            assert_eq!(*before, sign_in, "the same key came with another sign-in");
            let id = match &sign_in.proof {
                Proof::Pin { member_id, .. } => member_id.clone(),
                Proof::Card { card } => card.clone(),
            };
            json(&SignedIn {
                member: MemberRef {
                    id,
                    name: "张建国".to_owned(),
                },
                state: contract::roll_call::AttendanceState::Present,
                repeated: false,
                signed_at_ms: 7,
                verify: None,
                household_missing: Vec::new(),
            })
        });
    }
    misbehave(&shared, "sign-ins")
        .or(answer)
        .unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn session(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(response) =
        misbehave(&shared, "sessions").or_else(|| unauthenticated(&shared, &headers))
    {
        return response;
    }
    let request: contract::member::MemberSessionRequest = serde_json::from_slice(&body).unwrap();
    match request.proof {
        Proof::Pin { pin, .. } if pin == shared.script.lock().pin => json(&serde_json::json!({
            "token": "session", "member": {"id": "a", "name": "张建国"}, "expires_at_ms": 9
        })),
        _ => wrong_pin(StatusCode::UNAUTHORIZED, 2),
    }
}

async fn record(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if let Some(response) = unauthenticated(&shared, &headers) {
        return response;
    }
    if headers.get(contract::MEMBER_SESSION) != Some(&HeaderValue::from_static("session")) {
        return problem(StatusCode::FORBIDDEN, ErrorCode::Forbidden);
    }
    json(&serde_json::json!({
        "member": {"id": "a", "name": "张建国"}, "organization": {"id": "o", "name": "张家村"},
        "status": "full", "attendance": {"eligible": 0, "present": 0, "late": 0, "leave": 0},
        "roll_calls": [], "study": {"finished": 0, "watched_ms": 0, "goal_ms": 0}, "transfers": []
    }))
}

async fn pins(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers[contract::IDEMPOTENCY_KEY]
        .to_str()
        .unwrap()
        .to_owned();
    let request: PinByCard = serde_json::from_slice(&body).unwrap();
    let mut script = shared.script.lock();
    let before = script.pins.entry(key).or_insert_with(|| request.clone());
    assert_eq!(*before, request);
    drop(script);
    misbehave(&shared, "pins").unwrap_or_else(|| {
        json(&MemberRef {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
        })
    })
}

fn misbehave(shared: &Shared, what: &str) -> Option<Response> {
    let mut script = shared.script.lock();
    let fault = script.faults.get_mut(what)?.pop_front()?;
    let cut = |body: &'static [u8], kind| {
        let pieces = [
            Ok(Bytes::from_static(body)),
            Err(std::io::Error::other("cut")),
        ];
        (
            [(header::CONTENT_TYPE, kind)],
            Body::from_stream(futures_util::stream::iter(pieces)),
        )
            .into_response()
    };
    Some(match fault {
        Fault::Portal => (
            [(header::CONTENT_TYPE, "text/html")],
            "<html>请登录 WLAN</html>",
        )
            .into_response(),
        Fault::Truncated => cut(br#"{"cursor":"#, "application/json"),
        Fault::WrongJson => json(&serde_json::json!({"cursor": 5, "hello": []})),
        Fault::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Fault::Redirect => (
            StatusCode::FOUND,
            [(header::LOCATION, "http://127.0.0.1:1/")],
        )
            .into_response(),
        Fault::Endless => {
            let piece = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1 << 20]));
            let body = futures_util::stream::iter(std::iter::repeat_with(piece));
            (
                [(header::CONTENT_TYPE, "application/json")],
                Body::from_stream(body),
            )
                .into_response()
        }
        Fault::Refused => {
            drop(script);
            problem(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid)
        }
        Fault::Later(ms) => {
            let problem = Problem {
                retry_after_ms: Some(ms),
                ..Problem::new(429, ErrorCode::TooMany, "操作太频繁")
            };
            answer(StatusCode::TOO_MANY_REQUESTS, &problem)
        }
        Fault::LostAnswer => cut(b"{", "application/json"),
        Fault::Unchanged => StatusCode::NOT_MODIFIED.into_response(),
        Fault::Lost => StatusCode::NOT_FOUND.into_response(),
        Fault::Hangs => {
            let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
            Body::from_stream(never).into_response()
        }
    })
}

async fn device(State(shared): State<Shared>) -> Response {
    if let Some(response) = misbehave(&shared, "enrol") {
        return response;
    }
    let mut script = shared.script.lock();
    script.codes += 1;
    let code = script.codes;
    json(&serde_json::json!({
        "device_code": format!("secret-{code}"), "user_code": format!("0000-000{code}"),
        "verification_uri": "http://s/enrol", "verification_uri_complete": format!("http://s/enrol?code={code}"),
        "expires_in": 600, "interval": 1
    }))
}

async fn token(State(shared): State<Shared>, question: Bytes) -> Response {
    if let Some(response) = misbehave(&shared, "enrol") {
        return response;
    }
    let mut script = shared.script.lock();
    let answer = if script.granted.contains(&question) {
        "ok"
    } else {
        let next = script.enrolment.pop_front();
        next.unwrap_or("authorization_pending")
    };
    match answer {
        "ok" => {
            script.granted.insert(question);
            script.revoked = false;
            json(&serde_json::json!({
                "access_token": "token", "token_type": "Bearer", "terminal_id": "t1", "kind": "household",
                "name": "张家村 12 号", "organization": {"id": "o", "name": "张家村"}
            }))
        }
        error => (
            StatusCode::BAD_REQUEST,
            json(&serde_json::json!({ "error": error })),
        )
            .into_response(),
    }
}

fn unauthenticated(shared: &Shared, headers: &HeaderMap) -> Option<Response> {
    let known =
        headers.get(header::AUTHORIZATION) == Some(&HeaderValue::from_static("Bearer token"));
    let revoked = shared.script.lock().revoked;
    (revoked || !known).then(|| problem(StatusCode::UNAUTHORIZED, ErrorCode::Revoked))
}

async fn feed(
    State(shared): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    shared.script.lock().feed_requests += 1;
    if let Some(response) =
        misbehave(&shared, "feed").or_else(|| unauthenticated(&shared, &headers))
    {
        return response;
    }
    let cursor = query
        .and_then(|q| q.strip_prefix("cursor=").map(str::to_owned))
        .unwrap_or_default();
    let etag = format!("\"{cursor}\"");
    let script = shared.script.lock();
    if let Some(page) = script.newer.get(&cursor) {
        return json(page);
    }
    match script.pages.get(&cursor) {
        Some(page) => {
            ([(header::ETAG, format!("\"{}\"", page.cursor))], json(page)).into_response()
        }
        None if headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|tag| tag.as_bytes() == etag.as_bytes()) =>
        {
            StatusCode::NOT_MODIFIED.into_response()
        }
        None => json(&FeedPage {
            cursor,
            server_time_ms: 5_000,
            ..FeedPage::default()
        }),
    }
}

async fn stream(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if let Some(response) = unauthenticated(&shared, &headers) {
        return response;
    }
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned);
    if let Some(response) = misbehave(&shared, "events") {
        return response;
    }
    let events = shared.events.subscribe();
    shared.script.lock().last_event_ids.push(last);
    let body = futures_util::stream::unfold(events, |mut events| async move {
        let (id, event) = events.recv().await.ok()?;
        let text = format!(
            "id: {id}\ndata: {}\n\n",
            serde_json::to_string(&event).unwrap()
        );
        Some((Ok::<_, std::io::Error>(Bytes::from(text)), events))
    });
    (
        [(header::CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(body),
    )
        .into_response()
}

async fn progress(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(response) = unauthenticated(&shared, &headers) {
        return response;
    }
    let next = shared
        .script
        .lock()
        .faults
        .get("progress")
        .and_then(|faults| faults.front().copied());
    if next.is_none_or(|fault| fault == Fault::LostAnswer) {
        let key = headers[contract::IDEMPOTENCY_KEY]
            .to_str()
            .unwrap()
            .to_owned();
        let report: ProgressReport = serde_json::from_slice(&body).unwrap();
        let mut script = shared.script.lock();
        script.deliveries += 1;
        let before = script.progress.entry(key).or_insert_with(|| report.clone());
        assert_eq!(
            *before, report,
            "the same key came with another report for {id}"
        );
    }
    misbehave(&shared, "progress").unwrap_or_else(|| json(&serde_json::json!({})))
}

async fn file(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(content) = shared.script.lock().files.get(&name).cloned() else {
        return problem(StatusCode::NOT_FOUND, ErrorCode::NotFound);
    };
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok())
        .map(str::to_owned);
    shared.script.lock().ranges.extend(range.clone());
    let from = range
        .and_then(|r| {
            r.strip_prefix("bytes=")?
                .strip_suffix('-')?
                .parse::<usize>()
                .ok()
        })
        .unwrap_or(0);
    let fault = shared
        .script
        .lock()
        .faults
        .get_mut("files")
        .and_then(VecDeque::pop_front);
    let rest = content[from..].to_vec();
    let pieces: Vec<Result<Bytes, std::io::Error>> = match fault {
        Some(Fault::Truncated) => {
            vec![
                Ok(Bytes::copy_from_slice(&rest[..rest.len() / 2])),
                Err(std::io::Error::other("cut")),
            ]
        }
        Some(Fault::WrongJson) => vec![Ok(Bytes::from(vec![b'?'; rest.len()]))],
        _ => vec![Ok(Bytes::from(rest))],
    };
    // The first piece must be on its way before the connection breaks.
    let body = futures_util::stream::unfold(pieces.into_iter(), |mut pieces| async move {
        let piece = pieces.next()?;
        if piece.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some((piece, pieces))
    });
    let status = if from > 0 {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    let range = format!(
        "bytes {from}-{}/{}",
        content.len().saturating_sub(1),
        content.len()
    );
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_RANGE, range),
    ];
    (status, head, Body::from_stream(body)).into_response()
}

/// The meeting with this id, if it is live.
fn live(shared: &Shared, headers: &HeaderMap, id: &str) -> Result<JoinAccess, Box<Response>> {
    if let Some(response) =
        misbehave(shared, "meetings").or_else(|| unauthenticated(shared, headers))
    {
        return Err(Box::new(response));
    }
    match &shared.script.lock().meeting {
        Some((known, access)) if known == id => Ok(access.clone()),
        Some(_) => Err(Box::new(problem(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
        ))),
        None => Err(Box::new(problem(StatusCode::CONFLICT, ErrorCode::Conflict))),
    }
}

/// The same for whoever has joined.
fn taking_part(
    shared: &Shared,
    headers: &HeaderMap,
    id: &str,
) -> Result<JoinAccess, Box<Response>> {
    let access = live(shared, headers, id)?;
    if shared.script.lock().joined {
        Ok(access)
    } else {
        Err(Box::new(problem(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
        )))
    }
}

async fn join(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match live(&shared, &headers, &id) {
        Ok(access) => {
            let mut script = shared.script.lock();
            script.joins.push(serde_json::from_slice(&body).unwrap());
            script.joined = true;
            json(&access)
        }
        Err(response) => *response,
    }
}

async fn leave(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match taking_part(&shared, &headers, &id) {
        Ok(_) => {
            let mut script = shared.script.lock();
            script.leaves += 1;
            script.joined = false;
            StatusCode::NO_CONTENT.into_response()
        }
        Err(response) => *response,
    }
}

async fn place(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    shared.script.lock().place_requests += 1;
    match taking_part(&shared, &headers, &id) {
        Ok(access) => json(&access.place),
        Err(response) => *response,
    }
}

async fn hand(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(response) = misbehave(&shared, "hands") {
        return response;
    }
    let request: contract::meeting::HandRequest = serde_json::from_slice(&body).unwrap();
    match taking_part(&shared, &headers, &id) {
        Ok(access) => {
            let mut script = shared.script.lock();
            script.hands.push(request.raised);
            let place = Place {
                revision: access.place.revision + 1,
                hand_raised: request.raised,
                ..access.place
            };
            if let Some((_, access)) = &mut script.meeting {
                access.place = place.clone();
            }
            json(&place)
        }
        Err(response) => *response,
    }
}

async fn jpeg(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    assert_eq!(headers[header::CONTENT_TYPE], "image/jpeg");
    match taking_part(&shared, &headers, &id) {
        Ok(_) => {
            shared.script.lock().jpegs.push(body.to_vec());
            StatusCode::NO_CONTENT.into_response()
        }
        Err(response) => *response,
    }
}

async fn viewing(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(response) =
        misbehave(&shared, "viewings").or_else(|| unauthenticated(&shared, &headers))
    {
        return response;
    }
    let report = serde_json::from_slice(&body).unwrap();
    shared.script.lock().viewings.push((id, report));
    StatusCode::NO_CONTENT.into_response()
}
