//! Calls to meetings, reminders, and what is counted of a meeting that is watched.

use contract::feed::Document;
use contract::meeting::{JoinAccess, Place as Standing, ViewingReport};
use contract::roll_call::AttendanceState;
use contract::terminal::TerminalKind;
use media_player::publish::PublishCommand;
use media_player::{Command, Event, State};

use super::super::tests::{Bench, called, plays, quiet, ring};
use super::*;
use crate::cache::tests::page;
use crate::screens::tests::{MINUTE, NOW, World, answered};

const M: &str = "meeting";

fn meeting(id: &str, state: MeetingState, starts_in_ms: i64) -> Meeting {
    Meeting {
        id: id.to_owned(),
        state,
        title: "全镇党员大会".to_owned(),
        starts_at_ms: NOW + starts_in_ms,
        ..Meeting::default()
    }
}

fn tell(bench: &mut Bench, meetings: Vec<Meeting>) -> Vec<Outward> {
    let documents = meetings.into_iter().map(Document::Meeting).collect();
    bench.world.cache.apply(&page("1", documents)).unwrap();
    bench.tell(&Input::Changed)
}

/// The meeting goes live.
fn begin(bench: &mut Bench) -> Vec<Outward> {
    tell(bench, vec![meeting(M, MeetingState::Live, 0)])
}

fn station() -> Bench {
    Bench::new(World::new(TerminalKind::Station))
}

fn offered(bench: &Bench) -> Option<&str> {
    match bench.router.dialog() {
        Some((Dialog::Meeting { id, .. }, _)) => Some(id),
        _ => None,
    }
}

fn reminder(bench: &Bench) -> Option<bool> {
    match bench.router.dialog() {
        Some((Dialog::Reminder { is_time, .. }, _)) => Some(*is_time),
        _ => None,
    }
}

fn in_meeting() -> Route {
    Route::Meeting { id: M.to_owned() }
}

/// Lets time pass and rings when something asked to be woken.
fn wait(bench: &mut Bench, ms: u64) -> Vec<Outward> {
    use crate::clock::Clock as _;
    let until = bench.world.clock.monotonic_ms() + ms;
    let mut outward = Vec::new();
    loop {
        let now = bench.world.clock.monotonic_ms();
        let at = bench.router.wake_at(now).filter(|at| *at <= until);
        let Some(at) = at else { break };
        bench.world.clock.advance(at.saturating_sub(now).max(1));
        outward.extend(bench.tell(&Input::Tick));
    }
    bench
        .world
        .clock
        .advance(until.saturating_sub(bench.world.clock.monotonic_ms()));
    outward
}

fn joins(outward: &[Outward]) -> Vec<String> {
    let viewing = |one: &Outward| match one {
        Outward::Join {
            meeting_id,
            viewing_id,
        } if meeting_id == M => Some(viewing_id.clone()),
        _ => None,
    };
    outward.iter().filter_map(viewing).collect()
}

fn reports(outward: &[Outward]) -> Vec<ViewingReport> {
    let report = |one: &Outward| match one {
        Outward::Effect(Effect::Viewing(_, report)) => Some((**report).clone()),
        _ => None,
    };
    outward.iter().filter_map(report).collect()
}

/// The server let us in, and the player plays.
fn enter(bench: &mut Bench) -> Vec<Outward> {
    let access = JoinAccess::default();
    let mut outward = bench.tell(&Input::Joined(M.to_owned(), Box::new(access)));
    outward.extend(bench.player(&Event::State(State::Playing)));
    outward
}

#[test]
fn a_meeting_that_begins_is_offered_over_every_screen_and_ok_joins() {
    let mut bench = quiet();
    bench.open(&Route::Settings);
    begin(&mut bench);
    assert_eq!(offered(&bench), Some(M));
    let outward = bench.press(RemoteKey::Ok);
    assert_eq!((bench.route(), bench.router.dialog()), (in_meeting(), None));
    assert_eq!(joins(&outward).len(), 1);
}

#[test]
fn back_declines_and_it_stays_declined() {
    let mut bench = quiet();
    begin(&mut bench);
    let outward = bench.press(RemoteKey::Back);
    assert!(outward.contains(&Outward::Effect(Effect::Decline(M.to_owned()))));
    assert_eq!((offered(&bench), bench.route()), (None, Route::Home));
    bench.tell(&Input::Changed);
    wait(&mut bench, 3_600_000);
    assert_eq!(offered(&bench), None);
    // Also after a power cut.
    bench.world.cache.decline_meeting(M).unwrap();
    let mut bench = Bench::new(bench.world);
    bench.tell(&Input::Changed);
    assert_eq!(offered(&bench), None);
}

