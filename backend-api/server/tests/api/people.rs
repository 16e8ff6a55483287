//! People at a TV: who they are, how they prove it, what they see of themselves.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::event::Event;
use contract::member::{Household, Member, MemberRecord, MemberRef, MemberSession, TerminalPeople};
use contract::terminal::TerminalKind;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::testing::TestDatabase;

use crate::common::{Tv, World, database, databases, ok, problem, tv};
use crate::events::Events;

const PIN: &str = "402817";

/// 张三 of 12 号 with a PIN and a card, 李四 of the same house without, 王五 of the next village.
struct Village {
    world: World,
    staff: String,
    home: Tv,
    station: Tv,
    zhang: Member,
    li: Member,
    wang: Member,
}

impl Village {
    async fn on(database: TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let station = tv(&world, "ZJ", TerminalKind::Station).await;
        let house = json!({ "organization_code": "ZJ", "name": "12 号", "terminal_id": home.id });
        let house: Household = send(&world, &staff, Method::POST, "/households", house).await;
        let member = async |code: &str,
                            name: &str,
                            house: Option<&str>,
                            card: Option<&str>|
               -> Member {
            let body = json!({ "organization_code": code, "name": name, "household_id": house, "card": card,
                "phone": "13800000001" });
            send(&world, &staff, Method::POST, "/members", body).await
        };
        let zhang = member("ZJ", "张三", Some(&house.id), Some("0012345678")).await;
        let li = member("ZJ", "李四", Some(&house.id), None).await;
        let wang = member("LJ", "王五", None, Some("0099999999")).await;
        for one in [&zhang, &wang] {
            let path = format!("/members/{}/pin", one.id);
            let _: Value = send(&world, &staff, Method::PUT, &path, json!({ "pin": PIN })).await;
        }
        Self {
            world,
            staff,
            home,
            station,
            zhang,
            li,
            wang,
        }
    }

    async fn people(&self, tv: &Tv) -> TerminalPeople {
        ok(self
            .world
            .get("/api/v1/terminal/people", &tv.token)
            .send()
            .await
            .unwrap())
        .await
    }

    async fn open(&self, tv: &Tv, proof: Value) -> Response {
        let request = self
            .world
            .post("/api/v1/terminal/member-sessions", &tv.token);
        request
            .json(&json!({ "proof": proof }))
            .send()
            .await
            .unwrap()
    }

    async fn pin(&self, tv: &Tv, member: &Member, pin: &str) -> Response {
        self.open(
            tv,
            json!({ "by": "pin", "member_id": member.id, "pin": pin }),
        )
        .await
    }

    async fn card(&self, tv: &Tv, card: &str) -> Response {
        self.open(tv, json!({ "by": "card", "card": card })).await
    }

    async fn record(&self, tv: &Tv, session: &str) -> Response {
        let request = self.world.get("/api/v1/terminal/record", &tv.token);
        request
            .header("member-session", session)
            .send()
            .await
            .unwrap()
    }

    async fn new_pin(&self, tv: &Tv, key: &str, card: &str, pin: &str) -> Response {
        let request = self.world.post("/api/v1/terminal/pins", &tv.token);
        let request = request.header("idempotency-key", key);
        request
            .json(&json!({ "card": card, "pin": pin }))
            .send()
            .await
            .unwrap()
    }
}

async fn send<T: serde::de::DeserializeOwned>(
    world: &World,
    staff: &str,
    method: Method,
    path: &str,
    body: Value,
) -> T {
    let request = world
        .ask(method, &format!("/api/v1{path}"), staff)
        .json(&body);
    ok(request.send().await.unwrap()).await
}

fn names(people: &TerminalPeople) -> Vec<&str> {
    people
        .people
        .iter()
        .map(|person| person.name.as_str())
        .collect()
}

