//! Duty rooms: the screen of them, and the sign that somebody looks, for the pixel tests and the
//! screenshots.

use contract::duty::DutyLook;
use contract::meeting::MeetingKind;
use contract::terminal::TerminalKind;
use contract::township::ListingKind;
use media_player::fake::Programme;
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;
use tv_app::screens::settings::name;

use super::duty::{another, link, look, over, rooms};
use super::scene::{Scene, bare, full, scene};
use super::{NOW_MS, Stage, meeting_scenes, people, watching_scenes};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// A programme's controls are gone after so long without a key, in large text too.
const CONTROLS_GONE_MS: u64 = 11_000;

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

/// A station with a camera, its rooms and these looks.
pub(super) fn place(stage: &Stage, looks: Vec<DutyLook>) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
    stage.demo.set(name::CAMERA, "test:ball")?;
    stage.demo.set(name::MICROPHONE, "test:440")?;
    stage.duty(rooms(), looks)
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
