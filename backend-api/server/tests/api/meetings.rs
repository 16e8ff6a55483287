use backend_api::services::kit::rights::Role;
use backend_api::services::media::recording::Recording;
use backend_api::services::meetings;
use contract::error::ErrorCode;
use contract::event::Event;
use contract::feed::{Change, Document, FeedPage};
use contract::file::{FileRef, Picture};
use contract::meeting::{
    Meeting, MeetingDraft, MeetingKind, MeetingState, RecordingState, RoomState, StaffMeeting,
    ViewingReport, Viewings,
};
use contract::programme::Rendition;
use contract::roll_call::{MeetingRollCall, Occasion, RollCall, RollCallState};
use contract::terminal::TerminalKind;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::members;
use store::{households, organizations};

use crate::common::{Tv, World, databases, ok, problem, to_li_village, tv};
use crate::events::Events;

pub const HOUR_MS: i64 = 3_600_000;

pub fn draft(world: &World, audience: &str) -> MeetingDraft {
    MeetingDraft {
        title: "镇村例会".to_owned(),
        agenda: "一、通报情况\n二、讨论".to_owned(),
        kind: MeetingKind::Conference,
        organization_code: "QH".to_owned(),
        audience_code: audience.to_owned(),
        starts_at_ms: world.now_ms() + HOUR_MS,
        planned_ms: HOUR_MS,
        record: true,
        recording_list: "films".to_owned(),
    }
}