#[test]
fn a_home_is_asked_for_half_a_minute_and_then_left_alone_until_it_is_idle() {
    let mut bench = quiet();
    begin(&mut bench);
    wait(&mut bench, CALL_MS - 1);
    assert_eq!(offered(&bench), Some(M));
    let outward = wait(&mut bench, 2);
    assert_eq!((offered(&bench), joins(&outward).len()), (None, 0));
    // Somebody reads a list: nothing comes.
    bench.press(RemoteKey::Down);
    bench.open(&Route::Settings);
    wait(&mut bench, 120_000);
    assert_eq!(offered(&bench), None);
    // Home, and nobody presses anything.
    bench.press(RemoteKey::Home);
    wait(&mut bench, IDLE_MS - 1);
    assert_eq!(offered(&bench), None);
    wait(&mut bench, 2);
    assert_eq!(offered(&bench), Some(M));
    wait(&mut bench, CALL_MS);
    assert_eq!(offered(&bench), None);
    // Not again for a while: nobody may be in the room.
    wait(&mut bench, AGAIN_MS - CALL_MS - 1_000);
    assert_eq!(offered(&bench), None);
    wait(&mut bench, 1_001);
    assert_eq!(offered(&bench), Some(M));
}

#[test]
fn a_station_enters_by_itself_unless_it_sleeps() {
    let mut bench = station();
    begin(&mut bench);
    assert_eq!(joins(&wait(&mut bench, CALL_MS + 1)).len(), 1);
    assert_eq!(bench.route(), in_meeting());
    let mut bench = station();
    bench.press(RemoteKey::Standby);
    begin(&mut bench);
    assert_eq!(joins(&wait(&mut bench, 600_000)).len(), 0);
    assert_eq!(offered(&bench), None);
    // Whoever wakes it is asked at once.
    bench.press(RemoteKey::Down);
    assert_eq!(offered(&bench), Some(M));
}

#[test]
fn sleep_leaves_the_meeting_and_pauses_a_programme() {
    let mut bench = station();
    begin(&mut bench);
    bench.press(RemoteKey::Ok);
    enter(&mut bench);
    let outward = bench.press(RemoteKey::Standby);
    assert_eq!(bench.route(), Route::Home);
    assert!(outward.contains(&Outward::Effect(Effect::LeaveMeeting)));
    let mut bench = quiet();
    bench.watch();
    let outward = bench.press(RemoteKey::Standby);
    assert!(plays(&outward, &Command::Pause));
    assert!(matches!(bench.route(), Route::Player { .. }));
}

#[test]
fn a_programme_waits_below_the_call_and_goes_on_when_it_is_declined() {
    let mut bench = quiet();
    bench.watch();
    let outward = begin(&mut bench);
    assert!(plays(&outward, &Command::SuspendAudioFocus));
    bench.player(&Event::State(State::Paused));
    let outward = bench.press(RemoteKey::Back);
    assert!(plays(&outward, &Command::ReturnAudioFocus));
    assert!(matches!(bench.route(), Route::Player { .. }));
}

#[test]
fn a_programme_that_gave_way_to_a_meeting_goes_on_where_it_was() {
    let mut bench = quiet();
    bench.watch();
    bench.player(&Event::Position {
        position_ms: 65_000,
        duration_ms: Some(300_000),
    });
    begin(&mut bench);
    let outward = bench.press(RemoteKey::Ok);
    assert!(plays(&outward, &Command::Stop) && plays(&outward, &Command::ReturnAudioFocus));
    enter(&mut bench);
    let outward = bench.press(RemoteKey::Back);
    let loads = Outward::Effect(Effect::Load("film".to_owned(), 65_000));
    let left = outward
        .iter()
        .position(|one| *one == Outward::Effect(Effect::LeaveMeeting));
    let loaded = outward.iter().position(|one| *one == loads);
    assert!(left.is_some() && left < loaded, "{outward:?}");
    assert!(!plays(&outward, &Command::Play));
}

