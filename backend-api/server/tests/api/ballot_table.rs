//! What is published after the close, and to whom: the result to those who were asked, its table to everybody.

use backend_api::services::kit::limits::table::PUBLIC_READINGS_PER_MINUTE;
use backend_api::services::kit::rights::Role;
use backend_api::services::secrets::sha256_hex_of;
use contract::error::ErrorCode;
use contract::evaluation::{BallotTaken, StaffEvaluation};
use reqwest::Response;
use serde_json::{Value, json};

use crate::ballots::{members, pin};
use crate::common::{World, databases, ok, problem};
use crate::evaluations::{Village, seen};

impl Village {
    /// Asks as nobody.
    async fn table(&self, id: &str) -> Response {
        let path = format!("/api/v1/evaluations/{id}/ballots.csv");
        self.world.get(&path, "").send().await.unwrap()
    }

    /// One that is open, in which so many have voted, all the same.
    async fn voted(&self, count: usize) -> StaffEvaluation {
        let voters = members(&self.world, "ZJ", count).await;
        let made = self.opened(&self.draft()).await;
        for voter in voters {
            let cast = self.cast(&self.station, &made.evaluation, pin(&voter), 0);
            ok::<BallotTaken>(cast.await).await;
        }
        made
    }
}

#[tokio::test]
async fn before_the_close_nobody_is_told_a_figure_and_after_it_everybody_the_same() {
    let village = Village::new().await;
    let voters = members(&village.world, "ZJ", 14).await;
    let made = village.opened(&village.draft()).await;
    let (id, form) = (made.evaluation.id.as_str(), &made.evaluation.form);
    for (number, voter) in voters.iter().enumerate() {
        let chosen = if number < 8 { 0 } else { 1 };
        let cast = village
            .cast(&village.station, &made.evaluation, pin(voter), chosen)
            .await;
        ok::<BallotTaken>(cast).await;
    }
    let mut tokens = vec![village.staff.clone(), village.secretary.clone()];
    for role in [
        Role::PlatformAdministrator,
        Role::OfficePublisher,
        Role::Reader,
    ] {
        tokens.push(village.world.staff(role, "QH").await);
    }
    let csv = format!("/api/v1/evaluations/{id}/ballots.csv");
    for token in &tokens {
        let found = village.get(token, id).await;
        assert_eq!(found.evaluation.result, None);
        let list = village.world.get("/api/v1/evaluations", token);
        let list: Value = ok(list.send().await.unwrap()).await;
        assert_eq!(list["items"][0]["evaluation"]["result"], Value::Null);
        let early = village.world.get(&csv, token).send().await.unwrap();
        problem(early, 404, ErrorCode::NotFound).await;
    }
    assert_eq!(seen(&village.world, &village.home).await[0].result, None);
    let closed = village.closed(id).await.evaluation.result.unwrap();
    let cells: Vec<_> = closed.questions[0].rows[0]
        .cells
        .iter()
        .map(|cell| (cell.label.as_str(), cell.count))
        .collect();
    assert_eq!(cells, [("满意", Some(8)), ("一般、不满意", Some(6))]);
    let mut tables = Vec::new();
    for token in &tokens {
        assert_eq!(
            village.get(token, id).await.evaluation.result.as_ref(),
            Some(&closed)
        );
        let answer = village.world.get(&csv, token).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        tables.push(answer.bytes().await.unwrap());
    }
    assert!(tables.iter().all(|table| *table == tables[0]));
    let hash = sha256_hex_of(&tables[0]);
    assert_eq!(closed.ballots_hash, hash);
    let text = String::from_utf8(tables[0].to_vec()).unwrap();
    assert_eq!(text.lines().count(), 3 + 14);
    assert_eq!(
        seen(&village.world, &village.home).await[0].result,
        Some(closed)
    );
    assert_eq!(form.questions.len(), 1);
}