#[tokio::test]
async fn a_tv_shows_its_people_and_no_numbers() {
    for database in databases().await {
        let village = Village::on(database).await;
        let home = village.people(&village.home).await;
        assert_eq!(home.household.as_ref().unwrap().name, "12 号");
        assert_eq!(names(&home), ["张三", "李四"]);
        assert_eq!(
            (home.people[0].pin_set, home.people[0].card_set),
            (true, true)
        );
        assert_eq!(
            (home.people[1].pin_set, home.people[1].card_set),
            (false, false)
        );
        let station = village.people(&village.station).await;
        assert_eq!(
            (station.household.is_none(), names(&station)),
            (true, vec!["张三", "李四"])
        );
        let signage = tv(&village.world, "ZJ", TerminalKind::Signage).await;
        assert_eq!(village.people(&signage).await, TerminalPeople::default());
        let unbound = tv(&village.world, "ZJ", TerminalKind::Household).await;
        assert_eq!(village.people(&unbound).await, TerminalPeople::default());
        let answer = village
            .world
            .get("/api/v1/terminal/people", &village.home.token)
            .send()
            .await
            .unwrap();
        let etag = answer.headers()["etag"].clone();
        let text = answer.text().await.unwrap();
        // Whole, or masked: four digits alone are in many an id.
        for number in ["13800000001", "*0001", "0012345678", "*5678"] {
            assert!(!text.contains(number), "{number}: {text}");
        }
        let again = async || {
            let request = village
                .world
                .get("/api/v1/terminal/people", &village.home.token);
            request
                .header("if-none-match", &etag)
                .send()
                .await
                .unwrap()
                .status()
        };
        assert_eq!(again().await, StatusCode::NOT_MODIFIED);
        let why = json!({ "reason": "外出务工" });
        let path = format!("/members/{}/leave", village.li.id);
        let _: Member = send(&village.world, &village.staff, Method::POST, &path, why).await;
        assert_eq!(again().await, StatusCode::OK);
        assert_eq!(names(&village.people(&village.home).await), ["张三"]);
    }
}

#[tokio::test]
async fn the_tvs_concerned_are_told_at_once_also_of_what_another_process_does() {
    for database in databases().await {
        let village = Village::on(database).await;
        let (mut home, mut station) = (
            Events::listen(&village.world, &village.home.token, None).await,
            Events::listen(&village.world, &village.station.token, None).await,
        );
        let elsewhere = tv(&village.world, "LJ", TerminalKind::Station).await;
        let mut elsewhere = Events::listen(&village.world, &elsewhere.token, None).await;
        let pin = format!("/members/{}/pin", village.li.id);
        let _: Value = send(&village.world, &village.staff, Method::PUT, &pin, json!({})).await;
        assert_eq!(home.event().await.unwrap().0, Event::PeopleChanged);
        assert_eq!(station.event().await.unwrap().0, Event::PeopleChanged);
        // By the database alone, as the import command would.
        let (id, now_ms) = (village.wang.id.clone(), village.world.now_ms());
        village
            .world
            .blocking(move |store| {
                store
                    .write(move |tx| store::members::set_pin(tx, &id, Some("x"), now_ms))
                    .unwrap();
            })
            .await;
        // Its first event: of the other village it heard nothing.
        assert_eq!(elsewhere.event().await.unwrap().0, Event::PeopleChanged);
        let zhang = format!("/members/{}/pin", village.zhang.id);
        let _: Value = send(
            &village.world,
            &village.staff,
            Method::PUT,
            &zhang,
            json!({ "pin": PIN }),
        )
        .await;
        assert_eq!(
            home.event().await.unwrap().0,
            Event::PeopleChanged,
            "one, not two"
        );
    }
}

#[tokio::test]
async fn a_pin_opens_ones_own_record_for_ten_minutes_on_one_tv() {
    for database in databases().await {
        let village = Village::on(database).await;
        let opened = village.pin(&village.home, &village.zhang, PIN).await;
        assert_eq!(opened.status(), StatusCode::CREATED);
        let session: MemberSession = opened.json().await.unwrap();
        assert_eq!(session.member.name, "张三");
        assert_eq!(session.expires_at_ms, village.world.now_ms() + 600_000);
        let record: MemberRecord = ok(village.record(&village.home, &session.token).await).await;
        assert_eq!(
            (
                record.member.name.as_str(),
                record.organization.name.as_str()
            ),
            ("张三", "张家村")
        );
        assert_eq!(record.phone_masked.as_deref(), Some("138****0001"));
        assert_eq!(record.study.goal_ms, 32 * 3_600_000);
        assert_eq!(
            (record.attendance.eligible, record.attendance.rate_bp),
            (0, None)
        );
        // Not on another TV, not with another token, not after its time.
        for (tv, token) in [
            (&village.station, session.token.as_str()),
            (&village.home, "guessed"),
        ] {
            problem(village.record(tv, token).await, 403, ErrorCode::Forbidden).await;
        }
        let without = village
            .world
            .get("/api/v1/terminal/record", &village.home.token)
            .send()
            .await
            .unwrap();
        problem(without, 403, ErrorCode::Forbidden).await;
        village.world.clock.advance_ms(600_000);
        problem(
            village.record(&village.home, &session.token).await,
            403,
            ErrorCode::Forbidden,
        )
        .await;

        let second: MemberSession = ok(village.pin(&village.home, &village.zhang, PIN).await).await;
        let end = village.world.ask(
            Method::DELETE,
            "/api/v1/terminal/member-sessions/current",
            &village.home.token,
        );
        let end = end
            .header("member-session", &second.token)
            .send()
            .await
            .unwrap();
        assert_eq!(end.status(), StatusCode::NO_CONTENT);
        problem(
            village.record(&village.home, &second.token).await,
            403,
            ErrorCode::Forbidden,
        )
        .await;
    }
}

