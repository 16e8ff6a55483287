//! Looks into a station: what is sent and when, and that it is never sent without its being shown.

use contract::terminal::TerminalKind;
use e2e::harness::{NOW_MS, Stage, Start, duty, duty_scenes, people, watching_scenes};
use media_player::fake::Programme;
use media_player::publish::fake::Network;
use media_player::publish::{Camera, PublishCommand, TestPattern};
use serde_json::Value;
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::router::Router;
use tv_app::screens::Route;
use tv_app::screens::overlay::Toast;
use tv_app::screens::settings::name;

/// A television of this kind that has a camera, and shows Home.
fn television(kind: TerminalKind, camera: &str) -> Stage {
    let mut stage = Stage::new().unwrap();
    stage.demo.cache.set_online(true);
    stage.demo.cache.synced(NOW_MS).unwrap();
    stage.people(kind, people::station(12), Vec::new()).unwrap();
    stage.demo.set(name::CAMERA, camera).unwrap();
    stage.demo.set(name::MICROPHONE, "test:440").unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    stage
}

fn station() -> Stage {
    television(TerminalKind::Station, "test:ball")
}

fn sent(stage: &Stage) -> Vec<PublishCommand> {
    stage
        .tv
        .publisher()
        .map(|publisher| publisher.commands())
        .unwrap_or_default()
}

fn status(stage: &Stage, what: &str) -> Value {
    stage.tv.app().status().lock()[what].clone()
}

/// Where the last `Start` goes that nothing has ended; `None` when nothing is sent.
fn target(stage: &Stage) -> Option<String> {
    sent(stage)
        .into_iter()
        .fold(None, |target, command| match command {
            PublishCommand::Start { url, .. } => Some(url),
            PublishCommand::StopSending | PublishCommand::Close => None,
            _ => target,
        })
}

fn look() -> Option<String> {
    Some(duty::link().url)
}

fn has_sign(stage: &Stage) -> bool {
    stage.tv.router(|router| router.sign().is_some())
}

#[test]
fn a_station_is_seen_while_somebody_looks_and_everybody_in_the_room_reads_who() {
    let stage = station();
    let before = (stage.tv.focus(), stage.tv.frame());
    assert_eq!(status(&stage, "watched"), false);
    duty_scenes::begin(&stage).unwrap();
    let commands = sent(&stage);
    assert!(
        matches!(&commands[0], PublishCommand::Open(capture) if capture.camera == Camera::Test(TestPattern::Ball)),
        "{commands:?}"
    );
    assert_eq!(target(&stage), look());
    assert_eq!(
        (status(&stage, "watched"), status(&stage, "seen")),
        (true.into(), true.into())
    );
    let sign = stage.tv.router(|router| router.sign().cloned()).unwrap();
    assert_eq!(
        (sign.by.as_str(), sign.room.as_str(), sign.people),
        ("镇党委办公室 王芳", "村委会值班室", 1)
    );
    assert_eq!(stage.tv.toast(), Some(Toast::LookBegan));
    assert_eq!(stage.tv.dialog(), None);
    assert_eq!(stage.tv.focus(), before.0, "it takes no focus");
    stage.tv.advance(10_000);
    assert_eq!(stage.tv.toast(), None);
    assert!(has_sign(&stage), "the sign stays");
    duty_scenes::end(&stage).unwrap();
    assert_eq!(sent(&stage).last(), Some(&PublishCommand::Close));
    assert_eq!(
        (status(&stage, "watched"), status(&stage, "seen")),
        (false.into(), false.into())
    );
    assert!(
        stage.tv.frame() == before.1,
        "afterwards it is as if nothing had been"
    );
}

#[test]
fn nothing_is_sent_by_a_home_or_without_a_camera_and_the_sign_is_there_all_the_same() {
    let home = television(TerminalKind::Household, "test:ball");
    duty_scenes::begin(&home).unwrap();
    assert!(has_sign(&home));
    assert!(home.tv.publisher().is_none());
}

#[test]
fn a_station_where_no_camera_was_chosen_sends_no_sound_either() {
    let deaf = television(TerminalKind::Station, "none");
    duty_scenes::begin(&deaf).unwrap();
    assert!(has_sign(&deaf));
    assert!(deaf.tv.publisher().is_none());
    // Chosen meanwhile: now there is something to see.
    deaf.demo.set(name::CAMERA, "test:ball").unwrap();
    deaf.tv.press(RemoteKey::Down);
    assert_eq!(target(&deaf), look());
}

