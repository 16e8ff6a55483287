//! Calls to meetings, reminders, and what is counted of a meeting that is watched.

use contract::feed::Document;
use contract::meeting::{JoinAccess, Meeting, MeetingState, Place as StationPlace, ViewingReport};
use contract::roll_call::AttendanceState;
use contract::terminal::TerminalKind;
use contract::township::{QuietHours, Township};
use media_player::publish::PublishCommand;

use super::super::OpenScreen;
use super::super::tests::{Bench, called, plays, quiet, ring};
use super::*;
use crate::cache::tests::page;
use crate::cache::{KnownTime, Reminded};
use crate::interruptions::Dialog;
use crate::interruptions::meeting::{AGAIN_MS, CALL_MS, FILLS_MS, IDLE_MS};
use crate::interruptions::reminder::REMINDER_MS;
use crate::remote::RemoteKey;
use crate::screens::Route;
use crate::screens::kit::time::time_of_day;
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
        Some((Dialog::Meeting(call), _)) => Some(&call.id),
        _ => None,
    }
}

fn reminder(bench: &Bench) -> Option<bool> {
    match bench.router.dialog() {
        Some((Dialog::Reminder(due), _)) => Some(due.is_time),
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
    outward.extend(bench.player(&Played::State(State::Playing)));
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
fn where_the_township_wants_it_a_live_meeting_fills_the_screen_of_an_idle_home() {
    let mut bench = quiet();
    let township = Township {
        live_fills_home: true,
        ..Township::default()
    };
    bench.feed("t", vec![Document::Township(township)]);
    begin(&mut bench);
    wait(&mut bench, CALL_MS + 1);
    // Nobody is disturbed who has something else in hand.
    bench.open(&Route::Settings);
    wait(&mut bench, 120_000);
    assert_eq!(bench.route(), Route::Settings);
    bench.press(RemoteKey::Home);
    wait(&mut bench, FILLS_MS - 1);
    assert_eq!((bench.route(), offered(&bench)), (Route::Home, None));
    assert_eq!(joins(&wait(&mut bench, 2)).len(), 1);
    assert_eq!((bench.route(), offered(&bench)), (in_meeting(), None));
    // Whoever goes back is left alone.
    enter(&mut bench);
    bench.press(RemoteKey::Back);
    assert_eq!(bench.route(), Route::Home);
    wait(&mut bench, 3_600_000);
    assert_eq!((bench.route(), offered(&bench)), (Route::Home, None));
}

#[test]
fn a_call_waits_for_the_end_of_the_hours_that_the_township_keeps_quiet() {
    let mut bench = quiet();
    let (hour, _, _) = time_of_day(NOW);
    let hour = u8::try_from(hour).unwrap();
    let quiet_hours = |from_hour, until_hour| {
        Document::Township(Township {
            quiet: QuietHours {
                from_hour,
                until_hour,
            },
            ..Township::default()
        })
    };
    bench.feed("t", vec![quiet_hours(hour, hour + 1)]);
    begin(&mut bench);
    assert_eq!(offered(&bench), None);
    bench.feed("u", vec![quiet_hours(hour + 1, hour)]);
    bench.tell(&Input::Changed);
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
    bench.player(&Played::State(State::Paused));
    let outward = bench.press(RemoteKey::Back);
    assert!(plays(&outward, &Command::ReturnAudioFocus));
    assert!(matches!(bench.route(), Route::Player { .. }));
}

#[test]
fn a_programme_that_gave_way_to_a_meeting_goes_on_where_it_was() {
    let mut bench = quiet();
    bench.watch();
    bench.player(&Played::Position {
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
    bench.player(&Played::State(State::Paused));
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
    bench.announce("u");
    assert!(matches!(
        bench.router.dialog(),
        Some((Dialog::Urgent(_), _))
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
    let at = NOW + 20 * MINUTE;
    let told = |stage| Outward::Effect(Effect::Reminded(M.to_owned(), stage, at));
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
    let at = NOW + 2 * MINUTE;
    bench
        .world
        .cache
        .set_reminded(M, Reminded::Soon, at)
        .unwrap();
    let mut bench = Bench::new(bench.world);
    bench.tell(&Input::Changed);
    assert_eq!(reminder(&bench), None);
    wait(&mut bench, 120_001);
    assert_eq!(reminder(&bench), Some(true));
    // The meeting itself takes the place of its reminder.
    begin(&mut bench);
    assert_eq!(offered(&bench), Some(M));
}

/// What is said of a meeting that is at another time (Unix ms), or does not take place.
fn moved(bench: &Bench) -> Option<(i64, bool)> {
    match bench.router.dialog() {
        Some((Dialog::Moved(moved), _)) => Some((moved.starts_at_ms, moved.off)),
        _ => None,
    }
}

/// A meeting in so many minutes of which somebody wants to be reminded.
fn wanted(minutes: i64) -> Bench {
    let mut bench = quiet();
    let planned = meeting(M, MeetingState::Scheduled, minutes * MINUTE);
    tell(&mut bench, vec![planned]);
    bench.world.cache.set_reminder(M, true).unwrap();
    bench.tell(&Input::Changed);
    bench
}

fn withdraw(bench: &mut Bench) {
    let mut gone = page("2", Vec::new());
    gone.changes
        .push(contract::feed::Change::Delete { id: M.to_owned() });
    bench.world.cache.apply(&gone).unwrap();
    bench.tell(&Input::Changed);
}

/// Writes down what the router wants written, as the application does.
fn write(bench: &mut Bench, outward: &[Outward]) {
    let cache = bench.world.cache.clone();
    for one in outward {
        match one {
            Outward::Effect(Effect::Knows(id, known)) => {
                cache.set_known_time(id, *known).unwrap();
            }
            Outward::Effect(Effect::Reminded(id, stage, at)) => {
                cache.set_reminded(id, *stage, *at).unwrap();
            }
            Outward::Effect(Effect::Decline(id)) => cache.decline_meeting(id).unwrap(),
            _ => {}
        }
    }
    bench.tell(&Input::Changed);
}

#[test]
fn a_reminder_goes_when_its_meeting_is_moved_called_off_taken_back_or_unwanted() {
    let later = MINUTE * 24 * 60;
    let changes: [fn(&mut Bench); 4] = [
        |bench| {
            let moved = meeting(M, MeetingState::Scheduled, MINUTE * 24 * 60);
            tell(bench, vec![moved]);
        },
        |bench| {
            tell(bench, vec![meeting(M, MeetingState::Cancelled, 4 * MINUTE)]);
        },
        withdraw,
        |bench| {
            bench.world.cache.set_reminder(M, false).unwrap();
            bench.tell(&Input::Changed);
        },
    ];
    let at = NOW + 4 * MINUTE;
    let told = [
        Some((NOW + later, false)),
        Some((at, true)),
        Some((at, true)),
        None,
    ];
    for (change, told) in changes.into_iter().zip(told) {
        let mut bench = wanted(4);
        assert_eq!(reminder(&bench), Some(false));
        change(&mut bench);
        assert_eq!((reminder(&bench), moved(&bench)), (None, told));
    }
}

#[test]
fn who_asked_to_be_reminded_is_told_of_another_time_once_and_reminded_then() {
    let mut bench = wanted(60);
    bench.open(&Route::Settings);
    let later = 3 * 60 * MINUTE;
    tell(&mut bench, vec![meeting(M, MeetingState::Scheduled, later)]);
    assert_eq!(moved(&bench), Some((NOW + later, false)));
    // It does not go away by itself: nobody may be there.
    wait(&mut bench, 3_600_000);
    assert_eq!(moved(&bench), Some((NOW + later, false)));
    let known = KnownTime::At(NOW + later);
    let outward = bench.press(RemoteKey::Ok);
    assert_eq!(
        outward,
        [Outward::Effect(Effect::Knows(M.to_owned(), known))]
    );
    // Also while it is being written down.
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.dialog(), None);
    write(&mut bench, &outward);
    assert_eq!(bench.router.dialog(), None);
    let mut bench = Bench::new(bench.world);
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.dialog(), None, "once, also after a power cut");
    // Two hours are left.
    wait(&mut bench, 2 * 3_600_000 - 600_000);
    assert_eq!(reminder(&bench), None);
    wait(&mut bench, 300_001);
    assert_eq!(reminder(&bench), Some(false));
}

#[test]
fn a_meeting_that_was_reminded_of_and_is_moved_is_reminded_of_again() {
    let mut bench = wanted(4);
    let outward = bench.press(RemoteKey::Ok);
    write(&mut bench, &outward);
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Scheduled, 30 * MINUTE)],
    );
    let outward = bench.press(RemoteKey::Back);
    write(&mut bench, &outward);
    assert_eq!(bench.router.dialog(), None);
    wait(&mut bench, 25 * 60_000);
    assert_eq!(reminder(&bench), Some(false));
}

#[test]
fn who_asked_to_be_reminded_is_told_that_it_does_not_take_place_also_after_days() {
    let bench = wanted(24 * 60);
    // The television is off for three days; the meeting would have been two days ago.
    bench.world.clock.advance(3 * 86_400_000);
    let planned = 24 * 60 * MINUTE;
    let mut bench = Bench::new(bench.world);
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Cancelled, planned)],
    );
    assert_eq!(moved(&bench), Some((NOW + planned, true)));
    // Something more important comes first, and then this again.
    tell(&mut bench, vec![meeting("other", MeetingState::Live, 0)]);
    assert_eq!(offered(&bench), Some("other"));
    let outward = bench.press(RemoteKey::Back);
    write(&mut bench, &outward);
    assert_eq!(moved(&bench), Some((NOW + planned, true)));
    let outward = bench.press(RemoteKey::Ok);
    write(&mut bench, &outward);
    let mut bench = Bench::new(bench.world);
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.dialog(), None);
    // It takes place all the same.
    let again = meeting(M, MeetingState::Scheduled, 5 * planned);
    tell(&mut bench, vec![again]);
    assert_eq!(moved(&bench), Some((NOW + 5 * planned, false)));
}

