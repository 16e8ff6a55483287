//! A page with everything on it: what is read, what can be chosen, and what becomes of it.

use contract::branch::Branch;
use contract::bulletin::Bulletin;
use contract::feed::{Change, Document};
use contract::meeting::{Meeting, MeetingState};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::Gone;
use crate::cache::tests::page;
use crate::remote::RemoteKey::{self, Back, Down, Ok as Enter, PageDown, Up, Yellow};
use crate::screens::overlay::Toast;
use crate::screens::settings::About;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::{Controller as _, Effect, Effects, Input, Route};

fn place(id: &str) -> OrganizationRef {
    OrganizationRef {
        id: id.to_owned(),
        name: format!("{id}村"),
    }
}

fn branch(paragraphs: usize) -> Branch {
    Branch {
        id: "west".to_owned(),
        organization: place("west"),
        secretary: "王芳".to_owned(),
        telephone: "0512-40000001".to_owned(),
        members: 46,
        introduction: (0..paragraphs)
            .map(|number| format!("第{number}段，{}", "全村三百户。".repeat(12)))
            .collect(),
        published_at_ms: NOW,
        ..Branch::default()
    }
}

fn bulletin(id: &str, by: &str, days: i64) -> Document {
    Document::Bulletin(Bulletin {
        id: id.to_owned(),
        organization: place(by),
        title: id.to_owned(),
        published_at_ms: NOW - days * 24 * 60 * MINUTE,
        ..Bulletin::default()
    })
}

fn meeting(id: &str, by: &str, state: MeetingState, minutes: i64) -> Document {
    Document::Meeting(Meeting {
        id: id.to_owned(),
        organization: place(by),
        state,
        title: id.to_owned(),
        starts_at_ms: NOW + minutes * MINUTE,
        ..Meeting::default()
    })
}

fn world(branch: Branch) -> (World, BranchScreen) {
    let world = World::new(TerminalKind::Household);
    let documents = vec![
        branch.into(),
        bulletin("older", "west", 9),
        bulletin("newer", "west", 1),
        bulletin("theirs", "east", 2),
        meeting("live", "west", MeetingState::Live, -5),
        meeting("planned", "west", MeetingState::Scheduled, 60),
        meeting("over", "west", MeetingState::Ended, -600),
        meeting("elsewhere", "east", MeetingState::Scheduled, 60),
    ];
    world.cache.apply(&page("1", documents)).unwrap();
    world.cache.set_online(true);
    let mut screen = BranchScreen::new("west");
    world.tell(&mut screen, &Input::Shown);
    (world, screen)
}

/// Presses a key until it leads nowhere; what OK does at each thing that takes the focus on the way.
fn chosen(world: &World, screen: &mut BranchScreen, key: RemoteKey) -> Effects {
    let state = |screen: &BranchScreen| {
        let reading = screen.reading();
        let what = reading.focused().map(|stop| stop.what);
        let focus = &reading.focus;
        (what, reading.page(), focus.zone(), focus.index())
    };
    let mut effects = Effects::new();
    for _ in 0..200 {
        let before = state(screen);
        world.press(screen, &[key]);
        let after = state(screen);
        if before == after {
            return effects;
        }
        if after.0.is_some() && before.0 != after.0 {
            effects.extend(world.press(screen, &[Enter]));
        }
    }
    panic!("it comes to no end");
}

fn opens(route: Route) -> Effect {
    Effect::Open(route)
}

#[test]
fn whoever_reads_it_comes_by_its_meetings_and_what_it_published() {
    for paragraphs in [1, 30] {
        let (world, mut screen) = world(branch(paragraphs));
        assert!(screen.reading().on_text(), "it begins with reading");
        let id = |id: &str| id.to_owned();
        assert_eq!(
            chosen(&world, &mut screen, Down),
            [
                opens(Route::Meeting { id: id("live") }),
                Effect::Remind(id("planned"), true),
                opens(Route::Bulletin { id: id("newer") }),
                opens(Route::Bulletin { id: id("older") }),
            ],
            "{paragraphs} paragraphs"
        );
        chosen(&world, &mut screen, Up);
        assert!(screen.reading().on_back());
        assert_eq!(
            world.press(&mut screen, &[Enter]),
            [Effect::Speak(Vec::new()), Effect::Back]
        );
    }
}

#[test]
fn without_a_network_it_is_read_and_what_is_live_says_why_not() {
    let (world, mut screen) = world(branch(1));
    world.cache.set_online(false);
    world.tell(&mut screen, &Input::Changed);
    let effects = chosen(&world, &mut screen, Down);
    assert_eq!(effects[0], Effect::Toast(Toast::MeetingOffline));
    let id = "newer".to_owned();
    assert!(effects.contains(&opens(Route::Bulletin { id })));
}

