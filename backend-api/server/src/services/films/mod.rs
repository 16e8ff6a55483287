//! Films of programmes are made of what staff uploaded: one at a time, beside everything else, by what imports and
//! recordings are made with ([`film`]). The queue is in the database: a server that was killed goes on where it
//! was, and what keeps killing it is given up.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use contract::file::{FileRef, Picture};
use store::films::{self, Record};
use store::{Engine, Store, programmes, uploads as sent};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::files::{FileName, Files, FilesError};
use super::kit::audit::{self, About, Thing};
use super::kit::error::{Result, ServiceError, chain};
use super::kit::task::{Trouble, blocking};
use super::media::film::{self, Error, Made, Unmade};
use super::pictures::{self, PreparedPicture};
use super::uploads::Uploads;
use crate::clock::Clock;

/// A film at which the server ended so often is given up.
const TRIES: i64 = 3;

/// How often it is looked for what another process left.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How often at most is written down how far one is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Another server that has what was uploaded is waited for so long.
const ELSEWHERE_MS: i64 = 6 * 3_600_000;

/// Makes films.
pub struct Films {
    store: Store,
    files: Files,
    uploads: Arc<Uploads>,
    clock: Arc<dyn Clock>,
    /// Told when there is something to make.
    queued: Notify,
}

/// Why a film was not made.
enum Stopped {
    /// The server stops.
    Server,
    /// Nobody wants it any more.
    Unwanted,
    /// What it is to be stored in is away.
    Waits,
    /// It cannot be made.
    Failed(Failure),
}

/// Why a film cannot be made.
struct Failure {
    /// In words for staff.
    words: String,
    /// Whether the same may go well another time.
    may_pass: bool,
}