#[test]
fn what_is_said_of_a_meeting_follows_it() {
    let mut bench = wanted(60);
    let planned = |minutes| vec![meeting(M, MeetingState::Scheduled, minutes * MINUTE)];
    tell(&mut bench, planned(90));
    tell(&mut bench, planned(120));
    assert_eq!(moved(&bench), Some((NOW + 120 * MINUTE, false)));
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Cancelled, 120 * MINUTE)],
    );
    assert_eq!(moved(&bench), Some((NOW + 60 * MINUTE, true)));
    // Moved back before anybody has read it: nothing has happened.
    tell(&mut bench, planned(60));
    assert_eq!(bench.router.dialog(), None);
    // A meeting that begins takes the place of what is said of it.
    tell(&mut bench, planned(90));
    assert!(moved(&bench).is_some());
    begin(&mut bench);
    assert_eq!((moved(&bench), offered(&bench)), (None, Some(M)));
}

#[test]
fn the_reminder_itself_says_the_new_time() {
    let mut bench = wanted(60);
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Scheduled, 4 * MINUTE)],
    );
    assert_eq!(reminder(&bench), Some(false));
    let outward = bench.press(RemoteKey::Ok);
    write(&mut bench, &outward);
    assert_eq!(bench.router.dialog(), None);
    assert_eq!(
        bench.world.cache.wanted_meetings()[0].known,
        KnownTime::At(NOW + 4 * MINUTE)
    );
}

