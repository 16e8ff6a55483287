//! Households, and which TVs are told that their people changed.

use contract::organization::Organization;
use contract::terminal::{Terminal, TerminalKind};
use store::journal::{self, Mark, Topic};
use store::members::{self, Content, moves, purge};
use store::terminals::{self, NewTerminal};
use store::versions::Seen;
use store::{Error, Store, enrolments, households, people};

use crate::fixture::{NOW, Town, write};
use crate::members::{add, named};

fn tv(store: &Store, organization: &Organization, kind: TerminalKind, name: &str) -> Terminal {
    let new = NewTerminal {
        kind,
        name: name.into(),
        organization_id: organization.id.clone(),
        token_sha256: name.into(),
    };
    write(store, move |tx| terminals::create(tx, &new, NOW))
}

fn household(store: &Store, organization: &Organization, name: &str) -> String {
    let (id, name) = (organization.id.clone(), name.to_owned());
    write(store, move |tx| households::create(tx, &id, &name, NOW)).id
}

fn bind(store: &Store, id: &str, terminal: Option<&Terminal>) -> Result<(), Error> {
    let (id, terminal) = (id.to_owned(), terminal.map(|it| it.id.clone()));
    store.write(move |tx| households::bind(tx, &id, terminal.as_deref()))
}

/// The TVs in use that are told that their people changed after a mark.
fn people_told(store: &Store, since: &Mark) -> Vec<String> {
    let mut told = Vec::new();
    store
        .read(|tx| {
            let changes = journal::since(tx, since)?;
            for one in changes.touched.get(&Topic::People).into_iter().flatten() {
                match &one.terminal_id {
                    Some(id) => told.push(id.clone()),
                    None => {
                        let below = terminals::list(tx, &one.organization_id, None, 100)?;
                        let there = below.into_iter().filter(|tv| {
                            tv.organization.id == one.organization_id && tv.revoked_at_ms.is_none()
                        });
                        told.extend(there.map(|tv| tv.id));
                    }
                }
            }
            Ok::<_, Error>(())
        })
        .unwrap();
    told.sort();
    told
}

