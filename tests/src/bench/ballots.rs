//! A county answers an evaluation of twenty questions: 35,000 people, each at their own TV, as fast as the server
//! takes it; then it is closed and counted.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use backend_api::clock::{Clock as _, SystemClock};
use backend_api::services::evaluations::ballots::count::{self, Counted};
use backend_api::services::kit::error::ServiceError;
use backend_api::services::vault::Vault;
use contract::evaluation::BallotTaken;
use contract::form::Form;
use store::evaluations;

use super::burst::{self, Measured};
use super::figures::progress;
use crate::load::county::{self, County, PIN};
use crate::load::evaluation;
use crate::load::http::{Answer, post};
use crate::load::server::{Server, free_address};

/// Questions it asks.
const QUESTIONS: usize = 20;

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
    let measured = runtime.block_on(async {
        server.until_ready().await?;
        burst::send(server.address, requests, check).await
    })?;
    server.stop()?;
    close(&config, county, &id)?;
    Ok(measured)
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

/// It counts, and for the first time.
fn check(answer: &Answer) -> anyhow::Result<()> {
    ensure!(answer.status == 200, "{}", answer.status);
    let ballot: BallotTaken = answer.json()?;
    ensure!(!ballot.repeated, "{ballot:?}");
    Ok(())
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