pub async fn plan(world: &World, staff: &str, draft: &MeetingDraft) -> StaffMeeting {
    let answer = world.post("/api/v1/meetings", staff).json(draft);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

pub async fn step(world: &World, staff: &str, id: &str, verb: &str) -> Response {
    let path = format!("/api/v1/meetings/{id}/{verb}");
    world.post(&path, staff).send().await.unwrap()
}

async fn cancel(world: &World, staff: &str, id: &str, reason: &str) -> Response {
    let path = format!("/api/v1/meetings/{id}/cancel");
    let request = world.post(&path, staff);
    let request = request.json(&json!({ "reason": reason }));
    request.send().await.unwrap()
}

async fn edit(
    world: &World,
    staff: &str,
    id: &str,
    version: i64,
    draft: &MeetingDraft,
) -> Response {
    world
        .ask(Method::PUT, &format!("/api/v1/meetings/{id}"), staff)
        .header("if-match", format!("\"{version}\""))
        .json(draft)
        .send()
        .await
        .unwrap()
}

async fn list(world: &World, staff: &str, query: &str) -> Vec<String> {
    let answer = world.get(&format!("/api/v1/meetings{query}"), staff);
    let page: Value = ok(answer.send().await.unwrap()).await;
    let items: Vec<StaffMeeting> = serde_json::from_value(page["items"].clone()).unwrap();
    items.into_iter().map(|item| item.meeting.title).collect()
}

fn meeting_in(page: &FeedPage, id: &str) -> Option<Meeting> {
    page.changes.iter().find_map(|change| match change {
        Change::Put {
            document: Document::Meeting(meeting),
        } if meeting.id == id => Some(meeting.clone()),
        _ => None,
    })
}

pub async fn audited(world: &World, staff: &str, id: &str) -> Vec<String> {
    let path = format!("/api/v1/audit?subject=meeting:{id}");
    let page: Value = ok(world.get(&path, staff).send().await.unwrap()).await;
    let entries = page["items"].as_array().unwrap().iter();
    let mut actions: Vec<String> = entries
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect();
    actions.reverse();
    actions
}

#[tokio::test]
async fn a_meeting_from_the_calendar_to_its_end() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let made = plan(&world, &staff, &draft(&world, "QH")).await;
        assert_eq!(made.meeting.state, MeetingState::Scheduled);
        assert_eq!(
            (made.version, made.created_by.as_str()),
            (1, "platformadministrator-QH")
        );
        let id = made.meeting.id.clone();
        let page = world.feed(&home.token, "").await;
        assert_eq!(meeting_in(&page, &id).unwrap(), made.meeting);

        let mut later = draft(&world, "QH");
        later.title = "镇村例会（改期）".to_owned();
        later.starts_at_ms += HOUR_MS;
        let refused = edit(&world, &staff, &id, 7, &later).await;
        problem(refused, 412, ErrorCode::Stale).await;
        let edited: StaffMeeting = ok(edit(&world, &staff, &id, 1, &later).await).await;
        assert_eq!((edited.version, &edited.meeting.title), (2, &later.title));
        problem(
            step(&world, &staff, &id, "end").await,
            409,
            ErrorCode::Conflict,
        )
        .await;

        world.clock.advance_ms(60_000);
        let began_at = world.now_ms();
        let live: StaffMeeting = ok(step(&world, &staff, &id, "start").await).await;
        assert_eq!(live.meeting.started_at_ms, Some(began_at));
        world.clock.advance_ms(60_000);
        let again: StaffMeeting = ok(step(&world, &staff, &id, "start").await).await;
        assert_eq!(again, live, "a repeated start is no second one");
        problem(
            cancel(&world, &staff, &id, "停电").await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let refused = edit(&world, &staff, &id, live.version, &later).await;
        problem(refused, 409, ErrorCode::Conflict).await;

        let ended: StaffMeeting = ok(step(&world, &staff, &id, "end").await).await;
        assert_eq!(ended.meeting.state, MeetingState::Ended);
        let again: StaffMeeting = ok(step(&world, &staff, &id, "end").await).await;
        // What becomes of the recording is another matter, and may be known by now.
        assert_eq!(again.meeting, ended.meeting);
        problem(
            step(&world, &staff, &id, "start").await,
            409,
            ErrorCode::Conflict,
        )
        .await;
        let news = world.feed(&home.token, &page.cursor).await;
        assert_eq!(meeting_in(&news, &id).unwrap(), ended.meeting);
        assert_eq!(
            audited(&world, &staff, &id).await,
            [
                "meeting.create",
                "meeting.update",
                "meeting.start",
                "meeting.end"
            ]
        );

        let other = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting.id;
        let refused = cancel(&world, &staff, &other, "停").await;
        problem(refused, 422, ErrorCode::Invalid).await;
        let cancelled: StaffMeeting = ok(cancel(&world, &staff, &other, " 全村停电 ").await).await;
        assert_eq!(cancelled.meeting.state, MeetingState::Cancelled);
        assert_eq!(cancelled.cancel_reason.as_deref(), Some("全村停电"));
        assert_eq!(
            (cancelled.updated_by.as_deref(), cancelled.updated_at_ms),
            (Some("platformadministrator-QH"), world.now_ms())
        );
        let again: StaffMeeting = ok(cancel(&world, &staff, &other, "改期").await).await;
        assert_eq!(again, cancelled, "the first reason stays");
        // That it was cancelled is in the log; why stays with the meeting.
        assert_eq!(
            audited(&world, &staff, &other).await,
            ["meeting.create", "meeting.cancel"]
        );
        let path = format!("/api/v1/meetings/{other}");
        let read: StaffMeeting = ok(world.get(&path, &staff).send().await.unwrap()).await;
        assert_eq!(read, cancelled);

        // A week later terminals forget both.
        world.clock.advance_ms(7 * 24 * HOUR_MS);
        let mut cursor = news.cursor;
        let mut gone = Vec::new();
        while gone.len() < 2 {
            let page = world.feed(&home.token, &cursor).await;
            cursor = page.cursor;
            gone.extend(page.changes.into_iter().filter_map(|change| match change {
                Change::Delete { id } => Some(id),
                Change::Put { .. } => None,
            }));
            tokio::task::yield_now().await;
        }
        gone.sort();
        let mut both = [id, other];
        both.sort();
        assert_eq!(gone, both);
    }
}

#[tokio::test]
async fn every_mistake_of_a_draft_is_named() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let bad = MeetingDraft {
        title: " ".to_owned(),
        agenda: "字".repeat(2_001),
        organization_code: "XX".to_owned(),
        audience_code: "YY".to_owned(),
        starts_at_ms: world.now_ms() - HOUR_MS,
        planned_ms: 1_000,
        recording_list: "notices".to_owned(),
        ..draft(&world, "QH")
    };
    let answer = world.post("/api/v1/meetings", &staff).json(&bad);
    let problem = problem(answer.send().await.unwrap(), 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = problem.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "title",
            "agenda",
            "planned_ms",
            "starts_at_ms",
            "organization_code",
            "audience_code",
            "recording_list"
        ]
    );
    let unrecorded = MeetingDraft {
        record: false,
        recording_list: "nothing".to_owned(),
        ..draft(&world, "QH")
    };
    let made = plan(&world, &staff, &unrecorded).await;
    assert_eq!((made.record, made.recording_list.as_str()), (false, ""));
    // What was planned may be put right although its hour has passed.
    world.clock.advance_ms(3 * HOUR_MS);
    let late = MeetingDraft {
        title: "晚了".to_owned(),
        ..unrecorded
    };
    let edited = edit(&world, &staff, &made.meeting.id, 1, &late).await;
    assert_eq!(edited.status(), StatusCode::OK);
}

