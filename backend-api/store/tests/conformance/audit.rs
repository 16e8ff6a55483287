//! The audit log's chain.

use contract::account::AuditEntry;
use store::audit::{self, Fault, Filter, Head, NewEntry};
use store::{Engine, Error, Store};

use crate::fixture::{NOW, Town, write};

fn entry(action: &str, organization: Option<&str>) -> NewEntry {
    NewEntry {
        actor: "staff:wang".into(),
        action: action.into(),
        subject: format!("member:{action}"),
        organization_id: organization.map(str::to_owned),
        detail: format!("因为{action}"),
    }
}

fn append(store: &Store, action: &str, organization: Option<&str>) -> i64 {
    let entry = entry(action, organization);
    write(store, move |tx| audit::append(tx, &entry, NOW))
}

fn list(store: &Store, filter: &Filter<'_>, before: Option<i64>) -> Vec<AuditEntry> {
    store
        .read(|tx| audit::list(tx, filter, before, 10))
        .unwrap()
}

fn actions(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.action.as_str()).collect()
}

fn faults(store: &Store) -> Vec<Fault> {
    store.read(audit::verify).unwrap().faults
}

store::on_both_engines! {
    fn entries_are_numbered_without_gaps_and_chained(database) {
        let store = database.open();
        let town = Town::new(&store);
        assert_eq!(store.read(audit::verify).unwrap(), audit::Verified::default());
        assert_eq!(append(&store, "one", Some(&town.east.id)), 1);
        let more = vec![entry("two", None), entry("three", Some(&town.branch.id))];
        assert_eq!(write(&store, move |tx| audit::append_all(tx, &more, NOW + 1)), 3);
        // What is undone leaves no gap.
        let undone = store.write::<(), Error, _>(|tx| {
            audit::append(tx, &entry("undone", None), NOW)?;
            Err(Error::Cycle)
        });
        assert!(undone.is_err());
        assert_eq!(append(&store, "four", Some(&town.west.id)), 4);
        let all = list(&store, &Filter::default(), None);
        assert_eq!(actions(&all), ["four", "three", "two", "one"]);
        assert_eq!(all[3].detail, "因为one");
        assert_eq!(all[0].at_ms, NOW);
        let verified = store.read(audit::verify).unwrap();
        assert_eq!(verified.faults, []);
        assert_eq!(verified.head, Head { seq: 4, hash: all[0].hash.clone() });
        assert_eq!(store.read(|tx| audit::hash_at(tx, 2)).unwrap(), Some(all[2].hash.clone()));
        assert_eq!(store.read(|tx| audit::hash_at(tx, 5)).unwrap(), None);
    }

    fn lists_are_of_a_subtree_and_filtered(database) {
        let store = database.open();
        let town = Town::new(&store);
        append(&store, "east", Some(&town.east.id));
        append(&store, "branch", Some(&town.branch.id));
        append(&store, "west", Some(&town.west.id));
        append(&store, "nowhere", None);
        let within = |id: &str| actions(&list(&store, &Filter { within: Some(id), ..Filter::default() }, None)).join(" ");
        assert_eq!(within(&town.west.id), "west branch");
        assert_eq!(within(&town.root.id), "west branch east");
        let all = Filter::default();
        assert_eq!(actions(&list(&store, &all, Some(3))), ["branch", "east"]);
        assert_eq!(actions(&list(&store, &Filter { action: Some("west"), ..all }, None)), ["west"]);
        assert_eq!(actions(&list(&store, &Filter { subject: Some("member:east"), ..all }, None)), ["east"]);
        assert_eq!(list(&store, &Filter { actor: Some("staff:li"), ..all }, None), []);
    }

    fn writers_at_the_same_time_make_one_chain(database) {
        let store = database.open();
        std::thread::scope(|scope| {
            for _ in 0..6 {
                let store = &store;
                scope.spawn(move || (0..5).for_each(|_| { append(store, "x", None); }));
            }
        });
        let verified = store.read(audit::verify).unwrap();
        assert_eq!((verified.head.seq, verified.faults), (30, vec![]));
    }

    fn a_purge_takes_details_and_the_chain_holds(database) {
        let store = database.open();
        append(&store, "one", None);
        append(&store, "two", None);
        assert_eq!(write(&store, |tx| audit::redact(tx, "member:one")), 1);
        assert_eq!(write(&store, |tx| audit::redact(tx, "member:one")), 0);
        let all = list(&store, &Filter::default(), None);
        assert_eq!((all[0].detail.as_str(), all[1].detail.as_str()), ("因为two", ""));
        assert_eq!(faults(&store), []);
    }

    fn every_sort_of_tampering_is_found(database) {
        let store = database.open();
        let tamper = |sql: &str| match store.engine() {
            Engine::Sqlite => {
                let path = database.url().strip_prefix("sqlite:").unwrap();
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            Engine::Postgres => {
                postgres::Client::connect(database.url(), postgres::NoTls).unwrap().batch_execute(sql).unwrap();
            }
        };
        for action in ["a", "b", "c", "d", "e", "f"] {
            append(&store, action, None);
        }
        let changed = |seq: i64| Fault::Changed { seq };
        let cases: &[(&str, &str, Vec<Fault>)] = &[
            ("UPDATE audit_entries SET actor = 'staff:li' WHERE seq = 2",
             "UPDATE audit_entries SET actor = 'staff:wang' WHERE seq = 2", vec![changed(2)]),
            ("UPDATE audit_entries SET at_ms = at_ms + 1 WHERE seq = 3",
             "UPDATE audit_entries SET at_ms = at_ms - 1 WHERE seq = 3", vec![changed(3)]),
            ("UPDATE audit_entries SET detail = 'x' WHERE seq = 3",
             "UPDATE audit_entries SET detail = '因为c' WHERE seq = 3", vec![changed(3)]),
            ("UPDATE audit_entries SET organization_id = 'x' WHERE seq = 1",
             "UPDATE audit_entries SET organization_id = NULL WHERE seq = 1", vec![changed(1)]),
            // With a new hash the next one does not fit any more.
            ("CREATE TABLE kept AS SELECT hash FROM audit_entries WHERE seq = 4;
              UPDATE audit_entries SET hash = 'x' WHERE seq = 4",
             "UPDATE audit_entries SET hash = (SELECT hash FROM kept) WHERE seq = 4", vec![changed(4), changed(5)]),
        ];
        for (harm, heal, expected) in cases {
            tamper(harm);
            assert_eq!(&faults(&store), expected, "{harm}");
            tamper(heal);
            assert_eq!(faults(&store), [], "{heal}");
        }
        tamper("DELETE FROM audit_entries WHERE seq = 5");
        assert_eq!(faults(&store), [Fault::Missing { from: 5, to: 5 }, changed(6)]);
        tamper("DELETE FROM audit_entries WHERE seq = 6");
        assert_eq!(faults(&store), [Fault::Head { newest: 4 }]);
        // Cut off together with the end: only what was written down elsewhere tells.
        let before = store.read(|tx| audit::hash_at(tx, 4)).unwrap();
        tamper("DELETE FROM audit_entries WHERE seq = 4;
                UPDATE audit_state SET seq = 3, hash = (SELECT hash FROM audit_entries WHERE seq = 3)");
        assert_eq!(faults(&store), []);
        assert_ne!(store.read(|tx| audit::hash_at(tx, 4)).unwrap(), before);
    }
}
