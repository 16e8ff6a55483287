//! What handlers take: bodies, parameters and the one who asks. Every refusal is a problem
//! document.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Bytes, HttpBody as _};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use contract::error::ErrorCode;
use contract::staff::SecondFactor;
use serde::de::DeserializeOwned;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use super::problem::Refusal;
use super::resource::Endpoint;
use crate::app::{App, Unknown};
use crate::services::address;
use crate::services::kit::error::ServiceError;
use crate::services::kit::rights::Staff;
use crate::services::tokens::Known;

/// The largest body of an endpoint for which the general bound is not the right one, in bytes.
#[derive(Clone, Copy, Debug)]
struct BodyLimit(usize);

/// The endpoint, taking bodies up to so many bytes.
pub fn up_to(bytes: usize, endpoint: Endpoint) -> Endpoint {
    let endpoint: Endpoint = endpoint.layer(DefaultBodyLimit::max(bytes));
    endpoint.layer(Extension(BodyLimit(bytes)))
}

/// The bound that holds for the body of this request, in bytes.
fn bound(request: &Request, app: &App) -> u64 {
    let limit = request.extensions().get().map(|BodyLimit(bytes)| *bytes);
    let limit = limit.unwrap_or(app.config.limits.body_bytes);
    u64::try_from(limit).unwrap_or(u64::MAX)
}

/// 413 with the bound that holds for this request.
fn too_large(request: &Request, app: &App) -> Refusal {
    Refusal::too_large(bound(request, app))
}

/// A body as it is.
#[derive(Debug)]
pub struct Body(pub Bytes);

impl FromRequest<Arc<App>> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let too_large = too_large(&request, app);
        // Nobody sends two gigabytes to hear that they are too many.
        if request.body().size_hint().lower() > bound(&request, app) {
            return Err(too_large);
        }
        match Bytes::from_request(request, app).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large),
            Err(_) => Err(Refusal::bad_request("上传中断，请重试。")),
        }
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head.clone(), body);
        let Body(bytes) = Body::from_request(request, app).await?;
        if escapes_nul(&bytes) {
            return Err(nul());
        }
        let request = Request::from_parts(head, bytes.into());
        match axum::Json::from_request(request, app).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(json(&rejection)),
        }
    }
}

/// A JSON body that may be left out: then it says what nothing says.
#[derive(Debug)]
pub struct MayJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<Arc<App>> for MayJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head.clone(), body);
        let Body(bytes) = Body::from_request(request, app).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        let request = Request::from_parts(head, bytes.into());
        let Json(value) = Json::<Option<T>>::from_request(request, app).await?;
        Ok(Self(value.unwrap_or_default()))
    }
}

/// A JSON body, and how many bytes it had.
#[derive(Debug)]
pub struct Measured<T>(pub T, pub usize);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Measured<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head.clone(), body);
        let Body(bytes) = Body::from_request(request, app).await?;
        let length = bytes.len();
        let request = Request::from_parts(head, bytes.into());
        let Json(value) = Json::from_request(request, app).await?;
        Ok(Self(value, length))
    }
}

/// Whether a JSON text has the character NUL in one of its strings: no database here keeps it, and
/// PostgreSQL gives up everything that is written with it.
fn escapes_nul(json: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = json[at..].iter().position(|byte| *byte == b'\\') {
        at += found;
        if json[at..].starts_with(b"\\u0000") {
            return true;
        }
        // What is escaped may itself be a backslash.
        at = json.len().min(at + 2);
    }
    false
}

fn nul() -> Refusal {
    Refusal::bad_request("文字里有空字符（NUL），不能保存，请删去后重试。")
}

fn json(rejection: &JsonRejection) -> Refusal {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::BadRequest,
            "请求内容须为 JSON（application/json）。",
        ),
        // The text names fields and positions of what was sent, nothing of ours.
        other => {
            Refusal::bad_request("请求内容不是正确的 JSON 或缺少字段。").detail(other.body_text())
        }
    }
}

/// Parameters of the query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(nul());
        }
        axum::extract::Query::from_request_parts(parts, app)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection: QueryRejection| {
                Refusal::bad_request("网址中的参数不对。").detail(rejection.body_text())
            })
    }
}

/// Parameters of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        if parts.uri.path().contains("%00") {
            return Err(Refusal::no_such_path());
        }
        axum::extract::Path::from_request_parts(parts, app)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_: PathRejection| Refusal::no_such_path())
    }
}

/// An OAuth form body; one that is no such form is for the handler to refuse in its own words (RFC 6749
/// section 5.2).
#[derive(Debug)]
pub struct Form<T>(pub Option<T>);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Form<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let too_large = too_large(&request, app);
        match axum::Form::from_request(request, app).await {
            Ok(axum::Form(value)) => Ok(Self(Some(value))),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large),
            Err(_) => Ok(Self(None)),
        }
    }
}

/// The terminal that asks.
#[derive(Debug)]
pub struct TerminalAuth(pub Arc<Known>);

impl FromRequestParts<Arc<App>> for TerminalAuth {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let known = known(parts, app, Unknown::IsCounted).await?;
        if !parts.method.is_safe() {
            app.writes.count(&known.terminal_id, app.now_ms())?;
        }
        Ok(Self(known))
    }
}

async fn known(parts: &Parts, app: &Arc<App>, or: Unknown) -> Result<Arc<Known>, ServiceError> {
    let token = bearer(&parts.headers).ok_or(ServiceError::Unauthenticated)?;
    let Peer { counted, .. } = Peer::of(parts, app);
    app.terminal(token, &counted, or).await
}

