//! Captions: read here as the television reads them, so that it never meets a file it cannot show.

use contract::captions::{CaptionFile, CaptionProblem};

/// A mistake in a file of captions: its line, and what to write instead.
pub type Mistake = (u32, &'static str);

/// Reads captions as WebVTT or SubRip. What is published is the file that says plainly what was understood.
///
/// # Errors
/// Everything that would not be shown.
pub fn read(text: &str) -> Result<String, Vec<Mistake>> {
    let file = CaptionFile::read(text);
    let mistakes: Vec<Mistake> = file
        .mistakes
        .iter()
        .map(|mistake| (mistake.line, advice(mistake.problem)))
        .collect();
    if mistakes.is_empty() {
        Ok(file.captions.to_webvtt())
    } else {
        Err(mistakes)
    }
}

const fn advice(problem: CaptionProblem) -> &'static str {
    match problem {
        CaptionProblem::NoCaptions => {
            "这不是字幕文件：第一行应当是 WEBVTT，或者像 SRT 那样从 1 开始编号"
        }
        CaptionProblem::Empty => "字幕文件里没有一句字幕",
        CaptionProblem::BadTime => "字幕时间应当写成 00:00:05.000 --> 00:00:08.500",
        CaptionProblem::EndNotAfterStart => "字幕的结束时间要晚于开始时间",
        CaptionProblem::NoTime => {
            "这一行上面没有时间，不会显示：一句字幕里不要有空行，每句上面要有时间"
        }
    }
}
