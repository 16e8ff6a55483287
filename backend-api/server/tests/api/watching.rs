//! Alarms and dashboard of `packaging/cluster` name figures that exist.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use store::testing::TestDatabase;

use crate::common::databases;
use crate::events::Events;
use crate::roll_calls::{self, Hall, PIN, by_pin};

/// Words of PromQL that are no figures.
const WORDS: &[&str] = &[
    "abs",
    "by",
    "histogram_quantile",
    "instance",
    "kind",
    "le",
    "max",
    "min",
    "offset",
    "outcome",
    "rate",
    "sum",
    "task",
];

/// Figures that other programs have: Prometheus itself, Patroni 3, HAProxy 2.
const OF_OTHERS: &[&str] = &[
    "haproxy_server_current_sessions",
    "patroni_primary",
    "patroni_xlog_location",
    "patroni_xlog_replayed_location",
    "up",
];

/// The figures that an expression names: without what stands in braces, brackets and quotes.
fn named(expression: &str) -> BTreeSet<String> {
    let (mut outside, mut depth) = (String::new(), 0);
    for character in expression.chars() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ if depth == 0 => outside.push(character),
            _ => {}
        }
    }
    outside
        .split(|character: char| !(character.is_ascii_alphanumeric() || "_:".contains(character)))
        .filter(|word| word.starts_with(|first: char| first.is_ascii_lowercase()))
        // What our own rules record.
        .filter(|word| !WORDS.contains(word) && !word.contains(':'))
        .map(str::to_owned)
        .collect()
}

fn expressions() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/cluster");
    let rules = std::fs::read_to_string(folder.join("rules.yml")).unwrap();
    let rules = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("expr: "));
    let mut all: Vec<String> = rules.map(str::to_owned).collect();
    assert!(all.len() > 10);
    let dashboard = std::fs::read(folder.join("grafana.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_slice(&dashboard).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            all.push(target["expr"].as_str().unwrap().to_owned());
        }
    }
    all
}

#[tokio::test]
async fn every_figure_that_alarms_and_dashboard_name_is_there() {
    let database: Option<TestDatabase> = databases().await.pop();
    let hall = Hall::on(database.unwrap()).await;
    let world = &hall.world;
    // What is counted when it happens.
    let _listens = Events::listen(world, &hall.home.token, None).await;
    let call = hall.call(&roll_calls::draft("ZJ")).await;
    hall.signed(&hall.home, "one", &by_pin(&call, &hall.zhang, PIN))
        .await;
    world.clock.advance_ms(60 * roll_calls::MINUTE);
    hall.until(&call.id, |it| {
        it.state == contract::roll_call::RollCallState::Closed
    })
    .await;
    std::fs::write(world.config.data_dir.join("last-backup"), "1\n/\n").unwrap();

    let mut wanted: BTreeSet<String> = expressions().iter().flat_map(|it| named(it)).collect();
    for other in OF_OTHERS {
        assert!(wanted.remove(*other), "nothing names {other}");
    }
    assert!(wanted.len() > 8, "{wanted:?}");
    let there = async {
        loop {
            let figures = world.get("/metrics", "").send().await.unwrap();
            let figures = figures.text().await.unwrap();
            let have: BTreeSet<&str> = figures
                .lines()
                .filter_map(|line| line.split([' ', '{']).next())
                .collect();
            if wanted.iter().all(|name| have.contains(name.as_str())) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let there = tokio::time::timeout(Duration::from_secs(60), there).await;
    assert!(there.is_ok(), "not all of {wanted:?}");
}
