//! Roll calls: signing in, what staff do, what happens by itself.

use std::time::Duration;

use backend_api::services::kit::rights::Role;
use backend_api::services::vault::{Field, Vault};
use contract::error::ErrorCode;
use contract::member::Proof;
use contract::roll_call::{
    Attendance, AttendanceReport, AttendanceState, Correction, PresenceCode, RollCall,
    RollCallDraft, RollCallResults, RollCallState, RoundRequest, SignIn, SignInTime, SignedIn,
    SpotChecks, TerminalRollCalls, VerifyReason,
};
use contract::terminal::TerminalKind;
use futures_util::StreamExt as _;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::members::{self, Content, Number, NumberChange};
use store::testing::TestDatabase;
use store::{audit, households, organizations, roll_calls};

use crate::common::{Tv, World, database, databases, ok, problem, tv};

pub const PIN: &str = "402817";
pub const MINUTE: i64 = 60_000;

/// Two people of one household and one at another place of the village, with a home and a station;
/// and somebody of the next village.
pub struct Hall {
    pub world: World,
    pub staff: String,
    pub home: Tv,
    pub station: Tv,
    pub zhang: String,
    pub wang: String,
    pub sun: String,
    pub li: String,
}

impl Hall {
    async fn new() -> Self {
        Self::on(database().await).await
    }

    pub async fn on(database: TestDatabase) -> Self {
        let world = World::on(database).await;
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let station = tv(&world, "ZJ", TerminalKind::Station).await;
        let (now_ms, tv_id) = (world.now_ms(), home.id.clone());
        let household = world
            .blocking(move |store| {
                store
                    .write::<_, store::Error, _>(move |tx| {
                        let village = organizations::by_code(tx, "ZJ")?.unwrap();
                        let household = households::create(tx, &village.id, "12 号", now_ms)?;
                        households::bind(tx, &household.id, Some(&tv_id))?;
                        Ok(household.id)
                    })
                    .unwrap()
            })
            .await;
        let zhang = member(&world, "ZJ", "张建国", Some(&household), Some("00881234")).await;
        let wang = member(&world, "ZJ", "王秀英", Some(&household), None).await;
        let sun = member(&world, "ZJ", "孙玉兰", None, None).await;
        let li = member(&world, "LJ", "李志强", None, Some("00995678")).await;
        Self {
            world,
            staff,
            home,
            station,
            zhang,
            wang,
            sun,
            li,
        }
    }

    pub async fn call(&self, draft: &RollCallDraft) -> RollCall {
        let answer = self
            .world
            .post("/api/v1/roll-calls", &self.staff)
            .json(draft);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json().await.unwrap()
    }

    pub async fn get(&self, id: &str) -> RollCall {
        let path = format!("/api/v1/roll-calls/{id}");
        ok(self.world.get(&path, &self.staff).send().await.unwrap()).await
    }

    pub async fn step(&self, id: &str, what: &str, body: Value) -> Response {
        let path = format!("/api/v1/roll-calls/{id}/{what}");
        self.world
            .post(&path, &self.staff)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    pub async fn send(&self, tv: &Tv, key: &str, sign_in: &SignIn) -> Response {
        self.world
            .post("/api/v1/terminal/sign-ins", &tv.token)
            .header("idempotency-key", key)
            .json(sign_in)
            .send()
            .await
            .unwrap()
    }

    pub async fn signed(&self, tv: &Tv, key: &str, sign_in: &SignIn) -> SignedIn {
        ok(self.send(tv, key, sign_in).await).await
    }

    pub async fn seen(&self, tv: &Tv) -> TerminalRollCalls {
        let path = "/api/v1/terminal/roll-calls";
        ok(self.world.get(path, &tv.token).send().await.unwrap()).await
    }

    /// Waits for what the server does by itself.
    pub async fn until(&self, id: &str, done: impl Fn(&RollCall) -> bool) -> RollCall {
        let waited = async {
            loop {
                let roll_call = self.get(id).await;
                if done(&roll_call) {
                    return roll_call;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waited)
            .await
            .expect("within ten seconds")
    }

    pub async fn audited(&self, action: &'static str) -> usize {
        self.world
            .blocking(move |store| {
                let filter = audit::Filter {
                    action: Some(action),
                    ..audit::Filter::default()
                };
                store
                    .read(|tx| audit::list(tx, &filter, None, 1_000))
                    .unwrap()
                    .len()
            })
            .await
    }

    /// Everything in the log is as it was written.
    pub async fn log_is_sound(&self) {
        let verified = self
            .world
            .blocking(|store| store.read(audit::verify).unwrap())
            .await;
        assert_eq!(verified.faults, []);
    }
}

pub async fn member(
    world: &World,
    code: &str,
    name: &str,
    household: Option<&str>,
    card: Option<&str>,
) -> String {
    let vault: std::sync::Arc<Vault> = std::sync::Arc::clone(world.server.vault());
    let (code, now_ms) = (code.to_owned(), world.now_ms());
    let content = Content {
        name: name.to_owned(),
        household_id: household.map(str::to_owned),
        card: card.map_or(NumberChange::Keep, |card| {
            NumberChange::Set(Number {
                sealed: "sealed".to_owned(),
                index: vault.index(Field::Card, card),
                hint: "****".to_owned(),
            })
        }),
        ..Content::default()
    };
    world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let village = organizations::by_code(tx, &code)?.unwrap();
                    let id = members::new_id(now_ms);
                    members::create(tx, &id, &village.id, &content, None, now_ms)?;
                    let hash = vault.pin_hash(&id, PIN);
                    members::set_pin(tx, &id, Some(&hash), now_ms)?;
                    Ok(id)
                })
                .unwrap()
        })
        .await
}