store::on_both_engines! {
    fn a_name_is_good_for_one_household_of_an_organization(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = household(&store, &town.east, "12 号");
        household(&store, &town.west, "12 号");
        let id = town.east.id.clone();
        write(&store, move |tx| {
            assert!(matches!(households::create(tx, &id, "12 号", NOW), Err(Error::Taken("household"))));
            assert!(matches!(households::create(tx, "nowhere", "1", NOW), Err(Error::NotFound("organization"))));
            Ok(())
        });
        let two = household(&store, &town.east, "13 号");
        let (first, second) = (one.clone(), two.clone());
        write(&store, move |tx| {
            assert!(matches!(households::rename(tx, &second, "12 号"), Err(Error::Taken("household"))));
            households::rename(tx, &first, "12 号")?;
            households::rename(tx, &first, "村口")
        });
        let found = store.read(|tx| households::by_name(tx, &town.east.id, "村口")).unwrap().unwrap();
        assert_eq!(found.id, one);
        let list = |within: &str, before: Option<&str>| {
            let filter = households::Filter { within, ..households::Filter::default() };
            let found = store.read(|tx| households::list(tx, &filter, before, 10)).unwrap();
            found.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(list(&town.east.id, None), ["13 号", "村口"]);
        assert_eq!(list(&town.east.id, Some(&two)), ["村口"]);
        assert_eq!(list(&town.root.id, None).len(), 3);
    }

    fn a_tv_belongs_to_one_household(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (one, two) = (household(&store, &town.east, "1"), household(&store, &town.east, "2"));
        let box_a = tv(&store, &town.east, TerminalKind::Household, "a");
        bind(&store, &one, Some(&box_a)).unwrap();
        bind(&store, &one, Some(&box_a)).unwrap();
        assert!(matches!(bind(&store, &two, Some(&box_a)), Err(Error::Taken("terminal"))));
        assert_eq!(store.read(|tx| households::of_terminal(tx, &box_a.id)).unwrap().unwrap().id, one);
        bind(&store, &one, None).unwrap();
        bind(&store, &two, Some(&box_a)).unwrap();
        let found = store.read(|tx| households::get(tx, &two)).unwrap().unwrap();
        assert_eq!(found.terminal_id, Some(box_a.id));
        let lost = store.write::<_, Error, _>(move |tx| households::bind(tx, &two, Some("no such")));
        assert!(matches!(lost, Err(Error::NotFound("terminal"))));
    }

    fn only_an_empty_household_goes(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = household(&store, &town.east, "1");
        let member = add(&store, &town.east, &Content { household_id: Some(id.clone()), ..named("甲") });
        let lived_in = store.read(|tx| households::get(tx, &id)).unwrap().unwrap();
        assert_eq!(lived_in.members[0].name, "甲");
        let delete = || { let id = id.clone(); write(&store, move |tx| households::delete(tx, &id)) };
        assert!(!delete());
        write(&store, move |tx| members::update(tx, &member.id, Seen::Any, &named("甲"), None, NOW));
        assert!(delete());
        assert_eq!(store.read(|tx| households::get(tx, &id)).unwrap(), None);
    }

    fn an_approved_box_becomes_the_tv_of_its_household(database) {
        let store = database.open();
        let town = Town::new(&store);
        let empty = household(&store, &town.east, "0 空着");
        let id = household(&store, &town.east, "1");
        add(&store, &town.east, &Content { household_id: Some(id.clone()), ..named("甲") });
        let free = |now: i64| store.read(|tx| households::without_terminal(tx, &town.east.id, now)).unwrap().map(|it| it.id);
        assert_eq!(free(NOW), Some(id.clone()), "nobody lives in {empty}");
        let new = enrolments::NewEnrolment {
            device_code_sha256: "device".into(),
            user_code: "1234-5678".into(),
            hardware: String::new(),
            expires_at_ms: NOW + 1_000,
            interval_ms: 1,
            address: String::new(),
            network: String::new(),
        };
        let approval = enrolments::Approval {
            organization_id: town.east.id.clone(),
            kind: TerminalKind::Household,
            name: "1".into(),
            household_id: Some(id.clone()),
            replaces_terminal_id: None,
        };
        write(&store, move |tx| {
            enrolments::start(tx, &new, NOW)?;
            enrolments::approve(tx, "1234-5678", &approval, NOW)
        });
        assert_eq!(free(NOW), None, "a box waits for it");
        assert_eq!(free(NOW + 1_000), Some(id.clone()), "not any more");
        let terminal = write(&store, |tx| enrolments::consume(tx, "device", "token", NOW));
        let found = store.read(|tx| households::get(tx, &id)).unwrap().unwrap();
        assert_eq!(found.terminal_id, Some(terminal.id));
        assert_eq!(free(NOW + 1_000), None);
    }

    fn a_tv_knows_its_people(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = household(&store, &town.branch, "1");
        let home = |name: &str| Content { household_id: Some(id.clone()), ..named(name) };
        add(&store, &town.branch, &home("乙"));
        let first = add(&store, &town.branch, &Content { exempt_reason: Some("病".into()), ..home("丙") });
        let gone = add(&store, &town.branch, &home("走了"));
        add(&store, &town.west, &Content { status: contract::member::MemberStatus::Villager, ..home("群众") });
        add(&store, &town.east, &named("别处"));
        write(&store, move |tx| {
            members::set_pin(tx, &first.id, Some("hash"), NOW)?;
            moves::set_left(tx, &gone.id, Some(NOW), NOW)
        });
        let names = |people: Vec<contract::member::TerminalPerson>| {
            people.into_iter().map(|it| (it.name, it.pin_set, it.exempt)).collect::<Vec<_>>()
        };
        let here = store.read(|tx| people::of_household(tx, &id)).unwrap();
        assert_eq!(names(here), [("丙".into(), true, true), ("乙".into(), false, false), ("群众".into(), false, false)]);
        let station = store.read(|tx| people::of_subtree(tx, &town.west.id)).unwrap();
        assert_eq!(names(station), [("丙".into(), true, true), ("乙".into(), false, false)]);
    }

    fn those_concerned_are_told_and_no_others(database) {
        let store = database.open();
        let town = Town::new(&store);
        let station = |organization: &Organization, name: &str| tv(&store, organization, TerminalKind::Station, name).id;
        let (root, west, branch) = (station(&town.root, "root"), station(&town.west, "west"), station(&town.branch, "branch"));
        station(&town.east, "east");
        tv(&store, &town.branch, TerminalKind::Signage, "signage");
        tv(&store, &town.branch, TerminalKind::Household, "neighbour");
        let home = tv(&store, &town.branch, TerminalKind::Household, "home");
        let house = household(&store, &town.branch, "1");
        bind(&store, &house, Some(&home)).unwrap();
        let newest = || store.read(journal::mark).unwrap();
        let told = |since: &Mark| people_told(&store, since);
        let sorted = |mut all: Vec<&String>| { all.sort(); all.into_iter().cloned().collect::<Vec<_>>() };
        let mark = newest();
        assert!(told(&mark).is_empty());
        let member = add(&store, &town.branch, &Content { household_id: Some(house.clone()), ..named("甲") });
        assert_eq!(told(&mark), sorted(vec![&root, &west, &branch, &home.id]));
        let mark = newest();
        let id = member.id.clone();
        write(&store, move |tx| members::update(tx, &id, Seen::Any, &named("甲"), None, NOW));
        assert_eq!(told(&mark), sorted(vec![&root, &west, &branch, &home.id]), "also the home they leave");
        let mark = newest();
        let id = member.id.clone();
        write(&store, move |tx| members::set_pin(tx, &id, Some("x"), NOW));
        assert_eq!(told(&mark), sorted(vec![&root, &west, &branch]));
        let mark = newest();
        let (id, east) = (member.id.clone(), town.east.id);
        write(&store, move |tx| moves::transfer(tx, &id, &east, "w", "x", NOW));
        assert_eq!(told(&mark).len(), 4, "both villages and the town");
        let mark = newest();
        bind(&store, &house, None).unwrap();
        assert!(told(&mark).contains(&home.id), "the TV that loses its people");
        let mark = newest();
        let id = member.id.clone();
        write(&store, move |tx| purge::purge(tx, &id, NOW));
        assert_eq!(told(&mark).len(), 2);
        let mark = newest();
        write(&store, move |tx| { members::update(tx, &member.id, Seen::Any, &named(purge::PURGED), None, NOW) });
        assert!(told(&mark).is_empty(), "nothing changed");
    }

    fn a_box_takes_only_the_place_it_was_given(database) {
        let store = database.open();
        let town = Town::new(&store);
        let house = household(&store, &town.east, "1");
        let old = tv(&store, &town.east, TerminalKind::Household, "old");
        bind(&store, &house, Some(&old)).unwrap();
        let has = || store.read(|tx| households::tv(tx, &house)).unwrap().map(|tv| tv.name);
        let awaited = |now: i64| store.read(|tx| households::is_awaited(tx, &house, now)).unwrap();
        let admit = |code: &'static str, replaces: Option<&Terminal>| {
            let approval = enrolments::Approval {
                organization_id: town.east.id.clone(),
                kind: TerminalKind::Household,
                name: code.into(),
                household_id: Some(house.clone()),
                replaces_terminal_id: replaces.map(|tv| tv.id.clone()),
            };
            let new = enrolments::NewEnrolment {
                device_code_sha256: code.into(),
                user_code: code.into(),
                hardware: String::new(),
                expires_at_ms: NOW + 1_000,
                interval_ms: 1,
                address: String::new(),
                network: String::new(),
            };
            write(&store, move |tx| {
                enrolments::start(tx, &new, NOW)?;
                enrolments::approve(tx, code, &approval, NOW)
            });
        };
        let consume = |code: &'static str| write(&store, move |tx| enrolments::consume(tx, code, code, NOW));
        admit("a", None);
        assert!(awaited(NOW) && !awaited(NOW + 1_000));
        consume("a");
        assert_eq!(has(), Some("old".into()), "it was not to lose it");
        assert!(!awaited(NOW));
        admit("b", Some(&old));
        let b = consume("b");
        assert_eq!(has(), Some("b".into()));
        admit("c", Some(&old));
        consume("c");
        assert_eq!(has(), Some("b".into()), "another TV than the one it was to lose");
        admit("d", Some(&b));
        let id = house.clone();
        write(&store, move |tx| enrolments::release(tx, &id));
        assert!(!awaited(NOW));
        consume("d");
        assert_eq!(has(), Some("b".into()), "another box was admitted for it");
        write(&store, move |tx| terminals::revoke(tx, &b.id, NOW));
        assert_eq!(has(), None, "a TV that was revoked is none");
        admit("e", None);
        consume("e");
        assert_eq!(has(), Some("e".into()));
    }

    fn households_are_found(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = household(&store, &town.east, "12 号");
        household(&store, &town.east, "50% 院_A");
        household(&store, &town.branch, "12 号");
        add(&store, &town.east, &Content { household_id: Some(one.clone()), ..named("张三") });
        let gone = add(&store, &town.east, &Content { household_id: Some(one), ..named("李四") });
        write(&store, move |tx| moves::set_left(tx, &gone.id, Some(NOW), NOW));
        let find = |within: &Organization, words: &[&str]| {
            let found = store.read(|tx| households::find(tx, &within.id, words, 10)).unwrap();
            found.into_iter().map(|it| format!("{} {}", it.organization.name, it.name)).collect::<Vec<_>>()
        };
        assert_eq!(find(&town.root, &[]).len(), 3);
        assert_eq!(find(&town.root, &["12"]), ["LJ1村 12 号", "ZJ村 12 号"]);
        assert_eq!(find(&town.east, &["12"]), ["ZJ村 12 号"]);
        assert_eq!(find(&town.root, &["12", "lj"]), ["LJ1村 12 号"]);
        assert_eq!(find(&town.root, &["张三"]), ["ZJ村 12 号"]);
        assert!(find(&town.root, &["李四"]).is_empty(), "who has left is not looked for");
        assert!(find(&town.root, &["张三", "50"]).is_empty());
        for special in ["50%", "_a", "院_A"] {
            assert_eq!(find(&town.root, &[special]), ["ZJ村 50% 院_A"], "{special}");
        }
        assert!(find(&town.root, &["~"]).is_empty() && find(&town.root, &["'"]).is_empty());
        let one = store.read(|tx| households::find(tx, &town.root.id, &[], 1)).unwrap();
        assert_eq!(one.len(), 1);
    }

    fn a_move_in_the_tree_is_told_on_both_sides(database) {
        let store = database.open();
        let town = Town::new(&store);
        let station = |organization: &Organization, name: &str| tv(&store, organization, TerminalKind::Station, name).id;
        let (root, west, branch, east) = (station(&town.root, "root"), station(&town.west, "west"),
            station(&town.branch, "branch"), station(&town.east, "east"));
        let home = tv(&store, &town.branch, TerminalKind::Household, "home").id;
        let gone = tv(&store, &town.branch, TerminalKind::Household, "gone").id;
        write(&store, move |tx| terminals::revoke(tx, &gone, NOW));
        let told = |since: &Mark| people_told(&store, since);
        let sorted = |mut all: Vec<&String>| { all.sort(); all.into_iter().cloned().collect::<Vec<_>>() };
        let newest = || store.read(journal::mark).unwrap();
        let mark = newest();
        let (id, to) = (town.branch.id.clone(), town.east.id.clone());
        write(&store, move |tx| store::organizations::move_to(tx, &id, &to));
        assert_eq!(told(&mark), sorted(vec![&root, &west, &branch, &east, &home]));
        let mark = newest();
        let id = town.branch.id.clone();
        write(&store, move |tx| store::organizations::update(tx, &id, town.branch.kind, "新一支部", NOW));
        assert_eq!(told(&mark), sorted(vec![&root, &branch, &east, &home]));
        let mark = newest();
        let id = town.branch.id.clone();
        write(&store, move |tx| store::organizations::update(tx, &id, town.branch.kind, "新一支部", NOW));
        assert!(told(&mark).is_empty(), "nothing changed");
    }
}
