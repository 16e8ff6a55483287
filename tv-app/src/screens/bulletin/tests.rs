//! Reading a bulletin: how it lies, what is opened on the way, and what comes next.

use contract::bulletin::{Block, Bulletin, Table};
use contract::feed::{Change, Document, FeedPage};
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};

use super::*;
use crate::cache::Gone;
use crate::cache::tests::{bulletin, page, picture};
use crate::remote::RemoteKey::{Back, Down, Left, Ok as Enter, Right, Up, Yellow};
use crate::screens::metrics::{ArticleMetrics, Metrics};
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::typeset::Typesetter;
use crate::screens::{Controller as _, Effect, Effects, Input, Route};

const LONG: &str = "关于做好二〇二六年冬季全镇农村集中供暖和消防安全专项检查以及春节期间各村值班值守、应急物资储备工作安排的通知第十二号补充";

fn text(number: usize) -> Block {
    Block::Paragraph {
        text: format!("第{number}段，{}", "今天就把下面几件事做好。".repeat(6)),
    }
}

fn table(columns: usize, rows: usize) -> Block {
    let row = |name: &str| {
        let numbers = (1..columns).map(|_| "5,432,418.39".to_owned());
        std::iter::once(name.to_owned()).chain(numbers).collect()
    };
    let mut rows: Vec<Vec<String>> = (1..rows).map(|at| row(&format!("第{at}项"))).collect();
    rows.push(row("本月支出合计"));
    Block::Table(Table {
        title: "支出".to_owned(),
        header: (0..columns).map(|at| format!("{at}月")).collect(),
        numeric: (0..columns).map(|at| at > 0).collect(),
        rows,
    })
}

/// In the list `l`, so many days old.
fn document(id: &str, days: i64, body: Vec<Block>) -> Document {
    let at = NOW - days * 24 * 60 * MINUTE;
    let title = format!("标题{id}");
    Document::Bulletin(Bulletin {
        body,
        ..bulletin(id, "l", &title, at)
    })
}

fn township(kind: ListingKind) -> Document {
    let listing = Listing {
        id: "l".to_owned(),
        title: "通知公告".to_owned(),
        kind,
        ..Listing::default()
    };
    Document::Township(Township {
        sections: vec![Section {
            id: "s".to_owned(),
            digit: 1,
            listings: vec![listing],
            ..Section::default()
        }],
        ..Township::default()
    })
}

fn world(kind: ListingKind, documents: Vec<Document>) -> World {
    let world = World::new(TerminalKind::Household);
    let all = std::iter::once(township(kind)).chain(documents);
    world.cache.apply(&page("1", all.collect())).unwrap();
    world.cache.set_online(true);
    world
}

fn open(world: &World, id: &str) -> BulletinScreen {
    let mut screen = BulletinScreen::new(id);
    let effects = world.tell(&mut screen, &Input::Shown);
    let known = screen.missing().is_none();
    let read = known.then(|| Effect::MarkRead(id.to_owned()));
    assert_eq!(effects, Effects::from_iter(read));
    screen
}

/// One with these blocks alone in its list.
fn alone(body: Vec<Block>) -> (World, BulletinScreen) {
    let world = world(ListingKind::Bulletins, vec![document("a", 1, body)]);
    let screen = open(&world, "a");
    (world, screen)
}

/// Goes down to the end.
fn to_the_end(world: &World, screen: &mut BulletinScreen) {
    for _ in 0..200 {
        if !screen.reading().has_more() {
            return;
        }
        world.press(screen, &[Down]);
    }
    panic!("it comes to no end");
}

fn next_is(id: &str) -> Effects {
    let route = Route::Bulletin { id: id.to_owned() };
    vec![Effect::Speak(Vec::new()), Effect::Replace(route)]
}

