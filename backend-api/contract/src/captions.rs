//! Captions, WebVTT (<https://www.w3.org/TR/webvtt1/>) or SubRip: what a television shows of them, which
//! is the time and the plain text. Positions, colours and fonts are the screen's business, so settings,
//! styles and regions are read over.
//!
//! One reader for the import, which complains of what it could not read, and for the television, which
//! shows the rest. Our own: those on crates.io refuse byte order marks, hours left out or text without a
//! blank line at the end, all of which captions written by hand have. Every line with `-->` begins a cue,
//! whether there is a blank line before it or not; a line of white space is blank; a `<` that begins no
//! tag is a `<`.

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

/// Something in a caption file that is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptionMistake {
    /// Line number, from 1.
    pub line: u32,
    /// What is wrong there.
    pub problem: CaptionProblem,
}

/// What can be wrong with a caption file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionProblem {
    /// It is neither WebVTT nor SubRip.
    NoCaptions,
    /// It has not one cue.
    Empty,
    /// A time that cannot be read.
    BadTime,
    /// A cue that does not end after it begins.
    EndNotAfterStart,
    /// Words that stand below no time.
    NoTime,
}

/// A caption file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptionFile {
    /// What can be shown.
    pub captions: Captions,
    /// What cannot, in the order of the lines.
    pub mistakes: Vec<CaptionMistake>,
    /// It is WebVTT, and not SubRip.
    pub is_webvtt: bool,
}

impl CaptionFile {
    /// Reads a file.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<&str> = text.split('\n').collect();
        let Some(first) = lines.iter().position(|line| !is_blank(line)) else {
            return Self::refused(1, CaptionProblem::Empty);
        };
        let is_webvtt = is_keyword(lines[first], "WEBVTT");
        let subrip = is_time(lines[first])
            || number(lines[first]).is_some() && lines.get(first + 1).is_some_and(|it| is_time(it));
        if !is_webvtt && !subrip {
            return Self::refused(first + 1, CaptionProblem::NoCaptions);
        }
        let mut reader = Reader {
            lines: &lines,
            at: first,
            cues: Vec::new(),
            mistakes: Vec::new(),
            last_number: None,
            times: 0,
        };
        if is_webvtt {
            // What follows the header up to the first blank line is metadata.
            reader.skip_block();
        }
        while reader.at < lines.len() {
            reader.step();
        }
        let Reader {
            cues,
            mut mistakes,
            times,
            ..
        } = reader;
        if times == 0 && mistakes.is_empty() {
            mistakes.push(mistake(first, CaptionProblem::Empty));
        }
        Self {
            captions: Captions::new(cues),
            mistakes,
            is_webvtt,
        }
    }

    fn refused(line: usize, problem: CaptionProblem) -> Self {
        Self {
            mistakes: vec![mistake(line - 1, problem)],
            ..Self::default()
        }
    }
}

impl Captions {
    /// What of a file can be shown; nothing if it is not text in UTF-8.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        Some(CaptionFile::read(text).captions)
    }

    /// The file, as WebVTT, that reads as these captions.
    #[must_use]
    pub fn to_webvtt(&self) -> String {
        let mut file = String::from("WEBVTT\n");
        for Cue {
            start_ms,
            end_ms,
            text,
        } in &self.cues
        {
            let text = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            file += &format!("\n{} --> {}\n{text}\n", time(*start_ms), time(*end_ms));
        }
        file
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

/// `hh:mm:ss.mmm`.
fn time(ms: i64) -> String {
    let (minutes, rest) = (ms / 60_000, ms % 60_000);
    let (seconds, ms) = (rest / 1_000, rest % 1_000);
    format!(
        "{:02}:{:02}:{seconds:02}.{ms:03}",
        minutes / 60,
        minutes % 60
    )
}

struct Reader<'a> {
    lines: &'a [&'a str],
    at: usize,
    cues: Vec<Cue>,
    mistakes: Vec<CaptionMistake>,
    /// The number above the last cue.
    last_number: Option<u64>,
    /// Lines with times, good or bad.
    times: usize,
}

