use backend_api::services::kit::rights::Role;
use contract::enrolment::{
    ApproveRequest, CLIENT_ID, DEVICE_GRANT, DeviceResponse, HouseholdChoices, PendingEnrolment,
    TokenResponse,
};
use contract::error::ErrorCode;
use contract::member::{Household, TerminalPeople};
use contract::staff::{NoticeKind, StaffNotice};
use contract::terminal::{Terminal, TerminalKind, TerminalStorage};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::common::{World, databases, oauth_error, ok, problem, tv};

#[tokio::test]
async fn a_box_becomes_a_terminal() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let device = world.begin_enrolment().await;
        assert_eq!(device.user_code.len(), 9);
        assert_eq!((device.expires_in, device.interval), (900, 5));
        assert_eq!(
            device.verification_uri_complete,
            format!("{}?code={}", device.verification_uri, device.user_code)
        );

        let waiting: Vec<PendingEnrolment> = ok(world
            .get("/api/v1/enrolments", &staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].user_code, device.user_code);
        assert_eq!(waiting[0].hardware, "测试盒子");

        assert_eq!(
            oauth_error(world.ask_token(&device).await).await,
            "authorization_pending"
        );
        let approved = world.approve(&staff, &device.user_code, "ZJ").await;
        assert_eq!(approved.status(), StatusCode::NO_CONTENT);
        world.clock.advance_ms(5_000);
        let token: TokenResponse = ok(world.ask_token(&device).await).await;
        assert_eq!(token.token_type, "Bearer");
        assert_eq!(token.organization.name, "张家村");

        let terminal: Terminal = ok(world
            .get("/api/v1/terminal", &token.access_token)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(terminal.id, token.terminal_id);
        assert_eq!(terminal.name, "12 号");
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_given_again() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let [device, other] = [world.begin_enrolment().await, world.begin_enrolment().await];
        for code in [&device.user_code, &other.user_code] {
            let approved = world.approve(&staff, code, "ZJ").await;
            assert_eq!(approved.status(), StatusCode::NO_CONTENT);
        }
        let lost: TokenResponse = ok(world.ask_token(&device).await).await;
        // Another server, or the same one after a restart, knows it as well.
        let world = world.restarted(5_000).await;
        let again: TokenResponse = ok(world.ask_token(&device).await).await;
        assert_eq!(again, lost);
        let theirs: TokenResponse = ok(world.ask_token(&other).await).await;
        assert_ne!(theirs.access_token, again.access_token);
        let mine = world.get("/api/v1/terminal", &again.access_token);
        let mine: Terminal = ok(mine.send().await.unwrap()).await;
        assert_eq!(mine.id, lost.terminal_id);
        // It is one terminal, made once.
        let all: Value = ok(world.get("/api/v1/terminals", &staff).send().await.unwrap()).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        let path = format!("/api/v1/audit?subject=terminal:{}", mine.id);
        let log: Value = ok(world.get(&path, &staff).send().await.unwrap()).await;
        assert_eq!(log["items"].as_array().unwrap().len(), 1);

        // A token that was taken away is not given again, nor one whose code is past its time.
        let path = format!("/api/v1/terminals/{}/revoke", mine.id);
        ok::<Terminal>(world.post(&path, &staff).send().await.unwrap()).await;
        let refused = world.ask_token(&device).await;
        assert_eq!(oauth_error(refused).await, "invalid_grant");
        world.clock.advance_ms(15 * 60_000);
        let refused = world.ask_token(&other).await;
        assert_eq!(oauth_error(refused).await, "invalid_grant");
        world.feed(&theirs.access_token, "").await;
    }
}

#[tokio::test]
async fn asking_too_fast_slows_down() {
    let world = World::new().await;
    let device = world.begin_enrolment().await;
    let ask = async || oauth_error(world.ask_token(&device).await).await;
    assert_eq!(ask().await, "authorization_pending");
    world.clock.advance_ms(1_000);
    assert_eq!(ask().await, "slow_down");
    // Five seconds more than before (RFC 8628 section 3.5): ten by now.
    world.clock.advance_ms(6_000);
    assert_eq!(ask().await, "slow_down");
    world.clock.advance_ms(30_000);
    assert_eq!(ask().await, "authorization_pending");
}

