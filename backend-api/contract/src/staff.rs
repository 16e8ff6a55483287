//! What staff send: sessions, bulletins in the making, terminals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bulletin::{Block, BulletinState};
use crate::file::Picture;
use crate::organization::OrganizationRef;

/// `POST /api/v1/staff/sessions`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInRequest {
    /// Login name.
    pub login: String,
    /// Password.
    pub password: String,
    /// Code of the second factor, where the account has one, or one of its recovery codes.
    #[serde(default)]
    pub totp: Option<String>,
}

/// `GET /api/v1/staff/sign-in`: what whoever signs in should know before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInRules {
    /// Nobody is asked for a second factor: a demonstration. Pages say so.
    pub without_second_factor: bool,
}

/// How an account stands with its second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// It has none and need not.
    #[default]
    Off,
    /// It is asked for at each sign-in.
    On,
    /// It has none and must: until it is set up nothing else is answered (`second_factor_due`).
    Due,
}

/// A staff session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInResponse {
    /// Bearer token.
    pub access_token: String,
    /// When it ends.
    pub expires_at_ms: i64,
    /// The organization whose subtree this person works on.
    pub organization: OrganizationRef,
    /// What they are trusted with.
    pub role: crate::account::Role,
    /// How they stand with their second factor.
    #[serde(default)]
    pub second_factor: SecondFactor,
}

/// `GET /api/v1/staff/sessions/current`: who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Login name.
    pub login: String,
    /// The organization whose subtree this person works on.
    pub organization: OrganizationRef,
    /// Code of that organization.
    pub organization_code: String,
    /// What they are trusted with.
    pub role: crate::account::Role,
    /// What they may do, in the subtree of their organization.
    #[serde(default)]
    pub may: Vec<crate::account::Action>,
    /// When the session ends.
    pub expires_at_ms: i64,
    /// How they stand with their second factor.
    #[serde(default)]
    pub second_factor: SecondFactor,
    /// Recovery codes that are left.
    #[serde(default)]
    pub recovery_codes: u32,
}

/// A bulletin as staff write it: `POST /api/v1/bulletins`, `PUT /api/v1/bulletins/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulletinDraft {
    /// The list it belongs to.
    pub list: String,
    /// Code of the organization that publishes it.
    pub organization_code: String,
    /// Code of the organization whose subtree may read it.
    pub audience_code: String,
    /// Title.
    pub title: String,
    /// One or two sentences for lists; may be empty.
    #[serde(default)]
    pub summary: String,
    /// When it stops being shown.
    #[serde(default)]
    pub expires_at_ms: Option<i64>,
    /// Shown over everything else until it has been read.
    #[serde(default)]
    pub urgent: bool,
    /// Danger to life: an urgent one comes over everything at night, too.
    #[serde(default)]
    pub danger: bool,
    /// Picture for lists.
    #[serde(default)]
    pub cover: Option<Picture>,
    /// The text.
    pub body: Vec<Block>,
}

/// Why somebody who may publish handed a bulletin back, or took a bulletin or programme off the televisions: for
/// whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenBack {
    /// It was taken off the televisions; otherwise it was handed back before it came there.
    pub withdrawn: bool,
    /// In their words.
    pub reason: String,
    /// Login name of who did it.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// `POST /api/v1/bulletins/{id}/return`, `POST /api/v1/programmes/{id}/withdraw`: a reason, where one is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakeBack {
    /// In plain words, 2 to 200 characters and no personal numbers; may be left out for what nobody else waits
    /// for: a draft of one's own that is given up, or what was withdrawn or has expired and is written again.
    #[serde(default)]
    pub reason: String,
}

/// A bulletin as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffBulletin {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub state: BulletinState,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// When it was published last.
    #[serde(default)]
    pub published_at_ms: Option<i64>,
    /// When it was changed last.
    #[serde(default)]
    #[schema(required = true)]
    pub updated_at_ms: i64,
    /// Login name of who changed it last; none: the server by itself, or it is not known.
    #[serde(default)]
    pub updated_by: Option<String>,
    /// Why it was handed back or withdrawn last; gone once it is published again.
    #[serde(default)]
    pub taken_back: Option<TakenBack>,
    /// What was written.
    pub draft: BulletinDraft,
    /// What people have said of its numbers and pictures.
    #[serde(default)]
    #[schema(required = true)]
    pub confirmed: BulletinConfirmed,
    /// Numbers of people that stand in it in clear, in reading order.
    #[serde(default)]
    #[schema(required = true)]
    pub numbers: Vec<PersonalNumber>,
}

/// What numbers of people are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonalNumberKind {
    /// An identity number.
    Id,
    /// A mobile telephone.
    Mobile,
    /// A bank card.
    Card,
}

/// A number of somebody that stands in a text in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonalNumber {
    /// Where: the field, such as `title` or `body[3].rows[0][1]`.
    pub field: String,
    /// The same place in words.
    pub place: String,
    /// What it is.
    pub kind: PersonalNumberKind,
    /// Its digits alone, and the X of an identity number: what a confirmation names.
    pub digits: String,
    /// As it may be said.
    pub masked: String,
}

