//! Meetings: the township speaks, the villages answer, the homes watch.
//!
//! A *broadcast* goes one way. In a *conference* the host calls on stations (点名发言), and what
//! everybody sees is one *program*: the picture and sound that the director put together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::file::Picture;
use crate::kinds::FeedDocument;
use crate::organization::OrganizationRef;
use crate::programme::Rendition;
use crate::repeat::SeriesPlace;

/// How a meeting is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingKind {
    /// 直播: one way.
    #[default]
    Broadcast,
    /// 视频会议: called-on stations speak.
    Conference,
}

/// Where a meeting stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingState {
    /// In the calendar.
    #[default]
    Scheduled,
    /// Going on.
    Live,
    /// Over.
    Ended,
    /// Will not take place.
    Cancelled,
}

impl From<MeetingState> for CurrentState {
    fn from(state: MeetingState) -> Self {
        let (name, says) = match state {
            MeetingState::Scheduled => ("scheduled", "这场会议还没有开始"),
            MeetingState::Live => ("live", "这场会议正在进行"),
            MeetingState::Ended => ("ended", "这场会议已经结束"),
            MeetingState::Cancelled => ("cancelled", "这场会议已经取消"),
        };
        Self { name, says }
    }
}

/// `POST /api/v1/meetings`, `PUT /api/v1/meetings/{id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingDraft {
    /// What people read. 1 to 60 characters.
    pub title: String,
    /// What it is about; up to 2,000 characters, may be empty.
    #[serde(default)]
    pub agenda: String,
    /// How it is held.
    #[serde(default)]
    pub kind: MeetingKind,
    /// Code of the organization that holds it.
    pub organization_code: String,
    /// Code of the organization whose subtree may take part.
    pub audience_code: String,
    /// When it is planned to begin.
    pub starts_at_ms: i64,
    /// How long it is planned to last, 5 minutes to 12 hours.
    pub planned_ms: i64,
    /// Record it and publish the recording when it ends.
    #[serde(default = "yes")]
    pub record: bool,
    /// The list of programmes the recording goes to: the `id` of a
    /// [`Listing`](crate::township::Listing) of programmes; needed when it is recorded.
    #[serde(default)]
    pub recording_list: String,
}

fn yes() -> bool {
    true
}

/// A meeting as a terminal shows it. It comes with the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Meeting {
    /// Id.
    pub id: String,
    /// How it is held. In the feed `kind` says that the document is a meeting.
    #[serde(rename = "meeting_kind")]
    pub kind: MeetingKind,
    /// Where it stands.
    pub state: MeetingState,
    /// Title.
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub agenda: String,
    /// Who holds it.
    pub organization: OrganizationRef,
    /// When it is planned to begin.
    pub starts_at_ms: i64,
    /// How long it is planned to last.
    pub planned_ms: i64,
    /// When it really began.
    #[serde(default)]
    pub started_at_ms: Option<i64>,
    /// When it ended.
    #[serde(default)]
    pub ended_at_ms: Option<i64>,
    /// The programme it can be watched again as.
    #[serde(default)]
    pub programme_id: Option<String>,
}

impl FeedDocument for Meeting {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        None
    }
}

/// What became of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// There is none (yet).
    #[default]
    None,
    /// Being made.
    Recording,
    /// Being turned into a programme.
    Processing,
    /// A programme.
    Published,
    /// It could not be made; [`StaffMeeting::recording_trouble`] says why.
    Failed,
    /// Made, and not published: it waits for staff to cut and publish it ([`StaffMeeting::held`]).
    Held,
}

impl From<RecordingState> for CurrentState {
    fn from(state: RecordingState) -> Self {
        let (name, says) = match state {
            RecordingState::None => ("none", "这场会议没有录像"),
            RecordingState::Recording => ("recording", "这场会议正在录制"),
            RecordingState::Processing => ("processing", "录像正在处理"),
            RecordingState::Published => ("published", "录像已经发布"),
            RecordingState::Failed => ("failed", "录像没有做成"),
            RecordingState::Held => ("held", "录像做好了，还没有发布"),
        };
        Self { name, says }
    }
}

