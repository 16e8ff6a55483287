//! Once, however often it is sent.

use std::sync::Barrier;

use store::idempotency::{self, Key, Outcome, Stored};
use store::{Error, Store, WriteTx, settings};

use crate::fixture::{NOW, write};

fn key(scope: &str, key: &str, request: &str) -> Key {
    Key {
        scope: scope.into(),
        key: key.into(),
        request_hash: request.into(),
    }
}

/// Counts up, and answers the count.
fn count(tx: &mut WriteTx<'_>) -> Result<Stored, Error> {
    let count: i64 = settings::get(tx, "count")?.map_or(0, |count| count.parse().unwrap()) + 1;
    settings::set(tx, "count", &count.to_string())?;
    Ok(Stored {
        status: 201,
        body: count.to_string(),
    })
}

fn send(store: &Store, key: &Key) -> Outcome {
    let key = key.clone();
    write(store, move |tx| idempotency::once(tx, &key, NOW, count))
}

fn counted(store: &Store) -> Option<String> {
    store.read(|tx| settings::get(tx, "count")).unwrap()
}

store::on_both_engines! {
    fn a_repeat_gets_the_first_answer(database) {
        let store = database.open();
        let stored = |body: &str| Stored { status: 201, body: body.into() };
        assert_eq!(send(&store, &key("t1", "k", "r")), Outcome::Done(stored("1")));
        assert_eq!(send(&store, &key("t1", "k", "r")), Outcome::Replayed(stored("1")));
        assert_eq!(send(&store, &key("t1", "k", "other")), Outcome::Reused);
        assert_eq!(send(&store, &key("t2", "k", "r")), Outcome::Done(stored("2")), "another terminal's key");
        assert_eq!(counted(&store).as_deref(), Some("2"));
        assert_eq!(write(&store, |tx| idempotency::purge(tx, NOW)), 0);
        assert_eq!(write(&store, |tx| idempotency::purge(tx, NOW + 1)), 2);
        assert_eq!(send(&store, &key("t1", "k", "r")), Outcome::Done(stored("3")));
    }

    fn work_that_failed_leaves_the_key_free(database) {
        let store = database.open();
        let failed = store.write::<Outcome, Error, _>(|tx| {
            idempotency::once(tx, &key("t", "k", "r"), NOW, |tx| { count(tx)?; Err(Error::NotFound("thing")) })
        });
        assert!(matches!(failed, Err(Error::NotFound("thing"))));
        assert_eq!(counted(&store), None);
        assert!(matches!(send(&store, &key("t", "k", "r")), Outcome::Done(_)));
    }

    fn sent_twenty_times_at_once_it_is_done_once(database) {
        let store = database.open();
        let together = Barrier::new(20);
        let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..20)
                .map(|_| scope.spawn(|| { together.wait(); send(&store, &key("t", "k", "r")) }))
                .collect();
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count(), 1);
        let answer = Stored { status: 201, body: "1".into() };
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Replayed(answer.clone())).count(), 19);
        assert_eq!(counted(&store).as_deref(), Some("1"));
    }
}
