//! Lists are narrowed by the server: by a name or how it is read, and by how things stand.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::terminal::TerminalKind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{World, databases, draft, ok, problem, tv};

struct Office {
    world: World,
    staff: String,
}

impl Office {
    async fn on(database: store::testing::TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        Self { world, staff }
    }

    async fn make(&self, path: &str, body: Value) -> Value {
        let path = format!("/api/v1/{path}");
        let request = self.world.post(&path, &self.staff).json(&body);
        ok(request.send().await.unwrap()).await
    }

    async fn asked(&self, path: &str, query: &[(&str, &str)], token: &str) -> reqwest::Response {
        let path = format!("/api/v1/{path}");
        let request = self.world.get(&path, token).query(query);
        request.send().await.unwrap()
    }

    /// The `what` of everything on the first page.
    async fn list(&self, path: &str, query: &[(&str, &str)], what: &str) -> Vec<String> {
        let page: Value = ok(self.asked(path, query, &self.staff).await).await;
        let items = page["items"].as_array().unwrap();
        let text = |item: &Value| item.pointer(what).unwrap().as_str().unwrap().to_owned();
        items.iter().map(text).collect()
    }
}

#[tokio::test]
async fn members_and_households_are_found_by_how_names_are_read() {
    for database in databases().await {
        let office = Office::on(database).await;
        let house = office
            .make(
                "households",
                json!({ "organization_code": "ZJ", "name": "石桥 12 号" }),
            )
            .await;
        let living = json!({ "organization_code": "ZJ", "name": "单小平", "phone": "13800000001",
            "household_id": house["id"] });
        office.make("members", living).await;
        let other =
            json!({ "organization_code": "LJ", "name": "秦素云", "exempt_reason": "年老体弱" });
        office.make("members", other).await;

        let members = async |query: &[(&str, &str)]| office.list("members", query, "/name").await;
        assert_eq!(members(&[("name", "shan")]).await, ["单小平"]);
        assert_eq!(members(&[("name", "qsy")]).await, ["秦素云"]);
        assert_eq!(members(&[("name", "素云")]).await, ["秦素云"]);
        assert_eq!(
            members(&[("name", "qsy"), ("organization", "ZJ")]).await,
            [""; 0]
        );
        assert_eq!(members(&[("only", "exempt")]).await, ["秦素云"]);
        assert_eq!(members(&[("only", "no_phone")]).await, ["秦素云"]);
        assert_eq!(members(&[("only", "no_pin")]).await.len(), 2);
        assert_eq!(members(&[("only", "left")]).await, [""; 0]);
        assert_eq!(members(&[("phone_tail", "0001")]).await, ["单小平"]);
        // A part of a number finds nobody, and a guess at more than is shown is refused.
        for tail in ["1", "13800000001", "000a"] {
            let answer = office
                .asked("members", &[("phone_tail", tail)], &office.staff)
                .await;
            let refused = problem(answer, 422, ErrorCode::Invalid).await;
            assert_eq!(refused.fields[0].field, "phone_tail", "{tail}");
        }
        let unknown = office
            .asked("members", &[("only", "rich")], &office.staff)
            .await;
        assert_eq!(unknown.status(), 400);

        let households =
            async |query: &[(&str, &str)]| office.list("households", query, "/name").await;
        assert_eq!(households(&[("name", "dxp")]).await, ["石桥 12 号"]);
        assert_eq!(households(&[("name", "sq12")]).await, ["石桥 12 号"]);
        assert_eq!(households(&[("name", "sq21")]).await, [""; 0]);
        assert_eq!(households(&[("name", "12号")]).await, ["石桥 12 号"]);
        assert_eq!(households(&[("organization", "LJ")]).await, [""; 0]);
        assert_eq!(households(&[("only", "no_tv")]).await, ["石桥 12 号"]);
        assert_eq!(households(&[("only", "nobody")]).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_list_is_narrowed_to_no_place_that_is_not_ones_own() {
    for database in databases().await {
        let office = Office::on(database).await;
        let village = office.world.staff(Role::OrganizationStaff, "ZJ").await;
        let other = json!({ "organization_code": "LJ", "name": "秦素云" });
        office.make("members", other).await;
        tv(&office.world, "LJ", TerminalKind::Station).await;
        for path in ["members", "households", "terminals", "bulletins"] {
            for code in ["LJ", "QH", "none"] {
                let query = [("organization", code)];
                let refused = problem(
                    office.asked(path, &query, &village).await,
                    422,
                    ErrorCode::Invalid,
                )
                .await;
                assert_eq!(refused.fields[0].field, "organization", "{path} {code}");
            }
            let own: Value = ok(office
                .asked(path, &[("organization", "ZJ")], &village)
                .await)
            .await;
            assert_eq!(own["items"], json!([]), "{path}");
            let all: Value = ok(office.asked(path, &[], &village).await).await;
            assert_eq!(all["items"], json!([]), "{path}");
        }
        let found: Value = ok(office.asked("members", &[("name", "qsy")], &village).await).await;
        assert_eq!(found["items"], json!([]));
    }
}

#[tokio::test]
async fn terminals_are_found_by_place_kind_and_silence() {
    for database in databases().await {
        let office = Office::on(database).await;
        let world = &office.world;
        let home = tv(world, "ZJ", TerminalKind::Household).await;
        let station = tv(world, "LJ", TerminalKind::Station).await;
        let (id, now_ms) = (station.id.clone(), world.now_ms());
        world
            .blocking(move |store| {
                let heard = store.write::<_, store::Error, _>(move |tx| {
                    store::terminals::touch(tx, &id, now_ms)
                });
                assert!(heard.unwrap());
            })
            .await;
        let heard = async |only: &str| office.list("terminals", &[("only", only)], "/id").await;
        assert_eq!(heard("heard").await, std::slice::from_ref(&station.id));
        assert_eq!(heard("never").await, std::slice::from_ref(&home.id));
        assert_eq!(
            heard("without_household").await,
            std::slice::from_ref(&home.id)
        );
        assert_eq!(heard("silent").await, [""; 0]);
        let list = async |query: &[(&str, &str)]| office.list("terminals", query, "/id").await;
        assert_eq!(
            list(&[("kind", "station")]).await,
            std::slice::from_ref(&station.id)
        );
        assert_eq!(
            list(&[("organization", "ZJ")]).await,
            std::slice::from_ref(&home.id)
        );
        assert_eq!(
            list(&[("name", "lijia")]).await,
            std::slice::from_ref(&station.id)
        );
        assert_eq!(list(&[("name", "ds")]).await.len(), 2);
        // An hour later nobody was heard of since.
        let later = (world.now_ms() + 3_600_000).to_string();
        let silent = [("only", "silent"), ("since_ms", later.as_str())];
        assert_eq!(list(&silent).await, std::slice::from_ref(&station.id));
        let path = format!("/api/v1/terminals/{}/revoke", home.id);
        let revoked = world.ask(Method::POST, &path, &office.staff);
        assert_eq!(revoked.send().await.unwrap().status(), 200);
        assert_eq!(heard("revoked").await, std::slice::from_ref(&home.id));
        assert_eq!(heard("used").await, std::slice::from_ref(&station.id));
    }
}

#[tokio::test]
async fn bulletins_are_found_by_words_and_by_how_their_title_is_read() {
    for database in databases().await {
        let office = Office::on(database).await;
        let staff = office.world.staff(Role::OfficePublisher, "QH").await;
        office
            .world
            .write(&staff, &draft("第三季度党费公示", "ZJ"))
            .await;
        office.world.write(&staff, &draft("银行利息", "ZJ")).await;
        let titles =
            async |query: &[(&str, &str)]| office.list("bulletins", query, "/draft/title").await;
        assert_eq!(titles(&[("text", "dfgs")]).await, ["第三季度党费公示"]);
        assert_eq!(titles(&[("text", "yinhang")]).await, ["银行利息"]);
        assert_eq!(
            titles(&[("text", "党费"), ("state", "published")]).await,
            [""; 0]
        );
        assert_eq!(titles(&[("organization", "LJ")]).await, [""; 0]);
    }
}

#[tokio::test]
async fn the_log_is_narrowed_to_deeds_and_to_the_latest() {
    for database in databases().await {
        let office = Office::on(database).await;
        let person = json!({ "organization_code": "ZJ", "name": "秦素云" });
        office.make("members", person).await;
        let deeds = async |query: &[(&str, &str)]| office.list("audit", query, "/action").await;
        let some = [("actions", "member.create, member.purge,")];
        assert_eq!(deeds(&some).await, ["member.create"]);
        let now = office.world.now_ms();
        let (before, after) = (now.to_string(), (now + 1).to_string());
        let since = async |at: &str| deeds(&[("actions", "member.create"), ("since_ms", at)]).await;
        assert_eq!(since(&before).await, ["member.create"]);
        assert_eq!(since(&after).await, [""; 0]);
        let many = vec!["x"; 51].join(",");
        let answer = office
            .asked("audit", &[("actions", many.as_str())], &office.staff)
            .await;
        let refused = problem(answer, 422, ErrorCode::Invalid).await;
        assert_eq!(refused.fields[0].field, "actions");
    }
}
