//! Accounts, their sessions and second factor.

use backend_api::config::AskedOf;
use backend_api::services::accounts;
use backend_api::services::kit::rights::Role;
use contract::account::{AuditEntry, RecoveryCodes, StaffAccount, StaffSession, TotpOffer};
use contract::error::ErrorCode;
use contract::staff::{Me, SecondFactor, SignInResponse, SignInRules};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{PASSWORD, World, databases, ok, problem};

async fn create(world: &World, by: &str, login: &str, role: &str, organization: &str) -> Response {
    world
        .post("/api/v1/staff/accounts", by)
        .json(&json!({ "login": login, "password": PASSWORD, "role": role, "organization_code": organization }))
        .send()
        .await
        .unwrap()
}

async fn ask(world: &World, method: Method, path: &str, token: &str, body: Value) -> Response {
    let request = world.ask(method, path, token);
    request.json(&body).send().await.unwrap()
}

/// The code of a secret, so many seconds from now.
pub fn code(world: &World, secret: &str, seconds: i64) -> String {
    let bytes = totp_rs::Secret::Encoded(secret.to_owned())
        .to_bytes()
        .unwrap();
    let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, bytes).unwrap();
    totp.generate(u64::try_from(world.now_ms() / 1_000 + seconds).unwrap())
}