/// Which part of what was recorded is wanted: `POST /api/v1/meetings/{id}/recording/cut`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingCut {
    /// Where it begins, in ms from the beginning of all that was recorded.
    pub from_ms: i64,
    /// Where it ends, in ms from there.
    pub to_ms: i64,
}

/// Whether a recording is published by itself: `PUT /api/v1/meetings/{id}/recording/hold`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingHold {
    /// It waits for staff to cut and publish it.
    pub hold: bool,
}

/// A recording that is made and waits to be published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldRecording {
    /// The film.
    pub rendition: Rendition,
    /// Still picture.
    pub poster: Picture,
    /// Its length in ms.
    pub duration_ms: i64,
    /// Where it really begins, in ms from the beginning of all that was recorded: with the last whole picture before
    /// where it was asked for.
    pub from_ms: i64,
    /// How long all that was recorded is, in ms. It is kept until something is published.
    pub whole_ms: i64,
    /// Which part was asked for; none: all of it.
    #[serde(default)]
    pub asked: Option<RecordingCut>,
}

/// A recording may be so much longer or shorter than its meeting without anybody being told: the host's
/// picture takes some seconds to come, and the end to be heard of.
pub const RECORDING_TOLERANCE_MS: i64 = 10_000;

/// By how much a recording is longer (or, negative, shorter) than its meeting, if that is more than
/// [`RECORDING_TOLERANCE_MS`].
#[must_use]
pub fn recording_off_ms(recording_ms: i64, started_at_ms: i64, ended_at_ms: i64) -> Option<i64> {
    let off = recording_ms.saturating_sub(ended_at_ms.saturating_sub(started_at_ms));
    (off.unsigned_abs() > RECORDING_TOLERANCE_MS.unsigned_abs()).then_some(off)
}

/// A meeting as staff see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffMeeting {
    /// What terminals see.
    pub meeting: Meeting,
    /// Whose subtree may take part.
    pub audience: OrganizationRef,
    /// Code of that organization.
    pub audience_code: String,
    /// Code of the organization that holds it.
    pub organization_code: String,
    /// Whether it is recorded.
    pub record: bool,
    /// The list the recording goes to.
    pub recording_list: String,
    /// What became of the recording.
    pub recording: RecordingState,
    /// How long the recording is, once it is made.
    #[serde(default)]
    pub recording_ms: Option<i64>,
    /// By how much the recording is longer (or, negative, shorter) than the meeting was, if that is more
    /// than [`RECORDING_TOLERANCE_MS`]: then staff have to look at it.
    #[serde(default)]
    pub recording_off_ms: Option<i64>,
    /// Why the recording could not be made, or cut, the last time, in Chinese; only while it is
    /// [`RecordingState::Failed`] or [`RecordingState::Held`].
    #[serde(default)]
    pub recording_trouble: Option<String>,
    /// When it is tried again by itself; none: only if staff ask for it.
    #[serde(default)]
    pub recording_again_ms: Option<i64>,
    /// Whether the recording waits, once it is made, for staff to cut and publish it.
    pub hold_recording: bool,
    /// The recording that waits to be published; only while it is [`RecordingState::Held`].
    #[serde(default)]
    pub held: Option<HeldRecording>,
    /// The latest roll call that was held in it.
    #[serde(default)]
    pub roll_call_id: Option<String>,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// Login name of who made it.
    pub created_by: String,
    /// Why staff cancelled it, for staff; none while it is not, and if its row disappeared from a calendar.
    #[serde(default)]
    pub cancel_reason: Option<String>,
    /// When it was changed last.
    #[serde(default)]
    #[schema(required = true)]
    pub updated_at_ms: i64,
    /// Login name of who changed it last; none: the server by itself, or it is not known.
    #[serde(default)]
    pub updated_by: Option<String>,
    /// Its place in the series it was planned with; none: it was planned alone.
    #[serde(default)]
    pub series: Option<SeriesPlace>,
}

/// By which standard a [`MediaLink`] is to be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaProtocol {
    /// WebRTC-HTTP ingestion (RFC 9725): sending.
    Whip,
    /// WebRTC-HTTP egress: receiving with little delay.
    #[default]
    Whep,
    /// HTTP live streaming (RFC 8216): receiving through anything that lets a web page through.
    Hls,
}

