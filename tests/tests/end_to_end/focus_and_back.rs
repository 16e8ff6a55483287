//! Back, the shortcuts, what lies over the screens, and what a power cut leaves.

use contract::bulletin::Block;
use contract::feed::{Change, Document, FeedPage};
use contract::township::ListingKind;
use e2e::harness::{NOW_MS, Stage, Start, Tv};
use media_player::Command;
use media_player::fake::Programme;
use tv_app::client::Notice;
use tv_app::interruptions::Dialog;
use tv_app::remote::RemoteKey::{
    self, Back, Blue, Digit, Down, Green, Home, Left, Menu, Ok as Enter, Right, Search, Up,
};
use tv_app::screens::kit::{ENTRIES, RAIL};
use tv_app::screens::overlay::Toast;
use tv_app::screens::settings::name;
use tv_app::screens::{Input, Route};

fn at_home() -> Stage {
    let mut stage = Stage::new().unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    stage
}

/// Opens a list by a digit and its place among the section's lists.
fn open_list(tv: &Tv, stage: &Stage, kind: ListingKind) -> String {
    let list = stage.content.list_of(kind).unwrap();
    let sections = stage.content.township().sections;
    let section = sections
        .iter()
        .find(|section| section.listings.iter().any(|listing| listing.id == list))
        .unwrap();
    tv.press(Digit(section.digit));
    let shows = |list: &str| Route::Section {
        id: section.id.clone(),
        list: list.to_owned(),
    };
    assert_eq!(tv.route(), shows(&section.listings[0].id));
    tv.press(Left);
    assert_eq!(tv.focus().0, RAIL);
    for _ in 0..section.listings.len() {
        if tv.focus().1.as_ref() == Some(&list) {
            break;
        }
        tv.press(Down);
    }
    assert_eq!(tv.route(), shows(&list), "it is there without a key");
    tv.press(Right);
    assert_eq!(tv.focus().0, ENTRIES);
    list
}

fn page(changes: Vec<Change>) -> FeedPage {
    FeedPage {
        cursor: "later".to_owned(),
        server_time_ms: NOW_MS,
        changes,
        ..FeedPage::default()
    }
}

/// Switches the television on where somebody was when the power went.
fn resume(stage: &mut Stage, routes: &[Route]) {
    stage.demo.resume_at(routes).unwrap();
    let start = Start {
        resume: true,
        ..Start::default()
    };
    stage.tv.start(&stage.demo, &start).unwrap();
}

#[test]
fn back_restores_focus_and_scroll_on_every_screen() {
    let stage = at_home();
    let tv = &stage.tv;
    let list = open_list(tv, &stage, ListingKind::Bulletins);
    let section = tv.route();
    tv.press_all(&[RemoteKey::PageDown, Down, Down]);
    tv.settle();
    let (focus, before) = (tv.focus(), tv.frame());
    let unread = stage
        .demo
        .cache
        .bulletins(&list, tv_app::cache::Order::Newest);
    // It has been read afterwards, which changes its row: read it before looking.
    tv.press(Enter);
    assert!(matches!(tv.route(), Route::Bulletin { .. }));
    tv.settle();
    tv.press(Back);
    assert_eq!(tv.focus(), focus);
    let first = tv.frame();
    tv.press(Enter);
    tv.press_all(&[Down, Down, Down]);
    tv.press(Back);
    assert_eq!((tv.route(), tv.focus()), (section, focus));
    assert_eq!(tv.frame(), first, "the same rows in the same places");
    let changed = e2e::harness::pixels::difference(&before, &first);
    assert!(
        changed < 0.05,
        "only the row's unread mark may change, {changed} did; {} rows",
        unread.len()
    );
    tv.press(Left);
    assert_eq!(tv.focus(), (RAIL, Some(list)));
    tv.press(Back);
    assert_eq!((tv.route(), tv.depth()), (Route::Home, 1));
}

