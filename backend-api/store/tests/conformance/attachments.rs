//! Attachments of requests, links for telephones, and what leads to confidential reports.

use contract::organization::OrganizationRef;
use contract::request::RequestReceipt;
use contract::terminal::TerminalKind;
use store::attachments::{self, New, Owner};
use store::categories::{self, Content};
use store::terminals::{self, NewTerminal};
use store::{Error, Result, Store, member_sessions, report_keys, request_links};

use crate::fixture::{NOW, Town, write};

fn new(id: &str) -> New {
    New {
        id: id.into(),
        media_type: "audio/ogg".into(),
        size: 7,
        length_ms: Some(18_000),
        sealed_hash: format!("hash of {id}"),
        key_sealed: format!("k1.{id}"),
        sealed_as: None,
    }
}

fn put(store: &Store, id: &str, owner: Owner, at_ms: i64) {
    let new = new(id);
    write(store, move |tx| attachments::put(tx, &new, &owner, at_ms));
}

fn entry(request_id: &str, entry: u32) -> Owner {
    Owner::Entry {
        request_id: request_id.into(),
        entry,
    }
}

/// A town with a television, and the id of a category.
fn town(store: &Store) -> (Town, String, String) {
    let town = Town::new(store);
    let new = NewTerminal {
        kind: TerminalKind::Station,
        name: "会议室".into(),
        organization_id: town.east.id.clone(),
        token_sha256: "token".into(),
    };
    let terminal = write(store, move |tx| terminals::create(tx, &new, NOW)).id;
    let content = Content {
        organization_id: town.root.id.clone(),
        title: "咨询".into(),
        response_hours: 24,
        ..Content::default()
    };
    let category = write(store, move |tx| {
        categories::publish(tx, "A", 0.into(), &content, NOW)
    });
    (town, terminal, category.id)
}

fn link(store: &Store, terminal: &str, category: &str, token: &str) -> String {
    let (terminal, category) = (terminal.to_owned(), category.to_owned());
    let token = token.to_owned();
    write(store, move |tx| {
        let whose = (terminal.as_str(), None);
        request_links::create(tx, &token, whose, &category, NOW + 900_000, NOW)
    })
}