#[test]
fn a_roll_call_comes_first_and_the_meeting_after_it() {
    let mut bench = quiet();
    begin(&mut bench);
    assert_eq!(offered(&bench), Some(M));
    ring(&mut bench);
    assert_eq!((bench.route(), bench.router.dialog()), (called(), None));
    bench.press(RemoteKey::Back);
    assert_eq!((bench.route(), offered(&bench)), (Route::Home, Some(M)));
}

#[test]
fn a_programme_under_a_call_under_a_roll_call_goes_on_after_both() {
    let mut bench = quiet();
    bench.watch();
    begin(&mut bench);
    bench.player(&Event::State(State::Paused));
    let outward = ring(&mut bench);
    assert!(plays(&outward, &Command::Pause) && plays(&outward, &Command::ReturnAudioFocus));
    let outward = bench.press(RemoteKey::Back);
    // Under the call it waits again.
    assert!(plays(&outward, &Command::Play) && plays(&outward, &Command::SuspendAudioFocus));
    let outward = bench.press(RemoteKey::Back);
    assert!(plays(&outward, &Command::ReturnAudioFocus));
    assert!(matches!(bench.route(), Route::Player { .. }));
}

#[test]
fn an_urgent_notice_comes_before_the_meeting() {
    let mut bench = quiet();
    begin(&mut bench);
    bench.router.urgent("u".to_owned(), "大风".to_owned(), 0);
    bench.tell(&Input::Changed);
    assert!(matches!(
        bench.router.dialog(),
        Some((Dialog::Urgent(..), _))
    ));
    bench.press(RemoteKey::Back);
    assert_eq!(offered(&bench), Some(M));
}

#[test]
fn a_meeting_that_ends_takes_its_call_with_it() {
    let mut bench = quiet();
    begin(&mut bench);
    tell(&mut bench, vec![meeting(M, MeetingState::Ended, 0)]);
    assert_eq!(bench.router.dialog(), None);
}

#[test]
fn nothing_is_offered_in_a_meeting_or_before_the_enrolment() {
    let mut bench = quiet();
    bench.router = Router::new(false);
    begin(&mut bench);
    assert_eq!(offered(&bench), None);
    let mut bench = quiet();
    begin(&mut bench);
    bench.press(RemoteKey::Ok);
    let both = vec![
        meeting(M, MeetingState::Live, 0),
        meeting("other", MeetingState::Live, 0),
    ];
    tell(&mut bench, both);
    assert_eq!(offered(&bench), None);
    bench.press(RemoteKey::Back);
    assert_eq!(offered(&bench), Some("other"));
}

#[test]
fn who_left_is_not_called_again() {
    let mut bench = quiet();
    begin(&mut bench);
    bench.press(RemoteKey::Ok);
    enter(&mut bench);
    bench.press(RemoteKey::Back);
    wait(&mut bench, 3_600_000);
    assert_eq!(offered(&bench), None);
}

#[test]
fn a_reminder_comes_five_minutes_before_and_when_it_is_time() {
    let mut bench = quiet();
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Scheduled, 20 * MINUTE)],
    );
    wait(&mut bench, 600_000);
    assert_eq!(reminder(&bench), None);
    bench.world.cache.set_reminder(M, true).unwrap();
    bench.tell(&Input::Changed);
    wait(&mut bench, 300_001);
    assert_eq!(reminder(&bench), Some(false));
    let told = |stage| Outward::Effect(Effect::Reminded(M.to_owned(), stage));
    assert!(bench.press(RemoteKey::Ok).contains(&told(Reminded::Soon)));
    bench.tell(&Input::Changed);
    assert_eq!(reminder(&bench), None, "once is enough");
    wait(&mut bench, 300_001);
    assert_eq!(reminder(&bench), Some(true));
    // Nobody is there: it goes away by itself, and counts as told.
    assert!(wait(&mut bench, REMINDER_MS).contains(&told(Reminded::Now)));
    wait(&mut bench, 600_000);
    assert_eq!(reminder(&bench), None);
}

#[test]
fn a_power_cut_does_not_remind_twice_and_a_late_start_still_reminds() {
    let mut bench = quiet();
    bench.world.cache.set_reminder(M, true).unwrap();
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Scheduled, 2 * MINUTE)],
    );
    assert_eq!(reminder(&bench), Some(false), "it was off until now");
    bench.world.cache.set_reminded(M, Reminded::Soon).unwrap();
    let mut bench = Bench::new(bench.world);
    bench.tell(&Input::Changed);
    assert_eq!(reminder(&bench), None);
    wait(&mut bench, 120_001);
    assert_eq!(reminder(&bench), Some(true));
    // The meeting itself takes the place of its reminder.
    begin(&mut bench);
    assert_eq!(offered(&bench), Some(M));
}

