//! Bulletins: what is disclosed (党务公开), honours (时代先锋) and guides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::file::Picture;
use crate::kinds::FeedDocument;
use crate::organization::OrganizationRef;

/// Where a bulletin stands. Terminals only ever see `Published` ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulletinState {
    /// Being written.
    Draft,
    /// Waiting for somebody with the right to publish.
    Submitted,
    /// Visible to its audience.
    Published,
    /// Taken back by staff.
    Withdrawn,
    /// Past its expiry time.
    Expired,
}

impl From<BulletinState> for CurrentState {
    fn from(state: BulletinState) -> Self {
        let (name, says) = match state {
            BulletinState::Draft => ("draft", "公示目前为“草稿”"),
            BulletinState::Submitted => ("submitted", "公示目前为“待审核”"),
            BulletinState::Published => ("published", "公示目前为“已发布”"),
            BulletinState::Withdrawn => ("withdrawn", "公示目前为“已撤下”"),
            BulletinState::Expired => ("expired", "公示目前为“已过期”"),
        };
        Self { name, says }
    }
}

/// A bulletin as a terminal reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bulletin {
    /// Id.
    pub id: String,
    /// The list it belongs to: the `id` of a [`Listing`](crate::township::Listing).
    pub list: String,
    /// Who publishes it.
    pub organization: OrganizationRef,
    /// Title.
    pub title: String,
    /// One or two sentences for lists; may be empty.
    #[serde(default)]
    pub summary: String,
    /// When it was published.
    pub published_at_ms: i64,
    /// When it stops being shown.
    #[serde(default)]
    pub expires_at_ms: Option<i64>,
    /// Shown over everything else until it has been read.
    #[serde(default)]
    pub urgent: bool,
    /// Danger to life: an urgent one comes over everything at night, too.
    #[serde(default)]
    pub danger: bool,
    /// Picture for lists and the honours gallery.
    #[serde(default)]
    pub cover: Option<Picture>,
    /// The text.
    pub body: Vec<Block>,
}

impl FeedDocument for Bulletin {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        Some(self.published_at_ms)
    }
}

/// A piece of a bulletin's text, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A heading inside the text.
    Heading {
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        text: String,
    },
    /// One entry of a list.
    Item {
        /// `•` or `1.`
        marker: String,
        /// Its words.
        text: String,
    },
    /// A table. Every row has as many cells as the header.
    Table(Table),
    /// A picture.
    Picture(Picture),
}

/// A table; its first column stays visible when the others are scrolled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Table {
    /// Title above the table; may be empty.
    #[serde(default)]
    pub title: String,
    /// Column headings.
    pub header: Vec<String>,
    /// Which columns hold numbers and are set flush right.
    #[serde(default)]
    pub numeric: Vec<bool>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}