#[tokio::test]
async fn each_sees_the_meetings_that_concern_them() {
    for database in databases().await {
        let world = World::on(database).await;
        let town = world.staff(Role::OrganizationStaff, "QH").await;
        let village = world.staff(Role::BranchSecretary, "ZJ").await;
        for (title, audience, hours) in
            [("全镇", "QH", 3), ("张家村", "ZJ", 2), ("李家村", "LJ", 1)]
        {
            let starts_at_ms = world.now_ms() + hours * HOUR_MS;
            let one = MeetingDraft {
                title: title.to_owned(),
                starts_at_ms,
                ..draft(&world, audience)
            };
            plan(&world, &town, &one).await;
        }
        assert_eq!(list(&world, &town, "").await, ["全镇", "张家村", "李家村"]);
        assert_eq!(list(&world, &village, "").await, ["全镇", "张家村"]);
        let noon = world.now_ms() + 2 * HOUR_MS;
        let query = format!("?from_ms={noon}&to_ms={}", noon + 1);
        assert_eq!(list(&world, &town, &query).await, ["张家村"]);
        assert!(list(&world, &town, "?state=live").await.is_empty());
        // By words and by kind; what means something to the database means itself.
        assert_eq!(list(&world, &town, "?q=村").await, ["张家村", "李家村"]);
        assert_eq!(list(&world, &village, "?q=%20全镇%20").await, ["全镇"]);
        assert!(list(&world, &town, "?q=%25").await.is_empty());
        assert_eq!(list(&world, &town, "?q=").await.len(), 3);
        assert_eq!(list(&world, &town, "?kind=conference").await.len(), 3);
        assert!(list(&world, &town, "?kind=broadcast&q=村").await.is_empty());
        let wrong = world.get("/api/v1/meetings?kind=party", &town);
        problem(wrong.send().await.unwrap(), 400, ErrorCode::BadRequest).await;
        // Page by page.
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/meetings?limit=1{cursor}");
            let page: Value = ok(world.get(&path, &town).send().await.unwrap()).await;
            let items = page["items"].as_array().unwrap().iter();
            all.extend(items.map(|it| it["meeting"]["title"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(all, ["全镇", "张家村", "李家村"]);
        let odd = world.get("/api/v1/meetings?cursor=x", &town);
        problem(odd.send().await.unwrap(), 400, ErrorCode::BadRequest).await;

        // A village may look at the town's meeting and not touch it, nor hold one for the town.
        let path = "/api/v1/meetings?state=scheduled";
        let page: Value = ok(world.get(path, &village).send().await.unwrap()).await;
        let id = page["items"][0]["meeting"]["id"].as_str().unwrap();
        problem(
            step(&world, &village, id, "start").await,
            403,
            ErrorCode::Forbidden,
        )
        .await;
        let up = world
            .post("/api/v1/meetings", &village)
            .json(&draft(&world, "ZJ"));
        problem(up.send().await.unwrap(), 422, ErrorCode::Invalid).await;
        let own = MeetingDraft {
            organization_code: "ZJ".to_owned(),
            ..draft(&world, "ZJ")
        };
        plan(&world, &village, &own).await;
    }
}

#[tokio::test]
async fn a_beginning_and_an_end_are_told_to_the_audience() {
    for database in databases().await {
        let url: store::DatabaseUrl = database.url().parse().unwrap();
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let mine = tv(&world, "ZJ", TerminalKind::Household).await;
        let other = tv(&world, "LJ", TerminalKind::Household).await;
        let made = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting;
        let mut events = Events::listen(&world, &mine.token, None).await;
        let mut bystander = Events::listen(&world, &other.token, None).await;
        let started = Event::MeetingStarted {
            meeting_id: made.id.clone(),
            title: made.title.clone(),
            meeting_kind: MeetingKind::Conference,
        };
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
        assert_eq!(events.event().await.unwrap().0, started);
        assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
        // Whoever comes later sees it in the feed, and is told of its end.
        let late = tv(&world, "ZJ", TerminalKind::Household).await;
        let mut late_events = Events::listen(&world, &late.token, None).await;
        let page = world.feed(&late.token, "").await;
        assert_eq!(
            meeting_in(&page, &made.id).unwrap().state,
            MeetingState::Live
        );
        // Another change is no second beginning.
        world
            .publish(&staff, &crate::common::draft("公示", "QH"))
            .await;
        for events in [&mut events, &mut late_events] {
            assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
        }
        // The end comes from another process.
        let (id, now_ms) = (made.id.clone(), world.now_ms());
        tokio::task::spawn_blocking(move || {
            let store = store::Store::open(&url).unwrap();
            let end = move |tx: &mut store::WriteTx<'_>| store::meetings::end(tx, &id, now_ms);
            store.write::<_, store::Error, _>(end).unwrap();
        })
        .await
        .unwrap();
        let ended = Event::MeetingEnded {
            meeting_id: made.id.clone(),
        };
        for events in [&mut events, &mut late_events] {
            assert_eq!(events.event().await.unwrap().0, ended);
            assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
        }
        // The neighbour heard of nothing but the notice.
        assert_eq!(bystander.event().await.unwrap().0, Event::FeedChanged);
        world
            .publish(&staff, &crate::common::draft("又一份", "LJ"))
            .await;
        assert_eq!(bystander.event().await.unwrap().0, Event::FeedChanged);
    }
}

async fn report(world: &World, tv: &Tv, viewing: &str, report: &ViewingReport) -> Response {
    world
        .ask(
            Method::PUT,
            &format!("/api/v1/terminal/viewings/{viewing}"),
            &tv.token,
        )
        .json(report)
        .send()
        .await
        .unwrap()
}

/// A member of an organization, of a household if it is given.
async fn member(world: &World, code: &str, name: &str, household: Option<String>) -> String {
    let (code, name, now_ms) = (code.to_owned(), name.to_owned(), world.now_ms());
    world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let organization = organizations::by_code(tx, &code)?.unwrap().id;
                    let content = members::Content {
                        name: name.clone(),
                        household_id: household.clone(),
                        ..members::Content::default()
                    };
                    let id = members::new_id(now_ms);
                    members::create(tx, &id, &organization, &content, None, now_ms)?;
                    Ok(id)
                })
                .unwrap()
        })
        .await
}

