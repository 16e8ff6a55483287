//! What a township calls its sections and lists: configuration, not code.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kinds::{FeedDocument, TOWNSHIP_ID};

pub use crate::kinds::ListingKind;

/// The face of one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Township {
    /// The name of the place, e.g. 清河镇.
    pub name: String,
    /// What the product is called there, e.g. 清河镇智慧党建.
    pub title: String,
    /// Sections in the order of their digits; up to six.
    pub sections: Vec<Section>,
    /// Whom people call who need help with the television or with what they ask; up to three, the first one first.
    #[serde(default)]
    pub help: Vec<HelpContact>,
    /// Words that televisions would read aloud wrongly; up to 300.
    #[serde(default)]
    pub pronunciations: Vec<Pronunciation>,
}

/// Somebody who helps on the telephone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpContact {
    /// Which office it is, 1 to 20 characters: 党政办公室.
    pub office: String,
    /// Its number as people dial it, at most 30 characters: 0512-40000001 转 8.
    pub telephone: String,
    /// Who answers there, at most 20 characters; may be empty: 袁月华.
    #[serde(default)]
    pub name: String,
    /// When somebody answers, at most 20 characters; may be empty: 工作日 8:30–17:30.
    #[serde(default)]
    pub hours: String,
}

/// A word, and how it is read aloud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pronunciation {
    /// As it is written, 1 to 12 characters: 单家村.
    pub word: String,
    /// Characters that sound as it does, 1 to 24: 善家村.
    pub said: String,
}

/// One section of the home screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Section {
    /// Key that opens it, 1 to 6.
    pub digit: u8,
    /// Short stable name, e.g. `disclosure`.
    pub id: String,
    /// Name on the screen, e.g. 党务公开.
    pub title: String,
    /// Colour of its tile as `#rrggbb`; text on it is warm off-white, so it must be dark.
    pub color: String,
    /// Name of an icon of the icon set, e.g. `file-list`.
    #[serde(default)]
    pub icon: String,
    /// What is inside.
    pub listings: Vec<Listing>,
}

/// One list inside a section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listing {
    /// Short stable name that bulletins and programmes refer to, e.g. `finance`.
    pub id: String,
    /// Name on the screen, e.g. 财务公示.
    pub title: String,
    /// What it lists.
    pub kind: ListingKind,
    /// What will appear here, for when it is empty.
    #[serde(default)]
    pub about: String,
}

impl FeedDocument for Township {
    fn id(&self) -> &str {
        TOWNSHIP_ID
    }

    fn published_at_ms(&self) -> Option<i64> {
        None
    }
}
