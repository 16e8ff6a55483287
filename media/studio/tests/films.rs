//! Films as people bring them: trimmed, cut short, with several sounds, pictures or a cover, in high
//! dynamic range. Nothing of them is lost without a word.
#![allow(missing_docs, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use media_studio::testing::{Played, make_clip, play, tone};
use media_studio::{
    Colours, Error, MediaInfo, Reason, Result, Treatment, VideoCodec, check, poster, probe, remux,
    transcode, treatment,
};

const H264: &str =
    "x264enc speed-preset=ultrafast key-int-max=25 ! video/x-h264,profile=main ! h264parse";
const AAC: &str = "avenc_aac ! aacparse";

/// Makes a file by a pipeline in gst-launch's words.
fn make(dir: &Path, name: &str, launch: &str) -> PathBuf {
    let path = dir.join(name);
    make_clip(&path, launch).unwrap();
    path
}

fn picture(seconds: u32, rest: &str) -> String {
    let frames = seconds * 25;
    format!(
        "videotestsrc pattern=snow num-buffers={frames} ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! {rest}"
    )
}

fn sound(seconds: u32, hz: u32, rest: &str) -> String {
    // Blocks of a fiftieth of a second.
    let blocks = seconds * 50;
    format!(
        "audiotestsrc num-buffers={blocks} samplesperbuffer=960 freq={hz} volume=0.5 ! audio/x-raw,rate=48000,channels=2 ! {rest}"
    )
}

/// A film with picture and sound of so many seconds.
fn film(muxer: &str, seconds: u32) -> String {
    format!(
        "{} ! {muxer} name=m ! OUT {} ! m.",
        picture(seconds, H264),
        sound(seconds, 440, AAC)
    )
}

type Making = fn(&Path, &Path, &mut dyn FnMut(f64), &AtomicBool) -> Result<MediaInfo>;
const WAYS: [(&str, Making); 2] = [("copied", remux), ("encoded", transcode)];

fn made(way: Making, film: &Path) -> Result<(MediaInfo, PathBuf)> {
    let output = film.with_extension("out.mp4");
    let info = way(film, &output, &mut |_| {}, &AtomicBool::new(false))?;
    assert_eq!(treatment(&info), Treatment::AsIs, "{info:?}");
    Ok((info, output))
}

fn checked(film: &Path) -> Result<MediaInfo> {
    check(film, &mut |_| {}, &AtomicBool::new(false))
}

fn played(film: &Path) -> Played {
    let uri = format!("file://{}", film.display());
    play(&uri, Duration::from_secs(60), |_| false).unwrap()
}

fn seconds_of_sound(played: &Played) -> f64 {
    played.sound.len() as f64 / 48_000.0
}

fn close(found: f64, right: f64, by: f64) {
    assert!((found - right).abs() <= by, "{found}, not {right}");
}

/// Where a box's name stands, the first one from `from` on.
fn find(bytes: &[u8], name: &[u8; 4], from: usize) -> usize {
    from + bytes[from..]
        .windows(4)
        .position(|four| four == name)
        .unwrap()
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Trims off the beginning as telephones do: all stays in the file, the edit list leaves it out.
fn trim(film: &Path, from: u32, lasts: u32) {
    let mut bytes = std::fs::read(film).unwrap();
    let put = |bytes: &mut [u8], at: usize, value: u32| {
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    };
    let movie = find(&bytes, b"mvhd", 0);
    let scale = be32(&bytes, movie + 16);
    put(&mut bytes, movie + 20, lasts * scale);
    let mut at = movie;
    while let Some(next) = bytes[at..].windows(4).position(|four| four == b"elst") {
        let list = at + next;
        let track_scale = be32(&bytes, find(&bytes, b"mdhd", list) + 16);
        put(&mut bytes, list + 12, lasts * scale);
        put(&mut bytes, list + 16, from * track_scale);
        at = list + 4;
    }
    std::fs::write(film, bytes).unwrap();
}

#[test]
fn a_trimmed_film_keeps_its_sound_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "trimmed.mp4",
        &format!(
            "{} ! mp4mux faststart=true name=m ! OUT concat name=c ! {AAC} ! m. {} {}",
            picture(8, H264),
            sound(3, 440, "c."),
            sound(5, 880, "c.")
        ),
    );
    assert_eq!(treatment(&probe(&clip).unwrap()), Treatment::AsIs);
    trim(&clip, 3, 5);
    let info = checked(&clip).unwrap();
    assert_eq!(treatment(&info), Treatment::Transcode(Reason::Trimmed));
    close(info.duration.as_secs_f64(), 5.0, 0.1);
    for (name, way) in WAYS {
        let (made, output) = made(way, &clip).unwrap();
        close(made.duration.as_secs_f64(), 5.0, 0.2);
        let seen = played(&output);
        close(seen.pictures.len() as f64, 125.0, 3.0);
        close(seconds_of_sound(&seen), 5.0, 0.2);
        let end = seen.sound.len() - 12_000;
        for part in [&seen.sound[4_800..16_800], &seen.sound[end - 12_000..end]] {
            assert!(tone(part, 48_000, 880.0) > 0.2, "{name}");
            assert!(tone(part, 48_000, 440.0) < 0.02, "{name}");
        }
    }
    assert_eq!(poster(&clip, None).unwrap().dimensions(), (320, 240));
}

