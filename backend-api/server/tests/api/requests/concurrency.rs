//! Many at once.

use std::collections::BTreeSet;

use contract::error::ErrorCode;
use contract::request::RequestReceipt;
use contract::terminal::TerminalKind;
use futures_util::future::join_all;
use serde_json::json;

use super::place::{Place, asked};
use crate::common::{Tv, ok, problem, tv};

#[tokio::test]
async fn of_two_who_act_at_once_one_is_told_that_it_is_stale() {
    let place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    let version = place.get(&place.village, &receipt.id).await.version;
    let pass = json!({ "act": "pass_on", "organization_code": "NY", "reason": "归农办" });
    let accept = json!({ "act": "accept" });
    let both = [
        place.act_on(&place.village, &receipt.id, version, &pass),
        place.act_on(&place.town, &receipt.id, version, &accept),
    ];
    let mut answers: Vec<_> = join_all(both).await;
    answers.sort_by_key(reqwest::Response::status);
    let [first, second] = answers.try_into().unwrap();
    assert_eq!(first.status(), 200);
    // Whoever comes second may have lost the right to it by then.
    match second.status().as_u16() {
        412 => {
            problem(second, 412, ErrorCode::Stale).await;
        }
        other => assert_eq!(other, 403),
    }
    assert_eq!(
        place.get(&place.town, &receipt.id).await.version,
        version + 1
    );
}

#[tokio::test]
async fn two_hundred_who_ask_at_once_are_numbered_without_a_gap() {
    let place = Place::new().await;
    let mut tvs: Vec<Tv> = Vec::new();
    for at in 0..200 {
        let village = if at % 2 == 0 { "ZJ" } else { "LJ" };
        tvs.push(tv(&place.world, village, TerminalKind::Household).await);
    }
    let body = asked(&place.own, "路灯不亮");
    let asking = tvs.iter().map(async |tv| {
        // Each sends it twice, as a box does that heard no answer.
        let both = ["k", "k"].map(|key| place.send(tv, "requests", key, &body));
        let [first, second] = join_all(both).await.try_into().unwrap();
        let (first, second): (RequestReceipt, RequestReceipt) = (ok(first).await, ok(second).await);
        assert_eq!(first, second);
        first.number
    });
    let numbers: BTreeSet<String> = join_all(asking).await.into_iter().collect();
    let expected: BTreeSet<String> = (1..=200).map(|it| format!("20261122-{it:03}")).collect();
    assert_eq!(numbers, expected);
    let faults = place
        .world
        .blocking(|store| store.integrity_check().unwrap())
        .await;
    assert!(faults.is_empty(), "{faults:?}");
}
