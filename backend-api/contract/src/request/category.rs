//! Categories, as terminals show them and staff write them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kinds::FeedDocument;

/// What a category is for, which decides who may see what is asked in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CategoryKind {
    /// Something is to be done or explained.
    #[default]
    Service,
    /// 建议意见: answered in public if the author agrees.
    Suggestion,
    /// 举报投诉: for the addressed office alone.
    Confidential,
    /// One that came after this program: a terminal leaves it out.
    #[serde(other)]
    Unknown,
}

/// By which clock a first response is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Every hour counts.
    #[default]
    Wall,
    /// Working hours of the calendar count.
    Working,
}

/// How high the organization stands that handles a request.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 村
    #[default]
    Village,
    /// 镇（乡、街道）, with its offices.
    Township,
    /// 县（市、区）
    County,
    /// 市（州）
    Prefecture,
}

/// A category (类别) as a terminal shows it: a document of the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Category {
    /// Id.
    pub id: String,
    /// Its key among those of the township, 1 to 9; suggestions have 0, which is no key.
    pub digit: u8,
    /// Name on the tile: 农业技术服务.
    pub title: String,
    /// Name of an icon of the icon set.
    #[serde(default)]
    pub icon: String,
    /// What it is for, one or two sentences.
    #[serde(default)]
    pub about: String,
    /// What it is for, to the program. In the feed `kind` says that the document is a category.
    #[serde(rename = "category_kind")]
    pub kind: CategoryKind,
    /// Who answers, as people read it: 镇农业农村办公室. At a village's level it is their own village.
    pub office: String,
    /// Hours until the first response, by its clock.
    pub response_hours: u32,
    /// By which clock.
    #[serde(default)]
    pub clock: ClockKind,
    /// Common sentences that can be picked instead of speaking: 果树叶子发黄.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What papers to bring or to have at hand.
    #[serde(default)]
    pub papers: Vec<String>,
}

impl FeedDocument for Category {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        None
    }
}

/// What staff write of a category: `PUT /api/v1/categories/{code}`, and a row of `categories.csv`.
/// Everything is replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryDraft {
    /// Code of the organization whose subtree may ask in it.
    pub organization_code: String,
    /// Its key, 1 to 9; suggestions 0.
    pub digit: u8,
    /// 1 to 12 characters.
    pub title: String,
    /// Name of an icon of the icon set; may be empty.
    #[serde(default)]
    pub icon: String,
    /// At most 120 characters.
    #[serde(default)]
    pub about: String,
    /// What it is for.
    #[serde(default)]
    pub kind: CategoryKind,
    /// Code of the office that answers; left out: the asker's own village.
    #[serde(default)]
    pub office_code: Option<String>,
    /// 1 to 720.
    pub response_hours: u32,
    /// By which clock.
    #[serde(default)]
    pub clock: ClockKind,
    /// What belongs at least so high cannot be pushed lower.
    #[serde(default)]
    pub least_level: Level,
    /// At most 9 of at most 30 characters.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// At most 9 of at most 30 characters.
    #[serde(default)]
    pub papers: Vec<String>,
    /// Sentences staff answer with: at most 20 of at most 200 characters.
    #[serde(default)]
    pub canned_replies: Vec<String>,
}
