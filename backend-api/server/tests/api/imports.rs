//! Lists of people that are tried before they are written, written all at once, and taken back.

use backend_api::services::kit::rights::Role;
use contract::account::AuditEntry;
use contract::error::ErrorCode;
use contract::member::{
    Member, MemberImport, MemberImportUndone, MemberImported, MemberStatus, MemberTrial,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::common::{World, databases, ok, problem};
use crate::members::ID;

struct Office {
    world: World,
    staff: String,
}

impl Office {
    async fn on(database: store::testing::TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        Self { world, staff }
    }

    async fn add(&self, body: Value) -> Member {
        let request = self.world.post("/api/v1/members", &self.staff).json(&body);
        ok(request.send().await.unwrap()).await
    }

    async fn people(&self, place: &str) -> Vec<Member> {
        let path = format!("/api/v1/members?organization={place}&limit=200");
        let page: Value = ok(self.world.get(&path, &self.staff).send().await.unwrap()).await;
        serde_json::from_value(page["items"].clone()).unwrap()
    }

    async fn named(&self, place: &str, name: &str) -> Option<Member> {
        let people = self.people(place).await;
        people.into_iter().find(|it| it.name == name)
    }

    async fn tried(&self, table: &str, choices: Value) -> MemberTrial {
        let request = self
            .world
            .post("/api/v1/members/imports/trial", &self.staff);
        let body = json!({ "table": table, "choices": choices });
        ok(request.json(&body).send().await.unwrap()).await
    }

    async fn send(&self, key: &str, table: &str, choices: Value) -> Response {
        let request = self.world.post("/api/v1/members/imports", &self.staff);
        let request = request.header("idempotency-key", key);
        let body = json!({ "table": table, "choices": choices });
        request.json(&body).send().await.unwrap()
    }

    async fn imported(&self, key: &str, table: &str, choices: Value) -> MemberImported {
        ok(self.send(key, table, choices).await).await
    }

    async fn undo(&self, id: &str) -> Response {
        let path = format!("/api/v1/members/imports/{id}/undo");
        self.world.post(&path, &self.staff).send().await.unwrap()
    }

    async fn can_be_undone(&self) -> Vec<MemberImport> {
        let request = self.world.get("/api/v1/members/imports", &self.staff);
        ok(request.send().await.unwrap()).await
    }

    async fn log(&self) -> Vec<AuditEntry> {
        let request = self.world.get("/api/v1/audit?limit=200", &self.staff);
        let page: Value = ok(request.send().await.unwrap()).await;
        serde_json::from_value(page["items"].clone()).unwrap()
    }
}

const LIST: &str = "组织代码,姓名,身份,身份证号,电话,户名\n\
    ZJ,许一,正式党员,,13800000011,1 号\n\
    ZJ,许二,没有的身份,,13800000012,1 号\n\
    ZJ,田守信,预备党员,,13800000013,2 号\n\
    LJ,秦素云,正式党员,11010519491231002X,,\n\
    没有,许三,正式党员,,,\n";

#[tokio::test]
async fn a_trial_says_everything_and_writes_nothing() {
    for database in databases().await {
        let office = Office::on(database).await;
        let old = office
            .add(json!({ "organization_code": "ZJ", "name": "田守信", "phone": "13800000099" }))
            .await;
        let other = office
            .add(json!({ "organization_code": "ZJ", "name": "秦素云", "id_number": ID }))
            .await;
        let before = office.people("QH").await;
        let tried = office.tried(LIST, json!([])).await;
        let wrong: Vec<_> = tried
            .complaints
            .iter()
            .map(|it| (it.line, it.column.as_str()))
            .collect();
        assert_eq!(wrong, [(3, "身份"), (6, "组织代码")]);
        assert_eq!((tried.added, tried.changed, tried.elsewhere), (1, 0, 0));
        let [here, elsewhere] = &tried.doubles[..] else {
            panic!("{:?}", tried.doubles);
        };
        assert_eq!((here.line, here.row.name.as_str()), (4, "田守信"));
        assert_eq!(here.row.phone_masked.as_deref(), Some("138****0013"));
        assert_eq!(here.row.household.as_deref(), Some("2 号"));
        let like = &here.like[0];
        assert_eq!(
            (&like.member_id, like.here, like.same),
            (&old.id, true, None)
        );
        assert_eq!(like.shared, ["name"]);
        assert!(like.differs.contains(&"phone".to_owned()), "{like:?}");
        assert_eq!(like.person.phone_masked.as_deref(), Some("138****0099"));
        let like = &elsewhere.like[0];
        assert_eq!((elsewhere.line, &like.member_id), (5, &other.id));
        assert!(!like.here);
        assert_eq!(like.shared, ["name", "id_number"]);
        assert_eq!(like.differs, ["organization"]);
        let text = serde_json::to_string(&tried).unwrap();
        assert!(!text.contains(ID) && !text.contains("13800000"), "{text}");
        // Nothing was written, not even the household; only that it was tried is in the log.
        assert_eq!(office.people("QH").await, before);
        let households: Value = ok(office
            .world
            .get("/api/v1/households", &office.staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(households["items"], json!([]));
        let log = office.log().await;
        let trials = log.iter().filter(|it| it.action == "member.import_trial");
        assert_eq!(trials.count(), 1);
        assert!(office.can_be_undone().await.is_empty());
        // The choices come back with what they are about, and change what would happen.
        let choices = json!([
            { "line": 4, "member_id": old.id, "same": true },
            { "line": 5, "member_id": other.id, "same": false },
        ]);
        let tried = office.tried(LIST, choices).await;
        assert_eq!((tried.added, tried.changed), (2, 1));
        assert_eq!(tried.doubles[0].like[0].same, Some(true));
        assert_eq!(tried.doubles[1].like[0].same, Some(false));
        let choices = json!([{ "line": 5, "member_id": other.id, "same": true }]);
        let tried = office.tried(LIST, choices).await;
        assert_eq!((tried.added, tried.elsewhere), (1, 1));
    }
}

#[tokio::test]
async fn an_import_is_one_and_does_what_was_decided() {
    for database in databases().await {
        let office = Office::on(database).await;
        let old = office
            .add(json!({ "organization_code": "ZJ", "name": "田守信", "phone": "13800000099" }))
            .await;
        let other = office
            .add(json!({ "organization_code": "ZJ", "name": "秦素云", "id_number": ID }))
            .await;
        let same = json!({ "line": 4, "member_id": old.id, "same": true });
        let two = json!({ "line": 5, "member_id": other.id, "same": false });
        let choices = json!([same, two]);
        let done = office.imported("k1", LIST, choices.clone()).await;
        assert_eq!((done.added, done.changed), (2, 1));
        let left: Vec<_> = done.complaints.iter().map(|it| it.line).collect();
        assert_eq!(left, [3, 6]);
        let now = office.named("ZJ", "田守信").await.unwrap();
        assert_eq!(now.id, old.id);
        assert_eq!(now.status, MemberStatus::Probationary);
        assert_eq!(now.phone_masked.as_deref(), Some("138****0013"));
        assert!(office.named("LJ", "秦素云").await.is_some());
        // Sent again it is the same import, whatever happened meanwhile.
        let people = office.people("QH").await;
        assert_eq!(office.imported("k1", LIST, choices.clone()).await, done);
        assert_eq!(office.people("QH").await, people);
        let refused = office.send("k1", LIST, json!([same])).await;
        problem(refused, 422, ErrorCode::KeyReused).await;
        // Under another key everything is known, and nobody is asked again.
        let again = office.imported("k2", LIST, json!([])).await;
        assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3));
        assert_eq!(
            office.can_be_undone().await.len(),
            1,
            "the second wrote nothing"
        );
    }
}

#[tokio::test]
async fn nobody_is_added_who_may_be_somebody_unless_that_is_decided() {
    for database in databases().await {
        let office = Office::on(database).await;
        let old = office
            .add(json!({ "organization_code": "ZJ", "name": "秦素云", "id_number": ID }))
            .await;
        let table = format!("组织代码,姓名,身份证号\nLJ,秦素云,{ID}\nLJ,另一人,\n");
        let done = office.imported("k1", &table, json!([])).await;
        assert_eq!((done.added, done.complaints.len()), (1, 1));
        let said = &done.complaints[0];
        assert_eq!((said.line, said.column.as_str()), (2, "姓名"));
        assert!(said.message.contains("是同一个人"), "{}", said.message);
        // They are one person, who belongs elsewhere: the row is left, and nobody is doubled.
        let choice = json!([{ "line": 2, "member_id": old.id, "same": true }]);
        let done = office.imported("k2", &table, choice).await;
        assert_eq!((done.added, done.elsewhere), (0, 1));
        assert!(office.named("LJ", "秦素云").await.is_none());
        // Two at once is nobody.
        let both = json!([
            { "line": 2, "member_id": old.id, "same": true },
            { "line": 2, "member_id": "0199", "same": true },
        ]);
        let refused = office.send("k3", &table, both).await;
        problem(refused, 422, ErrorCode::Invalid).await;
    }
}

#[tokio::test]
async fn a_choice_reaches_nobody_but_who_was_shown() {
    for database in databases().await {
        let office = Office::on(database).await;
        let stranger = office
            .add(json!({ "organization_code": "ZJ", "name": "别人", "phone": "13800000077" }))
            .await;
        let table = "组织代码,姓名\nZJ,许一\n";
        let choice = json!([{ "line": 2, "member_id": stranger.id, "same": true }]);
        let done = office.imported("k1", table, choice).await;
        assert_eq!((done.added, done.changed), (1, 0));
        assert_eq!(office.named("ZJ", "别人").await.unwrap(), stranger);
    }
}

#[tokio::test]
async fn an_import_is_taken_back_person_by_person() {
    for database in databases().await {
        let office = Office::on(database).await;
        let changed = office
            .add(
                json!({ "organization_code": "ZJ", "name": "田守信", "id_number": ID,
                "phone": "13800000099", "card": "0012345678", "joined_on": "2001-07-01" }),
            )
            .await;
        let table = format!(
            "组织代码,姓名,身份,身份证号,电话,入党日期,户名\n\
             ZJ,田守信,预备党员,{ID},13800000013,2002-07-01,2 号\n\
             ZJ,许一,正式党员,,13800000011,,3 号\n\
             ZJ,许二,正式党员,,13800000012,,3 号\n\
             ZJ,许三,正式党员,,13800000014,,\n"
        );
        let done = office.imported("k1", &table, json!([])).await;
        assert_eq!((done.added, done.changed), (3, 1), "{:?}", done.complaints);
        let [offered] = &office.can_be_undone().await[..] else {
            panic!("one import");
        };
        assert_eq!(
            (&offered.id, offered.added, offered.changed),
            (&done.id, 3, 1)
        );
        assert_eq!(offered.until_ms - offered.at_ms, 24 * 3_600_000);
        // One was edited, one went away and came back: they stay.
        let edited = office.named("ZJ", "许二").await.unwrap();
        let path = format!("/api/v1/members/{}", edited.id);
        let request = office.world.ask(Method::PUT, &path, &office.staff);
        let request = request.header("if-match", edited.version.to_string());
        let body = json!({ "organization_code": "ZJ", "name": "许二", "status": "villager" });
        let _: Member = ok(request.json(&body).send().await.unwrap()).await;
        let id = office.named("ZJ", "许三").await.unwrap().id;
        office
            .world
            .blocking(move |store| {
                store
                    .write::<_, store::Error, _>(move |tx| {
                        use store::members::moves;
                        let away = store::organizations::by_code(tx, "QH")?.unwrap();
                        let home = store::organizations::by_code(tx, "ZJ")?.unwrap();
                        moves::transfer(tx, &id, &away.id, "wang", "试", 1)?;
                        moves::transfer(tx, &id, &home.id, "wang", "试", 2)
                    })
                    .unwrap()
            })
            .await;

        let undone: MemberImportUndone = ok(office.undo(&done.id).await).await;
        assert_eq!((undone.removed, undone.restored), (1, 1));
        let mut kept: Vec<_> = undone
            .kept
            .iter()
            .map(|it| it.name.clone().unwrap())
            .collect();
        kept.sort();
        let mut expected = ["许二", "许三"];
        expected.sort_unstable();
        assert_eq!(kept, expected);
        assert!(
            undone.kept.iter().all(|it| it.why.contains("改过")),
            "{:?}",
            undone.kept
        );
        // 2 号 is empty again; in 3 号 nobody lives either: 许二 was moved out of it by the edit.
        assert_eq!(undone.households, 2);
        assert!(office.named("ZJ", "许一").await.is_none());
        let now = office.named("ZJ", "田守信").await.unwrap();
        assert_eq!(
            (
                now.status,
                &now.phone_masked,
                &now.joined_on,
                &now.household
            ),
            (
                changed.status,
                &changed.phone_masked,
                &changed.joined_on,
                &None
            )
        );
        assert_eq!(now.card_masked, changed.card_masked);
        assert!(now.version > changed.version);
        // The old number opens as it did.
        let path = format!("/api/v1/members/{}/reveal", now.id);
        let request = office.world.post(&path, &office.staff);
        let request = request.json(&json!({ "reason": "核对组织关系" }));
        let clear: Value = ok(request.send().await.unwrap()).await;
        assert_eq!(clear["phone"], "13800000099");
        // It is in the log, for each of them, and cannot be done twice.
        let log = office.log().await;
        let undo = log.iter().find(|it| it.action == "member.import_undo");
        assert_eq!(undo.unwrap().detail, "removed 1 restored 1 kept 2");
        assert!(log.iter().any(|it| it.action == "member.import_removed"));
        problem(office.undo(&done.id).await, 409, ErrorCode::Conflict).await;
        assert!(office.can_be_undone().await.is_empty());
        // The same list is news again for whoever is gone, and for whoever is what they were.
        let again = office.imported("k2", &table, json!([])).await;
        assert_eq!(
            (again.added, again.changed),
            (1, 1),
            "{:?}",
            again.complaints
        );
    }
}

#[tokio::test]
async fn whoever_is_named_somewhere_is_not_taken_away_and_a_day_is_the_end() {
    for database in databases().await {
        let office = Office::on(database).await;
        let table = "组织代码,姓名,电话\nZJ,许一,13800000011\n";
        let done = office.imported("k1", table, json!([])).await;
        let added = office.named("ZJ", "许一").await.unwrap();
        let body = json!({ "title": "主题党日", "organization_code": "ZJ", "window_ms": 600_000 });
        let request = office.world.post("/api/v1/roll-calls", &office.staff);
        let made = request.json(&body).send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
        let undone: MemberImportUndone = ok(office.undo(&done.id).await).await;
        assert_eq!((undone.removed, undone.kept.len()), (0, 1));
        assert!(undone.kept[0].why.contains("点名"), "{:?}", undone.kept);
        assert_eq!(office.named("ZJ", "许一").await.unwrap(), added);

        let table = "组织代码,姓名,电话\nZJ,许二,13800000012\n";
        let done = office.imported("k2", table, json!([])).await;
        office.world.clock.advance_ms(24 * 3_600_000 + 1);
        let again = office
            .world
            .sign_in("organizationstaff-QH", crate::common::PASSWORD)
            .await;
        let session: contract::staff::SignInResponse = ok(again).await;
        let path = format!("/api/v1/members/imports/{}/undo", done.id);
        let late = office.world.post(&path, &session.access_token);
        let late = late.send().await.unwrap();
        // Maintenance may have forgotten it already.
        assert!(
            matches!(late.status().as_u16(), 404 | 409),
            "{}",
            late.status()
        );
    }
}

#[tokio::test]
async fn two_hundred_rows_of_which_seven_are_wrong() {
    let office = Office::on(crate::common::database().await).await;
    let mut table = "组织代码,姓名,电话\n".to_owned();
    for n in 0..200 {
        let phone = if n % 30 == 5 { "123" } else { "" };
        table.push_str(&format!("ZJ,党员{n:03},{phone}\n"));
    }
    let tried = office.tried(&table, json!([])).await;
    assert_eq!((tried.added, tried.complaints.len()), (193, 7));
    let done = office.imported("k1", &table, json!([])).await;
    assert_eq!((done.added, done.complaints.len()), (193, 7));
    assert_eq!(office.people("ZJ").await.len(), 193);
    let undone: MemberImportUndone = ok(office.undo(&done.id).await).await;
    assert_eq!((undone.removed, undone.kept.len()), (193, 0));
    assert!(office.people("ZJ").await.is_empty());
    let many = format!("组织代码,姓名\n{}", "ZJ,甲\n".repeat(2_001));
    let refused = office.send("k2", &many, json!([])).await;
    problem(refused, 422, ErrorCode::Invalid).await;
}
