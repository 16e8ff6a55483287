//! What the server sends against a model of it.

use std::collections::BTreeMap;

use contract::feed::{Change, Document, FeedPage};
use contract::township::{Listing, ListingKind, Section, Township};
use proptest::prelude::*;

use super::{Fixture, NOW, bulletin, page, programme};
use crate::cache::{DocumentKind, Order};

#[derive(Clone, Debug)]
enum Op {
    Put {
        id: u8,
        list: u8,
        at: i64,
        expires: Option<i64>,
    },
    Delete {
        id: u8,
    },
    Reset,
    Page {
        more: bool,
    },
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..12_u8, 0..3_u8, 0..50_i64, proptest::option::of(-5..5_i64))
            .prop_map(|(id, list, at, expires)| Op::Put { id, list, at, expires }),
        2 => (0..12_u8).prop_map(|id| Op::Delete { id }),
        1 => Just(Op::Reset),
        3 => any::<bool>().prop_map(|more| Op::Page { more }),
        1 => Just(Op::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn lists_show_exactly_what_the_feed_said(ops in proptest::collection::vec(op(), 1..40)) {
        let mut fixture = Fixture::new();
        // id → (list, published, expires)
        let mut model: BTreeMap<String, (String, i64, Option<i64>)> = BTreeMap::new();
        let mut next = FeedPage::default();
        let mut pages = 0;
        for op in ops.into_iter().chain([Op::Page { more: false }]) {
            match op {
                Op::Put { id, list, at, expires } => {
                    let (id, list, expires) = (format!("b{id:02}"), format!("l{list}"), expires.map(|ms| NOW + ms));
                    let mut document = bulletin(&id, &list, "公告", NOW - 100 + at);
                    document.expires_at_ms = expires;
                    next.changes.push(Change::Put { document: Document::Bulletin(document) });
                }
                Op::Delete { id } => next.changes.push(Change::Delete { id: format!("b{id:02}") }),
                Op::Reset => next.reset = true,
                Op::Reopen => fixture.reopen(),
                Op::Page { more } => {
                    pages += 1;
                    next.cursor = format!("c{pages}");
                    next.more = more;
                    next.server_time_ms = NOW;
                    if next.reset {
                        model.clear();
                    }
                    for change in &next.changes {
                        match change {
                            Change::Put { document: Document::Bulletin(b) } => {
                                model.insert(b.id.clone(), (b.list.clone(), b.published_at_ms, b.expires_at_ms));
                            }
                            Change::Delete { id } => { model.remove(id); }
                            Change::Put { .. } => {}
                        }
                    }
                    let before = fixture.cache.generation();
                    let content = fixture.cache.apply(&next).unwrap();
                    prop_assert_eq!(content, next.reset || !next.changes.is_empty());
                    prop_assert!(!content || fixture.cache.generation() > before);
                    prop_assert_eq!(fixture.cache.cursor(), Some(next.cursor.clone()));
                    next = FeedPage::default();
                    let mut all: Vec<(i64, String, String)> = model
                        .iter()
                        .filter(|(_, (_, _, expires))| expires.is_none_or(|at| at > NOW))
                        .map(|(id, (list, at, _))| (*at, id.clone(), list.clone()))
                        .collect();
                    all.sort();
                    all.reverse();
                    let newest: Vec<String> = fixture.cache.newest(100).into_iter().map(|row| row.id).collect();
                    prop_assert_eq!(&newest, &all.iter().map(|(_, id, _)| id.clone()).collect::<Vec<_>>());
                    let found = fixture.cache.search("44", 100);
                    prop_assert_eq!(found.len(), all.len(), "公告 gg");
                    for list in ["l0", "l1", "l2"] {
                        let rows = fixture.cache.bulletins(list, Order::Newest);
                        let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
                        let expected: Vec<String> =
                            all.iter().filter(|(_, _, l)| l == list).map(|(_, id, _)| id.clone()).collect();
                        prop_assert_eq!(fixture.cache.unread_count(list), expected.len() as u64);
                        prop_assert_eq!(ids, expected);
                    }
                }
            }
        }
    }
}