#[test]
fn a_copy_that_was_broken_off_is_never_taken_for_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let other = |video: &str, audio: &str, muxer: &str| {
        format!(
            "{} ! {muxer} name=m ! OUT {} ! m.",
            picture(4, video),
            sound(4, 440, audio)
        )
    };
    let films = [
        ("a.mp4", film("mp4mux faststart=true", 4)),
        ("a.mov", film("qtmux faststart=true", 4)),
        ("a.mkv", film("matroskamux", 4)),
        ("a.flv", film("flvmux", 4)),
        ("a.ts", film("mpegtsmux", 4)),
        ("a.avi", other("avenc_mpeg4", "identity", "avimux")),
        ("a.wmv", other("avenc_wmv2", "avenc_wmav2", "asfmux")),
        (
            "a.mpg",
            other(H264, "avenc_mp2 ! mpegaudioparse", "mpegpsmux"),
        ),
    ];
    for (name, launch) in films {
        let whole = make(dir.path(), name, &launch);
        assert!(checked(&whole).is_ok(), "{name}: {:?}", checked(&whole));
        let bytes = std::fs::read(&whole).unwrap();
        let cut = dir.path().join(format!("cut-{name}"));
        // Odd, as a transport stream that is cut between two packets cannot be told from a whole one.
        std::fs::write(&cut, &bytes[..(bytes.len() * 55 / 100) | 1]).unwrap();
        let errors = [
            checked(&cut).map(|_| ()),
            made(remux, &cut).map(|_| ()),
            made(transcode, &cut).map(|_| ()),
        ];
        for error in errors {
            let error = error.expect_err(name);
            assert!(matches!(error, Error::CutShort { .. }), "{name}: {error:?}");
            assert!(
                error.advice().contains("重新拷贝"),
                "{name}: {}",
                error.advice()
            );
        }
        assert!(!cut.with_extension("out.mp4").exists());
    }
}

/// Programs that copy make the file as long as it will be, and fill it as they go.
#[test]
fn a_copy_that_was_broken_off_may_be_as_long_as_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(dir.path(), "zeros.mp4", &film("mp4mux faststart=true", 6));
    let mut bytes = std::fs::read(&clip).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0);
    std::fs::write(&clip, bytes).unwrap();
    for error in [
        checked(&clip).map(|_| ()),
        made(remux, &clip).map(|_| ()),
        made(transcode, &clip).map(|_| ()),
    ] {
        let error = error.unwrap_err();
        let told = matches!(error, Error::CutShort { .. } | Error::Damaged { .. });
        assert!(told, "{error:?}");
    }
}

#[test]
fn the_sound_that_the_film_says_is_used_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(
        dir.path(),
        "two.mp4",
        &format!(
            "{} {} ! m. {} ! m.",
            picture(2, &format!("{H264} ! mp4mux faststart=true name=m ! OUT")),
            sound(2, 440, AAC),
            sound(2, 880, AAC)
        ),
    );
    let first = probe(&clip).unwrap();
    assert_eq!(treatment(&first), Treatment::Remux(Reason::Several));
    assert_eq!(
        first.remarks,
        ["文件里有 2 条声音，用的是第 1 条，其余没有用"]
    );
    // The first of two tracks of sound says that it is not enabled.
    let mut bytes = std::fs::read(&clip).unwrap();
    let picture = find(&bytes, b"tkhd", 0);
    let sound = find(&bytes, b"tkhd", picture + 4);
    bytes[sound + 7] &= !1;
    std::fs::write(&clip, bytes).unwrap();
    let second = probe(&clip).unwrap();
    assert_eq!(
        second.remarks,
        ["文件里有 2 条声音，用的是第 2 条，其余没有用"]
    );
    for (name, way) in WAYS {
        let (info, output) = made(way, &clip).unwrap();
        assert!(!info.several && info.remarks.is_empty(), "{info:?}");
        let heard = played(&output).sound;
        assert!(tone(&heard[4_800..40_000], 48_000, 880.0) > 0.2, "{name}");
        assert!(tone(&heard[4_800..40_000], 48_000, 440.0) < 0.02, "{name}");
    }
}

