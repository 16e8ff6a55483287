//! What is refused, in words that say what to do.

use contract::error::ErrorCode;
use contract::terminal::TerminalKind;
use serde_json::{Value, json};

use super::place::{Place, asked};
use crate::common::{problem, tv};

#[tokio::test]
async fn bad_input_at_a_television_is_refused_and_takes_no_number() {
    let place = Place::new().await;
    let good = asked(&place.own, "路灯不亮");
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, status, code) in [
        (
            with("category_id", json!("nobody")),
            404,
            ErrorCode::NotFound,
        ),
        (
            with("phone", json!({ "of": "typed", "number": "1234" })),
            422,
            ErrorCode::Invalid,
        ),
        (
            with("phone", json!({ "of": "typed", "number": "一二三四五" })),
            422,
            ErrorCode::Invalid,
        ),
        (
            with("phone", json!({ "of": "typed", "number": "1".repeat(21) })),
            422,
            ErrorCode::Invalid,
        ),
        (
            with("phone", json!({ "of": "member", "member_id": "nobody" })),
            422,
            ErrorCode::Invalid,
        ),
        (
            with("sentences", json!(["\u{200b}"])),
            422,
            ErrorCode::Invalid,
        ),
        (
            with("sentences", json!(["长".repeat(61)])),
            422,
            ErrorCode::Invalid,
        ),
        (
            with("sentences", json!(vec!["一"; 10])),
            422,
            ErrorCode::Invalid,
        ),
        (with("for_member_id", json!("x")), 422, ErrorCode::Invalid),
        (
            with("voice", json!({ "ogg_base64": "bm8=", "length_ms": 5 })),
            422,
            ErrorCode::Invalid,
        ),
    ] {
        let answer = place.send(&place.home, "requests", "k", &body).await;
        problem(answer, status, code).await;
    }
    let without_key = place
        .world
        .post("/api/v1/terminal/requests", &place.home.token);
    let without_key = without_key.json(&good).send().await.unwrap();
    problem(without_key, 400, ErrorCode::BadRequest).await;
    let sign = tv(&place.world, "ZJ", TerminalKind::Signage).await;
    let refused = place.send(&sign, "requests", "k", &good).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let receipt = place.ask(&place.home, "k", &place.own, "路灯不亮").await;
    assert_eq!(receipt.number, "20261122-001");
}

#[tokio::test]
async fn bad_input_of_staff_is_refused_and_changes_nothing() {
    let place = Place::new().await;
    let receipt = place
        .ask(&place.home, "k", &place.farming, "叶子发黄")
        .await;
    let id = receipt.id.as_str();
    let version = place.get(&place.office, id).await.version;
    let long = "长".repeat(501);
    for (act, status, code) in [
        (
            json!({ "act": "reply", "text": " ", "done": true }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "reply", "text": long, "done": true }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "reply", "text": "好", "done": true, "pictures": ["nobody"] }),
            422,
            ErrorCode::Invalid,
        ),
        // It belongs to the township at least.
        (
            json!({ "act": "pass_on", "organization_code": "ZJ", "reason": "归村里" }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "pass_on", "organization_code": "NOWHERE", "reason": "别处" }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "pass_on", "organization_code": "QH", "reason": "" }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "ask_extension", "hours": 0, "reason": "等" }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "ask_extension", "hours": 721, "reason": "等" }),
            422,
            ErrorCode::Invalid,
        ),
        (json!({ "act": "give_extension" }), 409, ErrorCode::Conflict),
        (
            json!({ "act": "merge", "into": "nobody" }),
            422,
            ErrorCode::Invalid,
        ),
        (
            json!({ "act": "publish", "title": "题", "list": "notices" }),
            409,
            ErrorCode::Conflict,
        ),
        (
            json!({ "act": "note", "text": "" }),
            422,
            ErrorCode::Invalid,
        ),
    ] {
        let answer = place.act_on(&place.office, id, version, &act).await;
        problem(answer, status, code).await;
    }
    let unknown = json!({ "act": "burn" });
    let unknown = place.act_on(&place.office, id, version, &unknown).await;
    assert_eq!(unknown.status(), 400);
    let verdict = json!({ "solved": "yes", "about": 1 });
    let early = place.judge(&place.home, "v", id, &verdict).await;
    problem(early, 409, ErrorCode::Conflict).await;
    let verdict = json!({ "solved": "yes", "satisfaction": 6, "about": 1 });
    let wrong = place.judge(&place.home, "v", id, &verdict).await;
    problem(wrong, 422, ErrorCode::Invalid).await;
    assert_eq!(place.get(&place.office, id).await.version, version);
}