pub fn draft(code: &str) -> RollCallDraft {
    RollCallDraft {
        title: "十一月主题党日".to_owned(),
        organization_code: code.to_owned(),
        window_ms: 10 * MINUTE,
        grace_ms: 5 * MINUTE,
        ..RollCallDraft::default()
    }
}

pub fn by_pin(roll_call: &RollCall, member: &str, pin: &str) -> SignIn {
    SignIn {
        roll_call_id: roll_call.id.clone(),
        round: 1,
        proof: Proof::Pin {
            member_id: member.to_owned(),
            pin: pin.to_owned(),
        },
        presence_code: None,
        time: SignInTime::default(),
    }
}

pub fn by_card(roll_call: &RollCall, card: &str) -> SignIn {
    SignIn {
        proof: Proof::Card {
            card: card.to_owned(),
        },
        ..by_pin(roll_call, "", "")
    }
}

#[tokio::test]
async fn signing_in_at_home_counts_once_however_it_is_sent() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        assert_eq!(roll_call.state, RollCallState::Open);
        assert_eq!(
            (roll_call.counts.eligible, roll_call.counts.missing),
            (4, 4)
        );

        let zhang = by_pin(&roll_call, &hall.zhang, PIN);
        let first = hall.signed(&hall.home, "k1", &zhang).await;
        assert_eq!(
            (first.state, first.repeated),
            (AttendanceState::Present, false)
        );
        assert_eq!(first.member.name, "张建国");
        assert_eq!(first.signed_at_ms, hall.world.now_ms());
        let missing: Vec<&str> = first
            .household_missing
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        assert_eq!(missing, [&hall.wang]);

        // The same again, later, queued meanwhile: the answer that was given.
        hall.world.clock.advance_ms(11 * MINUTE);
        let mut again = zhang.clone();
        again.time = SignInTime {
            age_ms: Some(5_000),
            queued: true,
            ..SignInTime::default()
        };
        assert_eq!(hall.signed(&hall.home, "k1", &again).await, first);
        // With another key: the same sign-in.
        let repeated = hall.signed(&hall.home, "k2", &zhang).await;
        assert!(repeated.repeated);
        assert_eq!(
            (repeated.state, repeated.signed_at_ms),
            (AttendanceState::Present, first.signed_at_ms)
        );
        // The same key for somebody else.
        let other = by_pin(&roll_call, &hall.wang, PIN);
        problem(
            hall.send(&hall.home, "k1", &other).await,
            422,
            ErrorCode::KeyReused,
        )
        .await;
        let wang = hall.signed(&hall.home, "k3", &other).await;
        assert_eq!(
            (wang.state, wang.household_missing.len()),
            (AttendanceState::Late, 0)
        );
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!(
            (counts.present, counts.late, counts.missing, counts.rate_bp),
            (2, 1, 2, Some(5_000))
        );
        assert_eq!(hall.audited("roll_call.sign_in").await, 2);

        // Somebody of another house, and somebody of nobody's.
        for stranger in [&hall.sun, "nobody"] {
            let refused = hall
                .send(&hall.home, "k4", &by_pin(&roll_call, stranger, PIN))
                .await;
            problem(refused, 404, ErrorCode::NotFound).await;
        }
        let without = hall
            .world
            .post("/api/v1/terminal/sign-ins", &hall.home.token)
            .json(&zhang);
        problem(without.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn wrong_pins_are_counted_once_each_and_lock() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        let wrong = by_pin(&roll_call, &hall.zhang, "000001");
        for (key, left) in [("a", 4), ("a", 4), ("b", 3), ("a", 4), ("c", 2)] {
            let refused = problem(
                hall.send(&hall.home, key, &wrong).await,
                403,
                ErrorCode::WrongPin,
            )
            .await;
            assert_eq!(refused.tries_left, Some(left), "{key}");
        }
        // The right one forgets the wrong ones.
        let right = by_pin(&roll_call, &hall.zhang, PIN);
        hall.signed(&hall.home, "d", &right).await;
        for key in ["e", "f", "g", "h"] {
            problem(
                hall.send(&hall.home, key, &wrong).await,
                403,
                ErrorCode::WrongPin,
            )
            .await;
        }
        problem(
            hall.send(&hall.home, "i", &wrong).await,
            429,
            ErrorCode::PinLocked,
        )
        .await;
        // Locked is locked, for the right one too; not for others, and not elsewhere.
        problem(
            hall.send(&hall.home, "j", &right).await,
            429,
            ErrorCode::PinLocked,
        )
        .await;
        hall.signed(&hall.home, "k", &by_pin(&roll_call, &hall.wang, PIN))
            .await;
        hall.signed(&hall.station, "l", &right).await;
        let notices = hall
            .world
            .blocking(|store| {
                store
                    .read(|tx| {
                        let root = organizations::root(tx)?.unwrap();
                        store::notices::list(
                            tx,
                            store::notices::Viewer::of_members(&root.id),
                            true,
                            None,
                            9,
                        )
                    })
                    .unwrap()
            })
            .await;
        assert_eq!(notices.len(), 1);
        // From the queue nobody could be told: it waits for staff, and says nothing of the PIN.
        let sun = by_pin(&roll_call, &hall.sun, "000001");
        let queued = SignIn {
            time: SignInTime {
                age_ms: Some(0),
                queued: true,
                ..SignInTime::default()
            },
            ..sun
        };
        let waits = hall.signed(&hall.station, "m", &queued).await;
        assert_eq!(
            (waits.state, waits.verify),
            (AttendanceState::ToVerify, Some(VerifyReason::WrongPin))
        );
        hall.world.clock.advance_ms(MINUTE);
        let better = hall
            .signed(&hall.station, "n", &by_pin(&roll_call, &hall.sun, PIN))
            .await;
        assert_eq!(
            (better.state, better.repeated),
            (AttendanceState::Present, false)
        );
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn at_a_station_everybody_has_a_card() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("ZJ")).await;
        let by_name = hall
            .signed(&hall.station, "1", &by_pin(&roll_call, &hall.sun, PIN))
            .await;
        assert_eq!(
            (by_name.state, by_name.household_missing.len()),
            (AttendanceState::Present, 0)
        );
        let zhang = hall
            .signed(&hall.station, "2", &by_card(&roll_call, "00881234"))
            .await;
        assert_eq!(zhang.member.id, hall.zhang);
        // From the next village: by card, as a visitor; not by name.
        let visitor = hall
            .signed(&hall.station, "3", &by_card(&roll_call, "00995678"))
            .await;
        assert_eq!(
            (visitor.member.id.clone(), visitor.state),
            (hall.li.clone(), AttendanceState::Guest)
        );
        let by_name = hall
            .send(&hall.station, "4", &by_pin(&roll_call, &hall.li, PIN))
            .await;
        problem(by_name, 404, ErrorCode::NotFound).await;
        let unknown = hall
            .send(&hall.station, "5", &by_card(&roll_call, "12345678"))
            .await;
        problem(unknown, 403, ErrorCode::UnknownCard).await;
        // A home learns nothing of cards, a screen without a remote signs nobody in.
        for card in ["00881234", "12345678"] {
            let refused = hall.send(&hall.home, "6", &by_card(&roll_call, card)).await;
            problem(refused, 403, ErrorCode::Forbidden).await;
        }
        let screen = tv(&hall.world, "ZJ", TerminalKind::Signage).await;
        let refused = hall
            .send(&screen, "7", &by_card(&roll_call, "00881234"))
            .await;
        problem(refused, 403, ErrorCode::Forbidden).await;
        // A village elsewhere does not hold this one.
        let elsewhere = tv(&hall.world, "LJ", TerminalKind::Station).await;
        let refused = hall
            .send(&elsewhere, "8", &by_card(&roll_call, "00995678"))
            .await;
        problem(refused, 404, ErrorCode::NotFound).await;
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!((counts.eligible, counts.present, counts.guests), (3, 2, 1));
    }
}