async fn household(world: &World, tv: &Tv) -> String {
    let (tv, now_ms) = (tv.id.clone(), world.now_ms());
    world
        .blocking(move |store| {
            store
                .write::<_, store::Error, _>(move |tx| {
                    let organization = organizations::by_code(tx, "ZJ")?.unwrap().id;
                    let made = households::create(tx, &organization, "12 号", now_ms)?;
                    households::bind(tx, &made.id, Some(&tv))?;
                    Ok(made.id)
                })
                .unwrap()
        })
        .await
}

#[tokio::test]
async fn a_viewing_counts_once_however_it_arrives() {
    const VIEWING: &str = "0199b3a0-5b5a-7c3e-8f00-0123456789ab";
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let station = tv(&world, "LJ", TerminalKind::Station).await;
        let house = household(&world, &home).await;
        let one = member(&world, "ZJ", "张一", Some(house.clone())).await;
        let two = member(&world, "ZJ", "张二", Some(house)).await;
        let stranger = member(&world, "LJ", "李三", None).await;
        let made = plan(&world, &staff, &draft(&world, "QH")).await.meeting;
        let at = world.now_ms();
        let so_far = |minutes: i64, members: &[&String]| ViewingReport {
            meeting_id: made.id.clone(),
            started_at_ms: at,
            last_at_ms: at + minutes * 60_000,
            watched_ms: minutes * 50_000,
            member_ids: members.iter().map(|id| (*id).clone()).collect(),
        };
        let early = report(&world, &home, VIEWING, &so_far(1, &[])).await;
        problem(early, 409, ErrorCode::Conflict).await;
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;

        // Out of order and again; the stranger and somebody unknown are left out.
        let nobody = "nobody".to_owned();
        let reports = [
            so_far(3, &[&one, &stranger]),
            so_far(1, &[]),
            so_far(3, &[&one]),
            so_far(10, &[&two, &nobody]),
            so_far(4, &[&one]),
        ];
        for one in &reports {
            let kept = report(&world, &home, VIEWING, one).await;
            assert_eq!(kept.status(), StatusCode::NO_CONTENT);
        }
        // The same id in another spelling is the same viewing.
        let spelled = report(&world, &home, &VIEWING.to_uppercase(), &reports[0]).await;
        assert_eq!(spelled.status(), StatusCode::NO_CONTENT);
        let stolen = report(&world, &station, VIEWING, &so_far(1, &[])).await;
        problem(stolen, 409, ErrorCode::Conflict).await;
        // After the meeting, when the network is back, and short.
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "end").await).await;
        let second = "0199b3a0-5b5a-7c3e-8f00-0123456789ac";
        let late = report(&world, &station, second, &so_far(1, &[&stranger, &one])).await;
        assert_eq!(late.status(), StatusCode::NO_CONTENT);

        let path = format!("/api/v1/meetings/{}/viewings", made.id);
        let all: Viewings = ok(world.get(&path, &staff).send().await.unwrap()).await;
        assert_eq!((all.terminals, all.watched, all.viewings.len()), (2, 1, 2));
        let line = all
            .viewings
            .iter()
            .find(|line| line.terminal_id == home.id)
            .unwrap();
        assert_eq!((line.first_at_ms, line.last_at_ms), (at, at + 600_000));
        assert_eq!(line.watched_ms, 500_000);
        assert_eq!(line.members, ["张一", "张二"]);
        assert_eq!(line.organization.name, "张家村");
        // At the station those of its village only.
        let line = all
            .viewings
            .iter()
            .find(|line| line.terminal_id == station.id);
        assert_eq!(line.unwrap().members, ["李三"]);

        let village = world.staff(Role::OrganizationStaff, "LJ").await;
        let theirs: Viewings = ok(world.get(&path, &village).send().await.unwrap()).await;
        assert_eq!(
            (theirs.terminals, theirs.watched, theirs.viewings.len()),
            (1, 0, 1)
        );
        let publisher = world.staff(Role::OfficePublisher, "QH").await;
        let nameless: Viewings = ok(world.get(&path, &publisher).send().await.unwrap()).await;
        assert_eq!(nameless.viewings.len(), 2);
        assert!(nameless.viewings.iter().all(|line| line.members.is_empty()));
    }
}

