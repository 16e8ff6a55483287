//! What the server does by itself: does what is due, tells what other processes changed, writes
//! down which terminals were heard of, throws away what is old.

use std::sync::Arc;
use std::time::{Duration, Instant};

use store::due::Kind;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::services::due::{self, Handler};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::task::Trouble;
use crate::services::roll_call::schedule;
use crate::services::{enrolment, maintenance, meetings, terminals};
use crate::telemetry;

/// How often figures are tidied up.
const TIDY_EVERY: Duration = Duration::from_secs(5);

/// What another process changed is told at most this long after.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// A look into a duty room is over at most this long after its session.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often the terminals heard of are written down.
const SEEN_EVERY: Duration = Duration::from_secs(15);

/// How often old things are thrown away.
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// How often waiting TVs are admitted in a demonstration.
const ADMIT_EVERY: Duration = Duration::from_secs(1);

/// Begins all of it but what is due.
pub(crate) fn spawn(app: &Arc<App>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let watch = Duration::from_millis(app.config.watch_ms);
    tasks.spawn(every(
        Arc::clone(app),
        "announcer",
        watch.min(TELL_EVERY),
        |app| {
            let started = Instant::now();
            app.announcer.look_past_documents()?;
            metrics::histogram!("database_watch_seconds").record(started.elapsed().as_secs_f64());
            Ok(())
        },
    ));
    tasks.spawn(every(
        Arc::clone(app),
        "documents",
        watch.min(TELL_EVERY),
        |app| app.announcer.look(),
    ));
    tasks.spawn(every(Arc::clone(app), "figures", TIDY_EVERY, |_| {
        telemetry::upkeep();
        Ok(())
    }));
    tasks.spawn(every(
        Arc::clone(app),
        "duty rooms",
        watch.min(LOOK_EVERY),
        |app| app.duty.look_after(),
    ));
    tasks.spawn(Arc::clone(&app.sign_ins).run(
        app.store.clone(),
        Arc::clone(&app.vault),
        Arc::clone(&app.clock),
    ));
    tasks.spawn(Arc::clone(&app.media).listen(app.stopping.clone()));
    tasks.spawn(every(Arc::clone(app), "hosts", watch, |app| {
        app.rooms.cut_off()
    }));
    tasks.spawn(every(Arc::clone(app), "seen", SEEN_EVERY, write_seen));
    tasks.spawn(every(Arc::clone(app), "purge", PURGE_EVERY, |app| {
        maintenance::purge(&app.store, app.now_ms())
    }));
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
    let handlers = Arc::clone(app);
    tasks.spawn(due::run(
        app.store.clone(),
        Arc::clone(&app.clock),
        app.stopping.clone(),
        move |kind| handler(&handlers, kind),
    ));
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
        Kind::RollCall => Handler::new(schedule::next),
    }
}

/// Runs `work` on a blocking thread at once and then again and again until the server stops,
/// and, because it may have gathered something, once more then.
async fn every(
    app: Arc<App>,
    name: &'static str,
    period: Duration,
    mut work: impl FnMut(&App) -> Result<()> + Send + 'static,
) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut trouble = Trouble::new(name);
    loop {
        let stopping = tokio::select! {
            _ = ticks.tick() => false,
            () = app.stopping.cancelled() => true,
        };
        let on = Arc::clone(&app);
        let ran = tokio::task::spawn_blocking(move || (work(&on), work)).await;
        match ran {
            Ok((done, again)) => {
                trouble.note(&done);
                work = again;
            }
            Err(error) => {
                tracing::error!(task = name, %error, "background task failed");
                return;
            }
        }
        if stopping {
            return;
        }
    }
}

fn write_seen(app: &App) -> Result<()> {
    let seen = app.tokens.take_seen();
    if seen.is_empty() {
        return Ok(());
    }
    terminals::touch(&app.store, seen)
}
