//! How meetings fall into groups by the day in China.

use contract::organization::OrganizationRef;

use super::*;
use crate::cache::tests::page;
use crate::screens::settings::name;
use crate::screens::tests::{MINUTE, NOW, World};
use contract::feed::Document;

const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn meeting(id: &str, state: MeetingState, starts_at_ms: i64) -> Meeting {
    Meeting {
        id: id.to_owned(),
        state,
        title: format!("会议{id}"),
        organization: OrganizationRef::default(),
        starts_at_ms,
        ..Meeting::default()
    }
}

/// [`NOW`] is a Sunday, 19:30 in China.
#[test]
fn a_week_ends_on_sunday_and_a_day_at_midnight() {
    let monday = NOW + DAY;
    let planned = |starts_at_ms, now_ms| {
        group(
            &meeting("a", MeetingState::Scheduled, starts_at_ms),
            ServerTime::at(now_ms),
        )
    };
    assert_eq!(planned(NOW + 4 * HOUR, NOW), Some(Group::Today));
    assert_eq!(planned(NOW + 5 * HOUR, NOW), Some(Group::Later));
    assert_eq!(planned(monday + DAY, monday), Some(Group::Week));
    assert_eq!(planned(monday + 6 * DAY, monday), Some(Group::Week));
    assert_eq!(planned(monday + 7 * DAY, monday), Some(Group::Later));
    // One that was to begin is waited for, past midnight too, but not for days.
    assert_eq!(planned(NOW - HOUR, NOW), Some(Group::Today));
    assert_eq!(planned(NOW, NOW + 5 * HOUR), Some(Group::Today));
    assert_eq!(planned(NOW, NOW + 13 * HOUR), None);
    let cancelled = |starts_at_ms| {
        group(
            &meeting("a", MeetingState::Cancelled, starts_at_ms),
            ServerTime::at(NOW),
        )
    };
    assert_eq!(cancelled(NOW + HOUR), Some(Group::Today));
    assert_eq!(cancelled(NOW - DAY), None);
    // What is live is live, whatever was planned.
    let live = meeting("a", MeetingState::Live, NOW - 3 * DAY);
    assert_eq!(group(&live, ServerTime::at(NOW)), Some(Group::Live));
}

#[test]
fn the_list_goes_from_what_is_live_to_what_is_over() {
    let world = World::new(TerminalKind::Household);
    let meetings = [
        meeting("old", MeetingState::Ended, NOW - 2 * DAY),
        meeting("later", MeetingState::Scheduled, NOW + 2 * DAY),
        meeting("today", MeetingState::Scheduled, NOW + HOUR),
        meeting("older", MeetingState::Ended, NOW - 3 * DAY),
        meeting("live", MeetingState::Live, NOW - HOUR),
        meeting("gone", MeetingState::Scheduled, NOW - 3 * DAY),
    ];
    let documents = meetings.into_iter().map(Document::Meeting).collect();
    world.cache.apply(&page("1", documents)).unwrap();
    world.cache.set_reminder("today", true).unwrap();
    let entries = all(&world.cache);
    let ids: Vec<&str> = entries.iter().map(|one| one.meeting.id.as_str()).collect();
    assert_eq!(ids, ["live", "today", "later", "old", "older"]);
    let reminded: Vec<bool> = entries.iter().map(|one| one.choice.remind).collect();
    assert_eq!(reminded, [false, true, false, false, false]);
    let known = world.cache.meetings();
    assert_eq!(live(&known).map(|one| one.id.as_str()), Some("live"));
    assert_eq!(
        next(&known, ServerTime::at(NOW)).map(|one| one.id.as_str()),
        Some("today")
    );
}

#[test]
fn without_the_time_nothing_is_today_or_next() {
    let unknown = ServerTime {
        known: false,
        ..ServerTime::at(NOW)
    };
    let planned = |starts_at_ms| meeting("a", MeetingState::Scheduled, starts_at_ms);
    for starts_at_ms in [NOW - HOUR, NOW + HOUR, NOW + 2 * DAY, NOW + 30 * DAY] {
        let meeting = planned(starts_at_ms);
        assert_eq!(group(&meeting, unknown), Some(Group::Planned));
        assert_eq!(next(&[meeting], unknown), None);
    }
    // That much is certain.
    assert_eq!(group(&planned(NOW - DAY), unknown), None);
}

#[test]
fn what_is_far_away_is_not_next() {
    let far = [meeting("a", MeetingState::Scheduled, NOW + 8 * DAY)];
    assert_eq!(next(&far, ServerTime::at(NOW)), None);
}

#[test]
fn stations_join_by_themselves_and_homes_only_when_told() {
    for (kind, by_itself) in [
        (TerminalKind::Station, true),
        (TerminalKind::Household, false),
    ] {
        let world = World::new(kind);
        assert_eq!(joins_by_itself(&world.cache), by_itself);
        for (value, wanted) in [("on", true), ("off", false)] {
            world.cache.set_setting(name::AUTO_JOIN, value).unwrap();
            assert_eq!(joins_by_itself(&world.cache), wanted);
        }
    }
}

#[test]
fn only_a_station_with_a_camera_or_microphone_is_called_on() {
    let home = World::new(TerminalKind::Household);
    assert!(!can_speak(&home.cache));
    home.cache.set_setting(name::CAMERA, "test").unwrap();
    assert!(!can_speak(&home.cache), "at home nobody is called on");
    let station = World::new(TerminalKind::Station);
    assert!(!can_speak(&station.cache), "nobody has chosen");
    station.cache.set_setting(name::MICROPHONE, "test").unwrap();
    assert!(can_speak(&station.cache));
    station.cache.set_setting(name::MICROPHONE, "none").unwrap();
    assert!(!can_speak(&station.cache));
    station.cache.set_setting(name::CAMERA, "test").unwrap();
    assert!(can_speak(&station.cache));
}
