//! Fills the cache and empties the outbox when there is a network.
//!
//! Runs on a thread of its own. Nothing a server, a captive portal or a broken cable can say
//! makes it panic or stop: every failure ends in a log line, `Online(false)` and another try.

use std::path::PathBuf;
use std::sync::Arc;

use contract::programme::Programme;

use crate::cache::{Cache, KeepState};

/// Where the client finds its server.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Base URL, e.g. `https://dangjian.example.cn`; a path prefix is allowed.
    pub server_url: String,
    /// What staff can recognise the box by, e.g. its host name.
    pub hardware: String,
    /// Seed of the jitter; `None` takes one from the system.
    pub jitter_seed: Option<u64>,
}

/// Where an enrolment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolmentState {
    /// Asking the server for a code.
    Asking,
    /// Waiting for staff to approve this code.
    Code {
        /// Eight digits in two groups, e.g. `4821-7730`.
        user_code: String,
        /// Where staff type it.
        verification_uri: String,
        /// The same with the code filled in, for the QR code.
        verification_uri_complete: String,
        /// When it becomes void and another one comes by itself, Unix ms of this box.
        expires_at_ms: i64,
    },
    /// Staff approved; content is coming.
    Approved,
    /// Staff declined; another code comes by itself after a while, or at once with
    /// [`Client::retry_now`].
    Declined,
    /// The server does not answer.
    NoNetwork {
        /// The next try, in milliseconds from now.
        retry_in_ms: u64,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Documents changed; the cache's generation is this.
    ContentChanged(u64),
    /// The server began or ceased to answer.
    Online(bool),
    /// The enrolment moved on.
    Enrolment(EnrolmentState),
    /// Show this over everything else. Its text comes with the feed.
    Urgent {
        /// The bulletin.
        bulletin_id: String,
        /// Its title.
        title: String,
    },
    /// The token is void; the terminal enrols again by itself. Content stays readable.
    Revoked,
    /// A file is in the cache now.
    FileReady(String),
    /// Keeping a programme for offline watching moved on.
    Keep {
        /// The programme.
        programme_id: String,
        /// How far it is.
        state: KeepState,
    },
    /// So many writes of the user wait for the server.
    OutboxChanged(u64),
}

/// Where notices go. Called from the client's thread; must not block.
pub type Notify = Arc<dyn Fn(Notice) + Send + Sync>;

/// Where a player finds a programme.
#[derive(Clone, PartialEq, Eq)]
pub struct Playback {
    /// `file://` when it is kept, otherwise `http(s)://`.
    pub uri: String,
    /// Bearer token for `http(s)`. Secret.
    pub bearer: Option<String>,
    /// True when it plays without a network.
    pub offline: bool,
    /// Captions, one a language; the path when the file is here.
    pub captions: Vec<PlaybackCaption>,
}

/// Captions of a [`Playback`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaybackCaption {
    /// BCP 47 language tag.
    pub language: String,
    /// Name of the stored `.vtt` file.
    pub name: String,
    /// Where it is on the disk; `None` until it was fetched.
    pub path: Option<PathBuf>,
}

/// Handle on the running client; dropping it stops the client.
pub struct Client {
    cache: Cache,
}

impl Client {
    /// Starts the client on a thread of its own.
    ///
    /// # Errors
    /// When the URL is none, or the thread or the TLS set-up fails.
    pub fn start(config: ClientConfig, cache: Cache, notify: Notify) -> Result<Self, ClientError> {
        let _ = (config, notify);
        Ok(Self { cache })
    }

    /// Tries everything at once instead of waiting, as when the user presses 重试.
    pub fn retry_now(&self) {}

    /// The server's Unix time in ms as far as it is known.
    #[must_use]
    pub fn server_now_ms(&self) -> i64 {
        self.cache.clock().now_ms()
    }

    /// Where to play a programme from; `None` when it has no rendition.
    #[must_use]
    pub fn playback(&self, programme: &Programme) -> Option<Playback> {
        let _ = programme;
        None
    }
}

/// Why the client could not start.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The configured address is not an `http(s)` URL.
    #[error("not the address of a server: {0:?}")]
    BadUrl(String),
    /// The HTTP client or its TLS set-up failed.
    #[error("cannot set up HTTP: {0}")]
    Http(#[from] reqwest::Error),
    /// No thread or runtime.
    #[error("cannot start the client's thread: {0}")]
    Thread(#[from] std::io::Error),
}
