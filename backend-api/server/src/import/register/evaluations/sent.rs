//! The questions of a file that was sent, for somebody who goes on writing them in the console.

use contract::error::FieldError;
use contract::evaluation::EvaluationKind;
use contract::form::Form;

use super::super::super::complaint::{Complaint, Complaints};
use super::super::super::text;
use super::{file, questions};
use crate::services::kit::error::{Result, ServiceError};

/// Reads the questions of a table (CSV), or those below `[[题目]]` of a file as the folder of evaluations has them (TOML);
/// what stands above them there is left aside.
///
/// # Errors
/// [`ServiceError::Invalid`] with every line that is wrong, its field being `line[N]`.
pub fn read_questions(bytes: &[u8]) -> Result<Form> {
    let mut complaints = Complaints::about("");
    let form = match text::decode(bytes) {
        Ok(text) => of_text(&text, &mut complaints),
        Err(error) => {
            complaints.line(error.line, error.message);
            Form::default()
        }
    };
    let wrong = complaints.into_vec();
    if wrong.is_empty() {
        Ok(form)
    } else {
        Err(ServiceError::Invalid(
            wrong.into_iter().map(field).collect(),
        ))
    }
}

fn of_text(text: &str, complaints: &mut Complaints<'_>) -> Form {
    let is_block = |line: &str| line.starts_with("[[") || line.starts_with('［');
    if !text.lines().map(str::trim).any(is_block) {
        return file::of_table(text, EvaluationKind::Evaluation, complaints);
    }
    let (_, written) = questions::blocks(text, 1, complaints);
    questions::form(&written, false, complaints)
}

fn field(Complaint { line, message, .. }: Complaint) -> FieldError {
    match line {
        Some(line) => FieldError {
            field: format!("line[{line}]"),
            message: format!("第 {line} 行：{message}"),
        },
        None => FieldError {
            field: "file".to_owned(),
            message,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "题目,类型,选项\n满意吗？,等级,满意、不满意、不清楚\n";

    fn wrong(text: &str) -> Vec<(String, String)> {
        match read_questions(text.as_bytes()).unwrap_err() {
            ServiceError::Invalid(fields) => fields
                .into_iter()
                .map(|it| (it.field, it.message))
                .collect(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_table_and_a_file_of_the_folder_have_the_same_questions() {
        let table = read_questions(TABLE.as_bytes()).unwrap();
        assert_eq!(table.questions.len(), 1);
        assert_eq!(table.faults(), []);
        let file = "标题 = 水利站\n\n[[题目]]\n题目 = 满意吗？\n类型 = 等级\n等级 = 满意、不满意、不清楚\n";
        assert_eq!(read_questions(file.as_bytes()).unwrap(), table);
        // As spreadsheets write it.
        let (bytes, _, _) = encoding_rs::GB18030.encode(TABLE);
        assert_eq!(read_questions(&bytes).unwrap(), table);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let kind = wrong("题目,类型,选项\n满意吗？,打星,1、2\n");
        assert_eq!(kind[0].0, "line[2]");
        assert!(kind[0].1.starts_with("第 2 行：类型“打星”"), "{kind:?}");
        assert_eq!(wrong("")[0].0, "file");
        assert_eq!(wrong("题目,类型\n")[0].0, "file");
        assert_eq!(
            wrong("[[别的]]\n题目 = 甲\n类型 = 单选\n选项 = 好、坏\n")[0].0,
            "line[1]"
        );
        // What only the whole shows.
        let twice = wrong("题目,类型,选项\n满意吗？,单选,好、好\n");
        assert!(twice[0].1.contains("有两个选项一样"), "{twice:?}");
        let binary = read_questions(b"PK\x03\x04\0\0").unwrap_err();
        assert!(matches!(binary, ServiceError::Invalid(_)));
    }
}
