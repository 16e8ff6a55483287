//! A primary that dies while things are written: its standby is found by itself, everything that was acknowledged
//! is there, and nothing twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use store::idempotency::{self, Key, Outcome, Stored};
use store::testing::Pair;
use store::{Error, Store, settings};

const WRITERS: u32 = 4;

/// Counts one up, once under each key.
fn count_up(store: &Store, writer: u32, number: u32) -> Result<(), Error> {
    let key = Key {
        scope: writer.to_string(),
        key: number.to_string(),
        request_hash: "h".to_owned(),
    };
    let name = format!("count-{writer}");
    let done = store.write(move |tx| {
        idempotency::once(tx, &key, 1, |tx| {
            let count: u32 = settings::get(tx, &name)?.map_or(0, |text| text.parse().unwrap());
            settings::set(tx, &name, &(count + 1).to_string())?;
            let body = String::new();
            Ok::<_, Error>(Stored { status: 200, body })
        })
    })?;
    assert_ne!(done, Outcome::Reused);
    Ok(())
}

#[test]
fn a_primary_that_dies_costs_nothing_that_was_acknowledged() {
    let Some(mut pair) = Pair::start() else {
        return;
    };
    let store = Store::open(&pair.url().parse().unwrap()).unwrap();
    let (stop, refused) = (Arc::new(AtomicBool::new(false)), AtomicU32::new(0));
    let acknowledged = thread::scope(|scope| {
        let (store, stop, refused) = (&store, &stop, &refused);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn(move || {
                    let mut number = 0;
                    while !stop.load(Ordering::SeqCst) {
                        match count_up(store, writer, number) {
                            Ok(()) => number += 1,
                            // As a television does: the same again, under the same key.
                            Err(Error::Unavailable(_)) => {
                                refused.fetch_add(1, Ordering::SeqCst);
                                thread::sleep(Duration::from_millis(5));
                            }
                            Err(other) => panic!("{other}"),
                        }
                    }
                    // The last one may have been kept without an answer.
                    while count_up(store, writer, number).is_err() {
                        thread::sleep(Duration::from_millis(5));
                    }
                    number + 1
                })
            })
            .collect();
        let written = |more: i64| {
            let total = || -> Option<i64> {
                let read = store.read(|tx| {
                    let mut total = 0;
                    for writer in 0..WRITERS {
                        let count = settings::get(tx, &format!("count-{writer}"))?;
                        total += count.map_or(0, |text| text.parse().unwrap());
                    }
                    Ok::<i64, Error>(total)
                });
                read.ok()
            };
            let mut from = None;
            for _ in 0..6_000 {
                if let Some(now) = total()
                    && now >= *from.get_or_insert(now) + more
                {
                    return;
                }
                thread::sleep(Duration::from_millis(10));
            }
            stop.store(true, Ordering::SeqCst);
            panic!("nothing is written any more");
        };
        written(20);
        pair.kill_primary();
        pair.promote();
        written(20);
        stop.store(true, Ordering::SeqCst);
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect::<Vec<u32>>()
    });
    assert!(refused.load(Ordering::SeqCst) > 0, "somebody had to wait");
    for (writer, count) in acknowledged.iter().enumerate() {
        let kept = store.read(|tx| settings::get(tx, &format!("count-{writer}")));
        assert_eq!(kept.unwrap(), Some(count.to_string()), "writer {writer}");
    }
}
