//! The journal: whatever changes what terminals know is in it, once the change is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use contract::account::Role;
use contract::organization::Organization;
use contract::roll_call::{AttendanceState, Method, Occasion};
use contract::terminal::TerminalKind;
use store::duty::{self, Picture, looks};
use store::journal::{self, Changes, Listener, Mark, Topic};
use store::members::{self, Content};
use store::roll_calls::sign_ins::{self, Answer, SignIn};
use store::roll_calls::{self, NewRollCall, rounds};
use store::staff::{self, NewSession};
use store::terminals::{self, NewTerminal};
use store::{Error, Store, WriteTx, feed, households, organizations};

use crate::fixture::{NOW, Town, bulletin, published, write};

/// A member who lives with a TV elsewhere, and stations.
struct Village {
    town: Town,
    household: String,
    home: String,
    member: String,
    stations: [String; 3],
}

fn terminal(store: &Store, organization: &Organization, kind: TerminalKind, name: &str) -> String {
    let new = NewTerminal {
        kind,
        name: name.into(),
        organization_id: organization.id.clone(),
        token_sha256: name.into(),
    };
    write(store, move |tx| Ok(terminals::create(tx, &new, NOW)?.id))
}

impl Village {
    fn new(store: &Store) -> Self {
        let town = Town::new(store);
        let station =
            |at: &Organization, name: &str| terminal(store, at, TerminalKind::Station, name);
        let stations = [
            station(&town.root, "镇"),
            station(&town.west, "村"),
            station(&town.branch, "支部"),
        ];
        station(&town.east, "别处");
        let home = terminal(store, &town.east, TerminalKind::Household, "家");
        let (east, branch, tv) = (town.east.id.clone(), town.branch.id.clone(), home.clone());
        let (household, member) = write(store, move |tx| {
            let household = households::create(tx, &east, "1 号", NOW)?.id;
            households::bind(tx, &household, Some(&tv))?;
            let content = Content {
                name: "甲".into(),
                household_id: Some(household.clone()),
                ..Content::default()
            };
            let id = members::new_id(NOW);
            members::create(tx, &id, &branch, &content, None, NOW)?;
            Ok((household, id))
        });
        Self {
            town,
            household,
            home,
            member,
            stations,
        }
    }

    /// The stations of the branch and above it, and the home.
    fn of_member(&self) -> BTreeSet<Listener> {
        let town = &self.town;
        let [root, west, branch] = &self.stations;
        [
            (&town.root, root),
            (&town.west, west),
            (&town.branch, branch),
            (&town.east, &self.home),
        ]
        .map(|(at, terminal)| one(at, terminal))
        .into()
    }
}

fn one(at: &Organization, terminal: &str) -> Listener {
    Listener {
        organization_id: at.id.clone(),
        terminal_id: Some(terminal.to_owned()),
    }
}

fn all<const N: usize>(at: [&Organization; N]) -> BTreeSet<Listener> {
    at.map(|at| Listener {
        organization_id: at.id.clone(),
        terminal_id: None,
    })
    .into()
}

fn now(store: &Store) -> Mark {
    store.read(journal::mark).unwrap()
}

fn since(store: &Store, mark: &Mark) -> Changes {
    store.read(|tx| journal::since(tx, mark)).unwrap()
}

/// What a write touches, as another process finds it.
fn touched<T: Send + 'static>(
    store: &Store,
    other: &Store,
    change: impl FnMut(&mut WriteTx<'_>) -> store::Result<T> + Send + 'static,
) -> (T, BTreeMap<Topic, BTreeSet<Listener>>) {
    let before = now(other);
    let done = write(store, change);
    let changes = since(other, &before);
    assert!(!changes.reset);
    assert_eq!(changes.mark, now(store));
    assert_eq!(since(other, &changes.mark).touched, BTreeMap::new());
    (done, changes.touched)
}

fn only(topic: Topic, concerned: BTreeSet<Listener>) -> BTreeMap<Topic, BTreeSet<Listener>> {
    [(topic, concerned)].into()
}