#[tokio::test]
async fn the_clock_that_counts_is_the_servers() {
    let hall = Hall::new().await;
    let opens_at_ms = hall.world.now_ms() + 30 * MINUTE;
    let roll_call = hall
        .call(&RollCallDraft {
            opens_at_ms: Some(opens_at_ms),
            ..draft("QH")
        })
        .await;
    assert_eq!(roll_call.state, RollCallState::Scheduled);
    let zhang = by_pin(&roll_call, &hall.zhang, PIN);
    let liar = SignIn {
        time: SignInTime {
            at_ms: opens_at_ms + 1,
            synced: true,
            ..SignInTime::default()
        },
        ..zhang.clone()
    };
    for sign_in in [&zhang, &liar] {
        problem(
            hall.send(&hall.home, "k", sign_in).await,
            409,
            ErrorCode::TooEarly,
        )
        .await;
    }
    // At the very moment, whether or not the schedule has looked at the clock; with the key of
    // the early try.
    hall.world.clock.advance_ms(30 * MINUTE);
    assert_eq!(
        hall.signed(&hall.home, "k", &zhang).await.state,
        AttendanceState::Present
    );

    hall.world.clock.advance_ms(15 * MINUTE);
    let pressed_now = SignInTime {
        age_ms: Some(0),
        ..SignInTime::default()
    };
    let wang = SignIn {
        time: pressed_now,
        ..by_pin(&roll_call, &hall.wang, PIN)
    };
    let late = hall.send(&hall.home, "l", &wang).await;
    problem(late, 409, ErrorCode::TooLate).await;
    let over = hall
        .until(&roll_call.id, |it| it.state == RollCallState::Closed)
        .await;
    assert_eq!(over.closed_at_ms, Some(opens_at_ms + 15 * MINUTE));
    // Whoever has signed in is told so, even now.
    assert!(hall.signed(&hall.home, "m", &zhang).await.repeated);

    // Three days without a network: one box knows how long ago it was, one does not.
    hall.world.clock.advance_ms((3 * 24 * 60 + 1) * MINUTE);
    let aged = |age_ms| SignInTime {
        age_ms,
        queued: true,
        ..SignInTime::default()
    };
    let ago = hall.world.now_ms() - opens_at_ms - 2 * MINUTE;
    let known = SignIn {
        time: aged(Some(ago)),
        ..by_pin(&roll_call, &hall.wang, PIN)
    };
    let known = hall.signed(&hall.home, "n", &known).await;
    assert_eq!(
        (known.state, known.verify),
        (AttendanceState::ToVerify, Some(VerifyReason::TooOld))
    );
    assert_eq!(known.signed_at_ms, opens_at_ms + 2 * MINUTE);
    let unknown = SignIn {
        time: aged(None),
        ..by_pin(&roll_call, &hall.sun, PIN)
    };
    let unknown = hall.signed(&hall.station, "o", &unknown).await;
    assert_eq!(unknown.verify, Some(VerifyReason::TooOld));
    // The session of the staff has ended by now.
    let id = roll_call.id.clone();
    let counts = hall.world.blocking(move |store| {
        let counts = store.read(|tx| roll_calls::standing::counts(tx, &id, None));
        counts.unwrap()
    });
    assert_eq!(counts.await.to_verify, 2);
}

