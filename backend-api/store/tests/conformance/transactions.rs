//! Transactions: kept whole or undone whole, together or alone, and never half on disk.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Constraint, Error, Store, settings, terminals};

use crate::fixture::{NOW, Town, write};

fn value(store: &Store, key: &str) -> Option<String> {
    store.read(|tx| settings::get(tx, key)).unwrap()
}

/// A service's error, as the server has them.
#[derive(Debug)]
enum ServiceError {
    Refused,
    Store(Error),
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// How one closure of a group behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Behaviour {
    Succeeds,
    Refuses,
    Panics,
    BreaksConstraint,
    GoesOnAfterFailure,
}

/// Runs one closure that sets `key` and its twin, and ends as told.
fn run(store: &Store, key: &str, behaviour: Behaviour) {
    let owned = key.to_owned();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        store.write::<(), ServiceError, _>(move |tx| {
            settings::set(tx, &owned, "1")?;
            let broken = |tx: &mut store::WriteTx<'_>| {
                let session = store::staff::NewSession {
                    account_id: "nobody".into(),
                    token_sha256: owned.clone(),
                    expires_at_ms: 1,
                    address: None,
                };
                store::staff::create_session(tx, &session, 0).map(|_| ())
            };
            match behaviour {
                Behaviour::Succeeds => {}
                Behaviour::Refuses => return Err(ServiceError::Refused),
                Behaviour::Panics => std::panic::resume_unwind(Box::new("on purpose")),
                Behaviour::BreaksConstraint => broken(tx)?,
                Behaviour::GoesOnAfterFailure => drop(broken(tx)),
            }
            settings::set(tx, &format!("{owned}-twin"), "1")?;
            Ok(())
        })
    }));
    match (behaviour, outcome) {
        (Behaviour::Succeeds, Ok(Ok(())))
        | (Behaviour::Refuses, Ok(Err(ServiceError::Refused)))
        | (Behaviour::Panics, Err(_)) => {}
        (
            Behaviour::BreaksConstraint,
            Ok(Err(ServiceError::Store(Error::Constraint {
                kind: Constraint::ForeignKey,
                ..
            }))),
        ) => {}
        // PostgreSQL refuses the next statement, SQLite's driver the commit: lost on both.
        (
            Behaviour::GoesOnAfterFailure,
            Ok(Err(ServiceError::Store(Error::WentOn | Error::Statement { .. }))),
        ) => {}
        (_, outcome) => panic!("{key} {behaviour:?} ended with {outcome:?}"),
    }
}

/// Closures of several threads, some failing: exactly the good ones are there, each whole.
fn some_fail(database: &store::testing::TestDatabase, cases: u32) {
    let behaviour = prop_oneof![
        4 => Just(Behaviour::Succeeds),
        1 => Just(Behaviour::Refuses),
        1 => Just(Behaviour::Panics),
        1 => Just(Behaviour::BreaksConstraint),
        1 => Just(Behaviour::GoesOnAfterFailure),
    ];
    let threads = proptest::collection::vec(proptest::collection::vec(behaviour, 1..6), 1..8);
    let store = database.open();
    let round = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&threads, |threads| {
            round.set(round.get() + 1);
            let name = |thread: usize, step: usize| format!("{}-{thread}-{step}", round.get());
            let named: Vec<BTreeMap<String, Behaviour>> = threads
                .iter()
                .enumerate()
                .map(|(thread, steps)| {
                    steps
                        .iter()
                        .enumerate()
                        .map(|(step, behaviour)| (name(thread, step), *behaviour))
                        .collect()
                })
                .collect();
            let together = Barrier::new(named.len());
            std::thread::scope(|scope| {
                for steps in &named {
                    let (store, together) = (&store, &together);
                    scope.spawn(move || {
                        together.wait();
                        for (key, behaviour) in steps {
                            run(store, key, *behaviour);
                        }
                    });
                }
            });
            for (key, behaviour) in named.iter().flatten() {
                let expected = (*behaviour == Behaviour::Succeeds).then(|| "1".to_owned());
                prop_assert_eq!(
                    value(&store, key),
                    expected.clone(),
                    "{} {:?}",
                    key,
                    behaviour
                );
                prop_assert_eq!(value(&store, &format!("{key}-twin")), expected);
            }
            Ok(())
        })
        .unwrap();
}

