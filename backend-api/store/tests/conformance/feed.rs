//! The feed, case by case; `feed_model` checks it against a model.

use std::sync::atomic::{AtomicBool, Ordering};

use contract::feed::{Change, TOWNSHIP_ID};
use contract::township::Township;
use store::feed::{self, Cursor, Page};
use store::{Error, Store, bulletins, organizations, programmes, township};

use crate::fixture::{NOW, Town, bulletin, programme, published, source, write};

pub fn page(store: &Store, organization: &str, cursor: Option<&Cursor>, limit: u32) -> Page {
    store
        .read(|tx| feed::changes(tx, organization, cursor, limit))
        .unwrap()
}

fn current(store: &Store, organization: &str, cursor: &Cursor) -> bool {
    store
        .read::<_, Error>(|tx| Ok(cursor.is_current(&feed::head(tx, organization)?)))
        .unwrap()
}

/// `+id` for a document, `-id` for a tombstone.
fn told(page: &Page) -> Vec<String> {
    let tell = |change: &Change| match change {
        Change::Put { document } => format!("+{}", document.id()),
        Change::Delete { id } => format!("-{id}"),
    };
    page.changes.iter().map(tell).collect()
}

fn withdraw(store: &Store, record: &bulletins::Record) {
    let (id, version) = (record.id.clone(), record.version);
    write(store, move |tx| bulletins::withdraw(tx, &id, version, NOW));
}

