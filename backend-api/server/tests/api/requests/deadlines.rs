//! What happens at its time.

use std::time::Duration;

use contract::request::{Happened as H, RequestGroup, RequestState as S};
use serde_json::json;
use store::due;

use super::place::{HOUR, Place, answer, happened};
use crate::common::{START_MS, World};

/// Waits until nothing is due any more.
async fn settled(world: &World) {
    let now_ms = world.now_ms();
    let waited = async {
        loop {
            let next = world
                .blocking(move |store| store.read(|tx| due::next(tx, now_ms)).unwrap())
                .await;
            if next.is_none_or(|at_ms| at_ms > now_ms + HOUR / 60) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waited)
        .await
        .expect("within a minute");
}

#[tokio::test]
async fn what_nobody_answers_is_said_to_be_due_and_goes_higher_once() {
    let place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    let id = receipt.id.as_str();
    // 10:00 in China: three quarters of a day would be at 4 in the night.
    place.world.clock.advance_ms(20 * HOUR);
    settled(&place.world).await;
    assert_eq!(happened(&place.only(&place.home).await), [H::Asked]);
    place.world.clock.advance_ms(HOUR);
    settled(&place.world).await;
    let seen = place.get(&place.village, id).await;
    let what: Vec<_> = seen.history.iter().map(|it| it.what).collect();
    assert_eq!(what, [H::Asked, H::DueSoon]);
    place.world.clock.advance_ms(3 * HOUR);
    settled(&place.world).await;
    let shown = place.only(&place.home).await;
    assert_eq!(happened(&shown), [H::Asked, H::Escalated]);
    assert_eq!(
        (shown.office.name.as_str(), shown.state),
        ("清河镇", S::Received)
    );
    assert_eq!(shown.due_at_ms, Some(START_MS + 48 * HOUR));
    let counts = place.list(&place.town, RequestGroup::ToDo).await;
    assert_eq!((counts.counts.to_do, counts.counts.overdue), (1, 0));
    assert_eq!(counts.items[0].escalations, 1);
    // The township is the highest there is: it is overdue there, and nothing more comes.
    place.world.clock.advance_ms(100 * HOUR);
    settled(&place.world).await;
    let seen = place.get(&place.town, id).await;
    assert_eq!(
        (seen.line.escalations, seen.line.office.name.as_str()),
        (2, "清河镇")
    );
    let counts = place.list(&place.town, RequestGroup::ToDo).await.counts;
    assert_eq!((counts.to_do, counts.overdue), (1, 1));
    let accepted = place.act(&place.town, id, json!({ "act": "accept" })).await;
    assert_eq!(accepted.line.due_at_ms, None);
}

#[tokio::test]
async fn after_two_days_of_downtime_it_goes_up_one_level_and_no_more() {
    let mut place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    place.world = place.world.restarted(48 * HOUR).await;
    settled(&place.world).await;
    let seen = place.get(&place.town, &receipt.id).await;
    let what: Vec<_> = seen.history.iter().map(|it| it.what).collect();
    // A warning would come too late, and the township has a whole day.
    assert_eq!(what, [H::Asked, H::Escalated]);
    assert_eq!(seen.line.due_at_ms, Some(START_MS + 72 * HOUR));
    place.world = place.world.restarted(HOUR).await;
    settled(&place.world).await;
    assert_eq!(
        place.get(&place.town, &receipt.id).await.line.escalations,
        1
    );
}

#[tokio::test]
async fn who_says_nothing_is_reminded_once_and_nothing_is_closed() {
    let place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    place
        .act(&place.village, &receipt.id, answer("换了灯泡"))
        .await;
    place.world.clock.advance_ms(72 * HOUR);
    settled(&place.world).await;
    for _ in 0..2 {
        let shown = place.only(&place.home).await;
        assert_eq!(happened(&shown), [H::Asked, H::Answered, H::Reminded]);
        assert!(shown.wants_verdict && shown.state == S::Answered);
        place.world.clock.advance_ms(30 * 24 * HOUR);
        settled(&place.world).await;
    }
}