#[tokio::test]
async fn a_presence_code_proves_watching() {
    let hall = Hall::new().await;
    let roll_call = hall
        .call(&RollCallDraft {
            presence_code: true,
            ..draft("QH")
        })
        .await;
    assert!(roll_call.presence_code);
    let path = format!("/api/v1/roll-calls/{}/presence-code", roll_call.id);
    let shown: PresenceCode = ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
    assert!(shown.until_ms > hall.world.now_ms());
    let with = |member: &str, code: Option<&str>| SignIn {
        presence_code: code.map(str::to_owned),
        ..by_pin(&roll_call, member, PIN)
    };
    let wrong = if shown.code == "0000" { "0001" } else { "0000" };
    for code in [None, Some(wrong)] {
        let refused = hall.send(&hall.home, "k", &with(&hall.zhang, code)).await;
        problem(refused, 403, ErrorCode::WrongPresenceCode).await;
    }
    hall.world.clock.advance_ms(30_000);
    let signed = hall
        .signed(&hall.home, "k", &with(&hall.zhang, Some(&shown.code)))
        .await;
    assert_eq!(signed.state, AttendanceState::Present);
    hall.world.clock.advance_ms(60_000);
    let old = hall
        .send(&hall.home, "l", &with(&hall.wang, Some(&shown.code)))
        .await;
    problem(old, 403, ErrorCode::WrongPresenceCode).await;
    // Kept since then, the code was right; and a wrong one waits for staff.
    let queued = |age_ms, code: &str| SignIn {
        time: SignInTime {
            age_ms: Some(age_ms),
            queued: true,
            ..SignInTime::default()
        },
        ..with(&hall.wang, Some(code))
    };
    let waits = hall.signed(&hall.home, "m", &queued(0, wrong)).await;
    assert_eq!(waits.verify, Some(VerifyReason::WrongPresenceCode));
    let counted = hall
        .signed(&hall.home, "n", &queued(90_000, &shown.code))
        .await;
    assert_eq!(counted.state, AttendanceState::Present);
    // One that demands none has none.
    let other = hall.call(&draft("QH")).await;
    let path = format!("/api/v1/roll-calls/{}/presence-code", other.id);
    let refused = hall.world.get(&path, &hall.staff).send().await.unwrap();
    problem(refused, 409, ErrorCode::Conflict).await;
}

