//! Whatever can be guessed is counted.

use std::sync::{Arc, Mutex};

use backend_api::services::kit::limits::{Attempt, Budget, Guessable, Limits, Scope};
use backend_api::services::kit::rights::Role;
use backend_api::services::logins;
use backend_api::services::media::{Grant, Holder, program};
use contract::account::{RecoveryCodes, TotpOffer};
use contract::category::StaffCategory;
use contract::enrolment::{CLIENT_ID, DEVICE_GRANT, DeviceResponse};
use contract::error::ErrorCode;
use contract::meeting::MediaProtocol;
use contract::member::MemberSession;
use contract::request::{CategoryDraft, CategoryKind, RequestLink};
use contract::roll_call::{
    AttendanceState, PresenceCode, RollCall, RollCallDraft, SignIn, SignInTime, VerifyReason,
};
use contract::staff::{NoticeKind, StaffNotice};
use futures_util::future::join_all;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::limits::{self, Key, Rule};
use store::testing::TestDatabase;
use store::{notices, organizations, terminals};

use crate::common::{PASSWORD, World, database, databases, ok, problem};
use crate::roll_calls::{Hall, MINUTE, PIN, by_pin, draft};
use crate::service_town::{discipline_office, draft as category, put};

const ADDRESS: &str = "127.0.0.1";
const MEETING: &str = "m";

/// Everything that is guessed in this test, new for every budget.
struct Stage {
    roll_call: RollCall,
    code: String,
    session: String,
    device: DeviceResponse,
    live: String,
    /// The address of a page for a telephone.
    page: String,
    /// Number of a report.
    report: String,
}

struct Walk {
    hall: Hall,
    limits: Limits,
    /// The secret of the reader's second factor.
    totp: String,
    /// What stands in for it; each is good once.
    recovery: Mutex<Vec<String>>,
    village: String,
    account: String,
    /// Categories of what is asked and what is reported.
    categories: [StaffCategory; 2],
}

/// The status and everything that is said.
type Said = (StatusCode, String);

async fn said(answer: Response) -> Said {
    (answer.status(), answer.text().await.unwrap())
}

impl Walk {
    async fn on(database: TestDatabase) -> Self {
        let hall = Hall::on(database).await;
        let world = &hall.world;
        let reader = world.staff(Role::Reader, "QH").await;
        let offer = world.post("/api/v1/staff/totp", &reader);
        let offer: TotpOffer = ok(offer.send().await.unwrap()).await;
        let totp = offer.secret;
        let confirm = world
            .post("/api/v1/staff/totp/confirm", &reader)
            .json(&json!({ "code": crate::accounts::code(world, &totp, 0) }));
        let recovery: RecoveryCodes = ok(confirm.send().await.unwrap()).await;
        let (village, account) = world
            .blocking(|store| {
                store
                    .read(|tx| {
                        let village = organizations::by_code(tx, "ZJ")?.unwrap().id;
                        let staff = store::staff::account_by_login(tx, "organizationstaff-QH")?;
                        Ok::<_, store::Error>((village, staff.unwrap().id))
                    })
                    .unwrap()
            })
            .await;
        discipline_office(world).await;
        let service = ok(put(world, &hall.staff, "A", 0, &category()).await).await;
        let confidential = CategoryDraft {
            digit: 2,
            kind: CategoryKind::Confidential,
            ..category()
        };
        let confidential = ok(put(world, &hall.staff, "B", 0, &confidential).await).await;
        Self {
            limits: Limits::new(&hall.world.config),
            categories: [service, confidential],
            hall,
            totp,
            recovery: Mutex::new(recovery.codes),
            village,
            account,
        }
    }