#[tokio::test]
async fn a_viewing_goes_on_being_reported_after_the_terminal_moved() {
    const VIEWING: &str = "0199b3a0-5b5a-7c3e-8f00-0123456789ab";
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let made = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting;
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
        let so_far = |minutes: i64| ViewingReport {
            meeting_id: made.id.clone(),
            started_at_ms: made.starts_at_ms,
            last_at_ms: made.starts_at_ms + minutes * 60_000,
            watched_ms: minutes * 60_000,
            member_ids: Vec::new(),
        };
        let kept = report(&world, &home, VIEWING, &so_far(1)).await;
        assert_eq!(kept.status(), StatusCode::NO_CONTENT);
        to_li_village(&world, &home.id).await;
        let kept = report(&world, &home, VIEWING, &so_far(2)).await;
        assert_eq!(kept.status(), StatusCode::NO_CONTENT);
        let path = format!("/api/v1/meetings/{}/viewings", made.id);
        let all: Viewings = ok(world.get(&path, &staff).send().await.unwrap()).await;
        assert_eq!(all.viewings[0].watched_ms, 120_000);
        // Another viewing of it cannot have begun there.
        let another = VIEWING.replace("89ab", "89ac");
        let refused = report(&world, &home, &another, &so_far(1)).await;
        problem(refused, 404, ErrorCode::NotFound).await;
    }
}

#[tokio::test]
async fn nobody_watches_for_longer_than_it_takes() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let made = plan(&world, &staff, &draft(&world, "QH")).await.meeting;
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
        let at = world.now_ms();
        for (viewing, took_ms) in [("ab", 0), ("ac", 20_000)] {
            let viewing = format!("0199b3a0-5b5a-7c3e-8f00-0123456789{viewing}");
            let claims = ViewingReport {
                meeting_id: made.id.clone(),
                started_at_ms: at,
                last_at_ms: at + took_ms,
                watched_ms: 3_600_000,
                member_ids: Vec::new(),
            };
            let kept = report(&world, &home, &viewing, &claims).await;
            assert_eq!(kept.status(), StatusCode::NO_CONTENT);
        }
        let path = format!("/api/v1/meetings/{}/viewings", made.id);
        let all: Viewings = ok(world.get(&path, &staff).send().await.unwrap()).await;
        assert_eq!((all.watched, all.viewings[0].watched_ms), (0, 20_000));
    }
}

