//! Films that staff upload from the browser, by the tus protocol 1.0.0 (<https://tus.io/protocols/resumable-upload>).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The version of the tus protocol that is spoken, in `Tus-Resumable`.
pub const TUS_VERSION: &str = "1.0.0";

/// The largest film that is taken, in bytes: 10 GB.
pub const LARGEST_UPLOAD: u64 = 10_000_000_000;

/// Where an upload stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Bytes are missing.
    #[default]
    Receiving,
    /// All bytes are here, and it is looked whether they are a film: some seconds.
    Checking,
    /// A programme can be made of it.
    Ready,
    /// It is no film that can be shown; its bytes are gone.
    Refused,
    /// A programme is being made of it.
    Used,
}

/// A film on its way to the server: `GET /api/v1/uploads/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// Id.
    pub id: String,
    /// What the file is called on the computer it comes from.
    pub file_name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// How much of it is kept, in bytes: what a cut connection or a restart leaves.
    pub received: u64,
    /// Where it stands.
    pub state: UploadState,
    /// Why it was refused, in Chinese, with what to do.
    #[serde(default)]
    pub problem: Option<String>,
    /// When it is thrown away if nothing more comes of it.
    pub expires_at_ms: i64,
}