#[test]
fn a_short_title_stands_beside_the_text_and_a_long_one_is_never_cut() {
    let typesetter = Typesetter::estimated();
    let article = ArticleMetrics::default();
    let sizes = [
        Metrics::default(),
        Metrics {
            article: ArticleMetrics {
                large: true,
                height: 884.0,
                ..article
            },
            heading: 96.0,
            body: 66.0,
            small: 51.0,
            ..Metrics::default()
        },
    ];
    for metrics in sizes {
        for title in ["通知", LONG] {
            let one = bulletin("a", "l", title, NOW);
            let room = head::Room {
                beside: true,
                noted: metrics.article.large,
                dated: true,
            };
            let head = Head::new(&one, room, &metrics, &typesetter);
            assert_eq!(head.above, metrics.article.large, "{title}");
            assert_eq!(head.title.concat(), title);
            assert!(head.size >= metrics.body, "{title} is not written small");
            let room = if head.above { 1576.0 } else { 414.0 };
            for line in &head.title {
                assert!(typesetter.width(line, head.size) <= room, "{line}");
            }
            assert!(head.window > 400.0, "there is room to read: {head:?}");
        }
    }
}

#[test]
fn the_bar_goes_down_paragraph_by_paragraph_and_right_turns_the_page() {
    let (world, mut screen) = alone((0..8).map(text).collect());
    assert!(screen.reading().on_text());
    let (first, pages) = screen.reading().page();
    assert!(first == 1 && pages > 1, "{pages}");
    let key = |screen: &BulletinScreen| screen.focus().key().map(str::to_owned);
    assert_eq!(key(&screen).as_deref(), Some("0"));
    world.press(&mut screen, &[Down]);
    assert_eq!(key(&screen).as_deref(), Some("1"));
    world.press(&mut screen, &[Right]);
    assert_eq!(screen.reading().page().0, 2);
    let began: Vec<_> = screen.visible().map(|piece| piece.passage).collect();
    assert_eq!(key(&screen), began.first().map(ToString::to_string));
    world.press(&mut screen, &[Left, Left]);
    assert!(screen.reading().on_back());
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Speak(Vec::new()), Effect::Back]
    );
}

#[test]
fn what_is_on_the_page_is_opened_wherever_the_bar_is() {
    let mut photo = picture(b"photo");
    photo.caption = "降温前加固大棚".to_owned();
    let short = Block::Paragraph {
        text: "降温了。".to_owned(),
    };
    let body = vec![short, Block::Picture(photo)];
    let (world, mut screen) = alone(body);
    assert!(screen.reading().on_text());
    let picture = Route::Picture {
        id: "a".to_owned(),
        block: 1,
    };
    assert_eq!(screen.opens(), Some(Opens::Picture(1)), "it is in view");
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Open(picture.clone())]
    );
    world.press(&mut screen, &[Down]);
    assert_eq!(screen.opens(), Some(Opens::Picture(1)));
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Open(picture)]);
    let shown: Vec<_> = screen.visible().collect();
    let wide =
        |piece: &&&Piece| matches!(piece.kind, PieceKind::Picture(_, width) if width > 1_200.0);
    assert!(
        shown.iter().any(|piece| wide(&piece)),
        "as wide as the text"
    );
    let caption = |piece: &&&Piece| matches!(piece.kind, PieceKind::Caption(_));
    assert_eq!(shown.iter().filter(caption).count(), 1);
    // A text without anything to open.
    let (world, mut screen) = alone(vec![text(0)]);
    assert_eq!(screen.opens(), None);
    assert_eq!(world.press(&mut screen, &[Enter]), []);
}

