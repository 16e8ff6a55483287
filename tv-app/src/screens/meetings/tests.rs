//! The calendar: what is in view, and what choosing something does.

use contract::feed::Document;
use contract::meeting::{Meeting, MeetingState};
use contract::terminal::TerminalKind;

use super::*;
use crate::cache::tests::page;
use crate::remote::RemoteKey::{Back, Down, Ok as Enter, PageDown, PageUp, Up};
use crate::screens::live::Group;
use crate::screens::overlay::Toast;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::{Controller, Effect, Input, Route};

const DAY: i64 = 24 * 60 * MINUTE;

fn meeting(id: &str, state: MeetingState, starts_in_ms: i64) -> Meeting {
    Meeting {
        id: id.to_owned(),
        state,
        title: format!("会议{id}"),
        starts_at_ms: NOW + starts_in_ms,
        ..Meeting::default()
    }
}

fn world(meetings: Vec<Meeting>) -> (World, Meetings) {
    let world = World::new(TerminalKind::Household);
    world.cache.set_online(true);
    tell(&world, meetings);
    let mut screen = Meetings::new("live");
    world.tell(&mut screen, &Input::Shown);
    (world, screen)
}

fn tell(world: &World, meetings: Vec<Meeting>) {
    let documents = meetings.into_iter().map(Document::Meeting).collect();
    world.cache.apply(&page("1", documents)).unwrap();
}

fn recorded(id: &str) -> Meeting {
    Meeting {
        programme_id: Some("film".to_owned()),
        ..meeting(id, MeetingState::Ended, -DAY)
    }
}

#[test]
fn without_meetings_there_is_only_the_way_back() {
    let (world, mut screen) = world(Vec::new());
    assert_eq!((screen.focused(), screen.lines().place()), (None, (0, 0)));
    assert!(screen.lines().on_back());
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Back]);
    // The first one that comes has the focus.
    tell(&world, vec![meeting("a", MeetingState::Live, 0)]);
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.focused(), Some(0));
}

#[test]
fn each_kind_of_meeting_leads_where_it_should() {
    let (world, mut screen) = world(vec![
        meeting("live", MeetingState::Live, -MINUTE),
        meeting("planned", MeetingState::Scheduled, 60 * MINUTE),
        meeting("off", MeetingState::Cancelled, 61 * MINUTE),
        recorded("over"),
        meeting("lost", MeetingState::Ended, -2 * DAY),
    ]);
    let choose = |screen: &mut Meetings| {
        let effects = world.press(screen, &[Enter]);
        world.press(screen, &[Down]);
        effects
    };
    let open = |route| vec![Effect::Open(route)];
    assert_eq!(
        choose(&mut screen),
        open(Route::Meeting {
            id: "live".to_owned()
        })
    );
    assert!(screen.reminds());
    assert_eq!(
        choose(&mut screen),
        [Effect::Remind("planned".to_owned(), true)]
    );
    assert!(!screen.reminds());
    assert_eq!(
        choose(&mut screen),
        [Effect::Toast(Toast::MeetingCancelled)]
    );
    assert_eq!(
        choose(&mut screen),
        open(Route::Programme {
            id: "film".to_owned()
        })
    );
    assert_eq!(choose(&mut screen), [Effect::Toast(Toast::NoRecording)]);
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn a_reminder_that_is_set_is_taken_away_by_the_same_key() {
    let (world, mut screen) = world(vec![meeting("a", MeetingState::Scheduled, 60 * MINUTE)]);
    world.cache.set_reminder("a", true).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert!(screen.entries()[0].choice.remind);
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Remind("a".to_owned(), false)]
    );
}

#[test]
fn without_a_network_what_is_live_says_so() {
    let (world, mut screen) = world(vec![meeting("a", MeetingState::Live, 0)]);
    world.cache.set_online(false);
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Toast(Toast::MeetingOffline)]
    );
}

fn bottom(screen: &Meetings) -> f32 {
    let sizes = crate::screens::metrics::CalendarMetrics::default();
    let line = screen.lines().visible().last().expect("a line");
    line.y
        + match *line.what {
            Line::Heading(_) => sizes.heading,
            Line::Meeting(at) if screen.entries()[at].group == Group::Live => sizes.live,
            Line::Meeting(_) => sizes.row,
        }
}

#[test]
fn whatever_has_the_focus_is_wholly_in_view() {
    let mut meetings = vec![meeting("live", MeetingState::Live, 0)];
    meetings.extend((1..12).map(|n| {
        let id = format!("{n}");
        meeting(&id, MeetingState::Scheduled, n * 20 * 60 * MINUTE)
    }));
    meetings.extend((0..6).map(|n| recorded(&format!("over {n}"))));
    let (world, mut screen) = world(meetings);
    let count = screen.entries().len();
    let check = |screen: &Meetings| {
        let seen = screen
            .lines()
            .visible()
            .any(|line| Some(*line.what) == screen.focused().map(Line::Meeting));
        assert!(seen || screen.lines().on_back(), "{:?}", screen.focused());
        assert!(bottom(screen) <= 744.0, "{}", bottom(screen));
        let last = screen.lines().visible().last().map(|line| *line.what);
        assert!(matches!(last, Some(Line::Meeting(_))), "{last:?}");
    };
    for _ in 1..count {
        check(&screen);
        world.press(&mut screen, &[Down]);
    }
    check(&screen);
    assert_eq!(screen.focused(), Some(count - 1));
    let at_the_end = screen.lines().visible().last().map(|line| *line.what);
    assert_eq!(at_the_end, Some(Line::Meeting(count - 1)));
    for _ in 1..count {
        world.press(&mut screen, &[Up]);
        check(&screen);
    }
    // The name of the first group comes into view with its first meeting.
    assert_eq!((screen.focused(), screen.lines().place().0), (Some(0), 0));
    world.press(&mut screen, &[PageDown]);
    assert_eq!(screen.focused(), Some(4));
    check(&screen);
    world.press(&mut screen, &[PageUp]);
    assert_eq!(screen.focused(), Some(0));
}

#[test]
fn when_the_list_becomes_shorter_the_view_follows() {
    let many = (0..20)
        .map(|n| meeting(&format!("{n}"), MeetingState::Scheduled, (n + 1) * DAY))
        .collect();
    let (world, mut screen) = world(many);
    world.press(&mut screen, &[Down; 19]);
    assert!(screen.lines().place().0 > 0);
    let mut emptied = page("2", vec![Document::Meeting(recorded("over"))]);
    emptied.reset = true;
    world.cache.apply(&emptied).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(
        (screen.lines().place(), screen.focused()),
        ((0, 2), Some(0)),
        "a group's name and one meeting"
    );
}

#[test]
fn it_looks_again_when_one_is_to_begin() {
    let (world, screen) = world(vec![
        meeting("a", MeetingState::Scheduled, 10 * MINUTE),
        meeting("b", MeetingState::Scheduled, 20 * MINUTE),
    ]);
    let at = screen.wake_at().expect("an alarm");
    assert_eq!(at, 600_001);
    drop(world);
}
