//! Members and households as staff work with them.

use std::sync::Arc;

use backend_api::services::keys;
use backend_api::services::kit::rights::Role;
use backend_api::services::vault::Vault;
use contract::account::AuditEntry;
use contract::error::ErrorCode;
use contract::member::{
    DuplicateGroup, Household, Member, MemberSecrets, MemberStatus, PinIssued, Sex, Transfer,
};
use contract::staff::{NoticeKind, SignInResponse, StaffNotice};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::audit;

use crate::common::{PASSWORD, World, database, databases, ok, problem};

pub const ID: &str = "11010519491231002X";
const OTHER_ID: &str = "440524188001010014";
const PHONE: &str = "13800000001";

struct Registry {
    world: World,
    staff: String,
}

impl Registry {
    async fn on(database: store::testing::TestDatabase) -> Self {
        Self::with(World::on(database).await).await
    }

    async fn with(world: World) -> Self {
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        Self { world, staff }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let path = format!("/api/v1{path}");
        let request = self.world.ask(method, &path, &self.staff).json(&body);
        request.send().await.unwrap()
    }

    async fn post<T: serde::de::DeserializeOwned>(&self, path: &str, body: Value) -> T {
        ok(self.send(Method::POST, path, body).await).await
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        let path = format!("/api/v1{path}");
        ok(self.world.get(&path, &self.staff).send().await.unwrap()).await
    }

    async fn add(&self, name: &str) -> Member {
        self.post(
            "/members",
            json!({ "organization_code": "ZJ", "name": name }),
        )
        .await
    }

    async fn edit(&self, member: &Member, body: Value) -> Response {
        let path = format!("/api/v1/members/{}", member.id);
        let request = self.world.ask(Method::PUT, &path, &self.staff);
        let request = request.header("if-match", member.version.to_string());
        request.json(&body).send().await.unwrap()
    }

    async fn log(&self) -> Vec<AuditEntry> {
        let page: Value = self.get("/audit?limit=200").await;
        serde_json::from_value(page["items"].clone()).unwrap()
    }
}

fn full() -> Value {
    json!({ "organization_code": "ZJ", "name": "张三", "status": "probationary", "id_number": " 110105 19491231 002x",
        "phone": "138-0000-0001", "card": "00 1234 5678", "joined_on": "2026年3月1日", "exempt_reason": "年老体弱" })
}

#[tokio::test]
async fn a_member_goes_in_clear_and_comes_back_masked() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let made = registry.send(Method::POST, "/members", full()).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let member: Member = made.json().await.unwrap();
        assert_eq!(
            (member.status, member.sex),
            (MemberStatus::Probationary, Some(Sex::Female))
        );
        assert_eq!(member.born_on.as_deref(), Some("1949-12-31"));
        assert_eq!(member.joined_on.as_deref(), Some("2026-03-01"));
        let masked = [
            &member.id_number_masked,
            &member.phone_masked,
            &member.card_masked,
        ];
        assert_eq!(
            masked.map(Option::as_deref),
            [
                Some("110105************"),
                Some("138****0001"),
                Some("****5678")
            ]
        );
        assert_eq!(
            registry
                .get::<Member>(&format!("/members/{}", member.id))
                .await,
            member
        );

        let reveal = format!("/members/{}/reveal", member.id);
        for poor in ["", "看", "电话 13800000001 打不通"] {
            let refused = registry
                .send(Method::POST, &reveal, json!({ "reason": poor }))
                .await;
            problem(refused, 422, ErrorCode::Invalid).await;
        }
        let clear = registry
            .send(Method::POST, &reveal, json!({ "reason": "办理医保" }))
            .await;
        assert_eq!(clear.headers()["cache-control"], "no-store");
        let clear: MemberSecrets = ok(clear).await;
        assert_eq!(clear.id_number.as_deref(), Some(ID));
        assert_eq!(clear.phone.as_deref(), Some(PHONE));
        assert_eq!(clear.card.as_deref(), Some("0012345678"));

        let log = registry.log().await;
        let told: Vec<(&str, &str)> = log
            .iter()
            .rev()
            .map(|it| (it.action.as_str(), it.detail.as_str()))
            .filter(|(action, _)| action.starts_with("member."))
            .collect();
        assert_eq!(
            told,
            [
                ("member.create", ""),
                ("member.read", ""),
                ("member.reveal", "办理医保")
            ]
        );
        assert!(
            log[0].actor.starts_with("staff:") && log[0].subject == format!("member:{}", member.id)
        );
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_and_no_number_quoted() {
    let registry = Registry::on(database().await).await;
    let wrong = json!({ "organization_code": "ZJ", "name": " ", "id_number": "110105194912310021", "phone": "12345678",
        "card": "1", "status": "comrade", "joined_on": "2030-01-01", "exempt_reason": "身份证 110105194912310021" });
    let refused = registry.send(Method::POST, "/members", wrong).await;
    let problem = problem(refused, 422, ErrorCode::Invalid).await;
    let mut fields: Vec<_> = problem.fields.iter().map(|it| it.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "card",
            "exempt_reason",
            "id_number",
            "joined_on",
            "name",
            "phone",
            "status"
        ]
    );
    let text = serde_json::to_string(&problem).unwrap();
    assert!(
        !text.contains("1949") && !text.contains("12345678"),
        "{text}"
    );
}

