//! What a service can refuse. Routes turn it into a problem document; nothing here knows HTTP.

use contract::error::FieldError;

use super::files::FilesError;
use super::pictures::PictureError;

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
    /// The thing is not in a state that allows this; says why in Chinese.
    #[error("conflict: {0}")]
    Conflict(String),
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
    /// Shutting down, or a bound of the server is reached.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
    /// The database failed.
    #[error("database")]
    Store(#[source] store::Error),
    /// Stored files failed.
    #[error("files")]
    Files(#[source] FilesError),
    /// Something that should never fail did.
    #[error("internal: {0}")]
    Internal(String),
}

impl ServiceError {
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
        use contract::bulletin::BulletinState;
        use contract::meeting::MeetingState;
        match error {
            store::Error::NotFound(_) => Self::NotFound("所请求的内容"),
            store::Error::Taken(what) => Self::Conflict(format!("{}已被使用", taken(what))),
            store::Error::Stale { current } => Self::Stale { current },
            store::Error::Cycle => Self::Conflict("组织不能移到自己的下级".to_owned()),
            store::Error::WrongState(state) => {
                let state = match state {
                    BulletinState::Draft => "草稿",
                    BulletinState::Submitted => "待审核",
                    BulletinState::Published => "已发布",
                    BulletinState::Withdrawn => "已撤下",
                    BulletinState::Expired => "已过期",
                };
                Self::Conflict(format!("公示目前为“{state}”，不能这样操作"))
            }
            store::Error::MeetingState(state) => {
                let state = match state {
                    MeetingState::Scheduled => "还没有开始",
                    MeetingState::Live => "正在进行",
                    MeetingState::Ended => "已经结束",
                    MeetingState::Cancelled => "已经取消",
                };
                Self::Conflict(format!("这场会议{state}，不能这样操作"))
            }
            store::Error::Closed => Self::Unavailable("数据库正在关闭"),
            other => Self::Store(other),
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

impl From<FilesError> for ServiceError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::NotFound | FilesError::Name => Self::NotFound("文件"),
            other => Self::Files(other),
        }
    }
}

impl From<PictureError> for ServiceError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Format => {
                Self::BadRequest("不是 JPEG、PNG 或 WebP 图片，请换一张".to_owned())
            }
            PictureError::TooLarge => {
                Self::BadRequest("图片像素过大，请缩小到一亿像素以内".to_owned())
            }
            PictureError::Damaged(_) => {
                Self::BadRequest("图片文件已损坏，请重新拍摄或导出".to_owned())
            }
            PictureError::Encode(source) => Self::Internal(format!("encoding a picture: {source}")),
            PictureError::Store(source) => source.into(),
        }
    }
}
