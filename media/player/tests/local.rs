//! The real player on files: every container, counts, seeks, and what is broken.

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{Harness, PATIENCE, clip, make, uri};
use gst::prelude::*;
use media_player::testing::{AudioCodec, ClipSpec, Container, VideoCodec, frame_number};
use media_player::{Command, Event, PlayError, Player, Settings, State};

/// Plays a clip to its end and checks that every picture came, once and in order.
fn plays_completely(spec: ClipSpec, name: &str) {
    let (_folder, path) = clip(&spec, name);
    let mut harness = Harness::new();
    harness.load(&uri(&path));
    harness.wait_state(State::Ended);
    assert_eq!(
        harness.states(),
        [State::Loading, State::Playing, State::Ended]
    );
    let counted = harness.player.statistics();
    assert_eq!(
        counted.frames + counted.dropped,
        u64::from(spec.frames()),
        "{counted:?}"
    );
    let numbers: Vec<u32> = harness
        .frames
        .iter()
        .map(|f| frame_number(f).expect("a number"))
        .collect();
    assert!(numbers.windows(2).all(|w| w[0] < w[1]), "{numbers:?}");
    for (frame, number) in harness.frames.iter().zip(&numbers) {
        let due = i64::from(number * 1_000 / spec.fps);
        // Transport streams count from their first clock sample, a little before the picture.
        let ahead = match spec.container {
            Container::MpegTs | Container::Hls => 150,
            _ => 2,
        };
        assert!(
            (-2..=ahead).contains(&(frame.position_ms - due)),
            "{} for {due}",
            frame.position_ms
        );
        let bytes = (*frame.data).as_ref().len();
        assert_eq!(bytes, (frame.width * frame.height * 3) as usize);
    }
    let has_audio = Event::HasAudio(spec.audio.is_some());
    assert!(harness.seen.contains(&has_audio), "{:?}", harness.seen);
    let length = i64::from(spec.seconds) * 1_000;
    let Some(Event::Position {
        position_ms,
        duration_ms,
    }) = harness
        .seen
        .iter()
        .rev()
        .find(|e| matches!(e, Event::Position { .. }))
    else {
        panic!("no position")
    };
    assert!((position_ms - length).abs() < 150, "{position_ms}");
    assert!((duration_ms.expect("a length") - length).abs() < 150);
}

#[test]
fn mp4() {
    plays_completely(ClipSpec::default(), "a.mp4");
}