    async fn stage(&self) -> Stage {
        let (hall, world) = (&self.hall, &self.hall.world);
        let roll_call = hall
            .call(&RollCallDraft {
                presence_code: true,
                ..draft("ZJ")
            })
            .await;
        let path = format!("/api/v1/roll-calls/{}/presence-code", roll_call.id);
        let shown: PresenceCode = ok(world.get(&path, &hall.staff).send().await.unwrap()).await;
        let session: MemberSession = ok(self
            .prove(json!({ "by": "pin", "member_id": hall.sun, "pin": PIN }))
            .await)
        .await;
        let grant = Grant {
            subject: MEETING.to_owned(),
            holder: Holder::Terminal(hall.home.id.clone()),
            stream: program(MEETING),
            sending: false,
        };
        let live = world
            .server
            .media()
            .link(MediaProtocol::Hls, grant)
            .unwrap();
        let [service, confidential] = &self.categories;
        let link = world.post("/api/v1/terminal/request-links", &hall.home.token);
        let link = link.json(&json!({ "category_id": service.id }));
        let link: RequestLink = ok(link.send().await.unwrap()).await;
        let report = (world.now_ms() % 10_000_000_000).to_string();
        let report = format!("{report:0>10}");
        let reported = world.post("/api/v1/terminal/reports", &hall.home.token);
        let reported = reported.header("idempotency-key", &report).json(&json!({
            "category_id": confidential.id,
            "number": report,
            "pin": PIN,
            "phone": { "of": "typed", "number": "13900001234" },
        }));
        ok::<Value>(reported.send().await.unwrap()).await;
        Stage {
            page: link.url,
            report,
            roll_call,
            code: shown.code,
            session: session.token,
            device: world.begin_enrolment().await,
            live: live.url.split('/').nth(3).unwrap().to_owned(),
        }
    }

    async fn prove(&self, proof: Value) -> Response {
        let path = "/api/v1/terminal/member-sessions";
        let request = self.hall.world.post(path, &self.hall.station.token);
        let body = json!({ "proof": proof });
        request.json(&body).send().await.unwrap()
    }

    /// Who tries it, as the server counts it.
    fn attempt(&self, what: Guessable) -> Attempt {
        let Walk { hall, village, .. } = self;
        let attempt = Attempt::new(what).by_address(ADDRESS);
        let here = |attempt: Attempt| attempt.terminal(&hall.station.id, village);
        match what {
            Guessable::Pin | Guessable::PresenceCode => here(attempt).member(&hall.zhang),
            Guessable::Card | Guessable::MemberSession | Guessable::Report => here(attempt),
            Guessable::UserCode => attempt.account(&self.account),
            Guessable::Password => {
                logins::guess(hall.world.server.vault(), "organizationstaff-QH").by_address(ADDRESS)
            }
            Guessable::SecondFactor | Guessable::RecoveryCode => {
                let login = logins::guess(hall.world.server.vault(), "reader-QH");
                login.by_address(ADDRESS).instead(what)
            }
            Guessable::DeviceCode
            | Guessable::Token
            | Guessable::LiveLink
            | Guessable::RequestLink
            | Guessable::SetupCode => attempt,
        }
    }

