//! Whatever crashes and gets lost, the server counts everything exactly once.

use std::collections::HashMap;

use contract::error::ErrorCode;
use contract::roll_call::SignIn;
use contract::terminal::ProgressReport;
use proptest::prelude::*;

use super::{Fixture, NOW};
use crate::cache::command::{Outgoing, Priority, Waiting};
use crate::cache::{Clock as _, Refusal};

#[derive(Clone, Debug)]
enum Op {
    /// So much more was watched, or, after a jump, from elsewhere on.
    Record {
        programme: u8,
        watched: i64,
        jumped: bool,
    },
    Take,
    Deliver {
        acknowledged: bool,
    },
    Crash,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => (0..3_u8, 0..1000_i64, proptest::bool::weighted(0.2)).prop_map(|(programme, watched, jumped)| {
            Op::Record { programme, watched, jumped }
        }),
        3 => Just(Op::Take),
        3 => any::<bool>().prop_map(|acknowledged| Op::Deliver { acknowledged }),
        1 => Just(Op::Crash),
    ]
}

/// Further than anybody watches between two reports.
pub(super) const JUMP_MS: i64 = 5_000;
/// Longer than all reports of a run together.
pub(super) const LENGTH_MS: i64 = 1_000_000;

/// No report that was never sent continues the one before it: both would be one.
pub(super) fn are_merged(pending: &[Waiting]) -> bool {
    let report = |one: &Waiting| serde_json::from_str::<ProgressReport>(&one.request.body).unwrap();
    let unsent: Vec<&Waiting> = pending.iter().filter(|one| one.attempts == 0).collect();
    unsent.iter().enumerate().all(|(at, one)| {
        let mut later = unsent[at + 1..].iter();
        let next = later.find(|other| other.lane == one.lane);
        next.is_none_or(|next| {
            let (next, before) = (report(next), report(one));
            next.position_ms - next.watched_ms != before.position_ms
        })
    })
}

/// What a server does that knows idempotency keys.
#[derive(Default)]
struct Server {
    seen: HashMap<String, Outgoing>,
    order: HashMap<String, Vec<i64>>,
}

impl Server {
    fn receive(&mut self, entry: &Waiting) {
        match self.seen.get(&entry.request.key) {
            Some(before) => assert_eq!(*before, entry.request, "an item changed after it was sent"),
            None => {
                self.seen
                    .insert(entry.request.key.clone(), entry.request.clone());
                self.order
                    .entry(entry.lane.clone())
                    .or_default()
                    .push(entry.seq);
            }
        }
    }

