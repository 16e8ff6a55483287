//! Categories of one-key service: versions, the feed, the folder, and the name of the office.

use contract::feed::{Change, Document};
use contract::organization::{Organization, OrganizationKind};
use contract::request::{Category, CategoryKind, Level};
use store::categories::{self, Content, Record};
use store::feed::Cursor;
use store::{Error, Outcome, Result, Store, organizations};

use crate::feed::page;
use crate::fixture::{NOW, Town, source, write};

fn content(own: &Organization, office: Option<&Organization>) -> Content {
    Content {
        organization_id: own.id.clone(),
        digit: 3,
        title: "咨询".into(),
        icon: "forum".into(),
        about: "不知道找谁".into(),
        kind: CategoryKind::Service,
        office_id: office.map(|it| it.id.clone()),
        response_hours: 24,
        least_level: Level::Township,
        sentences: vec!["医保".into()],
        papers: vec!["身份证".into()],
        canned_replies: vec!["收到".into()],
        ..Content::default()
    }
}

fn publish(store: &Store, code: &str, version: i64, content: &Content) -> Result<Record> {
    let (code, content) = (code.to_owned(), content.clone());
    store.write(move |tx| categories::publish(tx, &code, version.into(), &content, NOW))
}

/// What a terminal of an organization is told after a cursor: categories, and ids of those that are gone.
fn news(
    store: &Store,
    at: &Organization,
    cursor: Option<&Cursor>,
) -> (Vec<Category>, Vec<String>, Cursor) {
    let page = page(store, &at.id, cursor, 100);
    let (mut put, mut gone) = (Vec::new(), Vec::new());
    for change in page.changes {
        match change {
            Change::Put {
                document: Document::Category(category),
            } => put.push(category),
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
    fn a_category_is_written_changed_and_taken_back(database) {
        let store = database.open();
        let town = Town::new(&store);
        let first = publish(&store, "QH-ZX", 0, &content(&town.root, Some(&town.east))).unwrap();
        assert_eq!((first.version, first.office.as_str(), first.office_code.as_deref()), (1, "ZJ村", Some("ZJ")));
        let read = store.read(|tx| categories::by_code(tx, "QH-ZX")).unwrap();
        assert_eq!(read, Some(first.clone()));
        assert_eq!(first.to_staff().draft.canned_replies, ["收到"]);
        assert!(matches!(publish(&store, "QH-ZX", 0, &content(&town.root, None)), Err(Error::Stale { current: 1 })));
        let second = publish(&store, "QH-ZX", 1, &content(&town.root, None)).unwrap();
        assert_eq!((second.id.as_str(), second.version, second.office_code.as_deref()), (first.id.as_str(), 2, None));
        let withdraw = |version: i64| store.write(move |tx| categories::withdraw(tx, "QH-ZX", version.into(), NOW));
        assert!(matches!(withdraw(1), Err(Error::Stale { current: 2 })));
        withdraw(2).unwrap();
        assert!(matches!(withdraw(3), Err(Error::NotFound(_))));
        let kept = store.read(|tx| categories::get(tx, &first.id)).unwrap().unwrap();
        assert_eq!(kept.withdrawn_at_ms, Some(NOW), "what was asked in it finds it");
        let again = publish(&store, "QH-ZX", 0, &content(&town.root, None)).unwrap();
        assert_eq!((again.id, again.version), (first.id, 4));
        let nowhere = Content { organization_id: "nobody".into(), ..content(&town.root, None) };
        assert!(matches!(publish(&store, "X", 0, &nowhere), Err(Error::NotFound(_))));
        let by_nobody = Content { office_id: Some("nobody".into()), ..content(&town.root, None) };
        assert!(matches!(publish(&store, "X", 0, &by_nobody), Err(Error::NotFound(_))));
        sound(&store);
    }

    fn those_of_the_place_see_it_and_the_name_of_its_office(database) {
        let store = database.open();
        let town = Town::new(&store);
        publish(&store, "QH-ZX", 0, &content(&town.root, Some(&town.east))).unwrap();
        publish(&store, "LJ-ZX", 0, &Content { digit: 4, ..content(&town.west, None) }).unwrap();
        assert_eq!(news(&store, &town.branch, None).0.len(), 2);
        let (put, _, cursor) = news(&store, &town.east, None);
        assert_eq!((put.len(), put[0].office.as_str()), (1, "ZJ村"));
        let east = town.east.id.clone();
        write(&store, move |tx| organizations::update(tx, &east, OrganizationKind::Village, "张家庄", NOW));
        let (put, _, cursor) = news(&store, &town.east, Some(&cursor));
        assert_eq!((put.len(), put[0].office.as_str()), (1, "张家庄"));
        let version = store.read(|tx| categories::by_code(tx, "QH-ZX")).unwrap().unwrap().version;
        assert_eq!(version, 2, "whoever edits it saw another name");
        // What has no other name is not announced.
        let west = town.west.id.clone();
        write(&store, move |tx| organizations::update(tx, &west, OrganizationKind::Village, "李家庄", NOW));
        assert_eq!(news(&store, &town.east, Some(&cursor)).0, []);
        let with = |at: &Organization, digit| {
            let found = store.read(|tx| categories::with_digit(tx, &at.id, digit, "NEW")).unwrap();
            found.map(|it| it.code)
        };
        assert_eq!(with(&town.east, 3).as_deref(), Some("QH-ZX"));
        assert_eq!(with(&town.root, 4).as_deref(), Some("LJ-ZX"));
        assert_eq!(with(&town.branch, 4).as_deref(), Some("LJ-ZX"));
        assert_eq!(with(&town.east, 4), None);
        let list = |at: &Organization| store.read(|tx| categories::list(tx, &at.id, None, 9)).unwrap().len();
        assert_eq!((list(&town.root), list(&town.east), list(&town.branch)), (2, 1, 2));
        sound(&store);
    }

    fn a_folder_changes_what_changed(database) {
        let store = database.open();
        let town = Town::new(&store);
        let import = |code: &str, hash: &str, title: &str| {
            let (code, source) = (code.to_owned(), source(&format!("categories.csv#{code}"), hash));
            let content = Content { title: title.into(), ..content(&town.root, None) };
            write(&store, move |tx| categories::import(tx, &source, &code, &content, NOW))
        };
        let first = import("A", "1", "甲");
        assert_eq!(first.outcome, Outcome::Created);
        assert_eq!(import("A", "1", "乙").outcome, Outcome::Unchanged);
        let second = import("A", "2", "乙");
        assert_eq!((second.outcome, second.id.as_str()), (Outcome::Updated, first.id.as_str()));
        let gone = write(&store, |tx| categories::withdraw_source(tx, "categories.csv#A", NOW));
        assert!(gone);
        assert!(!write(&store, |tx| categories::withdraw_source(tx, "categories.csv#A", NOW)));
        assert_eq!(news(&store, &town.root, None).0, []);
        assert_eq!(import("A", "2", "乙").outcome, Outcome::Updated, "it is back");
        assert_eq!(news(&store, &town.root, None).0[0].title, "乙");
        // What staff wrote under this code is the row's from now on.
        publish(&store, "B", 0, &Content { digit: 5, ..content(&town.root, None) }).unwrap();
        assert_eq!(import("B", "1", "丙").outcome, Outcome::Updated);
        assert_eq!(store.read(categories::sources).unwrap().len(), 2);
        sound(&store);
    }
}
