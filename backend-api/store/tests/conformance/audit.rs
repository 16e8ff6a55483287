//! The audit log's chain.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use contract::account::AuditEntry;
use sha2::{Digest as _, Sha256};
use store::audit::{self, Fault, Filter, Head, LOOKED_AT, Meaning, NewEntry, Sought};
use store::chain::Keys;
use store::testing::{TestDatabase, number_entries_from};
use store::{Error, Store};

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

/// Keys up to a number.
#[derive(Debug)]
struct UpTo(AtomicU32);

impl UpTo {
    fn new(newest: u32) -> Arc<Self> {
        Arc::new(Self(newest.into()))
    }
}

impl Keys for UpTo {
    fn newest(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn mac(&self, key: u32, parts: &[&str]) -> Option<String> {
        let secret = format!("secret {key}");
        (key <= self.newest()).then(|| digest(&[&[secret.as_str()], parts].concat()))
    }
}

/// As everybody can make it.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn tamper(database: &TestDatabase, sql: &str) {
    if let Some(path) = database.url().strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch(sql).unwrap();
    } else {
        let mut client = postgres::Client::connect(database.url(), postgres::NoTls).unwrap();
        client.batch_execute(sql).unwrap();
    }
}

/// Writes entries anew as somebody does who has the database and no key: all those from 1 to `last` are
/// somebody else's deeds, and fit each other. Nothing comes after them if they are all there is.
fn written_anew(database: &TestDatabase, store: &Store, last: i64) {
    let all = list(store, &Filter::default(), None);
    let mut hash = String::new();
    let mut sql = String::new();
    for entry in all.iter().rev().filter(|entry| entry.seq <= last) {
        let (seq, at_ms) = (entry.seq.to_string(), entry.at_ms.to_string());
        let detail_hash = digest(&["salt", "nothing"]);
        let parts = [
            &hash,
            &seq,
            &at_ms,
            "staff:li",
            &entry.action,
            &entry.subject,
            "-",
            &detail_hash,
        ];
        hash = digest(&parts);
        sql.push_str(&format!(
            "UPDATE audit_entries SET actor = 'staff:li', organization_id = NULL, detail = 'nothing', salt = 'salt',
                 detail_hash = '{detail_hash}', hash = '{hash}', key_id = 0 WHERE seq = {seq};"
        ));
    }
    if i64::try_from(all.len()) == Ok(last) {
        sql.push_str(&format!(
            "UPDATE audit_state SET hash = '{hash}', key_id = 0"
        ));
    }
    tamper(database, &sql);
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
        let some = ["west".to_owned(), "east".to_owned(), "none".to_owned()];
        assert_eq!(actions(&list(&store, &Filter { actions: &some, ..all }, None)), ["west", "east"]);
        // A clock that went back, and then right: what says that it was later counts as later.
        for (action, at_ms) in [("late", NOW + 9), ("early", NOW + 1), ("later", NOW + 5)] {
            let entry = entry(action, Some(&town.west.id));
            write(&store, move |tx| audit::append(tx, &entry, at_ms));
        }
        let since = |since_ms: i64| Filter { since_ms: Some(since_ms), ..all };
        assert_eq!(actions(&list(&store, &since(NOW + 5), None)), ["later", "late"]);
        assert_eq!(actions(&list(&store, &since(NOW + 5), Some(6))), ["late"]);
        assert_eq!(list(&store, &since(NOW + 10), None), []);
        let both = Filter { actions: &some, ..since(NOW) };
        assert_eq!(actions(&list(&store, &both, None)), ["west", "east"]);
    }

    fn words_are_found_in_everything_that_was_ever_noted(database) {
        let store = database.open();
        let town = Town::new(&store);
        let said = |actor: &str, action: &str, detail: &str| NewEntry {
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: "member:x".to_owned(),
            organization_id: Some(town.west.id.clone()),
            detail: detail.to_owned(),
        };
        for one in [
            said("staff:Wang.Fang", "member.reveal", "核对 100% 的号码"),
            said("system", "session.refused", "wrong password from 10.1.2.3"),
            said("terminal:staff", "member.read", "100 号"),
            said("staff:li", "request.reveal", ""),
        ] {
            write(&store, move |tx| audit::append(tx, &one, NOW));
        }
        let found = |typed: &str, meant: &[Meaning]| {
            let sought = Sought { typed: typed.to_owned(), meant: meant.to_vec() };
            let filter = Filter { sought: Some(&sought), within: Some(&town.west.id), ..Filter::default() };
            let page = store.read(|tx| audit::page(tx, &filter, None, 10)).unwrap();
            assert_eq!(page.before, None);
            page.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>()
        };
        // In names and in what is said beside, in small and in large letters; signs of patterns stand for themselves.
        assert_eq!(found("wang", &[]), [1]);
        assert_eq!(found("FANG", &[]), [1]);
        assert_eq!(found("100%", &[]), [1]);
        assert_eq!(found("100", &[]), [3, 1]);
        assert_eq!(found("3", &[]), [3, 2]);
        // What kind of actor it is, is no name.
        assert_eq!(found("staff", &[]), Vec::<i64>::new());
        // Words of a page that the log has otherwise.
        assert_eq!(found("号码", &[Meaning::Action("*.reveal".into())]), [4, 1]);
        assert_eq!(found("党员", &[Meaning::Action("member.*".into())]), [3, 1]);
        assert_eq!(found("密码不对", &[Meaning::Detail("wrong password*".into())]), [2]);
        assert_eq!(found("系统", &[Meaning::Actor("system".into())]), [2]);
        assert_eq!(found("x", &[Meaning::Action("%".into()), Meaning::Action("member_r*".into())]), Vec::<i64>::new());
    }

    fn a_search_says_how_far_it_came(database) {
        let store = database.open();
        append(&store, "first", None);
        // As a log of many years: only its numbers count here.
        write(&store, |tx| number_entries_from(tx, LOOKED_AT + 10));
        append(&store, "last", None);
        let sought = Sought { typed: "因为".to_owned(), meant: Vec::new() };
        let filter = Filter { sought: Some(&sought), ..Filter::default() };
        let page = |before, limit| store.read(|tx| audit::page(tx, &filter, before, limit)).unwrap();
        let near = page(None, 10);
        assert_eq!((actions(&near.entries), near.before), (vec!["last"], Some(12)));
        let far = page(near.before, 10);
        assert_eq!((actions(&far.entries), far.before), (vec!["first"], None));
        let full = page(None, 1);
        assert_eq!(full.before, Some(LOOKED_AT + 11));
        // Without words everything is one list.
        let all = store.read(|tx| audit::page(tx, &Filter::default(), None, 10)).unwrap();
        assert_eq!((actions(&all.entries), all.before), (vec!["last", "first"], None));
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
        let tamper = |sql: &str| tamper(database, sql);
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

    fn old_entries_are_sealed_by_the_first_that_is_chained_with_a_key(database) {
        let store = database.open();
        append(&store, "old", None);
        append(&store, "old too", None);
        assert_eq!(store.read(audit::verify).unwrap().keyed_from, None);
        store.chain_with(UpTo::new(1));
        append(&store, "new", None);
        append(&store, "newer", None);
        let verified = store.read(audit::verify).unwrap();
        assert_eq!((verified.keyed_from, verified.faults), (Some(3), vec![]));

        // Who has no key neither goes on nor verifies.
        let without = database.open();
        let one = entry("x", None);
        let refused = without.write::<_, Error, _>(move |tx| audit::append(tx, &one, NOW)).unwrap_err();
        assert!(matches!(refused, Error::ChainKey(1)), "{refused}");
        assert_eq!(faults(&without), [Fault::NoKey { seq: 3, key: 1 }]);

        written_anew(database, &store, 2);
        assert_eq!(faults(&store), [Fault::Changed { seq: 3 }]);
    }

    fn who_has_the_database_alone_cannot_write_the_log_anew(database) {
        let store = database.open();
        let keys = UpTo::new(1);
        store.chain_with(Arc::clone(&keys) as _);
        for action in ["a", "b", "c", "d"] {
            append(&store, action, None);
        }
        let head = store.read(audit::head).unwrap();
        let against = |heads: &[Head]| store.read(|tx| audit::verify_with(tx, heads)).unwrap().faults;
        assert_eq!(against(std::slice::from_ref(&head)), []);

        // One entry, and all up to one.
        tamper(database, "CREATE TABLE kept AS SELECT * FROM audit_entries");
        let heal = "DELETE FROM audit_entries; INSERT INTO audit_entries SELECT * FROM kept";
        tamper(database, "UPDATE audit_entries SET key_id = 0 WHERE seq = 3");
        assert_eq!(faults(&store), [Fault::Changed { seq: 3 }]);
        tamper(database, heal);
        written_anew(database, &store, 3);
        assert_eq!(faults(&store), [Fault::Changed { seq: 4 }]);
        tamper(database, heal);
        // Two that changed places.
        tamper(database, "UPDATE audit_entries SET seq = 99 WHERE seq = 2; UPDATE audit_entries SET seq = 2 WHERE seq = 3;
                          UPDATE audit_entries SET seq = 3 WHERE seq = 99");
        assert_eq!(faults(&store), [2, 3, 4].map(|seq| Fault::Changed { seq }));
        tamper(database, heal);
        // One that was put between.
        tamper(database, "UPDATE audit_entries SET seq = 5 WHERE seq = 4;
                          INSERT INTO audit_entries SELECT 4, at_ms, actor, action, subject, organization_id, detail, salt,
                              detail_hash, hash, key_id FROM kept WHERE seq = 2");
        let found = faults(&store);
        assert_eq!(found[..2], [4, 5].map(|seq| Fault::Changed { seq }));
        assert_eq!(found[2], Fault::Head { newest: 5 });
        tamper(database, heal);
        assert_eq!(faults(&store), []);

        // All of it, and the end cut off: what was kept elsewhere tells.
        let kept = store.read(|tx| audit::hash_at(tx, 2)).unwrap().unwrap();
        let kept = [Head { seq: 2, hash: kept }, head];
        tamper(database, "DELETE FROM audit_entries WHERE seq > 3;
                          UPDATE audit_state SET seq = 3, hash = (SELECT hash FROM audit_entries WHERE seq = 3)");
        assert_eq!(faults(&store), []);
        assert_eq!(against(&kept), [Fault::Kept { seq: 4 }]);
        written_anew(database, &store, 3);
        assert_eq!(faults(&store), []);
        assert_eq!(against(&kept), [2, 4].map(|seq| Fault::Kept { seq }));
    }

    fn nobody_goes_back_to_an_older_key(database) {
        let (store, other) = (database.open(), database.open());
        let keys = UpTo::new(1);
        store.chain_with(Arc::clone(&keys) as _);
        append(&store, "a", None);
        other.chain_with(UpTo::new(2));
        append(&other, "b", None);
        // It learns of the newer key because it has to go on from there.
        let one = entry("c", None);
        let late = store.write::<_, Error, _>(move |tx| audit::append(tx, &one, NOW)).unwrap_err();
        assert!(matches!(late, Error::ChainKey(2)), "{late}");
        keys.0.store(2, Ordering::Relaxed);
        append(&store, "c", None);
        assert_eq!(faults(&store), []);
        // Somebody who has the old key alone, chains with that one.
        keys.0.store(1, Ordering::Relaxed);
        tamper(database, "UPDATE audit_state SET key_id = 1");
        append(&store, "d", None);
        keys.0.store(2, Ordering::Relaxed);
        assert_eq!(faults(&store), [Fault::Changed { seq: 4 }]);
    }
}
