use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use media_studio::live::{Media, Recorded, recording};
use media_studio::testing::{Played, TestSourceSettings, play};
use media_studio::{Container, VideoCodec, probe};

use crate::tools::{Broadcast, GREEN, PATIENCE, RED, small};

fn record(folder: &Path) -> (Recorded, PathBuf, Played) {
    let out = folder.join("recording.mp4");
    let recorded = recording(folder, &out).unwrap();
    let played = play(&format!("file://{}", out.display()), PATIENCE, |_| false).unwrap();
    (recorded, out, played)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ts"))
        .collect();
    files.sort();
    files
}

fn flashing(epoch: Instant) -> TestSourceSettings {
    TestSourceSettings {
        flash: true,
        ..small(epoch, [255; 3], 1_000.0)
    }
}

/// Each flash has its beep within 40 ms (ITU-R BT.1359 allows more).
fn in_step(played: &Played, at_least: usize) {
    beeps_with(&played.flashes(), played, at_least);
}

/// The same but for the flashes next to `join`, where two sources meet that do not beep at the same time:
/// one may have lost its beep, or beep too soon after another to be told apart from it.
fn in_step_away_from(join: Duration, played: &Played, at_least: usize) {
    let mut flashes = played.flashes();
    flashes.retain(|flash| flash.abs_diff(join) > Duration::from_millis(700));
    beeps_with(&flashes, played, at_least);
}

fn beeps_with(flashes: &[Duration], played: &Played, at_least: usize) {
    let beeps = played.beeps();
    let offsets: Vec<f64> = flashes
        .iter()
        .filter_map(|&flash| {
            let offset = |beep: &Duration| beep.as_secs_f64() - flash.as_secs_f64();
            beeps
                .iter()
                .map(offset)
                .min_by(|a, b| a.abs().total_cmp(&b.abs()))
        })
        .filter(|offset| offset.abs() < 0.5)
        .collect();
    assert!(offsets.len() >= at_least, "{flashes:?} {beeps:?}");
    assert!(
        offsets.iter().all(|offset| offset.abs() <= 0.040),
        "{offsets:?} {flashes:?} {beeps:?}"
    );
}

#[test]
fn sound_in_step_index_in_front() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    broadcast.air(&flashing(broadcast.epoch));
    broadcast.wait_segments(6);
    broadcast.finish();
    let list = std::fs::read_to_string(folder.path().join("live.m3u8")).unwrap();
    let lasted: f64 = list
        .lines()
        .filter_map(|line| {
            line.strip_prefix("#EXTINF:")?
                .trim_end_matches(',')
                .parse::<f64>()
                .ok()
        })
        .sum();
    let (recorded, out, played) = record(folder.path());
    assert_eq!(
        (recorded.width, recorded.height, recorded.has_audio),
        (640, 360, true)
    );
    let off = recorded.duration_ms as f64 / 1_000.0 - lasted;
    assert!(off.abs() < 0.4, "{recorded:?} of {lasted} s");
    let info = probe(&out).unwrap();
    assert!(info.container == Container::Mp4 && info.faststart);
    assert_eq!(info.video.codec, VideoCodec::H264);
    // Passed through: what the source made, not what the studio would make.
    assert_eq!(info.video.profile, "constrained-baseline");
    in_step(&played, 4);
}

#[test]
fn a_killed_process_and_a_torn_segment() {
    let folder = tempfile::tempdir().unwrap();
    let epoch = Instant::now();
    let broadcast = Broadcast::start(folder.path(), epoch);
    broadcast.air(&flashing(epoch));
    broadcast.wait_segments(3);
    broadcast.kill();
    let all = files(folder.path());
    let last = all.last().unwrap();
    let bytes = std::fs::read(last).unwrap();
    std::fs::write(last, &bytes[..bytes.len() * 2 / 3 + 5]).unwrap();
    let first = recording(folder.path(), &folder.path().join("first.mp4")).unwrap();
    assert!(first.duration_ms > 2_000, "{first:?}");

    // The process comes back: another time line, the same folder.
    let again = Broadcast::start(folder.path(), Instant::now());
    again.air(&flashing(again.epoch));
    again.wait_segments(3);
    again.finish();
    let (both, _, played) = record(folder.path());
    assert!(
        both.duration_ms > first.duration_ms + 2_500,
        "{both:?} after {first:?}"
    );
    let join = Duration::from_millis(first.duration_ms);
    in_step_away_from(join, &played, 3);
}

#[test]
fn another_size_on_the_way_is_fitted() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    broadcast.air(&TestSourceSettings {
        size: (320, 180),
        ..flashing(broadcast.epoch)
    });
    broadcast.wait_segments(2);
    broadcast.air(&flashing(broadcast.epoch));
    broadcast.wait_segments(3);
    broadcast.finish();
    let (recorded, _, played) = record(folder.path());
    assert_eq!((recorded.width, recorded.height), (640, 360));
    assert_eq!(played.sizes, [(640, 360)]);
    in_step(&played, 3);
}

#[test]
fn another_encoder_of_the_same_size_is_passed_through() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    broadcast.air(&small(broadcast.epoch, RED, 440.0));
    broadcast.wait_segments(2);
    // Another frame rate is written into the parameters.
    broadcast.air(&TestSourceSettings {
        frame_rate: 20,
        ..small(broadcast.epoch, GREEN, 440.0)
    });
    broadcast.wait_segments(2);
    broadcast.finish();
    let (recorded, out, played) = record(folder.path());
    assert_eq!(probe(&out).unwrap().video.profile, "constrained-baseline");
    assert_eq!(recorded.width, 640);
    // Red is darker than green: both were decoded.
    let (first, last) = (
        played.pictures[20].1,
        played.pictures[played.pictures.len() - 10].1,
    );
    assert!(last > first + 20.0, "{first} {last}");
}

#[test]
fn a_picture_that_comes_later_is_recorded_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let broadcast = Broadcast::start(folder.path(), Instant::now());
    *broadcast.only.lock() = Some(Media::Audio);
    broadcast.air(&flashing(broadcast.epoch));
    broadcast.wait_segments(3);
    *broadcast.only.lock() = None;
    broadcast.source.lock().as_ref().unwrap().request_keyframe();
    broadcast.wait_segments(4);
    broadcast.finish();
    let (recorded, out, played) = record(folder.path());
    // What was said before the picture came is there.
    assert!(recorded.duration_ms > 5_000, "{recorded:?}");
    assert!(played.beeps().len() >= 4);
    assert_eq!(probe(&out).unwrap().video.profile, "constrained-baseline");
    in_step(&played, 2);
}

#[test]
fn picture_alone_and_sound_alone() {
    for (only, has_audio) in [(Media::Video, false), (Media::Audio, true)] {
        let folder = tempfile::tempdir().unwrap();
        let broadcast = Broadcast::start(folder.path(), Instant::now());
        *broadcast.only.lock() = Some(only);
        broadcast.air(&small(broadcast.epoch, RED, 440.0));
        broadcast.wait_segments(3);
        broadcast.finish();
        let (recorded, _, played) = record(folder.path());
        assert_eq!(recorded.has_audio, has_audio);
        assert!(
            recorded.width > 0 && recorded.duration_ms > 1_900,
            "{recorded:?}"
        );
        assert!(!played.pictures.is_empty());
        assert_eq!(!played.sound.is_empty(), has_audio);
    }
}