#[test]
fn a_table_with_room_is_read_row_by_row_and_another_is_opened() {
    let (world, mut screen) = alone(vec![text(0), table(2, 7)]);
    assert_eq!(screen.reading().page(), (1, 1), "it is there at once");
    let rows = |screen: &BulletinScreen| {
        let sums = screen.visible().filter_map(|piece| match piece.kind {
            PieceKind::TableRow(_, sum) => Some(sum),
            _ => None,
        });
        sums.collect::<Vec<_>>()
    };
    let sums = rows(&screen);
    assert_eq!(sums.len(), 7);
    assert_eq!(sums.iter().filter(|sum| **sum).count(), 1);
    assert_eq!((sums[6], screen.opens()), (true, None));
    world.press(&mut screen, &[Down]);
    let first = screen.reading().bar();
    world.press(&mut screen, &[Down]);
    let second = screen.reading().bar();
    assert!(first < second, "{first:?} {second:?}");
    for (columns, all) in [(12, 6), (2, 40)] {
        let (world, mut screen) = alone(vec![text(0), table(columns, all)]);
        assert_eq!(screen.opens(), Some(Opens::Table(1)), "{columns}×{all}");
        let more =
            |piece: &Piece| matches!(piece.kind, PieceKind::TableMore(count) if count == all);
        assert!(screen.visible().any(more));
        let route = Route::Table {
            id: "a".to_owned(),
            block: 1,
        };
        assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Open(route)]);
    }
    // A longer one begins on the page that was begun.
    let (_, screen) = alone(vec![text(0), table(2, 12)]);
    assert_eq!(screen.reading().page(), (1, 2));
    assert!((3..10).contains(&rows(&screen).len()));
    // Over two pages its head stands above the rows of each.
    let (world, mut screen) = alone(vec![table(2, 15)]);
    assert_eq!(screen.reading().page(), (1, 2));
    for _ in 0..2 {
        let head = |piece: &&Piece| matches!(piece.kind, PieceKind::TableHead(_));
        assert_eq!(screen.visible().filter(head).count(), 1);
        assert!(rows(&screen).len() > 2);
        world.press(&mut screen, &[Right]);
    }
    // One that has no room beside the title has the whole width.
    let (_, screen) = alone(vec![table(4, 6)]);
    assert!(screen.head().above);
    assert_eq!(screen.opens(), None, "nothing of it is left out");
}

#[test]
fn at_the_end_the_next_one_of_the_list_is_opened() {
    let documents = ["a", "b", "c"];
    let documents = documents
        .iter()
        .zip(1..)
        .map(|(id, days)| document(id, days, vec![text(0), text(1)]));
    let world = world(ListingKind::Bulletins, documents.collect());
    let mut screen = open(&world, "a");
    assert_eq!(screen.next().map(|row| row.id.as_str()), Some("b"));
    world.press(&mut screen, &[Enter]);
    to_the_end(&world, &mut screen);
    assert_eq!(screen.opens(), Some(Opens::Next));
    assert_eq!(
        screen.reading().focused().map(|stop| stop.what),
        Some(Opens::Next)
    );
    assert_eq!(world.press(&mut screen, &[Enter]), next_is("b"));
    // After the last there is none.
    let mut last = open(&world, "c");
    assert_eq!(last.next(), None);
    to_the_end(&world, &mut last);
    assert!(last.reading().on_text());
    assert_eq!(world.press(&mut last, &[Enter]), []);
}

#[test]
fn guides_come_in_the_order_of_their_titles_and_offline_too() {
    let documents = vec![
        document("b", 1, vec![text(0)]),
        document("a", 9, vec![text(0)]),
    ];
    let world = world(ListingKind::Guides, documents);
    world.cache.set_online(false);
    let mut screen = open(&world, "a");
    assert!(screen.is_noted(), "it says so");
    to_the_end(&world, &mut screen);
    assert_eq!(world.press(&mut screen, &[Enter]), next_is("b"));
    assert_eq!(open(&world, "b").next(), None);
}

#[test]
fn the_next_one_is_the_one_that_is_there_when_it_is_opened() {
    let body = || vec![text(0)];
    let mut over = bulletin("b", "l", "已过期", NOW - 2 * MINUTE);
    over.expires_at_ms = Some(NOW + MINUTE);
    over.body = body();
    let documents = vec![
        document("a", 0, body()),
        Document::Bulletin(over),
        document("c", 3, body()),
    ];
    let world = world(ListingKind::Bulletins, documents);
    let mut screen = open(&world, "a");
    to_the_end(&world, &mut screen);
    assert_eq!(screen.next().map(|row| row.id.as_str()), Some("b"));
    // Its time is over while this one is read.
    world.clock.advance(2 * 60_000);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(world.press(&mut screen, &[Enter]), next_is("c"));
    withdraw(&world, "c");
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.next(), None);
    assert!(screen.reading().on_text(), "the focus is on what is left");
    assert_eq!(world.press(&mut screen, &[Enter]), []);
}

