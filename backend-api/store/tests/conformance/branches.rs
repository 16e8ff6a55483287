//! Pages of organizations: versions, the feed, the folder, and the members they count.

use contract::branch::Branch;
use contract::feed::{Change, Document};
use contract::member::MemberStatus;
use contract::organization::{Organization, OrganizationKind};
use store::branches::{self, Content, Record};
use store::feed::Cursor;
use store::members::{self, moves, purge};
use store::{Error, Outcome, Result, Store, organizations};

use crate::feed::page;
use crate::fixture::{NOW, Town, source, write};
use crate::members::{add, named};

fn content(audience: &Organization, secretary: &str) -> Content {
    Content {
        audience_id: audience.id.clone(),
        secretary: secretary.into(),
        telephone: "0512-4000 0001".into(),
        introduction: vec!["第一段".into(), "第二段".into()],
        ..Content::default()
    }
}

fn publish(
    store: &Store,
    organization: &Organization,
    version: i64,
    content: &Content,
) -> Result<Record> {
    let (id, content) = (organization.id.clone(), content.clone());
    store.write(move |tx| branches::publish(tx, &id, version.into(), &content, NOW))
}

fn withdraw(store: &Store, organization: &Organization, version: i64) -> Result<()> {
    let id = organization.id.clone();
    store.write(move |tx| branches::withdraw(tx, &id, version.into(), NOW))
}

/// What a terminal of an organization is told after a cursor: pages, and ids of those that are gone.
fn news(
    store: &Store,
    at: &Organization,
    cursor: Option<&Cursor>,
) -> (Vec<Branch>, Vec<String>, Cursor) {
    let page = page(store, &at.id, cursor, 100);
    let (mut put, mut gone) = (Vec::new(), Vec::new());
    for change in page.changes {
        match change {
            Change::Put {
                document: Document::Branch(branch),
            } => put.push(branch),
            Change::Put { document } => panic!("{document:?}"),
            Change::Delete { id } => gone.push(id),
        }
    }
    (put, gone, page.cursor)
}

fn sound(store: &Store) {
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
}

