//! What the server does by itself: does what is due, tells what other processes changed, writes
//! down which terminals were heard of, throws away what is old.

use std::sync::Arc;
use std::time::{Duration, Instant};

use store::due::Kind;
use store::films;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::App;
use crate::front::certificate::Certificate;
use crate::services::due::{self, Handler};
use crate::services::kit::error::{Result, ServiceError, chain};
use crate::services::requests::deadlines;
use crate::services::roll_call::schedule;
use crate::services::room::recording;
use crate::services::{
    backup, condition, enrolment, evaluations, heads, maintenance, manuscripts, meetings,
    terminals, unwanted, uploads,
};
use crate::telemetry;

/// How often figures are tidied up.
const TIDY_EVERY: Duration = Duration::from_secs(5);

/// What another process changed is told at most this long after, also if nobody could be woken.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// A look into a duty room is over at most this long after its session.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Who may watch a meeting no longer of whom nobody was told ends at most this long after.
const LOOK_AT_ALL_EVERY: Duration = Duration::from_secs(30);

/// How often the terminals heard of are written down.
const SEEN_EVERY: Duration = Duration::from_secs(15);

/// How often old things are thrown away.
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// How often refused sign-ins are summed up, and looked whether the end of the audit log is kept for today.
const AUDIT_EVERY: Duration = Duration::from_secs(20);

/// How often it is looked whether an evaluation was closed whose envelopes are to be overwritten.
const OVERWRITE_EVERY: Duration = Duration::from_secs(5);

/// How often waiting TVs are admitted in a demonstration.
const ADMIT_EVERY: Duration = Duration::from_secs(1);

/// Begins all of it but what is due.
pub(crate) fn spawn(app: &Arc<App>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let watch = Duration::from_millis(app.config.watch_ms);
    // Documents are told apart, so each is woken by itself.
    let wakes: [Arc<Notify>; 2] = Default::default();
    tasks.spawn(woken(Arc::clone(app), wakes.clone()));
    let [announcer, documents] = wakes;
    tasks.spawn(every_or(
        Arc::clone(app),
        "announcer",
        watch.min(TELL_EVERY),
        announcer,
        |app| {
            let started = Instant::now();
            app.announcer.look_past_documents()?;
            metrics::histogram!("database_watch_seconds").record(started.elapsed().as_secs_f64());
            Ok(())
        },
    ));
    tasks.spawn(every_or(
        Arc::clone(app),
        "documents",
        watch.min(TELL_EVERY),
        documents,
        |app| app.announcer.look(),
    ));
    let mut told = false;
    tasks.spawn(every(Arc::clone(app), "figures", TIDY_EVERY, move |app| {
        telemetry::upkeep();
        // Asking says in the log when the disk fills up, and when there is room again.
        let full = app.space.words();
        if let Some(words) = full.as_ref().filter(|_| !told) {
            condition::tell_disk_full(&app.store, words, app.now_ms())?;
        }
        told = full.is_some();
        figures(app)
    }));
    tasks.spawn(every(
        Arc::clone(app),
        "duty rooms",
        watch.min(LOOK_EVERY),
        |app| app.duty.look_after(),
    ));
    tasks.spawn(keep(Arc::clone(app), "sign-ins", |app| {
        let (store, vault) = (app.store.clone(), Arc::clone(&app.vault));
        let (limits, clock) = (Arc::clone(&app.limits), Arc::clone(&app.clock));
        Arc::clone(&app.sign_ins).run(store, vault, limits, clock)
    }));
    // Another engine in place of the relay says nothing.
    if app.media.relay().is_ok() {
        tasks.spawn(keep(Arc::clone(app), "relay", |app| {
            Arc::clone(&app.media).listen(app.stopping.clone())
        }));
    }
    tasks.spawn(every(Arc::clone(app), "endings", watch, |app| {
        app.endings.look()?;
        app.rooms.follow_ends()
    }));
    tasks.spawn(every(
        Arc::clone(app),
        "endings of terminals",
        LOOK_AT_ALL_EVERY,
        |app| app.endings.look_at_everything(),
    ));
    tasks.spawn(keep(Arc::clone(app), "uploads", |app| {
        Arc::clone(&app.uploads).look_at_what_comes(app.stopping.clone())
    }));
    tasks.spawn(keep(Arc::clone(app), "films", |app| {
        Arc::clone(&app.films).make_all(app.stopping.clone())
    }));
    tasks.spawn(every(Arc::clone(app), "seen", SEEN_EVERY, write_seen));
    let mut at_start = true;
    tasks.spawn(every(Arc::clone(app), "audit", AUDIT_EVERY, move |app| {
        let (stopping, now_ms) = (app.stopping.is_cancelled(), app.now_ms());
        app.refusals.sum_up(&app.store, stopping, now_ms)?;
        heads::keep(
            &app.store,
            &app.config.data_dir,
            at_start || stopping,
            now_ms,
        )?;
        at_start = false;
        Ok(())
    }));
    tasks.spawn(every(Arc::clone(app), "purge", PURGE_EVERY, |app| {
        unwanted::remove(&app.store, &app.files)?;
        manuscripts::sweep(&app.config.manuscripts_dir())?;
        // A clock that is a year ahead would throw away all there is.
        if app.time.may_delete(&app.store)? {
            maintenance::purge(&app.store, app.now_ms())?;
            app.attachments.sweep(&app.store, app.now_ms())?;
            app.uploads.sweep()?;
        }
        Ok(())
    }));
    tasks.spawn(every(
        Arc::clone(app),
        "envelopes",
        OVERWRITE_EVERY,
        |app| evaluations::schedule::overwrite(&app.store, app.now_ms()),
    ));
    if let Some(code) = app.config.admit_any_tv_to.clone() {
        tasks.spawn(every(Arc::clone(app), "admit", ADMIT_EVERY, move |app| {
            // Until the demonstration is imported the organization is not there yet.
            match enrolment::admit_all(&app.store, &code, app.now_ms()) {
                Err(ServiceError::NotFound(_)) => Ok(()),
                other => other.map(|_| ()),
            }
        }));
    }
    tasks
}

