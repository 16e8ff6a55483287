//! Processes on one PostgreSQL wake each other when something is to be told, and miss nothing when they could
//! not be reached. Nobody looks by himself here: without a wake these tests hang until they are given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use store::Store;
use store::journal::{self, Topic};
use store::testing::TestDatabase;

use crate::fixture::{Town, bulletin, published};

/// A process that is woken.
struct Ear {
    woken: Receiver<()>,
    count: Arc<AtomicU32>,
}

impl Ear {
    /// Listens with this store until the test ends, from when this returns.
    fn of(store: &Store) -> Self {
        let (tell, woken) = mpsc::channel();
        let count = Arc::<AtomicU32>::default();
        let (store, counted) = (store.clone(), Arc::clone(&count));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(store.woken(move || {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = tell.send(());
            }))
        });
        let ear = Self { woken, count };
        // Whoever begins to listen looks first.
        ear.is_woken();
        ear
    }

    fn is_woken(&self) {
        let woken = self.woken.recv_timeout(Duration::from_secs(60));
        woken.expect("nobody was woken for a minute");
    }
}

/// Changes something that others should look at.
fn change(store: &Store, town: &Town) {
    published(store, &bulletin(&town.root, &town.root, "通知"));
}

#[test]
fn what_one_process_writes_wakes_the_others_and_not_itself() {
    let Some(database) = TestDatabase::postgres() else {
        return;
    };
    let (one, other) = (database.open(), database.open());
    let town = Town::new(&one);
    let (at_one, at_other) = (Ear::of(&one), Ear::of(&other));
    change(&one, &town);
    at_other.is_woken();
    change(&other, &town);
    at_one.is_woken();
    // Its own would have come before.
    assert_eq!(at_one.count.load(Ordering::SeqCst), 2);
}

#[test]
fn who_could_not_be_reached_looks_when_the_line_is_mended() {
    let Some((database, line)) = TestDatabase::behind_a_line() else {
        return;
    };
    let here = database.open();
    let town = Town::new(&here);
    let known = here.read(journal::mark).unwrap();
    let ear = Ear::of(&here);
    line.cut();
    let there = Store::open(&line.past().parse().unwrap()).unwrap();
    change(&there, &town);
    line.mend();
    ear.is_woken();
    // The pool of the store may have noticed the cut at another time.
    let changes = loop {
        if let Ok(changes) = here.read(|tx| journal::since(tx, &known)) {
            break changes;
        }
        thread::sleep(Duration::from_millis(10));
    };
    assert!(!changes.reset);
    assert!(changes.touched.contains_key(&Topic::Documents));
    // And from then on it is woken as before.
    let other = Ear::of(&there);
    change(&there, &town);
    ear.is_woken();
    drop(other);
}