#[test]
fn nobody_is_told_of_a_meeting_they_did_not_ask_for_or_of_one_that_is_over() {
    let mut bench = quiet();
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Scheduled, 60 * MINUTE)],
    );
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Cancelled, 60 * MINUTE)],
    );
    assert_eq!(bench.router.dialog(), None);
    let mut bench = wanted(60);
    bench.world.clock.advance(86_400_000);
    tell(
        &mut bench,
        vec![meeting(M, MeetingState::Ended, 90 * MINUTE)],
    );
    assert_eq!(bench.router.dialog(), None);
    // After a while the township takes it out of the feed.
    withdraw(&mut bench);
    assert_eq!(bench.router.dialog(), None);
}

#[test]
fn without_the_time_nobody_is_reminded_and_what_was_moved_is_said() {
    let bench = wanted(4);
    bench.world.clock.reboot();
    bench.world.clock.set_now(0);
    let mut bench = Bench::new(bench.world.reopened());
    bench.tell(&Input::Changed);
    assert_eq!(bench.router.dialog(), None);
    assert_eq!(bench.world.cache.server_time().known_ms(), None);
    wait(&mut bench, 3_600_000);
    assert_eq!(bench.router.dialog(), None);
    let later = 24 * 60 * MINUTE;
    tell(&mut bench, vec![meeting(M, MeetingState::Scheduled, later)]);
    assert_eq!(moved(&bench), Some((NOW + later, false)));
}

#[test]
fn a_call_says_what_the_meeting_is_called_now() {
    let mut bench = quiet();
    begin(&mut bench);
    let mut renamed = meeting(M, MeetingState::Live, 0);
    renamed.title = "党员大会（更正）".to_owned();
    tell(&mut bench, vec![renamed]);
    let Some((Dialog::Meeting(call), _)) = bench.router.dialog() else {
        panic!("no call");
    };
    assert_eq!(call.title, "党员大会（更正）");
    withdraw(&mut bench);
    assert_eq!(bench.router.dialog(), None);
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
    let place = StationPlace {
        revision: 2,
        on_air: true,
        ..StationPlace::default()
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
    let open = bench.router.open_screens();
    let mut next = Bench::new(bench.world);
    let Bench { world, router } = &mut next;
    let outward = world.with(|context| router.resume(&open, context));
    assert_eq!(next.route(), in_meeting());
    assert_eq!(joins(&outward).len(), 1);
    // Below another screen it is not joined: nobody would see it.
    let mut open = open;
    open.push(OpenScreen {
        route: Route::Settings,
        focus: next.router.top().controller().focus().remember(),
    });
    let mut last = Bench::new(next.world);
    let Bench { world, router } = &mut last;
    let outward = world.with(|context| router.resume(&open, context));
    assert_eq!((last.route(), joins(&outward).len()), (Route::Settings, 0));
    assert_eq!(last.router.depth(), 2);
}
