//! Captions, as import and television read them.

use contract::captions::{CaptionFile, CaptionProblem};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "captions",
    check,
    seeds: || {
        let seeds: [&[u8]; 5] = [
            b"WEBVTT\n\n00:01.000 --> 00:04.000\n\xe5\x90\x84\xe4\xbd\x8d\n\n2\n00:00:05.000 --> 00:00:06.500 align:start\n<b>a</b> &lt;140\n",
            b"1\n00:00:01,000 --> 00:00:02,000\none\ntwo\n\n2\n00:00:03,000 --> 00:00:04,000\nthree\n",
            b"WEBVTT - title\nKind: captions\n\nNOTE a remark\n\nSTYLE\n::cue {}\n\n1:00:00.000 --> 1:00:01.000\nlate\n",
            b"WEBVTT\n\n00:01.000 --> 00:02.000\na\n \n00:03.000 --> 00:04.000\nb\n00:05.000 --> 00:06.000\nc",
            b"\xef\xbb\xbfWEBVTT\r\n\r\n0:01.000 --> 0:02.000\r\n160 > 140\r\n",
        ];
        seeds.map(<[u8]>::to_vec).to_vec()
    },
    words: &[
        "WEBVTT",
        " --> ",
        "-->",
        "\n\n",
        "00:00:01.000",
        "00:01,000",
        "NOTE",
        "STYLE",
        "REGION",
        "<c.red>",
        "</c>",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "\r\n",
        "align:start",
    ],
};

fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let file = CaptionFile::read(text);
    let ends = text.replace("\r\n", "\n").matches(['\r', '\n']).count();
    let lines = u32::try_from(ends).unwrap_or(u32::MAX) + 1;
    for mistake in &file.mistakes {
        assert!((1..=lines).contains(&mistake.line), "{mistake:?}");
    }
    assert!(
        // A time without words is no loss.
        !file.captions.cues().is_empty() || !file.mistakes.is_empty() || text.contains("-->"),
        "nothing was shown and nothing was said"
    );
    let refused = file.mistakes.iter().any(|it| {
        let problem = it.problem;
        problem == CaptionProblem::NoCaptions || problem == CaptionProblem::Empty
    });
    for pair in file.captions.cues().windows(2) {
        assert!(pair[0].start_ms <= pair[1].start_ms);
    }
    for cue in file.captions.cues() {
        assert!(cue.start_ms < cue.end_ms, "{cue:?}");
        assert!(file.captions.at(cue.start_ms).contains(&cue.text.as_str()));
    }
    // What the import keeps is what the television shows.
    let again = CaptionFile::read(&file.captions.to_webvtt());
    assert_eq!(again.captions, file.captions);
    assert!(again.mistakes.is_empty() || file.captions.cues().is_empty());
    assert!(refused || again.is_webvtt);
}
