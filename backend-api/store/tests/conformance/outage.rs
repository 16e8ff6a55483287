//! A database that cannot be reached, breaks off or hangs: what is kept, what is done again, and how long
//! anybody waits.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use store::testing::{Line, TestDatabase};
use store::{Error, Store, settings};

use crate::fixture::write;

/// A store behind a line that can be cut.
fn behind_a_line() -> Option<(TestDatabase, Line, Store)> {
    let (database, line) = TestDatabase::behind_a_line()?;
    let store = database.open();
    store.ping().unwrap();
    Some((database, line, store))
}

fn count(store: &Store) -> Result<i64, Error> {
    store
        .read(|tx| settings::get(tx, "count"))
        .map(|text| text.map_or(0, |text| text.parse().unwrap()))
}

/// Counts one up; `tries` counts how often it was begun.
fn count_up(store: &Store, tries: &Arc<AtomicU32>) -> Result<(), Error> {
    let tries = Arc::clone(tries);
    store.write(move |tx| {
        tries.fetch_add(1, Ordering::SeqCst);
        let count: i64 = settings::get(tx, "count")?.map_or(0, |text| text.parse().unwrap());
        settings::set(tx, "count", &(count + 1).to_string())
    })
}

/// Asks until the database is there again: somebody else may try just now.
fn comes_back(store: &Store) {
    for _ in 0..6_000 {
        if store.ping().is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came back");
}

#[test]
fn while_it_is_away_everybody_is_told_and_then_all_goes_on() {
    let Some((_database, line, store)) = behind_a_line() else {
        return;
    };
    let tries = Arc::default();
    count_up(&store, &tries).unwrap();
    line.cut();
    for _ in 0..50 {
        assert!(matches!(count(&store), Err(Error::Unavailable(_))));
        assert!(matches!(
            count_up(&store, &tries),
            Err(Error::Unavailable(_))
        ));
        assert!(matches!(store.ping(), Err(Error::Unavailable(_))));
    }
    assert_eq!(
        tries.load(Ordering::SeqCst),
        1,
        "nothing was begun meanwhile"
    );
    line.mend();
    comes_back(&store);
    count_up(&store, &tries).unwrap();
    assert_eq!(count(&store).unwrap(), 2);
}

#[test]
fn what_broke_off_before_its_commit_arrived_at_the_server_is_kept_once_or_not_at_all() {
    let Some((_database, line, store)) = behind_a_line() else {
        return;
    };
    // In the middle of it: begun again by itself, and nobody notices.
    let tries: Arc<AtomicU32> = Arc::default();
    line.break_off("INSERT INTO settings", false);
    count_up(&store, &tries).unwrap();
    assert!(line.has_broken_off());
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    assert_eq!(count(&store).unwrap(), 1);

    // The commit was sent: only whoever asked can know whether to do it again.
    for (arrives, kept) in [(false, 1), (true, 2)] {
        let tries: Arc<AtomicU32> = Arc::default();
        line.break_off("COMMIT", arrives);
        let cut_off = count_up(&store, &tries);
        assert!(line.has_broken_off());
        let Err(Error::Unavailable(why)) = cut_off else {
            panic!("{cut_off:?}");
        };
        assert!(why.to_string().contains("may have been kept"), "{why}");
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        // The server may still be at it; whoever counts up waits for it.
        write(&store, |tx| settings::set(tx, "other", "1"));
        let counted = (0..6_000).find_map(|_| {
            let counted = count(&store).unwrap();
            if counted == kept {
                return Some(counted);
            }
            std::thread::sleep(Duration::from_millis(10));
            None
        });
        assert_eq!(counted, Some(kept));
    }
}

#[test]
fn a_server_that_hangs_costs_time_once() {
    let Some((_database, line, store)) = behind_a_line() else {
        return;
    };
    line.hang();
    let asked: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..40).map(|_| scope.spawn(|| store.ping())).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(
        asked
            .iter()
            .all(|answer| matches!(answer, Err(Error::Unavailable(_))))
    );
    // It is known now: nobody waits until somebody has been answered again. Far more of them than could wait
    // one after the other within the limit of a test.
    let mut refused = 0;
    for _ in 0..2_000 {
        refused += u32::from(matches!(store.ping(), Err(Error::Unavailable(_))));
    }
    assert_eq!(refused, 2_000);
    line.mend();
    comes_back(&store);
}

store::on_both_engines! {
    /// Another process that holds a lock for long, e.g. to overwrite what was deleted.
    fn whoever_waits_for_a_lock_does_not_wait_for_ever(database) {
        let (store, other) = (database.open(), database.open());
        let (locked, is_locked) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = std::sync::Mutex::new(released);
        let holds = std::thread::spawn(move || {
            other.write::<_, Error, _>(move |tx| {
                settings::set(tx, "held", "1")?;
                locked.send(()).unwrap();
                // Until the test ends, also if it fails.
                let _ = released.lock().unwrap().recv();
                Ok(())
            })
        });
        is_locked.recv().unwrap();
        let waited = store.write::<_, Error, _>(|tx| settings::set(tx, "held", "2"));
        assert!(matches!(waited, Err(Error::Unavailable(_))), "{waited:?}");
        // Reading goes on meanwhile.
        assert_eq!(store.read(|tx| settings::get(tx, "held")).unwrap(), None);
        drop(release);
        holds.join().unwrap().unwrap();
        write(&store, |tx| settings::set(tx, "held", "3"));
    }
}
