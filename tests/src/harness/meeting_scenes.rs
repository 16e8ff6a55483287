//! Meetings: the calendar, Home, and what comes over the screens, for the pixel tests and the
//! screenshots.

use contract::meeting::{Meeting, MeetingKind, MeetingState};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;

use super::scene::{Scene, scene};
use super::{NOW_MS, Stage, people};

/// What the meeting of the scenes is called.
pub const TITLE: &str = "村党支部书记视频会议";

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A meeting whose call was declined.
const DECLINED: &str = "0198c0de-0000-7000-8000-00000000dec1";

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("home-live", |stage| home(stage, vec![declined()])),
    scene("home-live-call", |stage| {
        let home = people::household();
        let call = people::call(&home);
        stage.people(TerminalKind::Household, home, vec![call])?;
        stage.meetings(vec![declined()])?;
        stage.demo.cache.decline_meeting(DECLINED)?;
        stage.show(&[Route::Home, people::roll_call()])?;
        stage.tv.press(RemoteKey::Back);
        Ok(())
    }),
    scene("home-next-meeting", |stage| {
        let mut today = planned(0);
        today.starts_at_ms = NOW_MS + 19 * MINUTE;
        let mut tomorrow = planned(20);
        tomorrow.id = "tomorrow".to_owned();
        home(stage, vec![today, tomorrow])
    }),
    scene("home-tomorrow", |stage| home(stage, vec![planned(20)])),
    scene("meetings", |stage| {
        calendar(stage)?;
        stage.show(&[Route::Home, list()])
    }),
    scene("toast-reminder", |stage| {
        calendar(stage)?;
        stage.show(&[Route::Home, list()])?;
        stage.tv.press(RemoteKey::Down);
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("meetings-below", |stage| {
        calendar(stage)?;
        stage.show(&[Route::Home, list()])?;
        stage.tv.press_all(&[RemoteKey::Down; 20]);
        Ok(())
    }),
    scene("toast-meeting-offline", |stage| {
        calendar(stage)?;
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - DAY)?;
        stage.show(&[Route::Home, list()])?;
        stage.tv.press(RemoteKey::Ok);
        Ok(())
    }),
    scene("meetings-empty", |stage| stage.show(&[Route::Home, list()])),
    scene("call-broadcast", |stage| {
        stage.meetings(vec![live("call", MeetingKind::Broadcast)])?;
        stage.show(&[Route::Home])
    }),
    scene("call-conference", |stage| {
        let mut meeting = live("call", MeetingKind::Conference);
        meeting.title = "全镇党支部书记春耕生产和人居环境整治工作视频调度会议".to_owned();
        stage.meetings(vec![meeting])?;
        stage.show(&[Route::Home])?;
        stage.tv.press(RemoteKey::Right);
        stage.tv.advance(7_000);
        Ok(())
    }),
    scene("call-station", |stage| {
        stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
        stage.meetings(vec![live("call", MeetingKind::Conference)])?;
        stage.show(&[Route::Home])
    }),
    scene("reminder-soon", |stage| reminder(stage, 4)),
    scene("reminder-time", |stage| reminder(stage, 0)),
    scene("reminded-moved", |stage| otherwise(stage, "moved", Some(3))),
    scene("reminded-moved-far", |stage| {
        otherwise(stage, "moved far", Some(340))
    }),
    scene("reminded-called-off", |stage| {
        otherwise(stage, "called off", None)
    }),
    scene("home-no-clock", |stage| {
        no_clock(stage)?;
        home(stage, vec![planned(2)])
    }),
    scene("meetings-no-clock", |stage| {
        calendar(stage)?;
        no_clock(stage)?;
        stage.show(&[Route::Home, list()])
    }),
    scene("urgent-over-list", |stage| {
        stage.show(&[Route::Home, list()])?;
        stage.tv.app().on_notice(Notice::Urgent {
            bulletin_id: "urgent".to_owned(),
            title: "今晚停水".to_owned(),
        });
        Ok(())
    }),
];

fn list() -> Route {
    Route::Meetings {
        list: "meetings".to_owned(),
    }
}

