//! Fills the cache and empties the outbox when there is a network.
//!
//! Runs on a thread of its own. Nothing a server, a captive portal or a broken cable can say
//! makes it panic or stop: every failure ends in a log line, `Online(false)` and another try.
//!
//! What the server says of a change comes as an event and rings whoever keeps that up to date
//! (`watched`); losing one costs nothing but time.

mod backoff;
mod bells;
mod command;
mod config;
mod context;
mod download;
mod enrol;
mod events;
mod feed;
mod http;
mod live;
mod notice;
mod playback;
mod remote;
mod watched;
mod wishes;

use std::sync::Arc;
use std::thread::JoinHandle;

use contract::programme::Programme;
use contract::station_check::StationDevices;
use tokio::sync::oneshot;

use self::context::Context;
use self::download::Share;
use self::http::Http;
use self::wishes::{Wanted, Wish};
use crate::cache::Cache;
use crate::cache::command::Command;

pub use self::config::{ClientConfig, ClientError, Timing};
pub use self::enrol::leads_home;
pub use self::notice::{EnrolmentState, JoinFailure, Notice, Notify};
pub use self::playback::{Playback, PlaybackCaption, offline_playback};

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
    /// [`Notice::Told`] says what became of it. One that is written down goes by itself.
    pub fn ask(&self, command: &Command) {
        if let Some(request) = command.at_once(self.ctx.cache.server_time()) {
            self.ctx.ask(request);
        }
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

    /// What was found of the devices of this station, after [`Notice::CheckStation`].
    pub fn devices_checked(&self, found: StationDevices) {
        remote::devices_checked(&self.ctx, found);
    }

    /// Asks how the duty rooms stand; [`Notice::Duty`] tells.
    pub fn ask_duty(&self) {
        watched::ask_duty(&self.ctx);
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
            captions: playback::captions_of(cache, programme),
        })
    }
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
            () = command::run(ctx, token) => {}
            () = watched::run(ctx, token) => {}
            () = live::run(ctx, token) => {}
            () = remote::run(ctx, token) => {}
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

#[cfg(test)]
mod tests;
