//! Duty rooms (干部坐班): those with the right look into a station's or a camera's picture when
//! they need to. Nobody is looked at in secret: while a room is open, every television of its place
//! says who is looking, and each look is kept in a log that the place can read. Nothing is recorded.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::meeting::MediaLink;
use crate::organization::OrganizationRef;

/// What makes the picture of a duty room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutySource {
    /// The camera of a station's television; it sends only while somebody looks.
    #[default]
    Station,
    /// A camera that the server fetches by RTSP while somebody looks.
    Camera,
}

/// `POST /api/v1/duty-rooms`, `PUT /api/v1/duty-rooms/{id}`. Exactly one of `terminal_id` and
/// `camera_url` is given; when a room with a camera is changed neither may be, and its address stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DutyRoomDraft {
    /// What people read, 1 to 30 characters: 村委会值班室.
    pub title: String,
    /// Code of the organization it belongs to.
    pub organization_code: String,
    /// The station whose camera it is.
    #[serde(default)]
    pub terminal_id: Option<String>,
    /// `rtsp://` or `rtsps://` address of the camera. It may contain a password, so it is never
    /// given out again.
    #[serde(default)]
    pub camera_url: Option<String>,
}

/// A duty room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DutyRoom {
    /// Id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Whose room it is.
    pub organization: OrganizationRef,
    /// What makes its picture.
    pub source: DutySource,
    /// The station, if it is one's camera.
    #[serde(default)]
    pub terminal_id: Option<String>,
    /// How many look into it now.
    #[serde(default)]
    pub looking: u32,
    /// Counts up with every change, not with looks; send it back as `If-Match`.
    #[serde(default)]
    #[schema(required = true)]
    pub version: i64,
}

/// One look into a room: a line of its log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DutyLook {
    /// Id.
    pub id: String,
    /// The room.
    pub room_id: String,
    /// The room's name when it was opened.
    pub room_title: String,
    /// Who looked, as the place reads it: the organization's and the account's name.
    pub by: String,
    /// When it began.
    pub opened_at_ms: i64,
    /// When it ended; none while it goes on.
    #[serde(default)]
    pub closed_at_ms: Option<i64>,
}

/// `POST /api/v1/duty-rooms/{id}/looks`: the look that began, and where its picture is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LookAccess {
    /// The line of the log. It ends with the session of `picture`, or by
    /// `DELETE /api/v1/duty-looks/{id}`.
    pub look: DutyLook,
    /// Where the picture is (WHEP).
    pub picture: MediaLink,
}

/// `GET /api/v1/terminal/duty`: what a television shows about looks into its own place. Asked for
/// after [`Event::DutyChanged`](crate::event::Event::DutyChanged) and after every reconnection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TerminalDuty {
    /// The duty rooms of this place: what may be looked into at all.
    pub rooms: Vec<DutyRoom>,
    /// Looks of the place, those going on first, then the newest 50.
    pub looks: Vec<DutyLook>,
    /// This television's own camera is wanted now: where to send it (WHIP). Gone as soon as
    /// nobody looks any more.
    #[serde(default)]
    pub publish: Option<MediaLink>,
}