store::on_both_engines! {
    fn a_page_is_written_changed_and_taken_back(database) {
        let store = database.open();
        let town = Town::new(&store);
        let first = publish(&store, &town.east, 0, &content(&town.root, "王芳")).unwrap();
        assert_eq!((first.id.as_str(), first.version, first.members), (town.east.id.as_str(), 1, 0));
        assert_eq!((first.organization_code.as_str(), first.audience_code.as_str()), ("ZJ", "QH"));
        assert!(matches!(publish(&store, &town.east, 0, &content(&town.root, "李")), Err(Error::Stale { current: 1 })));
        let second = publish(&store, &town.east, 1, &content(&town.root, "李强")).unwrap();
        assert_eq!((second.version, second.content.secretary.as_str()), (2, "李强"));
        assert_eq!(second.to_document().organization.name, "ZJ村");
        assert_eq!(second.to_staff().draft.introduction, ["第一段", "第二段"]);
        assert!(matches!(withdraw(&store, &town.east, 1), Err(Error::Stale { current: 2 })));
        withdraw(&store, &town.east, 2).unwrap();
        assert!(matches!(withdraw(&store, &town.east, 3), Err(Error::NotFound(_))));
        // Whoever saw the page of before cannot put theirs in place of what is not there any more.
        assert!(matches!(publish(&store, &town.east, 2, &content(&town.root, "李")), Err(Error::Stale { current: 0 })));
        let again = publish(&store, &town.east, 0, &content(&town.root, "赵敏")).unwrap();
        assert_eq!((again.version, again.withdrawn_at_ms), (4, None), "no version comes twice");
        let nowhere = Organization { id: "nobody".into(), ..town.east };
        assert!(matches!(publish(&store, &nowhere, 0, &content(&town.root, "x")), Err(Error::NotFound(_))));
        sound(&store);
    }

    fn those_of_the_audience_see_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        publish(&store, &town.root, 0, &content(&town.root, "镇")).unwrap();
        publish(&store, &town.west, 0, &content(&town.west, "西")).unwrap();
        let seen = |at: &Organization| {
            let (pages, _, _) = news(&store, at, None);
            pages.into_iter().map(|page| page.secretary).collect::<Vec<_>>()
        };
        assert_eq!(seen(&town.root), ["镇"]);
        assert_eq!(seen(&town.east), ["镇"]);
        assert_eq!(seen(&town.branch), ["镇", "西"]);
        let (_, _, cursor) = news(&store, &town.east, None);
        // It is for everybody now, and then for its own village again.
        publish(&store, &town.west, 1, &content(&town.root, "西")).unwrap();
        let (put, gone, cursor) = news(&store, &town.east, Some(&cursor));
        assert_eq!((put.len(), gone.len()), (1, 0));
        publish(&store, &town.west, 2, &content(&town.west, "西")).unwrap();
        let (put, gone, cursor) = news(&store, &town.east, Some(&cursor));
        assert_eq!((put.len(), gone), (0, vec![town.west.id.clone()]));
        let west = town.west.id.clone();
        write(&store, move |tx| organizations::update(tx, &west, OrganizationKind::Village, "西河村", NOW));
        let (_, _, at) = news(&store, &town.branch, None);
        assert_eq!(seen(&town.branch).len(), 2);
        withdraw(&store, &town.root, 1).unwrap();
        let (_, gone, _) = news(&store, &town.branch, Some(&at));
        assert_eq!(gone, std::slice::from_ref(&town.root.id));
        let (_, gone, _) = news(&store, &town.east, Some(&cursor));
        assert_eq!(gone, std::slice::from_ref(&town.root.id));
        let (pages, _, _) = news(&store, &town.branch, None);
        assert_eq!(pages[0].organization.name, "西河村");
        sound(&store);
    }

    fn members_are_counted_wherever_they_are_registered(database) {
        let store = database.open();
        let town = Town::new(&store);
        add(&store, &town.west, &named("甲"));
        publish(&store, &town.root, 0, &content(&town.root, "镇")).unwrap();
        publish(&store, &town.west, 0, &content(&town.root, "西")).unwrap();
        publish(&store, &town.east, 0, &content(&town.root, "东")).unwrap();
        let mut cursor = None;
        // How many members there are on which pages, of those that were announced.
        let mut told = |store: &Store| {
            let (pages, gone, next) = news(store, &town.branch, cursor.as_ref());
            assert!(gone.is_empty());
            cursor = Some(next);
            let mut told: Vec<_> = pages.into_iter().map(|page| (page.secretary, page.members)).collect();
            told.sort();
            sound(store);
            told.into_iter().map(|(page, members)| format!("{page}{members}")).collect::<Vec<_>>()
        };
        assert_eq!(told(&store), ["东0", "西1", "镇1"]);
        let two = add(&store, &town.branch, &named("乙"));
        assert_eq!(told(&store), ["西2", "镇2"]);
        // Somebody who is no member of the party, and something else about a member.
        let villager = members::Content { status: MemberStatus::Villager, ..named("丙") };
        let three = add(&store, &town.east, &villager);
        write(&store, { let id = two.id.clone(); move |tx| members::set_pin(tx, &id, Some("x"), NOW) });
        let target = members::Content { status: MemberStatus::DevelopmentTarget, ..named("戊") };
        add(&store, &town.east, &target);
        assert_eq!(told(&store), Vec::<String>::new());
        let id = three.id;
        write(&store, move |tx| {
            let content = members::Content { status: MemberStatus::Probationary, ..named("丙") };
            members::update(tx, &id, None, &content, None, NOW)
        });
        assert_eq!(told(&store), ["东1", "镇3"]);
        let (id, east) = (two.id.clone(), town.east.id.clone());
        write(&store, move |tx| moves::transfer(tx, &id, &east, "x", "搬家", NOW));
        assert_eq!(told(&store), ["东2", "西1"], "the town has as many as before");
        write(&store, { let id = two.id.clone(); move |tx| moves::set_left(tx, &id, Some(NOW), NOW) });
        assert_eq!(told(&store), ["东1", "镇2"]);
        write(&store, { let id = two.id.clone(); move |tx| moves::set_left(tx, &id, None, NOW) });
        assert_eq!(told(&store), ["东2", "镇3"]);
        write(&store, { let id = two.id; move |tx| purge::purge(tx, &id, NOW) });
        assert_eq!(told(&store), ["东1", "镇2"]);
        // The branch with nobody in it moves, then one with somebody.
        let (branch, east) = (town.branch.id.clone(), town.east.id.clone());
        write(&store, { let (branch, east) = (branch.clone(), east.clone()); move |tx| organizations::move_to(tx, &branch, &east) });
        cursor_is_new(&store, &town.branch);
        let many = write(&store, move |tx| {
            for number in 0..5 {
                let id = members::new_id(NOW);
                members::create(tx, &id, &branch, &named(&number.to_string()), None, NOW)?;
            }
            branches::get(tx, &east)
        });
        assert_eq!(many.unwrap().members, 1, "what is told is told at the end");
        assert_eq!(store.read(|tx| branches::get(tx, &town.east.id)).unwrap().unwrap().members, 6);
        let (branch, west) = (town.branch.id.clone(), town.west.id.clone());
        write(&store, move |tx| organizations::move_to(tx, &branch, &west));
        let of = |place: &Organization| store.read(|tx| branches::get(tx, &place.id)).unwrap().unwrap().members;
        assert_eq!([of(&town.root), of(&town.east), of(&town.west)], [7, 1, 6]);
        sound(&store);
        // Where nobody sees a page nobody counts; a page that comes again is right.
        withdraw(&store, &town.west, 1).unwrap();
        add(&store, &town.west, &named("丁"));
        assert_eq!(publish(&store, &town.west, 0, &content(&town.root, "西")).unwrap().members, 7);
    }

    fn a_folder_has_the_last_word_of_what_is_in_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let import = |key: &'static str, hash: &'static str, place: &Organization, secretary: &str| {
            let (id, content) = (place.id.clone(), content(&town.root, secretary));
            write(&store, move |tx| branches::import(tx, &source(key, hash), &id, &content, NOW - 9, NOW)).outcome
        };
        let shown = |place: &Organization| {
            let page = store.read(|tx| branches::get(tx, &place.id)).unwrap();
            page.filter(|page| page.withdrawn_at_ms.is_none()).map(|page| page.content.secretary)
        };
        assert_eq!(import("a.md", "1", &town.east, "甲"), Outcome::Created);
        assert_eq!(import("a.md", "1", &town.east, "甲"), Outcome::Unchanged);
        let record = store.read(|tx| branches::get(tx, &town.east.id)).unwrap().unwrap();
        assert_eq!(record.published_at_ms, NOW - 9);
        // Staff write another one, which stays until the item changes.
        publish(&store, &town.east, 1, &content(&town.root, "乙")).unwrap();
        assert_eq!(import("a.md", "1", &town.east, "甲"), Outcome::Unchanged);
        assert_eq!(shown(&town.east).as_deref(), Some("乙"));
        assert_eq!(import("a.md", "2", &town.east, "丙"), Outcome::Updated);
        assert_eq!(shown(&town.east).as_deref(), Some("丙"));
        // Another item has it, and what the first one was does not take it away.
        assert_eq!(import("b.md", "1", &town.east, "丁"), Outcome::Updated);
        assert!(!write(&store, |tx| branches::withdraw_source(tx, "a.md", NOW)));
        assert_eq!(shown(&town.east).as_deref(), Some("丁"));
        // The item is about another organization.
        assert_eq!(import("b.md", "2", &town.west, "戊"), Outcome::Created);
        assert_eq!((shown(&town.east), shown(&town.west).as_deref()), (None, Some("戊")));
        assert!(write(&store, |tx| branches::withdraw_source(tx, "b.md", NOW)));
        assert!(!write(&store, |tx| branches::withdraw_source(tx, "b.md", NOW)));
        assert_eq!(shown(&town.west), None);
        assert_eq!(import("b.md", "2", &town.west, "戊"), Outcome::Updated, "it is back");
        let sources = store.read(branches::sources).unwrap();
        assert_eq!(sources.into_iter().map(|source| source.key).collect::<Vec<_>>(), ["b.md"]);
        sound(&store);
    }

    fn lists_are_of_the_subtree_and_come_in_pages(database) {
        let store = database.open();
        let town = Town::new(&store);
        for place in [&town.root, &town.east, &town.west, &town.branch] {
            publish(&store, place, 0, &content(&town.root, &place.code)).unwrap();
        }
        withdraw(&store, &town.branch, 1).unwrap();
        let list = |within: &Organization, before: Option<&str>, limit| {
            let found = store.read(|tx| branches::list(tx, &within.id, before, limit)).unwrap();
            found.into_iter().map(|page| (page.organization_code, page.id)).collect::<Vec<_>>()
        };
        let codes = |found: &[(String, String)]| found.iter().map(|(code, _)| code.clone()).collect::<Vec<_>>();
        let first = list(&town.root, None, 2);
        assert_eq!(codes(&first), ["LJ", "ZJ"]);
        assert_eq!(codes(&list(&town.root, Some(&first[1].1), 2)), ["QH"]);
        assert_eq!(codes(&list(&town.west, None, 9)), ["LJ"]);
    }
}

/// A terminal of an organization that was moved starts anew.
fn cursor_is_new(store: &Store, at: &Organization) {
    let (pages, ..) = news(store, at, None);
    assert_eq!(pages.len(), 3);
}