#[test]
fn mp4_with_its_index_last() {
    let container = Container::Mp4IndexLast;
    plays_completely(
        ClipSpec {
            container,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
}

#[test]
fn matroska() {
    let container = Container::Matroska;
    plays_completely(
        ClipSpec {
            container,
            ..ClipSpec::default()
        },
        "a.mkv",
    );
}

#[test]
fn webm() {
    let spec = ClipSpec {
        container: Container::WebM,
        video: Some(VideoCodec::Vp8),
        audio: Some(AudioCodec::Opus),
        ..ClipSpec::default()
    };
    plays_completely(spec, "a.webm");
}

#[test]
fn mpeg_transport_stream() {
    let container = Container::MpegTs;
    plays_completely(
        ClipSpec {
            container,
            ..ClipSpec::default()
        },
        "a.ts",
    );
}

#[test]
fn hls_from_a_folder() {
    let container = Container::Hls;
    plays_completely(
        ClipSpec {
            container,
            ..ClipSpec::default()
        },
        "a.m3u8",
    );
}

#[test]
fn without_sound() {
    plays_completely(
        ClipSpec {
            audio: None,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
}

#[test]
fn without_picture() {
    plays_completely(
        ClipSpec {
            video: None,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
}

/// As if the box had no program for this.
fn forget(decoders: &[&str]) {
    gst::init().expect("GStreamer");
    for name in decoders {
        if let Some(decoder) = gst::Registry::get().lookup_feature(name) {
            decoder.set_rank(gst::Rank::NONE);
        }
    }
}

const SOUND_DECODERS: [&str; 5] = [
    "avdec_aac",
    "avdec_aac_fixed",
    "faad",
    "fdkaacdec",
    "avdec_aac_latm",
];

#[test]
fn sound_that_cannot_be_decoded_leaves_the_picture() {
    forget(&SOUND_DECODERS);
    for (container, name) in [(Container::Mp4, "a.mp4"), (Container::MpegTs, "a.ts")] {
        let spec = ClipSpec {
            container,
            ..ClipSpec::default()
        };
        let (_folder, path) = clip(&spec, name);
        let mut harness = Harness::new();
        harness.load(&uri(&path));
        harness.wait_state(State::Ended);
        assert!(harness.seen.contains(&Event::HasAudio(false)), "{name}");
        assert!(harness.frames.len() > 10, "{name}");
    }
}

#[test]
fn sound_alone_that_cannot_be_decoded_is_refused() {
    forget(&SOUND_DECODERS);
    let spec = ClipSpec {
        video: None,
        ..ClipSpec::default()
    };
    let (_folder, path) = clip(&spec, "a.mp4");
    assert!(matches!(refused(&path), PlayError::Unsupported(_)));
}

#[test]
fn a_picture_that_cannot_be_decoded_is_refused() {
    forget(&[
        "avdec_h264",
        "openh264dec",
        "v4l2h264dec",
        "vah264dec",
        "vaapih264dec",
    ]);
    let (_folder, path) = clip(&ClipSpec::default(), "a.mp4");
    assert!(matches!(refused(&path), PlayError::Unsupported(_)));
}

/// Recordings of cable television have a second language and subtitles of their own.
#[test]
fn of_several_sounds_one_is_heard_and_subtitles_inside_do_not_hinder() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mkv");
    let captions = folder.path().join("a.srt");
    fs::write(
        &captions,
        "1\n00:00:00,200 --> 00:00:01,500\n各位村民\n\n2\n00:00:01,600 --> 00:00:01,900\n开会了\n\n",
    )
    .expect("written");
    let description = format!(
        "matroskamux name=mux ! filesink location=\"{}\" \
         videotestsrc num-buffers=50 ! video/x-raw,width=320,height=180,framerate=25/1 \
         ! x264enc speed-preset=ultrafast ! h264parse ! mux. \
         audiotestsrc num-buffers=94 samplesperbuffer=1024 ! audio/x-raw,rate=48000 ! avenc_aac ! aacparse ! mux. \
         audiotestsrc num-buffers=94 samplesperbuffer=1024 freq=880 ! audio/x-raw,rate=48000 ! avenc_aac ! aacparse ! mux. \
         filesrc location=\"{}\" ! subparse ! text/x-raw,format=utf8 ! mux.",
        path.display(),
        captions.display()
    );
    make(&description);
    let mut harness = Harness::new();
    harness.load(&uri(&path));
    harness.wait_state(State::Ended);
    assert!(harness.seen.contains(&Event::HasAudio(true)));
    let counted = harness.player.statistics();
    assert_eq!(counted.frames + counted.dropped, 50, "{counted:?}");
    harness.load_from(&uri(&path), 1_000, true);
    harness.wait_state(State::Paused);
    harness.player.send(Command::Stop);
    harness.wait_state(State::Idle);
}

#[test]
fn on_a_box_that_may_have_no_sound_device() {
    let (_folder, path) = clip(
        &ClipSpec {
            seconds: 1,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let mut harness = Harness::with(Settings::default());
    harness.load(&uri(&path));
    harness.wait_state(State::Ended);
    assert!(!harness.frames.is_empty());
}

#[test]
fn the_position_is_told_twice_a_second() {
    let (_folder, path) = clip(&ClipSpec::default(), "a.mp4");
    let mut harness = Harness::new();
    harness.load(&uri(&path));
    harness.wait_state(State::Ended);
    let told = harness
        .seen
        .iter()
        .filter(|e| matches!(e, Event::Position { .. }))
        .count();
    assert!(told >= 6, "{told} in three seconds");
}

#[test]
fn seeks_land_on_the_picture_asked_for() {
    for container in [
        Container::Mp4,
        Container::Matroska,
        Container::MpegTs,
        Container::Hls,
    ] {
        let spec = ClipSpec {
            seconds: 8,
            keyframe_every: 50,
            container,
            ..ClipSpec::default()
        };
        let name = if container == Container::Hls {
            "a.m3u8"
        } else {
            "a.bin"
        };
        let (_folder, path) = clip(&spec, name);
        let mut harness = Harness::new();
        harness.load_from(&uri(&path), 0, true);
        harness.wait_state(State::Paused);
        for target in [5_480, 1_000, 7_200, 0] {
            harness.player.send(Command::Seek {
                position_ms: target,
            });
            harness.wait_for(
                "the place",
                |e| matches!(e, Event::Position { position_ms, .. } if *position_ms == target),
            );
            let frame = harness.frames.last().expect("a picture");
            let number = frame_number(frame).expect("a number");
            let wanted = u32::try_from(target / 40).expect("a number");
            // See `plays_completely` for transport streams.
            let before = match container {
                Container::MpegTs | Container::Hls => 4,
                _ => 1,
            };
            assert!(
                (wanted.saturating_sub(before)..=wanted + 1).contains(&number),
                "{container:?}: {number} for {wanted}"
            );
            let ahead = frame.position_ms - target;
            let most = i64::from(before) * 40;
            assert!((-40..=most).contains(&ahead), "{container:?}: {ahead}");
        }
        assert_eq!(harness.states().last(), Some(&State::Paused));
    }
}

#[test]
fn of_several_seeks_the_last_wins() {
    let (_folder, path) = clip(
        &ClipSpec {
            seconds: 8,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let mut harness = Harness::new();
    harness.load_from(&uri(&path), 0, true);
    harness.wait_state(State::Paused);
    for step in 1..=20 {
        harness.player.send(Command::Seek {
            position_ms: step * 300,
        });
    }
    harness.wait_for("the last place", |e| {
        matches!(
            e,
            Event::Position {
                position_ms: 6_000,
                ..
            }
        )
    });
    let number = frame_number(harness.frames.last().expect("a picture")).expect("a number");
    assert!(number.abs_diff(150) <= 1, "{number}");
}

#[test]
fn begins_where_it_was_left_without_showing_the_beginning() {
    let (_folder, path) = clip(
        &ClipSpec {
            seconds: 6,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let mut harness = Harness::new();
    harness.load_from(&uri(&path), 4_400, false);
    let first = harness.wait_frame();
    assert!(first.position_ms >= 4_000, "{}", first.position_ms);
    harness.wait_state(State::Ended);
    assert!(harness.frames.iter().any(|f| frame_number(f) == Some(110)));
}

#[test]
fn pauses_goes_on_and_starts_again_after_the_end() {
    let (_folder, path) = clip(
        &ClipSpec {
            seconds: 2,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let mut harness = Harness::new();
    harness.load(&uri(&path));
    harness.wait_position(400);
    harness.player.send(Command::Pause);
    harness.wait_state(State::Paused);
    harness.player.send(Command::SuspendAudioFocus);
    harness.player.send(Command::Play);
    harness.player.send(Command::ReturnAudioFocus);
    harness.wait_state(State::Playing);
    harness.wait_state(State::Ended);
    harness.player.send(Command::Play);
    harness.wait_state(State::Playing);
    harness.wait_state(State::Ended);
    harness.player.send(Command::Stop);
    harness.wait_state(State::Idle);
}

/// Loads something that cannot be played and returns why.
fn refusal(bytes: &[u8], name: &str) -> PlayError {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    refused(&path)
}

fn refused(path: &Path) -> PlayError {
    let mut harness = Harness::new();
    harness.load(&uri(path));
    harness.wait_state(State::Failed);
    let why = harness.seen.iter().find_map(|e| match e {
        Event::Failed(error) => Some(error.clone()),
        _ => None,
    });
    why.expect("a reason")
}

#[test]
fn a_truncated_file_is_damaged() {
    let (_folder, path) = clip(
        &ClipSpec {
            seconds: 6,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let whole = fs::read(&path).expect("the clip");
    let cut = &whole[..whole.len() / 2];
    assert!(matches!(refusal(cut, "front.mp4"), PlayError::Damaged(_)));
    let container = Container::Mp4IndexLast;
    let (_folder, path) = clip(
        &ClipSpec {
            container,
            ..ClipSpec::default()
        },
        "b.mp4",
    );
    let whole = fs::read(&path).expect("the clip");
    let cut = &whole[..whole.len() / 2];
    assert!(matches!(refusal(cut, "last.mp4"), PlayError::Damaged(_)));
}

#[test]
fn what_is_no_video_is_refused() {
    let text = "村务公开，不是视频。\n".repeat(100);
    assert!(matches!(
        refusal(text.as_bytes(), "a.mp4"),
        PlayError::Unsupported(_)
    ));
    let noise: Vec<u8> = (0..5_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    assert!(matches!(refusal(&noise, "b.mp4"), PlayError::Damaged(_)));
    assert!(matches!(refusal(b"", "c.mp4"), PlayError::Damaged(_)));
}

#[test]
fn a_file_that_is_gone_is_not_found() {
    let mut harness = Harness::new();
    harness.load("file:///nowhere/at/all.mp4");
    harness.wait_state(State::Failed);
    assert!(harness.seen.contains(&Event::Failed(PlayError::NotFound)));
}

#[test]
fn the_first_picture_comes_at_once() {
    let (_folder, path) = clip(&ClipSpec::default(), "a.mp4");
    let mut harness = Harness::new();
    harness.load(&uri(&path));
    harness.wait_frame();
    // The plugins are loaded now, as they are on a box that has been on for a second.
    let mut times = Vec::new();
    for _ in 0..10 {
        harness.player.send(Command::Stop);
        harness.wait_state(State::Idle);
        let asked = Instant::now();
        harness.load(&uri(&path));
        harness.wait_frame();
        times.push(asked.elapsed());
    }
    // The quickest of ten: a wait in the player delays all of them, a busy machine only some.
    let quickest = times.iter().min().copied().unwrap_or_default();
    assert!(quickest < Duration::from_millis(500), "{times:?}");
}

#[test]
fn large_pictures_are_scaled_to_the_television() {
    let spec = ClipSpec {
        seconds: 1,
        width: 2_560,
        height: 1_440,
        fps: 5,
        ..ClipSpec::default()
    };
    let (_folder, path) = clip(&spec, "a.mp4");
    let mut harness = Harness::new();
    harness.load_from(&uri(&path), 0, true);
    let frame = harness.wait_frame();
    assert_eq!((frame.width, frame.height), (1_920, 1_080));
    assert_eq!(frame_number(&frame), Some(0));
}

/// Threads and open files of this process.
fn threads_and_files() -> (usize, Vec<String>) {
    let threads = fs::read_dir("/proc/self/task").expect("Linux").count();
    let files = fs::read_dir("/proc/self/fd").expect("Linux").flatten();
    let name = |e: fs::DirEntry| fs::read_link(e.path()).map(|p| p.display().to_string());
    let mut files: Vec<String> = files.filter_map(|e| name(e).ok()).collect();
    files.sort_unstable();
    (threads, files)
}

#[test]
fn fifty_programmes_leave_nothing_behind() {
    let (_folder, path) = clip(
        &ClipSpec {
            seconds: 1,
            ..ClipSpec::default()
        },
        "a.mp4",
    );
    let mut harness = Harness::new();
    let mut after_ten = (0, Vec::new());
    for round in 0..50 {
        harness.load(&uri(&path));
        harness.wait_state(State::Playing);
        harness.player.send(Command::Seek { position_ms: 500 });
        harness.player.send(Command::Stop);
        harness.wait_state(State::Idle);
        // A picture that is kept keeps its buffer pool.
        harness.frames.clear();
        if round == 10 {
            after_ten = threads_and_files();
        }
    }
    // Streaming threads may hold the last pipeline a moment longer; what leaks never goes.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let at_last = threads_and_files();
        if at_last.0 <= after_ten.0 + 3 && at_last.1.len() <= after_ten.1.len() + 3 {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "threads and files: {after_ten:?} → {at_last:?}"
        );
        std::thread::yield_now();
    }
}

#[test]
fn dropping_it_in_the_middle_of_anything_is_quick() {
    let (_folder, path) = clip(&ClipSpec::default(), "a.mp4");
    for step in 0..6 {
        let mut harness = Harness::new();
        harness.load(&uri(&path));
        if step > 1 {
            harness.wait_frame();
        }
        if step > 2 {
            harness.player.send(Command::Seek { position_ms: 2_000 });
        }
        if step > 4 {
            harness.wait_state(State::Playing);
        }
        let asked = Instant::now();
        drop(harness);
        assert!(asked.elapsed() < Duration::from_secs(15), "step {step}");
    }
}