#[tokio::test]
async fn edits_need_the_version_and_keep_what_they_leave_out() {
    let registry = Registry::on(database().await).await;
    let member: Member = registry.post("/members", full()).await;
    let change = json!({ "organization_code": "ZJ", "name": "张三丰", "phone": "" });
    let edited: Member = ok(registry.edit(&member, change.clone()).await).await;
    assert_eq!((edited.version, edited.phone_masked.clone()), (2, None));
    assert_eq!(edited.id_number_masked, member.id_number_masked);
    assert_eq!(edited.status, MemberStatus::Full);
    problem(
        registry.edit(&member, change.clone()).await,
        412,
        ErrorCode::Stale,
    )
    .await;
    let same: Member = ok(registry.edit(&edited, change).await).await;
    assert_eq!(same.version, 2, "nothing was different");
    let moved = json!({ "organization_code": "LJ", "name": "张三丰" });
    problem(registry.edit(&edited, moved).await, 422, ErrorCode::Invalid).await;
    // A card has one owner.
    let other = json!({ "organization_code": "LJ", "name": "李四", "card": "0012345678" });
    problem(
        registry.send(Method::POST, "/members", other).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
    let log = registry.log().await;
    let update = log.iter().find(|it| it.action == "member.update").unwrap();
    assert!(update.detail.contains("phone"), "{update:?}");
}

#[tokio::test]
async fn numbers_are_found_whole_and_by_whoever_may_see_them() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let member: Member = registry.post("/members", full()).await;
        let search = async |token: &str, number: &str| -> Vec<Member> {
            let request = registry.world.post("/api/v1/members/search", token);
            ok(request
                .json(&json!({ "number": number }))
                .send()
                .await
                .unwrap())
            .await
        };
        for number in [
            ID,
            "11010519491231002x",
            "138 0000 0001",
            "+8613800000001",
            "0012345678",
        ] {
            let found = search(&registry.staff, number).await;
            assert_eq!(found.len(), 1, "{number}");
            assert_eq!(found[0].id, member.id);
        }
        for part in ["1101051949", "0000001", "", "%", OTHER_ID] {
            assert!(search(&registry.staff, part).await.is_empty(), "{part}");
        }
        let neighbour = registry.world.staff(Role::BranchSecretary, "LJ").await;
        assert!(search(&neighbour, ID).await.is_empty());
    }
}