impl Films {
    /// Makes films of these uploads.
    #[must_use]
    pub fn new(store: Store, files: Files, uploads: Arc<Uploads>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            files,
            uploads,
            clock,
            queued: Notify::new(),
        }
    }

    /// There is something to make.
    pub fn wake(&self) {
        self.queued.notify_one();
    }

    /// A still picture of a film that is made, from this time of it.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] if it cannot be had, with what to do; [`ServiceError::NotFound`] if the film is
    /// lost.
    pub async fn still(&self, film: &FileRef, at: Duration) -> Result<PreparedPicture> {
        let local = self.files.local(&FileName::parse(&film.name)?).await?;
        blocking(move || {
            let still = film::still(local.path(), Some(at))
                .map_err(|error| ServiceError::Conflict(failure(&Unmade::Film(error)).words))?;
            Ok(pictures::prepare(&still)?)
        })
        .await
    }

    /// Makes what there is to make until the server stops.
    pub async fn make_all(self: Arc<Self>, stopping: CancellationToken) {
        let mut trouble = Trouble::new("films");
        while !stopping.is_cancelled() {
            let cancel = Arc::new(AtomicBool::new(false));
            let (films, stop, runtime) =
                (Arc::clone(&self), Arc::clone(&cancel), Handle::current());
            let mut turn = std::pin::pin!(blocking(move || films.turn(&stop, &runtime)));
            let made = tokio::select! {
                made = turn.as_mut() => made,
                () = stopping.cancelled() => {
                    cancel.store(true, Ordering::Relaxed);
                    turn.await
                }
            };
            trouble.note(&made);
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.queued.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    fn turn(&self, cancel: &AtomicBool, runtime: &Handle) -> Result<()> {
        for film in self.store.read(films::to_make)? {
            if cancel.load(Ordering::Relaxed) {
                break;
            }
            let Some(upload_id) = film.upload_id.clone() else {
                continue;
            };
            self.one(&film, &upload_id, cancel, runtime)?;
        }
        Ok(())
    }

    fn one(
        &self,
        film: &Record,
        upload_id: &str,
        cancel: &AtomicBool,
        runtime: &Handle,
    ) -> Result<()> {
        let _held = match self.uploads.open(upload_id, OpenOptions::new().read(true)) {
            Ok(held) => held,
            // Another process is at it.
            Err(ServiceError::Busy(_)) => return Ok(()),
            Err(ServiceError::NotFound(_)) => return self.not_here(film, upload_id),
            Err(other) => return Err(other),
        };
        let (id, of, now_ms) = (
            film.programme_id.clone(),
            upload_id.to_owned(),
            self.clock.now_ms(),
        );
        let begun = self
            .store
            .write::<_, store::Error, _>(move |tx| films::begin(tx, &id, &of, now_ms))?;
        let Some(tries) = begun else {
            return Ok(());
        };
        if tries > TRIES {
            let words = "处理这个影片时服务器几次中断，请换一个文件，或联系管理员查看日志";
            let failure = Failure {
                words: words.to_owned(),
                may_pass: true,
            };
            return self.failed(film, upload_id, failure);
        }
        let made = self.make(film, upload_id, cancel, runtime);
        match made {
            Ok((made, poster)) => self.done(film, upload_id, made, poster),
            Err(Stopped::Failed(failure)) => self.failed(film, upload_id, failure),
            Err(Stopped::Unwanted) => self.uploads.clear(upload_id),
            Err(Stopped::Server | Stopped::Waits) => {
                let (id, of) = (film.programme_id.clone(), upload_id.to_owned());
                let now_ms = self.clock.now_ms();
                Ok(self.store.write::<_, store::Error, _>(move |tx| {
                    films::give_back(tx, &id, &of, now_ms)
                })?)
            }
        }
    }

    /// The film, and a still picture of it if the programme has none.
    fn make(
        &self,
        film: &Record,
        upload_id: &str,
        cancel: &AtomicBool,
        runtime: &Handle,
    ) -> std::result::Result<(Made, Option<Picture>), Stopped> {
        let video = self.uploads.place(upload_id);
        let scratch = self.scratch(upload_id);
        let (stop, wanted) = (AtomicBool::new(false), Cell::new(true));
        let mut last: Option<(Instant, u32)> = None;
        let mut tell = |_: Option<&str>, share: f64| {
            stop.fetch_or(cancel.load(Ordering::Relaxed), Ordering::Relaxed);
            let percent = Duration::try_from_secs_f64(share.clamp(0.0, 1.0) * 100.0);
            let percent = percent.map_or(0, |it| u32::try_from(it.as_secs()).unwrap_or(100));
            if last.is_some_and(|(at, told)| told == percent || at.elapsed() < TELL_EVERY) {
                return;
            }
            last = Some((Instant::now(), percent));
            match self.tell(film, upload_id, percent) {
                Ok(true) => {}
                Ok(false) => {
                    wanted.set(false);
                    stop.store(true, Ordering::Relaxed);
                }
                // It is told another time.
                Err(error) => tracing::debug!(%error, "how far a film is cannot be kept"),
            }
        };
        let made = film::make(&self.files, runtime, &video, &scratch, &mut tell, &stop);
        if made.is_err() {
            let _ = std::fs::remove_file(&scratch);
        }
        let made = made.map_err(|error| {
            if !wanted.get() {
                return Stopped::Unwanted;
            }
            if cancel.load(Ordering::Relaxed) {
                return Stopped::Server;
            }
            if matches!(error, Unmade::Files(FilesError::Away(_))) {
                tracing::warn!(error = chain(&error), "a film waits to be stored");
                return Stopped::Waits;
            }
            tracing::warn!(
                programme = film.programme_id,
                error = chain(&error),
                "no film"
            );
            Stopped::Failed(failure(&error))
        })?;
        let poster = self.poster(film, &video, runtime)?;
        Ok((made, poster))
    }

    fn tell(&self, film: &Record, upload_id: &str, percent: u32) -> store::Result<bool> {
        let (id, of) = (film.programme_id.clone(), upload_id.to_owned());
        self.store
            .write(move |tx| films::progress(tx, &id, &of, percent))
    }

    fn poster(
        &self,
        film: &Record,
        video: &std::path::Path,
        runtime: &Handle,
    ) -> std::result::Result<Option<Picture>, Stopped> {
        let of_server =
            |error: &(dyn std::error::Error + 'static)| Stopped::Failed(of_server(error));
        let programme = self
            .store
            .read(|tx| programmes::get(tx, &film.programme_id))
            .map_err(|error| of_server(&error))?;
        if programme.is_some_and(|it| it.content.poster != Picture::default()) {
            return Ok(None);
        }
        let still = film::still(video, film.poster_at_ms.map(Duration::from_millis));
        let still = still.map_err(|error| Stopped::Failed(failure(&Unmade::Film(error))))?;
        let still = pictures::prepare(&still).map_err(|error| of_server(&error))?;
        let stored = runtime.block_on(pictures::store(&self.files, still, ""));
        stored.map(Some).map_err(|error| match error {
            FilesError::Away(_) => Stopped::Waits,
            other => Stopped::Failed(failure(&Unmade::Files(other))),
        })
    }

    fn done(
        &self,
        film: &Record,
        upload_id: &str,
        made: Made,
        poster: Option<Picture>,
    ) -> Result<()> {
        let (id, of, now_ms) = (
            film.programme_id.clone(),
            upload_id.to_owned(),
            self.clock.now_ms(),
        );
        self.store.write::<_, ServiceError, _>(move |tx| {
            if !films::done(tx, &id, &of, now_ms)? {
                return Ok(());
            }
            let poster = poster.clone().unwrap_or_default();
            let rendition = &made.rendition;
            let stored = pictures::files_of(&poster).filter(|file| !file.name.is_empty());
            pictures::keep(tx, stored.chain([&rendition.file]), now_ms)?;
            programmes::set_film(tx, &id, rendition, made.duration_ms, &poster, now_ms)?;
            sent::delete(tx, &of)?;
            let organization = programmes::get(tx, &id)?.map(|it| it.content.organization_id);
            let about = About::one(Thing::Programme, &id);
            audit::system(
                tx,
                "programme.film_made",
                &about,
                organization.as_deref(),
                now_ms,
            )?;
            Ok(())
        })?;
        self.uploads.clear(upload_id)
    }

    fn failed(&self, film: &Record, upload_id: &str, failure: Failure) -> Result<()> {
        let (id, of, now_ms) = (
            film.programme_id.clone(),
            upload_id.to_owned(),
            self.clock.now_ms(),
        );
        self.store.write::<_, ServiceError, _>(move |tx| {
            let wanted = films::fail(tx, &id, &of, &failure.words, now_ms)?;
            if wanted && !failure.may_pass {
                sent::delete(tx, &of)?;
            }
            Ok(())
        })?;
        self.uploads.clear(upload_id)
    }

    /// What was uploaded is another server's, or lost.
    fn not_here(&self, film: &Record, upload_id: &str) -> Result<()> {
        let waited_ms = self.clock.now_ms().saturating_sub(film.queued_at_ms);
        if self.store.engine() == Engine::Postgres && waited_ms < ELSEWHERE_MS {
            return Ok(());
        }
        let failure = Failure {
            words: "上传的文件不在服务器上了，请重新上传".to_owned(),
            may_pass: false,
        };
        self.failed(film, upload_id, failure)
    }

    fn scratch(&self, upload_id: &str) -> PathBuf {
        self.uploads.place(upload_id).with_extension("mp4")
    }
}

fn of_server(error: &(dyn std::error::Error + 'static)) -> Failure {
    tracing::error!(error = chain(error), "no film");
    Failure {
        words: "服务器处理出错，请再试一次；还是不行，请联系管理员查看日志".to_owned(),
        may_pass: true,
    }
}

fn failure(error: &Unmade) -> Failure {
    match error {
        Unmade::Film(
            error @ (Error::Setup(_)
            | Error::Write(_)
            | Error::Open { .. }
            | Error::Stalled(_)
            | Error::Cancelled),
        ) => Failure {
            words: error.advice(),
            may_pass: true,
        },
        Unmade::Film(error) => Failure {
            words: error.advice(),
            may_pass: false,
        },
        Unmade::Files(FilesError::NoRoom(_)) => Failure {
            words: "服务器的磁盘已满，存不下这个影片，请联系管理员清理磁盘后再试一次".to_owned(),
            may_pass: true,
        },
        other => of_server(other),
    }
}
