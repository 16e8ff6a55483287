//! A county answers an evaluation of twenty questions: 35,000 people, each at their own TV, as fast as the server
//! takes it; then it is closed and counted.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use backend_api::clock::{Clock as _, SystemClock};
use backend_api::services::evaluations::ballots::count::{self, Counted};
use backend_api::services::kit::error::ServiceError;
use backend_api::services::vault::Vault;
use contract::evaluation::BallotTaken;
use contract::form::Form;
use store::evaluations;

use super::figures::{percentile, progress};
use crate::load::county::{self, County, PIN};
use crate::load::evaluation;
use crate::load::http::{Connection, post};
use crate::load::server::{Server, free_address};

/// Ballots under way at a time, as for sign-ins.
const CONNECTIONS: usize = 128;

/// Questions it asks.
const QUESTIONS: usize = 20;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// From the first request to the last answer.
    pub seconds: f64,
    /// From sending to the answer, p99.
    pub p99_ms: f64,
}

/// Lets everybody cast a ballot over HTTP, then closes, and makes sure that each was counted exactly once.
///
/// # Errors
/// When any ballot fails, is lost or doubled.
pub fn measure(county: &County, data: &Path, database: Option<&str>) -> anyhow::Result<Measured> {
    let config = county::config(data, database);
    let form = evaluation::form(QUESTIONS);
    let id = {
        let store = county::open(&config)?;
        evaluation::open(&config, &store, &form, SystemClock.now_ms())?
    };
    let requests = requests(county, &form, &id)?;
    let mut server = Server::start(data, database, free_address()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    progress("35,000 people answer twenty questions");
    let (seconds, latencies) = runtime.block_on(async {
        server.until_ready().await?;
        cast(server.address, requests).await
    })?;
    server.stop()?;
    let p50 = percentile(&latencies, 50);
    let worst = percentile(&latencies, 100);
    progress(&format!("p50 {p50:.1} ms, max {worst:.1} ms"));
    close(&config, county, &id)?;
    Ok(Measured {
        seconds,
        p99_ms: percentile(&latencies, 99),
    })
}

/// One request for each: nine of ten at home, the tenth at the station.
fn requests(county: &County, form: &Form, id: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let numbered = county.people.iter().enumerate();
    numbered
        .map(|(number, person)| {
            let tv = if number % 10 == 9 {
                &county.stations[person.station]
            } else {
                &county.homes[person.home]
            };
            let body = evaluation::ballot(form, id, (&person.id, PIN), number)?;
            Ok(post("/api/v1/terminal/ballots", &tv.token, "ballot", &body))
        })
        .collect()
}

/// Sends all; answers how long it took, and each request.
async fn cast(address: SocketAddr, requests: Vec<Vec<u8>>) -> anyhow::Result<(f64, Vec<f64>)> {
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
                ensure!(answer.status == 200, "{}", answer.status);
                let ballot: BallotTaken = answer.json()?;
                ensure!(!ballot.repeated, "{ballot:?}");
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

/// Everybody took part, and each ballot is counted.
fn close(config: &backend_api::Config, county: &County, id: &str) -> anyhow::Result<()> {
    progress("counting them");
    let store = county::open(config)?;
    let vault = Arc::new(Vault::open(config, &store)?);
    let began = Instant::now();
    let (at, now_ms) = (id.to_owned(), SystemClock.now_ms());
    let counted = store.write::<_, ServiceError, _>(move |tx| {
        let record = evaluations::get(tx, &at)?.ok_or(ServiceError::NotFound("这次测评"))?;
        count::close(tx, &vault, &record, (false, &count::system_ids), now_ms)
    })?;
    let Counted::Closed(record) = counted else {
        bail!("it waits for paper");
    };
    progress(&format!("closed in {:.1} s", began.elapsed().as_secs_f64()));
    let result = record.result.context("there is no result")?;
    let everybody = u32::try_from(county.people.len())?;
    ensure!(
        result.entitled == everybody && result.took_part == everybody,
        "{} of {}",
        result.took_part,
        result.entitled
    );
    let counts = result.questions[0].rows[0].cells.iter();
    let counted: u32 = counts.filter_map(|cell| cell.count).sum();
    ensure!(
        counted == everybody,
        "{counted} answers to the first question"
    );
    let wrong = store.integrity_check()?;
    ensure!(wrong.is_empty(), "{wrong:?}");
    Ok(())
}