#[tokio::test]
async fn lists_come_in_pages_and_by_name() {
    let registry = Registry::on(database().await).await;
    for name in ["张一", "张二", "李三", "王四"] {
        registry.add(name).await;
    }
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let first: Value = registry.get("/members?limit=3").await;
    assert_eq!(names(&first), ["王四", "李三", "张二"]);
    let rest: Value = registry
        .get(&format!(
            "/members?limit=3&before={}",
            first["next"].as_str().unwrap()
        ))
        .await;
    assert_eq!(
        (names(&rest), rest.get("next")),
        (vec!["张一".to_owned()], None)
    );
    assert_eq!(
        names(&registry.get("/members?name=张").await),
        ["张二", "张一"]
    );
    assert!(names(&registry.get("/members?organization=LJ").await).is_empty());
    assert!(names(&registry.get("/members?status=villager").await).is_empty());
    assert_eq!(
        registry
            .log()
            .await
            .iter()
            .filter(|it| it.action == "member.list")
            .count(),
        5
    );
}

#[tokio::test]
async fn a_second_registration_is_shown_and_never_merged() {
    let registry = Registry::on(database().await).await;
    let first: Member = registry.post("/members", full()).await;
    let second: Member = registry
        .post(
            "/members",
            json!({ "organization_code": "LJ", "name": "张山", "id_number": ID }),
        )
        .await;
    assert_eq!(second.duplicate_ids, std::slice::from_ref(&first.id));
    let page: Value = registry.get("/members/duplicates").await;
    let groups: Vec<DuplicateGroup> = serde_json::from_value(page["items"].clone()).unwrap();
    assert_eq!(groups.len(), 1);
    let people: Vec<_> = groups[0]
        .people
        .iter()
        .map(|it| it.member_id.clone())
        .collect();
    assert_eq!(people, [first.id.clone(), second.id.clone()]);
    let page: Value = registry.get("/notices?unseen=true").await;
    let told: Vec<StaffNotice> = serde_json::from_value(page["items"].clone()).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].organization.name, "清河镇", "those who see both");
    let seen: StaffNotice = registry
        .post(&format!("/notices/{}/seen", told[0].id), json!({}))
        .await;
    assert_eq!(seen.seen_at_ms, Some(registry.world.now_ms()));
    let page: Value = registry.get("/notices?unseen=true").await;
    assert_eq!(page["items"], json!([]));
    // The village sees its own, and not who is like them elsewhere.
    let village = registry.world.staff(Role::BranchSecretary, "LJ").await;
    let path = format!("/api/v1/members/{}", second.id);
    let seen: Member = ok(registry.world.get(&path, &village).send().await.unwrap()).await;
    assert!(seen.duplicate_ids.is_empty());
}

#[tokio::test]
async fn transfers_leaving_and_coming_back() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let member = registry.add("张三").await;
        let path = format!("/members/{}", member.id);
        let transfer = json!({ "to_organization_code": "LJ", "reason": "嫁到李家村" });
        let moved: Member = registry
            .post(&format!("{path}/transfer"), transfer.clone())
            .await;
        assert_eq!(moved.organization.name, "李家村");
        let again = registry
            .send(Method::POST, &format!("{path}/transfer"), transfer.clone())
            .await;
        problem(again, 409, ErrorCode::Conflict).await;
        let history: Vec<Transfer> = registry.get(&format!("{path}/transfers")).await;
        assert_eq!(history.len(), 1);
        assert_eq!(
            (
                history[0].from.name.as_str(),
                history[0].to.name.as_str(),
                history[0].reason.as_str()
            ),
            ("张家村", "李家村", "嫁到李家村")
        );

        let why = json!({ "reason": "户口迁出" });
        let gone: Member = registry.post(&format!("{path}/leave"), why.clone()).await;
        assert_eq!(gone.left_at_ms, Some(registry.world.now_ms()));
        for what in ["leave", "transfer"] {
            let body = if what == "leave" {
                why.clone()
            } else {
                transfer.clone()
            };
            let refused = registry
                .send(Method::POST, &format!("{path}/{what}"), body)
                .await;
            problem(refused, 409, ErrorCode::Conflict).await;
        }
        let listed: Value = registry.get("/members").await;
        assert_eq!(listed["items"], json!([]));
        let listed: Value = registry.get("/members?left=true").await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let back: Member = registry.post(&format!("{path}/return"), why.clone()).await;
        assert_eq!(back.left_at_ms, None);
        problem(
            registry
                .send(Method::POST, &format!("{path}/return"), why)
                .await,
            409,
            ErrorCode::Conflict,
        )
        .await;
    }
}