/// Where to send or fetch picture and sound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MediaLink {
    /// The standard.
    pub protocol: MediaProtocol,
    /// Where: an absolute URL, or a path of this server.
    pub url: String,
    /// Bearer token for this stream and direction only; empty if the URL is enough.
    #[serde(default)]
    pub token: String,
}

/// Where the host's picture and sound come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HostSource {
    /// The host's page, by WHIP.
    #[default]
    Page,
    /// An encoder that calls the server by SRT, with an MPEG transport stream: a hall's camera
    /// mixer, OBS.
    Encoder,
    /// A network camera that the server fetches by RTSP.
    Camera,
}

/// `PUT /api/v1/meetings/{id}/host-source`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HostSourceRequest {
    /// Where from.
    pub source: HostSource,
    /// `rtsp://` or `rtsps://` address of the camera. It may contain a password, so it is never
    /// given out again.
    #[serde(default)]
    pub camera_url: Option<String>,
}

/// What an encoder is set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EncoderLink {
    /// `srt://host:port`; the encoder is the caller.
    pub url: String,
    /// The passphrase of this meeting, AES-128.
    pub passphrase: String,
    /// Latency to set, in ms.
    pub latency_ms: u32,
}

/// Where the host's picture comes from, for those who direct.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HostSourceAccess {
    /// Where from.
    pub source: HostSource,
    /// What the encoder is set to, if it is one.
    #[serde(default)]
    pub encoder: Option<EncoderLink>,
}

/// `POST /api/v1/meetings/{id}/host`: what a host's page needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HostAccess {
    /// Where the host sends camera or screen and microphone (WHIP).
    pub publish: MediaLink,
    /// Where the program comes from (WHEP).
    pub program: MediaLink,
    /// The program without the host's own sound (WHEP), for the page that the host speaks into;
    /// none where another engine carries the media.
    #[serde(default)]
    pub clean_feed: Option<MediaLink>,
    /// Where the host's picture comes from.
    #[serde(default)]
    pub source: HostSourceAccess,
    /// How things stand.
    pub stage: RoomState,
}

/// `POST /api/v1/terminal/meetings/{id}/join`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// This viewing, a UUID made by the terminal; the same one after a reconnection.
    pub viewing_id: String,
    /// It has a camera or a microphone and may be called on.
    #[serde(default)]
    pub can_speak: bool,
}

/// What a terminal needs to take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinAccess {
    /// Where the program comes from, the best way first.
    pub program: Vec<MediaLink>,
    /// Where a station sends its picture and sound, when it is asked to (WHIP).
    #[serde(default)]
    pub publish: Option<MediaLink>,
    /// How it stands.
    pub place: Place,
    /// Ask for the place again after so long; who is not heard of for long counts as gone.
    #[serde(default)]
    pub ask_every_ms: i64,
}

/// How one terminal stands in a meeting. The director decides; the terminal follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// Counts up with every change; an older one is out of date.
    pub revision: u64,
    /// Send picture and sound: the hand is up, or it is called on.
    pub send: bool,
    /// The hand is up.
    pub hand_raised: bool,
    /// It was called on: others see and hear it, or will as soon as its picture is there.
    pub called: bool,
    /// Others really see and hear it: 「正在发言」.
    pub on_air: bool,
    /// The director took its sound away.
    pub muted: bool,
}

/// `POST /api/v1/terminal/meetings/{id}/hand`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandRequest {
    /// Up or down.
    pub raised: bool,
}

/// `PUT /api/v1/terminal/viewings/{id}`: who watched and for how long. Every report holds the
/// whole viewing so far, so that sending one twice or losing one changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ViewingReport {
    /// The meeting.
    pub meeting_id: String,
    /// When it began, on the terminal's clock corrected by what it knows of the server's.
    pub started_at_ms: i64,
    /// When it was last seen going on.
    pub last_at_ms: i64,
    /// Time picture and sound really ran.
    pub watched_ms: i64,
    /// Members who were signed in at this terminal while it ran.
    #[serde(default)]
    pub member_ids: Vec<String>,
}