    /// Guesses it, or knows it.
    async fn guess(&self, what: Guessable, stage: &Stage, knows: bool) -> Response {
        let (hall, world) = (&self.hall, &self.hall.world);
        let or = |right: &str, wrong: &str| if knows { right } else { wrong }.to_owned();
        let send = async |request: reqwest::RequestBuilder| request.send().await.unwrap();
        match what {
            Guessable::Pin => {
                let pin = or(PIN, "000001");
                self.prove(json!({ "by": "pin", "member_id": hall.zhang, "pin": pin }))
                    .await
            }
            Guessable::PresenceCode => {
                let wrong = if stage.code.starts_with('0') {
                    "1"
                } else {
                    "0"
                };
                let wrong = format!("{wrong}{}", &stage.code[1..]);
                let sign_in = SignIn {
                    presence_code: Some(or(&stage.code, &wrong)),
                    ..by_pin(&stage.roll_call, &hall.zhang, PIN)
                };
                let key = store::members::new_id(world.now_ms());
                hall.send(&hall.station, &key, &sign_in).await
            }
            Guessable::Card => {
                let card = or("00881234", "00000000");
                self.prove(json!({ "by": "card", "card": card })).await
            }
            Guessable::MemberSession => {
                let request = world.get("/api/v1/terminal/record", &hall.station.token);
                send(request.header("member-session", or(&stage.session, "guessed"))).await
            }
            Guessable::UserCode => {
                let code = or(&stage.device.user_code, "0000-0000");
                let path = format!("/api/v1/enrolments/{code}/decline");
                send(world.post(&path, &hall.staff)).await
            }
            Guessable::DeviceCode => {
                let code = or(&stage.device.device_code, "guessed");
                let fields = [
                    ("grant_type", DEVICE_GRANT),
                    ("device_code", code.as_str()),
                    ("client_id", CLIENT_ID),
                ];
                world.form("/api/v1/enrol/token", &fields).await
            }
            Guessable::Password => {
                let password = or(PASSWORD, "wrong horse 1921");
                world.sign_in("organizationstaff-QH", &password).await
            }
            Guessable::SecondFactor => {
                let right = crate::accounts::code(world, &self.totp, 0);
                // None of the three that are right at the moment.
                let near = [-30, 0, 30].map(|s| crate::accounts::code(world, &self.totp, s));
                let mut wrong = (0..4).map(|n| format!("00000{n}"));
                let wrong = wrong.find(|code| !near.contains(code)).unwrap();
                let body = json!({ "login": "reader-QH", "password": PASSWORD, "totp": or(&right, &wrong) });
                send(world.post("/api/v1/staff/sessions", "").json(&body)).await
            }
            Guessable::Token => {
                send(world.get("/api/v1/roll-calls", &or(&hall.staff, "guessed"))).await
            }
            Guessable::LiveLink => {
                let token = or(&stage.live, "guessed");
                let path = format!("/live/hls/{token}/{MEETING}/program/x.ts");
                send(world.get(&path, "")).await
            }
            Guessable::RequestLink => {
                let guessed = world.server.url().join("/s/guessed").unwrap();
                let guessed = guessed.to_string();
                send(reqwest::Client::new().get(or(&stage.page, &guessed))).await
            }
            Guessable::Report => {
                let request = world.post("/api/v1/terminal/reports/follow", &hall.station.token);
                let pin = or(PIN, "000001");
                send(request.json(&json!({ "number": stage.report, "pin": pin }))).await
            }
            Guessable::SetupCode => unreachable!("there are accounts here"),
            Guessable::RecoveryCode => {
                let right = self.recovery.lock().unwrap().last().unwrap().clone();
                let zero = |c: char| if c == '-' { c } else { '0' };
                let wrong: String = right.chars().map(zero).collect();
                let body = json!({ "login": "reader-QH", "password": PASSWORD, "totp": or(&right, &wrong) });
                let answer = send(world.post("/api/v1/staff/sessions", "").json(&body)).await;
                if answer.status().is_success() {
                    self.recovery.lock().unwrap().pop();
                }
                answer
            }
        }
    }

    /// What whoever knows it is told; of a stream that nobody sends there is no file.
    fn is_let_in(what: Guessable, (status, text): &Said) -> bool {
        match what {
            Guessable::DeviceCode => text.contains("authorization_pending"),
            Guessable::LiveLink => *status == StatusCode::NOT_FOUND,
            _ => status.is_success(),
        }
    }