#[tokio::test]
async fn a_pin_is_drawn_or_chosen_and_told_once() {
    let registry = Registry::on(database().await).await;
    let member = registry.add("张三").await;
    let path = format!("/members/{}/pin", member.id);
    let drawn = registry.send(Method::PUT, &path, json!({})).await;
    assert_eq!(drawn.headers()["cache-control"], "no-store");
    let drawn: PinIssued = ok(drawn).await;
    assert_eq!(drawn.pin.unwrap().len(), 6);
    let chosen: PinIssued = ok(registry
        .send(Method::PUT, &path, json!({ "pin": "402817" }))
        .await)
    .await;
    assert_eq!(chosen.pin, None);
    for easy in ["111111", "123456", "12345"] {
        problem(
            registry
                .send(Method::PUT, &path, json!({ "pin": easy }))
                .await,
            422,
            ErrorCode::Invalid,
        )
        .await;
    }
    assert!(
        registry
            .get::<Member>(&format!("/members/{}", member.id))
            .await
            .pin_set
    );
}

#[tokio::test]
async fn a_purge_cannot_be_undone_and_leaves_the_log_sound() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let member: Member = registry.post("/members", full()).await;
        let path = format!("/members/{}", member.id);
        let _: MemberSecrets = registry
            .post(
                &format!("{path}/reveal"),
                json!({ "reason": "张三的儿子来办事" }),
            )
            .await;
        let named = registry
            .send(
                Method::POST,
                &format!("{path}/purge"),
                json!({ "reason": "张三要求" }),
            )
            .await;
        problem(named, 422, ErrorCode::Invalid).await;
        let why = json!({ "reason": "本人要求" });
        let done = registry
            .send(Method::POST, &format!("{path}/purge"), why.clone())
            .await;
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
        let left: Member = registry.get(&path).await;
        assert_eq!(
            (left.name.as_str(), &left.born_on, &left.card_masked),
            ("已清除", &None, &None)
        );
        for (method, what, body) in [
            (Method::POST, "/purge", why.clone()),
            (Method::POST, "/return", why.clone()),
            (Method::PUT, "/pin", json!({})),
        ] {
            let refused = registry.send(method, &format!("{path}{what}"), body).await;
            problem(refused, 409, ErrorCode::Conflict).await;
        }
        let edit = registry
            .edit(
                &left,
                json!({ "organization_code": "ZJ", "name": "又来了" }),
            )
            .await;
        problem(edit, 409, ErrorCode::Conflict).await;
        let log = registry.log().await;
        assert!(!format!("{log:?}").contains("张三"), "{log:?}");
        assert!(
            log.iter()
                .any(|it| it.action == "member.purge" && it.detail == "本人要求")
        );
        let verified = registry
            .world
            .blocking(|store| store.read(audit::verify).unwrap())
            .await;
        assert_eq!(verified.faults, []);
    }
}