#[tokio::test]
async fn an_account_is_made_changed_closed_and_opened() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let made = create(&world, &staff, "li", "branch_secretary", "ZJ").await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let made: StaffAccount = made.json().await.unwrap();
        assert_eq!(
            (made.role, made.totp, made.organization.name.as_str()),
            (Role::BranchSecretary, false, "张家村")
        );
        problem(
            create(&world, &staff, "li", "reader", "ZJ").await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        problem(
            create(&world, &staff, " ", "reader", "ZJ").await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        problem(
            create(&world, &staff, "wu", "reader", "XX").await,
            422,
            ErrorCode::Invalid,
        )
        .await;
        let short = json!({ "login": "wu", "password": "short", "role": "reader", "organization_code": "ZJ" });
        let short = ask(
            &world,
            Method::POST,
            "/api/v1/staff/accounts",
            &staff,
            short,
        )
        .await;
        problem(short, 422, ErrorCode::Invalid).await;

        let session: SignInResponse = ok(world.sign_in("li", PASSWORD).await).await;
        assert_eq!(session.role, Role::BranchSecretary);
        let reads = async || {
            let answer = world.get("/api/v1/members", &session.access_token);
            answer.send().await.unwrap().status().as_u16()
        };
        assert_eq!(reads().await, 200);
        // In force with the next request.
        let path = format!("/api/v1/staff/accounts/{}", made.id);
        let change = json!({ "role": "office_publisher", "organization_code": "LJ" });
        let changed: StaffAccount = ok(ask(&world, Method::PUT, &path, &staff, change).await).await;
        assert_eq!(changed.organization.name, "李家村");
        assert_eq!(reads().await, 403);

        let closed: StaffAccount = ok(ask(
            &world,
            Method::POST,
            &format!("{path}/disable"),
            &staff,
            json!({}),
        )
        .await)
        .await;
        assert_eq!(closed.disabled_at_ms, Some(world.now_ms()));
        assert_eq!(reads().await, 401);
        problem(
            world.sign_in("li", PASSWORD).await,
            401,
            ErrorCode::WrongPassword,
        )
        .await;
        let open: StaffAccount = ok(ask(
            &world,
            Method::POST,
            &format!("{path}/enable"),
            &staff,
            json!({}),
        )
        .await)
        .await;
        assert_eq!(open.disabled_at_ms, None);
        let reset = json!({ "password": "another password" });
        let reset = ask(
            &world,
            Method::POST,
            &format!("{path}/password"),
            &staff,
            reset,
        )
        .await;
        assert_eq!(reset.status(), StatusCode::OK);
        problem(
            world.sign_in("li", PASSWORD).await,
            401,
            ErrorCode::WrongPassword,
        )
        .await;
        assert_eq!(
            world.sign_in("li", "another password").await.status(),
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn nobody_gives_more_than_they_have_or_changes_themselves() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "ZJ").await;
    let admin = world.staff(Role::PlatformAdministrator, "QH").await;
    let more = create(&world, &staff, "a", "platform_administrator", "ZJ").await;
    problem(more, 403, ErrorCode::Forbidden).await;
    let wider = create(&world, &staff, "a", "reader", "QH").await;
    problem(wider, 422, ErrorCode::Invalid).await;
    let above: StaffAccount = create(&world, &admin, "above", "platform_administrator", "ZJ")
        .await
        .json()
        .await
        .unwrap();
    for what in ["disable", "enable"] {
        let path = format!("/api/v1/staff/accounts/{}/{what}", above.id);
        problem(
            ask(&world, Method::POST, &path, &staff, json!({})).await,
            403,
            ErrorCode::Forbidden,
        )
        .await;
    }
    let path = format!("/api/v1/staff/accounts/{}/password", above.id);
    let take_over = json!({ "password": "mine from now on" });
    problem(
        ask(&world, Method::POST, &path, &staff, take_over).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    let small: StaffAccount = create(&world, &staff, "small", "reader", "ZJ")
        .await
        .json()
        .await
        .unwrap();
    let path = format!("/api/v1/staff/accounts/{}", small.id);
    let lift = json!({ "role": "platform_administrator", "organization_code": "ZJ" });
    problem(
        ask(&world, Method::PUT, &path, &staff, lift).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    let list: Value = ok(world
        .get("/api/v1/staff/accounts", &staff)
        .send()
        .await
        .unwrap())
    .await;
    let own = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| {
            it["login"]
                .as_str()
                .unwrap()
                .starts_with("organizationstaff")
        })
        .unwrap();
    let path = format!(
        "/api/v1/staff/accounts/{}/disable",
        own["id"].as_str().unwrap()
    );
    problem(
        ask(&world, Method::POST, &path, &staff, json!({})).await,
        409,
        ErrorCode::Conflict,
    )
    .await;
}

#[tokio::test]
async fn sessions_are_seen_and_ended_one_by_one() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    create(&world, &staff, "li", "reader", "ZJ").await;
    let session = async || {
        let session: SignInResponse = ok(world.sign_in("li", PASSWORD).await).await;
        session.access_token
    };
    let (first, second) = (session().await, session().await);
    let list = async |token: &str, query: &str| -> Vec<StaffSession> {
        let path = format!("/api/v1/staff/sessions{query}");
        ok(world.get(&path, token).send().await.unwrap()).await
    };
    let mine = list(&first, "").await;
    assert_eq!(mine.len(), 2);
    assert_eq!(mine.iter().filter(|it| it.current).count(), 1);
    assert!(
        mine.iter()
            .all(|it| it.login == "li" && it.address.as_deref() == Some("127.0.0.1"))
    );
    assert!(!format!("{mine:?}").contains(&first));
    let refused = world
        .get("/api/v1/staff/sessions?everybody=true", &first)
        .send()
        .await
        .unwrap();
    problem(refused, 403, ErrorCode::Forbidden).await;
    assert_eq!(list(&staff, "?everybody=true").await.len(), 3);
    assert_eq!(list(&staff, "").await.len(), 1);

    let other = mine.iter().find(|it| !it.current).unwrap();
    let end = async |token: &str, id: &str| {
        let path = format!("/api/v1/staff/sessions/{id}");
        world
            .ask(Method::DELETE, &path, token)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(
        end(&first, &other.id).await.status(),
        StatusCode::NO_CONTENT
    );
    problem(end(&first, &other.id).await, 404, ErrorCode::NotFound).await;
    let gone = world
        .get("/api/v1/staff/sessions", &second)
        .send()
        .await
        .unwrap();
    problem(gone, 401, ErrorCode::Unauthenticated).await;
    let theirs = list(&staff, "").await.remove(0);
    problem(end(&first, &theirs.id).await, 404, ErrorCode::NotFound).await;
    let own = list(&first, "").await.remove(0);
    assert_eq!(end(&staff, &own.id).await.status(), StatusCode::NO_CONTENT);
    assert!(list(&staff, "?everybody=true").await.len() == 1);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let world = World::new().await;
    let first = world.staff(Role::Reader, "QH").await;
    let second: SignInResponse = ok(world.sign_in("reader-QH", PASSWORD).await).await;
    let change = async |current: &str, new: &str| {
        let body = json!({ "current": current, "password": new });
        ask(&world, Method::PUT, "/api/v1/staff/password", &first, body).await
    };
    problem(
        change("wrong", "a longer password").await,
        401,
        ErrorCode::WrongPassword,
    )
    .await;
    problem(change(PASSWORD, "short").await, 422, ErrorCode::Invalid).await;
    assert_eq!(
        change(PASSWORD, "a longer password").await.status(),
        StatusCode::NO_CONTENT
    );
    let status = async |token: &str| {
        world
            .get("/api/v1/terminals", token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(
        (status(&first).await, status(&second.access_token).await),
        (200, 401)
    );
}

#[tokio::test]
async fn a_second_factor_is_offered_confirmed_demanded_and_removed() {
    for database in databases().await {
        let world = World::on(database).await;
        let token = world.staff(Role::Reader, "QH").await;
        let step = async |method: Method, path: &str, code: &str| {
            ask(&world, method, path, &token, json!({ "code": code })).await
        };
        let with = async |code: Option<&str>| {
            let body = json!({ "login": "reader-QH", "password": PASSWORD, "totp": code });
            world
                .post("/api/v1/staff/sessions", "")
                .json(&body)
                .send()
                .await
                .unwrap()
        };
        let confirm = "/api/v1/staff/totp/confirm";
        problem(
            step(Method::POST, confirm, "000000").await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let offer: TotpOffer = ok(world
            .post("/api/v1/staff/totp", &token)
            .send()
            .await
            .unwrap())
        .await;
        assert!(offer.uri.contains(&offer.secret));
        // Not demanded before a code of it was right.
        assert_eq!(with(None).await.status(), StatusCode::OK);
        problem(
            step(Method::POST, confirm, "000000").await,
            401,
            ErrorCode::SecondFactor,
        )
        .await;
        let first = code(&world, &offer.secret, 0);
        let codes: RecoveryCodes = ok(step(Method::POST, confirm, &first).await).await;
        assert_eq!(codes.codes.len(), 10);
        problem(
            world
                .post("/api/v1/staff/totp", &token)
                .send()
                .await
                .unwrap(),
            409,
            ErrorCode::Conflict,
        )
        .await;

        problem(with(None).await, 401, ErrorCode::SecondFactor).await;
        problem(with(Some("")).await, 401, ErrorCode::SecondFactor).await;
        problem(with(Some(&first)).await, 401, ErrorCode::SecondFactor).await;
        let next = code(&world, &offer.secret, 30);
        assert_eq!(with(Some(&next)).await.status(), StatusCode::OK);
        problem(with(Some(&next)).await, 401, ErrorCode::SecondFactor).await;
        world.clock.advance_ms(120_000);
        // Wrong codes lock as wrong passwords do; the used one was the first of five.
        for _ in 0..3 {
            problem(with(Some("000000")).await, 401, ErrorCode::SecondFactor).await;
        }
        problem(with(Some("000000")).await, 429, ErrorCode::LockedOut).await;
        world.clock.advance_ms(15 * 60_000);
        let now = code(&world, &offer.secret, 0);
        assert_eq!(with(Some(&now)).await.status(), StatusCode::OK);

        problem(
            step(Method::DELETE, "/api/v1/staff/totp", &now).await,
            401,
            ErrorCode::SecondFactor,
        )
        .await;
        let next = code(&world, &offer.secret, 30);
        assert_eq!(
            step(Method::DELETE, "/api/v1/staff/totp", &next)
                .await
                .status(),
            StatusCode::NO_CONTENT
        );
        assert_eq!(with(None).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_away_by_others() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let account: StaffAccount = create(&world, &staff, "li", "reader", "ZJ")
        .await
        .json()
        .await
        .unwrap();
    let session: SignInResponse = ok(world.sign_in("li", PASSWORD).await).await;
    let offer: TotpOffer = ok(world
        .post("/api/v1/staff/totp", &session.access_token)
        .send()
        .await
        .unwrap())
    .await;
    let right = json!({ "code": code(&world, &offer.secret, 0) });
    let on = ask(
        &world,
        Method::POST,
        "/api/v1/staff/totp/confirm",
        &session.access_token,
        right,
    )
    .await;
    assert_eq!(on.status(), StatusCode::OK);
    problem(
        world.sign_in("li", PASSWORD).await,
        401,
        ErrorCode::SecondFactor,
    )
    .await;
    let path = format!("/api/v1/staff/accounts/{}/totp", account.id);
    let off: StaffAccount = ok(world
        .ask(Method::DELETE, &path, &staff)
        .send()
        .await
        .unwrap())
    .await;
    assert!(!off.totp);
    assert_eq!(world.sign_in("li", PASSWORD).await.status(), StatusCode::OK);
}

/// Somebody who signs in with a second factor.
struct Careful<'w> {
    world: &'w World,
    login: &'static str,
    secret: String,
}

impl Careful<'_> {
    async fn sign_in(&self, code: &str) -> Response {
        let body = json!({ "login": self.login, "password": PASSWORD, "totp": code });
        let request = self.world.post("/api/v1/staff/sessions", "").json(&body);
        request.send().await.unwrap()
    }

    /// The code there is after a step that nobody has used.
    fn fresh(&self) -> String {
        self.world.clock.advance_ms(60_000);
        code(self.world, &self.secret, 0)
    }
}

async fn send<T: serde::de::DeserializeOwned>(
    world: &World,
    method: Method,
    path: &str,
    token: &str,
    code: &str,
) -> T {
    let path = format!("/api/v1/staff{path}");
    ok(ask(world, method, &path, token, json!({ "code": code })).await).await
}

#[tokio::test]
async fn administrators_set_a_second_factor_up_before_anything_else() {
    for database in databases().await {
        let world = World::with(database, |config| {
            config.sessions.second_factor = AskedOf::Administrators;
        })
        .await;
        let rules: SignInRules =
            ok(world.get("/api/v1/staff/sign-in", "").send().await.unwrap()).await;
        assert!(!rules.without_second_factor);
        let token = world.staff(Role::OrganizationStaff, "QH").await;
        let me = async |token: &str| -> Me {
            send(&world, Method::GET, "/sessions/current", token, "").await
        };
        assert_eq!(me(&token).await.second_factor, SecondFactor::Due);
        let read = async |token: &str| world.get("/api/v1/terminals", token).send().await.unwrap();
        problem(read(&token).await, 403, ErrorCode::SecondFactorDue).await;
        for (method, path) in [
            (Method::PUT, "/api/v1/staff/password"),
            (Method::GET, "/api/v1/audit"),
            (Method::GET, "/api/v1/staff/sessions"),
            (Method::GET, "/files/0000.png"),
        ] {
            let refused = ask(&world, method, path, &token, json!({})).await;
            problem(refused, 403, ErrorCode::SecondFactorDue).await;
        }

        let offer: TotpOffer = send(&world, Method::POST, "/totp", &token, "").await;
        let wrong = json!({ "code": "000000" });
        let wrong = ask(
            &world,
            Method::POST,
            "/api/v1/staff/totp/confirm",
            &token,
            wrong,
        )
        .await;
        problem(wrong, 401, ErrorCode::SecondFactor).await;
        let first = code(&world, &offer.secret, 0);
        let codes: RecoveryCodes =
            send(&world, Method::POST, "/totp/confirm", &token, &first).await;
        assert_eq!(read(&token).await.status(), StatusCode::OK);
        let own = me(&token).await;
        assert_eq!(
            (own.second_factor, own.recovery_codes),
            (SecondFactor::On, 10)
        );

        let wang = Careful {
            world: &world,
            login: "organizationstaff-QH",
            secret: offer.secret,
        };
        // The code that confirmed it has been used.
        problem(wang.sign_in(&first).await, 401, ErrorCode::SecondFactor).await;
        let next = wang.fresh();
        let session: SignInResponse = ok(wang.sign_in(&next).await).await;
        assert_eq!(session.second_factor, SecondFactor::On);
        problem(wang.sign_in(&next).await, 401, ErrorCode::SecondFactor).await;

        // Each recovery code once, however it is typed, until there are new ones.
        let typed = codes.codes[0].to_uppercase().replace('-', " ");
        assert_eq!(wang.sign_in(&typed).await.status(), StatusCode::OK);
        problem(
            wang.sign_in(&codes.codes[0]).await,
            401,
            ErrorCode::SecondFactor,
        )
        .await;
        assert_eq!(me(&token).await.recovery_codes, 9);
        let renew = "/totp/recovery-codes";
        let new: RecoveryCodes = send(&world, Method::POST, renew, &token, &codes.codes[1]).await;
        problem(
            wang.sign_in(&codes.codes[2]).await,
            401,
            ErrorCode::SecondFactor,
        )
        .await;
        assert_eq!(me(&token).await.recovery_codes, 10);
        assert_eq!(wang.sign_in(&new.codes[0]).await.status(), StatusCode::OK);
        let kept = world
            .blocking(|store| {
                store.read(|tx| store::staff::account_by_login(tx, "organizationstaff-QH"))
            })
            .await;
        assert!(!format!("{:?}", kept.unwrap()).contains(&new.codes[1]));

        // With another telephone: the old one goes, and the next has to come at once.
        let off = json!({ "code": new.codes[1] });
        let off = ask(&world, Method::DELETE, "/api/v1/staff/totp", &token, off).await;
        assert_eq!(off.status(), StatusCode::NO_CONTENT);
        problem(read(&token).await, 403, ErrorCode::SecondFactorDue).await;
        assert_eq!(me(&token).await.recovery_codes, 0);

        let offer: TotpOffer = send(&world, Method::POST, "/totp", &token, "").await;
        let right = code(&world, &offer.secret, 0);
        let _: RecoveryCodes = send(&world, Method::POST, "/totp/confirm", &token, &right).await;
        let page: Value = ok(world.get("/api/v1/audit", &token).send().await.unwrap()).await;
        let log: Vec<AuditEntry> = serde_json::from_value(page["items"].clone()).unwrap();
        for action in [
            "account.totp_on",
            "account.recovery_used",
            "account.recovery_codes",
            "account.totp_off",
        ] {
            assert!(log.iter().any(|it| it.action == action), "{action}");
        }

        // Whoever lost both asks another administrator, or the command line.
        let other = world.staff(Role::PlatformAdministrator, "QH").await;
        let offer: TotpOffer = send(&world, Method::POST, "/totp", &other, "").await;
        let right = code(&world, &offer.secret, 0);
        let _: RecoveryCodes = send(&world, Method::POST, "/totp/confirm", &other, &right).await;
        let list: Value = ok(world
            .get("/api/v1/staff/accounts", &other)
            .send()
            .await
            .unwrap())
        .await;
        let id = |login: &str| {
            let all = list["items"].as_array().unwrap();
            let found = all.iter().find(|it| it["login"] == login).unwrap();
            found["id"].as_str().unwrap().to_owned()
        };
        // With a session alone nobody gets rid of their own.
        let own = id("platformadministrator-QH");
        for (method, what) in [(Method::DELETE, "totp"), (Method::POST, "password")] {
            let path = format!("/api/v1/staff/accounts/{own}/{what}");
            let body = json!({ "password": "quite another one" });
            let refused = ask(&world, method, &path, &other, body).await;
            problem(refused, 409, ErrorCode::Conflict).await;
        }
        let path = format!("/accounts/{}/totp", id(wang.login));
        let reset: StaffAccount = send(&world, Method::DELETE, &path, &other, "").await;
        assert!(!reset.totp);
        problem(read(&token).await, 401, ErrorCode::Unauthenticated).await;
        let again: SignInResponse = ok(world.sign_in(wang.login, PASSWORD).await).await;
        assert_eq!(again.second_factor, SecondFactor::Due);
        let now_ms = world.now_ms();
        let had = world
            .blocking(move |store| {
                accounts::reset_totp_by_system(store, "organizationstaff-QH", now_ms)
            })
            .await;
        assert!(!had.unwrap());
        problem(
            read(&again.access_token).await,
            401,
            ErrorCode::Unauthenticated,
        )
        .await;
    }
}

/// By rights: who makes accounts, and who publishes for a county or for everybody.
#[tokio::test]
async fn who_administers_nothing_needs_no_second_factor() {
    let world = World::set(|config| {
        config.sessions.second_factor = AskedOf::Administrators;
    })
    .await;
    for (role, organization, due) in [
        (Role::PlatformAdministrator, "QH", true),
        (Role::OrganizationStaff, "ZJ", true),
        (Role::OfficePublisher, "QH", true),
        (Role::OfficePublisher, "ZJ", false),
        (Role::BranchSecretary, "QH", false),
        (Role::Reader, "QH", false),
    ] {
        let token = world.staff(role, organization).await;
        let read = world.get("/api/v1/terminals", &token).send().await.unwrap();
        let expected = if due { 403 } else { 200 };
        assert_eq!(
            read.status().as_u16(),
            expected,
            "{role:?} of {organization}"
        );
        if role == Role::Reader {
            // In force with the next request.
            world
                .blocking(|store| {
                    store.write::<_, store::Error, _>(|tx| {
                        let account = store::staff::account_by_login(tx, "reader-QH")?.unwrap();
                        let organization = account.organization.id;
                        store::staff::set_rights(
                            tx,
                            &account.id,
                            Role::OrganizationStaff,
                            &organization,
                        )
                    })
                })
                .await
                .unwrap();
            let read = world.get("/api/v1/terminals", &token).send().await.unwrap();
            problem(read, 403, ErrorCode::SecondFactorDue).await;
        }
    }
    let world = World::new().await;
    let rules: SignInRules = ok(world.get("/api/v1/staff/sign-in", "").send().await.unwrap()).await;
    assert!(rules.without_second_factor, "a demonstration says so");
}