#[tokio::test]
async fn a_code_expires() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let device = world.begin_enrolment().await;
    world.clock.advance_ms(15 * 60_000);
    assert_eq!(
        oauth_error(world.ask_token(&device).await).await,
        "expired_token"
    );
    let late = world.approve(&staff, &device.user_code, "ZJ").await;
    problem(late, 404, ErrorCode::NotFound).await;
}

#[tokio::test]
async fn staff_may_decline() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let device = world.begin_enrolment().await;
    let path = format!("/api/v1/enrolments/{}/decline", device.user_code);
    let declined = world.post(&path, &staff).send().await.unwrap();
    assert_eq!(declined.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        oauth_error(world.ask_token(&device).await).await,
        "access_denied"
    );
}

#[tokio::test]
async fn nobody_admits_into_another_village() {
    let world = World::new().await;
    let neighbour = world.staff(Role::OrganizationStaff, "LJ").await;
    let editor = world.staff(Role::BranchSecretary, "ZJ").await;
    let device = world.begin_enrolment().await;
    let refused = world.approve(&editor, &device.user_code, "ZJ").await;
    problem(refused, 403, ErrorCode::Forbidden).await;
    let refused = world.approve(&neighbour, &device.user_code, "ZJ").await;
    problem(refused, 422, ErrorCode::Invalid).await;
    let unknown = world.approve(&neighbour, &device.user_code, "XX").await;
    let unknown = problem(unknown, 422, ErrorCode::Invalid).await;
    assert_eq!(unknown.fields[0].field, "organization_code");
    assert_eq!(
        oauth_error(world.ask_token(&device).await).await,
        "authorization_pending"
    );
}

