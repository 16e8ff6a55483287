//! What imports of people keep, so that they can be taken back.

use store::members::{self, Content, NumberChange, imports, purge, search};
use store::versions::Seen;
use store::{Error, Store, households};

use crate::fixture::{NOW, Town, source, write};
use crate::members::{add, named, number};

fn get(store: &Store, id: &str) -> members::Record {
    store.read(|tx| members::get(tx, id)).unwrap().unwrap()
}

fn people(store: &Store, import: &str) -> Vec<imports::Person> {
    store.read(|tx| imports::people(tx, import)).unwrap()
}

store::on_both_engines! {
    fn what_was_before_can_be_written_again(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = Content {
            id_number: number("id"),
            born_on: Some("1949-12-31".into()),
            card: number("card"),
            joined_on: Some("2001-07-01".into()),
            ..named("甲")
        };
        let old = add(&store, &town.east, &content);
        let (place, id) = (town.root.id, old.id.clone());
        let import = write(&store, move |tx| {
            let import = imports::begin(tx, &place, "wang", NOW)?;
            imports::keep_before(tx, &import, 2, &id)?;
            let change = Content { phone: number("phone"), card: NumberChange::Clear, ..named("乙") };
            members::update(tx, &id, Seen::Any, &change, Some(&source("row", "1")), NOW + 1)?;
            imports::keep_after(tx, &import, 2, &id)?;
            let nobody = imports::keep_before(tx, &import, 3, "nobody");
            assert!(matches!(nobody, Err(Error::NotFound("member"))));
            imports::finish(tx, &import, 0, 1, 4)?;
            Ok(import)
        });
        let kept = people(&store, &import);
        let now = get(&store, &old.id);
        assert_eq!((kept.len(), kept[0].version), (1, now.version));
        assert_eq!(kept[0].source_hash.as_deref(), Some("1"));
        let before = kept[0].before.clone().unwrap();
        assert_eq!(before.source, None);
        assert!(!format!("{:?}", kept[0]).contains('甲'), "no names in logs");
        let id = old.id.clone();
        write(&store, move |tx| {
            members::update(tx, &id, Seen::Any, &before.content, None, NOW + 2)?;
            imports::set_source(tx, &id, None)
        });
        let back = get(&store, &old.id);
        assert_eq!((back.version, back.updated_at_ms), (3, NOW + 2));
        assert_eq!(members::Record { version: 1, updated_at_ms: NOW, ..back }, old);
    }

    fn an_import_is_found_until_it_is_undone_or_old(database) {
        let store = database.open();
        let town = Town::new(&store);
        let since = |within: &str, at: i64| {
            let found = store.read(|tx| imports::since(tx, within, at, 10)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        let (east, west) = (town.east.id.clone(), town.west.id.clone());
        let [first, second, idle] = write(&store, move |tx| {
            let first = imports::begin(tx, &east, "wang", NOW)?;
            imports::finish(tx, &first, 2, 1, 0)?;
            let second = imports::begin(tx, &west, "li", NOW + 10)?;
            imports::finish(tx, &second, 1, 0, 0)?;
            let idle = imports::begin(tx, &west, "li", NOW + 20)?;
            imports::finish(tx, &idle, 0, 0, 9)?;
            Ok([first, second, idle])
        });
        assert_eq!(since(&town.root.id, NOW), [second.clone(), first.clone()]);
        assert_eq!(since(&town.root.id, NOW + 1), std::slice::from_ref(&second));
        assert_eq!(since(&town.east.id, NOW), std::slice::from_ref(&first));
        let found = store.read(|tx| imports::find(tx, &first)).unwrap().unwrap();
        assert_eq!((found.by_login.as_str(), found.added, found.changed), ("wang", 2, 1));
        let id = second.clone();
        write(&store, move |tx| imports::undone(tx, &id, NOW + 30));
        assert_eq!(since(&town.root.id, NOW), std::slice::from_ref(&first));
        let undone = store.read(|tx| imports::find(tx, &second)).unwrap().unwrap();
        assert_eq!(undone.undone_at_ms, Some(NOW + 30));
        write(&store, |tx| imports::purge(tx, NOW + 20));
        for (id, there) in [(first, false), (second, false), (idle, true)] {
            let found = store.read(|tx| imports::find(tx, &id)).unwrap();
            assert_eq!(found.is_some(), there);
        }
    }

    fn whoever_was_added_goes_unless_something_names_them(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = add(&store, &town.east, &named("甲"));
        let other = add(&store, &town.east, &named("乙"));
        let (place, ids) = (town.east.id.clone(), [one.id.clone(), other.id.clone()]);
        let import = write(&store, move |tx| {
            let import = imports::begin(tx, &place, "wang", NOW)?;
            for (seq, id) in (2..).zip(&ids) {
                imports::keep_added(tx, &import, seq, id)?;
            }
            imports::keep_before(tx, &import, 9, &ids[0])?;
            imports::keep_nothing(tx, &import, 9)?;
            Ok(import)
        });
        let kept = people(&store, &import);
        let order: Vec<_> = kept.iter().map(|it| it.member_id.clone()).collect();
        assert_eq!(order, [other.id.clone(), one.id.clone()], "the last one first");
        assert!(kept.iter().all(|it| it.before.is_none() && it.version == 1));
        let (id, west) = (other.id.clone(), town.west.id);
        write(&store, move |tx| members::moves::transfer(tx, &id, &west, "wang", "搬家", NOW));
        let named_by = |id: &str| store.read(|tx| imports::is_named(tx, id)).unwrap();
        assert_eq!((named_by(&one.id), named_by(&other.id)), (false, true));
        let id = other.id.clone();
        let stays = store.write::<_, Error, _>(move |tx| imports::remove(tx, &id));
        assert!(matches!(stays, Err(Error::Taken("member"))));
        let id = one.id.clone();
        write(&store, move |tx| imports::remove(tx, &id));
        assert_eq!(store.read(|tx| members::get(tx, &one.id)).unwrap(), None);
        assert_eq!(people(&store, &import).len(), 1);
        // A purge leaves nothing of anybody there, either.
        let id = other.id;
        write(&store, move |tx| purge::purge(tx, &id, NOW));
        assert!(people(&store, &import).is_empty());
    }

    fn households_of_an_import_are_kept_once(database) {
        let store = database.open();
        let town = Town::new(&store);
        let east = town.east.id;
        let (import, home) = write(&store, move |tx| {
            let import = imports::begin(tx, &east, "wang", NOW)?;
            let home = households::create(tx, &east, "1 号", NOW)?.id;
            imports::keep_household(tx, &import, &home)?;
            imports::keep_household(tx, &import, &home)?;
            Ok((import, home))
        });
        let kept = store.read(|tx| imports::households(tx, &import)).unwrap();
        assert_eq!(kept, [home]);
        let id = import.clone();
        write(&store, move |tx| imports::undone(tx, &id, NOW));
        assert!(store.read(|tx| imports::households(tx, &import)).unwrap().is_empty());
    }

    fn whoever_has_a_number_is_found_within_the_subtree(database) {
        let store = database.open();
        let town = Town::new(&store);
        let by_id = add(&store, &town.east, &Content { id_number: number("n"), ..named("甲") });
        let by_phone = add(&store, &town.branch, &Content { phone: number("p"), ..named("乙") });
        let gone = add(&store, &town.east, &Content { phone: number("p"), ..named("丙") });
        write(&store, move |tx| members::moves::set_left(tx, &gone.id, Some(NOW), NOW));
        let with = |within: &str, id: Option<&str>, phone: Option<&str>| {
            let found = store.read(|tx| search::with_numbers(tx, within, id, phone)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        let root = &town.root.id;
        assert_eq!(with(root, Some("n"), Some("p")), [by_id.id, by_phone.id.clone()]);
        assert_eq!(with(root, None, Some("p")), std::slice::from_ref(&by_phone.id));
        assert_eq!(with(&town.west.id, Some("n"), Some("p")), [by_phone.id]);
        // The index of one number is none of another.
        assert!(with(root, Some("p"), Some("n")).is_empty());
        assert!(with(root, None, None).is_empty());
    }
}