store::on_both_engines! {
    fn attachments_are_listed_by_entry_and_forgotten_with_their_keys(database) {
        let store = database.open();
        put(&store, "a", entry("r", 2), NOW + 1);
        put(&store, "b", entry("r", 1), NOW);
        put(&store, "c", entry("s", 1), NOW);
        let of = store.read(|tx| attachments::of_request(tx, "r")).unwrap();
        let ids: Vec<_> = of.iter().map(|(entry, all)| (*entry, all[0].id.as_str())).collect();
        assert_eq!(ids, [(1, "b"), (2, "a")]);
        assert_eq!((of[&1][0].size, of[&1][0].length_ms), (7, Some(18_000)));
        let old = store.read(|tx| attachments::keys_without_prefix(tx, "k2.", "a", 1)).unwrap();
        assert_eq!(old, [("b".to_owned(), "k1.b".to_owned())]);
        write(&store, |tx| attachments::replace_key(tx, "b", "k2.b"));
        let old = store.read(|tx| attachments::keys_without_prefix(tx, "k2.", "", 9)).unwrap();
        assert_eq!(old.len(), 2);
        assert_eq!(write(&store, |tx| attachments::forget_of_request(tx, "r")), 2);
        assert_eq!(store.read(attachments::hashes).unwrap(), ["hash of c"]);
        let unknown = store.read(|tx| {
            let unknown = attachments::without_row(tx, &["hash of a", "hash of c"])?;
            Ok::<_, Error>(unknown.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        assert_eq!(unknown.unwrap(), ["hash of a"]);
    }

    fn an_attachment_may_have_the_file_of_another(database) {
        let store = database.open();
        put(&store, "a", entry("r", 2), NOW);
        put(&store, "b", entry("r", 1), NOW);
        let shared = New {
            sealed_hash: "hash of a".into(),
            sealed_as: Some("a".into()),
            ..new("c")
        };
        let of_answer = |tx: &mut store::Tx<'_>| attachments::of_entry(tx, "s", 4);
        write(&store, move |tx| attachments::put(tx, &shared, &entry("s", 4), NOW + 1));
        let found = store.read(of_answer).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].file_id()), ("c", "a"));
        let own = store.read(|tx| attachments::of_entry(tx, "r", 2)).unwrap();
        assert_eq!((own.len(), own[0].file_id()), (1, "a"));
        // A file is there once, until nobody has it any more.
        assert_eq!(store.read(attachments::hashes).unwrap(), ["hash of a", "hash of b"]);
        write(&store, |tx| attachments::forget_of_request(tx, "r"));
        assert_eq!(store.read(attachments::hashes).unwrap(), ["hash of a"]);
    }

    fn what_staff_uploaded_is_used_once_by_them(database) {
        let store = database.open();
        put(&store, "a", Owner::Account("wang".into()), NOW);
        put(&store, "b", Owner::Account("wang".into()), NOW + 10);
        let used = |id: &'static str, account: &'static str| -> Result<_> {
            store.write(move |tx| attachments::use_uploaded(tx, id, account, "r", 3))
        };
        assert_eq!(store.read(|tx| attachments::unused_bytes(tx, "wang")).unwrap(), 14);
        assert!(matches!(used("a", "li"), Err(Error::NotFound(_))));
        assert_eq!(used("a", "wang").unwrap().id, "a");
        assert!(matches!(used("a", "wang"), Err(Error::NotFound(_))));
        assert!(matches!(used("nothing", "wang"), Err(Error::NotFound(_))));
        assert_eq!(write(&store, |tx| attachments::forget_unused(tx, NOW + 10)), 0);
        assert_eq!(write(&store, |tx| attachments::forget_unused(tx, NOW + 11)), 1);
        assert_eq!(store.read(attachments::hashes).unwrap(), ["hash of a"]);
    }

    fn a_link_is_claimed_once_and_sent_once(database) {
        let store = database.open();
        let (_, terminal, category) = town(&store);
        let id = link(&store, &terminal, &category, "token");
        let claim = |hash: &'static str, at_ms: i64| {
            let id = id.clone();
            write(&store, move |tx| request_links::claim(tx, &id, hash, at_ms))
        };
        assert!(!claim("late", NOW + 900_000));
        assert!(claim("one", NOW + 1));
        assert!(!claim("other", NOW + 2));
        let receipt = RequestReceipt {
            id: "r".into(),
            number: "20261129-001".into(),
            due_at_ms: NOW,
            office: OrganizationRef { id: "o".into(), name: "镇".into() },
        };
        let (sent, first) = (receipt.clone(), id.clone());
        assert!(write(&store, move |tx| request_links::sent(tx, &first, &sent)));
        let (sent, again) = (RequestReceipt { id: "s".into(), ..receipt.clone() }, id.clone());
        assert!(!write(&store, move |tx| request_links::sent(tx, &again, &sent)));
        let found = store.read(|tx| request_links::by_token(tx, "token")).unwrap().unwrap();
        assert_eq!((found.claim_hash.as_deref(), found.receipt), (Some("one"), Some(receipt)));
        assert!(store.read(|tx| request_links::of_terminal(tx, "another", &id)).unwrap().is_none());
        // The next one leaves what was claimed alone, and replaces what nobody claimed.
        link(&store, &terminal, &category, "second");
        link(&store, &terminal, &category, "third");
        let is_there = |token: &str| store.read(|tx| request_links::by_token(tx, token)).unwrap().is_some();
        assert_eq!([is_there("token"), is_there("second"), is_there("third")], [true, false, true]);
        assert_eq!(write(&store, |tx| request_links::purge(tx, NOW + 900_000)), 0);
        assert_eq!(write(&store, |tx| request_links::purge(tx, NOW + 900_001)), 2);
    }

    fn a_link_ends_with_what_its_television_is(database) {
        let store = database.open();
        let (town, terminal, category) = town(&store);
        let is_there = |token: &str| store.read(|tx| request_links::by_token(tx, token)).unwrap().is_some();
        link(&store, &terminal, &category, "a");
        let id = terminal.clone();
        write(&store, move |tx| member_sessions::end_at(tx, &id));
        assert!(!is_there("a"));
        link(&store, &terminal, &category, "b");
        let (id, west) = (terminal.clone(), town.west.id);
        write(&store, move |tx| terminals::move_to(tx, &id, &west));
        assert!(!is_there("b"));
        link(&store, &terminal, &category, "c");
        write(&store, move |tx| terminals::revoke(tx, &terminal, NOW));
        assert!(!is_there("c"));
    }

    fn a_number_leads_to_one_report(database) {
        let store = database.open();
        write(&store, |tx| report_keys::put(tx, "r", "number", "pin"));
        let taken = store.write(|tx| report_keys::put(tx, "s", "number", "other"));
        assert!(matches!(taken, Err(Error::Taken("number"))), "{taken:?}");
        let found = store.read(|tx| report_keys::find(tx, "number")).unwrap().unwrap();
        assert_eq!((found.request_id.as_str(), found.pin_hash.as_str()), ("r", "pin"));
        assert!(store.read(|tx| report_keys::find(tx, "another")).unwrap().is_none());
        // It leads to no request here, which is found.
        let broken = store.integrity_check().unwrap();
        assert_eq!(broken.len(), 1, "{broken:?}");
    }
}
