//! Setting up a new installation in the browser: the first thing done to it, and done once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organization::OrganizationKind;

/// `GET /api/v1/setup`: whether anybody has set this installation up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupState {
    /// There is no account yet: whoever knows the code makes the first one.
    pub open: bool,
}

/// `POST /api/v1/setup`: the place and its first administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Setup {
    /// What the server's log and `backend-api setup-code` show; as people type it.
    pub code: String,
    /// Name of the place as screens show it, e.g. 清河镇; at most 20 characters.
    pub name: String,
    /// Short code of the place that staff write in files, e.g. QH.
    pub organization_code: String,
    /// What the place is: a township, or a county or prefecture with all that is below it.
    pub kind: OrganizationKind,
    /// Login name of the administrator.
    pub login: String,
    /// Password of the administrator.
    pub password: String,
}
