//! Roll calls. Here is the hall in which they are held; the tests stand by subject.

mod schedule;
mod signing;
mod staff;
mod telling;

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
