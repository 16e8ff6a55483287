//! Copies of a running database, and putting one back.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use store::testing::TestDatabase;
use store::{DatabaseUrl, Error, Store, backup, bulletins, settings};

use crate::feed::page;
use crate::fixture::{NOW, Town, bulletin, published, write};

fn open(path: &std::path::Path) -> Store {
    Store::open(&DatabaseUrl::sqlite(path)).unwrap()
}

#[test]
fn a_backup_taken_while_writing_is_whole() {
    let database = TestDatabase::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let store = database.open();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !done.load(Ordering::SeqCst) {
                number += 1;
                // Both or none.
                write(&store, move |tx| {
                    settings::set(tx, "left", &number.to_string())?;
                    settings::set(tx, "right", &number.to_string())
                });
            }
        });
        for _ in 0..5 {
            store.backup_to(&copy).unwrap();
            let copied = open(&copy);
            assert_eq!(copied.integrity_check().unwrap(), Vec::<String>::new());
            let (left, right) = copied
                .read::<_, Error>(|tx| {
                    Ok((settings::get(tx, "left")?, settings::get(tx, "right")?))
                })
                .unwrap();
            assert_eq!(left, right);
        }
        done.store(true, Ordering::SeqCst);
    });
}

#[test]
fn restoring_brings_back_the_old_state_and_resets_terminals() {
    let database = TestDatabase::sqlite();
    let path = database.database_url().sqlite_path().unwrap().to_owned();
    let copy = path.with_extension("backup");
    let (town, cursor) = {
        let store = database.open();
        let town = Town::new(&store);
        let record = published(&store, &bulletin(&town.root, &town.root, "kept"));
        store.backup_to(&copy).unwrap();
        write(&store, move |tx| {
            bulletins::withdraw(tx, &record.id, record.version, NOW)
        });
        published(&store, &bulletin(&town.root, &town.root, "lost"));
        let in_use = backup::restore(&copy, &path).unwrap_err();
        assert!(in_use.to_string().contains("in use"), "{in_use}");
        let cursor = page(&store, &town.root.id, None, 10).cursor;
        (town, cursor)
    };
    backup::restore(&copy, &path).unwrap();
    let store = database.open();
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    let anew = page(&store, &town.root.id, Some(&cursor), 10);
    assert!(anew.reset);
    assert_eq!(anew.changes.len(), 1);
    assert!(format!("{:?}", anew.changes[0]).contains("kept"));
    write(&store, |tx| settings::set(tx, "usable", "1"));
}

#[test]
fn what_is_no_backup_is_refused_and_harms_nothing() {
    let database = TestDatabase::sqlite();
    let path = database.database_url().sqlite_path().unwrap().to_owned();
    write(&database.open(), |tx| settings::set(tx, "kept", "1"));
    let nonsense = path.with_extension("nonsense");
    fs::write(&nonsense, "not a database".repeat(1000)).unwrap();
    let other = path.with_extension("other");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    for wrong in [&nonsense, &other, &path.with_extension("missing")] {
        let error = backup::restore(wrong, &path).unwrap_err();
        assert!(matches!(error, Error::Backup(_)), "{error}");
    }
    let kept = open(&path).read(|tx| settings::get(tx, "kept")).unwrap();
    assert_eq!(kept.as_deref(), Some("1"));
}

#[test]
fn postgres_points_to_its_own_tools() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let error = database
        .open()
        .backup_to(std::path::Path::new("unused"))
        .unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}