store::on_both_engines! {
    fn every_topic_is_touched_by_what_changes_it(database) {
        let (store, other) = (database.open(), database.open());
        let village = Village::new(&store);
        let town = &village.town;

        // Documents: the audience and those below it.
        let before = now(&other);
        published(&store, &bulletin(&town.root, &town.west, "一"));
        assert_eq!(since(&other, &before).touched, only(Topic::Documents, all([&town.west, &town.branch])));

        // People: the stations at and above, and the home, wherever it stands.
        let id = village.member.clone();
        let (_, found) = touched(&store, &other, move |tx| members::set_pin(tx, &id, Some("x"), NOW));
        assert_eq!(found, only(Topic::People, village.of_member()));
        let id = village.household.clone();
        let (_, found) = touched(&store, &other, move |tx| households::rename(tx, &id, "2 号"));
        assert!(found[&Topic::People].contains(&one(&town.east, &village.home)));

        // Duty rooms: the place, and the one that it was.
        let content = |at: &Organization| duty::Content {
            title: "值班室".into(),
            organization_id: at.id.clone(),
            picture: Picture::Camera("k1.a".into()),
        };
        let made = content(&town.east);
        let (room, found) = touched(&store, &other, move |tx| duty::create(tx, &duty::new_id(NOW), &made, "li", NOW));
        assert_eq!(found, only(Topic::Duty, all([&town.east])));
        let (id, moved) = (room.id, content(&town.west));
        let (room, found) = touched(&store, &other, move |tx| duty::edit(tx, &id, &moved, NOW));
        assert_eq!(found, only(Topic::Duty, all([&town.east, &town.west])));
        let into = room.clone();
        let (look, found) = touched(&store, &other, move |tx| looks::open(tx, &into, "li", NOW));
        assert_eq!(found, only(Topic::Duty, all([&town.west])));
        let id = look.id.clone();
        let (_, found) = touched(&store, &other, move |tx| looks::close(tx, &id, NOW));
        assert_eq!(found, only(Topic::Duty, all([&town.west])));
        let (_, found) = touched(&store, &other, move |tx| looks::close(tx, &look.id, NOW));
        assert!(found.is_empty(), "it was closed");
        let id = room.id;
        let (_, found) = touched(&store, &other, move |tx| duty::delete(tx, &id, NOW));
        assert_eq!(found, only(Topic::Duty, all([&town.west])));

        // Terminals: that one.
        let id = village.home.clone();
        let (_, found) = touched(&store, &other, move |tx| terminals::rename(tx, &id, "新家"));
        assert_eq!(found, only(Topic::Terminals, [one(&town.east, &village.home)].into()));
        let (id, to) = (village.home.clone(), town.west.id.clone());
        let (_, found) = touched(&store, &other, move |tx| terminals::move_to(tx, &id, &to));
        assert_eq!(found, only(Topic::Terminals, [one(&town.west, &village.home)].into()));
        let id = village.home.clone();
        let (_, found) = touched(&store, &other, move |tx| terminals::set_kind(tx, &id, TerminalKind::Signage));
        assert_eq!(found[&Topic::Terminals].len(), 1);
        for news in [true, false] {
            let id = village.home.clone();
            let (_, found) = touched(&store, &other, move |tx| terminals::revoke(tx, &id, NOW));
            assert_eq!(!found.is_empty(), news);
        }

        // Roll calls find those concerned by themselves.
        let new = NewRollCall {
            organization_id: town.branch.id.clone(),
            title: "会".into(),
            occasion: Occasion::Meeting,
            statuses: vec![contract::member::MemberStatus::Full],
            opens_at_ms: NOW,
            window_ms: 60_000,
            grace_ms: 0,
            presence_secret: None,
            spot_checks: None,
            created_by: "li".into(),
        };
        let (made, found) = touched(&store, &other, move |tx| roll_calls::create(tx, &new, NOW));
        assert_eq!(found, only(Topic::RollCalls, BTreeSet::new()));
        let id = made.id.clone();
        let (_, found) = touched(&store, &other, move |tx| rounds::open(tx, &id, None, NOW));
        assert_eq!(found, only(Topic::RollCalls, BTreeSet::new()));
        let sign_in = SignIn {
            roll_call_id: made.id,
            round: 1,
            member_id: village.member.clone(),
            answer: Answer { state: AttendanceState::Present, signed_at_ms: NOW, verify: None },
            method: Method::Remote,
            guest: false,
            terminal_id: Some(village.home.clone()),
            received_at_ms: NOW,
            claimed_at_ms: NOW,
            offset_ms: 0,
        };
        let (_, found) = touched(&store, &other, move |tx| sign_ins::keep(tx, std::slice::from_ref(&sign_in)));
        assert_eq!(found, only(Topic::SignIns, BTreeSet::new()));
    }

    fn what_ends_a_session_of_staff_is_told_to_every_process(database) {
        let (store, other) = (database.open(), database.open());
        let town = Town::new(&store);
        let (root, west) = (town.root.id, town.west.id);
        let (id, _) = touched(&store, &other, move |tx| {
            Ok(staff::create_account(tx, "wang", "x", &root, Role::OrganizationStaff, NOW)?.id)
        });
        let open = || {
            let new = NewSession {
                account_id: id.clone(),
                token_sha256: "token".into(),
                expires_at_ms: NOW + 10,
                address: None,
            };
            let (session, found) = touched(&store, &other, move |tx| staff::create_session(tx, &new, NOW));
            assert_eq!(found, BTreeMap::new(), "nothing ends with a new one");
            session
        };
        type End = Box<dyn FnMut(&mut WriteTx<'_>, &str, &str) -> store::Result<()> + Send>;
        let ends: Vec<(&str, End)> = vec![
            ("signed out", Box::new(|tx, _, session| staff::end_session(tx, session).map(|_| ()))),
            ("by its token", Box::new(|tx, _, _| staff::revoke_session(tx, "token").map(|_| ()))),
            ("another password", Box::new(|tx, id, _| staff::set_password(tx, id, "y"))),
            ("their own password", Box::new(|tx, id, _| staff::change_password(tx, id, "z", "another"))),
            ("all of them", Box::new(|tx, id, _| staff::end_sessions(tx, id))),
            ("time", Box::new(|tx, _, _| staff::purge_sessions(tx, NOW + 10).map(|_| ()))),
            ("closed", Box::new(|tx, id, _| staff::disable(tx, id, NOW))),
        ];
        for (what, mut end) in ends {
            let (session, account) = (open(), id.clone());
            let was = session.clone();
            let (_, found) = touched(&store, &other, move |tx| end(tx, &account, &session));
            assert_eq!(found, only(Topic::Accounts, BTreeSet::new()), "{what}");
            let left = store.read(|tx| staff::account_of_session(tx, &was)).unwrap();
            assert_eq!(left, None, "{what}");
        }
        let account = id.clone();
        let lower = move |tx: &mut WriteTx<'_>| staff::set_rights(tx, &account, Role::Reader, &west);
        assert_eq!(touched(&store, &other, lower).1, only(Topic::Accounts, BTreeSet::new()));
        let nothing = |tx: &mut WriteTx<'_>| {
            staff::end_session(tx, "none")?;
            staff::purge_sessions(tx, NOW)
        };
        assert_eq!(touched(&store, &other, nothing).1, BTreeMap::new(), "nothing ended");
    }

    fn a_new_name_and_another_place_are_told_to_all_who_show_them(database) {
        let (store, other) = (database.open(), database.open());
        let village = Village::new(&store);
        let town = &village.town;
        published(&store, &bulletin(&town.branch, &town.branch, "支部的"));
        let (id, kind) = (town.branch.id.clone(), town.branch.kind);
        let (_, found) = touched(&store, &other, move |tx| organizations::update(tx, &id, kind, "新名", NOW));
        let [root, west, _] = &village.stations;
        let mut people = all([&town.branch]);
        people.extend([one(&town.root, root), one(&town.west, west)]);
        let expected = [
            (Topic::Terminals, all([&town.branch])),
            (Topic::Documents, all([&town.branch])),
            (Topic::People, people.clone()),
        ];
        assert_eq!(found, expected.into(), "who is told with all the rest is not told alone");

        let (id, to) = (town.branch.id.clone(), town.root.id.clone());
        let (_, found) = touched(&store, &other, move |tx| organizations::move_to(tx, &id, &to));
        let expected = [(Topic::Documents, all([&town.branch])), (Topic::People, people)];
        assert_eq!(found, expected.into());
    }

    fn a_terminal_that_moved_is_named_also_where_all_are_concerned(database) {
        let (store, other) = (database.open(), database.open());
        let village = Village::new(&store);
        let west = village.town.west.clone();
        let home = village.home.clone();
        let (_, found) = touched(&store, &other, move |tx| {
            terminals::move_to(tx, &home, &west.id)?;
            organizations::update(tx, &west.id, west.kind, "新名", NOW)
        });
        let west = &village.town.west;
        let mut expected = all([west]);
        expected.insert(one(west, &village.home));
        assert_eq!(found[&Topic::Terminals], expected);
    }

    fn what_is_not_kept_is_not_told(database) {
        let (store, other) = (database.open(), database.open());
        let village = Village::new(&store);
        let before = now(&other);
        let told: Arc<Mutex<Vec<Vec<Topic>>>> = Arc::default();
        let hear = Arc::clone(&told);
        store.on_touch(move |topics| hear.lock().unwrap().push(topics.to_vec()));
        let id = village.home.clone();
        let undone = store.write::<(), Error, _>(move |tx| {
            terminals::rename(tx, &id, "新家")?;
            Err(Error::NotFound("a reason to keep it"))
        });
        assert!(undone.is_err());
        write(&store, |_| Ok(()));
        assert_eq!(since(&other, &before).touched, BTreeMap::new());
        assert!(told.lock().unwrap().is_empty());

        // Many changes of one transaction are one.
        let (ids, member) = (village.stations.clone(), village.member);
        write(&store, move |tx| {
            for id in &ids {
                terminals::rename(tx, id, "站")?;
                terminals::set_kind(tx, id, TerminalKind::Station)?;
            }
            members::set_pin(tx, &member, Some("x"), NOW)
        });
        assert_eq!(*told.lock().unwrap(), [[Topic::Terminals, Topic::People]]);
        let found = since(&other, &before).touched;
        assert_eq!(found[&Topic::Terminals].len(), 3);
        assert_eq!(found.len(), 2);
        // Nobody waits until a sign-in is told; it is found all the same.
        let before = now(&other);
        write(&store, |tx| sign_ins::keep(tx, &[]));
        assert_eq!(since(&other, &before).mark, before);
    }

    fn a_database_that_was_put_back_is_another_one(database) {
        let store = database.open();
        let village = Village::new(&store);
        let before = now(&store);
        write(&store, feed::renew_epoch);
        let found = since(&store, &before);
        assert!(found.reset);
        let id = village.home;
        write(&store, move |tx| terminals::rename(tx, &id, "新家"));
        assert!(!since(&store, &found.mark).reset);
        assert!(since(&store, &before).reset);
    }
}
