//! Meetings that are held again and again.

use backend_api::services::kit::rights::Role;
use contract::error::ErrorCode;
use contract::meeting::{MeetingDraft, MeetingState, StaffMeeting};
use contract::meeting_series::{MeetingSeries, SeriesDraft};
use contract::repeat::{Every, Repeat, SeriesPlan, SeriesWish};
use contract::terminal::TerminalKind;
use contract::work_calendar::{WorkCalendar, WorkDay};
use jiff::Timestamp;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::common::{World, databases, ok, problem, tv};
use crate::meetings::{audited, draft};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;

/// A time of the day in China, so many days from now.
fn at(world: &World, days: i64, hour: i64) -> i64 {
    let midnight = (world.now_ms() + 8 * HOUR_MS).div_euclid(DAY_MS) * DAY_MS - 8 * HOUR_MS;
    midnight + days * DAY_MS + hour * HOUR_MS
}

/// Days from today to the next Wednesday, at least one.
fn to_wednesday(world: &World) -> i64 {
    let day = Timestamp::from_millisecond(at(world, 0, 12)).unwrap();
    let today = day.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    let after = today.date().weekday().to_monday_zero_offset();
    match (2 - i64::from(after)).rem_euclid(7) {
        0 => 7,
        days => days,
    }
}

fn date(at_ms: i64) -> String {
    let day = Timestamp::from_millisecond(at_ms + 8 * HOUR_MS).unwrap();
    day.strftime("%Y-%m-%d").to_string()
}

fn weekly(times: u32) -> Repeat {
    Repeat {
        every: Every::Week,
        times: Some(times),
        until: None,
    }
}

async fn planned(world: &World, staff: &str, starts_at_ms: i64, repeat: Repeat) -> Response {
    let wish = SeriesWish {
        starts_at_ms,
        repeat,
    };
    let asked = world.post("/api/v1/meeting-series/plan", staff).json(&wish);
    asked.send().await.unwrap()
}

async fn create(world: &World, staff: &str, draft: &SeriesDraft) -> Response {
    let asked = world.post("/api/v1/meeting-series", staff).json(draft);
    asked.send().await.unwrap()
}

/// A series of meetings on Wednesdays at nine.
async fn series(world: &World, staff: &str, times: u32) -> Vec<StaffMeeting> {
    let draft = SeriesDraft {
        meeting: MeetingDraft {
            starts_at_ms: at(world, to_wednesday(world), 9),
            ..draft(world, "QH")
        },
        repeat: weekly(times),
        moved: Vec::new(),
    };
    let made = create(world, staff, &draft).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: MeetingSeries = made.json().await.unwrap();
    made.meetings
}

async fn get(world: &World, staff: &str, id: &str) -> StaffMeeting {
    let path = format!("/api/v1/meetings/{id}");
    ok(world.get(&path, staff).send().await.unwrap()).await
}

async fn edit_following(
    world: &World,
    staff: &str,
    meeting: &StaffMeeting,
    draft: &MeetingDraft,
) -> Response {
    let path = format!("/api/v1/meetings/{}?following=true", meeting.meeting.id);
    world
        .ask(Method::PUT, &path, staff)
        .header("if-match", format!("\"{}\"", meeting.version))
        .json(draft)
        .send()
        .await
        .unwrap()
}

/// A meeting as its draft.
fn draft_of(one: &StaffMeeting) -> MeetingDraft {
    MeetingDraft {
        title: one.meeting.title.clone(),
        agenda: one.meeting.agenda.clone(),
        kind: one.meeting.kind,
        organization_code: one.organization_code.clone(),
        audience_code: one.audience_code.clone(),
        starts_at_ms: one.meeting.starts_at_ms,
        planned_ms: one.meeting.planned_ms,
        record: one.record,
        recording_list: one.recording_list.clone(),
    }
}

