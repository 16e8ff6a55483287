//! What was guessed wrong.

use store::limits::{self, Counted, Key, Lock, Rule};
use store::{Store, members};

use crate::fixture::{NOW, Town, write};
use crate::members::{add, named};

const MINUTE: i64 = 60_000;
const RULE: Rule = Rule {
    failures: 3,
    window_ms: 10 * MINUTE,
    lock: Some(Lock {
        first_ms: MINUTE,
        longest_ms: 3 * MINUTE,
    }),
};

fn key(subject: &str) -> Key {
    Key {
        kind: "pin",
        scope: "terminal",
        subject: subject.to_owned(),
    }
}

fn count(store: &Store, subject: &str, rule: Rule, now: i64) -> Counted {
    let key = key(subject);
    write(store, move |tx| limits::count(tx, &key, rule, now))
}

/// What is left after one more failure.
fn left(store: &Store, subject: &str, now: i64) -> u32 {
    count(store, subject, RULE, now).left
}

fn locked(store: &Store, subject: &str, now: i64) -> Option<i64> {
    let keys = [key("somebody else"), key(subject)];
    let found = store
        .read(|tx| limits::locked_until(tx, &keys, now))
        .unwrap();
    let all = store
        .read(|tx| limits::locks(tx, &["pin", "card"], now))
        .unwrap();
    assert_eq!(all.until(&keys), found);
    found
}

store::on_both_engines! {
    fn so_many_failures_in_a_window_lock_and_each_time_for_longer(database) {
        let store = database.open();
        assert_eq!((left(&store, "a", NOW), left(&store, "a", NOW + 1)), (2, 1));
        assert_eq!(locked(&store, "a", NOW + 1), None);
        let mut now = NOW + 2;
        for minutes in [1, 2, 3, 3] {
            while left(&store, "a", now) > 0 {}
            assert_eq!(locked(&store, "a", now), Some(now + minutes * MINUTE), "{minutes}");
            assert_eq!(locked(&store, "b", now), None);
            now += minutes * MINUTE;
            assert_eq!(locked(&store, "a", now), None);
        }
        // A day later it is as if nothing had been.
        now += 24 * 60 * MINUTE;
        while left(&store, "a", now) > 0 {}
        assert_eq!(locked(&store, "a", now), Some(now + MINUTE));
    }

    fn a_window_ends_and_a_clock_that_was_ahead_does_not_hold_it_open(database) {
        let store = database.open();
        assert_eq!((left(&store, "a", NOW), left(&store, "a", NOW)), (2, 1));
        assert_eq!(left(&store, "a", NOW + 10 * MINUTE), 2);
        assert_eq!(left(&store, "a", NOW), 2);
    }

    fn where_nothing_locks_somebody_is_told(database) {
        let store = database.open();
        let told = Rule { failures: 2, lock: None, ..RULE };
        let counted: Vec<_> = (0..4).map(|_| count(&store, "a", told, NOW)).collect();
        let crossed: Vec<_> = counted.iter().map(|counted| counted.crossed).collect();
        assert_eq!(crossed, [false, true, false, true]);
        assert!(counted.iter().all(|counted| counted.locked_until_ms.is_none()));
        assert_eq!(locked(&store, "a", NOW), None);
    }

    fn what_was_no_failure_is_given_back(database) {
        let store = database.open();
        let give_back = |counted: Counted| {
            write(&store, move |tx| limits::give_back(tx, &key("a"), RULE, counted));
        };
        give_back(count(&store, "a", RULE, NOW));
        assert_eq!((left(&store, "a", NOW), left(&store, "a", NOW)), (2, 1));
        // The last of the budget, and right: locked for nobody, and no longer the next time.
        let last = count(&store, "a", RULE, NOW);
        assert_eq!((last.crossed, locked(&store, "a", NOW)), (true, Some(NOW + MINUTE)));
        give_back(last);
        assert_eq!(locked(&store, "a", NOW), None);
        assert_eq!(count(&store, "a", RULE, NOW).locked_until_ms, Some(NOW + MINUTE));
    }

    fn failures_at_the_same_time_are_all_counted(database) {
        let store = database.open();
        let rule = Rule { failures: 100, ..RULE };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| count(&store, "a", rule, NOW));
            }
        });
        assert_eq!(count(&store, "a", rule, NOW).left, 91);
    }

    fn counters_are_forgotten_one_by_one_by_member_and_by_time(database) {
        let store = database.open();
        let town = Town::new(&store);
        let member = add(&store, &town.east, &named("甲")).id;
        let of = |scope: &'static str, subject: String| Key { kind: "pin", scope, subject };
        let keys = [
            of(limits::MEMBER, member.clone()),
            of(limits::MEMBER_HERE, limits::member_here(&member, "tv")),
            of(limits::MEMBER_HERE, limits::member_here("other", "tv")),
        ];
        let fill = || {
            let all = keys.clone();
            write(&store, move |tx| {
                for key in &all {
                    limits::count(tx, key, Rule { failures: 1, ..RULE }, NOW)?;
                }
                Ok(())
            });
        };
        let are = || keys.clone().map(|key| {
            store.read(|tx| limits::locked_until(tx, &[key], NOW)).unwrap().is_some()
        });
        fill();
        let id = member;
        write(&store, move |tx| members::set_pin(tx, &id, Some("new"), NOW));
        assert_eq!(are(), [false, false, true], "a new PIN unlocks");
        fill();
        let second = [keys[1].clone()];
        write(&store, move |tx| limits::forget(tx, &second));
        assert_eq!(are(), [true, false, true]);
        assert_eq!(write(&store, |tx| limits::purge(tx, NOW + MINUTE)), 0, "how often it was locked is remembered");
        assert_eq!(write(&store, |tx| limits::purge(tx, NOW + 25 * 60 * MINUTE)), 2);
        assert_eq!(are(), [false; 3]);
    }
}
