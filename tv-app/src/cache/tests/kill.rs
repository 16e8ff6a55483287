//! The process dies at any moment, by SIGKILL; and the database file is damaged.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

use contract::terminal::ProgressReport;

use super::{Fixture, NOW};
use crate::cache::command::Priority;
use crate::cache::{Cache, SystemClock};

const DIR: &str = "TV_APP_KILL_TEST_DIR";

fn watched(body: &str) -> i64 {
    serde_json::from_str::<ProgressReport>(body)
        .unwrap()
        .watched_ms
}

/// The process that is killed: writes progress, plays the server, tells what was acknowledged.
#[test]
#[ignore = "run by a_killed_process_loses_nothing_acknowledged"]
fn child() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let cache = Cache::open(dir.as_ref(), Arc::new(SystemClock::new())).unwrap();
    let mut out = std::io::stdout();
    for step in 0_u64.. {
        if step % 5 == 4 {
            if let Some(entry) = cache.take_command(Priority::Background, &[]).unwrap() {
                // The server has it from this line on; the acknowledgement may be lost.
                writeln!(
                    out,
                    "\nsent {} {}",
                    entry.request.key,
                    watched(&entry.request.body)
                )
                .unwrap();
                out.flush().unwrap();
                if step % 2 == 0 {
                    cache.command_answered(entry.seq, None).unwrap();
                }
            }
        } else {
            cache
                .record_progress(&format!("p{}", step % 3), 1000, 100_000, 1, NOW)
                .unwrap();
            writeln!(out, "\nsaved").unwrap();
            out.flush().unwrap();
        }
    }
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    const KILLS: u64 = 40;
    let fixture = Fixture::new();
    let test = module_path!().split_once("::").unwrap().1.to_owned() + "::child";
    let mut saved = 0;
    let mut server: HashMap<String, i64> = HashMap::new();
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                test.as_str(),
                "--exact",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(DIR, fixture.dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Somewhere in the middle of whatever comes after so many lines.
        let mut left = 1 + (round * 7919) % 31;
        while left > 0 {
            let line = lines.next().expect("the child ended by itself").unwrap();
            left -= u64::from(note(&line, &mut saved, &mut server));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still said before it died counts too. A torn last line was not said.
        for line in lines.map_while(Result::ok) {
            note(&line, &mut saved, &mut server);
        }
    }
    let cache = Cache::open(fixture.dir.path(), Arc::new(SystemClock::new())).unwrap();
    let local: i64 = (0..3)
        .filter_map(|p| cache.watch_state(&format!("p{p}")))
        .map(|watch| watch.watched_ms)
        .sum();
    assert!(
        local >= saved,
        "{local} of {saved} acknowledged writes are there"
    );
    assert!(
        local <= saved + i64::try_from(KILLS).unwrap(),
        "at most one unacknowledged write a kill"
    );
    while let Some(entry) = cache.take_command(Priority::Background, &[]).unwrap() {
        let now = watched(&entry.request.body);
        let before = server.insert(entry.request.key, now).unwrap_or(now);
        assert_eq!(before, now, "an item changed after it was sent");
        cache.command_answered(entry.seq, None).unwrap();
    }
    // An item may be acknowledged only after its line was printed, so the server knows them all.
    assert_eq!(
        server.values().sum::<i64>(),
        local,
        "everything counts exactly once"
    );
}

fn note(line: &str, saved: &mut i64, server: &mut HashMap<String, i64>) -> bool {
    if line == "saved" {
        *saved += 1;
        return true;
    }
    let Some((key, count)) = line
        .strip_prefix("sent ")
        .and_then(|rest| rest.split_once(' '))
    else {
        return false;
    };
    let Ok(count) = count.parse() else {
        return false;
    };
    let before = server.insert(key.to_owned(), count).unwrap_or(count);
    assert_eq!(before, count, "an item changed after it was sent");
    true
}

#[test]
fn a_damaged_database_is_set_aside_and_the_outbox_rescued() {
    let mut fixture = Fixture::new();
    fixture.cache.set_setting("text_size", "150").unwrap();
    for programme in 0..20 {
        fixture
            .cache
            .record_progress(&format!("p{programme}"), 1000, 100_000, 7, NOW)
            .unwrap();
    }
    let pending = fixture.cache.pending();
    let path = fixture.dir.path().join("cache.db");
    // Everything into the main file, so that the damage is where it is put.
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    // The root page of an index over documents: unreadable, while the outbox is not.
    let root: u64 = other
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'document_newest'",
            [],
            |row| row.get::<_, i64>(0).map(|page| page.unsigned_abs()),
        )
        .unwrap();
    drop(other);
    let spare = tempfile::tempdir().unwrap();
    fixture.cache = Cache::open(spare.path(), Arc::new(SystemClock::new())).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let at = usize::try_from((root - 1) * 4096).unwrap();
    bytes[at..at + 4096].fill(0xaa);
    std::fs::write(&path, bytes).unwrap();

    fixture.reopen();
    assert_eq!(fixture.cache.pending(), pending);
    assert_eq!(fixture.cache.setting("text_size").as_deref(), Some("150"));
    assert_eq!(
        fixture
            .cache
            .watch_state("p3")
            .map(|watch| watch.watched_ms),
        Some(7)
    );
    let aside: Vec<String> = std::fs::read_dir(fixture.dir.path())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.starts_with("cache-broken-"))
        .collect();
    assert_eq!(aside.len(), 1, "the damaged file is set aside: {aside:?}");
    fixture
        .cache
        .record_progress("p3", 1000, 100_000, 1, NOW)
        .unwrap();
}

#[test]
fn rubbish_instead_of_a_database_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("cache.db"), vec![b'x'; 9000]).unwrap();
    let cache = Cache::open(dir.path(), Arc::new(SystemClock::new())).unwrap();
    assert!(cache.pending().is_empty() && cache.township().is_none());
    cache.set_resume_point("{}").unwrap();
    assert_eq!(cache.resume_point().as_deref(), Some("{}"));
}

#[test]
fn the_token_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    fixture.cache.set_setting("a", "b").unwrap();
    for name in ["cache.db", "cache.db-wal"] {
        let mode = std::fs::metadata(fixture.dir.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
}
