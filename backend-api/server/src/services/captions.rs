//! Captions: read here as the television reads them, so that it never meets a file it cannot show.

use bytes::Bytes;
use contract::captions::{CaptionFile, CaptionProblem};
use contract::error::FieldError;
use contract::file::FileRef;
use contract::staff_programme::CaptionText;

use super::files::Files;
use super::kit::error::{Result as ServiceResult, ServiceError};

/// Languages of captions that one programme may have.
const MAX_LANGUAGES: usize = 8;

/// So many mistakes of one file are told.
const MAX_MISTAKES: usize = 20;

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

/// Captions in one language, read and stored; `None`: those there are stay.
pub type Stored = (String, Option<FileRef>);

/// Reads captions as they were given, and stores them.
///
/// # Errors
/// [`ServiceError::Invalid`] with every line that is wrong; [`ServiceError::StorageFull`].
pub async fn store(files: &Files, given: &[CaptionText]) -> ServiceResult<Vec<Stored>> {
    let mut wrong = Vec::new();
    let mut all: Vec<(String, Option<String>)> = Vec::new();
    if given.len() > MAX_LANGUAGES {
        let message = format!("字幕最多 {MAX_LANGUAGES} 种语言");
        return Err(ServiceError::field("captions", message));
    }
    for (index, caption) in given.iter().enumerate() {
        let language = caption.language.trim();
        let good = (2..=35).contains(&language.len())
            && language
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !good {
            wrong.push(FieldError {
                field: format!("captions[{index}].language"),
                message: "字幕的语言应当写成 zh-CN 这样的代码".to_owned(),
            });
        } else if all.iter().any(|(other, _)| other == language) {
            wrong.push(FieldError {
                field: format!("captions[{index}].language"),
                message: "同一种语言的字幕只能有一份".to_owned(),
            });
        }
        let text = match caption.text.as_deref().map(read).transpose() {
            Ok(text) => text,
            Err(mistakes) => {
                wrong.extend(
                    mistakes
                        .into_iter()
                        .take(MAX_MISTAKES)
                        .map(|(line, advice)| FieldError {
                            field: format!("captions[{index}].text"),
                            message: format!("第 {line} 行：{advice}"),
                        }),
                );
                None
            }
        };
        all.push((language.to_owned(), text));
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let mut kept = Vec::new();
    for (language, text) in all {
        let file = match text {
            Some(text) => {
                let put = files.put_bytes("vtt", "text/vtt; charset=utf-8", Bytes::from(text));
                Some(put.await?)
            }
            None => None,
        };
        kept.push((language, file));
    }
    Ok(kept)
}
