//! Fills the cache and empties the outbox when there is a network.
//!
//! Runs on a thread of its own. Nothing a server, a captive portal or a broken cable can say
//! makes it panic or stop: every failure ends in a log line, `Online(false)` and another try.

mod ask;
mod backoff;
mod context;
mod download;
mod duty;
mod enrol;
mod events;
mod feed;
mod http;
mod live;
mod people;
mod sender;
mod sign_ins;
mod terminal;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use contract::meeting::{JoinAccess, MediaLink, Place};
use contract::programme::Programme;
use contract::roll_call::SignedIn;
use tokio::sync::oneshot;

use self::context::Context;
use self::download::Share;
use self::http::Http;
use self::live::{Wanted, Wish};
use crate::cache::{Cache, KeepState, Refusal};

pub use self::ask::{Question, Reply};
pub use self::enrol::leads_home;
pub use self::live::JoinFailure;

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
        /// When it becomes void and another one comes by itself, in milliseconds from now.
        good_for_ms: u64,
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
    /// It is another time than was thought.
    ClockChanged,
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
    /// So many writes of the user wait for the server; told as well when one was refused for good.
    OutboxChanged(u64),
    /// The people or the roll calls in the cache changed.
    PeopleChanged,
    /// The meeting that was wanted is joined, for the first time or again after a break.
    Joined {
        /// The meeting.
        meeting_id: String,
        /// Where picture and sound are, with absolute URLs.
        access: Box<JoinAccess>,
    },
    /// The meeting that was wanted is not joined.
    JoinFailed(JoinFailure),
    /// How this terminal stands in the meeting it has joined changed, or the hand could not be
    /// moved and stays as it was.
    Place {
        /// The meeting.
        meeting_id: String,
        /// How it stands.
        place: Place,
    },
    /// The server said how the duty rooms of this place stand; rooms and log are in the cache.
    Duty {
        /// Where this television's own camera is to be sent, with an absolute URL; `None`: nobody
        /// wants it.
        publish: Option<MediaLink>,
    },
    /// This terminal is something else now: another kind, name or organization.
    TerminalChanged,
    /// What became of a sign-in.
    SignIn {
        /// Its idempotency key.
        key: String,
        /// What became of it.
        outcome: SignInOutcome,
    },
    /// The answer to a question.
    Reply {
        /// The id under which it was asked.
        id: String,
        /// The answer.
        reply: Reply,
    },
}

/// What became of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// The server does not answer; it is kept and tried again.
    Queued,
    /// The server has it.
    Answered(SignedIn),
    /// The server will not have it.
    Refused(Refusal),
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
    ctx: Arc<Context>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    /// Starts the client on a thread of its own.
    ///
    /// # Errors
    /// When the URL is none, or the thread or the TLS set-up fails.
    pub fn start(config: ClientConfig, cache: Cache, notify: Notify) -> Result<Self, ClientError> {
        let http = Http::new(&config.server_url)?;
        let seed = match config.jitter_seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|error| std::io::Error::other(error.to_string()))?,
        };
        let ctx = Context::new(http, cache, config.hardware, config.timing, notify, seed);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let work = Arc::clone(&ctx);
        let thread = std::thread::Builder::new()
            .name("client".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = run(&work) => {}
                        _ = stopped => {}
                    }
                });
                // A hash or a name look-up that is still running must not hold up the exit.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            ctx,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Tries everything at once instead of waiting, as when the user presses 重试.
    pub fn retry_now(&self) {
        self.ctx.retry_now();
    }

    /// Tells that a network came: whatever waits for the server tries at once.
    pub fn network_came(&self) {
        self.ctx.network_came();
    }

    /// Asks for something that one person waits for at the screen. It is never kept on the disk;
    /// the answer comes as [`Notice::Reply`] with this id.
    pub fn ask(&self, id: String, question: Question) {
        self.ctx.ask(id, question);
    }

    /// Takes part in a meeting until [`Client::leave`]: [`Notice::Joined`], [`Notice::JoinFailed`]
    /// and [`Notice::Place`] tell what comes of it. Joining the same one again asks for new links.
    pub fn join(&self, meeting_id: &str, viewing_id: &str, can_speak: bool) {
        self.ctx.live.wish(Wish::Join(Wanted {
            meeting_id: meeting_id.to_owned(),
            viewing_id: viewing_id.to_owned(),
            can_speak,
        }));
    }

    /// Leaves the meeting.
    pub fn leave(&self) {
        self.ctx.live.wish(Wish::Leave);
    }

    /// Raises the hand in the meeting that is joined, or lowers it.
    pub fn raise_hand(&self, raised: bool) {
        self.ctx.live.wish(Wish::Hand(raised));
    }

    /// Shows the director how it looks here: a JPEG of 320×180.
    pub fn send_picture(&self, jpeg: Vec<u8>) {
        self.ctx.live.wish(Wish::Picture(jpeg));
    }

    /// Asks how the duty rooms stand; [`Notice::Duty`] tells.
    pub fn ask_duty(&self) {
        self.ctx.duty_bell.notify_one();
    }

    /// Where to play a programme from: the disk when it is kept, otherwise the server; `None` when
    /// it has no rendition.
    #[must_use]
    pub fn playback(&self, programme: &Programme) -> Option<Playback> {
        let cache = &self.ctx.cache;
        if let Some(playback) = offline_playback(cache, programme) {
            return Some(playback);
        }
        let rendition = cache.rendition(programme)?;
        Some(Playback {
            uri: self.ctx.http.url(&rendition.file.path()),
            bearer: cache.enrolment().map(|enrolment| enrolment.token),
            offline: false,
            captions: captions_of(cache, programme),
        })
    }
}

