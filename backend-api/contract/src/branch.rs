//! The page of an organization (支部主页): what it is, who leads it, and how its office is reached.
//!
//! An organization has one page at most. Secretary and telephone are disclosed by the organization
//! itself: they are those of its office, not what is registered of a person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::file::Picture;
use crate::kinds::FeedDocument;
use crate::organization::OrganizationRef;

/// The page of an organization as a terminal shows it. What the organization published, and its meetings,
/// are documents of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Branch {
    /// Id: that of the organization.
    pub id: String,
    /// Whose page it is.
    pub organization: OrganizationRef,
    /// Name of the secretary; empty while there is none.
    #[serde(default)]
    pub secretary: String,
    /// Telephone number of the office as it is written; may be empty.
    #[serde(default)]
    pub telephone: String,
    /// How many party members (正式 and 预备) are registered there and below it, as the server counts them.
    #[serde(default)]
    pub members: u32,
    /// What the place looks like.
    #[serde(default)]
    pub photo: Option<Picture>,
    /// What it is, a paragraph each.
    pub introduction: Vec<String>,
    /// The date it carries.
    pub published_at_ms: i64,
}

impl FeedDocument for Branch {
    fn id(&self) -> &str {
        &self.id
    }

    fn published_at_ms(&self) -> Option<i64> {
        Some(self.published_at_ms)
    }
}

/// `PUT /api/v1/organizations/{code}/page`. Everything is replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BranchDraft {
    /// Code of the organization whose subtree may see it.
    pub audience_code: String,
    /// Name of the secretary, at most 20 characters; empty while there is none.
    #[serde(default)]
    pub secretary: String,
    /// Telephone number of the office, at most 30 characters: digits, spaces, `-`, `+`, `（` `）` and 转;
    /// may be empty.
    #[serde(default)]
    pub telephone: String,
    /// What the place looks like; an uploaded picture.
    #[serde(default)]
    pub photo: Option<Picture>,
    /// What it is: 1 to 40 paragraphs of 1 to 1,000 characters.
    pub introduction: Vec<String>,
}

/// The page of an organization as staff see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffBranch {
    /// Id: that of the organization.
    pub id: String,
    /// Whose page it is.
    pub organization: OrganizationRef,
    /// Its code.
    pub organization_code: String,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// When it was published last.
    pub published_at_ms: i64,
    /// How many party members are registered there and below it.
    pub members: u32,
    /// What was written.
    pub draft: BranchDraft,
}