/// Begins to do what is due. Not before live meetings are resumed: of one whose room is not there yet it
/// would seem that its host has left it, and its room would come after its end.
pub(crate) fn spawn_due(tasks: &mut JoinSet<()>, app: &Arc<App>) {
    tasks.spawn(keep(Arc::clone(app), "deadlines", |app| {
        let handlers = Arc::clone(app);
        let (store, time) = (app.store.clone(), app.time.clone());
        due::run(store, time, app.stopping.clone(), move |kind| {
            handler(&handlers, kind)
        })
    }));
}

/// Begins to look whether the files of the certificate were written.
pub(crate) fn spawn_renewal(
    tasks: &mut JoinSet<()>,
    app: &Arc<App>,
    certificate: Arc<Certificate>,
) {
    let watch = Duration::from_millis(app.config.watch_ms);
    tasks.spawn(every(Arc::clone(app), "certificate", watch, move |_| {
        let renewed = certificate.renew();
        // What was there before goes on to be used; the message says what is wrong with which file.
        renewed.map_err(|error| ServiceError::Internal(chain(&error)))
    }));
}

/// What is done when deadlines of a kind come.
fn handler(app: &Arc<App>, kind: Kind) -> Handler {
    let app = Arc::clone(app);
    match kind {
        Kind::BulletinExpiry => Handler::new(maintenance::expire),
        Kind::MeetingHiding => Handler::new(maintenance::hide),
        Kind::MeetingForgotten => {
            let there = Arc::clone(&app);
            Handler::new(move |tx, claim, now_ms| {
                let at_ms = there.rooms.forgotten_at(&claim.subject, now_ms);
                meetings::end_forgotten(tx, claim, at_ms, now_ms)
            })
            .then(move |claim| {
                meetings::note_forgotten(&claim.subject);
                app.rooms.end(&claim.subject);
                Ok(())
            })
        }
        Kind::RequestOverdue => {
            let vault = Arc::clone(&app.vault);
            Handler::new(move |tx, claim, now_ms| deadlines::overdue(tx, &vault, claim, now_ms))
        }
        Kind::RequestReminder => {
            let vault = Arc::clone(&app.vault);
            Handler::new(move |tx, claim, now_ms| deadlines::remind(tx, &vault, claim, now_ms))
        }
        Kind::RequestSoon => {
            let vault = Arc::clone(&app.vault);
            Handler::new(move |tx, claim, now_ms| deadlines::soon(tx, &vault, claim, now_ms))
        }
        Kind::EvaluationOpening => Handler::new(move |tx, claim, now_ms| {
            evaluations::schedule::open(tx, &app.vault, claim, now_ms)
        }),
        Kind::EvaluationClosing => Handler::new(move |tx, claim, now_ms| {
            evaluations::schedule::close(tx, &app.vault, claim, now_ms)
        }),
        Kind::RollCall => Handler::new(schedule::next),
        Kind::StationCheck => Handler::new(meetings::checks::before),
        Kind::UploadExpiry => {
            Handler::new(uploads::expire).then(move |claim| app.uploads.clear(&claim.subject))
        }
        Kind::Recording => {
            let there = Arc::clone(&app);
            Handler::new(move |tx, claim, now_ms| {
                recording::again(there.rooms.parts(), tx, claim, now_ms)
            })
            .then(move |claim| {
                app.rooms.publish_again(&claim.subject);
                Ok(())
            })
        }
    }
}

