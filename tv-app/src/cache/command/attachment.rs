//! A voice or a picture of a request: asked at once when somebody wants to hear or see it, held in memory as
//! long as they do, and written nowhere: what people tell their office is sealed at the server, too.

use std::sync::Arc;

use contract::API_PREFIX;
use contract::proof::Proof;

use super::kind::{Answer, Kind, Method, ProvedBy};
use crate::cache::time::ServerTime;

/// Who wants to hear or see what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAttachment {
    /// The key under which it is answered.
    pub key: String,
    /// The request.
    pub request_id: String,
    /// The attachment.
    pub attachment_id: String,
    /// At a station: who, and how they prove it.
    pub proof: Option<Proof>,
}

impl Kind for ReadAttachment {
    const NAME: &'static str = "request_attachment";
    const METHOD: Method = Method::Get;
    const PROOF: ProvedBy = ProvedBy::Session;

    type Request = ();
    type Reply = File;

    fn key(&self) -> &str {
        &self.key
    }

    fn path(&self) -> String {
        let (request, attachment) = (&self.request_id, &self.attachment_id);
        format!("{API_PREFIX}/terminal/requests/{request}/attachments/{attachment}")
    }

    fn request(&self, _now: ServerTime) {}

    fn person(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }
}

/// A file in memory; clones share it. It is gone with the last.
#[derive(Clone, PartialEq, Eq)]
pub struct File(Arc<[u8]>);

impl File {
    /// With these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Arc<[u8]> {
        &self.0
    }
}

// What somebody said or photographed is not written to logs.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({} bytes)", self.0.len())
    }
}

impl Answer for File {
    /// A page of HTML with 200 is a captive portal.
    fn read(media_type: &str, body: &[u8]) -> Result<Self, String> {
        match media_type {
            "audio/ogg" | "image/jpeg" if !body.is_empty() => Ok(Self::new(body)),
            _ => Err("the answer is neither a voice nor a picture".to_owned()),
        }
    }
}
