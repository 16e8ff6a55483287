//! Organizations: one tree, prefecture > county > township > branch or village.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an organization is. The order is that of the tree, widest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationKind {
    /// 市
    Prefecture,
    /// 县
    County,
    /// 镇/乡
    Township,
    /// 站所: an office of the township
    Office,
    /// 村
    Village,
    /// 党支部
    Branch,
}

/// One node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organization {
    /// Id.
    pub id: String,
    /// The node above; `None` for the root.
    pub parent_id: Option<String>,
    /// Kind of node.
    pub kind: OrganizationKind,
    /// Short code that staff write in files, unique in the installation.
    pub code: String,
    /// Name as shown on screens.
    pub name: String,
}

/// An organization as content names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct OrganizationRef {
    /// Id.
    pub id: String,
    /// Name as shown on screens.
    pub name: String,
}