    fn is_locked_out(what: Guessable, (status, text): &Said) -> bool {
        match what {
            Guessable::DeviceCode => text.contains("slow_down"),
            _ => *status == StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What staff have not looked at.
    async fn told(&self) -> Vec<StaffNotice> {
        told(&self.hall.world).await
    }

    /// A while later, as if nothing had been.
    async fn forget(&self) {
        let (told, now_ms) = (self.told().await, self.hall.world.now_ms());
        self.hall.world.clock.advance_ms(2 * MINUTE);
        self.hall
            .world
            .blocking(move |store| {
                store
                    .write::<_, store::Error, _>(move |tx| {
                        for notice in &told {
                            notices::mark_seen(tx, &notice.id, now_ms)?;
                        }
                        limits::purge(tx, i64::MAX)
                    })
                    .unwrap();
            })
            .await;
    }

    async fn budget(&self, what: Guessable, Budget { scope, rule }: Budget, key: &Key) {
        let stage = self.stage().await;
        let name = format!("{what:?} {scope:?}");
        nearly(&self.hall.world, key, rule).await;
        assert_eq!(self.told().await, [], "{name}");
        let wrong = said(self.guess(what, &stage, false).await).await;
        assert!(!Self::is_let_in(what, &wrong), "{name}: {wrong:?}");
        let first = self.told().await;
        assert_eq!(first.len(), 1, "{name}: {first:?}");
        let kind = match (what, scope) {
            (Guessable::Pin, Scope::MemberHere | Scope::Member) => NoticeKind::PinLocked,
            _ => NoticeKind::Guessing,
        };
        assert_eq!(first[0].kind, kind, "{name}");
        if rule.lock.is_some() {
            let right = said(self.guess(what, &stage, true).await).await;
            let wrong = said(self.guess(what, &stage, false).await).await;
            assert!(Self::is_locked_out(what, &wrong), "{name}: {wrong:?}");
            if what == Guessable::LiveLink {
                // Nobody finds one, and a village behind one address watches on.
                assert!(Self::is_let_in(what, &right), "{name}: {right:?}");
            } else {
                assert_eq!(wrong, right, "{name}: the same, right or wrong");
            }
            assert_eq!(self.told().await, first, "{name}: told once");
        } else {
            nearly(&self.hall.world, key, rule).await;
            said(self.guess(what, &stage, false).await).await;
            assert_eq!(self.told().await.len(), 1, "{name}: told once");
        }
        self.forget().await;
        let stage = self.stage().await;
        let right = said(self.guess(what, &stage, true).await).await;
        assert!(Self::is_let_in(what, &right), "{name}: {right:?}");
    }
}

/// All but one of a budget are guessed wrong.
async fn nearly(world: &World, key: &Key, rule: Rule) {
    let (key, now_ms) = (key.clone(), world.now_ms());
    world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    for _ in 1..rule.failures {
                        limits::count(tx, &key, rule, now_ms)?;
                    }
                    Ok(())
                })
                .unwrap();
        })
        .await;
}

async fn told(world: &World) -> Vec<StaffNotice> {
    let list = |store: &store::Store| {
        store
            .read(|tx| {
                let root = organizations::root(tx)?.unwrap();
                notices::list(tx, notices::Viewer::of_members(&root.id), true, None, 100)
            })
            .unwrap()
    };
    world.blocking(list).await
}

