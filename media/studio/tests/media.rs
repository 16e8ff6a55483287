//! Real files through real codecs: made here, treated, and probed again.
#![allow(missing_docs, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use media_studio::testing::make_clip;
use media_studio::{
    Container, Error, Reason, Rotation, Treatment, VideoCodec, poster, probe, remux, transcode,
    treatment,
};

/// Makes a file by a pipeline in gst-launch's words.
fn make(dir: &Path, name: &str, launch: &str) -> PathBuf {
    let path = dir.join(name);
    make_clip(&path, launch).unwrap();
    path
}

/// Writes the transformation matrix that a phone held upright writes (ISO 14496-12, 8.3.2).
fn lay_on_its_side(clip: &Path) {
    let mut bytes = std::fs::read(clip).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap();
    let matrix: [i32; 9] = [0, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000];
    for (index, value) in matrix.iter().enumerate() {
        bytes[header + 44 + index * 4..][..4].copy_from_slice(&value.to_be_bytes());
    }
    std::fs::write(clip, bytes).unwrap();
}

fn transcoded(input: &Path) -> media_studio::Result<(media_studio::MediaInfo, Vec<f64>)> {
    let output = input.with_extension("out.mp4");
    let mut shares = Vec::new();
    let info = transcode(
        input,
        &output,
        &mut |share| shares.push(share),
        &AtomicBool::new(false),
    )?;
    assert_eq!(treatment(&info), Treatment::AsIs, "{info:?}");
    Ok((info, shares))
}

const AUDIO: &str =
    "audiotestsrc num-buffers=44 samplesperbuffer=1024 ! audio/x-raw,rate=44100,channels=2";

#[test]
fn plain_mp4_plays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "plain.mp4",
        &format!(
            "videotestsrc num-buffers=25 ! video/x-raw,width=640,height=360,framerate=25/1 ! x264enc speed-preset=ultrafast ! video/x-h264,profile=main ! h264parse ! mp4mux name=m faststart=true ! OUT {AUDIO} ! avenc_aac ! aacparse ! m."
        ),
    );
    let info = probe(&clip).unwrap();
    assert_eq!(
        (info.video.width, info.video.height, info.video.frame_rate),
        (640, 360, (25, 1))
    );
    assert_eq!(info.container, Container::Mp4);
    assert!(info.faststart && info.audio.is_some() && !info.video.variable_rate);
    assert!(
        (900..=1_200).contains(&info.duration.as_millis()),
        "{info:?}"
    );
    assert_eq!(treatment(&info), Treatment::AsIs);
}

#[test]
fn matroska_is_remuxed_without_touching_the_picture() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "clip.mkv",
        &format!(
            "videotestsrc num-buffers=50 ! video/x-raw,width=320,height=240,framerate=25/1 ! x264enc speed-preset=ultrafast ! video/x-h264,profile=main ! h264parse ! matroskamux name=m ! OUT {AUDIO} ! avenc_aac ! aacparse ! m."
        ),
    );
    assert_eq!(
        treatment(&probe(&clip).unwrap()),
        Treatment::Remux(Reason::Container)
    );
    let output = dir.path().join("clip.mp4");
    let info = remux(&clip, &output, &mut |_| {}, &AtomicBool::new(false)).unwrap();
    assert_eq!(treatment(&info), Treatment::AsIs, "{info:?}");
    assert!(!output.with_extension("faststart").exists());
}

#[test]
fn ten_bit_hevc_in_4k_becomes_full_hd() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "k4.mp4",
        // Few pictures and none of them held back: x265 else takes 1.5 GB and, beside other
        // work, a minute.
        "videotestsrc num-buffers=6 ! video/x-raw,format=I420_10LE,width=3840,height=2160,framerate=30/1 ! x265enc speed-preset=ultrafast option-string=frame-threads=1:rc-lookahead=0:bframes=0 ! h265parse ! mp4mux",
    );
    let info = probe(&clip).unwrap();
    assert_eq!(
        (
            info.video.codec.clone(),
            info.video.bit_depth,
            info.video.width
        ),
        (VideoCodec::H265, 10, 3840)
    );
    let (made, shares) = transcoded(&clip).unwrap();
    assert_eq!(
        (made.video.width, made.video.height, made.video.bit_depth),
        (1920, 1080, 8)
    );
    assert!(made.audio.is_none());
    assert_eq!(shares.last(), Some(&1.0));
    assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]));
}