fn office() -> OrganizationRef {
    OrganizationRef {
        id: "o".to_owned(),
        name: "清河镇党委".to_owned(),
    }
}

/// One that is live.
pub(super) fn live(id: &str, kind: MeetingKind) -> Meeting {
    Meeting {
        id: id.to_owned(),
        kind,
        state: MeetingState::Live,
        title: "十一月主题党日：全镇党员大会".to_owned(),
        organization: office(),
        starts_at_ms: NOW_MS - 10 * MINUTE,
        started_at_ms: Some(NOW_MS - 8 * MINUTE),
        planned_ms: 90 * MINUTE,
        ..Meeting::default()
    }
}

fn declined() -> Meeting {
    live(DECLINED, MeetingKind::Broadcast)
}

/// One in so many hours.
fn planned(hours: i64) -> Meeting {
    Meeting {
        id: format!("planned {hours}"),
        kind: MeetingKind::Conference,
        state: MeetingState::Scheduled,
        title: TITLE.to_owned(),
        organization: office(),
        starts_at_ms: NOW_MS + hours * 60 * MINUTE,
        planned_ms: 60 * MINUTE,
        ..Meeting::default()
    }
}

fn ended(days: i64, recorded: bool) -> Meeting {
    Meeting {
        id: format!("ended {days}"),
        state: MeetingState::Ended,
        title: "冬季森林防火和安全用电知识讲座".to_owned(),
        organization: office(),
        starts_at_ms: NOW_MS - days * DAY,
        started_at_ms: Some(NOW_MS - days * DAY),
        ended_at_ms: Some(NOW_MS - days * DAY + 40 * MINUTE),
        programme_id: recorded.then(|| "film".to_owned()),
        ..Meeting::default()
    }
}

/// One of each kind; the call to the one that is live was declined.
///
/// # Errors
/// When they cannot be written.
pub fn calendar(stage: &Stage) -> anyhow::Result<()> {
    let mut cancelled = planned(3);
    cancelled.state = MeetingState::Cancelled;
    cancelled.title = "妇女干部座谈会".to_owned();
    stage.meetings(vec![
        declined(),
        planned(1),
        cancelled,
        planned(30),
        planned(200),
        planned(24 * 40),
        ended(1, true),
        ended(3, false),
    ])?;
    stage.demo.cache.decline_meeting(DECLINED)?;
    Ok(())
}

fn home(stage: &mut Stage, meetings: Vec<Meeting>) -> anyhow::Result<()> {
    stage.meetings(meetings)?;
    stage.demo.cache.decline_meeting(DECLINED)?;
    stage.show(&[Route::Home])
}

/// Somebody asked to be reminded of a meeting that is planned for so many days from now instead, or
/// does not take place.
fn otherwise(stage: &mut Stage, id: &str, days: Option<i64>) -> anyhow::Result<()> {
    let mut meeting = planned(2);
    meeting.id = id.to_owned();
    meeting.title = "全镇党支部书记春耕生产和人居环境整治工作视频调度会议".to_owned();
    stage.meetings(vec![meeting.clone()])?;
    stage.demo.cache.set_reminder(id, true)?;
    match days {
        Some(days) => meeting.starts_at_ms = NOW_MS + days * DAY,
        None => meeting.state = MeetingState::Cancelled,
    }
    stage.meetings(vec![meeting])?;
    stage.show(&[Route::Home])
}

/// The box begins in 1970, and the server does not answer.
fn no_clock(stage: &Stage) -> anyhow::Result<()> {
    stage.demo.cache.set_online(false);
    stage.demo.cache.synced(NOW_MS - DAY)?;
    stage.tv.clock.set_now(0);
    Ok(())
}

/// A reminder so many minutes before.
fn reminder(stage: &mut Stage, minutes: i64) -> anyhow::Result<()> {
    let mut meeting = planned(0);
    meeting.id = format!("reminded {minutes}");
    meeting.starts_at_ms = NOW_MS + minutes * MINUTE;
    let id = meeting.id.clone();
    stage.meetings(vec![meeting])?;
    stage.demo.cache.set_reminder(&id, true)?;
    stage.show(&[Route::Home])
}