#[tokio::test]
async fn every_row_of_the_table_holds_at_every_budget() {
    for database in databases().await {
        let walk = Walk::on(database).await;
        let mut budgets = 0;
        for row in walk.limits.table() {
            let keys = walk.limits.keys(&walk.attempt(row.what));
            assert_eq!(
                keys.len(),
                row.budgets.len(),
                "{}: no budget is left out",
                row.name
            );
            if row.what == Guessable::SetupCode {
                // Where there are accounts it is good for nothing: `setup` tries it where there are none.
                continue;
            }
            for (budget, key) in keys {
                walk.budget(row.what, budget, &key).await;
                budgets += 1;
            }
        }
        assert!(budgets > 30, "{budgets}");
        walk.hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn nobody_learns_which_logins_there_are() {
    for database in databases().await {
        let world = World::on(database).await;
        world.staff(Role::Reader, "QH").await;
        let mut said_to = Vec::new();
        for login in ["reader-QH", "nobody-QH"] {
            let mut answers = Vec::new();
            for _ in 0..7 {
                answers.push(said(world.sign_in(login, "wrong horse 1921").await).await);
            }
            said_to.push(answers);
        }
        assert_eq!(said_to[0], said_to[1]);
        assert!(
            said_to[0][6].1.contains("连错多次要等一会儿再试"),
            "{said_to:?}"
        );
        // Staff are told of both, and of the one that is not there not by name.
        let told = told(&world).await;
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().all(|notice| !notice.detail.contains("nobody")));
    }
}

#[tokio::test]
async fn many_requests_at_once_get_no_guess_for_nothing() {
    for database in databases().await {
        let world = World::on(database).await;
        world.staff(Role::Reader, "QH").await;
        let tries = (0..16).map(|n| {
            let (world, password) = (&world, format!("wrong horse {n}"));
            async move { world.sign_in("reader-QH", &password).await.status() }
        });
        let answers = join_all(tries).await;
        let looked_at = answers
            .iter()
            .filter(|status| **status == StatusCode::UNAUTHORIZED);
        assert_eq!(looked_at.count(), 4, "the fifth locks: {answers:?}");
        problem(
            world.sign_in("reader-QH", PASSWORD).await,
            429,
            ErrorCode::LockedOut,
        )
        .await;
    }
}

/// Signs in from an address behind the proxy, with a cookie.
async fn from(world: &World, address: &str, cookie: &str, password: &str) -> Response {
    let request = world.post("/api/v1/staff/sessions", "");
    let request = request
        .header("x-forwarded-for", address)
        .header("cookie", cookie)
        .json(&json!({ "login": "reader-QH", "password": password }));
    request.send().await.unwrap()
}

#[tokio::test]
async fn nobody_keeps_somebody_else_out() {
    for database in databases().await {
        let world = World::with(database, |config| {
            config.trusted_proxies = vec![ADDRESS.parse().unwrap()];
        })
        .await;
        world.staff(Role::Reader, "QH").await;
        let (attacker, owner) = ("198.51.100.7", "203.0.113.5");
        for _ in 0..6 {
            from(&world, attacker, "", "wrong horse 1921").await;
        }
        problem(
            from(&world, attacker, "", PASSWORD).await,
            429,
            ErrorCode::LockedOut,
        )
        .await;
        let signed_in = from(&world, owner, "", PASSWORD).await;
        assert_eq!(signed_in.status(), StatusCode::OK);
        let cookies = signed_in.headers().get_all("set-cookie");
        let cookies: Vec<&str> = cookies.iter().map(|it| it.to_str().unwrap()).collect();
        let device = cookies.iter().find(|it| it.starts_with("device=")).unwrap();
        assert!(
            device.contains("HttpOnly") && device.contains("SameSite=Strict"),
            "{device}"
        );
        let device = device.split(';').next().unwrap().to_owned();
        // From everywhere: then only the owner's browser is let in, and locked by its own tries alone.
        let guess = logins::guess(world.server.vault(), "reader-QH").by_address("192.0.2.1");
        let keys = Limits::new(&world.config).keys(&guess).into_iter();
        let mut everywhere = keys.filter(|(budget, _)| budget.scope == Scope::Account);
        let (budget, key) = everywhere.next().unwrap();
        nearly(&world, &key, budget.rule).await;
        from(&world, "192.0.2.1", "", "wrong horse 1921").await;
        problem(
            from(&world, owner, "", PASSWORD).await,
            429,
            ErrorCode::LockedOut,
        )
        .await;
        let mut forged = device.clone();
        let last = if forged.pop() == Some('0') { '1' } else { '0' };
        forged.push(last);
        problem(
            from(&world, owner, &forged, PASSWORD).await,
            429,
            ErrorCode::LockedOut,
        )
        .await;
        assert_eq!(
            from(&world, owner, &device, PASSWORD).await.status(),
            StatusCode::OK
        );
        for _ in 0..5 {
            from(&world, owner, &device, "wrong horse 1921").await;
        }
        problem(
            from(&world, owner, &device, PASSWORD).await,
            429,
            ErrorCode::LockedOut,
        )
        .await;
    }
}

#[tokio::test]
async fn made_up_addresses_are_one_address() {
    let world = World::set(|config| {
        config.limits.sign_ins_per_minute = 3;
        config.limits.enrolments_per_minute = 3;
    })
    .await;
    for number in 0..3 {
        from(&world, &format!("192.0.2.{number}"), "", "wrong horse 1921").await;
    }
    problem(
        from(&world, "192.0.2.99", "", PASSWORD).await,
        429,
        ErrorCode::LockedOut,
    )
    .await;
    let begin = async |number: u8| {
        let request = world
            .post("/api/v1/enrol/device", "")
            .header("x-forwarded-for", format!("192.0.2.{number}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("client_id={CLIENT_ID}"));
        request.send().await.unwrap()
    };
    for number in 0..3 {
        assert_eq!(begin(number).await.status(), StatusCode::OK);
    }
    problem(begin(99).await, 429, ErrorCode::TooMany).await;
}

#[tokio::test]
async fn a_flood_of_enrolments_makes_room_with_its_own() {
    for database in databases().await {
        let world = World::with(database, |config| {
            config.trusted_proxies = vec![ADDRESS.parse().unwrap()];
            config.limits.waiting_enrolments = 3;
        })
        .await;
        let begin = async |address: &str| -> DeviceResponse {
            let request = world
                .post("/api/v1/enrol/device", "")
                .header("x-forwarded-for", address)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("client_id={CLIENT_ID}"));
            ok(request.send().await.unwrap()).await
        };
        let real = begin("203.0.113.5").await;
        let mut flood = Vec::new();
        for number in 0..5 {
            flood.push(begin(&format!("192.0.2.{number}")).await);
            world.clock.advance_ms(1);
        }
        let another = begin("198.51.100.7").await;
        world.clock.advance_ms(5_000);
        let asked = async |device| crate::common::oauth_error(world.ask_token(device).await).await;
        for device in [&real, &another, &flood[4]] {
            assert_eq!(asked(device).await, "authorization_pending");
        }
        for device in &flood[..4] {
            assert_eq!(
                asked(device).await,
                "invalid_grant",
                "a TV begins anew after that"
            );
        }
        let told = told(&world).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].detail.contains("192.0.2.0/24"));
    }
}