#[tokio::test]
async fn a_series_is_single_meetings_that_know_it() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let meetings = series(&world, &staff, 3).await;
        let first_ms = at(&world, to_wednesday(&world), 9);
        let places: Vec<_> = meetings
            .iter()
            .map(|one| {
                let series = one.series.clone().unwrap();
                (
                    one.meeting.starts_at_ms - first_ms,
                    series.every,
                    series.number,
                    series.of,
                )
            })
            .collect();
        let week = Every::Week;
        assert_eq!(
            places,
            [
                (0, week, 1, 3),
                (WEEK_MS, week, 2, 3),
                (2 * WEEK_MS, week, 3, 3)
            ]
        );
        let ids: Vec<_> = meetings.iter().map(|it| &it.meeting.id).collect();
        let series_id = &meetings[0].series.as_ref().unwrap().id;
        for one in &meetings {
            assert_eq!(&one.series.as_ref().unwrap().id, series_id);
            assert_eq!(&get(&world, &staff, &one.meeting.id).await, one);
            let said = audited(&world, &staff, &one.meeting.id).await;
            assert_eq!(said, ["meeting.create"]);
        }
        // The televisions have each of them.
        let page = world.feed(&home.token, "").await;
        let text = serde_json::to_string(&page).unwrap();
        assert!(ids.iter().all(|id| text.contains(id.as_str())));
        // Each is one by itself.
        let path = format!("/api/v1/meetings/{}/cancel", ids[1]);
        let asked = world.post(&path, &staff).json(&json!({ "reason": "停电" }));
        let cancelled: StaffMeeting = ok(asked.send().await.unwrap()).await;
        assert_eq!(cancelled.meeting.state, MeetingState::Cancelled);
        for id in [ids[0], ids[2]] {
            let other = get(&world, &staff, id).await;
            assert_eq!(other.meeting.state, MeetingState::Scheduled);
        }
        assert_eq!(cancelled.series.unwrap().of, 3, "it still is one of three");
    }
}

#[tokio::test]
async fn free_days_are_told_before_and_moved_by_choice() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let first = to_wednesday(&world);
    let (first_ms, second_ms) = (at(&world, first, 9), at(&world, first + 7, 9));
    // The second Wednesday and the Thursday after it are free.
    let free = |days: i64| WorkDay {
        date: date(at(&world, first + days, 9)),
        is_working: false,
        note: "国庆节".to_owned(),
    };
    let mut days = [free(7), free(8)].to_vec();
    days.sort_by(|a, b| a.date.cmp(&b.date));
    let mut years: Vec<String> = days.iter().map(|day| day.date[..4].to_owned()).collect();
    years.dedup();
    for year in years {
        let calendar = WorkCalendar {
            hours: Vec::new(),
            days: days
                .iter()
                .filter(|day| day.date.starts_with(&year))
                .cloned()
                .collect(),
        };
        let put = world.ask(Method::PUT, &format!("/api/v1/calendar/{year}"), &staff);
        let put = put.header("if-match", "\"0\"").json(&calendar);
        let put = put.send().await.unwrap();
        assert!(put.status().is_success(), "{}", put.status());
    }
    let plan: SeriesPlan = ok(planned(&world, &staff, first_ms, weekly(3)).await).await;
    let told: Vec<_> = plan
        .days
        .iter()
        .map(|day| (day.starts_at_ms, day.free.as_deref(), day.moved_to_ms))
        .collect();
    let friday_ms = second_ms + 2 * DAY_MS;
    assert_eq!(
        told,
        [
            (first_ms, None, None),
            (second_ms, Some("国庆节"), Some(friday_ms)),
            (second_ms + WEEK_MS, None, None),
        ]
    );
    let mut wish = SeriesDraft {
        meeting: MeetingDraft {
            starts_at_ms: first_ms,
            ..draft(&world, "QH")
        },
        repeat: weekly(3),
        moved: vec![first_ms],
    };
    let refused = create(&world, &staff, &wish).await;
    let refused = problem(refused, 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "moved", "a day that is worked");
    wish.moved = vec![second_ms];
    let made: MeetingSeries = create(&world, &staff, &wish).await.json().await.unwrap();
    let starts: Vec<_> = made
        .meetings
        .iter()
        .map(|it| it.meeting.starts_at_ms)
        .collect();
    assert_eq!(starts, [first_ms, friday_ms, second_ms + WEEK_MS]);
    wish.moved = Vec::new();
    let made: MeetingSeries = create(&world, &staff, &wish).await.json().await.unwrap();
    assert_eq!(made.meetings[1].meeting.starts_at_ms, second_ms, "kept");
}