#[test]
fn back_restores_the_scroll_of_a_text() {
    let mut stage = Stage::new().unwrap();
    let id = stage
        .content
        .bulletin_with_most(|bulletin| {
            bulletin
                .body
                .iter()
                .filter(|block| matches!(block, Block::Picture(_)))
                .count()
        })
        .unwrap()
        .id
        .clone();
    resume(&mut stage, &[Route::Home, Route::Bulletin { id }]);
    let tv = &stage.tv;
    for _ in 0..40 {
        if tv.focus().0 == "stops" {
            break;
        }
        tv.press(Down);
    }
    let (focus, before) = (tv.focus(), tv.frame());
    assert_eq!(focus.0, "stops");
    tv.press(Enter);
    assert!(matches!(
        tv.route(),
        Route::Picture { .. } | Route::Table { .. }
    ));
    tv.press(Back);
    assert_eq!(tv.focus(), focus);
    assert_eq!(tv.frame(), before);
}

#[test]
fn shortcuts_open_what_they_say() {
    let stage = at_home();
    let tv = &stage.tv;
    for section in stage.content.township().sections {
        tv.press(Digit(section.digit));
        let is_there = matches!(tv.route(), Route::Section { id, .. } if id == section.id);
        assert!(is_there && tv.depth() == 2, "{:?}", tv.route());
    }
    tv.press(Search);
    assert_eq!((tv.route(), tv.depth()), (Route::Search, 3));
    tv.press(Digit(2));
    assert_eq!(tv.route(), Route::Search, "digits are letters here");
    tv.press(Menu);
    assert_eq!(tv.route(), Route::Settings);
    tv.press(Home);
    assert_eq!((tv.route(), tv.depth()), (Route::Home, 1));
}

#[test]
fn blue_goes_through_the_text_sizes_and_keeps_the_focus() {
    let stage = at_home();
    let tv = &stage.tv;
    open_list(tv, &stage, ListingKind::Bulletins);
    tv.press_all(&[Down; 6]);
    let focus = tv.focus();
    let mut pictures = vec![tv.frame()];
    for size in ["125", "150", "100"] {
        tv.press(Blue);
        tv.settle();
        assert_eq!(
            stage.demo.cache.setting(name::TEXT_SIZE).as_deref(),
            Some(size)
        );
        assert_eq!(
            (tv.focus(), tv.toast()),
            (focus.clone(), Some(Toast::SizeChanged))
        );
        pictures.push(tv.frame());
        let rings = e2e::harness::pixels::rings(&tv.frame());
        assert_eq!(rings.len(), 1, "the focused row is in view at {size} %");
    }
    assert!(
        e2e::harness::pixels::difference(&pictures[0], &pictures[2]) > 0.02,
        "larger text looks different"
    );
}

#[test]
fn a_message_goes_with_the_next_key_or_after_eight_seconds() {
    let stage = at_home();
    let tv = &stage.tv;
    let before = tv.frame();
    tv.press(Green);
    assert_eq!(tv.toast(), Some(Toast::NoRollCall));
    assert_ne!(tv.frame(), before);
    tv.advance(7_000);
    assert_eq!(tv.toast(), Some(Toast::NoRollCall));
    tv.advance(1_500);
    assert_eq!(tv.toast(), None);
    assert_eq!(tv.frame(), before);
    tv.press(Green);
    tv.press(Right);
    assert_eq!(tv.toast(), None);
}