#[tokio::test]
async fn a_terminal_writes_only_so_much_in_a_minute() {
    let world = World::set(|config| {
        config.limits.terminal_writes_per_minute = 60;
    })
    .await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let (one, other) = (
        world.terminal(&staff, "ZJ").await.access_token,
        world.terminal(&staff, "ZJ").await.access_token,
    );
    let write = async |token: &str| {
        let path = "/api/v1/terminal/member-sessions/current";
        let request = world.ask(Method::DELETE, path, token);
        request.header("member-session", "x").send().await.unwrap()
    };
    for _ in 0..60 {
        assert_eq!(write(&one).await.status(), StatusCode::NO_CONTENT);
    }
    let refused = write(&one).await;
    assert_eq!(refused.headers()["retry-after"], "60");
    problem(refused, 429, ErrorCode::TooMany).await;
    assert_eq!(write(&other).await.status(), StatusCode::NO_CONTENT);
    let reads = world.get("/api/v1/terminal", &one).send().await.unwrap();
    assert_eq!(reads.status(), StatusCode::OK);
    world.clock.advance_ms(MINUTE);
    assert_eq!(write(&one).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_good_token_in_use_is_not_kept_out_by_guesses_at_its_address() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let terminal = world.terminal(&staff, "ZJ").await.access_token;
    let ask = async |token: &str| world.get("/api/v1/terminal", token).send().await.unwrap();
    assert_eq!(ask(&terminal).await.status(), StatusCode::OK);
    for _ in 0..300 {
        ask("guessed").await;
    }
    problem(ask("guessed").await, 429, ErrorCode::TooMany).await;
    assert_eq!(ask(&terminal).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_that_could_have_come_before_the_close_waits_for_staff() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("ZJ")).await;
        let heard = async |tv: &str| {
            let (id, now_ms) = (tv.to_owned(), hall.world.now_ms());
            hall.world
                .blocking(move |store| {
                    store
                        .write(move |tx| terminals::touch(tx, &id, now_ms))
                        .unwrap();
                })
                .await;
        };
        // The station is heard of all the time, the home is away from before it opened until it is back.
        for tv in [&hall.station.id, &hall.home.id] {
            heard(tv).await;
        }
        for _ in 0..6 {
            hall.world.clock.advance_ms(5 * MINUTE);
            heard(&hall.station.id).await;
        }
        let kept = |member: &str| SignIn {
            time: SignInTime {
                age_ms: Some(25 * MINUTE),
                queued: true,
                ..SignInTime::default()
            },
            ..by_pin(&roll_call, member, PIN)
        };
        let honest = hall.signed(&hall.home, "1", &kept(&hall.zhang)).await;
        assert_eq!(
            (honest.state, honest.verify),
            (AttendanceState::Present, None)
        );
        let claimed = hall.signed(&hall.station, "2", &kept(&hall.sun)).await;
        assert_eq!(
            (claimed.state, claimed.verify),
            (AttendanceState::ToVerify, Some(VerifyReason::WasOnline))
        );
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!((counts.present, counts.to_verify), (1, 1));
    }
}

