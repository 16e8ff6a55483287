//! Which picture and which sound of a film are used, where it has several.

use std::cmp::Reverse;

use crate::mp4::{Movie, Track};
use crate::streams::{Media, Stream, media};

/// What was chosen of a film's streams.
#[derive(Debug, Default)]
pub(crate) struct Choice<'a> {
    /// The picture that moves.
    pub(crate) video: Option<&'a Stream>,
    /// The sound.
    pub(crate) audio: Option<&'a Stream>,
    /// Whether any picture or sound was left out, be it a cover: a player may take another one.
    pub(crate) leaves_out: bool,
    /// What was left out, in Chinese sentences.
    pub(crate) remarks: Vec<String>,
}

/// Takes the picture and the sound that the file says to take, else the first. A cover is no
/// picture: it does not move.
pub(crate) fn choose<'a>(streams: &'a [Stream], movie: Option<&Movie>) -> Choice<'a> {
    let of = |wanted: Media| {
        streams
            .iter()
            .filter(move |one| media(&one.caps) == Some(wanted))
    };
    let moving: Vec<&Stream> = of(Media::Picture).filter(|one| !is_cover(one)).collect();
    let sounds: Vec<&Stream> = of(Media::Sound).collect();
    let best = |all: &[&'a Stream]| {
        let rank = |one: &&&Stream| {
            let moves = one.tally.buffers > 1;
            Reverse((is_decodable(&one.caps), moves, is_preferred(one, movie)))
        };
        all.iter().min_by_key(rank).copied()
    };
    let (video, audio) = (best(&moving), best(&sounds));
    let mut remarks = Vec::new();
    if let Some(place) = place(&moving, video) {
        remarks.push(format!(
            "文件里有 {} 路画面，用的是第 {place} 路，其余没有用",
            moving.len()
        ));
    }
    if let Some((place, audio)) = place(&sounds, audio).zip(audio) {
        let language = audio.language.as_deref().map(language).unwrap_or_default();
        remarks.push(format!(
            "文件里有 {} 条声音，用的是第 {place} 条{language}，其余没有用",
            sounds.len()
        ));
    }
    Choice {
        video,
        audio,
        leaves_out: of(Media::Picture).count() > 1 || sounds.len() > 1,
        remarks,
    }
}

/// The place of one among several, counted from 1.
fn place(all: &[&Stream], chosen: Option<&Stream>) -> Option<usize> {
    let chosen = chosen.filter(|_| all.len() > 1)?;
    Some(all.iter().position(|one| one.id == chosen.id)? + 1)
}

/// A still picture in a format of stills. Cameras write films as such stills, of more than one.
fn is_cover(stream: &Stream) -> bool {
    let name = stream
        .caps
        .structure(0)
        .map(|structure| structure.name().to_string());
    let still = name.is_some_and(|name| name.starts_with("image/") || name == "video/x-png");
    still && stream.tally.buffers < 2
}

/// Whether the file says to take it: MP4 in its track, Matroska as the default.
fn is_preferred(stream: &Stream, movie: Option<&Movie>) -> bool {
    match movie.and_then(|movie| track_of(movie, stream)) {
        Some(track) => track.enabled,
        None => stream.flags.contains(gst::StreamFlags::SELECT),
    }
}

/// The track of an MP4 that a stream comes from: its number ends the stream's id.
pub(crate) fn track_of<'a>(movie: &'a Movie, stream: &Stream) -> Option<&'a Track> {
    let number: u32 = stream.id.rsplit('/').next()?.parse().ok()?;
    movie.tracks.iter().find(|track| track.id == number)
}

/// Whether anything here decodes it. Only what tells codecs apart counts; parsers do the rest.
pub(crate) fn is_decodable(caps: &gst::CapsRef) -> bool {
    const TELLING: [&str; 8] = [
        "mpegversion",
        "layer",
        "systemstream",
        "rmversion",
        "raversion",
        "wmvversion",
        "wmaversion",
        "msmpegversion",
    ];
    let Some(structure) = caps.structure(0) else {
        return false;
    };
    if structure.name().ends_with("/x-raw") {
        return true;
    }
    let mut telling = gst::Structure::new_empty(structure.name());
    for field in TELLING {
        if let Ok(value) = structure.value(field) {
            telling.set_value(field, value.clone());
        }
    }
    let telling: gst::Caps = std::iter::once(telling).collect();
    let decoders = gst::ElementFactory::factories_with_type(
        gst::ElementFactoryType::DECODER,
        gst::Rank::MARGINAL,
    );
    decoders
        .iter()
        .any(|decoder| decoder.can_sink_any_caps(&telling))
}

/// A language in words, in brackets.
fn language(code: &str) -> String {
    let name = match code {
        "zh" | "zho" | "chi" | "cmn" => "汉语",
        "en" | "eng" => "英语",
        "und" => return String::new(),
        code => code,
    };
    format!("（{name}）")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::Tally;

    fn stream(id: &str, caps: &str, flags: gst::StreamFlags, buffers: u64) -> Stream {
        Stream {
            id: format!("abc/{id}"),
            caps: caps.parse().unwrap(),
            flags,
            language: (id == "003").then(|| "zho".to_owned()),
            tally: Tally {
                buffers,
                ..Tally::default()
            },
        }
    }

    #[test]
    fn covers_are_left_out_and_defaults_are_taken() {
        gst::init().unwrap();
        let (none, default) = (gst::StreamFlags::empty(), gst::StreamFlags::SELECT);
        let streams = [
            stream("000", "image/jpeg", default, 1),
            stream("001", "video/x-h264", none, 400),
            stream("002", "audio/mpeg,mpegversion=4", none, 400),
            stream("003", "audio/mpeg,mpegversion=4", default, 400),
        ];
        let chosen = choose(&streams, None);
        assert_eq!(chosen.video.unwrap().id, "abc/001");
        assert_eq!(chosen.audio.unwrap().id, "abc/003");
        assert_eq!(
            chosen.remarks,
            ["文件里有 2 条声音，用的是第 2 条（汉语），其余没有用"]
        );
    }

    #[test]
    fn stills_that_move_are_a_film() {
        gst::init().unwrap();
        let none = gst::StreamFlags::empty();
        let streams = [stream("000", "image/jpeg", none, 2)];
        assert!(choose(&streams, None).video.is_some());
    }

    #[test]
    fn disabled_tracks_and_unknown_codecs_come_last() {
        gst::init().unwrap();
        let none = gst::StreamFlags::empty();
        let streams = [
            stream("001", "video/x-invented", none, 9),
            stream("002", "video/x-h264", none, 9),
            stream("003", "video/x-h264", none, 9),
        ];
        let track = |id, enabled| Track {
            id,
            enabled,
            ..Track::default()
        };
        let mut movie = Movie::default();
        movie.tracks = vec![track(1, true), track(2, false), track(3, true)];
        let chosen = choose(&streams, Some(&movie));
        assert_eq!(chosen.video.unwrap().id, "abc/003");
        assert_eq!(
            chosen.remarks,
            ["文件里有 3 路画面，用的是第 3 路，其余没有用"]
        );
    }
}
