//! Attachments of requests, links for telephones, and what leads to confidential reports.

use contract::account::Role;
use contract::organization::OrganizationRef;
use contract::request::RequestReceipt;
use contract::submission::SubmissionSource;
use contract::terminal::TerminalKind;
use store::attachments::{self, New, Owner};
use store::categories::{self, Content};
use store::phone_links::{self, AtTv, ForVillage, Kind, Sent};
use store::staff::{self, NewSession};
use store::submissions;
use store::terminals::{self, NewTerminal};
use store::{Error, Result, Store, member_sessions, report_keys};

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
    let kind = Kind::Request(AtTv {
        terminal_id: terminal.to_owned(),
        category_id: category.to_owned(),
        member_id: None,
    });
    give(store, kind, token)
}

fn give(store: &Store, kind: Kind, token: &str) -> String {
    let token = token.to_owned();
    write(store, move |tx| {
        phone_links::create(tx, &token, &kind, NOW + 900_000, NOW)
    })
}

fn is_there(store: &Store, token: &str) -> bool {
    let found = store.read(|tx| phone_links::by_token(tx, token)).unwrap();
    found.is_some()
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
            write(&store, move |tx| phone_links::claim(tx, &id, hash, at_ms))
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
        let (sent, first) = (Sent::Request(receipt.clone()), id.clone());
        assert!(write(&store, move |tx| phone_links::sent(tx, &first, &sent)));
        let other = RequestReceipt { id: "s".into(), ..receipt.clone() };
        let (sent, again) = (Sent::Request(other), id.clone());
        assert!(!write(&store, move |tx| phone_links::sent(tx, &again, &sent)));
        let found = store.read(|tx| phone_links::by_token(tx, "token")).unwrap().unwrap();
        assert_eq!(found.claim_hash.as_deref(), Some("one"));
        assert_eq!(found.sent, Some(Sent::Request(receipt)));
        assert!(store.read(|tx| phone_links::of_terminal(tx, "another", &id)).unwrap().is_none());
        // The next one leaves what was claimed alone, and replaces what nobody claimed.
        link(&store, &terminal, &category, "second");
        link(&store, &terminal, &category, "third");
        let there = ["token", "second", "third"].map(|token| is_there(&store, token));
        assert_eq!(there, [true, false, true]);
        assert_eq!(write(&store, |tx| phone_links::purge(tx, NOW + 900_000, NOW)), 0);
        assert_eq!(write(&store, |tx| phone_links::purge(tx, NOW + 900_001, NOW)), 2);
    }

    fn a_page_that_an_account_gave_ends_with_its_rights_until_something_was_sent(database) {
        let store = database.open();
        let town = Town::new(&store);
        let root = town.root.id.clone();
        let account = write(&store, move |tx| {
            staff::create_account(tx, "clerk", "hash", &root, Role::BranchSecretary, NOW)
        }).id;
        let kind = Kind::Submission(ForVillage {
            organization_id: town.east.id.clone(),
            account_id: account.clone(),
        });
        let first = give(&store, kind.clone(), "first");
        assert!(store.read(|tx| phone_links::of_account(tx, "another", &first)).unwrap().is_none());
        let found = store.read(|tx| phone_links::of_account(tx, &account, &first)).unwrap().unwrap();
        assert_eq!((found.kind, found.sent), (kind.clone(), None));
        // One that nobody claimed ends with the next one.
        let second = give(&store, kind.clone(), "second");
        assert_eq!([is_there(&store, "first"), is_there(&store, "second")], [false, true]);
        let which = second.clone();
        assert!(write(&store, move |tx| phone_links::claim(tx, &which, "one", NOW)));
        let which = second.clone();
        assert!(!write(&store, move |tx| phone_links::claim(tx, &which, "other", NOW)));
        let (which, sent) = (second.clone(), Sent::Submission("s".into()));
        assert!(write(&store, move |tx| phone_links::sent(tx, &which, &sent)));
        let (which, sent) = (second, Sent::Submission("t".into()));
        assert!(!write(&store, move |tx| phone_links::sent(tx, &which, &sent)));
        let found = store.read(|tx| phone_links::by_token(tx, "second")).unwrap().unwrap();
        assert_eq!(found.sent, Some(Sent::Submission("s".into())));
        // Signing out ends nothing; another role, another password and the end of the account do.
        give(&store, kind.clone(), "third");
        let new = NewSession {
            account_id: account.clone(),
            token_sha256: "session".into(),
            expires_at_ms: NOW + 1,
            address: None,
        };
        write(&store, move |tx| {
            let session = staff::create_session(tx, &new, NOW)?;
            staff::end_session(tx, &session)
        });
        assert!(is_there(&store, "third"));
        let (id, root) = (account.clone(), town.root.id);
        write(&store, move |tx| staff::set_rights(tx, &id, Role::Reader, &root));
        assert!(!is_there(&store, "third"));
        give(&store, kind.clone(), "fourth");
        let id = account.clone();
        write(&store, move |tx| staff::set_password(tx, &id, "other"));
        assert!(!is_there(&store, "fourth"));
        give(&store, kind, "fifth");
        write(&store, move |tx| staff::disable(tx, &account, NOW));
        assert!(!is_there(&store, "fifth"));
        // What was sent may be looked at for longer.
        assert!(is_there(&store, "second"));
        assert_eq!(write(&store, |tx| phone_links::purge(tx, NOW + 900_001, NOW + 900_000)), 0);
        assert_eq!(write(&store, |tx| phone_links::purge(tx, NOW, NOW + 900_001)), 1);
    }

    fn pictures_of_a_submission_are_its_own_in_their_order(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = write(&store, move |tx| {
            let content = submissions::Content::default();
            let source = SubmissionSource::Console;
            submissions::create(tx, &town.east.id, source, &content, NOW)
        });
        for picture in ["a", "b", "c"] {
            put(&store, picture, Owner::Account("wang".into()), NOW);
        }
        let used = |pictures: &[&str], account: &'static str| -> Result<()> {
            let pictures: Vec<String> = pictures.iter().map(|it| (*it).to_owned()).collect();
            let id = id.clone();
            store.write(move |tx| attachments::use_in_submission(tx, &pictures, account, &id))
        };
        let there = || -> Vec<String> {
            let all = store.read(|tx| attachments::of_submission(tx, &id)).unwrap();
            all.into_iter().map(|it| it.id).collect()
        };
        assert!(matches!(used(&["a"], "li"), Err(Error::NotFound(_))));
        used(&["b", "a"], "wang").unwrap();
        assert_eq!(there(), ["b", "a"]);
        // Twice in one, and once more in an answer, are too often.
        assert!(matches!(used(&["a", "a"], "wang"), Err(Error::NotFound(_))));
        assert_eq!(there(), ["b", "a"]);
        let answered: Result<_> = store.write(|tx| attachments::use_uploaded(tx, "a", "wang", "r", 3));
        assert!(matches!(answered, Err(Error::NotFound(_))));
        // Somebody else of the place puts them in another order and leaves one out.
        used(&["a"], "li").unwrap();
        assert_eq!(there(), ["a"]);
        assert_eq!(store.read(|tx| attachments::unused_bytes(tx, "wang")).unwrap(), 7);
        assert_eq!(write(&store, |tx| attachments::forget_unused(tx, NOW + 1)), 1);
        let (phone, owner) = (new("d"), Owner::Submission { id: id.clone(), place: 1 });
        write(&store, move |tx| attachments::put(tx, &phone, &owner, NOW));
        assert_eq!(there(), ["a", "d"]);
        let which = id.clone();
        assert_eq!(write(&store, move |tx| attachments::forget_of_submission(tx, &which)), 2);
        assert!(store.read(attachments::hashes).unwrap().is_empty());
    }

    fn a_link_ends_with_what_its_television_is(database) {
        let store = database.open();
        let (town, terminal, category) = town(&store);
        link(&store, &terminal, &category, "a");
        let id = terminal.clone();
        write(&store, move |tx| member_sessions::end_at(tx, &id));
        assert!(!is_there(&store, "a"));
        link(&store, &terminal, &category, "b");
        let (id, west) = (terminal.clone(), town.west.id);
        write(&store, move |tx| terminals::move_to(tx, &id, &west));
        assert!(!is_there(&store, "b"));
        link(&store, &terminal, &category, "c");
        write(&store, move |tx| terminals::revoke(tx, &terminal, NOW));
        assert!(!is_there(&store, "c"));
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