#[test]
fn a_cover_is_no_film_and_of_two_pictures_one_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let cover =
        "videotestsrc num-buffers=1 ! video/x-raw,width=64,height=64,framerate=25/1 ! jpegenc";
    let covered = make(
        dir.path(),
        "cover.mkv",
        &format!(
            "{cover} ! matroskamux name=m ! OUT {} ! m.",
            picture(2, H264)
        ),
    );
    let info = probe(&covered).unwrap();
    assert_eq!(
        (info.video.codec.clone(), info.video.width),
        (VideoCodec::H264, 320)
    );
    assert!(info.remarks.is_empty(), "{:?}", info.remarks);
    assert_eq!(poster(&covered, None).unwrap().dimensions(), (320, 240));
    let twice = make(
        dir.path(),
        "twice.mkv",
        &format!(
            "{} ! matroskamux name=m ! OUT {} ! m.",
            picture(2, H264),
            picture(2, H264).replace("width=320", "width=160")
        ),
    );
    let info = probe(&twice).unwrap();
    assert_eq!(info.video.width, 320);
    assert_eq!(
        info.remarks,
        ["文件里有 2 路画面，用的是第 1 路，其余没有用"]
    );
    for film in [covered, twice] {
        for (name, way) in WAYS {
            let (info, output) = made(way, &film).unwrap();
            assert_eq!((info.video.width, info.several), (320, false), "{name}");
            close(played(&output).pictures.len() as f64, 50.0, 1.0);
        }
    }
}

/// Old cameras write films as many JPEG pictures.
#[test]
fn many_stills_are_a_film() {
    let dir = tempfile::tempdir().unwrap();
    let clip = make(dir.path(), "camera.avi", &picture(2, "jpegenc ! avimux"));
    let (info, output) = made(transcode, &clip).unwrap();
    assert_eq!(info.video.width, 320);
    close(played(&output).pictures.len() as f64, 50.0, 1.0);
}

#[test]
fn a_copy_keeps_the_times_of_reordered_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let coder =
        "x264enc bframes=3 b-adapt=false key-int-max=50 ! video/x-h264,profile=main ! h264parse";
    let clip = make(
        dir.path(),
        "b.mkv",
        &picture(4, &format!("{coder} ! matroskamux")),
    );
    assert_eq!(
        treatment(&probe(&clip).unwrap()),
        Treatment::Remux(Reason::Container)
    );
    let (info, output) = made(remux, &clip).unwrap();
    assert_eq!(info.video.profile, "main");
    close(info.duration.as_secs_f64(), 4.0, 0.2);
    let times: Vec<f64> = played(&output)
        .pictures
        .iter()
        .map(|(at, _)| at.as_secs_f64())
        .collect();
    assert_eq!(times.len(), 100);
    for pair in times.windows(2) {
        close(pair[1] - pair[0], 0.04, 0.005);
    }
}

#[test]
fn sound_that_begins_late_stays_with_its_picture() {
    let dir = tempfile::tempdir().unwrap();
    let late = sound(3, 440, AAC).replace("num-buffers", "timestamp-offset=1500000000 num-buffers");
    let clip = make(
        dir.path(),
        "late.mkv",
        &format!(
            "{} {late} ! m.",
            picture(4, &format!("{H264} ! matroskamux name=m ! OUT"))
        ),
    );
    for (name, way) in WAYS {
        let (_, output) = made(way, &clip).unwrap();
        let heard = played(&output);
        let begins = heard.sound_at.unwrap().as_secs_f64()
            + heard
                .sound
                .iter()
                .position(|sample| sample.unsigned_abs() > 3_000)
                .unwrap() as f64
                / 48_000.0;
        assert!((begins - 1.5).abs() < 0.1, "{name}: {begins}");
    }
}

/// Red of hybrid log-gamma as telephones film it: `(207, 41, 41)` on a television.
#[test]
fn colours_of_a_high_dynamic_range_stay_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let plane = |value: u16, samples: usize| value.to_le_bytes().repeat(samples);
    let frame = [
        plane(357, 64 * 64),
        plane(413, 32 * 32),
        plane(692, 32 * 32),
    ]
    .concat();
    let raw = dir.path().join("red.yuv");
    std::fs::write(&raw, frame.repeat(12)).unwrap();
    let clip = make(
        dir.path(),
        "hlg.mov",
        &format!(
            "filesrc location={} ! rawvideoparse width=64 height=64 format=i420-10le framerate=25/1 colorimetry=bt2100-hlg ! \
             x265enc speed-preset=ultrafast option-string=frame-threads=1:rc-lookahead=0:bframes=0 ! h265parse ! qtmux",
            raw.display()
        ),
    );
    let info = probe(&clip).unwrap();
    assert_eq!(info.video.colours, Colours::Hlg);
    let (info, output) = made(transcode, &clip).unwrap();
    assert_eq!(
        (info.video.colours, info.video.bit_depth),
        (Colours::Standard, 8)
    );
    for still in [poster(&clip, None).unwrap(), poster(&output, None).unwrap()] {
        let found = still.get_pixel(32, 32).0;
        for (found, right) in found.into_iter().zip([207, 41, 41_u8]) {
            assert!(found.abs_diff(right) <= 12, "{:?}", still.get_pixel(32, 32));
        }
    }
}