#[tokio::test]
async fn a_presence_code_is_not_found_by_trying_from_the_queue_either() {
    let hall = Hall::on(database().await).await;
    let roll_call = hall
        .call(&RollCallDraft {
            presence_code: true,
            ..draft("ZJ")
        })
        .await;
    let path = format!("/api/v1/roll-calls/{}/presence-code", roll_call.id);
    let shown: PresenceCode = ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
    let with = |code: &str| SignIn {
        presence_code: Some(code.to_owned()),
        time: SignInTime {
            age_ms: Some(0),
            queued: true,
            ..SignInTime::default()
        },
        ..by_pin(&roll_call, &hall.zhang, PIN)
    };
    let wrong = if shown.code.starts_with('0') {
        "1111"
    } else {
        "0000"
    };
    for key in 0..5 {
        let waits = hall
            .signed(&hall.station, &format!("wrong-{key}"), &with(wrong))
            .await;
        assert_eq!(waits.verify, Some(VerifyReason::WrongPresenceCode));
    }
    // Whoever has found it now is told no more than with the others.
    let found = hall
        .signed(&hall.station, "right", &with(&shown.code))
        .await;
    assert_eq!(found.state, AttendanceState::ToVerify);
    hall.world.clock.advance_ms(MINUTE);
    let shown: PresenceCode = ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
    let right = hall
        .signed(&hall.station, "later", &with(&shown.code))
        .await;
    assert_eq!(right.state, AttendanceState::Present);
}

/// The limits are counted in the database: another server knows them.
#[tokio::test]
async fn servers_share_what_they_count() {
    for database in databases().await {
        let world = World::on(database).await;
        world.staff(Role::Reader, "QH").await;
        let clock = Arc::new(world.clock.clone());
        let other = backend_api::Server::start_with(world.config.clone(), clock)
            .await
            .unwrap();
        for _ in 0..5 {
            world.sign_in("reader-QH", "wrong horse 1921").await;
        }
        let url = other.url().join("/api/v1/staff/sessions").unwrap();
        let body = json!({ "login": "reader-QH", "password": PASSWORD });
        let answer = reqwest::Client::new().post(url).json(&body).send().await;
        problem(answer.unwrap(), 429, ErrorCode::LockedOut).await;
        other.stop().await;
    }
}
