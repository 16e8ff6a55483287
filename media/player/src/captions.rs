//! WebVTT captions, <https://www.w3.org/TR/webvtt1/>: what a television shows of them, which is
//! the time and the plain text. Positions, colours and fonts are the screen's business, so
//! settings, styles and regions are read over.
//!
//! Our own parser: those on crates.io refuse byte order marks, hours left out or text without a
//! blank line at the end, all of which captions written by hand have.

/// A caption: what is said from one moment to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// First moment, in milliseconds.
    pub start_ms: i64,
    /// First moment after it, in milliseconds; always later than `start_ms`.
    pub end_ms: i64,
    /// Plain text, lines separated by `\n`, without tags.
    pub text: String,
}

/// The captions of a programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    /// Sorted by start; cues may overlap.
    cues: Vec<Cue>,
    /// For each cue the latest end of it and of all before: where a search may stop.
    latest_end: Vec<i64>,
}

/// What is wrong with a caption file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct CaptionError {
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: CaptionProblem,
}

/// What can be wrong with a caption file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptionProblem {
    /// It is not text in UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// It does not begin with `WEBVTT`.
    #[error("the file must begin with WEBVTT")]
    NoHeader,
    /// A time that is not `hh:mm:ss.mmm` or `mm:ss.mmm`.
    #[error("a time is written 00:01:02.500")]
    BadTime,
    /// A cue that ends before it begins.
    #[error("the cue ends before it begins")]
    EndBeforeStart,
}

impl Captions {
    /// Reads a WebVTT file.
    ///
    /// # Errors
    /// The first mistake, with its line. A file with mistakes is refused as a whole, so that the
    /// one who imports it learns of it; a terminal only ever sees files that were accepted.
    pub fn parse(bytes: &[u8]) -> Result<Self, CaptionError> {
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let before = &bytes[..e.valid_up_to()];
            let line = before.iter().filter(|b| **b == b'\n').count() + 1;
            CaptionError {
                line,
                problem: CaptionProblem::NotUtf8,
            }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<&str> = text.split('\n').collect();
        let header = lines[0];
        let is_header = header
            .strip_prefix("WEBVTT")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        if !is_header {
            return Err(CaptionError {
                line: 1,
                problem: CaptionProblem::NoHeader,
            });
        }
        // What follows the header up to the first blank line is metadata.
        let mut at = 1;
        while at < lines.len() && !lines[at].is_empty() && !lines[at].contains("-->") {
            at += 1;
        }
        let mut cues = Vec::new();
        while at < lines.len() {
            if lines[at].is_empty() {
                at += 1;
                continue;
            }
            let end = (at..lines.len())
                .find(|i| lines[*i].is_empty())
                .unwrap_or(lines.len());
            cues.extend(parse_block(&lines[at..end], at + 1)?);
            at = end;
        }
        Ok(Self::new(cues))
    }

    /// Captions from cues in any order; cues that last no time are left out.
    #[must_use]
    pub fn new(mut cues: Vec<Cue>) -> Self {
        cues.retain(|cue| cue.end_ms > cue.start_ms);
        cues.sort_by_key(|cue| cue.start_ms);
        let mut latest = i64::MIN;
        let latest_end = cues
            .iter()
            .map(|cue| {
                latest = latest.max(cue.end_ms);
                latest
            })
            .collect();
        Self { cues, latest_end }
    }

    /// All cues, sorted by start.
    #[must_use]
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// The texts to show at a position in milliseconds, the earlier cue first.
    #[must_use]
    pub fn at(&self, position_ms: i64) -> Vec<&str> {
        let begun = self.cues.partition_point(|cue| cue.start_ms <= position_ms);
        let mut texts: Vec<&str> = (0..begun)
            .rev()
            .take_while(|i| self.latest_end[*i] > position_ms)
            .map(|i| &self.cues[i])
            .filter(|cue| cue.end_ms > position_ms)
            .map(|cue| cue.text.as_str())
            .collect();
        texts.reverse();
        texts
    }