/// A number that may be published in clear: what somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfirmedNumber {
    /// Its digits alone, as [`PersonalNumber`] has them.
    pub digits: String,
    /// Why, 2 to 200 characters: it is the telephone of an office.
    pub reason: String,
}

/// What whoever writes or publishes says of numbers and pictures: `POST /api/v1/bulletins/{id}/publish`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Confirmations {
    /// Numbers that may stand in clear.
    #[serde(default)]
    pub numbers: Vec<ConfirmedNumber>,
    /// Pictures that they have looked at, by the name of the file for the screen: nothing can be read or seen
    /// in them that is nobody's business.
    #[serde(default)]
    pub pictures: Vec<String>,
}

/// A bulletin with what its writer confirms: `POST /api/v1/bulletins`, `PUT /api/v1/bulletins/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WrittenBulletin {
    /// What is written.
    #[serde(flatten)]
    pub draft: BulletinDraft,
    /// What is confirmed of it.
    #[serde(default)]
    pub confirmed: Confirmations,
}

impl From<BulletinDraft> for WrittenBulletin {
    /// Nothing is confirmed of it.
    fn from(draft: BulletinDraft) -> Self {
        Self {
            draft,
            confirmed: Confirmations::default(),
        }
    }
}

/// What people have said of a bulletin's numbers and pictures, as long as those stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulletinConfirmed {
    /// Numbers that may stand in clear.
    #[serde(default)]
    pub numbers: Vec<NumberConfirmed>,
    /// Pictures that somebody has looked at.
    #[serde(default)]
    pub pictures: Vec<PictureConfirmed>,
}

/// Somebody said that a number may be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberConfirmed {
    /// Its digits alone.
    pub digits: String,
    /// Why.
    pub reason: String,
    /// Login name of who said so.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// Somebody has looked at a picture and found nothing in it that is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PictureConfirmed {
    /// Name of the file for the screen.
    pub name: String,
    /// Login name of who looked.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// `POST /api/v1/bulletins/{id}/pictures/{name}/cover`: what of a picture is made unrecognizable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CoverPicture {
    /// 1 to 50 of them.
    pub regions: Vec<PictureRegion>,
}

/// A part of a picture, in fractions of its width and height from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PictureRegion {
    /// Left edge, 0 to 1.
    pub x: f64,
    /// Upper edge, 0 to 1.
    pub y: f64,
    /// Width, more than 0; with `x` at most 1.
    pub width: f64,
    /// Height, more than 0; with `y` at most 1.
    pub height: f64,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Too many wrong PINs of a member on a terminal.
    PinLocked,
    /// Somebody seems to try PINs, codes, cards or passwords.
    Guessing,
    /// A sign-in that staff must judge.
    SignInToVerify,
    /// Somebody who is probably registered twice.
    Duplicate,
    /// An account looks at unusually many numbers in clear.
    ManyReveals,
    /// The recording of a meeting could not be made.
    RecordingFailed,
    /// The server's disk is full.
    DiskFull,
    /// Names and sheets of an evaluation on paper do not come to the same: it waits to be closed by staff.
    PaperBallots,
    /// A terminal cannot keep on its disk what it should.
    TerminalStorage,
    /// A request is due soon, and nobody has answered it.
    RequestDueSoon,
    /// The time of a request is over, and nobody has answered it: it came one level higher, or cannot.
    RequestOverdue,
    /// As [`Self::RequestDueSoon`], of what was told to one office in confidence: for that office alone.
    ReportDueSoon,
    /// As [`Self::RequestOverdue`], of what was told to one office in confidence: for that office alone.
    ReportOverdue,
    /// A village sent something to be published, and nobody has decided about it.
    NewSubmission,
    /// What a village sent to be published was returned to it, and it has not been sent again.
    SubmissionReturned,
}

impl NoticeKind {
    /// About requests that everybody above may see.
    pub const REQUESTS: [Self; 2] = [Self::RequestDueSoon, Self::RequestOverdue];

    /// About what was told in confidence.
    pub const REPORTS: [Self; 2] = [Self::ReportDueSoon, Self::ReportOverdue];

    /// About what nobody's name is in: everybody above may see them, also who sees no members.
    pub const NAMELESS: [Self; 4] = [
        Self::RequestDueSoon,
        Self::RequestOverdue,
        Self::NewSubmission,
        Self::SubmissionReturned,
    ];
}

/// Something staff should look at: `GET /api/v1/notices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffNotice {
    /// Id.
    pub id: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// Kind and id of what to look at, e.g. `member:<id>`.
    pub subject: String,
    /// Where.
    pub organization: OrganizationRef,
    /// More, in Chinese.
    pub detail: String,
    /// When.
    pub at_ms: i64,
    /// When somebody looked.
    #[serde(default)]
    pub seen_at_ms: Option<i64>,
}
