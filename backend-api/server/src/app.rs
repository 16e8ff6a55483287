//! What every request can reach.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use contract::staff::SecondFactor;
use store::Store;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::services::announcer::channels::{Channel, Live};
use crate::services::announcer::{self, Announcer};
use crate::services::attachments::Attachments;
use crate::services::condition;
use crate::services::duty::{self, Duty};
use crate::services::ending::Endings;
use crate::services::evaluations::manage::Desk;
use crate::services::evaluations::participation::Participation;
use crate::services::evaluations::published::Tables;
use crate::services::files::Files;
use crate::services::films::Films;
use crate::services::kit::error::Result;
use crate::services::kit::error::ServiceError;
use crate::services::kit::limits::writes::WriteBudget;
use crate::services::kit::limits::{Attempt, Guessable, Limits};
use crate::services::kit::rights::Staff;
use crate::services::kit::task;
use crate::services::kit::tasks::Tasks;
use crate::services::logins::Door;
use crate::services::media::{Listener, Media};
use crate::services::previews::Previews;
use crate::services::refusals::{Refusals, Tried};
use crate::services::requests::asking;
use crate::services::roll_call::queue::Queue;
use crate::services::roll_call::show::Figures;
use crate::services::room::{self, Rooms};
use crate::services::sessions;
use crate::services::space::Space;
use crate::services::tokens::{Known, Tokens};
use crate::services::uploads::Uploads;
use crate::services::vault::Vault;
use crate::timekeeper::Timekeeper;

/// A terminal hears of one roll call's sign-ins at most so often.
const SIGN_INS_EVERY: Duration = Duration::from_secs(1);

/// What becomes of a token that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is counted as a guess.
    IsCounted,
    /// It may be something else.
    IsNot,
}

