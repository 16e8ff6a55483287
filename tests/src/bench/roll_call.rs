//! A county signs in: 35,000 people, each at their own TV, as fast as the server takes it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use backend_api::clock::{Clock as _, SystemClock};
use contract::roll_call::{AttendanceState, SignInTime, SignedIn};
use store::{audit, roll_calls};

use super::figures::{percentile, progress};
use crate::load::county::{self, COUNTY, County, PIN};
use crate::load::http::{Connection, post};
use crate::load::server::{Server, free_address};

/// Sign-ins under way at a time. Each TV has its own token, but not each its own connection: the
/// client shares two cores with the server.
const CONNECTIONS: usize = 128;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// From the first request to the last answer.
    pub seconds: f64,
    /// From sending to the answer, p99.
    pub p99_ms: f64,
}

/// Prepares a county in a folder, and in a database elsewhere if one is named.
///
/// # Errors
/// When it cannot be written.
pub fn prepare(data: &Path, database: Option<&str>) -> anyhow::Result<County> {
    progress("preparing a county");
    let config = county::config(data, database);
    county::prepare(&config, COUNTY, SystemClock.now_ms())
}

/// Lets everybody sign in over HTTP, then makes sure that each is there exactly once.
///
/// # Errors
/// When any sign-in fails, is lost or doubled, or the audit log is broken.
pub fn measure(county: &County, data: &Path, database: Option<&str>) -> anyhow::Result<Measured> {
    let config = county::config(data, database);
    let roll_call = {
        let store = county::open(&config)?;
        county::open_roll_call(&store, "全县党员大会", SystemClock.now_ms())?
    };
    let requests = requests(county, &roll_call)?;
    let mut server = Server::start(data, database, free_address()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    progress("35,000 people sign in");
    let (seconds, latencies) = runtime.block_on(async {
        server.until_ready().await?;
        sign_in(server.address, requests).await
    })?;
    server.stop()?;
    progress("counting them");
    verify(&config, county, &roll_call)?;
    let p50 = percentile(&latencies, 50);
    let worst = percentile(&latencies, 100);
    progress(&format!("p50 {p50:.1} ms, max {worst:.1} ms"));
    Ok(Measured {
        seconds,
        p99_ms: percentile(&latencies, 99),
    })
}

/// One request for each: nine of ten at home, the tenth at the station.
fn requests(county: &County, roll_call: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let now_ms = SystemClock.now_ms();
    let time = SignInTime {
        at_ms: now_ms,
        offset_ms: 0,
        synced: true,
        age_ms: Some(0),
        queued: false,
    };
    let numbered = county.people.iter().enumerate();
    numbered
        .map(|(number, person)| {
            let tv = if number % 10 == 9 {
                &county.stations[person.station]
            } else {
                &county.homes[person.home]
            };
            let body = serde_json::to_string(&county::sign_in(roll_call, &person.id, PIN, time))?;
            let path = "/api/v1/terminal/sign-ins";
            Ok(post(path, &tv.token, &format!("sign-in-{number}"), &body))
        })
        .collect()
}

/// Sends all; answers how long it took, and each request.
async fn sign_in(address: SocketAddr, requests: Vec<Vec<u8>>) -> anyhow::Result<(f64, Vec<f64>)> {
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
                let signed: SignedIn = answer.json()?;
                ensure!(
                    answer.status == 200
                        && signed.state == AttendanceState::Present
                        && !signed.repeated,
                    "{}: {signed:?}",
                    answer.status
                );
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
    Ok((seconds, latencies))
}

/// Everybody is there exactly once, and the audit log says so.
fn verify(config: &backend_api::Config, county: &County, roll_call: &str) -> anyhow::Result<()> {
    let store = county::open(config)?;
    let counts = store.read(|tx| roll_calls::standing::counts(tx, roll_call, None))?;
    let everybody = u32::try_from(county.people.len())?;
    ensure!(
        counts.eligible == everybody && counts.present == everybody && counts.guests == 0,
        "not everybody is there: {counts:?}"
    );
    let filter = audit::Filter {
        action: Some("roll_call.sign_in"),
        ..audit::Filter::default()
    };
    let written = store.read(|tx| audit::list(tx, &filter, None, u32::MAX))?;
    ensure!(
        written.len() == county.people.len(),
        "{} sign-ins in the audit log",
        written.len()
    );
    let verified = store.read(audit::verify)?;
    ensure!(verified.faults.is_empty(), "{:?}", verified.faults);
    let wrong = store.integrity_check()?;
    ensure!(wrong.is_empty(), "{wrong:?}");
    store
        .read(|tx| roll_calls::get(tx, roll_call))?
        .context("the roll call is gone")?;
    Ok(())
}
