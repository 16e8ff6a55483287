//! `/s/{token}`: the page behind a QR code, for one telephone: where something is asked, or sent to be published. All
//! of it comes from here, and it needs no script. To look at it claims nothing, since programs look at addresses that people scan:
//! whoever agrees first has it.

mod html;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::extract::{Path, Peer, cookie_value};
use super::problem::Refusal;
use crate::app::App;
use crate::services::attachments;
use crate::services::kit::error::ServiceError;
use crate::services::phone_links::{self, Filled, MAX_PICTURES, Visit};
use crate::services::phone_pages::{self, Opened};
use crate::services::submission_links;

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Name of the cookie of the telephone that has the page.
const COOKIE: &str = "claim";

/// Bytes of everything that is sent: three photographs of a good telephone.
const MOST: usize = 40 << 20;

const TOO_LARGE: (StatusCode, &str) = (
    StatusCode::PAYLOAD_TOO_LARGE,
    "照片一共太大，请少选一张，或者把照片调小",
);

/// The page and what it loads.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/s/page.css", get(style))
        .route(
            "/s/{token}",
            get(page).post(send).layer(DefaultBodyLimit::max(MOST)),
        )
        .route("/s/{token}/claim", post(claim))
        .route("/s/{token}/withdraw", post(withdraw))
}

/// Its style.
async fn style() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        include_str!("page.css"),
    )
}

/// The page as it stands for whoever asks.
async fn page(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    peer: Peer,
    headers: HeaderMap,
) -> Response {
    match open(&app, &token, &peer, &headers).await {
        Ok(opened) => answer(StatusCode::OK, html::shown(&token, &opened)),
        Err(refused) => *refused,
    }
}

/// Gives the page to the telephone that asks, if no other has it.
async fn claim(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    peer: Peer,
    headers: HeaderMap,
) -> Response {
    let visit = visit(&token, &peer, &headers);
    let now_ms = app.now_ms();
    let claimed = app
        .blocking(move |app| phone_links::claim(&app.store, &app.limits, &visit, now_ms))
        .await;
    let mut response = Redirect::to(&format!("/s/{token}")).into_response();
    match claimed {
        Ok(Some(claim)) => {
            let secure = if app.public_url.scheme() == "https" {
                "; Secure"
            } else {
                ""
            };
            // A QR reader opens the page from another application, which counts as another site.
            let cookie = format!(
                "{COOKIE}={}; Path=/s/{token}; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
                claim.secret, claim.seconds
            );
            match HeaderValue::from_str(&cookie) {
                Ok(cookie) => response.headers_mut().insert(header::SET_COOKIE, cookie),
                Err(_) => return refused(&ServiceError::Internal("cookie".to_owned())),
            };
            response
        }
        // It has it already.
        Ok(None) => response,
        Err(error) => refused(&error),
    }
}

/// Takes what was filled in.
async fn send(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    // Before the body is read: whoever does not have the page sends no forty megabytes.
    let opened = match open(&app, &token, &peer, &headers).await {
        Ok(opened) if opened.takes() => opened,
        Ok(other) => return answer(StatusCode::OK, html::shown(&token, &other)),
        Err(refused) => return *refused,
    };
    let again = |filled: &Filled, wrong: &str| html::form(&token, &opened, filled, Some(wrong));
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let read = match form {
        // Nobody sends all of it to hear that it is too much.
        Ok(_) if length.is_some_and(|it| it > MOST) => Err(TOO_LARGE),
        Ok(form) => read(form).await,
        Err(_) => Err((StatusCode::BAD_REQUEST, "没有送到，请再送一次")),
    };
    let sent = match read {
        Ok(sent) => sent,
        Err((status, wrong)) => {
            return answer(status, again(&opened.filled(), wrong));
        }
    };
    let filled = sent.filled.clone();
    let visit = visit(&token, &peer, &headers);
    match keep(&app, &opened, visit, sent).await {
        Ok(()) => Redirect::to(&format!("/s/{token}")).into_response(),
        Err(error) => {
            let Some((status, wrong)) = wrong(&error) else {
                return refused(&error);
            };
            answer(status, again(&filled, &wrong))
        }
    }
}

/// Takes back what was sent to be published, and shows the page as it stands then.
async fn withdraw(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    peer: Peer,
    headers: HeaderMap,
) -> Response {
    let visit = visit(&token, &peer, &headers);
    let now_ms = app.now_ms();
    let withdrawn = app
        .blocking(move |app| {
            let unused = submission_links::withdraw(&app.store, &visit, now_ms)?;
            unused.map_or(Ok(()), |upload| app.uploads.clear(&upload))
        })
        .await;
    match withdrawn {
        // Somebody decided meanwhile: the page says what.
        Ok(()) | Err(ServiceError::WrongState(_)) => {
            Redirect::to(&format!("/s/{token}")).into_response()
        }
        Err(error) => refused(&error),
    }
}

/// What was sent.
struct Sent {
    filled: Filled,
    photographs: Vec<bytes::Bytes>,
}

