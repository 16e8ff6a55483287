//! What a service can refuse. Routes turn it into a problem document; nothing here knows HTTP.

use std::error::Error;

use contract::error::{CurrentState, FieldError};

use super::damage;

/// Result with a [`ServiceError`].
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;

/// Why a service refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is no such thing; says in Chinese what was looked for.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// Not allowed for this user; says why in Chinese.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Something there is does not go with this; says why in Chinese.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The thing is not in a state that allows this.
    #[error("not in state {}", .0.name)]
    WrongState(CurrentState),
    /// A roll call goes on that would end with this; says in Chinese what to confirm.
    #[error("a roll call is open: {0}")]
    RollCallOpen(String),
    /// Somebody else changed it first.
    #[error("stale: the version is {current} by now")]
    Stale {
        /// The version there is.
        current: i64,
    },
    /// Fields that are wrong.
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    /// The request makes no sense; says why in Chinese.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// No token, or not a valid one.
    #[error("unauthenticated")]
    Unauthenticated,
    /// The token's terminal was revoked.
    #[error("revoked")]
    Revoked,
    /// Login or password is wrong.
    #[error("wrong password")]
    WrongPassword,
    /// Too many wrong passwords.
    #[error("locked out")]
    LockedOut {
        /// When the account opens again, Unix milliseconds.
        until_ms: i64,
    },
    /// The password is right, but the second factor is missing or wrong.
    #[error("second factor")]
    SecondFactor,
    /// The account must set its second factor up first.
    #[error("second factor due")]
    SecondFactorDue,
    /// The PIN is wrong.
    #[error("wrong PIN")]
    WrongPin {
        /// Tries until it is locked.
        left: u32,
    },
    /// Too many wrong PINs of a member on a terminal.
    #[error("PIN locked")]
    PinLocked {
        /// When it opens again, Unix milliseconds.
        until_ms: i64,
    },
    /// The member has no PIN.
    #[error("no PIN")]
    NoPin,
    /// The roll call's round has not opened.
    #[error("too early")]
    TooEarly,
    /// The roll call's round is over.
    #[error("too late")]
    TooLate,
    /// The presence code is missing or not the one of now.
    #[error("wrong presence code")]
    WrongPresenceCode,
    /// Nobody has this card.
    #[error("unknown card")]
    UnknownCard,
    /// The same idempotency key came with another request.
    #[error("idempotency key reused")]
    KeyReused,
    /// Too many requests.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// An account has seen as many numbers in clear as it may in a day.
    #[error("reveals used up")]
    RevealsUsedUp {
        /// Seconds to the next day.
        retry_after: u64,
    },
    /// Shutting down, or a bound of the server is reached.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
    /// Somebody else is at it; says in Chinese what to do.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// There is no room on the server's disk for this; says in Chinese how much there is.
    #[error("no room: {0}")]
    NoRoom(String),
    /// There is no room on the server's disk.
    #[error("no room on the disk")]
    StorageFull,
    /// The database failed.
    #[error("database")]
    Store(#[source] store::Error),
    /// Stored files failed.
    #[error("files")]
    Files(#[source] Box<dyn Error + Send + Sync>),
    /// Something that should never fail did.
    #[error("internal: {0}")]
    Internal(String),
}

/// Said while the database cannot be used for the moment.
const DATABASE: &str = "数据库暂时不能使用，请稍后再试";

impl ServiceError {
    /// Nothing more until then, in Unix milliseconds.
    #[must_use]
    pub fn too_many(until_ms: i64, now_ms: i64) -> Self {
        let left_ms = u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or(0);
        Self::TooMany {
            retry_after: left_ms.div_ceil(1_000).max(1),
        }
    }

    /// Whether the same may go well later, with nobody doing anything about it.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.to_owned(),
            message: message.into(),
        }])
    }
}

impl From<store::Error> for ServiceError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound(_) => Self::NotFound("所请求的内容"),
            store::Error::Taken(what) => Self::Conflict(format!("{}已被使用", taken(what))),
            store::Error::Stale { current } => Self::Stale { current },
            store::Error::Cycle => Self::Conflict("组织不能移到自己的下级".to_owned()),
            store::Error::WrongState(state) => Self::WrongState(state),
            store::Error::Closed => Self::Unavailable("数据库正在关闭"),
            other => match other.trouble() {
                Some(store::Trouble::Full) => Self::StorageFull,
                _ if matches!(
                    other,
                    store::Error::Unavailable(_) | store::Error::Contended(_)
                ) =>
                {
                    // The store says once what is wrong with the database; here it would be said for each request.
                    tracing::debug!(error = chain(&other), "the database is not available");
                    Self::Unavailable(DATABASE)
                }
                Some(store::Trouble::Damaged | store::Trouble::NotADatabase) => {
                    damage::note(&other);
                    Self::Store(other)
                }
                _ => Self::Store(other),
            },
        }
    }
}

fn taken(what: &str) -> &'static str {
    match what {
        "login" => "登录名",
        "card" => "卡号",
        "household" => "户名",
        "terminal" => "这台电视",
        "viewing" => "观看记录的编号",
        "code" | "organization code" => "组织代码",
        _ => "该名称",
    }
}

/// What is wrong with fields apart from everything else, for whoever complains of many at once.
///
/// # Errors
/// Every other one.
pub fn or_complaints<T>(result: Result<T>) -> Result<Result<T, Vec<FieldError>>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(ServiceError::Invalid(complaints)) => Ok(Err(complaints)),
        Err(other) => Err(other),
    }
}

/// An error with all its causes, for the log.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
