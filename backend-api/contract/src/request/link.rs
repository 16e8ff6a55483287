//! The page for one telephone, which a code on a TV opens.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::RequestReceipt;
use crate::proof::Proof;

/// `POST /api/v1/terminal/request-links`: a page for one telephone, where the asker types and photographs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewRequestLink {
    /// The category.
    pub category_id: String,
    /// At a station: who asks.
    #[serde(default)]
    pub proof: Option<Proof>,
}

/// The link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestLink {
    /// Id, by which the terminal asks how it stands.
    pub id: String,
    /// What the QR code says. Whoever opens it first has it; nobody else can.
    pub url: String,
    /// Until when.
    pub expires_at_ms: i64,
}

impl std::fmt::Debug for RequestLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestLink")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// `GET /api/v1/terminal/request-links/{id}`: how it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestLinkState {
    /// A telephone has it.
    pub claimed: bool,
    /// What was sent from there.
    #[serde(default)]
    pub receipt: Option<RequestReceipt>,
}