/// A RealMedia file of a picture alone, as no muxer of GStreamer writes it: the chunks `.RMF`, `PROP`,
/// `MDPR` and `DATA`, no index.
fn real_media(path: &Path, seconds: u64) {
    use gst::prelude::*;

    gst::init().unwrap();
    let pipeline = gst::parse::launch(&format!(
        "videotestsrc num-buffers={} ! video/x-raw,width=352,height=288,framerate=25/1 ! avenc_rv20 ! appsink name=out sync=false",
        seconds * 25
    ))
    .unwrap()
    .downcast::<gst::Pipeline>()
    .unwrap();
    let sink: gst_app::AppSink = pipeline.by_name("out").unwrap().downcast().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let (mut packets, mut count) = (Vec::new(), 0_u32);
    while let Ok(sample) = sink.pull_sample() {
        let buffer = sample.buffer().unwrap();
        let data = buffer.map_readable().unwrap();
        let key = !buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
        // The whole picture in one packet: its size twice, its number.
        let mut load = vec![0x81, if key { 0x81 } else { 1 }];
        let size = u32::try_from(data.len()).unwrap();
        for _ in 0..2 {
            match u16::try_from(size).ok().filter(|&size| size < 0x4000) {
                Some(short) => load.extend((short | 0x4000).to_be_bytes()),
                None => load.extend(size.to_be_bytes()),
            }
        }
        load.push((count & 0xFF) as u8);
        load.extend_from_slice(&data);
        packets.extend([0, 0]);
        packets.extend(u16::try_from(load.len() + 12).unwrap().to_be_bytes());
        packets.extend([0, 0]);
        packets.extend((count * 40).to_be_bytes());
        packets.extend([0, if key { 2 } else { 0 }]);
        packets.extend(load);
        count += 1;
    }
    pipeline.set_state(gst::State::Null).unwrap();
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_be_bytes())
            .collect::<Vec<u8>>()
    };
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&name[..], &size.to_be_bytes(), body].concat()
    };
    let lasts = count * 40;
    let codec = [
        &words(&[34])[..],
        b"VIDORV20",
        &[
            1, 0x60, 1, 0x20, 0, 25, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 8, 0x20, 0x10, 0x30, 1,
        ],
    ]
    .concat();
    let stream = [
        &[0; 4][..],
        &words(&[200_000, 200_000, 15_000, 5_000, 0, 0, lasts]),
        &[1, b'v', 20],
        b"video/x-pn-realvideo",
        &words(&[34]),
        &codec,
    ]
    .concat();
    let head = |data_at| {
        let said = words(&[200_000, 200_000, 15_000, 5_000, count, lasts, 0, 0, data_at]);
        [
            chunk(b".RMF", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 3]),
            chunk(b"PROP", &[&[0, 0][..], &said, &[0, 1, 0, 3]].concat()),
            chunk(b"MDPR", &[&[0, 0][..], &stream[2..]].concat()),
        ]
        .concat()
    };
    let data_at = u32::try_from(head(0).len()).unwrap();
    let data = chunk(
        b"DATA",
        &[&[0, 0][..], &words(&[count, 0]), &packets].concat(),
    );
    std::fs::write(path, [head(data_at), data].concat()).unwrap();
}

#[test]
fn a_whole_real_media_film_is_no_damaged_one() {
    let dir = tempfile::tempdir().unwrap();
    let film = dir.path().join("old.rmvb");
    real_media(&film, 4);
    let (info, output) = made(transcode, &film).unwrap();
    close(info.duration.as_secs_f64(), 4.0, 0.2);
    close(played(&output).pictures.len() as f64, 100.0, 1.0);
    for at in [None, Some(Duration::from_secs(2))] {
        assert_eq!(poster(&film, at).unwrap().dimensions(), (352, 288));
    }
    let bytes = std::fs::read(&film).unwrap();
    std::fs::write(&film, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(checked(&film), Err(Error::CutShort { .. })));
}
