//! The database is damaged, anywhere: what can still be read is there, and what users did is there in
//! any case.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use contract::feed::Document;
use contract::member::{Proof, TerminalPeople, TerminalPerson};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use proptest::prelude::*;
use rusqlite::Connection;

use super::{Fixture, NOW, bulletin, page, programme};
use crate::cache::command::Waiting;
use crate::cache::{Cache, Enrolment, FileClass, KeepState, NewSignIn, Order, Storage};
use crate::clock::ManualClock;

const PAGE: usize = 4096;
const BULLETINS: usize = 120;
const FILM: &[u8] = b"a film";

pub(super) fn enrolment() -> Enrolment {
    Enrolment {
        server_url: "https://dangjian.example.cn".to_owned(),
        token: "token".to_owned(),
        terminal_id: "t".to_owned(),
        kind: TerminalKind::Household,
        name: "张家村 12 号".to_owned(),
        organization: OrganizationRef {
            id: "o".to_owned(),
            name: "张家村".to_owned(),
        },
    }
}

pub(super) fn sign_in(key: &str) -> NewSignIn {
    NewSignIn {
        key: key.to_owned(),
        roll_call_id: "r".to_owned(),
        title: "十一月主题党日".to_owned(),
        round: 1,
        proof: Proof::Pin {
            member_id: key.to_owned(),
            pin: "580316".to_owned(),
        },
        name: "张建国".to_owned(),
        presence_code: None,
    }
}

fn id(n: usize) -> String {
    format!("0198c0de-0000-7000-8000-{n:012}")
}

/// A television that has been used, closed; all of it in the one file.
fn used() -> Fixture {
    let mut fixture = Fixture::new();
    let cache = &fixture.cache;
    cache.set_enrolment(&enrolment()).unwrap();
    cache.set_setting("text_size", "150").unwrap();
    let mut documents: Vec<Document> = (0..BULLETINS)
        .map(|n| {
            let mut one = bulletin(&id(n), "notices", &format!("公告 {n}"), NOW - n as i64);
            one.summary = "字".repeat(200);
            Document::Bulletin(one)
        })
        .collect();
    documents.push(Document::Programme(programme("film", b"poster", FILM)));
    cache.apply(&page("7", documents)).unwrap();
    cache.set_kept("film", true).unwrap();
    let name = programme("film", b"poster", FILM).renditions[0]
        .file
        .name
        .clone();
    cache.store_bytes(&name, FILM, FileClass::Kept).unwrap();
    cache.set_keep_state("film", &KeepState::Kept).unwrap();
    let people = TerminalPeople {
        people: vec![TerminalPerson {
            id: "a".to_owned(),
            name: "张建国".to_owned(),
            ..TerminalPerson::default()
        }],
        ..TerminalPeople::default()
    };
    cache.set_people(people, "etag").unwrap();
    for n in 0..20 {
        cache.enqueue(&sign_in(&format!("k{n}"))).unwrap();
    }
    // One was sent and its answer lost.
    let taken = cache
        .take_command(crate::cache::command::Priority::Interactive, &[])
        .unwrap();
    assert!(taken.is_some());
    close(&mut fixture);
    fixture
}

/// Closes it in order: everything is in the main files. Another one is open in its place.
fn close(fixture: &mut Fixture) {
    let spare = Fixture::new();
    let (dir, cache) = (spare.dir.keep(), spare.cache);
    fixture.cache = cache;
    // It is empty and small, and the operating system's temporary folder is cleared.
    fs::remove_dir_all(dir).unwrap();
}

