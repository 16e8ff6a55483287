//! Everybody at once: requests that are sent as fast as the server takes them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::ensure;

use super::figures::{percentile, progress};
use crate::load::http::{Answer, Connection};

/// Requests under way at a time. Each TV has its own token, but not each its own connection: the client shares two
/// cores with the server.
const CONNECTIONS: usize = 128;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// From the first request to the last answer.
    pub seconds: f64,
    /// From sending to the answer, p99.
    pub p99_ms: f64,
}

/// Sends all of them; `check` looks at each answer.
///
/// # Errors
/// When a request is not sent, or an answer is not as it should be.
pub async fn send(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    check: fn(&Answer) -> anyhow::Result<()>,
) -> anyhow::Result<Measured> {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(address).await?);
    }
    let mut senders = tokio::task::JoinSet::new();
    let began = Instant::now();
    for mut connection in connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        senders.spawn(async move {
            let mut taken = Vec::new();
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = Instant::now();
                let answer = connection.ask(request).await?;
                taken.push(sent.elapsed().as_secs_f64() * 1_000.0);
                check(&answer)?;
            }
            anyhow::Ok(taken)
        });
    }
    let mut latencies = Vec::with_capacity(requests.len());
    while let Some(taken) = senders.join_next().await {
        latencies.extend(taken??);
    }
    let seconds = began.elapsed().as_secs_f64();
    ensure!(latencies.len() == requests.len(), "not everybody was sent");
    let (p50, worst) = (percentile(&latencies, 50), percentile(&latencies, 100));
    progress(&format!("p50 {p50:.1} ms, max {worst:.1} ms"));
    Ok(Measured {
        seconds,
        p99_ms: percentile(&latencies, 99),
    })
}
