//! What gives access, carried over into a database that was put back.

use std::sync::{Arc, Mutex};

use contract::account::Role;
use contract::organization::Organization;
use contract::terminal::TerminalKind;
use store::access::{self, CarriedOver, Standing, Unknown};
use store::enrolments::{self, NewEnrolment};
use store::members::{self, Content, moves};
use store::staff::{self, NewSession};
use store::versions::Seen;
use store::{Error, Store, WriteTx, households, member_sessions, recovery, terminals};

use crate::fixture::{NOW, Town, write};
use crate::members::{add, named, number};
use crate::terminals::terminal;

fn account(store: &Store, organization: &Organization, login: &'static str) -> String {
    let id = organization.id.clone();
    write(store, move |tx| {
        let account = staff::create_account(tx, login, "x", &id, Role::OrganizationStaff, NOW)?;
        let session = NewSession {
            account_id: account.id.clone(),
            token_sha256: login.into(),
            expires_at_ms: NOW + 1_000,
            address: None,
        };
        staff::create_session(tx, &session, NOW)?;
        Ok(account.id)
    })
}

/// What gives access after a change that is undone again: the database is then as it was before, as one that
/// was put back is.
fn standing_after(
    store: &Store,
    mut change: impl FnMut(&mut WriteTx<'_>) -> store::Result<()> + Send + 'static,
) -> Standing {
    let found: Arc<Mutex<Option<Standing>>> = Arc::default();
    let keep = Arc::clone(&found);
    let undone = store.write::<(), Error, _>(move |tx| {
        change(tx)?;
        *keep.lock().unwrap() = Some(access::standing(tx)?);
        Err(Error::NotFound("a reason to keep it"))
    });
    assert!(
        matches!(undone, Err(Error::NotFound("a reason to keep it"))),
        "{undone:?}"
    );
    found.lock().unwrap().take().unwrap()
}

store::on_both_engines! {
    fn what_ended_in_the_replaced_database_does_not_come_back(database) {
        let store = database.open();
        let town = Town::new(&store);
        let [stolen, moved, signage, given, swapped, kept] =
            ["stolen", "moved", "signage", "given", "swapped", "kept"].map(|name| terminal(&store, &town.east.id, name).id);
        let place = town.east.id.clone();
        let (tvs, ids) = ([given.clone(), swapped.clone()], ["1", "2"]);
        let [one, two] = write(&store, move |tx| {
            let mut made = Vec::new();
            for (name, tv) in ids.iter().zip(&tvs) {
                let household = households::create(tx, &place, name, NOW)?.id;
                households::bind(tx, &household, Some(tv))?;
                made.push(household);
            }
            Ok([made[0].clone(), made[1].clone()])
        });
        let [fired, lowered, renewed, same] =
            ["fired", "lowered", "renewed", "same"].map(|login| account(&store, &town.root, login));
        let [pin, card, left, stays] = ["甲", "乙", "丙", "丁"].map(|name| {
            add(&store, &town.east, &Content { card: number(name), ..named(name) }).id
        });
        let (who, at) = (stays.clone(), kept.clone());
        write(&store, move |tx| {
            member_sessions::open(tx, &who, &at, "token", NOW + 1_000)?;
            let box_ = NewEnrolment {
                device_code_sha256: "code".into(),
                user_code: "1111-2222".into(),
                hardware: String::new(),
                expires_at_ms: NOW + 1_000,
                interval_ms: 1,
                address: "192.0.2.1".into(),
                network: "192.0.2.0/24".into(),
            };
            enrolments::start(tx, &box_, NOW)
        });

        let who = same.clone();
        write(&store, move |tx| recovery::replace(tx, &who, &["used".to_owned(), "left".to_owned()]));
        let who = same.clone();
        let ids = [&stolen, &moved, &signage, &given, &swapped, &fired, &lowered, &renewed, &pin, &card, &left].map(Clone::clone);
        let (east, west, houses) = (town.east.id.clone(), town.west.id.clone(), [one.clone(), two.clone()]);
        let now = standing_after(&store, move |tx| {
            let [stolen, moved, signage, given, swapped, fired, lowered, renewed, pin, card, left] = &ids;
            terminals::revoke(tx, stolen, NOW + 7)?;
            terminals::move_to(tx, moved, &west)?;
            terminals::set_kind(tx, signage, TerminalKind::Signage)?;
            // Two households that have each other's televisions by now.
            for household in &houses {
                households::bind(tx, household, None)?;
            }
            households::bind(tx, &houses[0], Some(swapped))?;
            households::bind(tx, &houses[1], Some(given))?;
            recovery::take(tx, &who, "used")?;
            staff::disable(tx, fired, NOW + 8)?;
            staff::set_rights(tx, lowered, Role::Reader, &west)?;
            staff::set_password(tx, renewed, "y")?;
            staff::create_account(tx, "new", "x", &west, Role::Reader, NOW)?;
            members::set_pin(tx, pin, Some("hash"), NOW)?;
            members::update(tx, card, Seen::Any, &Content { card: number("another"), ..named("乙") }, None, NOW)?;
            moves::set_left(tx, left, Some(NOW + 9), NOW)?;
            let new = terminals::NewTerminal {
                kind: TerminalKind::Household,
                name: "since".into(),
                organization_id: east.clone(),
                token_sha256: "since".into(),
            };
            terminals::create(tx, &new, NOW)?;
            Ok(())
        });
        let done = write(&store, move |tx| access::carry_over(tx, Some(&now), Unknown::Refuse, NOW + 10));
        let shown = |names: &[&str]| names.iter().map(|name| format!("{name} 号")).collect::<Vec<_>>();
        let mut expected = CarriedOver {
            sessions: 5,
            waiting: 1,
            revoked: shown(&["stolen"]),
            moved: shown(&["moved", "signage", "given", "swapped"]),
            enrolled_since: 1,
            closed: vec!["fired".into()],
            changed: vec!["lowered".into(), "renewed".into()],
            made_since: 1,
            pins: 1,
            cards: 1,
            left: 1,
            ..CarriedOver::default()
        };
        let mut done = done;
        for names in [&mut expected.moved, &mut done.moved, &mut expected.changed, &mut done.changed] {
            names.sort();
        }
        assert_eq!(done, expected);

        let tv = |id: &str| store.read(|tx| terminals::get(tx, id)).unwrap().unwrap();
        assert_eq!(tv(&stolen).revoked_at_ms, Some(NOW + 7));
        assert_eq!(tv(&moved).organization.id, town.west.id);
        assert_eq!(tv(&signage).kind, TerminalKind::Signage);
        assert_eq!((tv(&kept).revoked_at_ms, tv(&kept).version), (None, 1));
        let of = |id: &str| store.read(|tx| households::of_terminal(tx, id)).unwrap().map(|it| it.id);
        assert_eq!((of(&swapped), of(&given)), (Some(one), Some(two)));
        let account = |id: &str| store.read(|tx| staff::account(tx, id)).unwrap().unwrap();
        assert_eq!(account(&fired).disabled_at_ms, Some(NOW + 8));
        assert_eq!((account(&lowered).role, account(&lowered).organization.id), (Role::Reader, town.west.id));
        assert_eq!((account(&renewed).password_hash, account(&same).version), ("y".into(), 1));
        let good = |code: &str| store.read(|tx| recovery::has(tx, &same, code)).unwrap();
        assert_eq!(("left", good("left"), good("used")), ("left", true, false));
        for login in ["fired", "same"] {
            assert!(store.read(|tx| staff::session(tx, login, NOW)).unwrap().is_none(), "{login}");
        }
        let member = |id: &str| store.read(|tx| members::get(tx, id)).unwrap().unwrap();
        assert_eq!(member(&pin).pin_hash.as_deref(), Some("hash"));
        assert_eq!((member(&card).card_index, member(&card).card_hint), (None, None));
        assert_eq!(member(&left).left_at_ms, Some(NOW + 9));
        assert_eq!(member(&stays).version, 1);
        assert!(store.integrity_check().unwrap().is_empty());

        // Once is enough.
        let now = standing_after(&store, |_| Ok(()));
        let again = write(&store, move |tx| access::carry_over(tx, Some(&now), Unknown::Refuse, NOW + 11));
        assert_eq!(again, CarriedOver::default());
    }

    fn what_nothing_newer_is_known_of_stays_or_ends(database) {
        let store = database.open();
        let town = Town::new(&store);
        let known = terminal(&store, &town.east.id, "known").id;
        let now = standing_after(&store, |_| Ok(()));
        let unknown = terminal(&store, &town.east.id, "unknown").id;
        let login = account(&store, &town.root, "wang");
        let now = Arc::new(now);
        let carry = |how: Unknown, standing: Option<Arc<Standing>>| {
            write(&store, move |tx| access::carry_over(tx, standing.as_deref(), how, NOW))
        };
        let is_revoked = |id: &str| store.read(|tx| terminals::get(tx, id)).unwrap().unwrap().revoked_at_ms.is_some();
        for how in [Unknown::Refuse, Unknown::Keep] {
            let done = carry(how, Some(Arc::clone(&now)));
            assert_eq!((done.unknown_terminals, done.unknown_accounts), (vec!["unknown 号".into()], vec!["wang".into()]));
            assert!(!is_revoked(&unknown));
        }
        carry(Unknown::End, Some(now));
        assert!(is_revoked(&unknown) && !is_revoked(&known));
        let closed = store.read(|tx| staff::account(tx, &login)).unwrap().unwrap();
        assert!(closed.disabled_at_ms.is_some());
        assert_eq!(carry(Unknown::End, None).unknown_terminals, ["known 号"]);
        assert!(is_revoked(&known));
    }
}