fn database(fixture: &Fixture) -> PathBuf {
    fixture.dir.path().join("cache.db")
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    copy_into(from, to.path());
    to
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn open(dir: &Path) -> Cache {
    let clock = std::sync::Arc::new(ManualClock::new(NOW));
    Cache::open_with(dir, clock, std::sync::Arc::new(|_| Some(1 << 40))).unwrap()
}

/// What nobody could give back.
fn irreplaceable(cache: &Cache) -> (Vec<Waiting>, Option<Enrolment>, Option<String>) {
    (
        cache.pending(),
        cache.enrolment(),
        cache.setting("text_size"),
    )
}

fn bulletins(cache: &Cache) -> BTreeSet<String> {
    let rows = cache.bulletins("notices", Order::Newest);
    let open = rows
        .into_iter()
        .filter(|row| cache.bulletin(&row.id).is_some());
    open.map(|row| row.id).collect()
}

/// The pages of a table or index, the root first.
fn pages_of(database: &Path, name: &str) -> Vec<usize> {
    let db = Connection::open(database).unwrap();
    let pages = db
        .prepare("SELECT pageno FROM dbstat WHERE name = ?1 ORDER BY path")
        .unwrap()
        .query_map([name], |row| row.get::<_, u32>(0).map(|page| page as usize))
        .unwrap()
        .collect::<Result<_, _>>();
    pages.unwrap()
}

fn break_pages(database: &Path, pages: &[usize], with: u8) {
    let mut bytes = fs::read(database).unwrap();
    for page in pages {
        let at = (page - 1) * PAGE;
        bytes[at..at + PAGE].fill(with);
    }
    fs::write(database, bytes).unwrap();
}

/// How many damaged databases were set aside.
fn aside(fixture: &Fixture) -> usize {
    let all = fs::read_dir(fixture.dir.path()).unwrap().flatten();
    all.filter(|entry| entry.file_name().to_string_lossy().contains("broken"))
        .count()
}

#[test]
fn three_broken_pages_leave_home_what_was_done_and_the_films() {
    let mut fixture = used();
    let database = database(&fixture);
    let leaves = pages_of(&database, "document");
    assert!(leaves.len() > 20, "{}", leaves.len());
    let before = open(copy(fixture.dir.path()).path()).pending();
    // A page of documents, the table of what users did, and that of what is kept.
    let broken = [
        leaves[leaves.len() / 2],
        pages_of(&database, "outbox")[0],
        pages_of(&database, "keep")[0],
    ];
    break_pages(&database, &broken, 0xa5);
    fixture.reopen();
    let cache = &fixture.cache;
    assert_eq!(cache.storage(), Storage::Disk);
    assert_eq!(cache.pending(), before);
    assert_eq!(cache.enrolment(), Some(enrolment()));
    let left = bulletins(cache).len();
    assert!((BULLETINS - 30..BULLETINS).contains(&left), "{left}");
    assert!(!cache.newest(10).is_empty());
    assert_eq!(cache.people().people.len(), 1);
    assert_eq!(cache.people_etag(), None, "they are asked for again");
    assert_eq!(cache.cursor().as_deref(), Some("everything"));
    // The film lies where it was, and is kept.
    let film = programme("film", b"poster", FILM);
    assert!(cache.kept_file(&film).is_some());
    assert_eq!(cache.keep_state("film"), KeepState::Kept);
    assert!(
        cache
            .wanted_files()
            .iter()
            .all(|file| file.class != FileClass::Kept)
    );
    // The next start finds nothing wrong.
    fixture.reopen();
    assert_eq!(bulletins(&fixture.cache).len(), left);
    assert_eq!(aside(&fixture), 1);
    // The feed brings what was lost.
    let mut all = page("8", vec![Document::Programme(film)]);
    all.reset = true;
    fixture.cache.apply(&all).unwrap();
    assert_eq!(fixture.cache.keep_state("film"), KeepState::Kept);
}

#[test]
fn whatever_became_of_the_database_what_was_done_is_sent_under_its_keys() {
    type Fault = fn(&Path);
    let faults: [(&str, Fault); 8] = [
        ("nothing", |_| {}),
        ("gone", |path| fs::remove_file(path).unwrap()),
        ("empty", |path| fs::write(path, "").unwrap()),
        ("rubbish", |path| {
            fs::write(path, vec![b'x'; 9_000]).unwrap();
        }),
        ("cut in half", |path| {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        }),
        ("a folder", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
        ("newer", |path| {
            let db = Connection::open(path).unwrap();
            db.pragma_update(None, "user_version", 999).unwrap();
        }),
        ("its first page", |path| break_pages(path, &[1], 0)),
    ];
    let fixture = used();
    let sound = copy(fixture.dir.path());
    let before = irreplaceable(&open(sound.path()));
    assert_eq!(before.0.len(), 20);
    for (name, fault) in faults {
        let dir = copy(fixture.dir.path());
        fault(&dir.path().join("cache.db"));
        let cache = open(dir.path());
        assert_eq!(irreplaceable(&cache), before, "{name}");
        assert_eq!(cache.storage(), Storage::Disk, "{name}");
        assert_eq!(cache.stored_bytes(), FILM.len() as u64, "{name}: the film");
        // It is used like any other.
        cache.enqueue(&sign_in("another")).unwrap();
        drop(cache);
        assert_eq!(open(dir.path()).pending().len(), 21, "{name}");
    }
    // The second file is damaged, gone, or a folder: the first has everything.
    for (name, fault) in faults {
        if name == "newer" {
            continue;
        }
        let dir = copy(fixture.dir.path());
        fault(&dir.path().join("spare.db"));
        let cache = open(dir.path());
        assert_eq!(irreplaceable(&cache), before, "{name}");
        assert_eq!(bulletins(&cache).len(), BULLETINS, "{name}");
        cache.enqueue(&sign_in("another")).unwrap();
        drop(cache);
        // And it is there again when the first one goes.
        if name != "a folder" {
            fs::write(dir.path().join("cache.db"), "").unwrap();
            assert_eq!(open(dir.path()).pending().len(), 21, "{name}");
        }
    }
}

#[test]
fn a_damaged_log_costs_nothing_that_was_done() {
    let mut fixture = Fixture::new();
    fixture.cache.set_enrolment(&enrolment()).unwrap();
    for n in 0..5 {
        fixture.cache.enqueue(&sign_in(&format!("k{n}"))).unwrap();
    }
    let dir = copy(fixture.dir.path());
    close(&mut fixture);
    let log = dir.path().join("cache.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    fs::write(&log, bytes).unwrap();
    let cache = open(dir.path());
    assert_eq!(cache.pending().len(), 5);
    assert_eq!(cache.enrolment(), Some(enrolment()));
}

#[test]
fn a_crash_in_the_middle_of_the_rescue_costs_nothing() {
    let fixture = used();
    let before = irreplaceable(&open(copy(fixture.dir.path()).path()));
    let root = pages_of(&database(&fixture), "document_newest")[0];
    break_pages(&database(&fixture), &[root], 0xff);
    // Half of a new database lies there from the start before.
    let half = copy(fixture.dir.path());
    fs::write(half.path().join("cache-new.db"), "half").unwrap();
    let cache = open(half.path());
    assert_eq!(irreplaceable(&cache), before);
    assert_eq!(bulletins(&cache).len(), BULLETINS);
    drop(cache);
    // It was finished, and the damaged one was set aside or not.
    for is_aside in [false, true] {
        let dir = copy(fixture.dir.path());
        fs::copy(
            half.path().join("cache.db"),
            dir.path().join("cache-rescued.db"),
        )
        .unwrap();
        if is_aside {
            fs::remove_file(dir.path().join("cache.db")).unwrap();
        }
        let cache = open(dir.path());
        assert_eq!(irreplaceable(&cache), before);
        assert_eq!(bulletins(&cache).len(), BULLETINS);
        assert!(!dir.path().join("cache-rescued.db").exists());
    }
}

#[test]
fn damage_that_is_found_while_it_runs_is_mended_at_once() {
    let mut fixture = used();
    fixture.reopen();
    let leaves = pages_of(&database(&fixture), "document");
    // Nobody has read them since.
    break_pages(&database(&fixture), &[leaves[leaves.len() / 2]], 0x11);
    let rows = fixture.cache.bulletins("notices", Order::Newest);
    // What the writing connection had read before it still has.
    let cursor = fixture.cache.cursor();
    assert!(rows.len() == BULLETINS || cursor.as_deref() == Some("everything"));
    assert!(rows.len() > BULLETINS / 2, "{}", rows.len());
    assert_eq!(aside(&fixture), 1, "it was replaced");
    assert_eq!(fixture.cache.pending().len(), 20);
    assert_eq!(fixture.cache.storage(), Storage::Disk);
    // A text that is none any more, and a document that cannot be read, are damage as well.
    for (set, id) in [
        ("title = CAST(x'fffe' AS TEXT)", id(3)),
        ("json = '{'", id(4)),
    ] {
        let other = Connection::open(database(&fixture)).unwrap();
        other
            .execute(&format!("UPDATE document SET {set} WHERE id = ?1"), [&id])
            .unwrap();
        drop(other);
        let before = rows.len();
        let _ = fixture.cache.bulletin(&id);
        fixture.cache.look_after();
        let left = fixture.cache.bulletins("notices", Order::Newest);
        assert!(
            left.len() + 2 >= before,
            "{set}: {} of {before}",
            left.len()
        );
        assert!(
            left.iter()
                .all(|row| fixture.cache.bulletin(&row.id).is_some()),
            "{set}"
        );
    }
    fixture.reopen();
    assert_eq!(fixture.cache.pending().len(), 20);
}

#[test]
fn a_letter_that_became_another_one_is_never_shown_for_long() {
    // Set past the program, as a bit that flips in a page: no page contradicts another.
    type Change<'c> = &'c dyn Fn(&mut Vec<u8>);
    let flips: [(&str, Change<'_>); 4] = [
        ("of the text", &|bytes| flip(bytes, "字字字".as_bytes(), 1)),
        ("of a title", &|bytes| flip(bytes, "公告 77".as_bytes(), 1)),
        ("of an id", &|bytes| flip(bytes, id(77).as_bytes(), 1)),
        ("of everything called 77", &|bytes| {
            flip(bytes, "公告 77".as_bytes(), usize::MAX);
            flip(bytes, id(77).as_bytes(), usize::MAX);
        }),
    ];
    for (what, change) in flips {
        let fixture = used();
        let all: BTreeSet<String> = (0..BULLETINS).map(id).collect();
        let mut bytes = fs::read(database(&fixture)).unwrap();
        change(&mut bytes);
        fs::write(database(&fixture), bytes).unwrap();
        let cache = open(fixture.dir.path());
        cache.check_once();
        cache.look_after();
        let left = bulletins(&cache);
        assert!(left.is_subset(&all), "{what}");
        assert!(left.len() + 1 >= BULLETINS, "{what}: {}", left.len());
        for n in 0..BULLETINS {
            let Some(read) = cache.bulletin(&id(n)) else {
                assert_eq!(cache.cursor().as_deref(), Some("everything"), "{what}");
                continue;
            };
            assert_eq!(
                (read.id, read.title),
                (id(n), format!("公告 {n}")),
                "{what}"
            );
            assert_eq!(read.summary, "字".repeat(200), "{what}");
        }
        let rows = cache.bulletins("notices", Order::Title);
        let titles: BTreeSet<String> = rows.into_iter().map(|row| row.title).collect();
        let named: BTreeSet<String> = left.iter().map(|id| title_of(&cache, id)).collect();
        assert_eq!(titles, named, "{what}");
        assert_eq!(cache.pending().len(), 20, "{what}");
    }
}

fn title_of(cache: &Cache, id: &str) -> String {
    cache.bulletin(id).expect("it can be read").title
}

/// Changes the first letter of the first places where this stands.
fn flip(bytes: &mut [u8], what: &[u8], places: usize) {
    let found: Vec<usize> = (0..=bytes.len() - what.len())
        .filter(|at| bytes[*at..].starts_with(what))
        .take(places)
        .collect();
    assert!(!found.is_empty(), "it stands nowhere");
    for at in found {
        // The third byte of a character, or a letter: it stays a text.
        let letter = if what[0] < 0x80 { at } else { at + 2 };
        bytes[letter] ^= 1;
    }
}

#[derive(Clone, Debug)]
struct Blow {
    at: proptest::sample::Index,
    bytes: usize,
    with: Option<u8>,
}

fn blow() -> impl Strategy<Value = Blow> {
    let bytes = prop_oneof![Just(PAGE), 1..PAGE, 1..8_usize];
    (any::<proptest::sample::Index>(), bytes, any::<Option<u8>>())
        .prop_map(|(at, bytes, with)| Blow { at, bytes, with })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn damage_anywhere_loses_nothing_that_was_done_and_asks_for_the_rest(
        blows in proptest::collection::vec(blow(), 1..6)
    ) {
        let fixture = used();
        let all: BTreeSet<String> = (0..BULLETINS).map(id).collect();
        let before = irreplaceable(&open(copy(fixture.dir.path()).path()));
        let path = database(&fixture);
        let mut bytes = fs::read(&path).unwrap();
        for Blow { at, bytes: count, with } in blows {
            // Whole pages where they begin.
            let at = at.index(bytes.len());
            let at = if count == PAGE { at / PAGE * PAGE } else { at };
            let end = (at + count).min(bytes.len());
            for (n, byte) in bytes[at..end].iter_mut().enumerate() {
                *byte = with.unwrap_or_else(|| byte.wrapping_mul(31) ^ n.to_le_bytes()[0]);
            }
        }
        fs::write(&path, bytes).unwrap();
        let cache = open(fixture.dir.path());
        let keys = |pending: &[Waiting]| -> Vec<String> {
            pending.iter().map(|one| one.request.key.clone()).collect()
        };
        prop_assert_eq!(keys(&cache.pending()), keys(&before.0));
        // A letter that became another one is nothing that anybody could find, in either file.
        let is_found = cache.cursor().as_deref() == Some("everything");
        let is_same = irreplaceable(&cache) == before;
        prop_assert!(is_same || !is_found);
        // Everything is looked at once, as screens would, and what that finds is mended.
        bulletins(&cache);
        cache.check_once();
        cache.look_after();
        let left = bulletins(&cache);
        prop_assert!(left.is_subset(&all));
        prop_assert!(
            left == all || cache.cursor().as_deref() == Some("everything"),
            "{} of {} are left, and nobody asks for the others", left.len(), all.len()
        );
        prop_assert_eq!(keys(&cache.pending()), keys(&before.0));
        prop_assert_eq!(cache.stored_bytes(), FILM.len() as u64);
    }
}
