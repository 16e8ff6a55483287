//! Questions from a file, for a draft that is written in the console.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::form::{Form, OnlyIf};
use reqwest::Response;

use crate::common::{World, ok, problem};

async fn sent(world: &World, staff: &str, body: Vec<u8>) -> Response {
    let request = world.post("/api/v1/evaluations/questions", staff);
    request.body(body).send().await.unwrap()
}

#[tokio::test]
async fn a_file_becomes_questions_and_nothing_is_kept() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let table =
        "题目,类型,选项,条件\n满意吗？,单选,满意、不满意,\n为什么？,选句,太慢|没人管,1：不满意\n";
    let form: Form = ok(sent(&world, &staff, table.into()).await).await;
    let only_if = OnlyIf {
        question: "q1".to_owned(),
        any_of: vec![1],
    };
    assert_eq!(form.questions[1].only_if, Some(only_if));
    let file = "标题 = 评议\n\n[[题目]]\n题目 = 停过几次水？\n类型 = 数字\n最小 = 0\n最大 = 30\n";
    let form: Form = ok(sent(&world, &staff, file.into()).await).await;
    assert_eq!(form.questions[0].text, "停过几次水？");
    let listed: serde_json::Value = ok(world
        .get("/api/v1/evaluations", &staff)
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(listed["items"], serde_json::json!([]));
}

#[tokio::test]
async fn every_wrong_line_is_named() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let table = "题目,类型,选项\n满意吗？,打星,1、2\n几次？,数字,\n";
    let refused = sent(&world, &staff, table.into()).await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = refused.fields.iter().map(|it| it.field.as_str()).collect();
    assert!(
        fields.contains(&"line[2]") && fields.contains(&"line[3]"),
        "{fields:?}"
    );
    for bytes in [Vec::new(), b"PK\x03\x04\0\0".to_vec(), vec![0xff; 3_000]] {
        problem(sent(&world, &staff, bytes).await, 422, ErrorCode::Invalid).await;
    }
    // Who makes none reads none.
    let secretary = world.staff(Role::BranchSecretary, "ZJ").await;
    let refused = sent(&world, &secretary, table.into()).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
}