fn guessed_token(address: &str) -> Attempt {
    Attempt::new(Guessable::Token).by_address(address)
}

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
    /// Voices and pictures of requests.
    pub attachments: Attachments,
    /// Keys of personal data.
    pub vault: Arc<Vault>,
    /// The time, for whoever takes a clock.
    pub clock: Arc<dyn Clock>,
    /// The same, and what to think of the computer's clock.
    pub time: Timekeeper,
    /// Room on the disk.
    pub space: Space,
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
    /// Counts what is guessed wrong.
    pub limits: Arc<Limits>,
    /// Counts what terminals write.
    pub writes: WriteBudget,
    /// Sign-ins that were refused, on their way into the audit log.
    pub refusals: Refusals,
    /// Sign-ins that wait to be written.
    pub sign_ins: Arc<Queue>,
    /// Figures of roll calls counted lately.
    pub figures: Figures,
    /// How many took part in evaluations, as last told.
    pub participation: Participation,
    /// Ballot tables that everybody may read.
    pub tables: Tables,
    /// Ends what is held in memory.
    pub endings: Arc<Endings>,
    /// Films on their way from a browser.
    pub uploads: Arc<Uploads>,
    /// Makes films of them.
    pub films: Arc<Films>,
    /// Makes pictures of what televisions will show.
    pub previews: Previews,
    /// Tells terminals what changed.
    pub announcer: Arc<Announcer>,
    /// At most so many passwords are hashed, or pictures decoded, at once: a password takes 19 MiB and a core,
    /// a picture up to 400 MiB.
    pub hashing: tokio::sync::Semaphore,
    /// What goes on in the background.
    pub tasks: Arc<Tasks>,
    /// Lists of people and documents are taken one at a time: a spreadsheet takes up to 300 MiB, as does a document.
    pub lists: tokio::sync::Semaphore,
    /// Held by whoever looks whether the server can serve.
    pub readiness: Arc<tokio::sync::Mutex<()>>,
    /// Set when the server stops.
    pub stopping: CancellationToken,
    proxy_hint: std::sync::Once,
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
        time: Timekeeper,
        space: Space,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(time.clone());
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
        let stopping = CancellationToken::new();
        let tokens: Arc<Tokens> = Arc::default();
        let uploads = Arc::new(Uploads::new(
            store.clone(),
            space.clone(),
            Arc::clone(&clock),
            config.uploads_dir(),
        ));
        let films = Arc::new(Films::new(
            store.clone(),
            files.clone(),
            Arc::clone(&uploads),
            Arc::clone(&clock),
        ));
        let endings = Arc::new(Endings::new(
            store.clone(),
            Arc::clone(&media),
            Arc::clone(&duty),
            Arc::clone(&uploads),
        ));
        let follow = Arc::clone(&endings);
        let announcer = Arc::new(Announcer::new(announcer::Parts {
            store: store.clone(),
            live: Arc::clone(&live),
            tokens: Arc::clone(&tokens),
            ended: Box::new(move |ended| follow.follow(ended)),
            sign_ins_every: SIGN_INS_EVERY,
        }));
        let previews = Previews::new(
            config.preview.program.clone(),
            Duration::from_secs(config.preview.seconds),
        );
        Self {
            live,
            previews,
            limits: Arc::new(Limits::new(&config)),
            writes: WriteBudget::new(config.limits.terminal_writes_per_minute),
            tokens,
            duty,
            refusals: Refusals::default(),
            sign_ins: Arc::default(),
            figures: Figures::default(),
            participation: Participation::default(),
            tables: Tables::default(),
            endings,
            uploads,
            films,
            announcer,
            hashing: tokio::sync::Semaphore::new(2),
            tasks: Arc::new(Tasks::new(stopping.clone())),
            lists: tokio::sync::Semaphore::new(1),
            readiness: Arc::default(),
            stopping,
            proxy_hint: std::sync::Once::new(),
            attachments: Attachments::new(config.attachments_dir(), space.clone()).beside(&files),
            config,
            public_url,
            listens,
            store,
            files,
            vault,
            media,
            rooms,
            clock,
            time,
            space,
        }
    }

    /// Passes the outcome of a try to be let in on; a refusal is noted in the audit log.
    ///
    /// # Errors
    /// Those of the outcome.
    pub fn noting<T>(&self, tried: Tried<'_>, outcome: Result<T>, now_ms: i64) -> Result<T> {
        let (store, vault) = (&self.store, &self.vault);
        self.refusals.noting(store, vault, tried, outcome, now_ms)
    }

    /// What is asked of how the server is.
    #[must_use]
    pub fn condition(&self) -> condition::Asked<'_> {
        condition::Asked {
            data_dir: &self.config.data_dir,
            space: &self.space,
            time: &self.time,
            backed_up: self.config.admit_any_tv_to.is_none(),
            tls: self.config.tls.as_ref(),
        }
    }

    /// Says once that a proxy seems to stand in front of the server of which the settings know nothing.
    pub(crate) fn hint_at_proxy(&self) {
        self.proxy_hint.call_once(|| {
            tracing::warn!(
                "X-Forwarded-For comes from this machine and is not believed: with a proxy in front set trusted_proxies, \
                 or everybody is counted as one address"
            );
        });
    }

    /// What asking something, and looking after it, needs.
    #[must_use]
    pub fn asking(&self) -> asking::Parts {
        asking::Parts {
            store: self.store.clone(),
            vault: Arc::clone(&self.vault),
            limits: Arc::clone(&self.limits),
            attachments: self.attachments.clone(),
        }
    }

    /// What staff look at evaluations with.
    #[must_use]
    pub const fn evaluations(&self) -> Desk<'_> {
        Desk {
            store: &self.store,
            participation: &self.participation,
            vault: &self.vault,
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

    /// The terminal a token of somebody at this address (as it is [counted](crate::services::address::counted))
    /// belongs to; usually from memory, and then whatever others guess at its address.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] or [`ServiceError::Revoked`]; [`ServiceError::TooMany`] if tokens are
    /// guessed there.
    pub async fn terminal(
        self: &Arc<Self>,
        token: &str,
        address: &str,
        or: Unknown,
    ) -> Result<Arc<Known>> {
        let now_ms = self.now_ms();
        if let Some(known) = self.tokens.cached(token, now_ms) {
            return Ok(known);
        }
        let (token, attempt) = (token.to_owned(), guessed_token(address));
        self.blocking(move |app| {
            app.store
                .read(|tx| app.limits.check(tx, &attempt, now_ms))?;
            let found = app.tokens.look_up(&app.store, &token, now_ms);
            app.or_counted(found, or, attempt, now_ms)
        })
        .await
    }

    /// The member of staff a token of somebody at this address belongs to, and how they stand with their second
    /// factor.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`]; [`ServiceError::TooMany`] if tokens are guessed there.
    pub async fn staff(
        self: &Arc<Self>,
        token: &str,
        address: &str,
    ) -> Result<(Staff, SecondFactor)> {
        let now_ms = self.now_ms();
        let (token, attempt) = (token.to_owned(), guessed_token(address));
        self.blocking(move |app| {
            app.store
                .read(|tx| app.limits.check(tx, &attempt, now_ms))?;
            let rules = &app.config.sessions;
            let found = sessions::authenticate_to_set_up(&app.store, rules, &token, now_ms);
            app.or_counted(found, Unknown::IsCounted, attempt, now_ms)
        })
        .await
    }

    /// What lets staff in.
    #[must_use]
    pub fn door(&self) -> Door<'_> {
        Door {
            store: &self.store,
            vault: &self.vault,
            limits: &self.limits,
        }
    }

    /// Counts a token that nobody has.
    fn or_counted<T>(
        &self,
        found: Result<T>,
        or: Unknown,
        attempt: Attempt,
        now_ms: i64,
    ) -> Result<T> {
        if or == Unknown::IsCounted && matches!(found, Err(ServiceError::Unauthenticated)) {
            self.counted(attempt, now_ms)?;
        }
        found
    }

    /// Counts a wrong guess at what was compared elsewhere. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn counted(&self, attempt: Attempt, now_ms: i64) -> Result<()> {
        let limits = Arc::clone(&self.limits);
        let failed = self
            .store
            .write(move |tx| limits.failed(tx, &attempt, now_ms))?;
        self.limits.remember(&failed, now_ms);
        Ok(())
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