/// Where to play a kept programme from, without asking anybody; `None` when it is not kept.
#[must_use]
pub fn offline_playback(cache: &Cache, programme: &Programme) -> Option<Playback> {
    let path = cache.kept_file(programme)?.canonicalize().ok()?;
    Some(Playback {
        uri: url::Url::from_file_path(path).ok()?.into(),
        bearer: None,
        offline: true,
        captions: captions_of(cache, programme),
    })
}

fn captions_of(cache: &Cache, programme: &Programme) -> Vec<PlaybackCaption> {
    let caption = |caption: &contract::programme::Caption| PlaybackCaption {
        language: caption.language.clone(),
        name: caption.file.name.clone(),
        path: cache.file_path(&caption.file.name),
    };
    programme.captions.iter().map(caption).collect()
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.stop.take());
        let own = std::thread::current().id();
        if let Some(thread) = self
            .thread
            .take()
            .filter(|thread| thread.thread().id() != own)
            && thread.join().is_err()
        {
            tracing::error!("the client's thread panicked");
        }
    }
}

/// Enrols, works until the token is void, and enrols again.
async fn run(ctx: &Context) {
    loop {
        let enrolment = match ctx.cache.enrolment() {
            Some(enrolment) => enrolment,
            None => enrol::enrol(ctx).await,
        };
        let token = enrolment.token.as_str();
        // The first that returns found the token void.
        tokio::select! {
            () = feed::run(ctx, token) => {}
            () = events::run(ctx, token) => {}
            () = sender::run(ctx, token) => {}
            () = sign_ins::run(ctx, token) => {}
            () = people::run(ctx, token) => {}
            () = duty::run(ctx, token) => {}
            () = terminal::run(ctx, token) => {}
            () = ask::run(ctx, token) => {}
            () = live::run(ctx, token) => {}
            () = download::run(ctx, token, Share::Pictures) => {}
            () = download::run(ctx, token, Share::Keeps) => {}
        }
        tracing::warn!(
            terminal = enrolment.terminal_id,
            "the token is void; enrolling again"
        );
        if let Err(error) = ctx.cache.clear_enrolment() {
            tracing::error!(%error, "the enrolment cannot be forgotten");
            ctx.wait(ctx.timing.backoff_max_ms).await;
        }
        ctx.notify(Notice::Revoked);
    }
}

impl std::fmt::Debug for Playback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Playback")
            .field("uri", &self.uri)
            .field("bearer", &self.bearer.as_ref().map(|_| "<secret>"))
            .field("offline", &self.offline)
            .field("captions", &self.captions)
            .finish()
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

#[cfg(test)]
mod tests;
