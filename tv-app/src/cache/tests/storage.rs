//! The disk takes nothing: full, not to be written, not there. What is shown goes on, what is said is
//! true, and nothing that was promised is lost.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contract::feed::Document;

use super::damage::{enrolment, sign_in};
use super::{Fixture, NOW, bulletin, file_ref, page};
use crate::cache::command::Priority;
use crate::cache::{Cache, CacheError, FileClass, ManualClock, Order, Storage};

/// Has the folder of the read-only disk, in the process that sees one.
const DIR: &str = "TV_APP_READ_ONLY_TEST_DIR";

fn open(dir: &Path, free: &Arc<AtomicU64>) -> Cache {
    let free = Arc::clone(free);
    Cache::open_with(
        dir,
        Arc::new(ManualClock::new(NOW)),
        Arc::new(move |_| Some(free.load(Ordering::Relaxed))),
    )
    .unwrap()
}

fn bulletins(cache: &Cache) -> usize {
    cache.bulletins("notices", Order::Newest).len()
}

fn news(cursor: &str, count: usize) -> contract::feed::FeedPage {
    let documents = (0..count).map(|n| {
        let mut one = bulletin(&format!("{cursor}-{n}"), "notices", "公告", NOW);
        one.summary = "字".repeat(400);
        Document::Bulletin(one)
    });
    page(cursor, documents.collect())
}

/// The database cannot grow any more.
fn fill(cache: &Cache) {
    let writer = cache.inner.writer.lock();
    let pages: i64 = writer
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let _: i64 = writer
        .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| {
            row.get(0)
        })
        .unwrap();
}

#[test]
fn a_full_disk_gives_back_films_first_and_then_everything_but_what_was_done() {
    let dir = tempfile::tempdir().unwrap();
    let free = Arc::new(AtomicU64::new(1 << 40));
    let cache = open(dir.path(), &free);
    cache.set_enrolment(&enrolment()).unwrap();
    cache.apply(&news("1", 20)).unwrap();
    cache.look_after();
    assert!(dir.path().join("reserve").exists());
    let film = file_ref(b"a film", "mp4");
    cache
        .store_bytes(&film.name, b"a film", FileClass::Kept)
        .unwrap();
    let half = cache.partial_path(&file_ref(b"half", "mp4").name).unwrap();
    std::fs::write(&half, "ha").unwrap();
    let told = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&told);
    cache.tell_storage(Arc::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    }));

    fill(&cache);
    free.store(0, Ordering::Relaxed);
    cache.apply(&news("2", 60)).unwrap();
    // Room was made first.
    assert!(!half.exists() && !cache.has_file(&film.name));
    assert_eq!(cache.storage(), Storage::Outbox);
    assert_eq!(told.load(Ordering::Relaxed), 1);
    assert!(!dir.path().join("reserve").exists());
    assert_eq!(bulletins(&cache), 80);
    assert_eq!(cache.enrolment(), Some(enrolment()));
    // What is promised now is on the disk.
    assert!(cache.can_promise());
    cache.enqueue(&sign_in("k1")).unwrap();
    cache.enqueue(&sign_in("k2")).unwrap();
    let taken = cache
        .take_command(Priority::Interactive, &[])
        .unwrap()
        .unwrap();
    cache.command_answered(taken.seq, None).unwrap();
    assert!(cache.queue_command("k2").unwrap());
    let left = cache.pending();

    // The power goes: what was delivered is not sent again, the rest is.
    let copied = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), copied.path().join(entry.file_name())).unwrap();
        }
    }
    let after = open(copied.path(), &Arc::new(AtomicU64::new(1 << 40)));
    assert_eq!(after.storage(), Storage::Disk);
    assert_eq!(after.pending(), left);
    assert_eq!(bulletins(&after), 20, "what came since is fetched again");

    // There is still no room; then there is, and all of it is on the disk.
    cache.look_after();
    assert_eq!(cache.storage(), Storage::Outbox);
    free.store(1 << 40, Ordering::Relaxed);
    cache.look_after();
    assert_eq!(cache.storage(), Storage::Disk);
    assert_eq!(told.load(Ordering::Relaxed), 2);
    assert!(dir.path().join("reserve").exists());
    assert_eq!((bulletins(&cache), cache.pending()), (80, left));
    cache.enqueue(&sign_in("k3")).unwrap();
    drop(cache);
    let cache = open(dir.path(), &free);
    assert_eq!((bulletins(&cache), cache.pending().len()), (80, 2));
    assert_eq!(cache.cursor().as_deref(), Some("2"));
}

#[test]
fn a_disk_that_can_no_longer_be_written_is_left_and_taken_again() {
    let mut fixture = Fixture::new();
    fixture.cache.apply(&news("1", 20)).unwrap();
    fixture
        .cache
        .inner
        .writer
        .lock()
        .pragma_update(None, "query_only", 1)
        .unwrap();
    fixture.cache.set_setting("text_size", "150").unwrap();
    assert_ne!(fixture.cache.storage(), Storage::Disk);
    assert_eq!(bulletins(&fixture.cache), 20);
    assert_eq!(
        fixture.cache.cursor().as_deref(),
        Some("1"),
        "nothing is missing"
    );
    fixture.cache.look_after();
    assert_eq!(fixture.cache.storage(), Storage::Disk);
    fixture.reopen();
    assert_eq!(bulletins(&fixture.cache), 20);
    assert_eq!(fixture.cache.setting("text_size").as_deref(), Some("150"));
}

