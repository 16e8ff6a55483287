//! Members: kept, changed, found, moved, purged.

use contract::member::{MemberStatus, Sex};
use contract::organization::Organization;
use contract::terminal::TerminalKind;
use store::members::{self, Content, Number, NumberChange, Record, moves, purge, sealing, search};
use store::versions::Seen;
use store::{Error, Store, WriteTx, households, member_sessions, terminals};

use crate::fixture::{NOW, Town, source, write};
use crate::terminals::terminal;

/// A number as the vault would give it; the store cannot tell.
pub fn number(index: &str) -> NumberChange {
    NumberChange::Set(Number {
        sealed: format!("k1.{index}"),
        index: index.into(),
        hint: format!("***{index}"),
    })
}

pub fn named(name: &str) -> Content {
    Content {
        name: name.into(),
        ..Content::default()
    }
}

pub fn add(store: &Store, organization: &Organization, content: &Content) -> Record {
    let (organization, content) = (organization.id.clone(), content.clone());
    write(store, move |tx| {
        let id = members::new_id(NOW);
        members::create(tx, &id, &organization, &content, None, NOW)
    })
}

fn update(
    store: &Store,
    id: &str,
    version: Option<i64>,
    content: &Content,
) -> Result<(Record, bool), Error> {
    let (id, content) = (id.to_owned(), content.clone());
    store.write(move |tx| members::update(tx, &id, version, &content, None, NOW + 1))
}

fn get(store: &Store, id: &str) -> Record {
    store.read(|tx| members::get(tx, id)).unwrap().unwrap()
}

fn full(name: &str) -> Content {
    Content {
        id_number: number(&format!("id-{name}")),
        born_on: Some("1949-12-31".into()),
        sex: Some(Sex::Female),
        phone: number(&format!("phone-{name}")),
        card: number(&format!("card-{name}")),
        joined_on: Some("1970-07-01".into()),
        exempt_reason: Some("年老体弱".into()),
        status: MemberStatus::Probationary,
        ..named(name)
    }
}