#[tokio::test]
async fn everything_wrong_is_said_and_nothing_is_planned() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let good = SeriesDraft {
        meeting: draft(&world, "QH"),
        repeat: weekly(3),
        moved: Vec::new(),
    };
    let bad = SeriesDraft {
        meeting: MeetingDraft {
            title: " ".to_owned(),
            ..good.meeting.clone()
        },
        repeat: weekly(54),
        moved: Vec::new(),
    };
    let refused = problem(create(&world, &staff, &bad).await, 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = refused.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["title", "repeat.times"]);
    let monthly = Repeat {
        every: Every::MonthDay,
        times: Some(20),
        until: None,
    };
    let late = SeriesDraft {
        repeat: monthly.clone(),
        ..good.clone()
    };
    let refused = problem(create(&world, &staff, &late).await, 422, ErrorCode::Invalid).await;
    assert_eq!(refused.fields[0].field, "repeat.times", "beyond a year");
    let refused = planned(&world, &staff, world.now_ms() + HOUR_MS, monthly).await;
    problem(refused, 422, ErrorCode::Invalid).await;
    let past = SeriesDraft {
        meeting: MeetingDraft {
            starts_at_ms: world.now_ms() - HOUR_MS,
            ..good.meeting.clone()
        },
        ..good.clone()
    };
    let refused = problem(create(&world, &staff, &past).await, 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = refused.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["starts_at_ms"], "it is said once");
    let page: serde_json::Value =
        ok(world.get("/api/v1/meetings", &staff).send().await.unwrap()).await;
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn what_follows_takes_only_what_was_changed() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let [first, second, third, fourth] =
            <[StaffMeeting; 4]>::try_from(series(&world, &staff, 4).await).unwrap();
        // The third has a title of its own, and the fourth does not take place.
        let mut own = draft_of(&third);
        own.title = "年终总结会".to_owned();
        let path = format!("/api/v1/meetings/{}", third.meeting.id);
        let asked = world.ask(Method::PUT, &path, &staff);
        let asked = asked.header("if-match", "\"1\"").json(&own);
        let third: StaffMeeting = ok(asked.send().await.unwrap()).await;
        let path = format!("/api/v1/meetings/{}/cancel", fourth.meeting.id);
        let asked = world.post(&path, &staff).json(&json!({ "reason": "放假" }));
        let fourth: StaffMeeting = ok(asked.send().await.unwrap()).await;

        // An hour later, and longer, from the second one on.
        let mut later = draft_of(&second);
        later.starts_at_ms += HOUR_MS;
        later.planned_ms = 2 * HOUR_MS;
        let stale = StaffMeeting {
            version: 9,
            ..second.clone()
        };
        let refused = edit_following(&world, &staff, &stale, &later).await;
        problem(refused, 412, ErrorCode::Stale).await;
        let edited: StaffMeeting = ok(edit_following(&world, &staff, &second, &later).await).await;
        assert_eq!(edited.meeting.starts_at_ms, later.starts_at_ms);
        let now = get(&world, &staff, &third.meeting.id).await;
        assert_eq!(
            (
                now.meeting.title.as_str(),
                now.meeting.starts_at_ms,
                now.meeting.planned_ms
            ),
            (
                "年终总结会",
                third.meeting.starts_at_ms + HOUR_MS,
                2 * HOUR_MS
            )
        );
        for before in [&first, &fourth] {
            assert_eq!(&get(&world, &staff, &before.meeting.id).await, before);
        }
        // Nothing was changed of it, so nobody is told that it was.
        let same = draft_of(&edited);
        ok::<StaffMeeting>(edit_following(&world, &staff, &edited, &same).await).await;
        let after = get(&world, &staff, &third.meeting.id).await;
        assert_eq!(after, now);
        assert_eq!(
            audited(&world, &staff, &third.meeting.id).await,
            ["meeting.create", "meeting.update", "meeting.update"]
        );
        // They have their own days.
        let one = get(&world, &staff, &second.meeting.id).await;
        let mut other_day = draft_of(&one);
        other_day.starts_at_ms += DAY_MS;
        let refused = edit_following(&world, &staff, &one, &other_day).await;
        let refused = problem(refused, 422, ErrorCode::Invalid).await;
        assert_eq!(refused.fields[0].field, "starts_at_ms");
    }
}

#[tokio::test]
async fn one_and_those_that_follow_are_cancelled_together() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let meetings = series(&world, &staff, 4).await;
    let alone = series(&world, &staff, 2).await;
    let path = format!(
        "/api/v1/meetings/{}/cancel?following=true",
        meetings[1].meeting.id
    );
    for _ in 0..2 {
        let asked = world
            .post(&path, &staff)
            .json(&json!({ "reason": "改为现场开" }));
        let now: StaffMeeting = ok(asked.send().await.unwrap()).await;
        assert_eq!(now.meeting.id, meetings[1].meeting.id);
    }
    for (index, one) in meetings.iter().enumerate() {
        let now = get(&world, &staff, &one.meeting.id).await;
        let reason = now.cancel_reason.as_deref();
        assert_eq!(reason, (index > 0).then_some("改为现场开"), "{index}");
        let said = audited(&world, &staff, &one.meeting.id).await;
        assert_eq!(said.len(), if index > 0 { 2 } else { 1 }, "once");
    }
    for one in alone {
        let now = get(&world, &staff, &one.meeting.id).await;
        assert_eq!(now.meeting.state, MeetingState::Scheduled);
    }
}