store::on_both_engines! {
    fn each_audience_is_told_what_concerns_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        write(&store, |tx| township::put(tx, &Township::default(), "1", NOW));
        let all = published(&store, &bulletin(&town.root, &town.root, "all")).id;
        let west = published(&store, &bulletin(&town.root, &town.west, "west")).id;
        let content = programme(&town.root, &town.branch, "film");
        let film = write(&store, move |tx| programmes::import(tx, &source("f", "1"), &content, NOW)).id;
        let put = |ids: &[&str]| ids.iter().map(|id| format!("+{id}")).collect::<Vec<_>>();
        let see = |organization: &str| told(&page(&store, organization, None, 100));
        assert_eq!(see(&town.root.id), put(&[TOWNSHIP_ID, &all]));
        assert_eq!(see(&town.east.id), put(&[TOWNSHIP_ID, &all]));
        assert_eq!(see(&town.west.id), put(&[TOWNSHIP_ID, &all, &west]));
        assert_eq!(see(&town.branch.id), put(&[TOWNSHIP_ID, &all, &west, &film]));
        let nobody = store.read(|tx| feed::changes(tx, "nobody", None, 9));
        assert!(matches!(nobody, Err(Error::NotFound("organization"))));
    }

    fn nothing_new_is_cheap_and_news_elsewhere_is_not_news(database) {
        let store = database.open();
        let town = Town::new(&store);
        published(&store, &bulletin(&town.root, &town.root, "one"));
        let first = page(&store, &town.east.id, None, 10);
        assert!(!first.more && !first.reset && current(&store, &town.east.id, &first.cursor));
        let tag = |store: &Store| store.read(|tx| feed::head(tx, &town.east.id)).unwrap().to_string();
        let before = tag(&store);
        published(&store, &bulletin(&town.root, &town.west, "for others"));
        assert_eq!(tag(&store), before);
        assert!(current(&store, &town.east.id, &first.cursor));
        published(&store, &bulletin(&town.root, &town.east, "for us"));
        assert_ne!(tag(&store), before);
        assert!(!current(&store, &town.east.id, &first.cursor));
        let sent: Cursor = first.cursor.to_string().parse().unwrap();
        assert_eq!(page(&store, &town.east.id, Some(&sent), 10).changes.len(), 1);
    }

    fn a_head_that_was_read_before_others_were_told_something_is_as_good(database) {
        let store = database.open();
        let town = Town::new(&store);
        published(&store, &bulletin(&town.root, &town.east, "for us"));
        let head = store.read(|tx| feed::head(tx, &town.east.id)).unwrap();
        published(&store, &bulletin(&town.root, &town.west, "for others"));
        let cursor = page(&store, &town.east.id, None, 10).cursor;
        assert!(cursor.is_current(&head));
        let elsewhere = store.read(|tx| feed::head(tx, &town.west.id)).unwrap();
        assert!(!cursor.is_current(&elsewhere));
        write(&store, feed::renew_epoch);
        let anew = store.read(|tx| feed::head(tx, &town.east.id)).unwrap();
        assert!(!cursor.is_current(&anew));
    }

    fn many_changes_of_a_document_are_sent_as_one(database) {
        let store = database.open();
        let town = Town::new(&store);
        let start = page(&store, &town.east.id, None, 10).cursor;
        let mut record = published(&store, &bulletin(&town.root, &town.root, "0"));
        for number in 1..4 {
            let content = bulletins::Content { title: number.to_string(), ..record.content.clone() };
            let (id, version) = (record.id.clone(), record.version);
            record = write(&store, move |tx| bulletins::edit(tx, &id, version, &content, NOW));
        }
        let news = page(&store, &town.east.id, Some(&start), 10);
        assert_eq!(told(&news), [format!("+{}", record.id)]);
        assert!(matches!(&news.changes[0], Change::Put { document: contract::feed::Document::Bulletin(b) } if b.title == "3"));
        withdraw(&store, &record);
        assert_eq!(told(&page(&store, &town.east.id, Some(&news.cursor), 10)), [format!("-{}", record.id)]);
        assert!(told(&page(&store, &town.east.id, None, 10)).is_empty(), "a new terminal gets no tombstones");
    }

    fn what_leaves_an_audience_is_deleted_there_only(database) {
        let store = database.open();
        let town = Town::new(&store);
        let record = published(&store, &bulletin(&town.root, &town.root, "x"));
        let east = page(&store, &town.east.id, None, 10).cursor;
        let branch = page(&store, &town.branch.id, None, 10).cursor;
        let content = bulletins::Content { audience_id: town.west.id.clone(), ..record.content };
        let (id, version) = (record.id.clone(), record.version);
        write(&store, move |tx| bulletins::edit(tx, &id, version, &content, NOW));
        assert_eq!(told(&page(&store, &town.east.id, Some(&east), 10)), [format!("-{}", record.id)]);
        // In both audiences: no tombstone in between, also when each change is a page.
        assert_eq!(told(&page(&store, &town.branch.id, Some(&branch), 1)), [format!("+{}", record.id)]);
    }

    fn moving_starts_anew(database) {
        let store = database.open();
        let town = Town::new(&store);
        published(&store, &bulletin(&town.root, &town.west, "west"));
        let cursor = page(&store, &town.branch.id, None, 10).cursor;
        let elsewhere = page(&store, &town.east.id, Some(&cursor), 10);
        assert!(elsewhere.reset && elsewhere.changes.is_empty(), "the terminal moved");
        let (west, east) = (town.west.id.clone(), town.east.id.clone());
        write(&store, move |tx| organizations::move_to(tx, &west, &east));
        assert!(!current(&store, &town.branch.id, &cursor));
        let anew = page(&store, &town.branch.id, Some(&cursor), 10);
        assert!(anew.reset && anew.changes.len() == 1, "an organization above it moved");
        assert!(!page(&store, &town.branch.id, Some(&anew.cursor), 10).reset);
    }

    fn foreign_cursors_start_anew(database) {
        let store = database.open();
        let town = Town::new(&store);
        published(&store, &bulletin(&town.root, &town.root, "x"));
        let cursor = page(&store, &town.east.id, None, 10).cursor;
        let parts = cursor.to_string();
        let (front, seq) = parts.rsplit_once('.').unwrap();
        let ahead: Cursor = format!("{front}.{}", seq.parse::<i64>().unwrap() + 1).parse().unwrap();
        assert!(page(&store, &town.east.id, Some(&ahead), 10).reset, "from a time that was lost");
        write(&store, feed::renew_epoch);
        assert!(page(&store, &town.east.id, Some(&cursor), 10).reset, "from another database");
        for nonsense in ["", "x", "a.b.c.d.e", "a.b.1.2", "a.b.1.2.3.4"] {
            assert!(nonsense.parse::<Cursor>().is_err(), "{nonsense}");
        }
    }

    fn purged_tombstones_make_only_those_start_anew_who_need_them(database) {
        let store = database.open();
        let town = Town::new(&store);
        let record = published(&store, &bulletin(&town.root, &town.east, "x"));
        let (east, west) = (page(&store, &town.east.id, None, 10).cursor, page(&store, &town.west.id, None, 10).cursor);
        withdraw(&store, &record);
        assert_eq!(write(&store, |tx| feed::purge_tombstones(tx, NOW)), 0);
        let after = page(&store, &town.east.id, Some(&east), 10).cursor;
        assert_eq!(write(&store, |tx| feed::purge_tombstones(tx, NOW + 1)), 1);
        assert!(page(&store, &town.east.id, Some(&east), 10).reset);
        assert!(!page(&store, &town.east.id, Some(&after), 10).reset);
        assert!(!page(&store, &town.west.id, Some(&west), 10).reset);
        published(&store, &bulletin(&town.root, &town.east, "y"));
        let first = page(&store, &town.east.id, None, 1);
        assert!(!page(&store, &town.east.id, Some(&first.cursor), 1).reset, "a terminal in the middle of its first pages");
    }

    fn a_new_name_reaches_terminals(database) {
        let store = database.open();
        let town = Town::new(&store);
        published(&store, &bulletin(&town.east, &town.root, "x"));
        let cursor = page(&store, &town.west.id, None, 10).cursor;
        let (id, kind) = (town.east.id.clone(), town.east.kind);
        write(&store, move |tx| organizations::update(tx, &id, kind, "新张家", NOW));
        let news = page(&store, &town.west.id, Some(&cursor), 10);
        assert!(matches!(&news.changes[..], [Change::Put { document: contract::feed::Document::Bulletin(b) }]
            if b.organization.name == "新张家"));
    }

    fn a_reader_never_misses_a_change_of_concurrent_writers(database) {
        let store = database.open();
        let town = Town::new(&store);
        let root = town.root.id.clone();
        let done = AtomicBool::new(false);
        let (mut expected, seen) = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut cursor: Option<Cursor> = None;
                let mut seen = Vec::new();
                loop {
                    let last = done.load(Ordering::SeqCst);
                    let page = page(&store, &root, cursor.as_ref(), 3);
                    seen.extend(told(&page));
                    let more = page.more;
                    cursor = Some(page.cursor);
                    if last && !more {
                        return seen;
                    }
                }
            });
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let (store, town) = (&store, &town);
                    scope.spawn(move || {
                        let publish = |number| published(store, &bulletin(&town.root, &town.root, &format!("{writer}-{number}")));
                        (0..12).map(|number| format!("+{}", publish(number).id)).collect::<Vec<_>>()
                    })
                })
                .collect();
            let expected: Vec<String> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            done.store(true, Ordering::SeqCst);
            (expected, reader.join().unwrap())
        });
        let mut sorted = seen;
        sorted.sort();
        expected.sort();
        assert_eq!(sorted, expected, "each once, none missing");
    }
}