#[tokio::test]
async fn households_are_named_given_a_tv_and_emptied() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let tv = registry.world.terminal(&registry.staff, "ZJ").await;
        let draft = |terminal: Option<&str>| json!({ "organization_code": "ZJ", "name": "12 号", "terminal_id": terminal });
        let made: Household = registry
            .post("/households", draft(Some(&tv.terminal_id)))
            .await;
        assert_eq!(made.terminal_id, Some(tv.terminal_id.clone()));
        problem(
            registry
                .send(Method::POST, "/households", draft(None))
                .await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let second =
            json!({ "organization_code": "ZJ", "name": "13 号", "terminal_id": tv.terminal_id });
        problem(
            registry.send(Method::POST, "/households", second).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let lost = json!({ "organization_code": "ZJ", "name": "14 号", "terminal_id": "no such" });
        problem(
            registry.send(Method::POST, "/households", lost).await,
            422,
            ErrorCode::Invalid,
        )
        .await;

        let member: Member = registry
            .post(
                "/members",
                json!({ "organization_code": "ZJ", "name": "张三", "household_id": made.id }),
            )
            .await;
        let path = format!("/households/{}", made.id);
        let seen: Household = registry.get(&path).await;
        assert_eq!(seen.members[0].name, "张三");
        problem(
            registry.send(Method::DELETE, &path, json!({})).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let renamed = json!({ "organization_code": "ZJ", "name": "村口" });
        let renamed: Household = ok(registry.send(Method::PUT, &path, renamed).await).await;
        assert_eq!((renamed.name.as_str(), renamed.terminal_id), ("村口", None));
        let moved: Member = registry
            .post(
                &format!("/members/{}/transfer", member.id),
                json!({ "to_organization_code": "LJ", "reason": "搬家" }),
            )
            .await;
        assert_eq!(moved.household, None);
        assert_eq!(
            registry
                .send(Method::DELETE, &path, json!({}))
                .await
                .status(),
            StatusCode::NO_CONTENT
        );
        problem(
            registry.send(Method::GET, &path, json!({})).await,
            404,
            ErrorCode::NotFound,
        )
        .await;
    }
}

#[tokio::test]
async fn keys_are_rotated_while_the_server_works() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let member: Member = registry.post("/members", full()).await;
        let (config, now_ms) = (registry.world.config.clone(), registry.world.now_ms());
        let file = config.keys_file();
        let rotate = async || {
            let config = config.clone();
            registry
                .world
                .blocking(move |store| {
                    // As the command does it, in a process of its own.
                    let vault = Arc::new(Vault::open(&config, store).unwrap());
                    keys::rotate(store, &vault, now_ms).unwrap()
                })
                .await
        };
        let before = std::fs::read_to_string(&file).unwrap();
        let done = rotate().await;
        assert_eq!((done.key, done.members), (2, 1));
        let after = std::fs::read_to_string(&file).unwrap();
        assert_eq!(after.matches("[[sealing]]").count(), 1);
        assert_ne!(before, after);
        // The server that was running opens what was sealed anew, finds it as before, and seals
        // with the new key.
        let reveal = json!({ "reason": "办理医保" });
        let clear: MemberSecrets = registry
            .post(&format!("/members/{}/reveal", member.id), reveal.clone())
            .await;
        assert_eq!(clear.id_number.as_deref(), Some(ID));
        let found: Vec<Member> = registry
            .post("/members/search", json!({ "number": PHONE }))
            .await;
        assert_eq!(found.len(), 1);
        let second = json!({ "organization_code": "ZJ", "name": "李四", "phone": "13800000002" });
        let second: Member = registry.post("/members", second).await;
        assert_eq!(rotate().await.members, 2);
        let clear: MemberSecrets = registry
            .post(&format!("/members/{}/reveal", second.id), reveal)
            .await;
        assert_eq!(clear.phone.as_deref(), Some("13800000002"));
        // The audit log goes on with each new key, and is verified with all there were.
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text.matches("[[audit]]").count(), 2);
        let verified = registry
            .world
            .blocking(|store| store.read(audit::verify).unwrap())
            .await;
        assert_eq!((verified.keyed_from, verified.faults), (Some(1), vec![]));
    }
}

