//! Accounts, lockout, sessions.

use contract::account::Role;
use store::staff::{self, Lockout, NewSession};
use store::{Error, Store};

use crate::fixture::{NOW, Town, write};

const RULE: Lockout = Lockout {
    attempts: 3,
    lock_ms: 60_000,
};

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
        let account = account(&store);
        assert!(store.read(staff::any_account).unwrap());
        assert_eq!(account.organization.name, "QH村");
        assert_eq!(account_now(&store), account);
        let organization = account.organization.id.clone();
        let again = store
            .write::<_, Error, _>(move |tx| staff::create_account(tx, "wang", "x", &organization, Role::Reader, NOW))
            .unwrap_err();
        assert!(matches!(again, Error::Taken("login")));
        assert!(!format!("{account:?}").contains("argon2id"));
    }

    fn wrong_passwords_in_a_row_lock(database) {
        let store = database.open();
        let id = account(&store).id;
        let fail = || {
            let id = id.clone();
            write(&store, move |tx| staff::record_failure(tx, &id, RULE, NOW))
        };
        let succeed = || {
            let id = id.clone();
            write(&store, move |tx| staff::record_success(tx, &id));
        };
        assert_eq!((fail(), fail()), (None, None));
        succeed();
        assert_eq!((fail(), fail()), (None, None));
        assert_eq!(account_now(&store).failed_attempts, 2);
        assert_eq!(fail(), Some(NOW + 60_000));
        let locked = account_now(&store);
        assert_eq!((locked.failed_attempts, locked.locked_until_ms), (0, Some(NOW + 60_000)));
        succeed();
        assert_eq!(account_now(&store).locked_until_ms, None);
    }

    fn failures_at_the_same_time_are_all_counted(database) {
        let store = database.open();
        let id = account(&store).id;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let (store, id) = (&store, id.clone());
                scope.spawn(move || {
                    let rule = Lockout { attempts: 100, lock_ms: 1 };
                    write(store, move |tx| staff::record_failure(tx, &id, rule, NOW));
                });
            }
        });
        assert_eq!(account_now(&store).failed_attempts, 8);
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
}
