//! Many organizations at once.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::organization::{Organization, OrganizationsReport};
use reqwest::Response;
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem};

async fn send(world: &World, token: &str, rows: &Value, dry_run: bool) -> Response {
    let request = world.post("/api/v1/organizations/import", token);
    let request = request.json(&json!({ "rows": rows, "dry_run": dry_run }));
    request.send().await.unwrap()
}

async fn codes(world: &World, token: &str) -> Vec<String> {
    let all = world.get("/api/v1/organizations", token);
    let all: Vec<Organization> = ok(all.send().await.unwrap()).await;
    let mut codes: Vec<String> = all.into_iter().map(|it| it.code).collect();
    codes.sort();
    codes
}

#[tokio::test]
async fn a_tree_is_made_at_once_in_whatever_order_it_is_listed() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let rows = json!([
            { "parent_code": "HX", "kind": "branch", "code": "HX-1", "name": "河西村第一党支部" },
            { "kind": "village", "code": "HX", "name": "河西村" },
            { "parent_code": " QH ", "kind": "office", "code": " NY ", "name": " 农业 服务中心 " },
            { "parent_code": "ZJ", "kind": "branch", "code": "ZJ-1", "name": "张家村第一党支部" },
        ]);
        let dry: OrganizationsReport = ok(send(&world, &staff, &rows, true).await).await;
        assert_eq!(dry, OrganizationsReport::default());
        assert_eq!(codes(&world, &staff).await, ["LJ", "QH", "ZJ"]);
        let made: OrganizationsReport = ok(send(&world, &staff, &rows, false).await).await;
        assert_eq!(made.made, 4);
        let all = ["HX", "HX-1", "LJ", "NY", "QH", "ZJ", "ZJ-1"];
        assert_eq!(codes(&world, &staff).await, all);
        let parents = world
            .blocking(|store| {
                let parents = |tx: &mut store::Tx<'_>| {
                    let above = |code: &str| {
                        let one = store::organizations::by_code(tx, code)?.unwrap();
                        let parent = store::organizations::get(tx, &one.parent_id.unwrap())?;
                        Ok::<_, store::Error>(parent.unwrap().code)
                    };
                    ["HX-1", "HX", "NY", "ZJ-1"]
                        .map(above)
                        .into_iter()
                        .collect::<store::Result<Vec<_>>>()
                };
                store.read(parents).unwrap()
            })
            .await;
        assert_eq!(parents, ["HX", "QH", "QH", "ZJ"]);
        let log = world
            .blocking(|store| {
                let of = store::audit::Filter {
                    action: Some("organization.create"),
                    ..store::audit::Filter::default()
                };
                let log = |tx: &mut store::Tx<'_>| store::audit::list(tx, &of, None, 100);
                store.read(log).unwrap()
            })
            .await;
        let by_staff = log.iter().filter(|it| it.actor.starts_with("staff:"));
        assert_eq!(by_staff.count(), 4);
        // Sent again, each row says that it is there.
        let again = problem(
            send(&world, &staff, &rows, false).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        let fields: Vec<_> = again.fields.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "rows[0].code",
                "rows[1].code",
                "rows[2].code",
                "rows[3].code"
            ]
        );
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_row_by_row_and_nothing_is_made() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let rows = json!([
            { "kind": "village", "code": "HX", "name": "河西村" },
            { "kind": "village", "code": "HX", "name": "石桥村" },
            { "kind": "village", "code": "Z J", "name": "" },
            { "kind": "village", "code": "ZJ", "name": "张家村" },
            { "parent_code": "XX", "kind": "village", "code": "A", "name": "甲村" },
            { "kind": "county", "code": "B", "name": "乙县" },
            { "parent_code": "HX", "kind": "village", "code": "C", "name": "丙村" },
            // The first two stand above each other.
            { "parent_code": "E", "kind": "branch", "code": "D", "name": "丁支部" },
            { "parent_code": "D", "kind": "branch", "code": "E", "name": "戊支部" },
        ]);
        let wanted = [
            "rows[1].code",
            "rows[2].code",
            "rows[2].name",
            "rows[3].code",
            "rows[4].parent_code",
            "rows[5].kind",
            "rows[6].kind",
            "rows[7].kind",
            "rows[8].kind",
        ];
        let dry: OrganizationsReport = ok(send(&world, &staff, &rows, true).await).await;
        let told: Vec<_> = dry.problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(told, wanted);
        let refused = problem(
            send(&world, &staff, &rows, false).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        assert_eq!(refused.fields, dry.problems);
        assert_eq!(codes(&world, &staff).await, ["LJ", "QH", "ZJ"]);
        for none in [
            json!([]),
            Value::from_iter(
                (0..5_001)
                    .map(|n| json!({ "kind": "village", "code": format!("V{n}"), "name": "村" })),
            ),
        ] {
            let refused = send(&world, &staff, &none, true).await;
            let refused = problem(refused, 422, ErrorCode::Invalid).await;
            assert_eq!(refused.fields[0].field, "rows");
        }
    }
}

#[tokio::test]
async fn as_many_as_a_prefecture_has_are_taken() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let rows = (0..4_807).map(
        |n| json!({ "kind": "village", "code": format!("V{n}"), "name": format!("第 {n} 村") }),
    );
    let made = send(&world, &staff, &rows.collect(), false).await;
    assert_eq!(ok::<OrganizationsReport>(made).await.made, 4_807);
}

#[tokio::test]
async fn what_others_have_cannot_be_built_upon() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "ZJ").await;
        let below = |parent: &str| json!([{ "parent_code": parent, "kind": "branch", "code": "N", "name": "新支部" }]);
        for parent in ["QH", "LJ", "XX"] {
            let refused = send(&world, &staff, &below(parent), false).await;
            let refused = problem(refused, 422, ErrorCode::Invalid).await;
            assert_eq!(refused.fields[0].field, "rows[0].parent_code");
        }
        // Without one it is the own.
        let made = send(&world, &staff, &below(""), false).await;
        assert_eq!(ok::<OrganizationsReport>(made).await.made, 1);
        assert_eq!(codes(&world, &staff).await, ["N", "ZJ"]);
    }
}