#[test]
fn surround_webm_at_60_frames_becomes_stereo_at_30() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "x.webm",
        "videotestsrc num-buffers=60 ! video/x-raw,width=640,height=360,framerate=60/1 ! vp8enc deadline=1 cpu-used=8 ! webmmux name=m ! OUT audiotestsrc num-buffers=47 samplesperbuffer=1024 ! audio/x-raw,rate=48000,channels=6,channel-mask=(bitmask)0x3f ! vorbisenc ! m.",
    );
    assert_eq!(probe(&clip).unwrap().audio.unwrap().channels, 6);
    let (made, _) = transcoded(&clip).unwrap();
    assert_eq!(made.video.frame_rate, (30, 1));
    assert_eq!(made.audio.unwrap().channels, 2);
}

#[test]
fn a_phone_clip_on_its_side_is_turned() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "phone.mp4",
        "videotestsrc num-buffers=25 ! video/x-raw,width=640,height=360,framerate=25/1 ! x264enc speed-preset=ultrafast ! video/x-h264,profile=main ! h264parse ! mp4mux faststart=true",
    );
    lay_on_its_side(&clip);
    let info = probe(&clip).unwrap();
    assert_eq!(info.video.rotation, Rotation::Right);
    assert_eq!(treatment(&info), Treatment::Transcode(Reason::Rotated));
    let (made, _) = transcoded(&clip).unwrap();
    assert_eq!((made.video.width, made.video.height), (360, 640));
    let still = poster(&clip, None).unwrap();
    assert_eq!(still.dimensions(), (360, 640));
}

#[test]
fn irregular_frames_are_noticed_and_evened_out() {
    let dir = tempfile::tempdir().unwrap();
    // Dropping frames by chance leaves gaps of one, two and three frames.
    let clip = make(
        dir.path(),
        "vfr.mkv",
        "videotestsrc num-buffers=120 ! video/x-raw,width=320,height=240,framerate=30/1 ! identity drop-probability=0.4 ! x264enc speed-preset=ultrafast ! h264parse ! matroskamux",
    );
    let info = probe(&clip).unwrap();
    assert!(info.video.variable_rate, "{info:?}");
    let (made, _) = transcoded(&clip).unwrap();
    assert!(!made.video.variable_rate);
}

#[test]
fn sound_alone_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "song.mp4",
        &format!("{AUDIO} ! avenc_aac ! aacparse ! mp4mux"),
    );
    assert!(matches!(probe(&clip), Err(Error::NoPicture)));
}

#[test]
fn text_truncation_and_absence_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("letter.mp4");
    std::fs::write(&text, "这不是视频".repeat(500)).unwrap();
    assert!(
        matches!(probe(&text), Err(Error::NotMedia { .. })),
        "{:?}",
        probe(&text)
    );
    assert!(matches!(
        probe(&dir.path().join("none.mp4")),
        Err(Error::Open { .. })
    ));
    let clip = make(
        dir.path(),
        "whole.avi",
        "videotestsrc pattern=snow num-buffers=200 ! video/x-raw,width=320,height=240,framerate=25/1 ! avenc_mpeg4 ! avimux",
    );
    let cut = dir.path().join("cut.mp4");
    let whole = make(
        dir.path(),
        "whole.mp4",
        "videotestsrc pattern=snow num-buffers=200 ! video/x-raw,width=320,height=240,framerate=25/1 ! x264enc speed-preset=ultrafast ! h264parse ! mp4mux faststart=true",
    );
    let bytes = std::fs::read(whole).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let result = transcode(
        &cut,
        &dir.path().join("cut.out.mp4"),
        &mut |_| {},
        &AtomicBool::new(false),
    );
    assert!(matches!(result, Err(Error::CutShort { .. })), "{result:?}");
    assert!(!dir.path().join("cut.out.mp4").exists());
    assert!(transcoded(&clip).is_ok());
}

#[test]
fn cancelling_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "long.avi",
        "videotestsrc pattern=snow num-buffers=300 ! video/x-raw,width=640,height=480,framerate=25/1 ! avenc_mpeg4 ! avimux",
    );
    let output = dir.path().join("long.mp4");
    let result = transcode(&clip, &output, &mut |_| {}, &AtomicBool::new(true));
    assert!(matches!(result, Err(Error::Cancelled)));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn posters_avoid_black() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "fade.mp4",
        "concat name=c ! x264enc speed-preset=ultrafast key-int-max=10 ! h264parse ! mp4mux ! OUT \
         videotestsrc pattern=black num-buffers=50 ! video/x-raw,width=320,height=240,framerate=25/1 ! c. \
         videotestsrc pattern=smpte num-buffers=50 ! video/x-raw,width=320,height=240,framerate=25/1 ! c.",
    );
    let brightest = |picture: &image::RgbImage| picture.pixels().map(|p| p.0[1]).max().unwrap();
    assert!(brightest(&poster(&clip, None).unwrap()) > 100);
    assert!(brightest(&poster(&clip, Some(Duration::from_millis(400))).unwrap()) < 40);
    assert!(brightest(&poster(&clip, Some(Duration::from_secs(3_600))).unwrap()) > 100);
}