#[test]
fn rows_carry_what_a_list_shows() {
    let mut fixture = Fixture::new();
    let listing = |id: &str, title: &str, kind| Listing {
        id: id.to_owned(),
        title: title.to_owned(),
        kind,
        ..Listing::default()
    };
    let township = Township {
        name: "清河镇".to_owned(),
        sections: vec![Section {
            listings: vec![
                listing("finance", "财务公示", ListingKind::Bulletins),
                listing("guides", "办事指南", ListingKind::Guides),
                listing("scenery", "清河风采", ListingKind::Programmes),
            ],
            ..Section::default()
        }],
        ..Township::default()
    };
    let mut urgent = bulletin("b1", "finance", "银行账户公示", NOW - 10);
    urgent.urgent = true;
    urgent.cover = Some(super::picture(b"cover"));
    fixture
        .cache
        .apply(&page(
            "1",
            vec![
                Document::Township(township.clone()),
                Document::Bulletin(urgent.clone()),
                Document::Bulletin(bulletin("g1", "guides", "中", NOW - 20)),
                Document::Bulletin(bulletin("g2", "guides", "安", NOW - 30)),
                Document::Programme(programme("p1", b"poster", b"video")),
            ],
        ))
        .unwrap();
    fixture.reopen();
    let cache = &fixture.cache;
    assert_eq!(cache.township(), Some(township));
    assert_eq!(cache.bulletin("b1"), Some(urgent.clone()));
    assert_eq!(cache.bulletin("p1"), None);
    let titles: Vec<String> = cache
        .bulletins("guides", Order::Title)
        .into_iter()
        .map(|row| row.title)
        .collect();
    assert_eq!(titles, ["安", "中"]);
    let hits = cache.search("94", 10);
    assert_eq!(
        hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(),
        ["b1"]
    );
    assert_eq!(
        (
            hits[0].match_start,
            hits[0].match_end,
            hits[0].list_title.as_str()
        ),
        (0, 2, "财务公示")
    );
    assert_eq!(
        hits[0].picture.as_ref().map(|p| &p.thumb),
        urgent.cover.as_ref().map(|p| &p.thumb)
    );
    assert_eq!(cache.search("9499999", 10), []);
    assert_eq!(cache.search("", 10), []);
    let newest = cache.newest(2);
    assert_eq!(
        (newest[0].kind, newest[0].list_kind),
        (DocumentKind::Programme, ListingKind::Programmes)
    );
    assert_eq!(
        (newest[1].id.as_str(), newest[1].list_title.as_str()),
        ("b1", "财务公示")
    );
    assert_eq!(cache.urgent_unread().len(), 1);
    let before = cache.generation();
    cache.mark_read("b1").unwrap();
    assert!(cache.generation() > before);
    assert_eq!(
        (cache.urgent_unread().len(), cache.unread_count("finance")),
        (0, 0)
    );
    // Read marks survive a reset; the document comes back read.
    let mut reset = page("2", vec![Document::Bulletin(urgent)]);
    reset.reset = true;
    cache.apply(&reset).unwrap();
    assert!(!cache.bulletins("finance", Order::Newest)[0].unread);
    assert_eq!(cache.township(), None);
}