    fn watched(&self, programme: u8) -> i64 {
        let path = format!("/api/v1/terminal/progress/p{programme}");
        let reports = self.seen.values().filter(|item| item.path == path);
        reports
            .map(|item| {
                serde_json::from_str::<ProgressReport>(&item.body)
                    .unwrap()
                    .watched_ms
            })
            .sum()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn watched_time_counts_exactly_once(ops in proptest::collection::vec(op(), 1..50)) {
        let mut fixture = Fixture::new();
        let mut server = Server::default();
        let (mut recorded, mut positions) = ([0; 3], [0; 3]);
        let mut in_flight: Vec<Waiting> = Vec::new();
        for op in ops {
            match op {
                Op::Record { programme, watched, jumped } => {
                    let id = format!("p{programme}");
                    let position = &mut positions[usize::from(programme)];
                    *position += watched + if jumped { JUMP_MS } else { 0 };
                    fixture.cache.record_progress(&id, *position, LENGTH_MS, watched, NOW).unwrap();
                    recorded[usize::from(programme)] += watched;
                }
                Op::Take => {
                    let busy: Vec<String> = in_flight.iter().map(|entry| entry.lane.clone()).collect();
                    in_flight.extend(take(&fixture, &busy));
                }
                Op::Deliver { acknowledged } => {
                    if let Some(entry) = in_flight.pop() {
                        server.receive(&entry);
                        if acknowledged {
                            fixture.cache.command_answered(entry.seq, None).unwrap();
                        }
                    }
                }
                Op::Crash => {
                    in_flight.clear();
                    fixture.reopen();
                }
            }
            prop_assert!(are_merged(&fixture.cache.pending()));
        }
        while let Some(entry) = take(&fixture, &[]) {
            server.receive(&entry);
            fixture.cache.command_answered(entry.seq, None).unwrap();
        }
        prop_assert!(fixture.cache.pending().is_empty());
        for programme in 0..3_u8 {
            let total = recorded[usize::from(programme)];
            prop_assert_eq!(server.watched(programme), total);
            let local = fixture.cache.watch_state(&format!("p{programme}")).map_or(0, |watch| watch.watched_ms);
            prop_assert_eq!(local, total);
        }
        for lane in server.order.values() {
            prop_assert!(lane.is_sorted(), "a lane was sent out of order");
        }
    }
}

#[test]
fn an_evening_offline_leaves_one_row() {
    let fixture = Fixture::new();
    for minute in 1..=60 {
        fixture
            .cache
            .record_progress("p", minute * 60_000, 7_200_000, 60_000, NOW)
            .unwrap();
    }
    assert_eq!(fixture.cache.pending().len(), 1);
    assert_eq!(fixture.cache.sync_state().pending_writes, 1);
}

/// The next report to send.
fn take(fixture: &Fixture, busy: &[String]) -> Option<Waiting> {
    let cache = &fixture.cache;
    cache.take_command(Priority::Background, busy).unwrap()
}

#[test]
fn a_refusal_is_kept_with_its_reason_and_frees_the_lane() {
    let mut fixture = Fixture::new();
    // A jump between the two: they do not become one.
    for position_ms in [1_000, 60_000] {
        let cache = &fixture.cache;
        cache
            .record_progress("p", position_ms, 100_000, 1_000, NOW)
            .unwrap();
    }
    let keys: Vec<String> = fixture
        .cache
        .pending()
        .into_iter()
        .map(|one| one.request.key)
        .collect();
    let [first, second] = keys.as_slice() else {
        panic!("{keys:?}");
    };
    let taken = take(&fixture, &[]).unwrap();
    assert_eq!(taken.request.key, *first);
    assert_eq!(take(&fixture, &[taken.lane]), None);
    let refusal = Refusal {
        code: ErrorCode::Invalid,
        tries: None,
        wait_ms: None,
    };
    let cache = &fixture.cache;
    cache
        .command_refused(taken.seq, refusal, "内容有误")
        .unwrap();
    fixture.reopen();
    assert_eq!(take(&fixture, &[]).unwrap().request.key, *second);
    let refused = fixture.cache.refused();
    let told: Vec<_> = refused
        .iter()
        .map(|one| (&one.request.key, one.reason.as_str()))
        .collect();
    assert_eq!(told, [(first, "内容有误")]);
    assert_eq!(fixture.cache.sync_state().refused_writes, 1);
    assert!(
        fixture.cache.refusals().is_empty(),
        "nobody stood behind it"
    );
}

/// The database of the version before commands had kinds, with something of each sort waiting in it.
fn as_it_was(fixture: &Fixture) {
    let old = rusqlite::Connection::open(fixture.dir.path().join("cache.db")).unwrap();
    old.execute_batch(
        r#"ALTER TABLE outbox DROP COLUMN kind; ALTER TABLE outbox DROP COLUMN about;
        ALTER TABLE outbox DROP COLUMN boot_id; ALTER TABLE outbox DROP COLUMN boot_ms;
        ALTER TABLE outbox DROP COLUMN queued;
        CREATE TABLE sign_in(
            seq INTEGER PRIMARY KEY, roll_call_id TEXT NOT NULL, round INTEGER NOT NULL, member_id TEXT NOT NULL,
            name TEXT NOT NULL, title TEXT NOT NULL, boot_id TEXT NOT NULL, boot_ms INTEGER NOT NULL,
            queued INTEGER NOT NULL DEFAULT 0);
        DROP TABLE ballot_draft;
        PRAGMA user_version = 6;
        INSERT INTO outbox(seq, key, lane, method, path, body, created_at_ms, state, attempts, reason) VALUES
            (1, 'k1', 'progress:p', 'PUT', '/api/v1/terminal/progress/p',
             '{"position_ms":7000,"duration_ms":60000,"watched_ms":7000,"finished":false,"at_ms":5}', 5, 0, 0, ''),
            (2, 'k2', 'viewing:v', 'PUT', '/api/v1/terminal/viewings/v', '{}', 6, 1, 3, ''),
            (3, 'k3', 'sign-in:r:1:a', 'POST', '/api/v1/terminal/sign-ins',
             '{"roll_call_id":"r","round":1,"proof":{"by":"pin","member_id":"a","pin":"580316"},
               "time":{"at_ms":7,"offset_ms":0,"synced":false}}', 7, 1, 1, ''),
            (4, 'k4', 'progress:q', 'PUT', '/api/v1/terminal/progress/q', '{}', 8, 2, 1, '内容有误');
        "#,
    )
    .unwrap();
    old.execute(
        "INSERT INTO sign_in VALUES (3, 'r', 1, 'a', '张建国', '十一月主题党日', ?1, ?2, 1)",
        rusqlite::params![fixture.clock.boot_id(), fixture.clock.boot_ms() - 4_000],
    )
    .unwrap();
}

/// What was left in an older outbox is sent, each once and under its own key.
fn everything_is_sent(fixture: &Fixture) {
    let cache = &fixture.cache;
    let waiting = cache.waiting_sign_ins();
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].queued && waiting[0].roll_call_id == "r" && waiting[0].member_id == "a");
    // What goes on is still merged into what was never sent.
    cache
        .record_progress("p", 9_000, 60_000, 2_000, NOW)
        .unwrap();
    let sign_in = cache
        .take_command(Priority::Interactive, &[])
        .unwrap()
        .unwrap();
    assert_eq!(sign_in.request.key, "k3");
    let body: SignIn = serde_json::from_str(&sign_in.request.body).unwrap();
    assert_eq!((body.time.age_ms, body.time.queued), (Some(4_000), true));
    let refusal = Refusal {
        code: ErrorCode::TooLate,
        tries: None,
        wait_ms: None,
    };
    cache.command_refused(sign_in.seq, refusal, "").unwrap();
    let told = cache.refusals();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].name.as_str(), told[0].key.as_str()),
        ("张建国", "k3")
    );
    let mut sent = Vec::new();
    while let Some(one) = take(fixture, &[]) {
        cache.command_answered(one.seq, None).unwrap();
        sent.push((one.request.key, one.attempts, one.request.body));
    }
    let keys: Vec<_> = sent
        .iter()
        .map(|(key, attempts, _)| (key.as_str(), *attempts))
        .collect();
    assert_eq!(keys, [("k1", 1), ("k2", 4)]);
    let report: ProgressReport = serde_json::from_str(&sent[0].2).unwrap();
    assert_eq!((report.position_ms, report.watched_ms), (9_000, 9_000));
    assert_eq!(cache.refused()[0].reason, "内容有误");
    assert!(cache.pending().is_empty());
}