#[tokio::test]
async fn everybody_may_recount_what_is_published_and_nothing_else_on_both_engines() {
    for database in databases().await {
        let village = Village::on(World::on(database).await).await;
        // Whatever is not published is answered alike: a draft, one that is announced, open, cancelled, of too few,
        // and one that is not there.
        let draft = village.create(&village.draft()).await;
        let announced = village.announced(&village.draft()).await;
        let open = village.voted(6).await;
        let few = village.voted(4).await;
        village.closed(&few.evaluation.id).await;
        let cancelled = village.announced(&village.draft()).await;
        let path = format!("/api/v1/evaluations/{}/cancel", cancelled.evaluation.id);
        let cancel = village.world.post(&path, &village.staff);
        let cancel = cancel.json(&json!({ "reason": "改期" })).send();
        ok::<Value>(cancel.await.unwrap()).await;
        let nobodys = village.table("nobodys").await;
        assert_eq!(nobodys.status(), 404);
        let nobodys = nobodys.text().await.unwrap();
        for one in [&draft, &announced, &open, &few, &cancelled] {
            let refused = village.table(&one.evaluation.id).await;
            assert_eq!(refused.status(), 404);
            assert_eq!(refused.text().await.unwrap(), nobodys);
        }
        // From the close on it is there for everybody, with its hash.
        let id = open.evaluation.id.as_str();
        let closed = village.closed(id).await.evaluation.result.unwrap();
        let published = village.table(id).await;
        assert_eq!(published.status(), 200);
        assert_eq!(
            published.headers()["etag"],
            format!("\"{}\"", closed.ballots_hash)
        );
        assert_eq!(published.headers()["cache-control"], "no-store");
        let first = published.bytes().await.unwrap();
        assert_eq!(sha256_hex_of(&first), closed.ballots_hash);
        let again = village.table(id).await.bytes().await.unwrap();
        assert_eq!(again, first);
        // Another one in between is not taken for it.
        let second = village.voted(7).await;
        village.closed(&second.evaluation.id).await;
        let other = village.table(&second.evaluation.id).await;
        let other = other.text().await.unwrap();
        assert!(other.contains(&second.evaluation.id), "{other}");
        assert_eq!(village.table(id).await.bytes().await.unwrap(), first);
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let village = Village::new().await;
    let open = village.voted(6).await;
    let id = open.evaluation.id.as_str();
    village.closed(id).await;
    for number in 0..PUBLIC_READINGS_PER_MINUTE {
        // Whether there is one or not.
        let (id, status) = if number % 2 == 0 {
            (id, 200)
        } else {
            ("nobodys", 404)
        };
        assert_eq!(village.table(id).await.status().as_u16(), status);
    }
    for id in [id, "nobodys"] {
        problem(village.table(id).await, 429, ErrorCode::TooMany).await;
    }
    // Nobody else is kept from anything, and a while later they may again.
    assert_eq!(village.get(&village.staff, id).await.evaluation.id, id);
    village.world.clock.advance_ms(90_000);
    assert_eq!(village.table(id).await.status().as_u16(), 200);
}

/// Staff whose ballots do not come to what was published are told nothing that could be taken for it.
#[tokio::test]
async fn a_table_that_is_not_the_published_one_is_never_answered() {
    let village = Village::new().await;
    let open = village.voted(6).await;
    let id = open.evaluation.id.clone();
    village.closed(&id).await;
    let at = id.clone();
    village
        .world
        .blocking(move |store| {
            let stuffed = store.write::<_, store::Error, _>(move |tx| {
                let ballot = store::evaluations::ballots::Ballot {
                    id: "f".repeat(32),
                    member_id: None,
                    answers: "[[0]]".to_owned(),
                };
                store::evaluations::ballots::keep(tx, &at, &[ballot])
            });
            stuffed.unwrap();
        })
        .await;
    let answer = village.table(&id).await;
    assert_eq!(answer.status().as_u16(), 500);
    assert!(!answer.text().await.unwrap().contains("满意"));
}