#[tokio::test]
async fn codes_cannot_be_found_by_trying() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let device = world.begin_enrolment().await;
    for n in 0..10 {
        let wrong = world.approve(&staff, &format!("0000-000{n}"), "ZJ").await;
        problem(wrong, 404, ErrorCode::NotFound).await;
    }
    let limited = world.approve(&staff, &device.user_code, "ZJ").await;
    problem(limited, 429, ErrorCode::TooMany).await;
    world.clock.advance_ms(60_000);
    let later = world.approve(&staff, &device.user_code, "ZJ").await;
    assert_eq!(later.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn one_address_begins_only_so_many_enrolments() {
    let world = World::set(|config| {
        config.limits.enrolments_per_minute = 2;
    })
    .await;
    world.begin_enrolment().await;
    world.begin_enrolment().await;
    let fields = [("client_id", CLIENT_ID)];
    let third = world.form("/api/v1/enrol/device", &fields).await;
    assert_eq!(third.headers()["retry-after"], "60");
    problem(third, 429, ErrorCode::TooMany).await;
}

#[tokio::test]
async fn mistakes_are_said_as_oauth_has_it() {
    let world = World::new().await;
    type Fields = &'static [(&'static str, &'static str)];
    let cases: [(&str, Fields, &str); 5] = [
        ("device", &[("client_id", "fridge")], "invalid_client"),
        ("device", &[], "invalid_request"),
        ("token", &[("grant_type", DEVICE_GRANT)], "invalid_request"),
        (
            "token",
            &[
                ("grant_type", "password"),
                ("device_code", "x"),
                ("client_id", CLIENT_ID),
            ],
            "unsupported_grant_type",
        ),
        (
            "token",
            &[
                ("grant_type", DEVICE_GRANT),
                ("device_code", "x"),
                ("client_id", CLIENT_ID),
            ],
            "invalid_grant",
        ),
    ];
    for (path, fields, wanted) in cases {
        let answer = world.form(&format!("/api/v1/enrol/{path}"), fields).await;
        assert_eq!(oauth_error(answer).await, wanted, "{fields:?}");
    }
}

#[tokio::test]
async fn a_revoked_terminal_must_enrol_again() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await;
    let other = world.terminal(&staff, "ZJ").await;
    world.feed(&terminal.access_token, "").await;

    let path = format!("/api/v1/terminals/{}/revoke", terminal.terminal_id);
    let revoked: Terminal = ok(world.post(&path, &staff).send().await.unwrap()).await;
    assert_eq!(revoked.revoked_at_ms, Some(world.now_ms()));

    for path in ["/api/v1/feed", "/api/v1/terminal", "/api/v1/events"] {
        let refused = world
            .get(path, &terminal.access_token)
            .send()
            .await
            .unwrap();
        problem(refused, 401, ErrorCode::Revoked).await;
    }
    world.feed(&other.access_token, "").await;
    let page: Value = ok(world.get("/api/v1/terminals", &staff).send().await.unwrap()).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_page_for_telephones_is_all_ours() {
    let world = World::new().await;
    let page = world.get("/enrol?code=1234-5678", "").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("lang=\"zh-CN\"") && html.contains("width=device-width"));
    assert!(!html.contains("http://") && !html.contains("https://"));
    for asset in ["/enrol/page.js", "/enrol/page.css"] {
        assert!(html.contains(asset));
        let answer = world.get(asset, "").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

/// 张家村 with 12 号 (张三) and an empty 3 号.
async fn houses(world: &World, staff: &str) -> (Household, Household) {
    let make = async |name: &str| -> Household {
        let body = json!({ "organization_code": "ZJ", "name": name });
        let made = world.post("/api/v1/households", staff).json(&body);
        ok(made.send().await.unwrap()).await
    };
    let (first, second) = (make("12 号").await, make("3 号").await);
    let body = json!({ "organization_code": "ZJ", "name": "张三", "household_id": first.id });
    let made = world.post("/api/v1/members", staff).json(&body);
    let made = made.send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    (first, second)
}

async fn choices(world: &World, staff: &str, query: &str) -> HouseholdChoices {
    let path = format!("/api/v1/enrolments/households?{query}");
    ok(world.get(&path, staff).send().await.unwrap()).await
}

async fn admit(
    world: &World,
    staff: &str,
    device: &DeviceResponse,
    household: &Household,
    replace_tv: bool,
) -> reqwest::Response {
    let request = ApproveRequest {
        organization_code: "ZJ".to_owned(),
        kind: TerminalKind::Household,
        name: "12 号".to_owned(),
        household_id: Some(household.id.clone()),
        replace_tv,
    };
    world
        .post(
            &format!("/api/v1/enrolments/{}/approve", device.user_code),
            staff,
        )
        .json(&request)
        .send()
        .await
        .unwrap()
}

async fn names(world: &World, token: &str) -> Vec<String> {
    let people: TerminalPeople = ok(world
        .get("/api/v1/terminal/people", token)
        .send()
        .await
        .unwrap())
    .await;
    people.people.into_iter().map(|one| one.name).collect()
}

#[tokio::test]
async fn a_tv_is_admitted_for_a_household_and_its_people_can_sign_in() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let none = choices(&world, &staff, "").await;
        assert!(!none.any && none.items.is_empty(), "{none:?}");
        let (house, empty) = houses(&world, &staff).await;
        let device = world.begin_enrolment().await;
        let admitted = admit(&world, &staff, &device, &house, false).await;
        assert_eq!(admitted.status(), StatusCode::NO_CONTENT);

        // Meanwhile it is said of the household, and nobody takes it unasked.
        let found = choices(&world, &staff, "q=12").await;
        assert!(found.items[0].awaited && found.items[0].terminal.is_none());
        let second = world.begin_enrolment().await;
        let taken = admit(&world, &staff, &second, &house, false).await;
        let taken = problem(taken, 422, ErrorCode::Invalid).await;
        assert_eq!(taken.fields[0].field, "household_id");

        world.clock.advance_ms(5_000);
        let first: TokenResponse = ok(world.ask_token(&device).await).await;
        assert_eq!(names(&world, &first.access_token).await, ["张三"]);
        let found = choices(&world, &staff, "q=12").await;
        assert_eq!(found.items[0].terminal.as_ref().unwrap().name, "12 号");
        let taken = admit(&world, &staff, &second, &house, false).await;
        let taken = problem(taken, 422, ErrorCode::Invalid).await;
        assert!(
            taken.fields[0].message.contains("已经有电视“12 号”"),
            "{taken:?}"
        );

        // A new TV in its place, as it was said.
        let admitted = admit(&world, &staff, &second, &house, true).await;
        assert_eq!(admitted.status(), StatusCode::NO_CONTENT);
        let new: TokenResponse = ok(world.ask_token(&second).await).await;
        assert_eq!(names(&world, &new.access_token).await, ["张三"]);
        assert_eq!(names(&world, &first.access_token).await, [""; 0]);

        // The TV that a household got after the approval is not taken away unseen.
        let third = world.begin_enrolment().await;
        let admitted = admit(&world, &staff, &third, &empty, false).await;
        assert_eq!(admitted.status(), StatusCode::NO_CONTENT);
        let body =
            json!({ "organization_code": "ZJ", "name": "3 号", "terminal_id": first.terminal_id });
        let path = format!("/api/v1/households/{}", empty.id);
        let bound = world.ask(Method::PUT, &path, &staff).json(&body);
        let _: Household = ok(bound.send().await.unwrap()).await;
        let late: TokenResponse = ok(world.ask_token(&third).await).await;
        let kept: Household = ok(world.get(&path, &staff).send().await.unwrap()).await;
        assert_eq!(kept.terminal_id, Some(first.terminal_id.clone()));

        // The one without a household is on the list of those who need one; a revoked one is not, and
        // its household counts as having none.
        let path = "/api/v1/terminals?without_household=true";
        let page: Value = ok(world.get(path, &staff).send().await.unwrap()).await;
        let ids: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, [late.terminal_id.as_str()]);
        let path = format!("/api/v1/terminals/{}/revoke", new.terminal_id);
        world.post(&path, &staff).send().await.unwrap();
        assert_eq!(
            choices(&world, &staff, "q=12").await.items[0].terminal,
            None
        );
        let again = world.begin_enrolment().await;
        let admitted = admit(&world, &staff, &again, &house, false).await;
        assert_eq!(admitted.status(), StatusCode::NO_CONTENT);
        let again: TokenResponse = ok(world.ask_token(&again).await).await;
        assert_eq!(names(&world, &again.access_token).await, ["张三"]);
    }
}