#[tokio::test]
async fn a_viewing_of_nothing_is_refused() {
    const VIEWING: &str = "0199b3a0-5b5a-7c3e-8f00-0123456789ab";
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let made = plan(&world, &staff, &draft(&world, "LJ")).await.meeting;
    ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
    let good = ViewingReport {
        meeting_id: made.id,
        started_at_ms: 1_000,
        last_at_ms: 2_000,
        watched_ms: 1_000,
        member_ids: Vec::new(),
    };
    let foreign = report(&world, &home, VIEWING, &good).await;
    problem(foreign, 404, ErrorCode::NotFound).await;
    let unknown = ViewingReport {
        meeting_id: "x".to_owned(),
        ..good.clone()
    };
    let unknown = report(&world, &home, VIEWING, &unknown).await;
    problem(unknown, 404, ErrorCode::NotFound).await;
    let nonsense = ViewingReport {
        started_at_ms: 3_000,
        watched_ms: -1,
        member_ids: vec![String::new(); 501],
        ..good
    };
    let refused = report(&world, &home, "x", &nonsense).await;
    let problem = problem(refused, 422, ErrorCode::Invalid).await;
    let fields: Vec<_> = problem.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["id", "last_at_ms", "watched_ms", "member_ids"]);
}

#[tokio::test]
async fn a_roll_call_inside_a_meeting() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let mine = tv(&world, "ZJ", TerminalKind::Household).await;
        let made = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting;
        let path = format!("/api/v1/meetings/{}/roll-call", made.id);
        let request = MeetingRollCall {
            window_ms: 600_000,
            grace_ms: 0,
            presence_code: true,
        };
        let call = async |request: &MeetingRollCall| {
            world
                .post(&path, &staff)
                .json(request)
                .send()
                .await
                .unwrap()
        };
        problem(call(&request).await, 409, ErrorCode::Conflict).await;
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
        let short = MeetingRollCall {
            window_ms: 1,
            ..request
        };
        problem(call(&short).await, 422, ErrorCode::Invalid).await;
        let mut events = Events::listen(&world, &mine.token, None).await;
        let opened: RollCall = ok(call(&request).await).await;
        assert_eq!(
            (&opened.title, opened.occasion),
            (&made.title, Occasion::Meeting)
        );
        assert_eq!(opened.organization.name, "张家村");
        assert!(opened.state == RollCallState::Open && opened.presence_code);
        assert!(matches!(events.event().await.unwrap().0,
            Event::RollCallOpened { roll_call_id, .. } if roll_call_id == opened.id));
        let stage = format!("/api/v1/meetings/{}/stage", made.id);
        let stage: RoomState = ok(world.get(&stage, &staff).send().await.unwrap()).await;
        assert_eq!(stage.roll_call_id.as_ref(), Some(&opened.id));
        problem(call(&request).await, 409, ErrorCode::Conflict).await;
        let read: StaffMeeting = ok(world
            .get(&format!("/api/v1/meetings/{}", made.id), &staff)
            .send()
            .await
            .unwrap())
        .await;
        assert_eq!(read.roll_call_id.as_ref(), Some(&opened.id));
        // Once it is over there may be another.
        let close = format!("/api/v1/roll-calls/{}/close", opened.id);
        ok::<RollCall>(world.post(&close, &staff).send().await.unwrap()).await;
        let second: RollCall = ok(call(&request).await).await;
        assert_ne!(second.id, opened.id);
    }
}

fn recording(number: u8) -> Recording {
    let file = |extension: &str, media_type: &str| FileRef {
        name: format!("{}.{extension}", format!("{number:02x}").repeat(32)),
        bytes: 1_000,
        media_type: media_type.to_owned(),
    };
    Recording {
        duration_ms: 90_000,
        poster: Picture {
            screen: file("jpg", "image/jpeg"),
            thumb: file("jpg", "image/jpeg"),
            ..Picture::default()
        },
        rendition: Rendition {
            file: file("mp4", "video/mp4"),
            width: 1280,
            height: 720,
            bitrate: 1_500_000,
            has_audio: true,
        },
        from_ms: 0,
        whole_ms: 90_000,
        asked: None,
    }
}

