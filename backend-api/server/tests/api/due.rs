//! What happens at its time, whatever the servers were doing meanwhile.

use std::sync::Arc;
use std::time::Duration;

use backend_api::Server;
use backend_api::services::kit::rights::Role;
use contract::bulletin::BulletinState;
use contract::roll_call::{RollCall, RollCallDraft, RollCallState};
use contract::staff::{BulletinDraft, StaffBulletin};
use store::{audit, due};

use crate::common::{World, databases, draft, ok};
use crate::roll_calls::{self, MINUTE};

const HOUR: i64 = 60 * MINUTE;

/// Waits until nothing is due any more.
async fn settled(world: &World) {
    let now_ms = world.now_ms();
    let waited = async {
        loop {
            let next = world
                .blocking(move |store| store.read(|tx| due::next(tx, now_ms)).unwrap())
                .await;
            // What is being done is held for half a minute.
            if next.is_none_or(|at_ms| at_ms > now_ms + MINUTE) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waited)
        .await
        .expect("within a minute");
}

/// What servers did by themselves, the first first.
async fn done(world: &World) -> Vec<(String, String)> {
    world
        .blocking(|store| {
            let all = audit::Filter::default();
            let mut entries = store.read(|tx| audit::list(tx, &all, None, 1_000)).unwrap();
            entries.reverse();
            entries
                .into_iter()
                .filter(|entry| entry.actor == "system" && entry.action.starts_with("roll_call"))
                .map(|entry| (entry.action, entry.subject))
                .collect()
        })
        .await
}

struct Plan {
    /// One expires after one hour, one after 50.
    bulletins: [StaffBulletin; 2],
    /// They open after two hours and five minutes later, and are over after a quarter of an hour.
    roll_calls: [String; 2],
}

async fn plan(world: &World) -> Plan {
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let now_ms = world.now_ms();
    let bulletin = async |title: &str, hours: i64| {
        let draft = BulletinDraft {
            expires_at_ms: Some(now_ms + hours * HOUR),
            ..draft(title, "ZJ")
        };
        world.publish(&staff, &draft).await
    };
    let roll_call = async |village: &str, minutes: i64| -> String {
        let draft = RollCallDraft {
            opens_at_ms: Some(now_ms + 2 * HOUR + minutes * MINUTE),
            ..roll_calls::draft(village)
        };
        let made = world.post("/api/v1/roll-calls", &staff).json(&draft);
        let made: RollCall = ok(made.send().await.unwrap()).await;
        made.id
    };
    Plan {
        bulletins: [bulletin("一小时", 1).await, bulletin("五十小时", 50).await],
        roll_calls: [roll_call("ZJ", 0).await, roll_call("LJ", 5).await],
    }
}

/// Each step once, in the order of its time, not in that of the roll calls.
async fn check_steps(world: &World, plan: &Plan) {
    assert_eq!(done(world).await, steps(plan));
}

fn steps(plan: &Plan) -> [(String, String); 4] {
    let [first, second] = plan.roll_calls.clone().map(|id| format!("roll_call:{id}"));
    let expected = [
        ("roll_call.open", &first),
        ("roll_call.open", &second),
        ("roll_call.close_round", &first),
        ("roll_call.close_round", &second),
    ];
    expected.map(|(action, id)| (action.to_owned(), id.clone()))
}

#[tokio::test]
async fn after_two_days_of_downtime_everything_overdue_happens_once_and_in_order() {
    for database in databases().await {
        let world = World::on(database).await;
        let plan = plan(&world).await;
        let world = world.restarted(48 * HOUR).await;
        settled(&world).await;
        let ids = plan.bulletins.clone().map(|bulletin| bulletin.id);
        let states = world
            .blocking(move |store| {
                ids.map(|id| {
                    let found = store.read(|tx| store::bulletins::get(tx, &id));
                    found.unwrap().unwrap().state
                })
            })
            .await;
        assert_eq!(states, [BulletinState::Expired, BulletinState::Published]);
        check_steps(&world, &plan).await;
        let world = world.restarted(HOUR).await;
        settled(&world).await;
        check_steps(&world, &plan).await;
    }
}

#[tokio::test]
async fn of_two_servers_on_one_database_one_does_it() {
    for database in databases().await {
        let world = World::on(database).await;
        let plan = plan(&world).await;
        let clock = Arc::new(world.clock.clone());
        let second = Server::start_with(world.config.clone(), clock)
            .await
            .unwrap();
        world.clock.advance_ms(2 * HOUR);
        settled(&world).await;
        world.clock.advance_ms(5 * MINUTE);
        settled(&world).await;
        // A clock that is set back undoes nothing and repeats nothing.
        world.clock.advance_ms(-HOUR);
        settled(&world).await;
        world.clock.advance_ms(2 * HOUR);
        settled(&world).await;
        // Each may do one at the same time; of one roll call nothing comes before its time.
        let mut done = done(&world).await;
        let mut steps = steps(&plan);
        done.sort_by(|one, other| one.1.cmp(&other.1));
        steps.sort_by(|one, other| one.1.cmp(&other.1));
        assert_eq!(done, steps);
        let ids = plan.roll_calls.clone();
        let states = world
            .blocking(move |store| {
                ids.map(|id| {
                    let found = store.read(|tx| store::roll_calls::get(tx, &id));
                    found.unwrap().unwrap().state
                })
            })
            .await;
        assert_eq!(states, [RollCallState::Closed, RollCallState::Closed]);
        second.stop().await;
    }
}

/// What `/readyz` says, once it says this.
async fn ready_says(world: &World, words: &str) {
    let asked = async {
        loop {
            let answer = world.get("/readyz", "").send().await.unwrap();
            let text = answer.text().await.unwrap();
            if text.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked)
        .await
        .expect("within a minute");
}

#[tokio::test]
async fn a_clock_that_leaps_closes_nothing_before_its_time_and_keeps_nothing_from_it() {
    for database in databases().await {
        let world = World::on(database).await;
        let plan = plan(&world).await;
        world.clock.set_by_ms(24 * HOUR);
        world.clock.advance_ms(HOUR + MINUTE);
        let expired = plan.bulletins[0].id.clone();
        let state = move |store: &store::Store| {
            let found = store.read(|tx| store::bulletins::get(tx, &expired));
            found.unwrap().unwrap().state
        };
        let honest = async {
            while world.blocking(state.clone()).await != BulletinState::Expired {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), honest)
            .await
            .expect("an hour has passed");
        ready_says(&world, "快了 1 天 0 小时").await;
        assert_eq!(done(&world).await, []);
        let metrics = world.get("/metrics", "").send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        assert!(metrics.contains("clock_off_seconds 86400"), "{metrics}");
        // Right again, it goes on, and each thing happens once.
        world.clock.set_by_ms(-24 * HOUR);
        world.clock.advance_ms(2 * HOUR);
        settled(&world).await;
        check_steps(&world, &plan).await;
        ready_says(&world, "ok\n").await;
        // Behind what was written, nothing is done until it is right.
        world.clock.set_by_ms(-24 * HOUR);
        ready_says(&world, "早 1 天 0 小时").await;
        world.clock.set_by_ms(24 * HOUR);
        ready_says(&world, "ok\n").await;
        settled(&world).await;
        check_steps(&world, &plan).await;
    }
}

/// A server that is stopped and started by a clock that leapt does not take it for two days of downtime.
#[tokio::test]
async fn a_restart_does_not_make_a_leap_true() {
    let world = World::new().await;
    let plan = plan(&world).await;
    world.clock.set_by_ms(48 * HOUR);
    ready_says(&world, "快了 2 天 0 小时").await;
    let world = world.restarted(HOUR + MINUTE).await;
    ready_says(&world, "快了 2 天 0 小时").await;
    world.clock.set_by_ms(-48 * HOUR);
    world.clock.advance_ms(2 * HOUR);
    settled(&world).await;
    check_steps(&world, &plan).await;
}
