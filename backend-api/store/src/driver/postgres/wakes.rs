//! Waking other processes on the same database, and being woken by them: `LISTEN` and `NOTIFY`.
//!
//! A wake says only that it is worth looking; what changed stands in the [journal](crate::journal). So one that
//! is lost costs nothing but time, and whoever lost the connection looks when it is there again. It is sent
//! after the commit, by the connection that listens: within a transaction `NOTIFY` would have all of them
//! commit one after the other, because PostgreSQL holds its queue locked until the commit is on disk.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Client};

use super::said::with_cause;
use super::target::{Messages, Target};
use crate::error::{Error, Result};

/// What they are sent by.
const CHANNEL: &str = "zhdj_journal";
/// How often the connection is asked whether it is still there.
const ASK_EVERY: Duration = Duration::from_secs(15);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(4);
/// Others are woken at most so often: what is written meanwhile goes with the next time.
const GAP: Duration = Duration::from_millis(25);
/// The pause after the connection was lost; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Wakes others and is woken.
#[derive(Default)]
pub(super) struct Wakes {
    written: Notify,
}

impl Wakes {
    /// Something was written: the others are to be woken.
    pub(super) fn written(&self) {
        self.written.notify_one();
    }

    /// Calls `woken` after each write of another process, and whenever one may have been missed. Never ends.
    pub(super) async fn run(
        &self,
        target: &Target,
        woken: &(dyn Fn() + Send + Sync),
    ) -> Infallible {
        let mut pause = FIRST_PAUSE;
        loop {
            let mut heard = false;
            let ended = self.listen(target, woken, &mut heard).await;
            if heard {
                pause = FIRST_PAUSE;
                let why = ended.err().map(|error| error.to_string());
                tracing::warn!(why, "nothing is heard of other processes for the moment");
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Listens until the connection is lost.
    async fn listen(
        &self,
        target: &Target,
        woken: &(dyn Fn() + Send + Sync),
        heard: &mut bool,
    ) -> Result<Infallible> {
        let connected = timeout(target.patience(), target.connect()).await;
        let (client, messages) = connected.map_err(|_| silent())??;
        let own = AtomicI32::new(0);
        tokio::select! {
            lost = hear(messages, &own, woken) => Err(lost),
            failed = self.talk(&client, &own, woken, heard) => failed,
        }
    }

    async fn talk(
        &self,
        client: &Client,
        own: &AtomicI32,
        woken: &(dyn Fn() + Send + Sync),
        heard: &mut bool,
    ) -> Result<Infallible> {
        say(client, &format!("LISTEN {CHANNEL}")).await?;
        let asked = timeout(ANSWER, client.query_one("SELECT pg_backend_pid()", &[])).await;
        let pid = asked.map_err(|_| silent())?.and_then(|row| row.try_get(0));
        own.store(pid.map_err(|error| lost(&error))?, Ordering::Relaxed);
        *heard = true;
        // What was written before is found by looking now.
        woken();
        loop {
            tokio::select! {
                () = self.written.notified() => {
                    say(client, &format!("NOTIFY {CHANNEL}")).await?;
                    sleep(GAP).await;
                }
                () = sleep(ASK_EVERY) => say(client, "SELECT 1").await?,
            }
        }
    }
}

async fn say(client: &Client, sql: &str) -> Result<()> {
    let said = timeout(ANSWER, client.batch_execute(sql)).await;
    said.map_err(|_| silent())?.map_err(|error| lost(&error))
}

/// Reads what comes until nothing does any more.
async fn hear(mut messages: Messages, own: &AtomicI32, woken: &(dyn Fn() + Send + Sync)) -> Error {
    loop {
        match poll_fn(|context| messages(context)).await {
            // One is told of one's own, too.
            Some(Ok(AsyncMessage::Notification(of)))
                if of.process_id() == own.load(Ordering::Relaxed) => {}
            Some(Ok(AsyncMessage::Notification(_))) => woken(),
            Some(Ok(_)) => {}
            Some(Err(error)) => return lost(&error),
            None => return Error::unavailable("the connection to it was lost"),
        }
    }
}

fn lost(error: &tokio_postgres::Error) -> Error {
    Error::unavailable(with_cause(error))
}

fn silent() -> Error {
    Error::unavailable("it did not answer in time")
}