#[tokio::test]
async fn households_are_found_by_name_person_and_village() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        houses(&world, &staff).await;
        for (code, n) in (0..40).map(|n| ("LJ", n)) {
            let body = json!({ "organization_code": code, "name": format!("{n}_院") });
            let made = world.post("/api/v1/households", &staff).json(&body);
            assert_eq!(made.send().await.unwrap().status(), StatusCode::CREATED);
        }
        let found = async |query: &str| -> Vec<String> {
            let found = choices(&world, &staff, query).await;
            assert!(found.any);
            found.items.into_iter().map(|one| one.name).collect()
        };
        assert_eq!(found("q=12+%E5%8F%B7").await, ["12 号"]);
        assert_eq!(found("q=%E5%BC%A0%E4%B8%89").await, ["12 号"], "张三");
        assert_eq!(
            found("q=%E5%BC%A0%E5%AE%B6%E6%9D%91").await,
            ["12 号", "3 号"],
            "张家村"
        );
        assert_eq!(found("q=zj+3").await, ["3 号"], "by code, in any case");
        assert_eq!(
            found("q=7_").await,
            ["17_院", "27_院", "37_院", "7_院"],
            "no wildcard"
        );
        assert_eq!(found("q=%25").await, [""; 0]);
        assert_eq!(found("q=x%27%3B--").await, [""; 0]);
        assert_eq!(found("organization_code=ZJ").await, ["12 号", "3 号"]);
        assert_eq!(found("organization_code=ZJ&q=%E9%99%A2").await, [""; 0]);
        let many = choices(&world, &staff, "q=%E9%99%A2").await;
        assert_eq!((many.items.len(), many.more), (20, true));
        let first = &choices(&world, &staff, "q=12+%E5%8F%B7").await.items[0];
        assert_eq!(
            (
                first.organization_code.as_str(),
                first.members[0].name.as_str()
            ),
            ("ZJ", "张三")
        );
        let neighbour = world.staff(Role::OrganizationStaff, "LJ").await;
        assert!(
            choices(&world, &neighbour, "q=12+%E5%8F%B7")
                .await
                .items
                .is_empty()
        );
        let path = "/api/v1/enrolments/households?organization_code=ZJ";
        let foreign = world.get(path, &neighbour).send().await.unwrap();
        problem(foreign, 422, ErrorCode::Invalid).await;
    }
}

