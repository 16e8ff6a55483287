//! What every request can reach.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use store::Store;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::services::announcer::channels::{Channel, Live};
use crate::services::announcer::{self, Announcer};
use crate::services::duty::{self, Duty};
use crate::services::files::Files;
use crate::services::kit::error::Result;
use crate::services::kit::rate::RateLimit;
use crate::services::kit::task;
use crate::services::media::{Listener, Media};
use crate::services::roll_call::queue::Queue;
use crate::services::roll_call::show::Figures;
use crate::services::room::{self, Rooms};
use crate::services::tokens::{Known, Tokens};
use crate::services::vault::Vault;

/// Wrong user codes one member of staff may type in a minute.
const WRONG_CODES_PER_MINUTE: u32 = 10;

/// A terminal hears of one roll call's sign-ins at most so often.
const SIGN_INS_EVERY: Duration = Duration::from_secs(1);

/// Unknown cards one terminal may read in a minute, so that nobody tries numbers at leisure.
const UNKNOWN_CARDS_PER_MINUTE: u32 = 20;

/// The server's parts. Shared by all requests.
pub struct App {
    /// The settings.
    pub config: Config,
    /// Where the server is reached.
    pub public_url: Url,
    /// Where it listens, with the port it got.
    pub listens: SocketAddr,
    /// The database.
    pub store: Store,
    /// Stored files.
    pub files: Files,
    /// Keys of personal data.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Heads and listeners.
    pub live: Arc<Live>,
    /// Live picture and sound.
    pub media: Arc<Media>,
    /// Live meetings.
    pub rooms: Arc<Rooms>,
    /// Who looks into duty rooms.
    pub duty: Arc<Duty>,
    /// Terminal tokens in memory.
    pub tokens: Arc<Tokens>,
    /// Enrolments begun, by address.
    pub enrolment_limit: RateLimit,
    /// Wrong user codes, by account.
    pub code_limit: RateLimit,
    /// Sign-ins, by address.
    pub sign_in_limit: RateLimit,
    /// Sign-ins that wait to be written.
    pub sign_ins: Arc<Queue>,
    /// Figures of roll calls counted lately.
    pub figures: Figures,
    /// Tells terminals what changed.
    pub announcer: Arc<Announcer>,
    /// Unknown cards, by terminal.
    pub card_limit: RateLimit,
    /// At most so many passwords are hashed at once: each takes 19 MiB and a core.
    pub hashing: tokio::sync::Semaphore,
    /// Held by whoever looks whether the server can serve.
    pub readiness: Arc<tokio::sync::Mutex<()>>,
    /// Set when the server stops.
    pub stopping: CancellationToken,
}

impl App {
    #[expect(clippy::too_many_arguments, reason = "the parts it is made of")]
    pub(crate) fn new(
        config: Config,
        public_url: Url,
        listens: SocketAddr,
        store: Store,
        files: Files,
        vault: Vault,
        media: Media,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let live = Arc::new(Live::new(config.limits.event_streams));
        let (vault, media) = (Arc::new(vault), Arc::new(media));
        let rooms = room::Parts {
            store: store.clone(),
            files: files.clone(),
            vault: Arc::clone(&vault),
            clock: Arc::clone(&clock),
            live: Arc::clone(&live),
            media: Arc::clone(&media),
        };
        let rooms = Arc::new(Rooms::new(rooms, &config.live, &public_url));
        let duty = Arc::new(Duty::new(duty::Parts {
            store: store.clone(),
            vault: Arc::clone(&vault),
            clock: Arc::clone(&clock),
            live: Arc::clone(&live),
            media: Arc::clone(&media),
        }));
        let listeners: [Arc<dyn Listener>; 2] = [Arc::clone(&rooms) as _, Arc::clone(&duty) as _];
        for listener in listeners {
            media.add_listener(Arc::downgrade(&listener));
        }
        let tokens: Arc<Tokens> = Arc::default();
        let cut_off = Arc::clone(&media);
        let announcer = Arc::new(Announcer::new(announcer::Parts {
            store: store.clone(),
            live: Arc::clone(&live),
            tokens: Arc::clone(&tokens),
            revoked: Box::new(move |terminal_id| cut_off.revoke(terminal_id)),
            sign_ins_every: SIGN_INS_EVERY,
        }));
        Self {
            live,
            enrolment_limit: RateLimit::new(config.limits.enrolments_per_minute),
            code_limit: RateLimit::new(WRONG_CODES_PER_MINUTE),
            sign_in_limit: RateLimit::new(config.limits.sign_ins_per_minute),
            tokens,
            duty,
            sign_ins: Arc::default(),
            figures: Figures::default(),
            announcer,
            card_limit: RateLimit::new(UNKNOWN_CARDS_PER_MINUTE),
            hashing: tokio::sync::Semaphore::new(2),
            readiness: Arc::default(),
            stopping: CancellationToken::new(),
            config,
            public_url,
            listens,
            store,
            files,
            vault,
            media,
            rooms,
            clock,
        }
    }

    /// Unix time in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Runs something that blocks, with the database, on a thread for that. What it writes terminals
    /// are told before it ends, by the [`Announcer`].
    ///
    /// # Errors
    /// What `work` answers; [`Internal`](crate::services::kit::error::ServiceError::Internal) if it panicked.
    pub async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = Arc::clone(self);
        task::blocking(move || work(&app)).await
    }

    /// The terminal a token belongs to; usually from memory.
    ///
    /// # Errors
    /// [`Unauthenticated`](crate::services::kit::error::ServiceError::Unauthenticated),
    /// [`Revoked`](crate::services::kit::error::ServiceError::Revoked).
    pub async fn terminal(self: &Arc<Self>, token: &str) -> Result<Arc<Known>> {
        let now_ms = self.now_ms();
        if let Some(known) = self.tokens.cached(token, now_ms) {
            return Ok(known);
        }
        let token = token.to_owned();
        self.blocking(move |app| app.tokens.look_up(&app.store, &token, now_ms))
            .await
    }

    /// The channel of an organization; usually open already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn channel(self: &Arc<Self>, organization_id: &str) -> Result<Arc<Channel>> {
        if let Some(channel) = self.live.channel(organization_id) {
            return Ok(channel);
        }
        let id = organization_id.to_owned();
        self.blocking(move |app| app.live.open(&app.store, &id))
            .await
    }
}
