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

/// `POST /api/v1/organizations/import`: a list of new nodes, as it stands in a spreadsheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationRows {
    /// At most 5,000, parents and children in any order.
    pub rows: Vec<OrganizationRow>,
    /// Only tells what is wrong.
    #[serde(default)]
    pub dry_run: bool,
}

/// A new node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationRow {
    /// Code of the node above, which exists or is another row; empty: the own organization.
    #[serde(default)]
    pub parent_code: String,
    /// Kind of node; below its parent's.
    pub kind: OrganizationKind,
    /// Short code, unique in the installation.
    pub code: String,
    /// Name as shown on screens.
    pub name: String,
}

/// Answer of `POST /api/v1/organizations/import`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationsReport {
    /// How many were made; none in a dry run.
    pub made: u32,
    /// What is wrong, by `rows[INDEX].FIELD`; only in a dry run: else it is the refusal.
    pub problems: Vec<crate::error::FieldError>,
}

/// An organization as content names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct OrganizationRef {
    /// Id.
    pub id: String,
    /// Name as shown on screens.
    pub name: String,
}