/// There is no such folder and there can be none.
fn nowhere() -> (tempfile::TempDir, Cache) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let cache = open(&file.join("data"), &Arc::new(AtomicU64::new(0)));
    (dir, cache)
}

#[test]
fn where_nothing_can_be_stored_nothing_is_promised() {
    let (_dir, cache) = nowhere();
    assert_eq!(cache.storage(), Storage::Nothing);
    cache.apply(&news("1", 3)).unwrap();
    assert_eq!(bulletins(&cache), 3);
    cache.look_after();
    assert_eq!(cache.storage(), Storage::Nothing);
    // The server does not answer: it would be gone with the power.
    assert!(matches!(
        cache.enqueue(&sign_in("k1")),
        Err(CacheError::NoStorage)
    ));
    assert!(cache.pending().is_empty());
    // It answers: it goes out at once.
    cache.set_online(true);
    cache.enqueue(&sign_in("k2")).unwrap();
    assert!(
        cache.waiting_sign_ins().is_empty(),
        "nobody is told that it is kept"
    );
    let taken = cache
        .take_command(Priority::Interactive, &[])
        .unwrap()
        .unwrap();
    assert_eq!(taken.request.key, "k2");
    // No answer came after all: whoever waits is told that it is not kept, and it is not.
    assert!(!cache.queue_command("k2").unwrap());
    assert!(cache.pending().is_empty());
    // What nobody waits for is sent when it can be.
    cache
        .record_progress("p", 1_000, 60_000, 1_000, NOW)
        .unwrap();
    assert_eq!(cache.pending().len(), 1);
    assert!(
        cache
            .store_bytes(&file_ref(b"x", "png").name, b"x", FileClass::Thumb)
            .is_err()
    );
}

#[test]
#[ignore = "run by a_disk_that_can_only_be_read_shows_what_is_on_it"]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let dir = Path::new(&dir);
    assert!(
        std::fs::write(dir.join("x"), "").is_err(),
        "it can be written"
    );
    let cache = open(dir, &Arc::new(AtomicU64::new(0)));
    assert_eq!(cache.storage(), Storage::Nothing);
    assert_eq!(bulletins(&cache), 20);
    assert_eq!(cache.enrolment(), Some(enrolment()));
    assert_eq!(cache.cursor().as_deref(), Some("1"), "nothing is missing");
    // What was promised before is still there, and said to be.
    assert_eq!(cache.pending().len(), 2);
    assert_eq!(cache.waiting_sign_ins().len(), 1);
    let picture = file_ref(b"picture", "png");
    assert!(
        cache
            .file_path(&picture.name)
            .is_some_and(|path| path.exists())
    );
    cache.apply(&news("2", 5)).unwrap();
    cache.look_after();
    assert_eq!((cache.storage(), bulletins(&cache)), (Storage::Nothing, 25));
}

/// Ends without having looked where namespaces are not to be had: a build machine may forbid them.
#[test]
fn a_disk_that_can_only_be_read_shows_what_is_on_it() {
    for has_log in [false, true] {
        let fixture = Fixture::new();
        let cache = &fixture.cache;
        cache.set_enrolment(&enrolment()).unwrap();
        cache.apply(&news("1", 20)).unwrap();
        cache
            .store_bytes(
                &file_ref(b"picture", "png").name,
                b"picture",
                FileClass::Thumb,
            )
            .unwrap();
        cache.enqueue(&sign_in("k1")).unwrap();
        cache.enqueue(&sign_in("k2")).unwrap();
        cache.queue_command("k1").unwrap();
        let Fixture { dir, cache, .. } = fixture;
        if has_log {
            // As after a power cut: nobody has closed it.
            std::mem::forget(cache);
        } else {
            drop(cache);
        }
        let test = module_path!().split_once("::").unwrap().1.to_owned() + "::child";
        let inside = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 77; shift; exec \"$@\"";
        let looked = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", inside, "sh"])
            .arg(dir.path())
            .arg(std::env::current_exe().unwrap())
            .args([test.as_str(), "--exact", "--ignored", "--nocapture"])
            .env(DIR, dir.path())
            .output();
        let looked = match looked {
            Ok(looked)
                if looked.status.code() != Some(77) && !said(&looked).contains("unshare:") =>
            {
                looked
            }
            tried => {
                #[expect(
                    clippy::print_stderr,
                    reason = "whoever runs it has to know that it was not looked at"
                )]
                {
                    eprintln!("NOT LOOKED AT: no disk can be made read-only here: {tried:?}");
                }
                return;
            }
        };
        let all = String::from_utf8_lossy(&looked.stdout).into_owned() + &said(&looked);
        assert!(
            looked.status.success() && all.contains("1 passed"),
            "{has_log}: {all}"
        );
    }
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
