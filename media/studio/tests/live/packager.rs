use std::path::Path;
use std::time::Instant;

use media_studio::live::{Media, PackagerEvent};
use media_studio::testing::{Played, TestSourceSettings, play, tone};

use crate::tools::{Broadcast, GREEN, PATIENCE, RED, serve, small};

fn playlist(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("live.m3u8")).unwrap()
}

/// Plays the playlist as a player does, to its end.
fn play_list(folder: &Path) -> Played {
    let uri = format!("{}/live.m3u8", serve(folder));
    play(&uri, PATIENCE, |_| false).unwrap()
}

/// What RFC 8216 asks of every playlist, and that its files are there.
fn check(folder: &Path, ended: bool) -> Vec<f64> {
    let text = playlist(folder);
    assert!(
        text.starts_with("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:"),
        "{text}"
    );
    let value = |tag: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(tag)?.strip_prefix(':'));
        line.unwrap().to_owned()
    };
    let target: f64 = value("#EXT-X-TARGETDURATION").parse().unwrap();
    assert_eq!(text.contains("#EXT-X-ENDLIST"), ended);
    let mut durations = Vec::new();
    for pair in text.lines().collect::<Vec<_>>().windows(2) {
        if let Some(duration) = pair[0].strip_prefix("#EXTINF:") {
            let duration: f64 = duration.trim_end_matches(',').parse().unwrap();
            assert!(duration.round() <= target, "{text}");
            let segment = std::fs::read(folder.join(pair[1])).unwrap();
            assert!(segment.len() > 188 && segment.len().is_multiple_of(188));
            durations.push(duration);
        }
    }
    durations
}

#[test]
fn what_is_packaged_plays() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    broadcast.air(&small(broadcast.epoch, RED, 440.0));
    broadcast.wait_segments(4);
    check(folder.path(), false);
    broadcast.finish();
    let durations = check(folder.path(), true);
    let sum: f64 = durations.iter().sum();
    // Keyframes came when they were asked for: the source makes one in ten seconds by itself.
    assert!(
        durations.len() >= 5 && sum / (durations.len() as f64) < 2.0,
        "{durations:?}"
    );

    let played = play_list(folder.path());
    let expected = sum * 25.0;
    let pictures = played.pictures.len() as f64;
    assert!(
        (expected - pictures).abs() < 15.0,
        "{pictures} of {expected}"
    );
    assert!(played.sound.len() as f64 > (sum - 0.7) * 48_000.0);
    assert!(tone(&played.sound[24_000..72_000], 48_000, 440.0) > 0.15);
}

#[test]
fn another_source_of_another_size_continues() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    broadcast.air(&small(broadcast.epoch, RED, 440.0));
    broadcast.wait_segments(2);
    broadcast.air(&TestSourceSettings {
        size: (320, 180),
        ..small(broadcast.epoch, GREEN, 660.0)
    });
    broadcast.wait_segments(3);
    broadcast.finish();
    check(folder.path(), true);
    assert_eq!(
        playlist(folder.path())
            .matches("#EXT-X-DISCONTINUITY\n")
            .count(),
        1
    );
    let played = play_list(folder.path());
    assert_eq!(played.sizes, [(640, 360), (320, 180)]);
    let end = played.sound.len();
    assert!(tone(&played.sound[24_000..48_000], 48_000, 440.0) > 0.1);
    assert!(tone(&played.sound[end - 30_000..end - 6_000], 48_000, 660.0) > 0.1);
}

#[test]
fn pauses_of_picture_and_sound_stop_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    broadcast.air(&small(broadcast.epoch, RED, 440.0));
    for only in [None, Some(Media::Audio), Some(Media::Video), None] {
        *broadcast.only.lock() = only;
        broadcast.wait_segments(3);
    }
    // And nothing at all: the last picture stands, silence goes on.
    broadcast.end_source();
    broadcast.wait_segments(2);
    broadcast.air(&small(broadcast.epoch, GREEN, 660.0));
    broadcast.wait_segments(2);
    broadcast.finish();
    let durations = check(folder.path(), true);
    let sum: f64 = durations.iter().sum();
    let played = play_list(folder.path());
    // Neither the picture nor the sound has a hole a player would wait at.
    let widest = (played.pictures.windows(2)).map(|pair| (pair[1].0 - pair[0].0).as_secs_f64());
    assert!(widest.fold(0.0, f64::max) < 2.5);
    assert!(
        played.sound.len() as f64 > (sum - 1.5) * 48_000.0,
        "{} in {sum}",
        played.sound.len()
    );
    let end = played.sound.len();
    assert!(tone(&played.sound[end - 30_000..end - 6_000], 48_000, 660.0) > 0.1);
}

#[test]
fn sound_alone_and_a_picture_that_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    *broadcast.only.lock() = Some(Media::Audio);
    broadcast.air(&small(broadcast.epoch, RED, 440.0));
    broadcast.wait_segments(3);
    check(folder.path(), false);
    *broadcast.only.lock() = None;
    broadcast.source.lock().as_ref().unwrap().request_keyframe();
    broadcast.wait_segments(4);
    broadcast.finish();
    check(folder.path(), true);
    assert!(playlist(folder.path()).contains("#EXT-X-DISCONTINUITY\n"));
    assert!(play_list(folder.path()).pictures.len() > 25);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live");
    let broadcast = Broadcast::start(&path, Instant::now());
    broadcast.air(&small(broadcast.epoch, RED, 440.0));
    broadcast.wait_segments(1);
    let from = broadcast.events.len();
    std::fs::remove_dir_all(&path).unwrap();
    broadcast.events.wait(from, "a failure", |events| {
        events
            .iter()
            .any(|event| matches!(event, PackagerEvent::Failed(_)))
    });
    std::fs::create_dir(&path).unwrap();
    broadcast.wait_segments(2);
    broadcast.finish();
}