fn withdraw(world: &World, id: &str) {
    let change = Change::Delete { id: id.to_owned() };
    let gone = FeedPage {
        cursor: format!("without {id}"),
        server_time_ms: NOW,
        changes: vec![change],
        ..FeedPage::default()
    };
    world.cache.apply(&gone).unwrap();
}

#[test]
fn what_is_withdrawn_while_it_is_read_leaves_only_the_way_back() {
    let documents = vec![
        document("a", 1, vec![text(0)]),
        document("b", 2, vec![text(0)]),
    ];
    let world = world(ListingKind::Bulletins, documents);
    let mut screen = open(&world, "a");
    to_the_end(&world, &mut screen);
    world.tell(&mut screen, &Input::Speaking(Some(0)));
    withdraw(&world, "a");
    assert_eq!(
        world.tell(&mut screen, &Input::Changed),
        [Effect::Speak(Vec::new())],
        "nor is it read to its end"
    );
    assert_eq!(screen.missing(), Some(Gone::Withdrawn));
    assert_eq!(screen.visible().count(), 0);
    assert!(screen.reading().on_back());
    assert_eq!(screen.opens(), None);
    world.press(&mut screen, &[Down, Right, Up]);
    assert!(screen.reading().on_back());
    assert_eq!(
        world.press(&mut screen, &[Back]),
        [Effect::Speak(Vec::new()), Effect::Back]
    );
}

#[test]
fn the_bar_goes_with_what_is_said() {
    let (world, mut screen) = alone(vec![text(0), table(2, 3), text(1)]);
    let effects = world.press(&mut screen, &[Yellow]);
    let [
        Effect::ReadAloud {
            pieces: said,
            from: 0,
        },
    ] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(said[0], "标题a");
    assert_eq!(said[2], "0月 第1项，1月 5,432,418.39");
    assert_eq!(said.len(), 1 + 1 + 3 + 1);
    let mut bars = Vec::new();
    for at in 0..said.len() {
        world.tell(&mut screen, &Input::Speaking(Some(at)));
        bars.push((screen.reading().page(), screen.reading().bar().unwrap().0));
    }
    assert_eq!(bars[0], bars[1], "the title has none");
    assert!(bars[1..].is_sorted() && bars[1] < bars[2] && bars[2] < bars[3]);
    // From where the bar is.
    world.tell(&mut screen, &Input::Speaking(None));
    let effects = world.press(&mut screen, &[Yellow]);
    let last = said.len() - 1;
    assert!(
        matches!(effects[..], [Effect::ReadAloud { from, .. }] if from == last),
        "{effects:?}"
    );
    // It begins where the bar is.
    world.tell(&mut screen, &Input::Speaking(None));
    world.press(&mut screen, &[Up]);
    let effects = world.press(&mut screen, &[Yellow]);
    assert!(
        matches!(&effects[..], [Effect::ReadAloud { from: 4, .. }]),
        "{effects:?}"
    );
}

#[test]
fn what_is_read_aloud_has_room_above_the_bar_that_says_so() {
    let (world, mut screen) = alone((0..6).map(text).collect());
    let end = |screen: &BulletinScreen| {
        let last = screen.visible().last().unwrap();
        last.y + last.height - screen.reading().scroll()
    };
    let pages = screen.reading().page().1;
    let article = ArticleMetrics::default();
    world.press(&mut screen, &[Yellow]);
    for at in 0..7 {
        world.tell(&mut screen, &Input::Speaking(Some(at)));
        assert!(end(&screen) <= article.height - article.aloud);
    }
    assert!(screen.reading().page().1 > pages);
    world.tell(&mut screen, &Input::Speaking(None));
    assert_eq!(screen.reading().page().1, pages);
}
