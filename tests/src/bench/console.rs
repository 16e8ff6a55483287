//! The staff's lists with a county behind them: 35,000 members and 5,000 requests, turned and searched in Chromium.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use backend_api::clock::{Clock as _, SystemClock};
use contract::organization::OrganizationRef;
use contract::request::{CategoryKind, ClockKind, Happened, Level, RequestSource, RequestState};
use serde::Deserialize;
use store::requests::history::{self, New};
use store::requests::{self, Facts, Numbering, Plan, Standing};
use store::{Store, organizations};

use super::figures::progress;
use crate::harness::live;
use crate::load::county::{self, COUNTY};
use crate::load::server::{Server, free_address};

/// Requests that are open.
const REQUESTS: usize = 5_000;
/// In one transaction.
const PIECE: usize = 500;
const DAY_MS: i64 = 24 * 3_600_000;
/// Longer than the browser takes on a busy machine.
const PATIENCE_S: &str = "900";

/// What the browser measured.
#[derive(Clone, Debug, Deserialize)]
pub struct Measured {
    /// From turning a page of a list until its rows are there.
    pub list_ms: Vec<f64>,
    /// From what was typed until the rows that it finds are there, with the moment that is waited for more letters.
    pub search_ms: Vec<f64>,
    /// What the first page loads, as it is sent, in kB.
    pub first_load_kb: f64,
}

/// Makes a county in a folder (and in a database elsewhere if one is named), and has a browser work with it.
///
/// # Errors
/// When it cannot be written, the console is not built, or a page does not come.
pub fn measure(data: &Path, database: Option<&str>) -> anyhow::Result<Measured> {
    let console = live::console()?;
    progress("preparing a county with 5,000 requests");
    let config = county::config(data, database);
    let now_ms = SystemClock.now_ms();
    county::prepare(&config, COUNTY, now_ms)?;
    {
        let store = county::open(&config)?;
        ask(&store, now_ms)?;
    }
    let mut server = Server::start_with(data, database, free_address()?, |command| {
        command
            .env("ZHDJ_CONSOLE", console.join("dist"))
            .env("ZHDJ_SESSIONS__SECOND_FACTOR", "off");
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(server.until_ready())?;
    progress("turning and searching lists");
    let measured = browse(&console, &format!("http://{}", server.address))?;
    server.stop()?;
    Ok(measured)
}

fn browse(console: &Path, url: &str) -> anyhow::Result<Measured> {
    let said = Command::new("timeout")
        .args(["--kill-after=10", PATIENCE_S, "node"])
        .arg(console.join("e2e/bench.mjs"))
        .env("BASE_URL", url)
        .env("LOGIN", county::LOGIN)
        .env("PASSWORD", county::PASSWORD)
        .stderr(Stdio::inherit())
        .output()
        .context("timeout does not start")?;
    ensure!(said.status.success(), "the browser: {}", said.status);
    let measured: Measured = serde_json::from_slice(&said.stdout)?;
    ensure!(
        measured.list_ms.len() > 20 && measured.search_ms.len() > 10,
        "too little was measured: {measured:?}"
    );
    Ok(measured)
}

/// Requests in turn over the villages, due one after the other from tomorrow on.
fn ask(store: &Store, now_ms: i64) -> anyhow::Result<()> {
    let county = store
        .read(organizations::root)?
        .context("there is no county")?;
    let all = store.read(|tx| organizations::subtree(tx, &county.id))?;
    let villages: Vec<OrganizationRef> = all
        .into_iter()
        .filter(|one| one.code.starts_with('V'))
        .map(|one| OrganizationRef {
            id: one.id,
            name: one.name,
        })
        .collect();
    for first in (0..REQUESTS).step_by(PIECE) {
        let wanted: Vec<(usize, OrganizationRef)> = (first..first + PIECE)
            .map(|number| (number, villages[number % villages.len()].clone()))
            .collect();
        let county = county.id.clone();
        store.write::<_, store::Error, _>(move |tx| {
            for (number, village) in &wanted {
                let id = requests::new_id(now_ms);
                let numbering = Numbering::Next {
                    organization_id: county.clone(),
                    day: "20261130".to_owned(),
                };
                let (facts, standing) = request(*number, village, now_ms);
                let plan = Plan {
                    soon_at_ms: None,
                    overdue_at_ms: standing.due_at_ms,
                };
                requests::create(tx, &id, &numbering, &facts, &standing, plan, now_ms)?;
                let said = New {
                    what: Happened::Asked,
                    who: "本人".to_owned(),
                    login: None,
                    text: facts.summary.clone(),
                    text_sealed: None,
                    is_internal: false,
                };
                history::add(tx, &id, &said, now_ms)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The request with this number: of the village, due after all before it.
fn request(number: usize, village: &OrganizationRef, now_ms: i64) -> (Facts, Standing) {
    const ABOUT: [&str; 5] = [
        "水管坏了",
        "路灯不亮",
        "低保怎么办",
        "沟渠堵了",
        "新农合报销",
    ];
    let after = i64::try_from(number).unwrap_or_default() * 60_000;
    let due_at_ms = now_ms + DAY_MS + after;
    let facts = Facts {
        kind: CategoryKind::Service,
        category_id: "bench".to_owned(),
        category: "生活".to_owned(),
        source: RequestSource::Home,
        place: Some(village.clone()),
        terminal_id: None,
        household: None,
        asker: None,
        entered_by: None,
        phone_sealed: None,
        phone_hint: None,
        may_be_public: false,
        asked_at_ms: None,
        received_at_ms: now_ms,
        summary: format!("{}，第 {number} 家", ABOUT[number % ABOUT.len()]),
    };
    let standing = Standing {
        state: RequestState::Received,
        office: village.clone(),
        level: Level::Village,
        least_level: Level::Village,
        trail: Vec::new(),
        clock: ClockKind::Wall,
        hours: 24,
        extra_hours: 0,
        started_at_ms: now_ms,
        due_at_ms: Some(due_at_ms),
        warned: false,
        overdue: false,
        escalations: 0,
        reopenings: 0,
        extension_asked_hours: None,
        first_due_at_ms: due_at_ms,
        responded_at_ms: None,
        wants_verdict: false,
        wants_addition: false,
        to_call: false,
        answer_entry: 0,
        verdict: None,
        satisfaction: None,
        merged_into_id: None,
        bulletin_id: None,
        ended_at_ms: None,
        remind_at_ms: None,
    };
    (facts, standing)
}