/// The member of staff who asks: by bearer token, or, from the console's pages, by the cookie. A
/// browser sends the cookie whoever wrote the page; so what changes something needs, beside
/// `SameSite`, a header that a form of another site cannot set.
#[derive(Debug)]
pub struct StaffAuth {
    /// Who it is.
    pub staff: Staff,
}

impl FromRequestParts<Arc<App>> for StaffAuth {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        match signed_in(parts, app).await? {
            (_, SecondFactor::Due) => Err(ServiceError::SecondFactorDue.into()),
            (staff, _) => Ok(Self { staff }),
        }
    }
}

/// The member of staff who asks, also one who must set their second factor up before they may do anything
/// else.
#[derive(Debug)]
pub struct SettingUp {
    /// Who it is.
    pub staff: Staff,
}

impl FromRequestParts<Arc<App>> for SettingUp {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let (staff, _) = signed_in(parts, app).await?;
        Ok(Self { staff })
    }
}

async fn signed_in(parts: &Parts, app: &Arc<App>) -> Result<(Staff, SecondFactor), Refusal> {
    let token = staff_token(&parts.headers)
        .ok_or(ServiceError::Unauthenticated)?
        .to_owned();
    let by_cookie = !parts.headers.contains_key(header::AUTHORIZATION);
    if by_cookie && !parts.method.is_safe() && !from_console(&parts.headers) {
        return Err(ServiceError::Forbidden("请在管理页面上操作").into());
    }
    let Peer { counted, .. } = Peer::of(parts, app);
    Ok(app.staff(&token, &counted).await?)
}

/// Anybody with a good token: a terminal or a member of staff.
#[derive(Debug)]
pub struct AnyAuth;

impl FromRequestParts<Arc<App>> for AnyAuth {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        match known(parts, app, Unknown::IsNot).await {
            Ok(_) => Ok(Self),
            Err(ServiceError::Unauthenticated) => StaffAuth::from_request_parts(parts, app)
                .await
                .map(|_| Self),
            Err(other) => Err(other.into()),
        }
    }
}

/// Where a request comes from. Empty texts: it is not known.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// The address.
    pub address: String,
    /// What its wrong guesses are counted for.
    pub counted: String,
    /// The network it is in.
    pub network: String,
}

impl Peer {
    fn of(parts: &Parts, app: &App) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let Some(ConnectInfo(peer)) = peer else {
            return Self::default();
        };
        let forwarded: Vec<&str> = parts
            .headers
            .get_all(FORWARDED_FOR)
            .iter()
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        let proxies = &app.config.trusted_proxies;
        if !forwarded.is_empty() && peer.ip().is_loopback() && proxies.is_empty() {
            app.hint_at_proxy();
        }
        let ip = address::client(peer.ip(), forwarded.into_iter(), proxies);
        Self {
            address: ip.to_string(),
            counted: address::counted(ip),
            network: address::network(ip),
        }
    }
}

/// What proxies write about whom they ask for.
const FORWARDED_FOR: &str = "x-forwarded-for";

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        Ok(Self::of(parts, app))
    }
}

/// Name of the cookie with a staff session's token.
pub(super) const SESSION_COOKIE: &str = "session";

/// Name of the cookie by which a browser is known that staff were let in with.
pub(super) const DEVICE_COOKIE: &str = "device";

/// The token of a staff session: the bearer's, or the cookie's if there is no `Authorization`.
pub(super) fn staff_token(headers: &HeaderMap) -> Option<&str> {
    if headers.contains_key(header::AUTHORIZATION) {
        return bearer(headers);
    }
    cookie_value(headers, SESSION_COOKIE)
}

/// The value of a cookie, if it is none of the longest.
pub(super) fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    // RFC 6265 section 4.2.1; a client may send them in several header lines (RFC 9113).
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .filter(|value| (1..=256).contains(&value.len()))
}

/// Whether a page of the console asks.
fn from_console(headers: &HeaderMap) -> bool {
    headers
        .get("x-requested-with")
        .is_some_and(|by| by == "console")
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let good = scheme.eq_ignore_ascii_case("bearer") && (1..=256).contains(&token.len());
    good.then_some(token)
}

/// The key that names one write (1 to 100 visible ASCII characters), so that sending it twice
/// counts once.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(pub String);

impl FromRequestParts<Arc<App>> for IdempotencyKey {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        parts
            .headers
            .get(contract::IDEMPOTENCY_KEY)
            .and_then(|key| key.to_str().ok())
            .filter(|key| {
                (1..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
            })
            .map(|key| Self(key.to_owned()))
            .ok_or_else(|| Refusal::bad_request("缺少 Idempotency-Key。"))
    }
}

/// The token of a member's session, beside the terminal's own.
#[derive(Clone)]
pub struct MemberToken(pub String);

impl FromRequestParts<Arc<App>> for MemberToken {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        parts
            .headers
            .get(contract::MEMBER_SESSION)
            .and_then(|token| token.to_str().ok())
            .filter(|token| (1..=256).contains(&token.len()))
            .map(|token| Self(token.to_owned()))
            .ok_or_else(|| ServiceError::Forbidden("请先选择姓名并输入 PIN").into())
    }
}

#[cfg(test)]
mod tests {
    use super::escapes_nul;

    #[test]
    fn the_character_nul_is_seen_however_it_is_escaped() {
        for (json, has) in [
            (r#"{"a":"\u0000"}"#, true),
            (r#"{"a":"x\\\u0000y"}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"\u0001\\"}"#, false),
            (r#""\"#, false),
            ("", false),
        ] {
            assert_eq!(escapes_nul(json.as_bytes()), has, "{json}");
        }
    }
}
