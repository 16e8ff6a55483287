//! Asks staff for a token the way TVs do (RFC 8628).

use contract::enrolment::{
    CLIENT_ID, DEVICE_GRANT, DeviceRequest, DeviceResponse, TokenError, TokenErrorCode,
    TokenRequest, TokenResponse,
};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use tokio::sync::watch;
use url::{Host, Url, form_urlencoded};

use super::context::Context;
use super::http::{self, HttpError};
use super::notice::{EnrolmentState, Notice};
use crate::cache::{Enrolment, PendingEnrolment};

/// Interval when the server names none it can mean (RFC 8628 section 3.2).
const DEFAULT_INTERVAL_S: u64 = 5;

/// How much slower to ask after `slow_down` (RFC 8628 section 3.5).
const SLOW_DOWN_S: u64 = 5;

/// How long a refusal stays on the screen before another code is asked for.
const DECLINED_S: u64 = 60;

/// What the server said to the question for a token.
enum Asked {
    Approved(Box<TokenResponse>),
    NotYet,
    SlowDown,
    Declined,
    Void,
}

/// Goes on until the terminal is enrolled.
pub(super) async fn enrol(ctx: &Context) -> Enrolment {
    let mut backoff = ctx.backoff();
    let mut hopes = ctx.hopes();
    loop {
        match one_code(ctx, &mut hopes).await {
            Ok(Some(enrolment)) => return enrolment,
            Ok(None) => backoff.worked(),
            Err(HttpError::AnotherNetwork) => {}
            Err(error) => fail(ctx, &error, backoff.failed(), &mut hopes).await,
        }
    }
}

async fn fail(ctx: &Context, error: &HttpError, wait: u64, hopes: &mut watch::Receiver<u64>) {
    tracing::warn!(%error, wait_ms = wait, "enrolment: the server does not answer");
    ctx.missed(error);
    ctx.online(false);
    ctx.notify(Notice::Enrolment(EnrolmentState::NoNetwork {
        retry_in_ms: wait,
    }));
    ctx.pause(wait, hopes).await;
}

/// Follows one code to its end; `None` when another one is needed.
async fn one_code(
    ctx: &Context,
    hopes: &mut watch::Receiver<u64>,
) -> Result<Option<Enrolment>, HttpError> {
    let clock = ctx.cache.clock();
    let kept = ctx.cache.pending_enrolment().filter(|pending| {
        pending.server_url == ctx.http.url("")
            && !pending.boot_id.is_empty()
            && pending.boot_id == clock.boot_id()
            && pending.expires_at_boot_ms > clock.boot_ms()
    });
    let mut pending = match kept {
        Some(pending) => pending,
        None => {
            ctx.notify(Notice::Enrolment(EnrolmentState::Asking));
            let pending = ctx.anew(ask_for_code(ctx)).await?;
            ctx.cache.set_pending_enrolment(Some(&pending))?;
            pending
        }
    };
    let show = |pending: &PendingEnrolment| {
        ctx.notify(Notice::Enrolment(EnrolmentState::Code {
            user_code: pending.user_code.clone(),
            verification_uri: pending.verification_uri.clone(),
            verification_uri_complete: pending.verification_uri_complete.clone(),
            good_for_ms: u64::try_from(pending.expires_at_boot_ms - clock.boot_ms()).unwrap_or(0),
        }));
    };
    show(&pending);
    let mut backoff = ctx.backoff();
    let mut silent = false;
    loop {
        ctx.wait(pending.interval_s.saturating_mul(ctx.timing.second_ms))
            .await;
        if clock.boot_ms() >= pending.expires_at_boot_ms {
            ctx.cache.set_pending_enrolment(None)?;
            return Ok(None);
        }
        let asked = loop {
            let asked = ctx.anew(ask_for_token(ctx, &pending.device_code)).await;
            match asked {
                Ok(asked) => break asked,
                Err(HttpError::AnotherNetwork) => {}
                Err(error) => {
                    silent = true;
                    fail(ctx, &error, backoff.failed(), hopes).await;
                }
            }
        };
        backoff.worked();
        ctx.online(true);
        ctx.heard();
        match asked {
            Asked::Approved(token) => {
                let enrolment = Enrolment {
                    server_url: ctx.http.url(""),
                    token: token.access_token,
                    terminal_id: token.terminal_id,
                    kind: token.kind,
                    name: token.name,
                    organization: token.organization,
                };
                ctx.cache.set_enrolment(&enrolment)?;
                ctx.notify(Notice::Enrolment(EnrolmentState::Approved));
                return Ok(Some(enrolment));
            }
            Asked::NotYet => {}
            Asked::SlowDown => {
                pending.interval_s += SLOW_DOWN_S;
                ctx.cache.set_pending_enrolment(Some(&pending))?;
            }
            Asked::Declined => {
                ctx.cache.set_pending_enrolment(None)?;
                ctx.notify(Notice::Enrolment(EnrolmentState::Declined));
                ctx.wait(DECLINED_S * ctx.timing.second_ms).await;
                return Ok(None);
            }
            Asked::Void => {
                ctx.cache.set_pending_enrolment(None)?;
                return Ok(None);
            }
        }
        if std::mem::take(&mut silent) {
            show(&pending);
        }
    }
}

