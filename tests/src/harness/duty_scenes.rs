//! Duty rooms: the screen of them, and the sign that somebody looks, for the pixel tests and the
//! screenshots.

use contract::duty::{DutyLook, DutyRoom, DutySource, TerminalDuty};
use contract::meeting::{MediaLink, MediaProtocol, MeetingKind};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use contract::township::ListingKind;
use media_player::fake::Programme;
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;
use tv_app::screens::settings::name;

use super::scenes::{Scene, bare, full, scene};
use super::{NOW_MS, Stage, meeting_scenes, people, watching_scenes};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// A programme's controls are gone after so long without a key, in large text too.
const CONTROLS_GONE_MS: u64 = 11_000;
/// The terminal of [`super::Disk::enrol_as`].
const OWN: &str = "0198c0de-0000-7000-8000-000000000012";

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("duty", |stage| {
        place(stage, over())?;
        stage.show(&[Route::Home, list()])
    }),
    scene("duty-below", |stage| {
        place(stage, over())?;
        stage.show(&[Route::Home, list()])?;
        stage.tv.press_all(&[RemoteKey::Down; 12]);
        Ok(())
    }),
    scene("duty-now", |stage| {
        place(stage, [vec![look()], over()].concat())?;
        stage.show(&[Route::Home, list()])
    }),
    scene("duty-nobody", |stage| {
        place(stage, Vec::new())?;
        stage.show(&[Route::Home, list()])
    }),
    scene("duty-offline", |stage| {
        place(stage, over())?;
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS - 3 * DAY)?;
        stage.show(&[Route::Home, list()])
    }),
    scene("duty-empty", |stage| {
        stage.duty(Vec::new(), Vec::new())?;
        stage.show(&[Route::Home, list()])
    }),
    scene("duty-unknown", |stage| {
        stage.show_empty(&[Route::Home, list()])
    }),
    scene("watched-home", |stage| {
        place(stage, vec![look()])?;
        stage.show(&[Route::Home])
    }),
    scene("watched-section", |stage| {
        place(stage, vec![look()])?;
        let route = stage.section()?;
        stage.show(&[Route::Home, route])
    }),
    scene("watched-several", |stage| {
        place(stage, vec![look(), another()])?;
        let route = stage.list(ListingKind::Bulletins)?;
        stage.show(&[Route::Home, route])?;
        stage.tv.press(RemoteKey::Up);
        Ok(())
    }),
    scene("watched-long-names", |stage| {
        let mut look = look();
        look.by = "清河镇便民服务中心退役军人服务站 欧阳建国".to_owned();
        look.room_title = "张家村党群服务中心一楼大厅值班室".to_owned();
        place(stage, vec![look])?;
        let route = stage.list(ListingKind::Programmes)?;
        stage.show(&[Route::Home, route])
    }),
    scene("watched-offline", |stage| {
        place(stage, vec![look()])?;
        stage.demo.cache.set_online(false);
        stage.demo.cache.synced(NOW_MS)?;
        let route = stage.list(ListingKind::Guides)?;
        stage.show(&[Route::Home, route])
    }),
    bare("watched-player", |stage| {
        place(stage, vec![look()])?;
        stage.watch(12_000, film())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    full("watched-player-controls", |stage| {
        place(stage, vec![look()])?;
        stage.watch(12_000, film())?;
        stage.tv.press_all(&[RemoteKey::Down, RemoteKey::VolumeUp]);
        Ok(())
    }),
    bare("watched-meeting", |stage| {
        watching_scenes::on_the_air(stage)?;
        begin(stage)?;
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("watched-called", |stage| {
        place(stage, vec![look()])?;
        watching_scenes::on_the_air(stage)
    }),
    scene("watched-call", |stage| {
        place(stage, vec![look()])?;
        let meeting = meeting_scenes::live("watched", MeetingKind::Conference);
        stage.meetings(vec![meeting])?;
        stage.show(&[Route::Home])
    }),
    scene("dialog-watched", |stage| {
        place(stage, vec![look()])?;
        stage.show(&[Route::Home])?;
        stage.tv.press(RemoteKey::Back);
        Ok(())
    }),
    scene("toast-look", |stage| {
        place(stage, Vec::new())?;
        stage.show(&[Route::Home])?;
        begin(stage)
    }),
];

fn film() -> Programme {
    Programme {
        frame_ms: 1_000,
        ..Programme::lasting(300_000)
    }
}

pub(super) fn list() -> Route {
    Route::Duty {
        list: "duty-rooms".to_owned(),
    }
}

/// The rooms of a village: its station, another station, and a camera.
#[must_use]
pub fn rooms() -> Vec<DutyRoom> {
    let room = |id: &str, title: &str, source, terminal: Option<&str>| DutyRoom {
        id: id.to_owned(),
        title: title.to_owned(),
        organization: OrganizationRef {
            id: "village".to_owned(),
            name: "张家村".to_owned(),
        },
        source,
        terminal_id: terminal.map(str::to_owned),
        looking: 0,
    };
    vec![
        room("own", "村委会值班室", DutySource::Station, Some(OWN)),
        room("hall", "党员活动室", DutySource::Station, Some("another")),
        room("gate", "便民服务大厅", DutySource::Camera, None),
    ]
}

/// Somebody looks into the room of this television since some minutes.
#[must_use]
pub fn look() -> DutyLook {
    DutyLook {
        id: "now".to_owned(),
        room_id: "own".to_owned(),
        room_title: "村委会值班室".to_owned(),
        by: "镇党委办公室 王芳".to_owned(),
        opened_at_ms: NOW_MS - 8 * MINUTE,
        closed_at_ms: None,
    }
}

fn another() -> DutyLook {
    DutyLook {
        id: "another".to_owned(),
        room_id: "gate".to_owned(),
        room_title: "便民服务大厅".to_owned(),
        by: "县委组织部 李强".to_owned(),
        opened_at_ms: NOW_MS - MINUTE,
        closed_at_ms: None,
    }
}

/// Looks of some days.
fn over() -> Vec<DutyLook> {
    [
        (40, 3, "镇党委办公室 王芳"),
        (95, 0, "县委组织部 李强"),
        (24 * 60 + 30, 25, "镇党委办公室 王芳"),
        (24 * 60 + 11 * 60, 90, "镇纪委 赵敏"),
        (5 * 24 * 60, 2, "县委组织部 李强"),
        (6 * 24 * 60, 12, "镇党委办公室 王芳"),
    ]
    .into_iter()
    .map(|(minutes_ago, minutes, by)| {
        let opened_at_ms = NOW_MS - minutes_ago * MINUTE;
        DutyLook {
            id: format!("over {minutes_ago}"),
            by: by.to_owned(),
            opened_at_ms,
            closed_at_ms: Some(opened_at_ms + minutes * MINUTE),
            ..look()
        }
    })
    .collect()
}

/// A station with a camera, its rooms and these looks.
fn place(stage: &Stage, looks: Vec<DutyLook>) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
    stage.demo.set(name::CAMERA, "test:ball")?;
    stage.demo.set(name::MICROPHONE, "test:440")?;
    stage.duty(rooms(), looks)
}

/// Where the picture of this station is to be sent.
#[must_use]
pub fn link() -> MediaLink {
    MediaLink {
        protocol: MediaProtocol::Whip,
        url: "http://127.0.0.1:9/look".to_owned(),
        token: "token".to_owned(),
    }
}

/// Somebody begins to look, as the client tells it.
///
/// # Errors
/// When it cannot be written.
pub fn begin(stage: &Stage) -> anyhow::Result<()> {
    stage.duty(rooms(), vec![look()])?;
    stage.tv.app().on_notice(Notice::Duty {
        publish: Some(link()),
    });
    stage.tv.advance(500);
    Ok(())
}

/// And ceases.
///
/// # Errors
/// When it cannot be written.
pub fn end(stage: &Stage) -> anyhow::Result<()> {
    let over = DutyLook {
        closed_at_ms: Some(NOW_MS),
        ..look()
    };
    stage.duty(rooms(), vec![over])?;
    stage.tv.app().on_notice(Notice::Duty { publish: None });
    stage.tv.advance(500);
    Ok(())
}

/// What an ordinary look leaves in the cache.
#[must_use]
pub fn looked_at() -> TerminalDuty {
    TerminalDuty {
        rooms: rooms(),
        looks: vec![look()],
        publish: None,
    }
}