#[test]
fn an_urgent_notice_stands_over_everything_until_it_is_answered() {
    let stage = at_home();
    let tv = &stage.tv;
    let bulletin = stage.content.bulletins().next().unwrap();
    let notice = |id: &str| Notice::Urgent {
        bulletin_id: id.to_owned(),
        title: bulletin.title.clone(),
    };
    tv.press(Digit(1));
    let section = tv.route();
    tv.app().on_notice(notice(&bulletin.id));
    assert!(matches!(tv.dialog(), Some((Dialog::Urgent(_), 0))));
    tv.press_all(&[Down, Digit(2), Menu]);
    assert_eq!(tv.route(), section, "the screen below cannot be reached");
    tv.press(Back);
    assert_eq!(
        (tv.dialog(), tv.route()),
        (None, section.clone()),
        "Back means that it is known"
    );
    tv.app().on_notice(notice(&bulletin.id));
    tv.press_all(&[Right, Enter]);
    assert_eq!(
        (tv.dialog(), tv.route()),
        (
            None,
            Route::Bulletin {
                id: bulletin.id.clone()
            }
        )
    );
    tv.press(Back);
    assert_eq!(tv.route(), section);
    // Two at once come one after the other; none is lost.
    tv.app().on_notice(notice("one"));
    tv.app().on_notice(notice("two"));
    tv.press(Enter);
    assert!(matches!(tv.dialog(), Some((Dialog::Urgent(shown), 0)) if shown.id == "two"));
}

#[test]
fn a_bulletin_withdrawn_while_it_is_open_does_not_stay_on_the_screen() {
    let mut stage = Stage::new().unwrap();
    let bulletin = stage.content.bulletins().next().unwrap().clone();
    resume(
        &mut stage,
        &[
            Route::Home,
            Route::Bulletins {
                list: bulletin.list.clone(),
            },
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
        ],
    );
    let tv = &stage.tv;
    let words = |tv: &Tv| {
        e2e::harness::texts::texts(slint::ComponentHandle::window(tv.app().window()))
            .into_iter()
            .map(|text| text.words)
            .collect::<String>()
    };
    tv.settle();
    let before = words(tv);
    let start: String = bulletin.title.chars().take(6).collect();
    assert!(before.contains(&start), "{before}");
    stage
        .demo
        .cache
        .apply(&page(vec![Change::Delete {
            id: bulletin.id.clone(),
        }]))
        .unwrap();
    tv.app()
        .on_notice(Notice::ContentChanged(stage.demo.cache.generation()));
    tv.settle();
    let after = words(tv);
    assert!(!after.contains(&start), "{after}");
    assert!(after.contains("撤下"), "{after}");
    assert!(tv.focus().1.is_some());
    tv.press(Back);
    assert_eq!(
        tv.route(),
        Route::Bulletins {
            list: bulletin.list.clone()
        }
    );
    let listed = stage
        .demo
        .cache
        .bulletins(&bulletin.list, tv_app::cache::Order::Newest);
    assert!(listed.iter().all(|row| row.id != bulletin.id));
    assert!(tv.focus().1.is_some());
}

#[test]
fn a_refreshed_list_keeps_the_focus_on_the_same_item_or_its_neighbour() {
    let stage = at_home();
    let tv = &stage.tv;
    let list = open_list(tv, &stage, ListingKind::Bulletins);
    tv.press_all(&[Down; 3]);
    let focused = tv.focus().1.unwrap();
    let mut fresh = stage
        .content
        .bulletins()
        .find(|bulletin| bulletin.list == list)
        .unwrap()
        .clone();
    for (count, id) in ["new-1", "new-2", "new-3"].into_iter().enumerate() {
        fresh.id = id.to_owned();
        fresh.published_at_ms = NOW_MS + i64::try_from(count).unwrap();
        stage
            .demo
            .cache
            .apply(&page(vec![Change::Put {
                document: Document::Bulletin(fresh.clone()),
            }]))
            .unwrap();
        tv.app()
            .on_notice(Notice::ContentChanged(stage.demo.cache.generation()));
        assert_eq!(tv.focus().1.as_ref(), Some(&focused));
    }
    let rows = stage
        .demo
        .cache
        .bulletins(&list, tv_app::cache::Order::Newest);
    let at = rows.iter().position(|row| row.id == focused).unwrap();
    let neighbours = [
        rows.get(at + 1).map(|row| row.id.clone()),
        rows.get(at - 1).map(|row| row.id.clone()),
    ];
    stage
        .demo
        .cache
        .apply(&page(vec![Change::Delete { id: focused }]))
        .unwrap();
    tv.app()
        .on_notice(Notice::ContentChanged(stage.demo.cache.generation()));
    assert!(neighbours.contains(&tv.focus().1), "{:?}", tv.focus());
}