/// One line of `GET /api/v1/meetings/{id}/viewings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Viewing {
    /// The terminal.
    pub terminal_id: String,
    /// Its name.
    pub terminal_name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
    /// When it first watched.
    pub first_at_ms: i64,
    /// When it last watched.
    pub last_at_ms: i64,
    /// Time watched, all viewings together.
    pub watched_ms: i64,
    /// Names of the members who were signed in there.
    pub members: Vec<String>,
}

/// `GET /api/v1/meetings/{id}/viewings`: who of the own subtree watched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Viewings {
    /// Terminals of the audience that may watch.
    pub terminals: u32,
    /// Terminals that watched at least a minute.
    pub watched: u32,
    /// Line by line, by organization and name.
    pub viewings: Vec<Viewing>,
}

/// How the program's picture is put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// 主会场全屏
    #[default]
    HostFull,
    /// 发言人全屏
    SpeakerFull,
    /// 左右并排: host and speaker.
    SideBySide,
    /// 画中画: the speaker large, the host small.
    PictureInPicture,
    /// 四分屏: host and up to three stations.
    Grid,
}

/// What really comes from a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Nothing, and nothing is expected.
    #[default]
    Absent,
    /// Expected, not there yet.
    Connecting,
    /// Picture or sound arrive.
    Live,
    /// It stopped arriving: 信号中断.
    Interrupted,
}

/// One station in the director's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StageStation)]
pub struct RoomStation {
    /// The terminal.
    pub terminal_id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
    /// It watches.
    pub present: bool,
    /// It has a camera or a microphone.
    pub can_speak: bool,
    /// Since when its hand is up.
    #[serde(default)]
    pub hand_raised_at_ms: Option<i64>,
    /// It was called on.
    pub called: bool,
    /// It is part of the program.
    pub on_air: bool,
    /// The director took its sound away.
    pub muted: bool,
    /// What comes from it.
    pub source: SourceState,
    /// When its small picture was taken; the picture is at
    /// `/api/v1/meetings/{id}/stations/{terminal_id}/picture`.
    #[serde(default)]
    pub picture_at_ms: Option<i64>,
}

/// How a meeting stands, for the one who directs it. What is said here is what the media really
/// does, not what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Stage)]
pub struct RoomState {
    /// The meeting.
    pub meeting_id: String,
    /// Counts up with every change.
    pub revision: u64,
    /// Where the meeting stands.
    pub state: MeetingState,
    /// The server's clock.
    pub server_time_ms: i64,
    /// What comes from the host.
    pub host: SourceState,
    /// Where it comes from.
    #[serde(default)]
    pub host_source: HostSource,
    /// The director took the host's sound away.
    pub host_muted: bool,
    /// How the picture is put together.
    pub layout: Layout,
    /// Stations of the audience: on air, hand up (longest first), present, then the rest.
    pub stations: Vec<RoomStation>,
    /// Homes that watch now.
    pub homes_watching: u32,
    /// Stations that watch now.
    pub stations_watching: u32,
    /// The code in the picture.
    #[serde(default)]
    pub presence_code: Option<String>,
    /// The roll call whose code is in the picture or was last held here.
    #[serde(default)]
    pub roll_call_id: Option<String>,
    /// What becomes of the recording.
    pub recording: RecordingState,
    /// What is wrong, in plain words; empty if nothing is.
    #[serde(default)]
    pub trouble: String,
}

/// `POST /api/v1/meetings/{id}/direction`: what the director wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Direction {
    /// 点名发言: put a station on air. The fourth replaces the one that has been there longest.
    CallOn {
        /// The station.
        terminal_id: String,
    },
    /// Thank a speaker and take them off air.
    HandBack {
        /// The station.
        terminal_id: String,
    },
    /// Take note of a raised hand without calling on it.
    LowerHand {
        /// The station.
        terminal_id: String,
    },
    /// Take somebody's sound away or give it back.
    Mute {
        /// The station; left out: the host.
        #[serde(default)]
        terminal_id: Option<String>,
        /// Away or back.
        muted: bool,
    },
    /// How the picture is put together.
    Layout {
        /// The layout.
        layout: Layout,
    },
    /// Show the presence code of a roll call in the picture, or none.
    PresenceCode {
        /// The open roll call; left out: take the code away.
        #[serde(default)]
        roll_call_id: Option<String>,
    },
}
