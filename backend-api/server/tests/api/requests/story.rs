//! From asking to the end, with everything that can come between.

use contract::error::ErrorCode;
use contract::event::Event;
use contract::request::{Happened as H, Level, RequestGroup, RequestReceipt, RequestState as S};
use serde_json::json;

use super::place::{HOUR, Place, answer, asked, happened};
use crate::common::{START_MS, draft, ok, problem};
use crate::events::Events;

#[tokio::test]
async fn asked_passed_on_returned_given_time_answered_reopened_and_closed() {
    let place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    assert_eq!(receipt.number, "20261122-001");
    assert_eq!(receipt.due_at_ms, START_MS + 24 * HOUR);
    assert_eq!(receipt.office.name, "张家村");
    // Sent again it is the same, and how long ago the key was pressed may have changed.
    let mut again = asked(&place.own, "路灯不亮");
    again["age_ms"] = json!(60_000);
    let same: RequestReceipt = ok(place.send(&place.home, "requests", "k1", &again).await).await;
    assert_eq!(same, receipt);
    again["sentences"] = json!(["别的"]);
    let other = place.send(&place.home, "requests", "k1", &again).await;
    problem(other, 422, ErrorCode::KeyReused).await;

    let shown = place.only(&place.home).await;
    assert_eq!(
        (shown.state, shown.summary.as_str()),
        (S::Received, "路灯不亮")
    );
    assert_eq!(shown.due_because.len(), 3, "{:?}", shown.due_because);
    assert_eq!(place.at(&place.neighbour).await, []);
    let id = receipt.id.as_str();

    // The village passes it on, and cannot do more; the office gives it back; the asker sees both.
    let pass = json!({ "act": "pass_on", "organization_code": "NY", "reason": "归农办管" });
    let passed = place.act(&place.village, id, pass).await;
    assert_eq!(
        (passed.line.state, passed.line.level),
        (S::Assigned, Level::Township)
    );
    assert_eq!(
        passed.line.due_at_ms,
        Some(receipt.due_at_ms),
        "the clock runs on"
    );
    assert_eq!(passed.may, [""; 0]);
    let refused = place
        .try_act(&place.village, id, &json!({ "act": "accept" }))
        .await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    problem(
        place.try_get(&place.other_village, id).await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    let back = json!({ "act": "return", "reason": "路灯归村里" });
    let back = place.act(&place.office, id, back).await;
    assert_eq!(back.line.id, id);
    problem(
        place.try_get(&place.office, id).await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    let shown = place.only(&place.home).await;
    assert_eq!(happened(&shown), [H::Asked, H::PassedOn, H::Returned]);
    assert_eq!(shown.history[1].text, "转给农业农村办：归农办管");
    assert_eq!(
        shown.history[2].who, "农业农村办",
        "no login on a television"
    );
    assert_eq!(shown.office.name, "张家村");

    // More time: asked for below, given above.
    let ask = json!({ "act": "ask_extension", "hours": 5, "reason": "等零件" });
    let asking = place.act(&place.village, id, ask).await;
    assert_eq!(asking.extension_asked_hours, Some(5));
    let own = place
        .try_act(&place.village, id, &json!({ "act": "give_extension" }))
        .await;
    problem(own, 403, ErrorCode::Forbidden).await;
    let given = place
        .act(&place.town, id, json!({ "act": "give_extension" }))
        .await;
    assert_eq!(given.line.due_at_ms, Some(START_MS + 29 * HOUR));
    assert!(
        given.due_because[0].contains("延长 5 小时"),
        "{:?}",
        given.due_because
    );

    // Answered; the asker says that it is not solved, and it goes higher with a new clock.
    let answered = place.act(&place.village, id, answer("已经换了灯泡")).await;
    assert_eq!(
        (answered.line.state, answered.line.due_at_ms),
        (S::Answered, None)
    );
    assert_eq!(
        place
            .list(&place.village, RequestGroup::Waiting)
            .await
            .counts
            .waiting,
        1
    );
    let shown = place.only(&place.home).await;
    assert!(shown.wants_verdict && shown.due_at_ms.is_none());
    let about = shown.history.last().unwrap().number;
    place.world.clock.advance_ms(HOUR);
    let no = json!({ "solved": "no", "satisfaction": 1, "about": about });
    let reopened = place.judge(&place.home, "v1", id, &no).await;
    assert_eq!(reopened.status(), 200);
    let shown = place.only(&place.home).await;
    assert_eq!(
        (shown.state, shown.office.name.as_str()),
        (S::Reopened, "清河镇")
    );
    assert_eq!(shown.due_at_ms, Some(START_MS + 25 * HOUR));
    assert!(!shown.wants_verdict);

    // A verdict on an answer that is not the last is refused.
    place.act(&place.town, id, answer("派电工来了")).await;
    let old = place
        .judge(
            &place.home,
            "v2",
            id,
            &json!({ "solved": "yes", "about": about }),
        )
        .await;
    problem(old, 409, ErrorCode::Conflict).await;
    let about = place.only(&place.home).await.history.last().unwrap().number;
    let yes = json!({ "solved": "yes", "satisfaction": 5, "about": about });
    for _ in 0..2 {
        // The second is the first, sent again.
        let closed = place.judge(&place.home, "v3", id, &yes).await;
        assert_eq!(closed.status(), 200);
    }
    let twice = place.judge(&place.home, "v4", id, &yes).await;
    problem(twice, 409, ErrorCode::Conflict).await;
    let ended = place.get(&place.town, id).await;
    assert_eq!((ended.line.state, ended.satisfaction), (S::Closed, Some(5)));
    assert_eq!(
        place
            .list(&place.town, RequestGroup::Ended)
            .await
            .items
            .len(),
        1
    );
    let refused = place.try_act(&place.town, id, &answer("再说一句")).await;
    problem(refused, 409, ErrorCode::Conflict).await;
    let faults = place
        .world
        .blocking(|store| store.integrity_check().unwrap())
        .await;
    assert!(faults.is_empty(), "{faults:?}");
}

#[tokio::test]
async fn an_asker_who_is_asked_back_adds_and_one_who_thinks_better_takes_it_back() {
    let place = Place::new().await;
    let receipt = place
        .ask(&place.home, "k1", &place.farming, "叶子发黄")
        .await;
    let id = receipt.id.as_str();
    let back = json!({ "act": "ask_back", "text": "是哪一块地？" });
    let asked_back = place.act(&place.office, id, back).await;
    assert_eq!(
        (asked_back.line.state, asked_back.line.due_at_ms),
        (S::InProgress, None)
    );
    assert!(place.only(&place.home).await.wants_addition);
    assert_eq!(
        place
            .list(&place.office, RequestGroup::Waiting)
            .await
            .items
            .len(),
        1
    );
    let path = format!("requests/{id}/additions");
    let empty = place.send(&place.home, &path, "a0", &json!({})).await;
    problem(empty, 422, ErrorCode::Invalid).await;
    let added = place
        .send(
            &place.home,
            &path,
            "a1",
            &json!({ "sentences": ["东边那块"] }),
        )
        .await;
    assert_eq!(added.status(), 200);
    assert_eq!(
        place
            .list(&place.office, RequestGroup::ToDo)
            .await
            .items
            .len(),
        1
    );
    let others = place
        .send(
            &place.neighbour,
            &path,
            "a2",
            &json!({ "sentences": ["我"] }),
        )
        .await;
    problem(others, 404, ErrorCode::NotFound).await;
    let path = format!("requests/{id}/withdraw");
    let gone = place.send(&place.home, &path, "w1", &json!({})).await;
    assert_eq!(gone.status(), 200);
    let shown = place.only(&place.home).await;
    assert_eq!(shown.state, S::Withdrawn);
    assert_eq!(
        happened(&shown),
        [H::Asked, H::AskedBack, H::Added, H::Withdrawn]
    );
    let twice = place.send(&place.home, &path, "w2", &json!({})).await;
    problem(twice, 409, ErrorCode::Conflict).await;
}

#[tokio::test]
async fn who_asked_the_same_gets_the_answer_and_speaks_for_themselves() {
    let place = Place::new().await;
    let first = place
        .ask(&place.home, "k1", &place.farming, "桃树叶子发黄")
        .await;
    let second = place
        .ask(&place.neighbour, "k2", &place.farming, "桃树的叶子发黄")
        .await;
    let seen = place.get(&place.office, &second.id).await;
    let similar: Vec<_> = seen.similar.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(similar, [first.id.as_str()]);
    let own = place
        .try_act(
            &place.office,
            &second.id,
            &json!({ "act": "merge", "into": second.id }),
        )
        .await;
    problem(own, 422, ErrorCode::Invalid).await;
    let merged = place
        .act(
            &place.office,
            &second.id,
            json!({ "act": "merge", "into": first.id }),
        )
        .await;
    assert_eq!(merged.merged_into.as_deref(), Some(first.id.as_str()));
    assert_eq!(place.get(&place.office, &first.id).await.merged.len(), 1);
    place
        .act(&place.office, &first.id, answer("缺铁，喷硫酸亚铁"))
        .await;
    for tv in [&place.home, &place.neighbour] {
        let shown = place.only(tv).await;
        assert!(shown.wants_verdict);
        assert_eq!(shown.history.last().unwrap().text, "缺铁，喷硫酸亚铁");
    }
    let shown = place.only(&place.neighbour).await;
    assert_eq!(shown.state, S::Merged);
    let about = shown.history.last().unwrap().number;
    let no = json!({ "solved": "no", "about": about });
    let answered = place.judge(&place.neighbour, "v", &second.id, &no).await;
    assert_eq!(answered.status(), 200);
    assert_eq!(place.only(&place.neighbour).await.state, S::Reopened);
    assert_eq!(
        place.only(&place.home).await.state,
        S::Answered,
        "the other has not said anything"
    );
    // One that is answered already tells who comes later.
    let third = place
        .ask(&place.neighbour, "k3", &place.farming, "叶子黄")
        .await;
    place
        .act(
            &place.office,
            &third.id,
            json!({ "act": "merge", "into": first.id }),
        )
        .await;
    let shown = place.at(&place.neighbour).await;
    let third = shown.iter().find(|it| it.id == third.id).unwrap();
    assert!(third.wants_verdict);
    let about = third.history.last().unwrap().number;
    let yes = json!({ "solved": "partly", "about": about });
    assert_eq!(
        place
            .judge(&place.neighbour, "v3", &third.id, &yes)
            .await
            .status(),
        200
    );
    assert_eq!(
        place.get(&place.office, &third.id).await.line.state,
        S::Closed
    );
    let faults = place
        .world
        .blocking(|store| store.integrity_check().unwrap())
        .await;
    assert!(faults.is_empty(), "{faults:?}");
}

#[tokio::test]
async fn who_is_told_that_it_cannot_be_done_may_have_it_looked_at_higher() {
    let place = Place::new().await;
    let receipt = place.ask(&place.home, "k1", &place.own, "要修路").await;
    let declined = json!({ "act": "decline", "reason": "今年没有这笔钱" });
    let declined = place.act(&place.village, &receipt.id, declined).await;
    assert_eq!(declined.line.state, S::Declined);
    let shown = place.only(&place.home).await;
    assert!(shown.wants_verdict);
    let no = json!({ "solved": "no", "about": shown.history.last().unwrap().number });
    place.judge(&place.home, "v", &receipt.id, &no).await;
    let shown = place.only(&place.home).await;
    assert_eq!(
        (shown.state, shown.office.name.as_str()),
        (S::Reopened, "清河镇")
    );
}

#[tokio::test]
async fn a_suggestion_is_answered_in_public_without_its_author() {
    let place = Place::new().await;
    let mut body = asked(&place.suggestions, "村口装一盏路灯");
    body["may_be_public"] = json!(true);
    let receipt: RequestReceipt = ok(place.send(&place.home, "requests", "k1", &body).await).await;
    let silent = place
        .ask(&place.neighbour, "k2", &place.suggestions, "不要公开")
        .await;
    let publish = json!({ "act": "publish", "title": "村口装一盏路灯", "list": "notices" });
    for id in [&receipt.id, &silent.id] {
        let early = place.try_act(&place.town, id, &publish).await;
        problem(early, 409, ErrorCode::Conflict).await;
        place.act(&place.town, id, answer("下个月装")).await;
    }
    let private = place.try_act(&place.town, &silent.id, &publish).await;
    problem(private, 409, ErrorCode::Conflict).await;
    let wrong = json!({ "act": "publish", "title": "灯", "list": "nowhere" });
    let wrong = place.try_act(&place.town, &receipt.id, &wrong).await;
    problem(wrong, 422, ErrorCode::Invalid).await;
    place.act(&place.town, &receipt.id, publish.clone()).await;
    let twice = place.try_act(&place.town, &receipt.id, &publish).await;
    problem(twice, 409, ErrorCode::Conflict).await;
    let feed = place.world.feed(&place.neighbour.token, "").await;
    let feed = serde_json::to_string(&feed).unwrap();
    assert!(
        feed.contains("下个月装") && feed.contains("村口装一盏路灯"),
        "{feed}"
    );
    assert!(!feed.contains("孟家"), "{feed}");
}

#[tokio::test]
async fn only_the_television_of_the_household_is_told() {
    let place = Place::new().await;
    let mut home = Events::listen(&place.world, &place.home.token, None).await;
    let mut neighbour = Events::listen(&place.world, &place.neighbour.token, None).await;
    let receipt = place.ask(&place.home, "k1", &place.own, "路灯不亮").await;
    let told = home.event().await.unwrap().0;
    assert_eq!(told, Event::RequestsChanged);
    place.act(&place.village, &receipt.id, answer("换了")).await;
    let told = home.event().await.unwrap().0;
    assert_eq!(told, Event::RequestsChanged);
    place.world.publish(&place.town, &draft("通知", "ZJ")).await;
    let told = neighbour.event().await.unwrap().0;
    assert_eq!(
        told,
        Event::FeedChanged,
        "nothing of the other home came before"
    );
}
