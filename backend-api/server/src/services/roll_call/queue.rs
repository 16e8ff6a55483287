//! Where sign-ins wait for the next batch. One writer takes all that wait, up to a bound, into one
//! transaction; while it is at the disk the next batch gathers. So thirty-five thousand sign-ins
//! cost as many disk waits as there are batches, on both engines, and nobody is answered before
//! their sign-in is on disk.

use std::sync::Arc;

use contract::roll_call::SignedIn;
use store::Store;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::sign_in::{self, Arrived};
use crate::clock::Clock;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::limits::Limits;
use crate::services::vault::Vault;

/// Sign-ins in one transaction at most; bounds how long the first one waits.
const BATCH: usize = 256;

/// Sign-ins that may wait; some ten seconds' worth. Later ones are told to come again.
const WAITING: usize = 8_192;

struct Waiting {
    arrived: Arrived,
    reply: oneshot::Sender<Result<SignedIn>>,
}

/// The queue.
pub struct Queue {
    sender: mpsc::Sender<Waiting>,
    receiver: Mutex<mpsc::Receiver<Waiting>>,
    closing: CancellationToken,
}

impl Default for Queue {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            sender,
            receiver: Mutex::new(receiver),
            closing: CancellationToken::new(),
        }
    }
}

impl Queue {
    /// Waits for a batch and for what becomes of this sign-in; it is on disk then.
    ///
    /// # Errors
    /// What [`sign_in::take`] says of it; [`ServiceError::Unavailable`] when too many wait.
    pub async fn submit(&self, arrived: Arrived) -> Result<SignedIn> {
        const BUSY: ServiceError = ServiceError::Unavailable("同时签到的人太多，请稍后再试");
        let (reply, answer) = oneshot::channel();
        self.sender
            .try_send(Waiting { arrived, reply })
            .map_err(|_| BUSY)?;
        answer.await.unwrap_or(Err(BUSY))
    }

    /// Takes no more; what waits is still written.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Writes batches until the queue is closed and empty. One call does so at a time; if it dies, another
    /// goes on.
    pub async fn run(
        self: Arc<Self>,
        store: Store,
        vault: Arc<Vault>,
        limits: Arc<Limits>,
        clock: Arc<dyn Clock>,
    ) {
        let mut receiver = self.receiver.lock().await;
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                count = receiver.recv_many(&mut batch, BATCH) => if count == 0 { return; },
                () = self.closing.cancelled(), if !receiver.is_closed() => {
                    receiver.close();
                    continue;
                }
            }
            let (arrived, replies): (Vec<_>, Vec<_>) = batch
                .drain(..)
                .map(|waiting| (waiting.arrived, waiting.reply))
                .unzip();
            metrics::histogram!("sign_in_batch").record(arrived.len() as f64);
            let (store, vault, limits) = (store.clone(), Arc::clone(&vault), Arc::clone(&limits));
            let clock = Arc::clone(&clock);
            let done = tokio::task::spawn_blocking(move || {
                sign_in::take(&store, &vault, &limits, arrived, clock.now_ms())
            });
            let answers = done.await.unwrap_or_else(|error| {
                tracing::error!(%error, "a batch of sign-ins was lost");
                Vec::new()
            });
            // Of a lost batch nobody is answered: the dropped replies say so.
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Whoever waited may have gone; the sign-in stands.
                let _ = reply.send(answer);
            }
        }
    }
}