fn seen(screen: &BranchScreen) -> Vec<&PieceKind> {
    screen.visible().map(|piece| &piece.kind).collect()
}

#[test]
fn the_head_says_what_there_is_to_say() {
    let (_, screen) = world(branch(1));
    assert!(matches!(
        seen(&screen)[..3],
        [
            PieceKind::Secretary(_),
            PieceKind::Telephone(_),
            PieceKind::Members(46)
        ]
    ));
    let bare = Branch {
        secretary: String::new(),
        telephone: String::new(),
        ..branch(1)
    };
    let (_, screen) = world(bare);
    assert!(matches!(seen(&screen)[0], PieceKind::Members(46)));
}

#[test]
fn pages_turn_and_no_line_is_cut() {
    let (world, mut screen) = world(branch(30));
    let mut tops = vec![screen.reading().scroll()];
    for _ in 0..40 {
        world.press(&mut screen, &[PageDown]);
        tops.push(screen.reading().scroll());
        let (scroll, window) = (screen.reading().scroll(), 712.0);
        for piece in screen.visible() {
            assert!(piece.y >= scroll - 1.0 && piece.y + piece.height <= scroll + window + 1.0);
        }
    }
    assert!(tops.windows(2).all(|two| two[0] <= two[1]));
    assert!(tops[1] > 400.0 && tops[40] > 2_000.0, "{tops:?}");
    let last = seen(&screen).pop();
    assert!(matches!(last, Some(PieceKind::Bulletin(row)) if row.id == "older"));
}

#[test]
fn it_is_read_aloud_by_paragraphs_until_the_key_comes_again() {
    let (world, mut screen) = world(branch(2));
    let text = vec![
        "west村".to_owned(),
        branch(2).introduction[0].clone(),
        branch(2).introduction[1].clone(),
    ];
    assert_eq!(world.press(&mut screen, &[Yellow]), [Effect::Speak(text)]);
    world.tell(&mut screen, &Input::Speaking(Some(2)));
    assert_eq!(screen.spoken(), (true, Some(1)));
    assert_eq!(
        world.press(&mut screen, &[Yellow]),
        [Effect::Speak(Vec::new())]
    );
    world.tell(&mut screen, &Input::Speaking(None));
    assert_eq!(screen.spoken(), (false, None));
}

#[test]
fn taken_back_while_it_is_open_it_is_gone_and_says_so() {
    let (world, mut screen) = world(branch(3));
    world.tell(&mut screen, &Input::Speaking(Some(1)));
    let mut gone = page("2", Vec::new());
    gone.changes = vec![Change::Delete {
        id: "west".to_owned(),
    }];
    world.cache.apply(&gone).unwrap();
    assert_eq!(
        world.tell(&mut screen, &Input::Changed),
        [Effect::Speak(Vec::new())]
    );
    assert_eq!(screen.missing(), Some(Gone::Withdrawn));
    assert_eq!((screen.branch(), screen.visible().count()), (None, 0));
    // There is nothing but the way back.
    world.press(&mut screen, &[Down, Down]);
    for key in [Enter, Back] {
        assert!(world.press(&mut screen, &[key]).contains(&Effect::Back));
    }
    // One that was never here.
    let mut other = BranchScreen::new("nowhere");
    world.tell(&mut other, &Input::Shown);
    assert_eq!(other.missing(), Some(Gone::Unknown));
}

#[test]
fn the_members_and_a_meeting_that_begins_are_seen_at_once() {
    let (world, mut screen) = world(branch(1));
    let at = screen.wake_at().expect("the next meeting");
    assert_eq!(at, 60 * 60_000 + 1);
    let more = Branch {
        members: 47,
        ..branch(1)
    };
    world.cache.apply(&page("2", vec![more.into()])).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert!(seen(&screen).contains(&&PieceKind::Members(47)));
}

#[test]
fn what_the_television_is_leads_to_its_own_page() {
    let (world, _) = world(branch(1));
    let mut about = About::new();
    world.tell(&mut about, &Input::Shown);
    assert_eq!(
        world.press(&mut about, &[Enter]),
        [Effect::Back],
        "it stands elsewhere"
    );
    let mut enrolment = world.cache.enrolment().unwrap();
    enrolment.organization = place("west");
    world.cache.set_enrolment(&enrolment).unwrap();
    let mut about = About::new();
    world.tell(&mut about, &Input::Shown);
    let id = "west".to_owned();
    assert_eq!(
        world.press(&mut about, &[Enter]),
        [opens(Route::Branch { id })]
    );
    assert_eq!(world.press(&mut about, &[Up, Enter]), [Effect::Back]);
}
