//! How an evaluation came out, as text and as it is read aloud. Rows stand in the form's order: a
//! sorted list is a ranking.

use crate::evaluation::{Cell, Evaluation, EvaluationResult, QuestionResult, RowResult};

/// The whole result, a sentence or two a piece: the turnout, how a motion ended, then a piece for each
/// row of each question. Empty while there is no result.
#[must_use]
pub fn sentences(evaluation: &Evaluation) -> Vec<String> {
    let Some(result) = &evaluation.result else {
        return Vec::new();
    };
    let mut pieces = vec![turnout(&evaluation.title, result)];
    if let Some(passed) = result.passed {
        let ended = if passed {
            "通过。"
        } else {
            "没有通过。"
        };
        pieces.push(format!("{ended}{}", result.rule));
    }
    for question in &result.questions {
        let asked = evaluation.form.questions.iter();
        let asked = asked.filter(|one| one.id == question.question);
        let text = asked.map(|one| one.text.as_str()).next();
        let text = text.unwrap_or_default();
        pieces.extend(question.rows.iter().map(|one| row(text, question, one)));
    }
    pieces
}

fn turnout(title: &str, result: &EvaluationResult) -> String {
    let EvaluationResult {
        entitled,
        took_part,
        on_paper,
        ..
    } = result;
    let paper = on_paper.map_or_else(String::new, |count| format!("，其中纸票 {count} 份"));
    format!("{title}。应参加 {entitled} 人，收回 {took_part} 份{paper}。")
}

fn row(text: &str, question: &QuestionResult, row: &RowResult) -> String {
    let whom = if row.label.is_empty() {
        String::new()
    } else {
        format!("{}。", row.label)
    };
    let answered = question
        .answered
        .map_or_else(String::new, |count| format!("{count} 人作答。"));
    let cells: Vec<String> = row.cells.iter().map(cell).collect();
    format!("{whom}{text} {answered}{}。", cells.join("，"))
}

fn cell(cell: &Cell) -> String {
    match cell.count {
        Some(count) => format!("{} {count} 人", cell.label),
        None => format!("{} 不公布", cell.label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Form, Question};

    fn counted(label: &str, count: Option<u32>) -> Cell {
        Cell {
            label: label.to_owned(),
            count,
        }
    }

    fn closed() -> Evaluation {
        let question = Question {
            id: "q1".to_owned(),
            text: "来得及时吗？".to_owned(),
            ..Question::default()
        };
        Evaluation {
            title: "镇水利站测评".to_owned(),
            form: Form {
                questions: vec![question],
            },
            result: Some(EvaluationResult {
                entitled: 395,
                took_part: 312,
                questions: vec![QuestionResult {
                    question: "q1".to_owned(),
                    answered: Some(312),
                    rows: vec![RowResult {
                        label: String::new(),
                        cells: vec![
                            counted("很及时", Some(231)),
                            counted("一般、不及时", Some(81)),
                            counted("不清楚", None),
                        ],
                    }],
                }],
                ..EvaluationResult::default()
            }),
            ..Evaluation::default()
        }
    }

    #[test]
    fn a_result_is_told_in_the_order_of_the_form_and_small_figures_are_not() {
        assert_eq!(
            sentences(&closed()),
            [
                "镇水利站测评。应参加 395 人，收回 312 份。",
                "来得及时吗？ 312 人作答。很及时 231 人，一般、不及时 81 人，不清楚 不公布。",
            ]
        );
    }

    #[test]
    fn a_motion_says_how_it_ended_and_why() {
        let mut motion = closed();
        let result = motion.result.as_mut().unwrap();
        (result.passed, result.on_paper) = (Some(false), Some(9));
        result.rule = "应到 16 人，同意 8 人，没有过半数。".to_owned();
        result.questions[0].rows[0].label = "张建国".to_owned();
        let pieces = sentences(&motion);
        assert!(pieces[0].ends_with("其中纸票 9 份。"), "{}", pieces[0]);
        assert_eq!(pieces[1], "没有通过。应到 16 人，同意 8 人，没有过半数。");
        assert!(pieces[2].starts_with("张建国。"), "{}", pieces[2]);
    }

    #[test]
    fn before_the_close_there_is_nothing_to_tell() {
        assert!(sentences(&Evaluation::default()).is_empty());
    }
}