#[tokio::test]
async fn an_account_sees_only_so_many_numbers_in_a_day() {
    for database in databases().await {
        let world = World::with(database, |config| config.limits.reveals_per_day = 6).await;
        let registry = Registry::with(world).await;
        let member: Member = registry.post("/members", full()).await;
        let reveal = async |staff: &str| {
            let path = format!("/api/v1/members/{}/reveal", member.id);
            let request = registry.world.post(&path, staff);
            let request = request.json(&json!({ "reason": "办理医保" }));
            request.send().await.unwrap()
        };
        let notices = async || {
            let page: Value = registry.get("/notices").await;
            let all: Vec<StaffNotice> = serde_json::from_value(page["items"].clone()).unwrap();
            let mut many = all
                .into_iter()
                .filter(|it| it.kind == NoticeKind::ManyReveals);
            let notice = many.next();
            assert!(many.next().is_none(), "one until somebody has looked");
            notice.map(|it| it.detail)
        };
        assert_eq!(reveal(&registry.staff).await.status(), StatusCode::OK);
        assert_eq!(notices().await, None);
        assert_eq!(reveal(&registry.staff).await.status(), StatusCode::OK);
        let told = notices().await.unwrap();
        assert!(
            told.contains("organizationstaff-QH") && told.contains("2 次"),
            "{told}"
        );
        for _ in 2..6 {
            assert_eq!(reveal(&registry.staff).await.status(), StatusCode::OK);
        }
        assert!(notices().await.unwrap().contains("6 次"));
        let log = registry.log().await.len();
        // Tests begin at ten in the morning of China.
        let refused = reveal(&registry.staff).await;
        let refused = problem(refused, 429, ErrorCode::TooMany).await;
        assert_eq!(refused.retry_after_ms, Some(14 * 3_600_000));
        assert!(refused.title.contains("今天"), "{}", refused.title);
        assert_eq!(registry.log().await.len(), log, "nothing was seen");
        // Others are not concerned, and it is for today.
        let other = registry.world.staff(Role::BranchSecretary, "QH").await;
        assert_eq!(reveal(&other).await.status(), StatusCode::OK);
        registry.world.clock.advance_ms(14 * 3_600_000);
        let session: SignInResponse = ok(registry
            .world
            .sign_in("organizationstaff-QH", PASSWORD)
            .await)
        .await;
        assert_eq!(reveal(&session.access_token).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_server_without_its_keys_does_not_start() {
    let registry = Registry::on(database().await).await;
    registry.add("没有号码").await;
    let _: Member = registry.post("/members", full()).await;
    let config = registry.world.config.clone();
    let kept = std::fs::read(config.keys_file()).unwrap();
    std::fs::remove_file(config.keys_file()).unwrap();
    let refused = backend_api::Server::start(config.clone()).await;
    assert!(matches!(refused, Err(backend_api::ServerError::Vault(_))));
    assert!(!config.keys_file().exists(), "no new keys over sealed data");
    std::fs::write(config.keys_file(), kept).unwrap();
    backend_api::Server::start(config)
        .await
        .unwrap()
        .stop()
        .await;
}

/// The organization stands merged over three rows, and the request names another one for rows without.
#[tokio::test]
async fn a_merged_organization_holds_for_every_row_of_an_upload() {
    for database in databases().await {
        let registry = Registry::on(database).await;
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in (0..).zip(["组织代码", "姓名", "身份"]) {
            sheet.write(0, column, name).unwrap();
        }
        for (row, name) in (1..).zip(["冯一", "冯二", "冯三", "郑一"]) {
            sheet.write(row, 1, name).unwrap();
            sheet.write(row, 2, "正式党员").unwrap();
        }
        let plain = rust_xlsxwriter::Format::new();
        sheet.merge_range(1, 0, 3, 0, "LJ", &plain).unwrap();
        let path = "/api/v1/members/import?organization=ZJ";
        let request = registry.world.ask(Method::POST, path, &registry.staff);
        let bytes = book.save_to_buffer().unwrap();
        let report: Value = ok(request.body(bytes).send().await.unwrap()).await;
        assert_eq!(
            (&report["added"], &report["complaints"]),
            (&json!(4), &json!([]))
        );
        let page: Value = registry.get("/members?organization=LJ").await;
        let mut names: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].clone())
            .collect();
        names.sort_by_key(Value::to_string);
        assert_eq!(names, ["冯一", "冯三", "冯二"]);
    }
}
