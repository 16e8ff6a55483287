//! The feed: everything that changed for one terminal since a cursor.
//!
//! `GET /api/v1/feed?cursor=…` answers 304 when nothing is new (`If-None-Match`). A terminal
//! applies a page and its cursor in one transaction, and asks again while `more` is set.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bulletin::Bulletin;
use crate::meeting::Meeting;
use crate::programme::Programme;
use crate::township::Township;

/// One page of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedPage {
    /// Hand this back to get what comes after this page.
    pub cursor: String,
    /// There is another page already.
    pub more: bool,
    /// The cursor that was handed in is unknown here (restored backup, other server, the
    /// terminal moved to another audience): forget every document before applying this page.
    #[serde(default)]
    pub reset: bool,
    /// The server's clock when it answered.
    pub server_time_ms: i64,
    /// Changes, oldest first; at most one per document.
    pub changes: Vec<Change>,
}

/// What happened to one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every change is a document; a box would only cost a hop"
)]
pub enum Change {
    /// It is new or different.
    Put {
        /// The whole document.
        document: Document,
    },
    /// It is gone for this terminal: withdrawn, expired, or no longer in its audience.
    Delete {
        /// Its id.
        id: String,
    },
}

/// Anything a terminal keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Document {
    /// Sections and names; there is one, with the id [`TOWNSHIP_ID`].
    Township(Township),
    /// A bulletin, honour or guide.
    Bulletin(Bulletin),
    /// A programme.
    Programme(Programme),
    /// A meeting: planned, going on, or over in the last days.
    Meeting(Meeting),
}

/// Id of the one township document.
pub const TOWNSHIP_ID: &str = "township";

impl Document {
    /// The id under which a terminal keeps it.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Township(_) => TOWNSHIP_ID,
            Self::Bulletin(bulletin) => &bulletin.id,
            Self::Programme(programme) => &programme.id,
            Self::Meeting(meeting) => &meeting.id,
        }
    }
}
