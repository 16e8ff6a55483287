//! Refusals as clients see them: problem documents (RFC 9457) with a Chinese sentence. What went
//! wrong inside goes to the log, never into an answer.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::error::{ErrorCode, FieldError, Problem};

use crate::services::kit::error::{ServiceError, chain};

/// A refusal on its way out.
#[derive(Debug)]
pub struct Refusal {
    problem: Box<Problem>,
}

/// Result of a handler.
pub type Answer<T> = Result<T, Refusal>;

impl Refusal {
    /// A refusal with a status of its own; `title` is a Chinese sentence.
    #[must_use]
    pub fn new(status: StatusCode, code: ErrorCode, title: impl Into<String>) -> Self {
        Self {
            problem: Box::new(Problem::new(status.as_u16(), code, title)),
        }
    }

    /// The refusal with something for those who read logs.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem.detail = Some(detail.into());
        self
    }

    fn fields(mut self, fields: Vec<FieldError>) -> Self {
        self.problem.fields = fields;
        self
    }

    fn locked_until(mut self, until_ms: i64) -> Self {
        self.problem.locked_until_ms = Some(until_ms);
        self
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.problem.retry_after_ms = Some(seconds.saturating_mul(1000));
        self
    }

    /// 404 for a path that does not exist.
    #[must_use]
    pub fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, "没有这个地址。")
    }

    /// 405.
    #[must_use]
    pub fn no_such_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            ErrorCode::BadRequest,
            "这个地址不支持这种操作。",
        )
    }

    /// 500 with nothing of what happened.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::Internal,
            "服务器出了问题，请稍后再试。",
        )
    }

    /// 503.
    #[must_use]
    pub fn unavailable(title: &str) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Unavailable,
            title,
        )
        .retry_after(5)
    }

    /// 400; `title` is a Chinese sentence.
    #[must_use]
    pub fn bad_request(title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, title)
    }

    /// 413; `limit` is in bytes.
    #[must_use]
    pub fn too_large(limit: u64) -> Self {
        let mut refusal = Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::TooLarge,
            "内容太大，请缩小后再上传。",
        );
        refusal.problem.limit = Some(limit);
        refusal
    }

    /// The problem document.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        use ErrorCode as Code;
        match error {
            ServiceError::NotFound(what) => Self::new(
                StatusCode::NOT_FOUND,
                Code::NotFound,
                format!("没有找到{what}。"),
            ),
            ServiceError::Forbidden(why) => {
                Self::new(StatusCode::FORBIDDEN, Code::Forbidden, format!("{why}。"))
            }
            ServiceError::Conflict(why) => {
                Self::new(StatusCode::CONFLICT, Code::Conflict, format!("{why}。"))
            }
            ServiceError::RollCallOpen(why) => {
                Self::new(StatusCode::CONFLICT, Code::RollCallOpen, format!("{why}。"))
            }
            ServiceError::WrongState(state) => {
                let mut refusal = Self::new(
                    StatusCode::CONFLICT,
                    Code::Conflict,
                    format!("{}，不能这样操作。", state.says),
                );
                refusal.problem.state = Some(state.name.to_owned());
                refusal
            }
            ServiceError::Stale { current } => {
                let mut refusal = Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    Code::Stale,
                    "别人刚刚修改过，请刷新后再改。",
                );
                refusal.problem.version = Some(current);
                refusal
            }
            ServiceError::Invalid(fields) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::Invalid,
                "有内容填写得不对，请改正。",
            )
            .fields(fields),
            ServiceError::BadRequest(why) => Self::bad_request(format!("{why}。")),
            ServiceError::Unauthenticated => Self::new(
                StatusCode::UNAUTHORIZED,
                Code::Unauthenticated,
                "请先登录。",
            ),
            ServiceError::Revoked => Self::new(
                StatusCode::UNAUTHORIZED,
                Code::Revoked,
                "这台电视已被停用，请重新登记。",
            ),
            ServiceError::WrongPassword => Self::new(
                StatusCode::UNAUTHORIZED,
                Code::WrongPassword,
                "登录名或密码不对。",
            ),
            ServiceError::LockedOut { until_ms } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::LockedOut,
                "连错多次要等一会儿再试。",
            )
            .locked_until(until_ms),
            ServiceError::SecondFactor => Self::new(
                StatusCode::UNAUTHORIZED,
                Code::SecondFactor,
                "请填写验证器上的 6 位验证码；手机不在身边，填一个备用码。",
            ),
            ServiceError::SecondFactorDue => Self::new(
                StatusCode::FORBIDDEN,
                Code::SecondFactorDue,
                "这个账号必须先设置两步验证，请登录管理页面设置。",
            ),
            ServiceError::WrongPin { left } => {
                let mut refusal = Self::new(
                    StatusCode::FORBIDDEN,
                    Code::WrongPin,
                    format!("PIN 不对，还可以试 {left} 次。"),
                );
                refusal.problem.tries_left = Some(left);
                refusal
            }
            ServiceError::PinLocked { until_ms } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::PinLocked,
                "PIN 连错多次，要等一会儿再试。可以请工作人员重设。",
            )
            .locked_until(until_ms),
            ServiceError::NoPin => Self::new(
                StatusCode::FORBIDDEN,
                Code::NoPin,
                "还没有设置 PIN，请到村里的会议室刷卡设置，或请工作人员设置。",
            ),
            ServiceError::UnknownCard => Self::new(
                StatusCode::FORBIDDEN,
                Code::UnknownCard,
                "没有登记过这张卡，请找工作人员登记。",
            ),
            ServiceError::TooEarly => Self::new(
                StatusCode::CONFLICT,
                Code::TooEarly,
                "点名还没有开始，到时间再签到。",
            ),
            ServiceError::TooLate => Self::new(
                StatusCode::CONFLICT,
                Code::TooLate,
                "点名已经结束，如有疑问请找支部工作人员。",
            ),
            ServiceError::WrongPresenceCode => Self::new(
                StatusCode::FORBIDDEN,
                Code::WrongPresenceCode,
                "在场码不对，请看会议画面上的四位数字。",
            ),
            ServiceError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::KeyReused,
                "同一个幂等键已用于不同的内容。",
            ),
            ServiceError::TooMany { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::TooMany,
                "操作太频繁，请稍后再试。",
            )
            .retry_after(retry_after),
            ServiceError::RevealsUsedUp { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                Code::TooMany,
                "今天查看完整号码的次数已经用完，请明天再看，或请管理员查看。",
            )
            .retry_after(retry_after),
            ServiceError::Unavailable(why) => Self::unavailable(&format!("{why}。")),
            ServiceError::Busy(why) => {
                Self::new(StatusCode::LOCKED, Code::Conflict, format!("{why}。")).retry_after(2)
            }
            ServiceError::NoRoom(why) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                Code::StorageFull,
                format!("{why}。"),
            )
            .retry_after(60),
            ServiceError::StorageFull => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                Code::StorageFull,
                "服务器的磁盘已满，暂时存不下新内容，请联系管理员清理磁盘。",
            )
            .retry_after(60),
            error @ (ServiceError::Store(_)
            | ServiceError::Files(_)
            | ServiceError::Internal(_)) => {
                tracing::error!(error = chain(&error), "request failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait_ms = self.problem.retry_after_ms;
        let mut response = (status, Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(ms) = wait_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
        }
        response
    }
}
