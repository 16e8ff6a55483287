use std::time::Instant;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::live::segments::Segments;
use crate::live::units::Unit;
use crate::live::{Packager, PackagerEvent, PackagerSettings};
use crate::testing::{TestSource, TestSourceSettings, play};

/// One start of the packager.
#[derive(Clone, Debug)]
struct Run {
    /// Where its times begin, in ms.
    from: u64,
    /// In ms.
    length: u64,
    /// How much later than its picture sound is written, in ms; a new one every second.
    lags: Vec<u64>,
    /// How much of the last file is there, in hundredths; the rest was torn off.
    left: usize,
}

fn run() -> impl Strategy<Value = Run> {
    let lags = prop::collection::vec(0..10_000_u64, 1..12);
    (0..40_000_u64, 2_000..9_000_u64, lags, 20..=100_usize).prop_map(
        |(from, length, lags, left)| Run {
            from,
            length,
            lags,
            left,
        },
    )
}

/// A picture or sound that says of which run and moment (in µs) it is.
fn named(kind: u8, run: usize, at: Duration) -> Vec<u8> {
    let mut data = vec![0, 0, 0, 1, kind, 16 + u8::try_from(run).unwrap()];
    data.extend(format!("{:012}", at.as_micros()).bytes());
    data
}

fn name(data: &[u8]) -> (usize, Duration) {
    let name = data
        .windows(5)
        .position(|at| at[..4] == [0, 0, 0, 1] && at[4] & 0x1f != 9);
    let name = &data[name.unwrap() + 5..];
    let micros: u64 = std::str::from_utf8(&name[1..13]).unwrap().parse().unwrap();
    (usize::from(name[0] - 16), Duration::from_micros(micros))
}

/// Pictures and sound of a run in the order they are written.
fn units(number: usize, run: &Run) -> Vec<Unit> {
    let ms = Duration::from_millis;
    let pictures = (0..run.length / 40).map(|n| (n, ms(run.from + n * 40)));
    let mut sounds = (0..run.length * 3 / 64)
        .map(|n| ms(run.from) + Duration::from_micros(n * 64_000 / 3))
        .peekable();
    let mut units = Vec::new();
    for (n, at) in pictures {
        units.push(Unit::Video {
            at,
            keyframe: n % 25 == 0,
            new_parameters: false,
            data: named(if n % 25 == 0 { 0x65 } else { 0x61 }, number, at).into(),
        });
        let second = usize::try_from(n / 25).unwrap() % run.lags.len();
        let lag = ms(run.lags[second]);
        while let Some(at) = sounds.next_if(|sound| *sound + lag <= at) {
            let data = named(0x7f, number, at).into();
            units.push(Unit::Audio { at, data });
        }
    }
    units
}

fn written(runs: &[Run]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (number, run) in runs.iter().enumerate() {
        let second = Duration::from_secs(1);
        let mut segments = Segments::new(folder.path(), second, 40).unwrap();
        for unit in units(number, run) {
            segments.push(&unit).unwrap();
        }
        // Killed.
        drop(segments);
        let last = *numbers(folder.path()).unwrap().last().unwrap();
        let last = folder.path().join(file_name(last));
        let bytes = std::fs::read(&last).unwrap();
        std::fs::write(&last, &bytes[..bytes.len() * run.left / 100]).unwrap();
    }
    folder
}

fn survey(folder: &Path) -> Runs {
    let mut survey = Survey::default();
    read(folder, |read| {
        match read {
            Read::File => survey.file(),
            Read::Id(id) => survey.says(id),
            Read::Piece(Piece::Video { at, .. }) => survey.piece(Medium::Video, at, true),
            Read::Piece(Piece::Audio { at, .. }) => survey.piece(Medium::Audio, at, true),
        }
        Ok(())
    })
    .unwrap();
    survey.runs()
}