async fn ask_for_code(ctx: &Context) -> Result<PendingEnrolment, HttpError> {
    let request = DeviceRequest {
        client_id: CLIENT_ID.to_owned(),
        hardware: ctx.hardware.clone(),
    };
    let body = form(&[
        ("client_id", &request.client_id),
        ("hardware", &request.hardware),
    ]);
    let answer = http::succeed(post(ctx, "device", body), 64 << 10).await?;
    let code: DeviceResponse = answer.json()?;
    ctx.online(true);
    ctx.heard();
    let (verification_uri, verification_uri_complete) = addresses(&code, &ctx.http.url(""));
    let lifetime = i64::try_from(code.expires_in.saturating_mul(1000)).unwrap_or(i64::MAX);
    Ok(PendingEnrolment {
        server_url: ctx.http.url(""),
        device_code: code.device_code,
        user_code: code.user_code,
        verification_uri,
        verification_uri_complete,
        expires_at_boot_ms: ctx.cache.clock().boot_ms().saturating_add(lifetime),
        boot_id: ctx.cache.clock().boot_id(),
        interval_s: if code.interval == 0 {
            DEFAULT_INTERVAL_S
        } else {
            code.interval.min(60)
        },
    })
}

/// Where staff approve, as another device can open it: an address that leads back to the server's own
/// machine is none where this terminal reaches the server by another one.
fn addresses(code: &DeviceResponse, server_url: &str) -> (String, String) {
    if leads_home(&code.verification_uri) && !leads_home(server_url) {
        let page = format!("{}/enrol", server_url.trim_end_matches('/'));
        let complete = format!("{page}?code={}", code.user_code);
        return (page, complete);
    }
    (
        code.verification_uri.clone(),
        code.verification_uri_complete.clone(),
    )
}

/// Whether whoever opens this address comes to their own machine, or nowhere.
#[must_use]
pub fn leads_home(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return true;
    };
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => {
            let mapped = ip.to_ipv4_mapped();
            ip.is_loopback() || ip.is_unspecified() || mapped.is_some_and(|ip| ip.is_loopback())
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        None => true,
    }
}

async fn ask_for_token(ctx: &Context, device_code: &str) -> Result<Asked, HttpError> {
    let request = TokenRequest {
        grant_type: DEVICE_GRANT.to_owned(),
        device_code: device_code.to_owned(),
        client_id: CLIENT_ID.to_owned(),
    };
    let body = form(&[
        ("grant_type", &request.grant_type),
        ("device_code", &request.device_code),
        ("client_id", &request.client_id),
    ]);
    let answer = http::exchange(post(ctx, "token", body), 64 << 10).await?;
    if answer.status.is_success() {
        let token: TokenResponse = answer.json()?;
        if token.access_token.is_empty() {
            return Err(HttpError::Strange("an empty token".to_owned()));
        }
        return Ok(Asked::Approved(Box::new(token)));
    }
    if answer.status != StatusCode::BAD_REQUEST {
        return Err(http::refusal(&answer));
    }
    let refused: TokenError = answer.json()?;
    match refused.error {
        TokenErrorCode::AuthorizationPending => Ok(Asked::NotYet),
        TokenErrorCode::SlowDown => Ok(Asked::SlowDown),
        TokenErrorCode::AccessDenied => Ok(Asked::Declined),
        TokenErrorCode::ExpiredToken | TokenErrorCode::InvalidGrant => Ok(Asked::Void),
        other => Err(HttpError::Strange(format!(
            "the token question was refused: {other:?}"
        ))),
    }
}

fn post(ctx: &Context, endpoint: &str, body: String) -> reqwest::RequestBuilder {
    let path = format!("{}/enrol/{endpoint}", contract::API_PREFIX);
    ctx.http
        .request(Method::POST, &path, None)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_another_device_can_open() {
        let code = |uri: &str| DeviceResponse {
            device_code: String::new(),
            user_code: "4821-7730".to_owned(),
            verification_uri: uri.to_owned(),
            verification_uri_complete: format!("{uri}?code=4821-7730"),
            expires_in: 900,
            interval: 5,
        };
        let said = "https://tv.example.cn/enrol";
        let (page, complete) = addresses(&code(said), "http://127.0.0.1:8080/");
        assert_eq!(
            (page.as_str(), complete.as_str()),
            (said, "https://tv.example.cn/enrol?code=4821-7730")
        );
        for home in [
            "http://127.0.0.1:8080/enrol",
            "http://localhost/enrol",
            "http://[::1]/enrol",
            "",
        ] {
            let (page, complete) = addresses(&code(home), "http://10.1.2.3:8080/base/");
            assert_eq!(page, "http://10.1.2.3:8080/base/enrol", "{home}");
            assert_eq!(complete, "http://10.1.2.3:8080/base/enrol?code=4821-7730");
            assert!(leads_home(&addresses(&code(home), "http://127.0.0.1:1").0));
        }
        for home in [
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
            "http://tv.localhost./",
            "x",
        ] {
            assert!(leads_home(home), "{home}");
        }
        assert!(!leads_home("http://192.168.1.10:8080/enrol") && !leads_home("http://[fd00::1]/"));
    }
}
