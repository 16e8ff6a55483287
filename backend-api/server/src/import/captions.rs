//! Captions: read here as the television reads them, so that it never meets a file it cannot show.

use contract::captions::{CaptionFile, CaptionProblem};

use super::complaint::Complaints;

/// Reads captions and complains about everything that would not be shown. What is published is the file
/// that says plainly what was understood.
pub fn read(text: &str, complaints: &mut Complaints<'_>) -> String {
    let file = CaptionFile::read(text);
    for mistake in file.mistakes {
        let advice = match mistake.problem {
            CaptionProblem::NoCaptions => {
                "这不是字幕文件：第一行应当是 WEBVTT，或者像 SRT 那样从 1 开始编号"
            }
            CaptionProblem::Empty => "字幕文件里没有一句字幕",
            CaptionProblem::BadTime => "字幕时间应当写成 00:00:05.000 --> 00:00:08.500",
            CaptionProblem::EndNotAfterStart => "字幕的结束时间要晚于开始时间",
            CaptionProblem::NoTime => {
                "这一行上面没有时间，不会显示：一句字幕里不要有空行，每句上面要有时间"
            }
        };
        complaints.line(mistake.line, advice);
    }
    file.captions.to_webvtt()
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