/// Runs `work` again and again until the server stops, see [`Tasks::every`].
///
/// [`Tasks::every`]: crate::services::kit::tasks::Tasks::every
async fn every(
    app: Arc<App>,
    name: &'static str,
    period: Duration,
    mut work: impl FnMut(&App) -> Result<()> + Send + 'static,
) {
    let tasks = Arc::clone(&app.tasks);
    tasks.every(name, period, move || work(&app)).await;
}

/// The same, and whenever it is woken.
async fn every_or(
    app: Arc<App>,
    name: &'static str,
    period: Duration,
    wake: Arc<Notify>,
    mut work: impl FnMut(&App) -> Result<()> + Send + 'static,
) {
    let tasks = Arc::clone(&app.tasks);
    tasks.woken(name, period, &wake, move || work(&app)).await;
}

/// Wakes these whenever another process wrote something that terminals are to be told of.
async fn woken(app: Arc<App>, wakes: [Arc<Notify>; 2]) {
    let look = || {
        metrics::counter!("database_wakes").increment(1);
        for wake in &wakes {
            wake.notify_one();
        }
    };
    tokio::select! {
        () = app.stopping.cancelled() => {}
        never = app.store.woken(look) => match never {},
    }
}

/// Does what `begin` begins until the server stops, see [`Tasks::keep`].
///
/// [`Tasks::keep`]: crate::services::kit::tasks::Tasks::keep
async fn keep<F: Future<Output = ()> + Send + 'static>(
    app: Arc<App>,
    name: &'static str,
    begin: impl Fn(&Arc<App>) -> F + Send + 'static,
) {
    let tasks = Arc::clone(&app.tasks);
    tasks.keep(name, move || begin(&app)).await;
}

/// Figures that nobody counts up.
fn figures(app: &App) -> Result<()> {
    if let Some(announcer) = app.tasks.doing().get("announcer") {
        let behind = announcer.last_run.elapsed();
        metrics::gauge!("journal_behind_seconds").set(behind.as_secs_f64());
    }
    if let Some(at_ms) = backup::last(&app.config.data_dir) {
        let age = Duration::from_millis(app.now_ms().saturating_sub(at_ms).try_into().unwrap_or(0));
        metrics::gauge!("backup_age_seconds").set(age.as_secs_f64());
    }
    let waiting = u32::try_from(app.store.read(films::to_make)?.len()).unwrap_or(u32::MAX);
    metrics::gauge!("films_waiting").set(waiting);
    Ok(())
}

fn write_seen(app: &App) -> Result<()> {
    let seen = app.tokens.take_seen();
    if seen.is_empty() {
        return Ok(());
    }
    terminals::touch(&app.store, seen)
}