#[test]
fn what_a_newer_program_has_kept_here_is_left_alone_until_the_feed_takes_it_away() {
    let fixture = Fixture::new();
    let cache = &fixture.cache;
    let documents = vec![Document::Bulletin(bulletin("b", "l", "公告", NOW - 10))];
    cache.apply(&page("1", documents)).unwrap();
    let other = rusqlite::Connection::open(fixture.dir.path().join("cache.db")).unwrap();
    other
        .execute_batch(
            "INSERT INTO document(id, kind, list, title, title_sort, summary, organization, published_at_ms,
                expires_at_ms, urgent, duration_ms, search, json)
             SELECT 'later', 99, list, title, title_sort, summary, organization, published_at_ms + 1,
                expires_at_ms, urgent, duration_ms, search, '{}' FROM document",
        )
        .unwrap();
    let ids = |fixture: &Fixture| {
        let newest = fixture.cache.newest(10).into_iter().map(|row| row.id);
        let found = fixture.cache.search("44", 10).into_iter().map(|hit| hit.id);
        newest.chain(found).collect::<Vec<_>>()
    };
    assert_eq!(ids(&fixture), ["b", "b"]);
    let mut gone = page("2", Vec::new());
    let id = "later".to_owned();
    gone.changes.push(Change::Delete { id });
    cache.apply(&gone).unwrap();
    assert_eq!(ids(&fixture), ["b", "b"]);
    assert_eq!(cache.gone("later"), crate::cache::Gone::Withdrawn);
}

#[test]
fn programmes_continue_and_follow_each_other() {
    let fixture = Fixture::new();
    let cache = &fixture.cache;
    let documents = (1..=3).map(|n| {
        let mut programme = programme(&format!("p{n}"), b"poster", b"video");
        programme.published_at_ms = NOW - n;
        Document::Programme(programme)
    });
    cache.apply(&page("1", documents.collect())).unwrap();
    assert_eq!(
        cache.next_programme("p1").map(|row| row.id),
        Some("p2".to_owned())
    );
    assert_eq!(cache.next_programme("p3"), None);
    cache
        .record_progress("p2", 30_000, 100_000, 30_000, NOW)
        .unwrap();
    fixture.clock.advance(1000);
    cache
        .record_progress("p3", 96_000, 100_000, 1_000, NOW)
        .unwrap();
    // Watched, but for the credits.
    cache
        .record_progress("p1", 91_000, 100_000, 91_000, NOW)
        .unwrap();
    let rows = cache.continue_watching(10);
    assert_eq!(
        rows.iter()
            .map(|row| (row.id.as_str(), row.position_ms))
            .collect::<Vec<_>>(),
        [("p2", 30_000)]
    );
    // To be at the end is not to have watched it.
    let watched = cache.watch_state("p3").unwrap();
    assert_eq!((watched.finished, watched.resume_ms()), (false, 0));
    let grid = cache.programmes("scenery");
    assert_eq!(
        grid.iter()
            .map(|row| (row.finished, row.seen_ms))
            .collect::<Vec<_>>(),
        [(true, 91_000), (false, 30_000), (false, 1_000)]
    );
    // What is watched again is not begun again.
    cache
        .record_progress("p1", 30_000, 100_000, 30_000, NOW)
        .unwrap();
    assert!(cache.watch_state("p1").unwrap().finished);
    assert_eq!(cache.continue_watching(10).len(), 1);
}

#[test]
fn a_township_is_read_quickly() {
    let fixture = Fixture::new();
    let documents = (0..500).map(|n| {
        let mut document = bulletin(
            &format!("b{n}"),
            "finance",
            &format!("第{n}期村级财务收支公示"),
            NOW - n,
        );
        document.cover = Some(super::picture(b"cover"));
        Document::Bulletin(document)
    });
    fixture
        .cache
        .apply(&page("1", documents.collect()))
        .unwrap();
    let _ = fixture.cache.search("297947", 10);
    // The best of several runs says what the code costs, whatever else the machine does.
    let best = |work: &dyn Fn()| {
        let runs = (0..20).map(|_| {
            let begun = std::time::Instant::now();
            work();
            begun.elapsed()
        });
        runs.min().unwrap()
    };
    let list = best(&|| assert_eq!(fixture.cache.bulletins("finance", Order::Newest).len(), 500));
    let search = best(&|| assert_eq!(fixture.cache.search("297947", 20).len(), 20));
    let home = best(&|| assert_eq!(fixture.cache.newest(8).len(), 8));
    // Generous for an unoptimized build; a missing index costs ten times as much.
    assert!(
        list.as_millis() < 20 && search.as_millis() < 10 && home.as_millis() < 5,
        "{list:?} {search:?} {home:?}"
    );
}