store::on_both_engines! {
    fn what_was_written_comes_back(database) {
        let store = database.open();
        let town = Town::new(&store);
        let record = add(&store, &town.east, &full("张三"));
        assert_eq!(get(&store, &record.id), record);
        assert_eq!(record.version, 1);
        assert_eq!(record.organization.id, town.east.id);
        assert_eq!(record.sex, Some(Sex::Female));
        assert_eq!(record.id_hint.as_deref(), Some("***id-张三"));
        let shown = record.clone().shown(vec!["x".into()]);
        assert_eq!(shown.phone_masked.as_deref(), Some("***phone-张三"));
        assert_eq!((shown.pin_set, shown.duplicate_ids.len()), (false, 1));
        let sealed = store.read(|tx| sealing::of(tx, &record.id)).unwrap().unwrap();
        assert_eq!(sealed.card.as_deref(), Some("k1.card-张三"));
        let debug = format!("{record:?} {sealed:?}");
        assert!(!debug.contains("张三") && !debug.contains("k1."), "{debug}");
        let nowhere = store.write::<_, Error, _>(|tx| members::create(tx, "x", "nowhere", &named("甲"), None, NOW));
        assert!(matches!(nowhere, Err(Error::NotFound("organization"))));
        let homeless = Content { household_id: Some("none".into()), ..named("甲") };
        let id = town.east.id;
        let homeless = store.write::<_, Error, _>(move |tx| members::create(tx, "x", &id, &homeless, None, NOW));
        assert!(matches!(homeless, Err(Error::NotFound("household"))));
    }

    fn a_change_counts_up_and_no_change_does_not(database) {
        let store = database.open();
        let town = Town::new(&store);
        let old = add(&store, &town.east, &full("张三"));
        // The same number sealed anew is the same number.
        let mut again = full("张三");
        again.phone = NumberChange::Set(Number { sealed: "k1.other".into(), index: "phone-张三".into(), hint: "x".into() });
        assert_eq!(update(&store, &old.id, Some(1), &again).unwrap(), (old.clone(), false));
        // Numbers that are kept and one that is taken away.
        let change = Content {
            id_number: NumberChange::Clear,
            phone: NumberChange::Keep,
            card: number("another"),
            ..named("张三丰")
        };
        let (new, different) = update(&store, &old.id, Some(1), &change).unwrap();
        assert!(different);
        assert_eq!((new.version, new.name.as_str(), new.updated_at_ms), (2, "张三丰", NOW + 1));
        assert_eq!((new.id_index, new.born_on, new.sex), (None, None, None), "birth date and sex go with the number");
        assert_eq!(new.phone_index.as_deref(), Some("phone-张三"));
        assert_eq!(new.card_index.as_deref(), Some("another"));
        assert_eq!((new.joined_on, new.exempt_reason), (None, None));
        let stale = update(&store, &old.id, Some(1), &named("x")).unwrap_err();
        assert!(matches!(stale, Error::Stale { current: 2 }));
        let gone = update(&store, "nobody", None, &named("x")).unwrap_err();
        assert!(matches!(gone, Error::NotFound("member")));
    }

    fn a_card_has_one_owner_and_the_transaction_survives_the_clash(database) {
        let store = database.open();
        let town = Town::new(&store);
        let owner = add(&store, &town.east, &full("甲"));
        let other = add(&store, &town.west, &named("乙"));
        let found = store.read(|tx| members::by_card(tx, "card-甲")).unwrap();
        assert_eq!(found.map(|it| it.id), Some(owner.id));
        let wanted = Content { card: number("card-甲"), ..named("乙") };
        let (organization, id) = (town.west.id, other.id.clone());
        write(&store, move |tx| {
            let clash = members::create(tx, "third", &organization, &wanted, None, NOW);
            assert!(matches!(clash, Err(Error::Taken("card"))));
            let clash = members::update(tx, &id, Seen::Any, &wanted, None, NOW);
            assert!(matches!(clash, Err(Error::Taken("card"))));
            members::set_pin(tx, &id, Some("hash"), NOW)
        });
        assert_eq!(get(&store, &other.id).pin_hash.as_deref(), Some("hash"));
    }

    fn a_source_belongs_to_one_member(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = town.east.id.clone();
        let first = write(&store, move |tx| {
            members::create(tx, &members::new_id(NOW), &id, &named("甲"), Some(&source("row", "1")), NOW)
        });
        assert_eq!(first.source, Some(source("row", "1")));
        let second = add(&store, &town.east, &named("乙"));
        let (id, other) = (first.id, second.id);
        write(&store, move |tx| {
            let clash = members::update(tx, &other, Seen::Any, &named("乙"), Some(&source("row", "2")), NOW);
            assert!(matches!(clash, Err(Error::Taken("source"))));
            // Only the hash is new: noted without a new version.
            let (record, different) = members::update(tx, &id, Seen::Any, &named("甲"), Some(&source("row", "2")), NOW)?;
            assert_eq!((record.version, different), (1, false));
            Ok(())
        });
        let found = store.read(|tx| members::by_source(tx, "row")).unwrap().unwrap();
        assert_eq!(found.source, Some(source("row", "2")));
    }

    fn lists_are_subtrees_and_numbers_are_found_whole(database) {
        let store = database.open();
        let town = Town::new(&store);
        let ids: Vec<String> = [(&town.branch, "张三"), (&town.west, "李_四"), (&town.east, "王%五")]
            .map(|(organization, name)| add(&store, organization, &full(name)).id)
            .into();
        let gone = add(&store, &town.west, &named("走了"));
        let id = gone.id;
        write(&store, move |tx| moves::set_left(tx, &id, Some(NOW), NOW));
        let list = |filter: &search::Filter<'_>, before: Option<&str>| {
            let found = store.read(|tx| search::list(tx, filter, before, 10)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        let west = search::Filter { within: &town.west.id, ..search::Filter::default() };
        assert_eq!(list(&west, None), [ids[1].clone(), ids[0].clone()]);
        assert_eq!(list(&west, Some(&ids[1])), [ids[0].clone()]);
        assert_eq!(list(&search::Filter { left: true, ..west }, None).len(), 3);
        assert!(list(&search::Filter { within: "nowhere", ..search::Filter::default() }, None).is_empty());
        let all = search::Filter { within: &town.root.id, ..search::Filter::default() };
        // Signs that mean something to LIKE stand for themselves.
        assert_eq!(list(&search::Filter { name: Some("_"), ..all }, None), [ids[1].clone()]);
        assert_eq!(list(&search::Filter { name: Some("%"), ..all }, None), [ids[2].clone()]);
        assert_eq!(list(&search::Filter { status: Some(MemberStatus::Full), ..all }, None), [] as [String; 0]);
        for index in ["id-张三", "phone-张三", "card-张三"] {
            assert_eq!(list(&search::Filter { index: Some(index), ..all }, None), [ids[0].clone()], "{index}");
            let east = search::Filter { within: &town.east.id, index: Some(index), ..search::Filter::default() };
            assert!(list(&east, None).is_empty());
        }
        for part in ["id-张", "id-张三 ", "%"] {
            assert!(list(&search::Filter { index: Some(part), ..all }, None).is_empty(), "{part}");
        }
    }

    fn who_is_registered_twice_is_shown_to_those_who_see_both(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = add(&store, &town.east, &Content { id_number: number("same"), ..named("甲") });
        let two = add(&store, &town.west, &Content { id_number: number("same"), phone: number("p"), ..named("甲二") });
        let three = add(&store, &town.branch, &Content { phone: number("p"), ..named("丙") });
        let like = |within: &str, id: &str| {
            let mut found = store.read(|tx| search::duplicates(tx, within, &[id])).unwrap();
            found.remove(id).unwrap_or_default().into_iter().map(|it| (it.member_id, it.shared.join(" "))).collect::<Vec<_>>()
        };
        assert_eq!(like(&town.root.id, &two.id), [(one.id.clone(), "id_number".into()), (three.id.clone(), "phone".into())]);
        assert_eq!(like(&town.west.id, &two.id), [(three.id.clone(), "phone".into())]);
        assert_eq!(like(&town.east.id, &one.id), []);
        let repeated = |within: &str, after: Option<&str>| {
            let found = store.read(|tx| search::repeated(tx, within, after, 10)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(repeated(&town.root.id, None), std::slice::from_ref(&two.id));
        assert!(repeated(&town.root.id, Some(&two.id)).is_empty());
        assert!(repeated(&town.west.id, None).is_empty());
        // Who left is nobody's duplicate.
        let id = one.id;
        write(&store, move |tx| moves::set_left(tx, &id, Some(NOW), NOW));
        assert!(repeated(&town.root.id, None).is_empty());
        assert_eq!(like(&town.root.id, &two.id), [(three.id, "phone".into())]);
    }

    fn namesakes_are_those_of_the_name_or_the_number(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = add(&store, &town.east, &Content { id_number: number("i"), ..named("甲") });
        let two = add(&store, &town.east, &Content { phone: number("p"), ..named("甲") });
        add(&store, &town.west, &named("甲"));
        let left = add(&store, &town.east, &named("甲"));
        write(&store, move |tx| moves::set_left(tx, &left.id, Some(NOW), NOW));
        let found = |name: &str, id: Option<&str>| {
            let found = store.read(|tx| search::namesakes(tx, &town.east.id, name, id)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(found("甲", None), [one.id.clone(), two.id]);
        assert_eq!(found("改了名", Some("i")), [one.id]);
        assert!(found("乙", None).is_empty());
    }

    fn a_transfer_moves_and_is_remembered(database) {
        let store = database.open();
        let town = Town::new(&store);
        let household = {
            let id = town.east.id.clone();
            write(&store, move |tx| households::create(tx, &id, "12 号", NOW))
        };
        let home = Content { household_id: Some(household.id), ..named("甲") };
        let member = add(&store, &town.east, &home);
        let transfer = |to: &Organization, at: i64| {
            let (id, to) = (member.id.clone(), to.id.clone());
            store.write::<_, Error, _>(move |tx| moves::transfer(tx, &id, &to, "wang", "搬家", at))
        };
        let moved = transfer(&town.west, NOW + 5).unwrap();
        assert_eq!((moved.organization.id.as_str(), moved.household, moved.version), (town.west.id.as_str(), None, 2));
        assert!(matches!(transfer(&town.west, NOW + 6), Err(Error::Taken("organization"))));
        transfer(&town.branch, NOW + 7).unwrap();
        let history = store.read(|tx| moves::transfers(tx, &member.id)).unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!((history[0].to.name.as_str(), history[0].at_ms, history[0].by.as_str()), ("LJ1村", NOW + 7, "wang"));
        assert_eq!((history[1].from.name.as_str(), history[1].reason.as_str()), ("ZJ村", "搬家"));
    }

    fn who_left_loses_sessions_and_may_come_back(database) {
        let store = database.open();
        let town = Town::new(&store);
        let member = add(&store, &town.east, &named("甲"));
        let tv = terminal(&store, &town.east.id, "tv");
        let (id, at) = (member.id.clone(), tv.id.clone());
        write(&store, move |tx| member_sessions::open(tx, &id, &at, "token", NOW + 100));
        let session = |terminal: &str, now: i64| store.read(|tx| member_sessions::member(tx, "token", terminal, now)).unwrap();
        assert_eq!(session(&tv.id, NOW), Some(member.id.clone()));
        assert_eq!(session("another", NOW), None);
        assert_eq!(session(&tv.id, NOW + 100), None);
        let left = |at: Option<i64>| {
            let id = member.id.clone();
            write(&store, move |tx| moves::set_left(tx, &id, at, NOW)).left_at_ms
        };
        assert_eq!(left(Some(NOW + 1)), Some(NOW + 1));
        assert_eq!(session(&tv.id, NOW), None);
        assert_eq!(left(None), None);
        assert_eq!(session(&tv.id, NOW), None);
    }

    fn a_session_ends_with_what_it_was_opened_with(database) {
        let store = database.open();
        let town = Town::new(&store);
        let tv = terminal(&store, &town.east.id, "tv");
        let (at, place) = (tv.id.clone(), town.east.id.clone());
        let (home, other) = write(&store, move |tx| {
            let home = households::create(tx, &place, "12 号", NOW)?.id;
            households::bind(tx, &home, Some(&at))?;
            Ok((home, households::create(tx, &place, "13 号", NOW)?.id))
        });
        let content = Content { household_id: Some(home.clone()), ..full("甲") };
        let member = add(&store, &town.east, &content);
        let bystander = add(&store, &town.east, &named("乙"));
        let elsewhere = terminal(&store, &town.east.id, "another");
        let opened = |number: usize| {
            for (who, at) in [(&member.id, &tv.id), (&bystander.id, &elsewhere.id)] {
                let (who, at, token) = (who.clone(), at.clone(), format!("{who} {number}"));
                write(&store, move |tx| member_sessions::open(tx, &who, &at, &token, NOW + 100));
            }
        };
        let is_open = |who: &str, at: &str, number: usize| {
            let token = format!("{who} {number}");
            store.read(|tx| member_sessions::member(tx, &token, at, NOW)).unwrap().is_some()
        };
        type End = Box<dyn FnMut(&mut WriteTx<'_>, &str, &str) -> store::Result<()> + Send>;
        let carded = Content { card: number("another card"), ..content };
        let mut moved = carded.clone();
        moved.household_id = Some(other);
        let (west, east) = (town.west.id.clone(), town.east.id.clone());
        let ends: Vec<(&str, End)> = vec![
            ("PIN", Box::new(|tx, id, _| members::set_pin(tx, id, Some("hash"), NOW).map(|_| ()))),
            ("card", Box::new(move |tx, id, _| members::update(tx, id, Seen::Any, &carded, None, NOW).map(|_| ()))),
            ("household", Box::new(move |tx, id, _| members::update(tx, id, Seen::Any, &moved, None, NOW).map(|_| ()))),
            ("transfer", Box::new(move |tx, id, _| moves::transfer(tx, id, &west, "wang", "搬家", NOW).map(|_| ()))),
            ("the TV's household", Box::new(move |tx, _, _| households::bind(tx, &home, None))),
            ("the TV's kind", Box::new(|tx, _, tv| terminals::set_kind(tx, tv, TerminalKind::Station))),
            ("the TV's place", Box::new({
                let west = town.west.id.clone();
                move |tx, _, tv| terminals::move_to(tx, tv, &west)
            })),
            ("the TV", Box::new(|tx, _, tv| terminals::revoke(tx, tv, NOW).map(|_| ()))),
        ];
        for (number, (what, mut end)) in ends.into_iter().enumerate() {
            opened(number);
            assert!(is_open(&member.id, &tv.id, number), "{what}");
            let (id, at) = (member.id.clone(), tv.id.clone());
            write(&store, move |tx| end(tx, &id, &at));
            assert!(!is_open(&member.id, &tv.id, number), "{what}");
            assert!(is_open(&bystander.id, &elsewhere.id, number), "{what}: somebody else's");
        }
        // Another name is none of these.
        opened(100);
        let renamed = Content { name: "丙".into(), ..named("乙") };
        let id = bystander.id.clone();
        write(&store, move |tx| members::update(tx, &id, Seen::Any, &renamed, None, NOW));
        assert!(is_open(&bystander.id, &elsewhere.id, 100));
        // A revoked television is in use nowhere, one that moved is where it stands now.
        let ids = [tv.id.as_str(), elsewhere.id.as_str(), "none"];
        let in_use = |within: &str| store.read(|tx| terminals::in_use_within(tx, &ids, within)).unwrap();
        let expected = [(elsewhere.id.clone(), TerminalKind::Household)];
        assert_eq!(in_use(&town.root.id), expected);
        assert_eq!((in_use(&east), in_use(&town.west.id)), (expected.to_vec(), Vec::new()));
    }

    fn a_purge_leaves_an_anonymous_row(database) {
        let store = database.open();
        let town = Town::new(&store);
        let member = add(&store, &town.east, &full("张三"));
        let (id, to) = (member.id.clone(), town.west.id.clone());
        write(&store, move |tx| {
            members::set_pin(tx, &id, Some("hash"), NOW)?;
            moves::transfer(tx, &id, &to, "wang", "照顾张三的母亲", NOW)?;
            purge::purge(tx, &id, NOW + 9)
        });
        let left = get(&store, &member.id);
        assert_eq!(left.name, purge::PURGED);
        assert_eq!(left.left_at_ms, Some(NOW + 9));
        assert_eq!((left.status, left.organization.id.as_str()), (MemberStatus::Probationary, town.west.id.as_str()));
        let nothing = [left.id_index, left.id_hint, left.born_on, left.phone_index, left.phone_hint, left.card_index,
            left.card_hint, left.joined_on, left.pin_hash];
        assert_eq!(nothing, [const { None }; 9]);
        let sealed = store.read(|tx| sealing::of(tx, &member.id)).unwrap().unwrap();
        assert_eq!((sealed.id_number, sealed.phone, sealed.card), (None, None, None));
        let history = store.read(|tx| moves::transfers(tx, &member.id)).unwrap();
        assert_eq!(history[0].reason, purge::PURGED);
        let again = store.write::<_, Error, _>(|tx| purge::purge(tx, "nobody", NOW));
        assert!(matches!(again, Err(Error::NotFound("member"))));
        store.scrub().unwrap();
        store.scrub().unwrap();
        assert_eq!(get(&store, &member.id).name, purge::PURGED);
    }

    fn numbers_sealed_with_an_old_key_are_found_and_replaced(database) {
        let store = database.open();
        let town = Town::new(&store);
        assert!(!store.read(store::sealing::any).unwrap());
        add(&store, &town.east, &named("没有号码"));
        assert!(!store.read(store::sealing::any).unwrap());
        let member = add(&store, &town.east, &full("张三"));
        assert!(store.read(store::sealing::any).unwrap());
        let old = |prefix: &str, after: &str| store.read(|tx| sealing::without_prefix(tx, prefix, after, 10)).unwrap();
        assert!(old("k1.", "").is_empty());
        let found = old("k2.", "");
        assert_eq!(found.len(), 1);
        assert!(old("k2.", &member.id).is_empty());
        let mut new = found[0].clone();
        new.phone = Some("k2.x".into());
        let half = new.clone();
        write(&store, move |tx| sealing::replace(tx, &half));
        assert_eq!(old("k2.", "").len(), 1, "two are left");
        (new.id_number, new.card) = (Some("k2.y".into()), None);
        write(&store, move |tx| sealing::replace(tx, &new));
        assert!(old("k2.", "").is_empty());
        assert_eq!(get(&store, &member.id).version, 1);
    }
}
