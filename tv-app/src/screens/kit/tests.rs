//! What every part of the kit must keep: one focus, in view, whatever keys come and whatever changes.

mod pixels;
mod states;

use proptest::prelude::*;

use super::detail::Detail;
use super::grid::Grid;
use super::list::{Line, Lines};
use super::{Act, ENTRIES, State};
use crate::cache::SyncState;
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::BACK;
use RemoteKey::{Back, Down, Left, Ok as Enter, PageDown, PageUp, Right, Up};

#[derive(Clone, Debug)]
enum Op {
    Key(RemoteKey, Press),
    /// So many entries, beginning with this one, in so many columns and rows.
    Set(usize, usize, usize, usize),
}

fn op() -> impl Strategy<Value = Op> {
    let key = prop_oneof![
        4 => Just(Down), 2 => Just(Up), 2 => Just(Right), 1 => Just(Left),
        2 => Just(PageDown), 1 => Just(PageUp), 1 => Just(Enter), 1 => Just(Back),
    ];
    let press = prop_oneof![4 => Just(Press::Down), 1 => Just(Press::Repeat), 1 => Just(Press::Up)];
    prop_oneof![
        8 => (key, press).prop_map(|(key, press)| Op::Key(key, press)),
        1 => (0_usize..40, 0_usize..5, 1_usize..6, 1_usize..6).prop_map(|(a, b, c, d)| Op::Set(a, b, c, d)),
    ]
}

/// Exactly one thing has the focus: 返回 or an entry.
fn one_focus(focus: &FocusMap) -> bool {
    focus.key().is_some() && matches!(focus.zone(), BACK | ENTRIES)
}

/// Back always leaves; OK leaves or chooses; only arrows and pages move.
fn fits(act: Act, key: RemoteKey, press: Press) -> bool {
    match (key, press) {
        (Back, Press::Down) => act == Act::Left,
        (Enter, Press::Down) => matches!(act, Act::Left | Act::Chosen(_)),
        (Back | Enter, _) | (_, Press::Up) => act == Act::Unused,
        _ => act == Act::Moved,
    }
}

proptest! {
    #[test]
    fn a_grid_has_one_focus_and_shows_it(ops in prop::collection::vec(op(), 1..80)) {
        let mut grid: Grid<String> = Grid::new();
        for op in ops {
            match op {
                Op::Key(key, press) => {
                    let act = grid.pager_mut().act(key, press);
                    prop_assert!(fits(act, key, press), "{key:?} {press:?} {act:?}");
                }
                Op::Set(count, from, columns, rows) => {
                    let was = grid.chosen().cloned();
                    let items: Vec<String> = (from..from + count).map(|n| n.to_string()).collect();
                    grid.set(items.clone(), |item| item, columns, rows);
                    if let Some(was) = was.filter(|was| items.contains(was)) {
                        prop_assert_eq!(grid.chosen(), Some(&was), "the focus stays on the same thing");
                    }
                }
            }
            prop_assert!(one_focus(&grid.pager().focus));
            let pager = grid.pager();
            let (visible, total) = (pager.visible(), pager.total());
            prop_assert_eq!(grid.visible(), &grid.items()[visible.clone()]);
            prop_assert_eq!(pager.focused().is_some(), !pager.on_back() && total > 0);
            prop_assert_eq!(pager.focused_in_view().is_some(), pager.focused().is_some(), "in view");
            prop_assert!(total == 0 || !visible.is_empty());
        }
    }

    /// Pages neither skip an entry nor show one twice as long as there are more.
    #[test]
    fn pages_follow_each_other(total in 1_usize..60, columns in 1_usize..6, rows in 1_usize..6) {
        let mut grid: Grid<String> = Grid::new();
        grid.set((0..total).map(|n| n.to_string()).collect(), |item| item, columns, rows);
        let mut seen = grid.visible().to_vec();
        while grid.pager().visible().end < total {
            let end = grid.pager().visible().end;
            grid.pager_mut().act(PageDown, Press::Down);
            let visible = grid.pager().visible();
            prop_assert!(visible.start == end || visible.end == total, "{visible:?} after {end}");
            seen.extend(grid.visible().iter().skip(end - visible.start).cloned());
        }
        prop_assert_eq!(seen, grid.items());
    }

    #[test]
    fn lines_have_one_focus_and_show_all_of_it(
        kinds in prop::collection::vec((any::<bool>(), 40_u8..200), 0..30),
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let mut lines = Lines::new();
        let fresh = |skip: usize| -> Vec<Line<usize>> {
            let kinds = kinds.iter().enumerate().skip(skip);
            kinds.map(|(at, (heading, height))| Line {
                what: at,
                height: f32::from(*height),
                key: (!heading).then(|| at.to_string()),
            }).collect()
        };
        lines.set(fresh(0), 16.0, 700.0);
        for op in ops {
            match op {
                Op::Key(key, press) => {
                    let act = lines.act(key, press);
                    prop_assert!(fits(act, key, press), "{key:?} {press:?} {act:?}");
                }
                Op::Set(skip, ..) => lines.set(fresh(skip), 16.0, 700.0),
            }
            prop_assert!(one_focus(&lines.focus));
            prop_assert_eq!(lines.chosen().is_some(), !lines.on_back());
            let focused: Vec<_> = lines.visible().filter(|line| line.focused).collect();
            prop_assert_eq!(focused.len(), usize::from(!lines.on_back()), "it is in view");
            for line in lines.visible() {
                prop_assert!(line.y + line.height <= 700.0, "no line is cut");
            }
        }
    }

    #[test]
    fn a_detail_has_one_focus(counts in prop::collection::vec((0_usize..5, 0_usize..8), 1..40)) {
        let keys = [Up, Down, Left, Right, Enter, Back, PageDown, Up];
        let mut detail: Detail<usize> = Detail::default();
        for (count, key) in counts {
            detail.set((0..count).collect(), ToString::to_string);
            prop_assert!(detail.focus.key().is_some());
            prop_assert_eq!(detail.chosen().is_none(), detail.on_back());
            let chosen = detail.focused();
            match (keys[key], detail.act(keys[key], Press::Down)) {
                (Back, act) => prop_assert_eq!(act, Act::Left),
                (Enter, act) => prop_assert_eq!(act, chosen.map_or(Act::Left, Act::Chosen)),
                (PageDown, act) => prop_assert_eq!(act, Act::Unused),
                (_, act) => prop_assert_eq!(act, Act::Moved),
            }
        }
    }
}

#[test]
fn a_list_without_entries_says_why() {
    let sync = |last_sync_at_ms, online| {
        move || SyncState {
            last_sync_at_ms,
            online,
            tried: true,
            pending_writes: 0,
            refused_writes: 0,
        }
    };
    let cases = [
        (3, true, None, false, State::Filled),
        (3, false, Some(1), true, State::Filled),
        (0, false, None, false, State::Waiting),
        (0, true, None, true, State::Waiting),
        (0, true, Some(1), true, State::Empty),
        (0, true, Some(1), false, State::Offline),
        (0, false, Some(1), false, State::Withdrawn),
    ];
    for (count, is_known, last, online, state) in cases {
        assert_eq!(State::of(count, is_known, sync(last, online)), state);
    }
}