impl Reader<'_> {
    /// Reads what begins at this line.
    fn step(&mut self) {
        let line = self.lines[self.at];
        let before_a_time = self
            .lines
            .get(self.at + 1)
            .is_some_and(|next| is_time(next));
        if is_blank(line) {
            self.at += 1;
        } else if is_time(line) {
            self.cue();
        } else if before_a_time {
            self.last_number = number(line);
            self.at += 1;
        } else {
            let passed = ["NOTE", "STYLE", "REGION"]
                .iter()
                .any(|word| is_keyword(line, word));
            if !passed {
                self.mistakes.push(mistake(self.at, CaptionProblem::NoTime));
            }
            self.skip_block();
        }
    }

    /// To the next blank line, or to the next time and the number above it.
    fn skip_block(&mut self) {
        self.at += 1;
        while let Some(line) = self.lines.get(self.at) {
            let next = self.lines.get(self.at + 1);
            let numbered = number(line).is_some() && next.is_some_and(|next| is_time(next));
            if is_blank(line) || is_time(line) || numbered {
                return;
            }
            self.at += 1;
        }
    }

    fn cue(&mut self) {
        let begin = self.at;
        let rest = self.lines.iter().skip(begin + 1);
        let words = rest.take_while(|line| !is_blank(line) && !is_time(line));
        let mut words: Vec<&str> = words.copied().collect();
        self.at = begin + 1 + words.len();
        self.times += 1;
        // Without a blank line before it the next cue's number looks like words of this one; it is its
        // number only where the cues are counted, for it may as well be a year.
        if self.lines.get(self.at).is_some_and(|line| is_time(line))
            && let Some(next) = words.last().and_then(|line| number(line))
            && self
                .last_number
                .is_some_and(|last| next == last.saturating_add(1))
        {
            words.pop();
            self.last_number = Some(next);
        }
        let (start, rest) = self.lines[begin].split_once("-->").unwrap_or_default();
        let end = rest.split_whitespace().next().unwrap_or_default();
        match (parse_time(start.trim()), parse_time(end)) {
            (Some(start_ms), Some(end_ms)) if start_ms < end_ms => {
                let text = plain_text(&words.join("\n"));
                if !text.is_empty() {
                    self.cues.push(Cue {
                        start_ms,
                        end_ms,
                        text,
                    });
                }
            }
            (Some(_), Some(_)) => {
                self.mistakes
                    .push(mistake(begin, CaptionProblem::EndNotAfterStart));
            }
            _ => self.mistakes.push(mistake(begin, CaptionProblem::BadTime)),
        }
    }
}

/// About the line with this index.
fn mistake(index: usize, problem: CaptionProblem) -> CaptionMistake {
    let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
    CaptionMistake { line, problem }
}

fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
}

fn is_time(line: &str) -> bool {
    line.contains("-->")
}

fn number(line: &str) -> Option<u64> {
    let line = line.trim();
    let digits = line.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| line.parse().ok()).flatten()
}