#[test]
fn what_waits_in_an_older_outbox_is_sent_after_the_update() {
    let mut fixture = Fixture::new();
    fixture.clock.advance(10_000);
    as_it_was(&fixture);
    fixture.reopen();
    everything_is_sent(&fixture);
}

#[test]
fn what_waits_in_an_older_outbox_is_rescued_from_a_damaged_database() {
    let mut fixture = Fixture::new();
    fixture.clock.advance(10_000);
    as_it_was(&fixture);
    // Its version is not what it says: the update makes a table that is there already. That is damage.
    let old = rusqlite::Connection::open(fixture.dir.path().join("cache.db")).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    fixture.reopen();
    let aside = std::fs::read_dir(fixture.dir.path()).unwrap().flatten();
    let mut names = aside.map(|entry| entry.file_name().into_string().unwrap());
    assert!(names.any(|name| name.starts_with("cache-broken-")));
    everything_is_sent(&fixture);
}

#[test]
fn a_kind_of_another_version_is_sent_and_never_lost() {
    let fixture = Fixture::new();
    let other = rusqlite::Connection::open(fixture.dir.path().join("cache.db")).unwrap();
    other
        .execute_batch(
            "INSERT INTO outbox(key, kind, lane, method, path, body, created_at_ms)
             VALUES ('k', 'exam', 'exam:1', 'POST', '/api/v1/terminal/exams', '{}', 5)",
        )
        .unwrap();
    let taken = take(&fixture, &[]).unwrap();
    assert_eq!(
        (taken.request.kind.as_str(), taken.request.body.as_str()),
        ("exam", "{}")
    );
    fixture.cache.command_answered(taken.seq, None).unwrap();
    // A sign-in that cannot be read is the server's to refuse, and stands in nobody's way.
    other
        .execute_batch(
            "INSERT INTO outbox(key, kind, lane, method, path, body, created_at_ms)
             VALUES ('k', 'sign_in', 'sign-in:x', 'POST', '/api/v1/terminal/sign-ins', '{}', 5)",
        )
        .unwrap();
    let cache = &fixture.cache;
    let taken = cache
        .take_command(Priority::Interactive, &[])
        .unwrap()
        .unwrap();
    assert_eq!(taken.request.body, "{}");
    let refusal = Refusal {
        code: ErrorCode::Invalid,
        tries: None,
        wait_ms: None,
    };
    cache.command_refused(taken.seq, refusal, "").unwrap();
    assert!(fixture.cache.pending().is_empty());
}