proptest! {
    /// However far sound is written behind its picture, wherever a run begins and whatever was torn
    /// off: a run is moved as a whole, and a recording is as long as what was recorded.
    #[test]
    fn a_recording_is_as_long_as_what_was_recorded(all in prop::collection::vec(run(), 1..5)) {
        let folder = written(&all);
        let runs = survey(folder.path());
        let mut spans: Vec<Option<(i128, i128, i128)>> = vec![None; all.len()];
        let mut order = Vec::new();
        walk(folder.path(), &runs, |piece| {
            let (Piece::Video { at, data } | Piece::Audio { at, data }) = &piece;
            let (run, said) = name(data);
            let (at, said) = (at.as_nanos() as i128, said.as_nanos() as i128);
            let (first, last, shift) = spans[run].get_or_insert((at, at, at - said));
            (*first, *last) = ((*first).min(at), (*last).max(at));
            order.push((run, (at - said - *shift).abs()));
            Ok(())
        }).unwrap();
        // 90 kHz are 11 µs.
        prop_assert!(order.iter().all(|(_, off)| *off < 50_000), "picture and sound stay in step");
        prop_assert!(order.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        let spans: Vec<_> = spans.into_iter().flatten().collect();
        for pair in spans.windows(2) {
            let pause = pair[1].0 - pair[0].1;
            prop_assert!((pause - 40_000_000).abs() < 50_000, "{pause} ns between two runs");
        }
        let recorded: i128 = spans.iter().map(|(first, last, _)| last - first).sum();
        let pauses = 40_000_000 * (spans.len() as i128 - 1);
        let end = |span: Option<(Duration, Duration)>| span.map_or(Duration::ZERO, |span| span.1);
        let start = |span: Option<(Duration, Duration)>| span.map_or(Duration::MAX, |span| span.0);
        let length = end(runs.video).max(end(runs.audio)) - start(runs.video).min(start(runs.audio));
        let off = length.as_nanos() as i128 - recorded - pauses;
        prop_assert!(off.abs() < 1_000_000, "{off} ns too long");
    }

    /// The same where the files do not say of which run they are: those of an earlier version.
    #[test]
    fn runs_are_found_by_their_times(
        lags in prop::collection::vec(0..10_000_u64, 2..4),
        length in 3_000..20_000_u64,
    ) {
        let ms = Duration::from_millis;
        let mut survey = Survey::default();
        let mut pieces = Vec::new();
        for lag in &lags {
            // A file a second; sound is so many files behind.
            for second in 0..(length + lag).div_ceil(1_000) {
                survey.file();
                for (medium, behind) in [(Medium::Video, 0), (Medium::Audio, *lag)] {
                    for at in (second * 1_000..second * 1_000 + 1_000).step_by(40) {
                        if let Some(at) = at.checked_sub(behind)
                            && at < length
                        {
                            survey.piece(medium, ms(at), true);
                            pieces.push(ms(at));
                        }
                    }
                }
            }
        }
        let runs = survey.runs();
        let (mut placing, mut shifts) = (runs.placing(), Vec::new());
        for at in pieces {
            let shift = placing.place(at) - at;
            if shifts.last() != Some(&shift) {
                shifts.push(shift);
            }
        }
        prop_assert_eq!(shifts.len(), lags.len());
        let (first, last) = runs.video.unwrap();
        prop_assert!(last - first <= ms((length + 40) * lags.len() as u64));
    }
}

/// Flashes and beeps, as the packager writes them, for so many segments.
fn flashes(folder: &Path, segments: usize) {
    let (epoch, (send, receive)) = (Instant::now(), std::sync::mpsc::channel());
    let settings = PackagerSettings {
        epoch,
        folder: folder.to_owned(),
        segment: Duration::from_secs(1),
        window: 40,
    };
    let packager = Packager::start(settings, move |event| {
        let _ = send.send(event);
    });
    let packager = std::sync::Arc::new(Mutex::new(Some(packager.unwrap())));
    let into = std::sync::Arc::clone(&packager);
    let settings = TestSourceSettings {
        flash: true,
        size: (320, 180),
        keyframe_every: 25,
        ..TestSourceSettings::new(epoch, [255; 3], 1_000.0)
    };
    let source = TestSource::start(&settings, move |packet| {
        if let Some(packager) = &*into.lock() {
            packager.push(packet);
        }
    })
    .unwrap();
    let mut done = 0;
    while done < segments {
        let event = receive.recv_timeout(Duration::from_secs(60)).unwrap();
        done += usize::from(matches!(event, PackagerEvent::Segment { .. }));
    }
    drop(source);
    let packager = packager.lock().take();
    packager.unwrap().finish().unwrap();
}

/// Writes what is in a folder into another one, sound so much later than its picture.
fn lagging(from: &Path, to: &Path, lag: Duration) {
    let (mut pictures, mut sounds) = (Vec::new(), Vec::new());
    read(from, |read| {
        match read {
            Read::Piece(Piece::Video { at, data }) => pictures.push((at, data)),
            Read::Piece(Piece::Audio { at, data }) => sounds.push((at, data)),
            Read::File | Read::Id(_) => {}
        }
        Ok(())
    })
    .unwrap();
    let mut segments = Segments::new(to, Duration::from_secs(1), 40).unwrap();
    let mut sounds = sounds.into_iter().peekable();
    let sound = |(at, data): (Duration, Vec<u8>)| Unit::Audio {
        at,
        data: Bytes::from(data),
    };
    for (at, data) in pictures {
        let keyframe = nal_units(&data).any(|unit| unit_type(unit) == 7);
        let unit = Unit::Video {
            at,
            keyframe,
            new_parameters: false,
            data: Bytes::from(data),
        };
        segments.push(&unit).unwrap();
        while let Some(piece) = sounds.next_if(|(sound, _)| *sound + lag <= at) {
            segments.push(&sound(piece)).unwrap();
        }
    }
    for piece in sounds {
        segments.push(&sound(piece)).unwrap();
    }
    segments.finish().unwrap();
}

#[test]
fn sound_that_was_written_late_stretches_nothing_and_stays_in_step() {
    let folder = tempfile::tempdir().unwrap();
    let [plain, late] = ["plain", "late"].map(|name| folder.path().join(name));
    flashes(&plain, 9);
    let wanted = recording(&plain, &folder.path().join("plain.mp4")).unwrap();
    // Twice, as after a restart.
    for lag in [3, 6] {
        lagging(&plain, &late, Duration::from_secs(lag));
    }
    let out = folder.path().join("late.mp4");
    let recorded = recording(&late, &out).unwrap();
    let off = recorded.duration_ms.abs_diff(2 * wanted.duration_ms);
    assert!(off < 300, "{recorded:?} of twice {wanted:?}");
    let uri = format!("file://{}", out.display());
    let played = play(&uri, Duration::from_secs(60), |_| false).unwrap();
    let beeps = played.beeps();
    // A beep is told by the silence before it: not at the beginning, nor where the two meet.
    let join = Duration::from_millis(wanted.duration_ms);
    let end = Duration::from_millis(recorded.duration_ms);
    let mut flashes = played.flashes();
    flashes.retain(|flash| {
        let away = |from: Duration| flash.abs_diff(from) > Duration::from_millis(700);
        away(Duration::ZERO) && away(join) && away(end)
    });
    assert!(flashes.len() >= 12, "{flashes:?}");
    for flash in flashes {
        let nearest = beeps.iter().map(|beep| beep.abs_diff(flash)).min();
        assert!(
            nearest.is_some_and(|off| off <= Duration::from_millis(40)),
            "{flash:?} {beeps:?}"
        );
    }
}

#[test]
fn a_part_begins_with_a_whole_picture_and_says_where_it_really_lies() {
    let folder = tempfile::tempdir().unwrap();
    let segments = folder.path().join("segments");
    flashes(&segments, 8);
    let out = folder.path().join("out.mp4");
    let whole = recording(&segments, &out).unwrap();
    assert_eq!((whole.from_ms, whole.whole_ms), (0, whole.duration_ms));
    let flashes = |path: &Path| {
        let uri = format!("file://{}", path.display());
        play(&uri, Duration::from_secs(60), |_| false)
            .unwrap()
            .flashes()
    };
    let all = flashes(&out);
    let ms = Duration::from_millis;
    let part = Part {
        from: ms(3_400),
        to: ms(6_000),
    };
    let cut = recording_of(&segments, &out, Some(part)).unwrap();
    // A whole picture comes every second.
    assert!((2_300..=3_400).contains(&cut.from_ms), "{cut:?}");
    assert!(
        cut.whole_ms.abs_diff(whole.duration_ms) < 100,
        "{cut:?} {whole:?}"
    );
    let ends_ms = cut.from_ms + cut.duration_ms;
    assert!((5_800..=6_100).contains(&ends_ms), "{cut:?}");
    assert!(cut.has_audio && (cut.width, cut.height) == (320, 180));
    // What is seen is what was there.
    let seen = flashes(&out);
    assert!(seen.len() >= 2, "{seen:?} of {all:?}");
    for flash in seen {
        let was = flash + ms(cut.from_ms);
        assert!(
            all.iter().any(|one| one.abs_diff(was) < ms(60)),
            "{was:?} in {all:?}"
        );
    }
    // From the beginning, and beyond the end.
    let part = Part {
        from: Duration::ZERO,
        to: Duration::from_secs(3_600),
    };
    let same = recording_of(&segments, &out, Some(part)).unwrap();
    assert_eq!(same.from_ms, 0);
    assert!(
        same.duration_ms.abs_diff(whole.duration_ms) < 100,
        "{same:?} {whole:?}"
    );
    let nothing = Part {
        from: Duration::from_secs(60),
        to: Duration::from_secs(1),
    };
    let nothing = recording_of(&segments, &out, Some(nothing));
    assert!(
        matches!(nothing, Err(Error::NotMedia { .. })),
        "{nothing:?}"
    );
    assert!(!out.exists(), "nothing half-made is left");
}

#[test]
fn frames_are_told_apart() {
    let frame = |size: usize| {
        let mut bytes = vec![7; size];
        bytes[..7].copy_from_slice(&[0xff, 0xf1, 0x4c, 0x80, 0, 0x1f, 0xfc]);
        bytes[3] |= u8::try_from(size >> 11).unwrap();
        bytes[4] = u8::try_from(size >> 3 & 0xff).unwrap();
        bytes[5] |= u8::try_from((size & 7) << 5).unwrap();
        bytes
    };
    let all = [frame(9), frame(300), frame(2_100)].concat();
    let sizes: Vec<_> = adts_frames(&all).map(<[u8]>::len).collect();
    assert_eq!(sizes, [9, 300, 2_100]);
    assert_eq!(adts_frames(&all[..200]).count(), 1);
    assert_eq!(adts_frames(&[0xff, 0xf1, 0, 0, 0, 0, 0, 0]).count(), 0);
}

#[test]
fn an_empty_folder_is_no_recording() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.mp4");
    assert!(matches!(
        recording(folder.path(), &out),
        Err(Error::NotMedia { .. })
    ));
    std::fs::write(folder.path().join("000000.ts"), [0x47; 1_000]).unwrap();
    assert!(matches!(
        recording(folder.path(), &out),
        Err(Error::NotMedia { .. })
    ));
    assert!(!out.exists());
}
