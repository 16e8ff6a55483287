//! Captions of a content folder.

use super::complaint::Complaints;
use crate::services::captions;

/// Reads captions and complains about everything that would not be shown; then there is nothing to publish.
pub fn read(text: &str, complaints: &mut Complaints<'_>) -> String {
    captions::read(text).unwrap_or_else(|mistakes| {
        for (line, advice) in mistakes {
            complaints.line(line, advice);
        }
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Option<u32>> {
        let mut complaints = Complaints::about("a.vtt");
        read(text, &mut complaints);
        complaints.into_vec().iter().map(|c| c.line).collect()
    }

    #[test]
    fn good_and_bad_cues() {
        assert_eq!(
            lines("WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n你好\n"),
            []
        );
        assert_eq!(lines("1\n00:00:01,000 --> 00:00:02,000\n你好\n"), []);
        assert_eq!(lines("你好\n00:00:01,000 --> 00:00:02,000\n"), [Some(1)]);
        assert_eq!(
            lines("WEBVTT\n\n00：01,000 --> 00:02,000\nx\n\n00:03.000 --> 00:02.000\ny\n\nz"),
            [Some(3), Some(6), Some(9)]
        );
        assert_eq!(lines("WEBVTT\n"), [Some(1)]);
    }

    #[test]
    fn what_is_published_reads_the_same_everywhere() {
        let mut complaints = Complaints::about("a.srt");
        let text =
            "1\n0:00:01,5 --> 0:00:02,0\n<i>血压</i><140\n2\n00:00:03,000 --> 00:00:04,000\n二";
        let published = read(text, &mut complaints);
        assert!(complaints.is_empty());
        assert_eq!(
            published,
            "WEBVTT\n\n00:00:01.500 --> 00:00:02.000\n血压&lt;140\n\n00:00:03.000 --> 00:00:04.000\n二\n"
        );
    }
}
