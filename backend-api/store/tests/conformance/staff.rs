//! Accounts and sessions.

use contract::account::{AccountOnly, Role};
use store::staff::{self, Filter, NewSession};
use store::{Error, Store, recovery, reveals};

use crate::fixture::{NOW, Town, write};

fn account(store: &Store) -> staff::Account {
    let town = Town::new(store);
    write(store, move |tx| {
        staff::create_account(
            tx,
            "wang",
            "$argon2id$hash",
            &town.root.id,
            Role::OrganizationStaff,
            NOW,
        )
    })
}

fn account_now(store: &Store) -> staff::Account {
    store
        .read(|tx| staff::account_by_login(tx, "wang"))
        .unwrap()
        .unwrap()
}

store::on_both_engines! {
    fn a_login_belongs_to_one_account(database) {
        let store = database.open();
        assert!(!store.read(staff::any_account).unwrap());
        assert!(!store.read(staff::has_accounts).unwrap());
        let account = account(&store);
        assert!(store.read(staff::any_account).unwrap());
        assert!(store.read(staff::has_accounts).unwrap());
        assert_eq!(account.organization.name, "QH村");
        assert_eq!(account_now(&store), account);
        let organization = account.organization.id.clone();
        let again = store
            .write::<_, Error, _>(move |tx| staff::create_account(tx, "wang", "x", &organization, Role::Reader, NOW))
            .unwrap_err();
        assert!(matches!(again, Error::Taken("login")));
        assert!(!format!("{account:?}").contains("argon2id"));
    }

    fn sessions_end(database) {
        let store = database.open();
        let id = account(&store).id;
        let open = |token: &'static str, until: i64| {
            let new = NewSession {
                account_id: id.clone(),
                token_sha256: token.into(),
                expires_at_ms: until,
                address: Some("10.0.0.7".into()),
            };
            write(&store, move |tx| staff::create_session(tx, &new, NOW));
        };
        let session = |token: &str, now: i64| store.read(|tx| staff::session(tx, token, now)).unwrap();
        open("one", NOW + 100);
        open("two", NOW + 200);
        open("three", NOW + 300);
        assert_eq!(session("one", NOW + 99).unwrap().account.login, "wang");
        assert_eq!(session("one", NOW + 100), None, "expired");
        assert_eq!(session("nothing", NOW), None);
        assert!(write(&store, |tx| staff::revoke_session(tx, "two")));
        assert!(!write(&store, |tx| staff::revoke_session(tx, "two")));
        assert_eq!(session("two", NOW), None, "revoked");
        assert_eq!(write(&store, |tx| staff::purge_sessions(tx, NOW + 100)), 1);
        assert!(session("three", NOW).is_some());
        let owned = id.clone();
        write(&store, move |tx| staff::set_password(tx, &owned, "new"));
        assert_eq!(session("three", NOW), None, "ended by the new password");
        assert_eq!(account_now(&store).password_hash, "new");

        open("four", NOW + 400);
        let owned = id.clone();
        write(&store, move |tx| staff::disable(tx, &owned, NOW + 1));
        assert_eq!(session("four", NOW), None, "ended with the account");
        assert_eq!(account_now(&store).disabled_at_ms, Some(NOW + 1));
    }

    fn rights_change_and_accounts_are_listed_by_subtree(database) {
        let store = database.open();
        let town = Town::new(&store);
        let make = |login: &'static str, organization: &str, role: Role| {
            let organization = organization.to_owned();
            write(&store, move |tx| staff::create_account(tx, login, "x", &organization, role, NOW)).id
        };
        let one = make("one", &town.west.id, Role::BranchSecretary);
        let two = make("two", &town.branch.id, Role::Reader);
        make("three", &town.east.id, Role::Reader);
        let list = |within: &str, before: Option<&str>| {
            let found = store.read(|tx| staff::list(tx, within, before, 10)).unwrap();
            found.into_iter().map(|it| it.login).collect::<Vec<_>>()
        };
        assert_eq!(list(&town.west.id, None), ["two", "one"]);
        assert_eq!(list(&town.west.id, Some(&two)), ["one"]);
        let (id, east) = (one.clone(), town.east.id.clone());
        write(&store, move |tx| staff::set_rights(tx, &id, Role::OfficePublisher, &east));
        let now = store.read(|tx| staff::account(tx, &one)).unwrap().unwrap();
        assert_eq!((now.role, now.organization.id.as_str()), (Role::OfficePublisher, town.east.id.as_str()));
        assert_eq!(list(&town.west.id, None), ["two"]);
        let id = one.clone();
        write(&store, move |tx| { staff::disable(tx, &id, NOW)?; staff::enable(tx, &id) });
        assert_eq!(store.read(|tx| staff::account(tx, &one)).unwrap().unwrap().shown().disabled_at_ms, None);
    }

    fn accounts_are_found_by_login_place_role_and_what_is_missing(database) {
        let store = database.open();
        let town = Town::new(&store);
        let make = |login: &'static str, organization: &str, role: Role| {
            let organization = organization.to_owned();
            write(&store, move |tx| staff::create_account(tx, login, "x", &organization, role, NOW)).id
        };
        make("Wang.Fang", &town.west.id, Role::BranchSecretary);
        let closed = make("li_1", &town.east.id, Role::Reader);
        let safe = make("zhao", &town.branch.id, Role::Reader);
        write(&store, move |tx| staff::disable(tx, &closed, NOW));
        write(&store, move |tx| {
            staff::offer_totp(tx, &safe, Some("k1:secret"))?;
            staff::confirm_totp(tx, &safe, 1)
        });
        let found = |filter: Filter<'_>| {
            let filter = Filter { within: &town.root.id, ..filter };
            let found = store.read(|tx| staff::select(tx, &filter, None, 10)).unwrap();
            found.into_iter().map(|it| it.login).collect::<Vec<_>>()
        };
        let named = |name| found(Filter { name: Some(name), ..Filter::default() });
        assert_eq!(named("wang"), ["Wang.Fang"]);
        assert_eq!(named(" LI_ "), ["li_1"]);
        assert_eq!(named("i%1"), Vec::<String>::new());
        assert_eq!(named(" ").len(), 3);
        assert_eq!(named(&town.east.name), ["li_1"]);
        let only = |only| found(Filter { only: Some(only), ..Filter::default() });
        assert_eq!(only(AccountOnly::Open), ["zhao", "Wang.Fang"]);
        assert_eq!(only(AccountOnly::Closed), ["li_1"]);
        assert_eq!(only(AccountOnly::WithoutSecondFactor), ["Wang.Fang"]);
        assert_eq!(found(Filter { role: Some(Role::Reader), ..Filter::default() }), ["zhao", "li_1"]);
    }

    fn sessions_are_listed_without_their_tokens_and_ended_by_id(database) {
        let store = database.open();
        let account = account(&store);
        let open = |token: &str, at: i64| {
            let new = NewSession {
                account_id: account.id.clone(),
                token_sha256: token.into(),
                expires_at_ms: NOW + 1_000,
                address: Some("10.0.0.7".into()),
            };
            write(&store, move |tx| staff::create_session(tx, &new, at))
        };
        let (first, second) = (open("secret-1", NOW), open("secret-2", NOW + 1));
        let list = |of: Option<&str>, now: i64| store.read(|tx| staff::sessions(tx, &account.organization.id, of, now)).unwrap();
        let all = list(None, NOW);
        assert_eq!(all.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [second.as_str(), first.as_str()]);
        assert_eq!((all[0].login.as_str(), all[0].address.as_deref()), ("wang", Some("10.0.0.7")));
        assert!(!format!("{all:?}").contains("secret"));
        assert_eq!(list(Some(&account.id), NOW).len(), 2);
        assert!(list(Some("nobody"), NOW).is_empty());
        assert!(list(None, NOW + 1_000).is_empty(), "ended");
        assert_eq!(store.read(|tx| staff::session(tx, "secret-1", NOW)).unwrap().unwrap().id, first);
        let owner = store.read(|tx| staff::account_of_session(tx, &first)).unwrap();
        assert_eq!(owner.map(|it| it.id), Some(account.id.clone()));
        let (id, keep) = (account.id.clone(), second.clone());
        write(&store, move |tx| staff::change_password(tx, &id, "new", &keep));
        assert_eq!(list(None, NOW).len(), 1, "all but the one that changed it");
        assert!(write(&store, move |tx| staff::end_session(tx, &second)));
        assert!(!write(&store, move |tx| staff::end_session(tx, &first)));
        assert_eq!(store.read(|tx| staff::session(tx, "secret-2", NOW)).unwrap(), None);
    }

    fn a_second_factor_is_demanded_once_confirmed_and_a_code_counts_once(database) {
        let store = database.open();
        let id = account(&store).id;
        let with = |work: fn(&mut store::WriteTx<'_>, &str) -> store::Result<()>| {
            let id = id.clone();
            store.write::<_, Error, _>(move |tx| work(tx, &id))
        };
        assert!(matches!(with(|tx, id| staff::confirm_totp(tx, id, 7)), Err(Error::NotFound("account"))));
        with(|tx, id| staff::offer_totp(tx, id, Some("k1.a"))).unwrap();
        let now = account_now(&store);
        assert_eq!((now.totp_sealed, now.totp_pending.as_deref()), (None, Some("k1.a")));
        with(|tx, id| staff::confirm_totp(tx, id, 7)).unwrap();
        let now = account_now(&store);
        assert_eq!((now.totp_sealed.as_deref(), now.totp_pending), (Some("k1.a"), None));
        let used = |step: i64| { let id = id.clone(); write(&store, move |tx| staff::use_totp_step(tx, &id, step)) };
        assert!(!used(7));
        assert!(used(8));
        assert!(!used(8));
        assert!(!used(6));
        let old = store.read(|tx| staff::totp_without_prefix(tx, "k2.", "", 10)).unwrap();
        assert_eq!(old, [(id.clone(), Some("k1.a".into()), None)]);
        with(|tx, id| staff::replace_totp(tx, id, Some("k2.a"), None)).unwrap();
        assert!(store.read(|tx| staff::totp_without_prefix(tx, "k2.", "", 10)).unwrap().is_empty());
        with(staff::remove_totp).unwrap();
        assert!(!account_now(&store).shown().totp);
    }

    fn recovery_codes_count_once_and_go_with_the_second_factor(database) {
        let store = database.open();
        let id = account(&store).id;
        let replace = |hashes: &[&str]| {
            let (id, hashes): (_, Vec<String>) = (id.clone(), hashes.iter().map(|&it| it.to_owned()).collect());
            write(&store, move |tx| recovery::replace(tx, &id, &hashes));
        };
        let take = |hash: &'static str| { let id = id.clone(); write(&store, move |tx| recovery::take(tx, &id, hash)) };
        let left = || store.read(|tx| recovery::left(tx, &id)).unwrap();
        assert_eq!(left(), 0);
        replace(&["a", "b", "c"]);
        assert!(store.read(|tx| recovery::has(tx, &id, "b")).unwrap());
        assert!(take("b"));
        assert!(!take("b"));
        assert!(!store.read(|tx| recovery::has(tx, "somebody else", "a")).unwrap());
        assert_eq!(left(), 2);
        replace(&["d"]);
        assert!(!take("a"));
        assert_eq!(left(), 1);
        let of = id.clone();
        write(&store, move |tx| staff::remove_totp(tx, &of));
        assert_eq!(left(), 0);
        // Without the keys they are of no use.
        assert!(!store.read(store::sealing::any).unwrap());
        replace(&["e"]);
        assert!(store.read(store::sealing::any).unwrap());
    }

    fn reveals_are_counted_by_account_and_day(database) {
        let store = database.open();
        let id = account(&store).id;
        let count = |day: &'static str| { let id = id.clone(); write(&store, move |tx| reveals::count(tx, &id, day)) };
        assert_eq!([count("2026-11-29"), count("2026-11-29"), count("2026-11-30")], [1, 2, 1]);
        assert_eq!(write(&store, |tx| reveals::purge(tx, "2026-11-30")), 1);
        assert_eq!([count("2026-11-29"), count("2026-11-30")], [1, 2]);
    }
}