#[tokio::test]
async fn the_record_shows_roll_calls_and_moves() {
    let village = Village::on(database().await).await;
    let call = json!({ "title": "十一月主题党日", "organization_code": "ZJ", "window_ms": 60_000 });
    let call: Value = send(
        &village.world,
        &village.staff,
        Method::POST,
        "/roll-calls",
        call,
    )
    .await;
    let sign_in = json!({ "roll_call_id": call["id"], "round": 1, "time": { "at_ms": 0 },
        "proof": { "by": "pin", "member_id": village.zhang.id, "pin": PIN } });
    let signed = village
        .world
        .post("/api/v1/terminal/sign-ins", &village.home.token);
    let signed = signed
        .header("idempotency-key", "k")
        .json(&sign_in)
        .send()
        .await
        .unwrap();
    assert_eq!(signed.status(), StatusCode::OK);
    let close = format!("/roll-calls/{}/close", call["id"].as_str().unwrap());
    let _: Value = send(
        &village.world,
        &village.staff,
        Method::POST,
        &close,
        json!({}),
    )
    .await;
    for to in ["LJ", "ZJ"] {
        let path = format!("/members/{}/transfer", village.zhang.id);
        let body = json!({ "to_organization_code": to, "reason": "搬家" });
        let _: Member = send(&village.world, &village.staff, Method::POST, &path, body).await;
    }
    let session: MemberSession = ok(village.pin(&village.station, &village.zhang, PIN).await).await;
    let record: MemberRecord = ok(village.record(&village.station, &session.token).await).await;
    assert_eq!(record.roll_calls.len(), 1);
    assert_eq!(record.roll_calls[0].title, "十一月主题党日");
    assert_eq!(
        (
            record.attendance.eligible,
            record.attendance.present,
            record.attendance.rate_bp
        ),
        (1, 1, Some(10_000))
    );
    assert_eq!(record.transfers.len(), 2);
    assert_eq!(record.transfers[0].to.name, "张家村");
}

