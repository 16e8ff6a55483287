//! What villages send to the township to be published (投稿): text, pictures and a film, from the console or from
//! a telephone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::organization::OrganizationRef;
use crate::request::Attachment;

/// Longest text, in characters.
pub const SUBMISSION_TEXT: usize = 3_000;

/// The same of what is sent with a film: it becomes the programme's summary.
pub const SUBMISSION_FILM_TEXT: usize = 1_000;

/// Pictures that can be sent.
pub const SUBMISSION_PICTURES: usize = 9;

/// Where a submission stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    /// Nobody has decided about it.
    #[default]
    Waiting,
    /// Whoever sent it is asked to change it, and may send it again.
    Returned,
    /// A draft was made of it.
    Taken,
    /// It is not published.
    Declined,
    /// Whoever sent it took it back before anybody decided.
    Withdrawn,
}

impl SubmissionState {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Returned,
        Self::Taken,
        Self::Declined,
        Self::Withdrawn,
    ];
}

impl From<SubmissionState> for CurrentState {
    fn from(state: SubmissionState) -> Self {
        let (name, says) = match state {
            SubmissionState::Waiting => ("waiting", "投稿目前为“等待处理”"),
            SubmissionState::Returned => ("returned", "投稿已经退回修改"),
            SubmissionState::Taken => ("taken", "投稿已经采用"),
            SubmissionState::Declined => ("declined", "投稿没有采用"),
            SubmissionState::Withdrawn => ("withdrawn", "投稿已经撤回"),
        };
        Self { name, says }
    }
}

/// By what a submission came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionSource {
    /// From the console.
    #[default]
    Console,
    /// From a telephone, by a link that staff gave.
    Phone,
}

/// What is sent: `POST /api/v1/submissions`; sent again: `PUT /api/v1/submissions/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionDraft {
    /// Code of the organization that sends it; it stays as it was when something is sent again.
    pub organization_code: String,
    /// Title.
    pub title: String,
    /// The text; may be empty where there is a picture or a film.
    #[serde(default)]
    pub text: String,
    /// Ids of its pictures, in their order: answers of `POST /api/v1/submissions/pictures`, or its own.
    #[serde(default)]
    pub pictures: Vec<String>,
    /// Id of an own upload, all bytes of which are here, or of the one it has; left out: it has no film.
    #[serde(default)]
    pub upload: Option<String>,
}

/// A submission as lists show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionLine {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub state: SubmissionState,
    /// By what it came.
    pub source: SubmissionSource,
    /// Who sends it.
    pub organization: OrganizationRef,
    /// Title.
    pub title: String,
    /// Who wrote it: a login name, or what was typed on the telephone; may be empty.
    pub sender: String,
    /// How many pictures it has.
    pub pictures: u32,
    /// It has a film, or had one that a programme was made of.
    pub film: bool,
    /// What was made of it is published.
    pub published: bool,
    /// When it was sent last.
    pub sent_at_ms: i64,
}

/// The film of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionFilm {
    /// Id of the upload.
    pub upload: String,
    /// What the file was called.
    pub file_name: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// A submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Submission {
    /// As in lists.
    #[serde(flatten)]
    pub line: SubmissionLine,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// Code of the organization that sends it.
    pub organization_code: String,
    /// The text.
    pub text: String,
    /// Its pictures, in their order.
    pub attachments: Vec<Attachment>,
    /// Its film, while no programme was made of it.
    #[serde(default)]
    pub upload: Option<SubmissionFilm>,
    /// Why it was returned or declined; may be empty.
    pub reason: String,
    /// The bulletin that was made of it.
    #[serde(default)]
    pub bulletin_id: Option<String>,
    /// The programme that was made of it.
    #[serde(default)]
    pub programme_id: Option<String>,
    /// Login name of who decided last, or took it back; missing for a telephone.
    #[serde(default)]
    pub decided_by: Option<String>,
    /// When that was.
    #[serde(default)]
    pub decided_at_ms: Option<i64>,
}

/// A page of submissions: `GET /api/v1/submissions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionPage {
    /// The items, the latest first.
    pub items: Vec<SubmissionLine>,
    /// Send this as `before` to get the next page; missing on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many of the own subtree wait.
    pub waiting: u32,
    /// How many of the own subtree were returned and have not been sent again.
    pub returned: u32,
}

/// What is made of a submission: `POST /api/v1/submissions/{id}/take`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionTake {
    /// The list the draft belongs to: one of programmes where there is a film, one of bulletins otherwise.
    pub list: String,
    /// Code of the organization that publishes it.
    pub organization_code: String,
    /// Code of the organization whose subtree may see it.
    pub audience_code: String,
    /// Title.
    pub title: String,
}

/// Why a submission is returned or declined: whoever sent it reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionReason {
    /// In plain words, 2 to 200 characters, without numbers of people.
    pub reason: String,
}

/// `POST /api/v1/submission-links`: a page for one telephone, from which something is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewSubmissionLink {
    /// Code of the organization that it is sent for.
    pub organization_code: String,
}

/// The link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionLink {
    /// Id, by which whoever made it asks how it stands.
    pub id: String,
    /// What the QR code says. Whoever agrees first has it; nobody else can.
    pub url: String,
    /// Until when.
    pub expires_at_ms: i64,
}

impl std::fmt::Debug for SubmissionLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubmissionLink")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// `GET /api/v1/submission-links/{id}`: how it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionLinkState {
    /// A telephone has it.
    pub claimed: bool,
    /// Id of what was sent from there.
    #[serde(default)]
    pub submission_id: Option<String>,
}