store::on_both_engines! {
    fn a_failing_write_takes_nothing_else_with_it(database) {
        some_fail(database, if database.is_postgres() { 12 } else { 24 });
    }

    fn what_was_answered_is_there_after_reopening(database) {
        {
            let store = database.open();
            write(&store, |tx| settings::set(tx, "kept", "1"));
            let abandoned = store.write::<(), ServiceError, _>(|tx| {
                settings::set(tx, "abandoned", "1")?;
                Err(ServiceError::Refused)
            });
            assert!(matches!(abandoned, Err(ServiceError::Refused)));
        }
        let store = database.open();
        assert_eq!(value(&store, "kept").as_deref(), Some("1"));
        assert_eq!(value(&store, "abandoned"), None);
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn a_read_sees_one_moment_whatever_is_written_meanwhile(database) {
        let store = database.open();
        write(&store, |tx| settings::set(tx, "a", "before"));
        let other = store.clone();
        let (first, second) = store
            .read::<_, Error>(|tx| {
                let first = settings::get(tx, "a")?;
                std::thread::scope(|scope| {
                    scope.spawn(|| write(&other, |tx| settings::set(tx, "a", "after")));
                });
                Ok((first, settings::get(tx, "a")?))
            })
            .unwrap();
        assert_eq!(first, second);
        assert_eq!(value(&store, "a").as_deref(), Some("after"));
    }

    fn deciding_on_what_was_read_loses_no_update(database) {
        let store = database.open();
        write(&store, |tx| settings::set(tx, "count", "0"));
        let together = Arc::new(Barrier::new(6));
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    together.wait();
                    for _ in 0..10 {
                        write(&store, |tx| {
                            let count: i64 = settings::get(tx, "count")?.unwrap().parse().unwrap();
                            settings::set(tx, "count", &(count + 1).to_string())
                        });
                    }
                });
            }
        });
        assert_eq!(value(&store, "count").as_deref(), Some("60"));
    }

    fn an_expected_clash_does_not_lose_the_transaction(database) {
        let store = database.open();
        let town = Town::new(&store);
        let clashed = write(&store, move |tx| {
            let new = terminals::NewTerminal {
                kind: Default::default(),
                name: "一".into(),
                organization_id: town.east.id.clone(),
                token_sha256: "t".into(),
            };
            terminals::create(tx, &new, NOW)?;
            let clashed = matches!(terminals::create(tx, &new, NOW), Err(Error::Taken("token")));
            settings::set(tx, "went on", "1")?;
            Ok(clashed)
        });
        assert!(clashed);
        assert_eq!(value(&store, "went on").as_deref(), Some("1"));
    }

    fn more_readers_than_connections_wait_their_turn(database) {
        let store = database.open();
        let inside = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| store.read::<_, Error>(|_| { inside.wait(); Ok(()) }).unwrap());
            }
        });
        std::thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| for _ in 0..5 { store.ping().unwrap(); });
            }
        });
    }

    fn a_read_that_panics_does_not_harm_the_next(database) {
        let store = database.open();
        for _ in 0..20 {
            let read = catch_unwind(AssertUnwindSafe(|| {
                store.read::<(), Error>(|_| std::panic::resume_unwind(Box::new("on purpose")))
            }));
            assert!(read.is_err());
        }
        store.ping().unwrap();
    }
}

#[test]
fn two_stores_on_one_file_share_it() {
    let database = store::testing::TestDatabase::sqlite();
    let (server, tool) = (database.open(), database.open());
    std::thread::scope(|scope| {
        for (name, store) in [("server", &server), ("tool", &tool)] {
            scope.spawn(move || {
                for number in 0..30 {
                    write(store, move |tx| {
                        settings::set(tx, &format!("{name}-{number}"), "1")
                    });
                }
            });
        }
    });
    assert_eq!(value(&server, "tool-29").as_deref(), Some("1"));
    assert_eq!(value(&tool, "server-29").as_deref(), Some("1"));
}

#[test]
fn a_lost_postgres_connection_is_replaced() {
    let Some(database) = store::testing::TestDatabase::postgres() else {
        return;
    };
    let store = database.open();
    store.ping().unwrap();
    let mut admin = postgres::Client::connect(database.url(), postgres::NoTls).unwrap();
    let killed = admin
        .query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )
        .unwrap();
    assert!(!killed.is_empty());
    store.ping().unwrap();
    write(&store, |tx| settings::set(tx, "back", "1"));
}

store::on_both_engines! {
    /// Commands of the command line do so; PostgreSQL's client has a runtime of its own.
    fn a_task_may_use_it(database) {
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async {
            let store = database.open();
            let here = value(&store, "none");
            let there = tokio::spawn(async move { value(&store, "none") });
            assert_eq!((here, there.await.unwrap()), (None, None));
        });
    }
}