    /// When the text changes next after a position, in milliseconds: until then a screen need
    /// not ask again.
    #[must_use]
    pub fn next_change(&self, position_ms: i64) -> Option<i64> {
        let begun = self.cues.partition_point(|cue| cue.start_ms <= position_ms);
        let start = self.cues.get(begun).map(|cue| cue.start_ms);
        let end = (0..begun)
            .rev()
            .take_while(|i| self.latest_end[*i] > position_ms)
            .map(|i| self.cues[i].end_ms)
            .filter(|end| *end > position_ms)
            .min();
        start.into_iter().chain(end).min()
    }
}

/// Reads the lines between two blank ones; `line` is the number of the first.
fn parse_block(lines: &[&str], line: usize) -> Result<Option<Cue>, CaptionError> {
    // The times are in the first line or, after an identifier, in the second. A block without
    // is a NOTE, STYLE or REGION, or text that the standard says to read over.
    let Some(index) = lines.iter().take(2).position(|l| l.contains("-->")) else {
        return Ok(None);
    };
    if is_keyword(lines[0], "NOTE") {
        return Ok(None);
    }
    let here = |problem| CaptionError {
        line: line + index,
        problem,
    };
    let (start, rest) = lines[index]
        .split_once("-->")
        .ok_or(here(CaptionProblem::BadTime))?;
    let end = rest.split_whitespace().next().unwrap_or_default();
    let start_ms = parse_time(start.trim()).ok_or(here(CaptionProblem::BadTime))?;
    let end_ms = parse_time(end).ok_or(here(CaptionProblem::BadTime))?;
    if end_ms < start_ms {
        return Err(here(CaptionProblem::EndBeforeStart));
    }
    let text = plain_text(&lines[index + 1..].join("\n"));
    let shown = end_ms > start_ms && !text.is_empty();
    Ok(shown.then_some(Cue {
        start_ms,
        end_ms,
        text,
    }))
}

