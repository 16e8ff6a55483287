//! A command as it goes to the server, whatever its kind.

use contract::proof::Proof;

use super::kind::Kind;
use crate::cache::time::ServerTime;

/// A request under way.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its kind.
    pub kind: String,
    /// Its idempotency key.
    pub key: String,
    /// HTTP method.
    pub method: String,
    /// Path below the server's base URL, beginning with a slash.
    pub path: String,
    /// JSON; empty when there is none.
    pub body: String,
    /// For whom a session is to be opened before.
    pub person: Option<Proof>,
    /// Whether no log may say that there was one of its kind.
    pub is_discreet: bool,
}

// PINs and card numbers must never reach a log through `{:?}`.
impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, path) = self.in_logs();
        f.debug_struct("Outgoing")
            .field("kind", &kind)
            .field("key", &self.key)
            .field("path", &path)
            .finish_non_exhaustive()
    }
}

impl Outgoing {
    /// Its kind and path as they may be written to a log.
    #[must_use]
    pub fn in_logs(&self) -> (&str, &str) {
        if self.is_discreet {
            ("command", "")
        } else {
            (&self.kind, &self.path)
        }
    }

    /// A command that is asked at once.
    pub(super) fn of<K: Kind>(command: &K, now: ServerTime) -> serde_json::Result<Self> {
        let body = serde_json::to_string(&command.request(now))?;
        Ok(Self {
            kind: K::NAME.to_owned(),
            key: command.key().to_owned(),
            method: K::METHOD.name().to_owned(),
            path: command.path(),
            // That of `()`.
            body: if body == "null" { String::new() } else { body },
            person: command.person().cloned(),
            is_discreet: K::IS_DISCREET,
        })
    }
}