/// Reads a form; what nobody asked for is passed over.
async fn read(mut form: Multipart) -> Result<Sent, (StatusCode, &'static str)> {
    let broken = |error: &axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => TOO_LARGE,
        _ => (StatusCode::BAD_REQUEST, "没有送到，请再送一次"),
    };
    let mut sent = Sent {
        filled: Filled::default(),
        photographs: Vec::new(),
    };
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("text") => {
                let text = field.text().await.map_err(|error| broken(&error))?;
                // A form counts a line break as two characters.
                sent.filled.text = text.replace("\r\n", "\n").replace('\0', "");
            }
            Some("phone") => {
                let phone = field.text().await.map_err(|error| broken(&error))?;
                sent.filled.phone = phone.replace('\0', "");
            }
            Some("name") => {
                let name = field.text().await.map_err(|error| broken(&error))?;
                sent.filled.name = name.replace('\0', "");
            }
            Some("photo") => {
                let bytes = field.bytes().await.map_err(|error| broken(&error))?;
                // A field that was left empty is sent without bytes.
                if !bytes.is_empty() {
                    sent.photographs.push(bytes);
                }
                if sent.photographs.len() > MAX_PICTURES {
                    return Err((StatusCode::UNPROCESSABLE_ENTITY, "最多三张照片"));
                }
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// Draws the photographs anew, keeps them, and sends what was filled in.
async fn keep(
    app: &Arc<App>,
    opened: &Opened,
    visit: Visit,
    sent: Sent,
) -> Result<(), ServiceError> {
    phone_pages::check(opened, &sent.filled, sent.photographs.len())?;
    let mut checked = Vec::with_capacity(sent.photographs.len());
    for photograph in sent.photographs {
        // Drawing takes a core for up to a second and memory by the megapixel.
        let turn = app.hashing.acquire().await;
        let turn = turn.map_err(|_| ServiceError::Unavailable("服务正在停止，请稍后再试"))?;
        checked.push(
            app.blocking(move |_| attachments::check_picture(&photograph))
                .await?,
        );
        drop(turn);
    }
    let now_ms = app.now_ms();
    let filled = sent.filled;
    app.blocking(move |app| {
        let kept = checked.iter().map(|checked| app.attachments.keep(checked));
        let kept = kept.collect::<Result<Vec<_>, _>>()?;
        phone_pages::send(&app.asking(), &visit, &filled, kept, now_ms)
    })
    .await
}

async fn open(
    app: &Arc<App>,
    token: &str,
    peer: &Peer,
    headers: &HeaderMap,
) -> Result<Opened, Box<Response>> {
    let visit = visit(token, peer, headers);
    let now_ms = app.now_ms();
    let opened = app
        .blocking(move |app| phone_pages::open(&app.store, &app.limits, &visit, now_ms))
        .await;
    opened.map_err(|error| Box::new(refused(&error)))
}

fn visit(token: &str, peer: &Peer, headers: &HeaderMap) -> Visit {
    Visit {
        token: token.to_owned(),
        claim: cookie_value(headers, COOKIE).map(str::to_owned),
        address: peer.counted.clone(),
    }
}

/// What whoever filled it in can put right.
fn wrong(error: &ServiceError) -> Option<(StatusCode, String)> {
    match error {
        ServiceError::Invalid(fields) => {
            let first = fields.first().map(|it| it.message.clone());
            Some((StatusCode::UNPROCESSABLE_ENTITY, first.unwrap_or_default()))
        }
        ServiceError::BadRequest(why) => Some((StatusCode::UNPROCESSABLE_ENTITY, why.clone())),
        ServiceError::StorageFull => Some((
            StatusCode::INSUFFICIENT_STORAGE,
            "服务器暂时存不下照片，请不带照片送出".to_owned(),
        )),
        _ => None,
    }
}

fn refused(error: &ServiceError) -> Response {
    let (status, title, what_to_do) = match error {
        ServiceError::NotFound(_) => (
            StatusCode::NOT_FOUND,
            "打不开这一页",
            "这个二维码没有用，或者已经过期。请在电视上重新打开二维码，或者请工作人员重新给一个，再扫一次。",
        ),
        ServiceError::Conflict(_) => (
            StatusCode::CONFLICT,
            "已经有人在填",
            "一个二维码只能用一部手机填写，这个已经被另一部手机打开。请在电视上重新打开二维码，或者请工作人员重新给一个，再扫一次。",
        ),
        ServiceError::TooMany { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "请等一会儿",
            "打开的次数太多，请过一会儿再扫。",
        ),
        ServiceError::StorageFull => (
            StatusCode::INSUFFICIENT_STORAGE,
            "暂时存不下",
            "服务器的磁盘满了，请过些时候再送，或者打电话。",
        ),
        ServiceError::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "暂时打不开",
            "服务器正忙，请过一会儿再扫。",
        ),
        other => {
            let problem = Refusal::internal();
            tracing::error!(
                error = crate::services::kit::error::chain(other),
                "a page for a telephone failed"
            );
            (
                StatusCode::from_u16(problem.problem().status)
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                "出了问题",
                "服务器出了问题，请过一会儿再试，或者打电话。",
            )
        }
    };
    answer(status, html::refused(title, what_to_do))
}

fn answer(status: StatusCode, page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, page).into_response()
}
