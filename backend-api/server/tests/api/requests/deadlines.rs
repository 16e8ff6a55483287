//! What happens at its time.

use std::time::Duration;

use backend_api::services::kit::rights::Role;
use contract::request::{Happened as H, RequestGroup, RequestState as S};
use contract::staff::{NoticeKind, StaffNotice};
use reqwest::Method;
use serde_json::{Value, json};
use store::due;

use super::place::{HOUR, Place, answer, happened};
use crate::common::{START_MS, World, databases, ok};

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

impl Place {
    /// What somebody has not looked at, the newest first.
    async fn told(&self, staff: &str) -> Vec<StaffNotice> {
        let request = self.world.get("/api/v1/notices?unseen=true", staff);
        let page: Value = ok(request.send().await.unwrap()).await;
        serde_json::from_value(page["items"].clone()).unwrap()
    }

    async fn looked(&self, staff: &str, notice: &StaffNotice) -> u16 {
        let path = format!("/api/v1/notices/{}/seen", notice.id);
        let request = self.world.ask(Method::POST, &path, staff);
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn the_office_that_must_answer_is_told_once_before_and_once_after() {
    for database in databases().await {
        let world = World::with(database, |config| config.sessions.hours = 720).await;
        let place = Place::in_world(world).await;
        let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
        let subject = format!("request:{}", receipt.id);
        assert_eq!(place.told(&place.village).await, []);
        place.world.clock.advance_ms(21 * HOUR);
        settled(&place.world).await;
        let told = place.told(&place.village).await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].kind, &told[0].subject, told[0].at_ms),
            (NoticeKind::RequestDueSoon, &subject, START_MS + 21 * HOUR)
        );
        assert_eq!(told[0].organization.name, "张家村");
        let says = format!("LL（{}）快到时限，请在 2026-", receipt.number);
        assert!(told[0].detail.starts_with(&says), "{}", told[0].detail);
        assert!(!told[0].detail.contains("路灯"), "{}", told[0].detail);
        // Whoever is above sees it, a neighbour and an office do not.
        assert_eq!(place.told(&place.town).await, told);
        for other in [&place.other_village, &place.office] {
            assert_eq!(place.told(other).await, []);
            assert_eq!(place.looked(other, &told[0]).await, 404);
        }
        let reader = place.world.staff(Role::Reader, "ZJ").await;
        assert_eq!(place.told(&reader).await, told);
        assert_eq!(place.looked(&reader, &told[0]).await, 403);
        // Time goes by and nothing new is said; then it is the township's.
        place.world.clock.advance_ms(HOUR);
        settled(&place.world).await;
        assert_eq!(place.told(&place.village).await, told);
        place.world.clock.advance_ms(2 * HOUR);
        settled(&place.world).await;
        assert_eq!(place.told(&place.village).await, []);
        let told = place.told(&place.town).await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].kind, &told[0].subject, told[0].at_ms),
            (NoticeKind::RequestOverdue, &subject, START_MS + 24 * HOUR)
        );
        assert_eq!(told[0].organization.name, "清河镇");
        assert!(
            told[0].detail.contains("下级没有按时答复，升到这里"),
            "{}",
            told[0].detail
        );
        assert_eq!(place.looked(&place.village, &told[0]).await, 404);
        assert_eq!(place.looked(&place.town, &told[0]).await, 200);
        assert_eq!(place.told(&place.town).await, []);
        // Nobody stands higher: it is said once more, and not after an answer.
        place.world.clock.advance_ms(100 * HOUR);
        settled(&place.world).await;
        let told = place.told(&place.town).await;
        assert_eq!(told.len(), 1);
        assert!(
            told[0].detail.ends_with("已经超过时限，请马上答复"),
            "{}",
            told[0].detail
        );
        place
            .act(&place.town, &receipt.id, answer("换了灯泡"))
            .await;
        assert_eq!(place.told(&place.town).await, []);
    }
}

#[tokio::test]
async fn an_office_without_members_is_told_and_sees_nobody() {
    let place = Place::new().await;
    let receipt = place
        .ask(&place.home, "k1", &place.farming, "果树叶子发黄")
        .await;
    // A notice about a member, where the office could see it if it saw members.
    place
        .world
        .blocking(|store| {
            store
                .write::<_, store::Error, _>(|tx| {
                    let office = store::organizations::by_code(tx, "NY")?.unwrap();
                    let notice = store::notices::NewNotice {
                        organization_id: office.id,
                        kind: NoticeKind::PinLocked,
                        subject: "member:a".to_owned(),
                        detail: "王芳".to_owned(),
                    };
                    store::notices::raise(tx, &notice, 1)
                })
                .unwrap();
        })
        .await;
    place.world.clock.advance_ms(21 * HOUR);
    settled(&place.world).await;
    let told = place.told(&place.office).await;
    let kinds: Vec<_> = told.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [NoticeKind::RequestDueSoon]);
    assert_eq!(told[0].subject, format!("request:{}", receipt.id));
    let all = place.told(&place.town).await;
    let member = all
        .iter()
        .find(|it| it.kind == NoticeKind::PinLocked)
        .unwrap();
    assert_eq!(place.looked(&place.office, member).await, 404);
    assert_eq!(place.looked(&place.office, &told[0]).await, 200);
    assert_eq!(place.told(&place.office).await, []);
}