#[test]
fn without_a_look_in_the_log_nothing_is_sent_whatever_the_server_says() {
    let stage = station();
    stage.tv.app().on_notice(Notice::Duty {
        publish: Some(duty::link()),
    });
    assert!(!has_sign(&stage));
    assert!(stage.tv.publisher().is_none());
}

#[test]
fn a_television_that_sleeps_sends_nothing_until_somebody_can_see_the_sign() {
    let stage = station();
    duty_scenes::begin(&stage).unwrap();
    stage.tv.press(RemoteKey::Standby);
    assert_eq!(sent(&stage).last(), Some(&PublishCommand::Close));
    stage.tv.press(RemoteKey::Down);
    assert_eq!(target(&stage), look());
}

#[test]
fn a_programme_plays_on_under_the_sign() {
    let mut stage = station();
    let id = stage.demo.cache.programmes(
        &stage
            .content
            .list_of(contract::township::ListingKind::Programmes)
            .unwrap(),
    )[0]
    .id
    .clone();
    stage
        .demo
        .resume_at(&[Route::Home, Route::Player { id, position_ms: 0 }])
        .unwrap();
    let how = Start {
        resume: true,
        film: Some(Programme::lasting(300_000)),
        ..Start::default()
    };
    stage.tv.start(&stage.demo, &how).unwrap();
    stage.tv.advance(3_000);
    let runs = |router: &Router| router.top().controller().is_running();
    assert!(stage.tv.router(runs));
    duty_scenes::begin(&stage).unwrap();
    assert!(stage.tv.router(runs) && has_sign(&stage));
    assert_eq!(stage.tv.dialog(), None);
    assert_eq!(target(&stage), look());
}

#[test]
fn a_meeting_keeps_the_camera_while_the_station_speaks_and_shares_it_while_it_listens() {
    let mut stage = Stage::new().unwrap();
    stage.demo.cache.set_online(true);
    watching_scenes::on_the_air(&mut stage).unwrap();
    let meeting = target(&stage);
    assert!(meeting.is_some() && meeting != look());
    duty_scenes::begin(&stage).unwrap();
    assert_eq!(target(&stage), meeting, "the meeting first");
    let waits = |stage: &Stage| stage.tv.router(|router| router.sign().unwrap().waits);
    assert!(waits(&stage), "and the sign says so");
    assert_eq!(status(&stage, "seen"), false);
    watching_scenes::off_the_air(&stage);
    stage.tv.advance(500);
    assert_eq!(target(&stage), look());
    assert!(!waits(&stage));
    assert_eq!(status(&stage, "seen"), true);
    // It leaves the meeting, and the camera stays on for the look.
    stage.tv.press(RemoteKey::Home);
    stage.tv.advance(500);
    assert_eq!(target(&stage), look());
    assert_eq!(status(&stage, "seen"), true);
    duty_scenes::end(&stage).unwrap();
    assert_eq!(sent(&stage).last(), Some(&PublishCommand::Close));
}

#[test]
fn a_picture_that_does_not_get_through_for_long_is_given_up_and_begun_again_when_asked_for() {
    let stage = station();
    duty_scenes::begin(&stage).unwrap();
    let publisher = stage.tv.publisher().unwrap();
    publisher.change(|world| world.network = Network::Offline);
    stage.demo.cache.set_online(false);
    stage.tv.app().on_notice(Notice::Online(false));
    stage.tv.advance(59_000);
    assert_eq!(target(&stage), look());
    stage.tv.advance(5_000);
    assert_eq!(sent(&stage).last(), Some(&PublishCommand::Close));
    assert!(has_sign(&stage), "nobody knows better yet");
    assert!(stage.tv.router(|router| router.sign().unwrap().stale));
    publisher.change(|world| world.network = Network::Good);
    stage.demo.cache.set_online(true);
    stage.tv.app().on_notice(Notice::Online(true));
    duty_scenes::begin(&stage).unwrap();
    assert_eq!(target(&stage), look());
    assert_eq!(status(&stage, "seen"), true);
}

#[test]
fn a_terminal_that_is_revoked_sends_nothing_any_more() {
    let stage = station();
    duty_scenes::begin(&stage).unwrap();
    stage.demo.cache.clear_enrolment().unwrap();
    stage.tv.app().on_notice(Notice::Revoked);
    assert_eq!(sent(&stage).last(), Some(&PublishCommand::Close));
    assert!(!has_sign(&stage));
}
