//! What rooms need of the server.

use std::sync::Arc;

use store::Store;

use crate::clock::Clock;
use crate::services::announcer::channels::Live;
use crate::services::files::Files;
use crate::services::media::Media;
use crate::services::vault::Vault;

/// What rooms need of the server.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Stored files.
    pub files: Files,
    /// Keys of personal data.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Tells terminals how they stand.
    pub live: Arc<Live>,
    /// Picture and sound.
    pub media: Arc<Media>,
}