/// The length of the recording is compared with the meeting's, and staff read the difference.
#[tokio::test]
async fn a_recording_that_is_not_as_long_as_its_meeting_is_told() {
    // A meeting of 46 s became a recording of 6:41.
    for (lasted_ms, recorded_ms, off) in [
        (46_000, 401_000, Some(355_000)),
        (46_000, 44_000, None),
        (46_000, 56_001, Some(10_001)),
        (7_200_000, 7_190_000, None),
        (7_200_000, 7_140_000, Some(-60_000)),
    ] {
        for database in databases().await {
            let world = World::on(database).await;
            let staff = world.staff(Role::PlatformAdministrator, "QH").await;
            let made = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting;
            ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
            world.clock.advance_ms(lasted_ms);
            let ended: StaffMeeting = ok(step(&world, &staff, &made.id, "end").await).await;
            assert_eq!((ended.recording_ms, ended.recording_off_ms), (None, None));
            let (id, now_ms) = (made.id.clone(), world.now_ms());
            world
                .blocking(move |store| {
                    let recording = Recording {
                        duration_ms: recorded_ms,
                        ..recording(1)
                    };
                    meetings::recorded(store, &id, &recording, now_ms).unwrap()
                })
                .await;
            let path = format!("/api/v1/meetings/{}", made.id);
            let told: StaffMeeting = ok(world.get(&path, &staff).send().await.unwrap()).await;
            assert_eq!(
                (told.recording_ms, told.recording_off_ms),
                (Some(recorded_ms), off)
            );
        }
    }
}

#[tokio::test]
async fn a_recording_is_published_once() {
    for database in databases().await {
        let world = World::on(database).await;
        let staff = world.staff(Role::PlatformAdministrator, "QH").await;
        let home = tv(&world, "ZJ", TerminalKind::Household).await;
        let made = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting;
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
        ok::<StaffMeeting>(step(&world, &staff, &made.id, "end").await).await;
        let (id, now_ms) = (made.id.clone(), world.now_ms());
        let (first, second) = world
            .blocking(move |store| {
                let state = RecordingState::Processing;
                let told = meetings::recording_state(store, &id, state, now_ms).unwrap();
                assert_eq!(told.recording, state);
                let first = meetings::recorded(store, &id, &recording(1), now_ms).unwrap();
                let second = meetings::recorded(store, &id, &recording(2), now_ms).unwrap();
                (first, second)
            })
            .await;
        assert_eq!(first.recording, RecordingState::Published);
        assert_eq!(first, second);
        let page = world.feed(&home.token, "").await;
        let films: Vec<_> = page
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::Put {
                    document: Document::Programme(programme),
                } => Some(programme),
                _ => None,
            })
            .collect();
        assert_eq!(films.len(), 1);
        assert_eq!(films[0].title, "镇村例会（回放）");
        assert_eq!(films[0].category, "films");
        assert_eq!(films[0].organization.name, "清河镇");
        assert_eq!(films[0].renditions, [recording(1).rendition]);
        let shown = meeting_in(&page, &made.id).unwrap();
        assert_eq!(shown.programme_id.as_ref(), Some(&films[0].id));
        assert_eq!(
            audited(&world, &staff, &made.id).await.last().unwrap(),
            "meeting.recorded"
        );
    }
}

#[tokio::test]
async fn a_list_that_is_gone_does_not_lose_a_recording() {
    let world = World::new().await;
    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let made = plan(&world, &staff, &draft(&world, "ZJ")).await.meeting;
    let mut township = crate::common::township();
    township.sections[0].listings[1].id = "recordings".to_owned();
    let put = world
        .ask(Method::PUT, "/api/v1/township", &staff)
        .json(&json!(township));
    assert_eq!(put.send().await.unwrap().status(), StatusCode::OK);
    ok::<StaffMeeting>(step(&world, &staff, &made.id, "start").await).await;
    ok::<StaffMeeting>(step(&world, &staff, &made.id, "end").await).await;
    let (id, now_ms) = (made.id.clone(), world.now_ms());
    let category = world
        .blocking(move |store| {
            let done = meetings::recorded(store, &id, &recording(1), now_ms).unwrap();
            let programme = done.meeting.programme_id.unwrap();
            let found = store
                .read(|tx| store::programmes::get(tx, &programme))
                .unwrap();
            found.unwrap().content.category
        })
        .await;
    assert_eq!(category, "recordings");
}
