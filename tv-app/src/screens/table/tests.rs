//! Rows and columns of a table, and what the keys say.

use contract::bulletin::{Block, Bulletin, Table};
use contract::feed::Document;
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::tests::{bulletin, page};
use crate::remote::RemoteKey::{Back, Down, Left, Ok as Enter, PageDown, Right, Up, Yellow};
use crate::screens::tests::{NOW, World};
use crate::screens::{Effect, Input};

/// Months, the newest first.
fn months(columns: usize, rows: usize) -> Table {
    let mut header = vec!["项目".to_owned()];
    header.extend((1..columns).rev().map(|month| format!("{month}月")));
    let row = |name: String| {
        let numbers = (1..columns).map(|_| "5,432,418.39".to_owned());
        std::iter::once(name).chain(numbers).collect()
    };
    Table {
        title: String::new(),
        numeric: (0..columns).map(|at| at > 0).collect(),
        header,
        rows: (0..rows).map(|at| row(format!("第{at}项"))).collect(),
    }
}

fn shown(table: Table) -> (World, TableScreen) {
    let world = World::new(TerminalKind::Household);
    let one = Bulletin {
        body: vec![Block::Table(table)],
        ..bulletin("a", "l", "清河镇2026年支出公示", NOW)
    };
    let documents = vec![Document::Bulletin(one)];
    world.cache.apply(&page("1", documents)).unwrap();
    let mut screen = TableScreen::new("a", 0);
    assert_eq!(world.tell(&mut screen, &Input::Shown), []);
    (world, screen)
}

fn heads(screen: &TableScreen) -> Vec<String> {
    screen.head().into_iter().map(|cell| cell.text).collect()
}

#[test]
fn the_author_s_order_stands_and_right_says_what_it_brings() {
    let (world, mut screen) = shown(months(13, 4));
    assert_eq!(
        screen.title(),
        "清河镇2026年支出公示",
        "it has no own title"
    );
    let first = heads(&screen);
    assert_eq!(first[..2], ["项目", "12月"]);
    let (left, right) = screen.hidden();
    let right = right.unwrap();
    assert_eq!((left, right.to), (None, "1月"));
    let next = right.from.to_owned();
    assert_eq!(right.count, 13 - first.len());
    world.press(&mut screen, &[Right]);
    let second = heads(&screen);
    assert_eq!(
        second[..2],
        ["项目".to_owned(), next],
        "nothing is passed over"
    );
    for _ in 0..5 {
        world.press(&mut screen, &[Right]);
    }
    let last = heads(&screen);
    assert_eq!(last.last().map(String::as_str), Some("1月"));
    assert_eq!(last.len(), first.len(), "the last page is full");
    assert_eq!(screen.hidden().1, None);
    assert_eq!(screen.hidden().0.map(|hidden| hidden.from), Some("12月"));
    for _ in 0..5 {
        world.press(&mut screen, &[Left]);
    }
    assert_eq!(heads(&screen), first);
}

#[test]
fn a_table_that_fits_has_nothing_out_of_view_and_fills_the_width() {
    let (world, mut screen) = shown(months(3, 4));
    assert_eq!(screen.hidden(), (None, None));
    let before = screen.head();
    world.press(&mut screen, &[Right, Left]);
    assert_eq!(screen.head(), before);
    let edge = before.last().map(|cell| cell.x + cell.width).unwrap();
    assert!((edge - 1_688.0).abs() < 1.0, "{edge}");
}

#[test]
fn rows_are_read_one_by_one_to_the_last() {
    let (world, mut screen) = shown(months(3, 30));
    let focused = |screen: &TableScreen| {
        let rows = screen.rows();
        let at = rows.iter().position(|row| row.focused)?;
        Some(screen.first_row() + at)
    };
    assert_eq!(focused(&screen), Some(0));
    for at in 1..30 {
        assert!(screen.has_more());
        world.press(&mut screen, &[Down]);
        assert_eq!(focused(&screen), Some(at));
    }
    assert!(!screen.has_more());
    assert_eq!(world.press(&mut screen, &[Enter]), [], "OK leads nowhere");
    for _ in 0..30 {
        world.press(&mut screen, &[Up]);
    }
    assert!(screen.on_back());
    world.press(&mut screen, &[Down, PageDown]);
    assert!(focused(&screen) > Some(5));
    let gone = [Effect::Speak(Vec::new()), Effect::Back];
    assert_eq!(world.press(&mut screen, &[Back]), gone);
}

#[test]
fn sums_are_told_by_their_names() {
    for name in ["合计", "本月支出合计", "总计（元）", "月末结余", "小计"] {
        assert!(is_sum(&[name.to_owned(), "1.00".to_owned()]), "{name}");
    }
    assert!(!is_sum(&["办公费".to_owned(), "合计".to_owned()]));
    assert!(!is_sum(&[]));
}

#[test]
fn it_is_read_aloud_from_the_row_that_is_read() {
    let mut table = months(3, 6);
    table.rows[2][0] = "合计".to_owned();
    let (world, mut screen) = shown(table);
    world.press(&mut screen, &[Down, Down]);
    let effects = world.press(&mut screen, &[Yellow]);
    let [Effect::Speak(said)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(said.len(), 4);
    assert_eq!(said[0], "项目 合计，2月 5,432,418.39，1月 5,432,418.39");
    world.tell(&mut screen, &Input::Speaking(Some(1)));
    assert!(screen.is_speaking());
    assert!(screen.rows()[3].focused && screen.rows()[2].sum);
    assert_eq!(
        world.press(&mut screen, &[Yellow]),
        [Effect::Speak(Vec::new())]
    );
    world.tell(&mut screen, &Input::Speaking(None));
    assert!(!screen.is_speaking());
}