fn is_keyword(line: &str, keyword: &str) -> bool {
    line.strip_prefix(keyword)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// `[h:]m:s[.mmm]` in milliseconds, the point also a comma, as SubRip has it.
fn parse_time(text: &str) -> Option<i64> {
    let digits = |s: &str, most: usize| -> Option<i64> {
        let fits = (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| s.parse().ok()).flatten()
    };
    let (clock, milliseconds) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => {
            digits(fraction, 3)?;
            (clock, digits(&format!("{fraction:0<3}"), 3)?)
        }
        None => (text, 0),
    };
    let mut parts = clock.rsplit(':');
    let seconds = digits(parts.next()?, 2).filter(|s| *s < 60)?;
    let minutes = digits(parts.next()?, 2).filter(|m| *m < 60)?;
    // Nine digits of hours stay far inside 64 bits of milliseconds.
    let hours = parts.next().map_or(Some(0), |h| digits(h, 9))?;
    parts
        .next()
        .is_none()
        .then_some(((hours * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds)
}

/// Takes tags out and decodes entities.
fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{', '&']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(len) = tag_len(rest) {
            rest = &rest[len..];
            continue;
        }
        let (decoded, used) = match rest.chars().next() {
            Some('&') => decode_entity(rest),
            other => (other.unwrap_or('<'), 1),
        };
        plain.push(decoded);
        rest = &rest[used..];
    }
    plain.push_str(rest);
    // A line of nothing but tags is blank now, and a blank line would end the cue where it is written.
    let lines = plain.split(['\n', '\r']).filter(|line| !is_blank(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The length of the tag the text begins with: one that WebVTT or SubRip knows, or a time. `<140` is none.
fn tag_len(text: &str) -> Option<usize> {
    const NAMES: [&str; 10] = ["c", "i", "b", "u", "s", "v", "lang", "ruby", "rt", "font"];
    if text.starts_with("{\\") {
        return Some(text.find('}')? + 1);
    }
    let end = text.strip_prefix('<')?.find('>')? + 1;
    let inside = text[1..end].trim_start_matches('/');
    let name = inside
        .split(['.', ' ', '\t', '\n'])
        .next()
        .unwrap_or_default();
    let known = NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
    let time = inside.contains(':') && parse_time(inside).is_some();
    (known || time || inside.is_empty()).then_some(end + 1)
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
        let read = CaptionFile::read(text);
        assert_eq!(read.mistakes, []);
        read.captions
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

    fn mistakes(text: &str) -> Vec<(u32, CaptionProblem)> {
        let read = CaptionFile::read(text);
        read.mistakes
            .iter()
            .map(|it| (it.line, it.problem))
            .collect()
    }

    fn texts(text: &str) -> Vec<(i64, i64, String)> {
        let read = CaptionFile::read(text);
        assert_eq!(read.mistakes, [], "{text}");
        let cues = read.captions.cues().iter();
        cues.map(|cue| (cue.start_ms, cue.end_ms, cue.text.clone()))
            .collect()
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_the_rest_is_shown() {
        use CaptionProblem::{BadTime, Empty, EndNotAfterStart, NoCaptions, NoTime};
        assert_eq!(
            mistakes("你好\n00:00.000 --> 00:01.000\na"),
            [(1, NoCaptions)]
        );
        assert_eq!(mistakes("WEBVTTX"), [(1, NoCaptions)]);
        assert_eq!(mistakes("\n \n"), [(1, Empty)]);
        assert_eq!(mistakes("WEBVTT\n\nNOTE 无"), [(1, Empty)]);
        let text = "WEBVTT\n\nid\n00:61.000 --> 00:62.000\na\n\n00：01 --> 00:02\nb\n\n\
            00:02.000 --> 00:01.000\nc\n\n00:01.000 --> 00:01.000\nd\n\n\
            00:05.000 --> 00:06.000\n第一行\n\n第二行\n\n00:07.000 --> 00:08.000\ne";
        assert_eq!(
            mistakes(text),
            [
                (4, BadTime),
                (7, BadTime),
                (10, EndNotAfterStart),
                (13, EndNotAfterStart),
                (19, NoTime)
            ]
        );
        let shown = CaptionFile::read(text).captions;
        assert_eq!(shown.at(5_500), ["第一行"]);
        assert_eq!(shown.at(7_500), ["e"]);
        assert_eq!(Captions::parse(b"WEBVTT\n\n\xff"), None);
    }

    #[test]
    fn a_line_of_white_space_is_blank_and_none_is_needed() {
        let cues =
            |a: &str, b: &str| vec![(1_000, 2_000, a.to_owned()), (3_000, 4_000, b.to_owned())];
        for blank in [" ", "　", "\t", ""] {
            let text = format!(
                "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n第一句\n{blank}\n2\n00:00:03.000 --> 00:00:04.000\n第二句"
            );
            assert_eq!(texts(&text), cues("第一句", "第二句"));
        }
        let text = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n第一句\n00:00:03.000 --> 00:00:04.000\n第二句\n";
        assert_eq!(texts(text), cues("第一句", "第二句"));
        let text =
            "1\n00:00:01,000 --> 00:00:02,000\n第一句\n2\n00:00:03,000 --> 00:00:04,000\n第二句\n";
        assert_eq!(texts(text), cues("第一句", "第二句"));
        let text =
            "WEBVTT\n\n00:01.000 --> 00:02.000\n建成于\n1998\n00:03.000 --> 00:04.000\n第二句\n";
        assert_eq!(texts(text), cues("建成于\n1998", "第二句"));
    }

    #[test]
    fn times_as_people_write_them() {
        let text = "WEBVTT\n\n0:01.000 --> 0:02.5\na\n\n0:00:03 --> 1:00:04.05\nb";
        assert_eq!(
            texts(text),
            [
                (1_000, 2_500, "a".to_owned()),
                (3_000, 3_604_050, "b".to_owned())
            ]
        );
    }

    #[test]
    fn a_line_of_nothing_but_tags_ends_no_cue() {
        let text = "WEBVTT\n\n00:01.000 --> 00:02.000\n一\n<i></i>\n二&#10;&#13;三\n";
        let read = CaptionFile::read(text);
        assert_eq!(read.captions.cues()[0].text, "一\n二\n三");
        let again = CaptionFile::read(&read.captions.to_webvtt());
        assert_eq!(again.captions, read.captions);
    }

    #[test]
    fn a_less_than_sign_is_no_tag() {
        let text =
            "WEBVTT\n\n00:01.000 --> 00:02.000\n血压<140 为正常，>160 请就医\n{\\an8}<i>a</i>{b}";
        assert_eq!(
            texts(text),
            [(
                1_000,
                2_000,
                "血压<140 为正常，>160 请就医\na{b}".to_owned()
            )]
        );
    }

    #[test]
    fn entities_and_tags_that_are_not_closed_do_no_harm() {
        assert_eq!(
            plain_text("a & b &unknown; &#xZZ; &#0; <b"),
            "a & b &unknown; &#xZZ; &#0; <b"
        );
        assert_eq!(plain_text("&#x515A;<00:01.000><c.red>员</c>"), "党员");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Captions::parse(&bytes);
        }

        #[test]
        fn never_panics_on_nearly_good_text(text in "WEBVTT\n\n([0-9:.,<>&#;x \n-]|-->|党){0,120}", at in any::<i64>()) {
            let captions = CaptionFile::read(&text).captions;
            let _ = (captions.at(at), captions.next_change(at));
            let again = CaptionFile::read(&captions.to_webvtt());
            prop_assert_eq!(again.captions, captions);
        }

        #[test]
        fn finds_what_a_plain_search_finds(
            spans in proptest::collection::vec((0_i64..9_000_000, 1_i64..60_000), 1..30),
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