#[test]
fn after_a_power_cut_the_same_screen_has_the_same_focus() {
    let mut stage = Stage::new().unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    open_list(&stage.tv, &stage, ListingKind::Bulletins);
    stage.tv.press_all(&[Down; 2]);
    stage.tv.press(Enter);
    let (route, depth) = (stage.tv.route(), stage.tv.depth());
    let status = stage.tv.app().status().lock().clone();
    stage.tv.cut_power();
    stage
        .tv
        .start(
            &stage.demo,
            &Start {
                resume: true,
                ..Start::default()
            },
        )
        .unwrap();
    assert_eq!((stage.tv.route(), stage.tv.depth()), (route, depth));
    assert_eq!(stage.tv.app().status().lock().clone(), status);
    stage.tv.press(Back);
    let focused = stage.tv.focus().1.unwrap();
    let Route::Bulletin { id } = serde_json::from_value(status["route"].clone()).unwrap() else {
        panic!("{status}")
    };
    assert_eq!(focused, id, "the list below is where it was");
}

#[test]
fn after_a_power_cut_a_programme_goes_on_at_the_same_second() {
    let mut stage = Stage::new().unwrap();
    let list = stage.content.list_of(ListingKind::Programmes).unwrap();
    let id = stage.demo.cache.programmes(&list)[0].id.clone();
    stage
        .demo
        .resume_at(&[Route::Home, Route::Programme { id: id.clone() }])
        .unwrap();
    let how = Start {
        resume: true,
        client: None,
        film: Some(Programme::lasting(600_000)),
    };
    stage.tv.start(&stage.demo, &how).unwrap();
    // OK on a screen that has only just come is not meant for it.
    stage.tv.advance(250);
    stage.tv.press(Enter);
    stage.tv.advance(83_000);
    let Route::Player {
        position_ms: before,
        ..
    } = stage.tv.route()
    else {
        panic!("{:?}", stage.tv.route())
    };
    assert!(before > 75_000, "{before}");
    stage.tv.cut_power();
    let kept = stage.demo.cache.resume_point();
    assert!(
        kept.as_ref().is_some_and(|kept| kept.contains("player")),
        "{kept:?}"
    );
    stage.tv.start(&stage.demo, &how).unwrap();
    let Route::Player {
        id: again,
        position_ms: after,
    } = stage.tv.route()
    else {
        panic!("{:?}", stage.tv.route())
    };
    assert_eq!(again, id);
    // It is written down every five seconds of watching.
    assert!(
        (before - 6_000..=before).contains(&after),
        "{after} after {before}"
    );
    let loaded = stage
        .tv
        .player()
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Load(source) => Some(source.start_ms),
            _ => None,
        });
    assert_eq!(loaded, Some(after));
    stage.tv.advance(2_000);
    let Route::Player {
        position_ms: moving,
        ..
    } = stage.tv.route()
    else {
        panic!("{:?}", stage.tv.route())
    };
    assert!(
        moving > after && moving <= after + 2_500,
        "{moving} after {after}"
    );
    stage.tv.press(Back);
    assert_eq!(stage.tv.route(), Route::Programme { id });
}

#[test]
fn up_from_the_first_row_reaches_the_way_back_and_down_returns() {
    let stage = at_home();
    let tv = &stage.tv;
    open_list(tv, &stage, ListingKind::Bulletins);
    let first = tv.focus();
    tv.press(Up);
    assert_eq!(tv.focus().0, "back");
    tv.press(Down);
    assert_eq!(tv.focus(), first);
    tv.app().input(&Input::Changed);
    assert_eq!(tv.focus(), first);
}