#[tokio::test]
async fn the_address_to_approve_at_is_one_that_a_telephone_can_open() {
    let world = World::new().await;
    let shown = async |host: &str, proto: Option<&str>| -> String {
        let mut request = world
            .post("/api/v1/enrol/device", "")
            .header("host", host)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("client_id={CLIENT_ID}"));
        if let Some(proto) = proto {
            request = request.header("x-forwarded-proto", proto);
        }
        let device: DeviceResponse = ok(request.send().await.unwrap()).await;
        assert_eq!(
            device.verification_uri_complete,
            format!("{}?code={}", device.verification_uri, device.user_code)
        );
        device.verification_uri
    };
    assert_eq!(
        shown("192.0.2.7:8080", None).await,
        "http://192.0.2.7:8080/enrol"
    );
    assert_eq!(
        shown("tv.example.cn", Some("https")).await,
        "https://tv.example.cn/enrol"
    );
    // It listens on loopback alone: there is no other address, and none is invented.
    let own = shown(&world.server.addr.to_string(), None).await;
    assert_eq!(own, format!("{}enrol", world.server.url()));

    let world = World::set(|config| {
        config.public_url = Some("https://dj.example.cn".parse().unwrap());
    })
    .await;
    let device = world.begin_enrolment().await;
    assert_eq!(device.verification_uri, "https://dj.example.cn/enrol");
}

#[tokio::test]
async fn a_television_says_where_it_keeps_things_and_staff_are_told_once() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let tv = tv(&world, "ZJ", TerminalKind::Station).await;
        let says = async |storage: &str| {
            let request = world.get("/api/v1/feed", &tv.token);
            let request = request.header(contract::TERMINAL_STORAGE, storage);
            assert_eq!(request.send().await.unwrap().status(), 200);
        };
        let shown = async || -> Option<TerminalStorage> {
            let path = format!("/api/v1/terminals/{}", tv.id);
            let found: Terminal = ok(world.get(&path, &staff).send().await.unwrap()).await;
            found.storage
        };
        let told = async || -> Vec<StaffNotice> {
            let request = world.get("/api/v1/notices?unseen=true", &staff);
            let page: Value = ok(request.send().await.unwrap()).await;
            serde_json::from_value(page["items"].clone()).unwrap()
        };
        assert_eq!(shown().await, None);
        // What this program does not know says nothing; a disk is no news to staff.
        for (storage, expected) in [("tape", None), ("disk", Some(TerminalStorage::Disk))] {
            says(storage).await;
            assert_eq!(shown().await, expected);
            assert_eq!(told().await, []);
        }
        for _ in 0..3 {
            says("nothing").await;
        }
        assert_eq!(shown().await, Some(TerminalStorage::Nothing));
        let notices = told().await;
        assert_eq!(notices.len(), 1);
        assert_eq!(
            (notices[0].kind, notices[0].subject.clone()),
            (NoticeKind::TerminalStorage, format!("terminal:{}", tv.id))
        );
        assert!(notices[0].detail.contains("什么都存不下"), "{notices:?}");
        // One that never says is left as it was; back on its disk it is shown so.
        world.feed(&tv.token, "").await;
        assert_eq!(shown().await, Some(TerminalStorage::Nothing));
        says("disk").await;
        assert_eq!(shown().await, Some(TerminalStorage::Disk));
        assert_eq!(told().await.len(), 1);
    }
}
