//! How the client is set up, and why it cannot be.

/// Where the client finds its server.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Base URL, e.g. `https://dangjian.example.cn`; a path prefix is allowed.
    pub server_url: String,
    /// What staff can recognise the box by, e.g. its host name.
    pub hardware: String,
    /// Seed of the jitter; `None` takes one from the system.
    pub jitter_seed: Option<u64>,
    /// Intervals; the default is right outside tests.
    pub timing: Timing,
}

impl ClientConfig {
    /// The usual configuration for a server.
    #[must_use]
    pub fn new(server_url: &str, hardware: &str) -> Self {
        Self {
            server_url: server_url.to_owned(),
            hardware: hardware.to_owned(),
            jitter_seed: None,
            timing: Timing::default(),
        }
    }
}

/// Intervals in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// First wait after a failure.
    pub backoff_min_ms: u64,
    /// Longest wait after many failures.
    pub backoff_max_ms: u64,
    /// How often the feed is asked although no event came.
    pub poll_ms: u64,
    /// Longest silence of the event stream.
    pub heartbeat_ms: u64,
    /// How long a second of the intervals that enrolment prescribes is.
    pub second_ms: u64,
    /// How long to wait at most, at random, after a roll call has opened, so that not every TV of
    /// a county asks in the same moment.
    pub spread_ms: u64,
    /// At least so long between two questions for the roll calls because somebody signed in.
    pub roll_calls_ms: u64,
    /// How often a meeting that is joined is asked how this terminal stands in it, when the server
    /// does not say.
    pub place_ms: u64,
    /// Longest wait before a meeting that does not answer is asked again.
    pub rejoin_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            backoff_min_ms: 1_000,
            backoff_max_ms: 60_000,
            poll_ms: 300_000,
            heartbeat_ms: 45_000,
            second_ms: 1_000,
            spread_ms: 1_000,
            roll_calls_ms: 1_000,
            place_ms: 10_000,
            rejoin_ms: 3_000,
        }
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
