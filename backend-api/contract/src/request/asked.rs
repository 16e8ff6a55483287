//! What an asker sends: a request, and what they say of it later.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;
use crate::person::MemberRef;
use crate::proof::Proof;

/// Whom to telephone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Phone {
    /// The number registered of one of the people of this terminal.
    Member {
        /// Whose.
        member_id: String,
    },
    /// A number that was typed.
    Typed {
        /// 5 to 20 digits.
        number: String,
    },
    /// None: by the television alone.
    None,
}

// A number must never reach a log through `{:?}`.
impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Member { .. } => "Member",
            Self::Typed { .. } => "Typed",
            Self::None => "None",
        })
    }
}

/// A recording: Opus in Ogg, mono, at most [`VOICE_MS`] long and [`VOICE_BYTES`] large.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Voice {
    /// The file, Base64 with padding.
    pub ogg_base64: String,
    /// Its length as the terminal knows it.
    pub length_ms: u32,
}

/// How long somebody may speak.
pub const VOICE_MS: u32 = 60_000;

/// How large a recording may be, decoded.
pub const VOICE_BYTES: usize = 512 * 1024;

// What somebody said is not written to logs, nor are half a million letters.
impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice")
            .field("length_ms", &self.length_ms)
            .finish_non_exhaustive()
    }
}

/// `POST /api/v1/terminal/requests`. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewRequest {
    /// The category.
    pub category_id: String,
    /// Whom to telephone.
    pub phone: Phone,
    /// Sentences that were picked, in this order.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub voice: Option<Voice>,
    /// At a station: who asks and how they prove it, or nobody if station staff enter it for them.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// At a station: for whom it is entered, who has no PIN. `proof` is then the staff's own.
    #[serde(default)]
    pub for_member_id: Option<String>,
    /// A suggestion may be answered in public, without the author's name.
    #[serde(default)]
    pub may_be_public: bool,
    /// How long ago the key was pressed, on a clock that cannot be set; `None` after a restart.
    #[serde(default)]
    pub age_ms: Option<i64>,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestReceipt {
    /// Id.
    pub id: String,
    /// The number people say on the telephone: 20261125-007.
    pub number: String,
    /// Until when somebody answers.
    pub due_at_ms: i64,
    /// Who does.
    pub office: OrganizationRef,
}

/// Whether it was solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Solved {
    /// 已解决
    Yes,
    /// 部分解决: closed, and counted as partly.
    Partly,
    /// 没有解决: reopened one level higher, with a new clock.
    No,
}

/// What the asker says after an answer: `POST /api/v1/terminal/requests/{id}/verdict`, with an
/// `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// Whether it was solved.
    pub solved: Solved,
    /// 1 很不满意 to 5 很满意; nothing if they did not say. Silence is never counted as satisfied.
    #[serde(default)]
    pub satisfaction: Option<u8>,
    /// The answer it is about: number of the last entry of the history that was shown. A verdict on an
    /// older answer than the last is refused as a conflict.
    pub about: u32,
    /// At a station: who says so.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// What the asker adds, when asked back or by themselves: `POST /api/v1/terminal/requests/{id}/additions`,
/// with an `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Addition {
    /// Sentences that were picked.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub voice: Option<Voice>,
    /// At a station: who.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// The asker takes it back: `POST /api/v1/terminal/requests/{id}/withdraw`, with an `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawal {
    /// At a station: who.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// A number that can be offered without typing it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneOffer {
    /// Whose.
    pub member: MemberRef,
    /// With its middle hidden: 138****0001.
    pub masked: String,
}