#[test]
fn what_is_watched_is_counted_and_written_down_every_half_minute() {
    let mut bench = quiet();
    begin(&mut bench);
    let joined = bench.press(RemoteKey::Ok);
    let begun = reports(&enter(&mut bench));
    assert_eq!((begun.len(), begun[0].watched_ms), (1, 0));
    let running = reports(&wait(&mut bench, 65_000));
    let watched: Vec<i64> = running.iter().map(|report| report.watched_ms).collect();
    assert_eq!(watched, [30_000, 60_000]);
    // The server was started again: the same viewing goes on.
    let again = bench.tell(&Input::Shown);
    assert!(joins(&again).iter().all(|id| *id == joins(&joined)[0]));
    let last = reports(&bench.press(RemoteKey::Back));
    assert_eq!(last.len(), 1);
    assert!((65_000..66_000).contains(&last[0].watched_ms));
    assert_eq!(last[0].meeting_id, M);
}

#[test]
fn leaving_closes_the_camera_and_the_player() {
    for way in [RemoteKey::Back, RemoteKey::Home, RemoteKey::Search] {
        let mut bench = quiet();
        begin(&mut bench);
        bench.press(RemoteKey::Ok);
        enter(&mut bench);
        let outward = bench.press(way);
        for effect in [
            Effect::LeaveMeeting,
            Effect::Publish(PublishCommand::Close),
            Effect::Play(Command::Stop),
        ] {
            let times = outward
                .iter()
                .filter(|one| **one == Outward::Effect(effect.clone()))
                .count();
            assert_eq!(times, 1, "{way:?}: {effect:?}");
        }
        assert_eq!(reports(&outward).len(), 1, "{way:?}");
        assert_ne!(bench.route(), in_meeting());
    }
}

#[test]
fn members_who_signed_in_here_are_listed() {
    let mut bench = Bench::new(World::home());
    bench.world.calls(Vec::new());
    let early = answered("k", "a", "张建国", AttendanceState::Present);
    bench.tell(&early);
    begin(&mut bench);
    bench.press(RemoteKey::Ok);
    enter(&mut bench);
    let late = answered("l", "b", "李秀英", AttendanceState::Present);
    bench.tell(&late);
    let last = reports(&bench.press(RemoteKey::Back));
    assert_eq!(last[0].member_ids, ["a", "b"]);
}

#[test]
fn a_meeting_under_a_roll_call_goes_on_and_hears_what_concerns_it() {
    let mut bench = quiet();
    begin(&mut bench);
    bench.press(RemoteKey::Ok);
    enter(&mut bench);
    ring(&mut bench);
    assert_eq!(bench.route(), called());
    let place = Standing {
        revision: 2,
        on_air: true,
        ..Standing::default()
    };
    bench.tell(&Input::Place(M.to_owned(), place.clone()));
    let still = reports(&wait(&mut bench, 31_000));
    assert_eq!(still.len(), 1, "it is still watched");
    bench.press(RemoteKey::Back);
    let Screen::Meeting(screen) = bench.router.top() else {
        panic!("{:?}", bench.route());
    };
    assert_eq!(screen.place(), &place);
}

#[test]
fn after_a_power_cut_one_is_in_the_meeting_again() {
    let mut bench = quiet();
    begin(&mut bench);
    bench.press(RemoteKey::Ok);
    let places = bench.router.places();
    let mut next = Bench::new(bench.world);
    let Bench { world, router } = &mut next;
    let outward = world.with(|context| router.resume(&places, context));
    assert_eq!(next.route(), in_meeting());
    assert_eq!(joins(&outward).len(), 1);
    // Below another screen it is not joined: nobody would see it.
    let mut places = places;
    places.push(super::super::Place {
        route: Route::Settings,
        focus: next.router.top().controller().focus().remember(),
    });
    let mut last = Bench::new(next.world);
    let Bench { world, router } = &mut last;
    let outward = world.with(|context| router.resume(&places, context));
    assert_eq!((last.route(), joins(&outward).len()), (Route::Settings, 0));
    assert_eq!(last.router.depth(), 2);
}