#[tokio::test]
async fn staff_make_change_and_correct() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let opens_at_ms = Some(hall.world.now_ms() + 60 * MINUTE);
        let roll_call = hall
            .call(&RollCallDraft {
                opens_at_ms,
                ..draft("QH")
            })
            .await;
        let id = &roll_call.id;
        problem(
            hall.step(id, "close", json!({})).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let early = json!({ "member_id": hall.zhang, "state": "leave", "reason": "外出务工" });
        problem(
            hall.step(id, "corrections", early.clone()).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let opened: RollCall = ok(hall.step(id, "open", json!({})).await).await;
        assert_eq!(opened.rounds[0].opens_at_ms, hall.world.now_ms());
        problem(
            hall.step(id, "open", json!({})).await,
            409,
            ErrorCode::Conflict,
        )
        .await;

        let line: Attendance = ok(hall.step(id, "corrections", early).await).await;
        assert_eq!(
            (line.state, line.reason.as_deref()),
            (AttendanceState::Leave, Some("外出务工"))
        );
        for (wrong, field) in [
            (
                json!({ "member_id": hall.zhang, "state": "guest", "reason": "来宾" }),
                "state",
            ),
            (
                json!({ "member_id": hall.zhang, "state": "present", "reason": " 到 " }),
                "reason",
            ),
        ] {
            let refused = problem(
                hall.step(id, "corrections", wrong).await,
                422,
                ErrorCode::Invalid,
            )
            .await;
            assert_eq!(refused.fields[0].field, field);
        }
        let nobody = json!({ "member_id": "nobody", "state": "present", "reason": "到会" });
        problem(
            hall.step(id, "corrections", nobody).await,
            404,
            ErrorCode::NotFound,
        )
        .await;

        let round = json!(RoundRequest { window_ms: MINUTE });
        problem(
            hall.step(id, "rounds", round.clone()).await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        hall.signed(&hall.station, "1", &by_pin(&roll_call, &hall.sun, PIN))
            .await;
        let closed: RollCall = ok(hall.step(id, "close", json!({})).await).await;
        assert_eq!(
            (closed.state, closed.counts.present, closed.counts.leave),
            (RollCallState::Closed, 1, 1)
        );
        // A spot check opens it again, and whoever does not answer it is missing.
        let spot = hall.step(id, "rounds", round).await;
        assert_eq!(spot.status(), StatusCode::CREATED);
        let spot: RollCall = spot.json().await.unwrap();
        assert_eq!(
            (spot.state, spot.rounds.len(), spot.counts.present),
            (RollCallState::Open, 2, 0)
        );
        let second = SignIn {
            round: 2,
            ..by_pin(&roll_call, &hall.sun, PIN)
        };
        hall.signed(&hall.station, "2", &second).await;
        assert_eq!(hall.get(id).await.counts.present, 1);

        let path = format!("/api/v1/roll-calls/{id}/attendance?organization=ZJ&limit=2");
        let page: Value = ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = page["next"].as_str().unwrap();
        let rest: Value = ok(hall
            .world
            .get(&format!("{path}&after={next}"), &hall.staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(rest["items"][0]["member"]["id"], hall.sun);
        assert_eq!(rest["items"][0]["sign_ins"].as_array().unwrap().len(), 2);
        let path = format!("/api/v1/roll-calls/{id}/results");
        let results: RollCallResults =
            ok(hall.world.get(&path, &hall.staff).send().await.unwrap()).await;
        assert_eq!(
            (results.total.eligible, results.organizations.len()),
            (4, 2)
        );
        assert_eq!(results.organizations[0].organization.name, "李家村");

        let cancelled: RollCall = ok(hall
            .step(id, "cancel", json!({ "reason": "改期举行" }))
            .await)
        .await;
        assert_eq!(cancelled.state, RollCallState::Cancelled);
        let refused = hall.send(&hall.station, "3", &second).await;
        problem(refused, 409, ErrorCode::Conflict).await;
        let list: Value = ok(hall
            .world
            .get("/api/v1/roll-calls?state=cancelled", &hall.staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        for action in [
            "roll_call.create",
            "roll_call.open",
            "roll_call.close",
            "roll_call.open_round",
            "roll_call.correct",
            "roll_call.cancel",
        ] {
            assert_eq!(hall.audited(action).await, 1, "{action}");
        }
        hall.log_is_sound().await;
        let bad = RollCallDraft {
            title: String::new(),
            window_ms: 1,
            statuses: vec![contract::member::MemberStatus::Unknown],
            ..draft("QH")
        };
        let refused = hall
            .world
            .post("/api/v1/roll-calls", &hall.staff)
            .json(&bad)
            .send()
            .await
            .unwrap();
        assert_eq!(
            problem(refused, 422, ErrorCode::Invalid).await.fields.len(),
            3
        );
    }
}

#[tokio::test]
async fn a_branch_sees_and_corrects_its_own() {
    let hall = Hall::new().await;
    let branch = hall.world.staff(Role::BranchSecretary, "ZJ").await;
    let neighbour = hall.world.staff(Role::BranchSecretary, "LJ").await;
    let reader = hall.world.staff(Role::Reader, "QH").await;
    let office = hall.world.staff(Role::OfficePublisher, "QH").await;
    let above = hall.call(&draft("QH")).await;
    let theirs = hall.call(&draft("ZJ")).await;
    let get = |path: String, token: &str| {
        let request = hall.world.get(&path, token);
        async move { request.send().await.unwrap() }
    };
    let path = format!("/api/v1/roll-calls/{}", above.id);
    let seen: RollCall = ok(get(path.clone(), &branch).await).await;
    assert_eq!(seen.counts.eligible, 3, "its own part");
    let seen: RollCall = ok(get(path.clone(), &neighbour).await).await;
    assert_eq!(seen.counts.eligible, 1);
    problem(
        get(format!("/api/v1/roll-calls/{}", theirs.id), &neighbour).await,
        404,
        ErrorCode::NotFound,
    )
    .await;
    for token in [&reader, &office] {
        ok::<RollCall>(get(path.clone(), token).await).await;
        ok::<RollCallResults>(get(format!("{path}/results"), token).await).await;
    }
    ok::<Value>(get(format!("{path}/attendance"), &reader).await).await;
    problem(
        get(format!("{path}/attendance"), &office).await,
        403,
        ErrorCode::Forbidden,
    )
    .await;
    problem(
        get(format!("{path}/attendance?organization=LJ"), &branch).await,
        422,
        ErrorCode::Invalid,
    )
    .await;

    let correct = |token: &str, member: &str| {
        let correction = Correction {
            member_id: member.to_owned(),
            state: AttendanceState::Present,
            reason: "现场核实".to_owned(),
        };
        let request = hall
            .world
            .post(&format!("{path}/corrections"), token)
            .json(&correction);
        async move { request.send().await.unwrap() }
    };
    ok::<Attendance>(correct(&branch, &hall.sun).await).await;
    problem(correct(&branch, &hall.li).await, 404, ErrorCode::NotFound).await;
    problem(correct(&reader, &hall.sun).await, 403, ErrorCode::Forbidden).await;
    for what in ["close", "open"] {
        let request = hall.world.post(&format!("{path}/{what}"), &branch);
        problem(request.send().await.unwrap(), 403, ErrorCode::Forbidden).await;
    }
    let foreign = hall
        .world
        .post("/api/v1/roll-calls", &branch)
        .json(&draft("QH"));
    problem(foreign.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    let own = hall
        .world
        .post("/api/v1/roll-calls", &branch)
        .json(&draft("ZJ"));
    assert_eq!(own.send().await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn spot_checks_come_at_random_moments_and_survive_a_restart() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let spot = SpotChecks {
            count: 2,
            within_ms: 60 * MINUTE,
            window_ms: 5 * MINUTE,
        };
        let roll_call = hall
            .call(&RollCallDraft {
                spot_checks: Some(spot),
                ..draft("QH")
            })
            .await;
        let closes_at_ms = roll_call.rounds[0].closes_at_ms;
        hall.world.clock.advance_ms(15 * MINUTE);
        // What is drawn is in the database and nowhere else.
        let id = roll_call.id.clone();
        let planned = || {
            let id = id.clone();
            hall.world.blocking(move |store| {
                let kept = store.read(|tx| roll_calls::get(tx, &id)).unwrap().unwrap();
                kept.rounds[1..].to_vec()
            })
        };
        let waited = async {
            loop {
                let planned = planned().await;
                if planned.len() == 2 {
                    return planned;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let drawn = tokio::time::timeout(Duration::from_secs(60), waited)
            .await
            .unwrap();
        let opens: Vec<i64> = drawn.iter().map(|round| round.opens_at_ms).collect();
        assert!(opens[0] >= closes_at_ms && opens[1] <= closes_at_ms + 60 * MINUTE);
        assert!(opens[1] - opens[0] >= 5 * MINUTE);
        assert_eq!(hall.get(&id).await.rounds.len(), 1, "not told");
        let ahead = SignIn {
            round: 2,
            ..by_pin(&roll_call, &hall.zhang, PIN)
        };
        problem(
            hall.send(&hall.home, "0", &ahead).await,
            404,
            ErrorCode::NotFound,
        )
        .await;

        let Hall {
            world,
            staff,
            home,
            station,
            zhang,
            wang,
            sun,
            li,
        } = hall;
        let world = world.restarted(opens[0] + MINUTE - closes_at_ms).await;
        let hall = Hall {
            world,
            staff,
            home,
            station,
            zhang,
            wang,
            sun,
            li,
        };
        let open = hall.until(&id, |it| it.rounds.len() == 2).await;
        let now = hall.world.now_ms();
        assert_eq!(
            open.rounds[1].opens_at_ms, now,
            "late, and for its whole time"
        );
        assert_eq!(open.rounds[1].closes_at_ms, now + 5 * MINUTE);
        assert_eq!(
            hall.signed(&hall.home, "1", &ahead).await.state,
            AttendanceState::Present
        );
        // The second is slept through, and is not held.
        let world = hall.world.restarted(opens[1] + 6 * MINUTE - now).await;
        let hall = Hall { world, ..hall };
        let over = hall
            .until(&id, |it| it.state == RollCallState::Closed)
            .await;
        assert_eq!(over.rounds.len(), 2);
        hall.log_is_sound().await;
    }
}

#[tokio::test]
async fn what_should_have_happened_while_the_server_was_down_happens() {
    let hall = Hall::new().await;
    let opens_at_ms = hall.world.now_ms() + 30 * MINUTE;
    let roll_call = hall
        .call(&RollCallDraft {
            opens_at_ms: Some(opens_at_ms),
            ..draft("QH")
        })
        .await;
    let world = hall.world.restarted(50 * MINUTE).await;
    let hall = Hall { world, ..hall };
    // Known beforehand, signed without a server, sent as the first thing.
    let queued = SignIn {
        time: SignInTime {
            age_ms: Some(18 * MINUTE),
            queued: true,
            ..SignInTime::default()
        },
        ..by_pin(&roll_call, &hall.zhang, PIN)
    };
    assert_eq!(
        hall.signed(&hall.home, "1", &queued).await.state,
        AttendanceState::Present
    );
    let over = hall
        .until(&roll_call.id, |it| it.state == RollCallState::Closed)
        .await;
    assert_eq!(
        (over.opened_at_ms, over.closed_at_ms),
        (Some(opens_at_ms), Some(opens_at_ms + 15 * MINUTE))
    );
    assert_eq!((over.counts.eligible, over.counts.present), (4, 1));
}

#[tokio::test]
async fn a_terminal_is_shown_its_people_and_nothing_twice() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        let seen = hall.seen(&hall.home).await;
        assert_eq!(seen.server_time_ms, hall.world.now_ms());
        let people = |seen: &TerminalRollCalls| -> Vec<(String, AttendanceState)> {
            seen.roll_calls[0]
                .people
                .iter()
                .map(|one| (one.member_id.clone(), one.state))
                .collect()
        };
        let missing = AttendanceState::Missing;
        assert_eq!(
            people(&seen),
            [(hall.zhang.clone(), missing), (hall.wang.clone(), missing)]
        );
        assert_eq!(seen.roll_calls[0].counts.eligible, 3, "of its village");
        let ask = |etag: String| {
            let request = hall
                .world
                .get("/api/v1/terminal/roll-calls", &hall.home.token);
            async move { request.header("if-none-match", etag).send().await.unwrap() }
        };
        let tag = |answer: &Response| answer.headers()["etag"].to_str().unwrap().to_owned();
        let first = tag(&ask(String::new()).await);
        hall.world.clock.advance_ms(1_000);
        assert_eq!(ask(first.clone()).await.status(), StatusCode::NOT_MODIFIED);
        hall.signed(&hall.home, "1", &by_pin(&roll_call, &hall.zhang, PIN))
            .await;
        let changed = ask(first.clone()).await;
        assert_eq!(changed.status(), StatusCode::OK);
        assert_ne!(tag(&changed), first);
        assert_eq!(
            people(&hall.seen(&hall.home).await)[0].1,
            AttendanceState::Present
        );
        assert_eq!(people(&hall.seen(&hall.station).await).len(), 3);
    }
}

/// The events of one stream, as text.
struct Stream(
    std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    String,
);

impl Stream {
    async fn open(world: &World, path: &str, token: &str) -> Self {
        let answer = world.get(path, token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self(Box::pin(answer.bytes_stream()), String::new())
    }

    /// The data of the next event that is about a roll call.
    async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(end) = self.1.find("\n\n") {
                let rest = self.1.split_off(end + 2);
                let block = std::mem::replace(&mut self.1, rest);
                let data = block.lines().find_map(|line| line.strip_prefix("data: "));
                let data: Option<Value> = data.map(|data| serde_json::from_str(data).unwrap());
                // People were added a moment ago.
                if let Some(data) = data.filter(|data| data["event"] != "people_changed") {
                    return Some(data);
                }
            }
            let more = tokio::time::timeout(Duration::from_secs(60), self.0.next());
            let more = more.await.expect("an event within ten seconds")?;
            self.1.push_str(std::str::from_utf8(&more.ok()?).unwrap());
        }
    }
}

#[tokio::test]
async fn those_concerned_are_told_whoever_did_it() {
    for database in databases().await {
        let url: store::DatabaseUrl = database.url().parse().unwrap();
        let hall = Hall::on(database).await;
        let other = tv(&hall.world, "LJ", TerminalKind::Household).await;
        let mut streams = Vec::new();
        for tv in [&hall.home, &hall.station, &other] {
            streams.push(Stream::open(&hall.world, "/api/v1/events", &tv.token).await);
        }
        let [home, station, other] = &mut streams[..] else {
            unreachable!()
        };
        let roll_call = hall.call(&draft("QH")).await;
        let opened = json!({
            "event": "roll_call_opened", "roll_call_id": roll_call.id, "title": "十一月主题党日",
            "round": 1, "closes_at_ms": roll_call.rounds[0].closes_at_ms,
        });
        for stream in [&mut *home, &mut *station, &mut *other] {
            assert_eq!(stream.next().await.unwrap(), opened);
        }
        // A sign-in at the station concerns the home and the station, not the next village.
        let changed = json!({ "event": "roll_call_changed", "roll_call_id": roll_call.id });
        hall.signed(&hall.station, "1", &by_pin(&roll_call, &hall.zhang, PIN))
            .await;
        for stream in [&mut *home, &mut *station] {
            assert_eq!(stream.next().await.unwrap(), changed);
        }
        // Another process closes it.
        let id = roll_call.id.clone();
        let now_ms = hall.world.now_ms();
        std::thread::spawn(move || {
            let store = store::Store::open(&url).unwrap();
            let closed = store
                .write::<_, store::Error, _>(move |tx| roll_calls::rounds::close(tx, &id, now_ms));
            assert!(closed.unwrap());
        });
        for stream in [&mut *home, &mut *station, &mut *other] {
            assert_eq!(
                stream.next().await.unwrap(),
                changed,
                "the next village's second event"
            );
        }
    }
}

#[tokio::test]
async fn staff_watch_the_figures_change() {
    let hall = Hall::new().await;
    let roll_call = hall.call(&draft("QH")).await;
    let path = format!("/api/v1/roll-calls/{}/events", roll_call.id);
    // Before the first figures are sent: from then on a second counts, however slow this machine is.
    let started = tokio::time::Instant::now();
    let mut all = Stream::open(&hall.world, &path, &hall.staff).await;
    let neighbour = hall.world.staff(Role::BranchSecretary, "LJ").await;
    let mut theirs = Stream::open(&hall.world, &path, &neighbour).await;
    assert_eq!(all.next().await.unwrap()["missing"], 4);
    assert_eq!(theirs.next().await.unwrap()["missing"], 1);
    // Both in one second: one event.
    hall.signed(&hall.home, "1", &by_pin(&roll_call, &hall.zhang, PIN))
        .await;
    hall.signed(&hall.home, "2", &by_pin(&roll_call, &hall.wang, PIN))
        .await;
    assert_eq!(all.next().await.unwrap()["present"], 2);
    assert!(started.elapsed() > Duration::from_millis(500));
    // What changed elsewhere is no news to them; the next is their own.
    hall.signed(&hall.station, "3", &by_card(&roll_call, "00995678"))
        .await;
    assert_eq!(theirs.next().await.unwrap()["present"], 1);
    let sign_out = hall.world.ask(
        Method::DELETE,
        "/api/v1/staff/sessions/current",
        &hall.staff,
    );
    sign_out.send().await.unwrap();
    hall.signed(&hall.station, "4", &by_pin(&roll_call, &hall.sun, PIN))
        .await;
    while let Some(counts) = all.next().await {
        assert!(counts["present"].as_u64().unwrap() < 4, "after signing out");
    }
    let nobody = hall
        .world
        .get("/api/v1/roll-calls/nobody/events", &neighbour);
    problem(nobody.send().await.unwrap(), 404, ErrorCode::NotFound).await;
}

#[tokio::test]
async fn a_month_comes_as_json_csv_and_workbook() {
    let hall = Hall::new().await;
    let roll_call = hall.call(&draft("QH")).await;
    hall.signed(&hall.home, "1", &by_pin(&roll_call, &hall.zhang, PIN))
        .await;
    ok::<RollCall>(hall.step(&roll_call.id, "close", json!({})).await).await;
    let ask = |query: &str, token: &str| {
        let request = hall
            .world
            .get(&format!("/api/v1/reports/attendance?{query}"), token);
        async move { request.send().await.unwrap() }
    };
    let report: AttendanceReport = ok(ask("month=2026-11", &hall.staff).await).await;
    assert_eq!(
        (
            report.roll_calls,
            report.total.present,
            report.members.len()
        ),
        (1, 1, 4)
    );
    let village: AttendanceReport =
        ok(ask("month=2026-11&organization=ZJ", &hall.staff).await).await;
    assert_eq!(
        (village.organization.name.as_str(), village.members.len()),
        ("张家村", 3)
    );
    let december: AttendanceReport = ok(ask("month=2026-12", &hall.staff).await).await;
    assert_eq!(december.roll_calls, 0);
    let csv = ask("month=2026-11&format=csv", &hall.staff).await;
    assert_eq!(
        csv.headers()["content-disposition"],
        "attachment; filename=\"attendance-2026-11.csv\""
    );
    let csv = csv.text().await.unwrap();
    assert!(
        csv.contains("党员,张家村,张建国,1,0,1,0,0,0,0,0,100.00%"),
        "{csv}"
    );
    let workbook = ask("month=2026-11&format=xlsx", &hall.staff)
        .await
        .bytes()
        .await
        .unwrap();
    assert!(workbook.starts_with(b"PK"));
    problem(
        ask("month=november", &hall.staff).await,
        422,
        ErrorCode::Invalid,
    )
    .await;
    // Figures for those who may not see members, without names.
    let office = hall.world.staff(Role::OfficePublisher, "QH").await;
    let report: AttendanceReport = ok(ask("month=2026-11", &office).await).await;
    assert_eq!((report.total.present, report.members.len()), (1, 0));
    let branch = hall.world.staff(Role::BranchSecretary, "LJ").await;
    problem(
        ask("month=2026-11&organization=ZJ", &branch).await,
        422,
        ErrorCode::Invalid,
    )
    .await;
    assert_eq!(hall.audited("report.attendance").await, 5);
}

#[tokio::test]
async fn each_of_a_crowd_is_judged_by_itself() {
    for database in databases().await {
        let hall = Hall::on(database).await;
        let roll_call = hall.call(&draft("QH")).await;
        // Where cards are tried no more are looked at after a while.
        let tried = tv(&hall.world, "ZJ", TerminalKind::Station).await;
        // Three senders each of the same four people, right and wrong and out of place, at once.
        let mut sent = tokio::task::JoinSet::new();
        for index in 0..240_usize {
            let (sign_in, tv) = match index % 6 {
                0 => (by_pin(&roll_call, &hall.zhang, PIN), &hall.home),
                1 => (by_pin(&roll_call, &hall.wang, PIN), &hall.home),
                2 => (by_pin(&roll_call, &hall.sun, PIN), &hall.station),
                3 => (by_card(&roll_call, "00995678"), &hall.station),
                4 => (by_card(&roll_call, "11111111"), &tried),
                _ => (
                    SignIn {
                        round: 7,
                        ..by_pin(&roll_call, &hall.sun, PIN)
                    },
                    &hall.station,
                ),
            };
            let request = hall
                .world
                .post("/api/v1/terminal/sign-ins", &tv.token)
                // Every key comes twice.
                .header(
                    "idempotency-key",
                    format!("k{}", index / 12 * 6 + index % 6),
                )
                .json(&sign_in);
            sent.spawn(async move { (index % 6, request.send().await.unwrap().status().as_u16()) });
        }
        let mut answers = [[0_u32; 600]; 6];
        while let Some(answer) = sent.join_next().await {
            let (sort, status) = answer.unwrap();
            answers[sort][usize::from(status)] += 1;
        }
        for (sort, status) in [(0, 200), (1, 200), (2, 200), (3, 200), (5, 404)] {
            assert_eq!(answers[sort][status], 40, "{sort}");
        }
        assert_eq!((answers[4][403], answers[4][429]), (20, 20));
        let counts = hall.get(&roll_call.id).await.counts;
        assert_eq!((counts.present, counts.eligible, counts.guests), (4, 4, 0));
        assert_eq!(hall.audited("roll_call.sign_in").await, 4);
        hall.log_is_sound().await;
    }
}
