//! A county signs in: 35,000 people, each at their own TV, as fast as the server takes it.

use std::path::Path;

use anyhow::{Context as _, ensure};
use backend_api::clock::{Clock as _, SystemClock};
use contract::roll_call::{AttendanceState, SignInTime, SignedIn};
use store::{audit, roll_calls};

use super::burst::{self, Measured};
use super::figures::progress;
use crate::load::county::{self, COUNTY, County, PIN};
use crate::load::http::{Answer, post};
use crate::load::server::{Server, free_address};

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
    let measured = runtime.block_on(async {
        server.until_ready().await?;
        burst::send(server.address, requests, check).await
    })?;
    server.stop()?;
    progress("counting them");
    verify(&config, county, &roll_call)?;
    Ok(measured)
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

/// They are there, and were not before.
fn check(answer: &Answer) -> anyhow::Result<()> {
    let signed: SignedIn = answer.json()?;
    ensure!(
        answer.status == 200 && signed.state == AttendanceState::Present && !signed.repeated,
        "{}: {signed:?}",
        answer.status
    );
    Ok(())
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
