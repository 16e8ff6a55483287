//! Watched means watched.

use contract::played::Played;
use contract::terminal::ProgressReport;
use proptest::prelude::*;

use super::{Fixture, NOW};
use crate::cache::command::Priority;

/// What waits for the server.
fn waiting(fixture: &Fixture) -> Vec<ProgressReport> {
    let items = fixture.cache.pending().into_iter();
    items
        .map(|entry| serde_json::from_str(&entry.request.body).unwrap())
        .collect()
}

#[test]
fn neither_a_place_nor_a_jump_is_watching() {
    let fixture = Fixture::new();
    let finished = |id: &str, parts: &[(i64, i64)]| {
        for (position_ms, watched_ms) in parts {
            let cache = &fixture.cache;
            cache
                .record_progress(id, *position_ms, 60_000, *watched_ms, NOW)
                .unwrap();
        }
        fixture.cache.watch_state(id).unwrap().finished
    };
    assert!(!finished("nothing", &[(60_000, 0)]));
    let forward = [10_500, 20_500, 30_500, 40_500, 50_500, 60_000];
    assert!(!finished("forward", &forward.map(|at| (at, 500))));
    assert!(!finished("one minute", &[(10_000, 10_000); 12]));
    assert!(!finished("half", &[(60_000, 30_000)]));
    assert!(finished("resumed", &[(30_000, 30_000), (60_000, 30_000)]));
    assert!(finished("stays so", &[(60_000, 60_000), (1_000, 1_000)]));
}

#[test]
fn what_goes_on_is_one_report_and_a_jump_begins_another() {
    let fixture = Fixture::new();
    for (position_ms, watched_ms) in [
        (5_000, 5_000),
        (10_000, 5_000),
        // Paused here.
        (10_000, 0),
        (12_000, 2_000),
        // Somebody looked for another place, and played on there.
        (40_000, 0),
        (45_000, 5_000),
        (50_000, 5_000),
    ] {
        let cache = &fixture.cache;
        cache
            .record_progress("p", position_ms, 60_000, watched_ms, NOW)
            .unwrap();
    }
    let waiting = waiting(&fixture);
    let told: Vec<_> = waiting
        .iter()
        .map(|report| (report.position_ms, report.watched_ms, report.finished))
        .collect();
    assert_eq!(told, [(12_000, 12_000, false), (50_000, 10_000, false)]);
}

#[test]
fn what_wrong_reports_left_behind_is_put_right() {
    let mut fixture = Fixture::new();
    // As the version before wrote it.
    let path = fixture.dir.path().join("cache.db");
    let old = rusqlite::Connection::open(path).unwrap();
    old.execute_batch(
        "ALTER TABLE watch DROP COLUMN played; ALTER TABLE watch DROP COLUMN seen_ms; PRAGMA user_version = 3;
         INSERT INTO watch(programme_id, position_ms, duration_ms, watched_ms, finished, at_ms) VALUES
            ('nothing', 60000, 60000, 0, 1, 1), ('jumped', 60000, 60000, 5000, 1, 1),
            ('watched', 59000, 60000, 58000, 1, 1), ('gone on', 50000, 60000, 20000, 0, 1),
            ('looked', 30000, 60000, 0, 0, 1);",
    )
    .unwrap();
    drop(old);
    fixture.reopen();
    let found = ["nothing", "jumped", "watched", "gone on", "looked"]
        .map(|id| (id, fixture.cache.watch_state(id).unwrap().finished));
    let finished: Vec<&str> = found.iter().filter(|one| one.1).map(|one| one.0).collect();
    assert_eq!(finished, ["watched"]);
    // What was watched before counts on: here the last 20 s of 50.
    let watch = |from: i64, to: i64| {
        let cache = &fixture.cache;
        cache
            .record_progress("gone on", to, 60_000, to - from, NOW)
            .unwrap();
        cache.watch_state("gone on").unwrap().finished
    };
    assert!(!watch(0, 30_000));
    assert!(watch(50_000, 54_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However much is merged and whenever something is sent: the server comes to what was really
    /// played, and to the same as the television.
    #[test]
    fn the_server_learns_what_was_played(
        steps in proptest::collection::vec((0_i64..60_000, 0_i64..20_000, any::<bool>(), any::<bool>()), 1..40),
    ) {
        let fixture = Fixture::new();
        let (mut truth, mut server, mut finished) = (Played::default(), Played::default(), false);
        let mut at = 0;
        let take = |server: &mut Played| {
            if let Some(entry) = fixture.cache.take_command(Priority::Background, &[]).unwrap() {
                let report: ProgressReport = serde_json::from_str(&entry.request.body).unwrap();
                server.extend(&report.part());
                fixture.cache.command_answered(entry.seq, None).unwrap();
                return true;
            }
            false
        };
        for (jump, watched, jumps, sends) in steps {
            let from = if jumps { jump } else { at };
            at = (from + watched).min(60_000);
            fixture.cache.record_progress("p", at, 60_000, at - from, NOW).unwrap();
            truth.add(from, at);
            finished |= truth.finishes(60_000);
            if sends {
                take(&mut server);
            }
        }
        while take(&mut server) {}
        prop_assert_eq!(&server, &truth);
        let state = fixture.cache.watch_state("p").unwrap();
        prop_assert_eq!(state.finished, finished);
        prop_assert_eq!(server.finishes(60_000), finished);
    }
}
