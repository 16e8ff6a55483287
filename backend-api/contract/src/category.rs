//! A category of one-key service as staff see it. What terminals see of it, and what is written of it, is
//! with the [requests](crate::request) that are made in it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationRef;
use crate::request::CategoryDraft;

/// A category as staff see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffCategory {
    /// Id, by which terminals and requests name it.
    pub id: String,
    /// Short code, by which staff and files name it; unique in the installation.
    pub code: String,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// Whose subtree may ask in it.
    pub organization: OrganizationRef,
    /// Who answers, as people read it.
    pub office: String,
    /// What was written.
    pub draft: CategoryDraft,
}