fn is_keyword(line: &str, keyword: &str) -> bool {
    line.strip_prefix(keyword)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// `[hh+:]mm:ss.mmm` in milliseconds. A comma for the point, as in SubRip files renamed by hand,
/// is understood too.
fn parse_time(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once(['.', ','])?;
    let digits = |s: &str, min: usize, max: usize| -> Option<i64> {
        let fits = (min..=max).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| s.parse().ok()).flatten()
    };
    let milliseconds = digits(fraction, 3, 3)?;
    let mut parts = clock.rsplit(':');
    let seconds = digits(parts.next()?, 2, 2).filter(|s| *s < 60)?;
    let minutes = digits(parts.next()?, 2, 2).filter(|m| *m < 60)?;
    // Nine digits of hours stay far inside 64 bits of milliseconds.
    let hours = parts.next().map_or(Some(0), |h| digits(h, 1, 9))?;
    parts
        .next()
        .is_none()
        .then_some(((hours * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds)
}

/// Takes tags out and decodes entities.
fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(tag) = rest.strip_prefix('<') {
            // A tag that is never closed takes the rest with it, as the standard has it.
            rest = tag.split_once('>').map_or("", |(_, after)| after);
            continue;
        }
        let (decoded, used) = decode_entity(rest);
        plain.push(decoded);
        rest = &rest[used..];
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

/// The character an `&…;` stands for and how many bytes it took; a lone `&` stands for itself.
fn decode_entity(text: &str) -> (char, usize) {
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|b| b == b';');
    let Some(name) = end.and_then(|end| text.get(1..end)) else {
        return ('&', 1);
    };
    let decoded = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "lrm" => Some('\u{200e}'),
        "rlm" => Some('\u{200f}'),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }),
    };
    decoded.map_or(('&', 1), |c| (c, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Captions {
        Captions::parse(text.as_bytes()).expect("good captions")
    }

    #[test]
    fn reads_what_people_write() {
        let text = "\u{feff}WEBVTT - 村务公开\r\nKind: captions\r\n\r\nNOTE 第一遍\r\n不显示\r\n\r\n\
            STYLE\r\n::cue { color: lime }\r\n\r\nREGION\r\nid:fred\r\n\r\n\
            1\r\n00:01.000 --> 00:02.500 align:start position:10%\r\n<v 村支书><b>大家</b>好\r\n第二行 &lt;3 &amp; &#20826;\r\n\r\n\
            1:00:00.000 --> 1:00:01.000\r\n再见";
        let captions = parse(text);
        assert_eq!(
            captions.cues(),
            [
                Cue {
                    start_ms: 1_000,
                    end_ms: 2_500,
                    text: "大家好\n第二行 <3 & 党".into()
                },
                Cue {
                    start_ms: 3_600_000,
                    end_ms: 3_601_000,
                    text: "再见".into()
                },
            ]
        );
    }

    #[test]
    fn overlapping_cues_are_shown_together_the_earlier_first() {
        let captions = parse(
            "WEBVTT\n\n00:00.000 --> 00:10.000\nlong\n\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb\n",
        );
        assert_eq!(captions.at(-1), Vec::<&str>::new());
        assert_eq!(captions.at(0), ["long"]);
        assert_eq!(captions.at(1_500), ["long", "a"]);
        assert_eq!(captions.at(2_000), ["long"]);
        assert_eq!(captions.at(3_999), ["long", "b"]);
        assert_eq!(captions.at(10_000), Vec::<&str>::new());
        assert_eq!(captions.next_change(1_500), Some(2_000));
        assert_eq!(captions.next_change(4_000), Some(10_000));
        assert_eq!(captions.next_change(10_000), None);
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let problem = |text: &[u8]| {
            let error = Captions::parse(text).expect_err("a mistake");
            (error.line, error.problem)
        };
        assert_eq!(
            problem(b"1\n00:00.000 --> 00:01.000\na"),
            (1, CaptionProblem::NoHeader)
        );
        assert_eq!(problem(b"WEBVTTX"), (1, CaptionProblem::NoHeader));
        assert_eq!(problem(b"WEBVTT\n\n\xff"), (3, CaptionProblem::NotUtf8));
        assert_eq!(
            problem(b"WEBVTT\n\nid\n00:00 --> 00:01.000\na"),
            (4, CaptionProblem::BadTime)
        );
        assert_eq!(
            problem(b"WEBVTT\n\n00:61.000 --> 00:62.000\na"),
            (3, CaptionProblem::BadTime)
        );
        assert_eq!(
            problem(b"WEBVTT\r\n\r\n00:02.000 --> 00:01.000\r\na"),
            (3, CaptionProblem::EndBeforeStart)
        );
    }

    #[test]
    fn entities_and_tags_that_are_not_closed_do_no_harm() {
        assert_eq!(
            plain_text("a & b &unknown; &#xZZ; &#0; <b"),
            "a & b &unknown; &#xZZ; &#0;"
        );
        assert_eq!(plain_text("&#x515A;<00:01.000><c.red>员</c>"), "党员");
    }

    fn time(ms: i64) -> String {
        let (s, m) = (ms / 1_000, ms / 60_000);
        format!(
            "{:02}:{:02}:{:02}.{:03}",
            m / 60,
            m % 60,
            s % 60,
            ms % 1_000
        )
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Captions::parse(&bytes);
        }

        #[test]
        fn never_panics_on_nearly_good_text(text in "WEBVTT\n\n([0-9:.,<>&#;x \n-]|-->|党){0,120}", at in any::<i64>()) {
            if let Ok(captions) = Captions::parse(text.as_bytes()) {
                let _ = (captions.at(at), captions.next_change(at));
            }
        }

        #[test]
        fn finds_what_a_plain_search_finds(
            spans in proptest::collection::vec((0_i64..9_000_000, 1_i64..60_000), 0..30),
            at in 0_i64..9_100_000,
        ) {
            let mut file = String::from("WEBVTT\n");
            for (i, (start, length)) in spans.iter().enumerate() {
                file += &format!("\n{} --> {}\n{i}\n", time(*start), time(start + length));
            }
            let captions = parse(&file);
            prop_assert_eq!(captions.cues().len(), spans.len());
            for moment in spans.iter().flat_map(|(s, l)| [s - 1, *s, s + l - 1, s + l]).chain([at]) {
                let mut found: Vec<usize> =
                    captions.at(moment).iter().map(|t| t.parse().expect("a number")).collect();
                found.sort_unstable();
                let wanted: Vec<usize> = (0..spans.len())
                    .filter(|i| (spans[*i].0..spans[*i].0 + spans[*i].1).contains(&moment))
                    .collect();
                prop_assert_eq!(found, wanted);
            }
        }
    }
}
