//! WebVTT captions: checked here, so that a TV never meets a file it cannot show.

use super::complaint::Complaints;

/// Checks captions and complains about every cue that would not be shown.
pub fn check(text: &str, complaints: &mut Complaints<'_>) {
    if !text.lines().next().is_some_and(|line| {
        line == "WEBVTT" || line.starts_with("WEBVTT ") || line.starts_with("WEBVTT\t")
    }) {
        complaints.line(1, "字幕文件的第一行应当是 WEBVTT");
        return;
    }
    let mut cues = 0;
    for (line, number) in text.lines().zip(1_u32..) {
        let Some((start, rest)) = line.split_once("-->") else {
            continue;
        };
        let end = rest.split_whitespace().next().unwrap_or_default();
        match (time_ms(start.trim()), time_ms(end)) {
            (Some(start), Some(end)) if start < end => cues += 1,
            (Some(_), Some(_)) => complaints.line(number, "字幕的结束时间要晚于开始时间"),
            _ => complaints.line(number, "字幕时间应当写成 00:00:05.000 --> 00:00:08.500"),
        }
    }
    if cues == 0 && complaints.is_empty() {
        complaints.line(1, "字幕文件里没有一句字幕");
    }
}

/// Milliseconds of `MM:SS.mmm` or `HH:MM:SS.mmm`.
fn time_ms(text: &str) -> Option<u64> {
    let (clock, millis) = text.split_once('.')?;
    if millis.len() != 3 {
        return None;
    }
    let parts: Vec<u64> = clock
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts[..] {
        [minutes, seconds] => (0, minutes, seconds),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    if minutes > 59 || seconds > 59 || hours > 99 {
        return None;
    }
    Some(((hours * 60 + minutes) * 60 + seconds) * 1_000 + millis.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Option<u32>> {
        let mut complaints = Complaints::about("a.vtt");
        check(text, &mut complaints);
        complaints.into_vec().iter().map(|c| c.line).collect()
    }

    #[test]
    fn good_and_bad_cues() {
        assert_eq!(
            lines("WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n你好\n"),
            []
        );
        assert_eq!(lines("1\n00:00:01,000 --> 00:00:02,000\n"), [Some(1)]);
        assert_eq!(
            lines("WEBVTT\n\n00:01,000 --> 00:02,000\nx\n\n00:03.000 --> 00:02.000\ny"),
            [Some(3), Some(6)]
        );
        assert_eq!(lines("WEBVTT\n"), [Some(1)]);
    }
}