#[tokio::test]
async fn who_may_prove_themselves_where() {
    let village = Village::on(database().await).await;
    // A card at home, somebody of another house, somebody unknown, somebody without a PIN.
    problem(
        village.card(&village.home, "0012345678").await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    problem(
        village.pin(&village.home, &village.wang, PIN).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    let nobody = json!({ "by": "pin", "member_id": "nobody", "pin": PIN });
    problem(
        village.open(&village.home, nobody).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    problem(
        village.pin(&village.home, &village.li, PIN).await,
        403,
        ErrorCode::NoPin,
    )
    .await;
    // At a station: its own by PIN, anybody by card.
    problem(
        village.pin(&village.station, &village.wang, PIN).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    for (card, name) in [("00 1234 5678", "张三"), ("0099999999", "王五")] {
        let session: MemberSession = ok(village.card(&village.station, card).await).await;
        assert_eq!(session.member.name, name);
    }
    problem(
        village.card(&village.station, "0000000000").await,
        403,
        ErrorCode::UnknownCard,
    )
    .await;
    let why = json!({ "reason": "户口迁出" });
    let path = format!("/members/{}/leave", village.wang.id);
    let _: Member = send(&village.world, &village.staff, Method::POST, &path, why).await;
    problem(
        village.card(&village.station, "0099999999").await,
        403,
        ErrorCode::UnknownCard,
    )
    .await;
    // Cards cannot be tried at leisure.
    for _ in 0..18 {
        village.card(&village.station, "0000000000").await;
    }
    problem(
        village.card(&village.station, "0012345678").await,
        429,
        ErrorCode::TooMany,
    )
    .await;
    village.world.clock.advance_ms(60_000);
    assert_eq!(
        village.card(&village.station, "0012345678").await.status(),
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn five_wrong_pins_lock_one_person_on_one_tv_and_tell_staff() {
    for database in databases().await {
        let village = Village::on(database).await;
        for left in [4, 3, 2, 1] {
            let refused = village.pin(&village.home, &village.zhang, "000001").await;
            let said = problem(refused, 403, ErrorCode::WrongPin).await;
            assert!(said.title.contains(&left.to_string()), "{said:?}");
            assert_eq!(said.tries_left, Some(left));
        }
        problem(
            village.pin(&village.home, &village.zhang, "000001").await,
            429,
            ErrorCode::PinLocked,
        )
        .await;
        problem(
            village.pin(&village.home, &village.zhang, PIN).await,
            429,
            ErrorCode::PinLocked,
        )
        .await;
        assert_eq!(
            village
                .pin(&village.station, &village.zhang, PIN)
                .await
                .status(),
            StatusCode::CREATED
        );
        let notices = village
            .world
            .get("/api/v1/notices", &village.staff)
            .send()
            .await
            .unwrap();
        let notices: Value = ok(notices).await;
        assert_eq!(notices["items"][0]["kind"], "pin_locked");
        assert_eq!(
            notices["items"][0]["subject"],
            format!("member:{}", village.zhang.id)
        );
        village.world.clock.advance_ms(15 * 60_000);
        assert_eq!(
            village
                .pin(&village.home, &village.zhang, PIN)
                .await
                .status(),
            StatusCode::CREATED
        );
        // A new PIN unlocks at once.
        for _ in 0..5 {
            village.pin(&village.home, &village.zhang, "000001").await;
        }
        let path = format!("/members/{}/pin", village.zhang.id);
        let _: Value = send(
            &village.world,
            &village.staff,
            Method::PUT,
            &path,
            json!({ "pin": "918273" }),
        )
        .await;
        assert_eq!(
            village
                .pin(&village.home, &village.zhang, "918273")
                .await
                .status(),
            StatusCode::CREATED
        );
    }
}

#[tokio::test]
async fn a_card_sets_a_new_pin_at_a_station_once() {
    for database in databases().await {
        let village = Village::on(database).await;
        let set: MemberRef = ok(village
            .new_pin(&village.station, "k1", "0012345678", "918273")
            .await)
        .await;
        assert_eq!(set.name, "张三");
        let again: MemberRef = ok(village
            .new_pin(&village.station, "k1", "0012345678", "918273")
            .await)
        .await;
        assert_eq!(again, set);
        let count = village
            .world
            .blocking(|store| {
                let filter = store::audit::Filter {
                    action: Some("pin.set"),
                    ..Default::default()
                };
                let log = store
                    .read(|tx| store::audit::list(tx, &filter, None, 100))
                    .unwrap();
                log.iter()
                    .filter(|entry| entry.actor.starts_with("terminal:"))
                    .count()
            })
            .await;
        assert_eq!(count, 1);
        problem(
            village
                .new_pin(&village.station, "k1", "0012345678", "918274")
                .await,
            422,
            ErrorCode::KeyReused,
        )
        .await;
        problem(
            village.pin(&village.home, &village.zhang, PIN).await,
            403,
            ErrorCode::WrongPin,
        )
        .await;
        assert_eq!(
            village
                .pin(&village.home, &village.zhang, "918273")
                .await
                .status(),
            StatusCode::CREATED
        );
        problem(
            village
                .new_pin(&village.station, "k2", "0012345678", "123456")
                .await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        problem(
            village
                .new_pin(&village.home, "k3", "0012345678", "918273")
                .await,
            403,
            ErrorCode::Forbidden,
        )
        .await;
        problem(
            village
                .new_pin(&village.station, "k4", "5555555555", "918273")
                .await,
            403,
            ErrorCode::UnknownCard,
        )
        .await;
    }
}

#[tokio::test]
async fn a_box_is_admitted_as_the_tv_of_a_household() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let house = json!({ "organization_code": "ZJ", "name": "12 号" });
    let house: Household = send(&world, &staff, Method::POST, "/households", house).await;
    let member = json!({ "organization_code": "ZJ", "name": "张三", "household_id": house.id });
    let _: Member = send(&world, &staff, Method::POST, "/members", member).await;
    let device = world.begin_enrolment().await;
    let approve = async |code: &str, kind: &str, household: &str| {
        let body = json!({ "organization_code": code, "kind": kind, "name": "12 号", "household_id": household });
        let path = format!("/api/v1/enrolments/{}/approve", device.user_code);
        world.post(&path, &staff).json(&body).send().await.unwrap()
    };
    for (code, kind, household) in [
        ("LJ", "household", house.id.as_str()),
        ("ZJ", "station", &house.id),
        ("ZJ", "household", "none"),
    ] {
        problem(
            approve(code, kind, household).await,
            422,
            ErrorCode::Invalid,
        )
        .await;
    }
    assert_eq!(
        approve("ZJ", "household", &house.id).await.status(),
        StatusCode::NO_CONTENT
    );
    let token: contract::enrolment::TokenResponse = ok(world.ask_token(&device).await).await;
    let people = world
        .get("/api/v1/terminal/people", &token.access_token)
        .send()
        .await
        .unwrap();
    let people: TerminalPeople = ok(people).await;
    assert_eq!(
        (people.household.unwrap().name.as_str(), people.people.len()),
        ("12 号", 1)
    );
}
