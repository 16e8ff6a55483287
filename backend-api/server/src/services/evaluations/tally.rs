//! What can be chosen in a question, and what a ballot chose: the plain figures, which nobody but
//! [`suppress`](super::suppress) may see.

use contract::form::{Answer, Form, Question, QuestionKind};

/// What whoever left out a question that need not be answered is counted under.
pub const NOTHING: &str = "没有回答";

/// Bands that a number is counted in, at most: where they begin depends on the form alone, never on what was
/// answered.
const BANDS: u64 = 9;

/// What is counted together: a question, or a row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whom it is about; empty where a question has one row.
    pub label: String,
    /// What can be chosen, in the order of the form.
    pub options: Vec<String>,
    /// So many can be chosen, at least and at most, if several can.
    pub several: Option<(u32, u32)>,
}

/// The rows of a question; none for one that this program does not know.
#[must_use]
pub fn rows(question: &Question) -> Vec<Row> {
    let one = |options: &[String], several: Option<(u32, u32)>| {
        vec![Row {
            label: String::new(),
            options: options.to_vec(),
            // Of several at most one is like one.
            several: several.filter(|(_, most)| *most > 1),
        }]
    };
    match &question.kind {
        QuestionKind::One { options } => one(options, None),
        QuestionKind::Grade { grades, .. } => one(grades, None),
        QuestionKind::Several {
            options,
            least,
            most,
        } => one(options, Some((*least, *most))),
        QuestionKind::Sentences { sentences, most } => one(sentences, Some((0, *most))),
        QuestionKind::Number { least, most, unit } => one(&bands(*least, *most, unit), None),
        QuestionKind::Matrix { rows, grades, .. } => rows
            .iter()
            .map(|row| Row {
                label: row.clone(),
                options: grades.clone(),
                several: None,
            })
            .collect(),
        QuestionKind::Unknown => Vec::new(),
    }
}

/// What a ballot chose in a row: indices of [`Row::options`]; empty if it says nothing there. `None` if the
/// question was not asked of it.
#[must_use]
pub fn chosen(form: &Form, question: usize, row: usize, ballot: &[Answer]) -> Option<Vec<usize>> {
    let asked = form.questions.get(question)?;
    if !form.asks(question, ballot) {
        return None;
    }
    let Some(answer) = ballot.iter().find(|answer| answer.question == asked.id) else {
        return Some(Vec::new());
    };
    let index = |chosen: Option<u32>| chosen.and_then(|it| usize::try_from(it).ok());
    let chosen: Vec<usize> = match &asked.kind {
        QuestionKind::Number { least, most, .. } => answer
            .number
            .and_then(|number| band(*least, *most, number))
            .into_iter()
            .collect(),
        QuestionKind::Matrix { .. } => {
            let here = answer.chosen.get(row).copied();
            here.and_then(index).into_iter().collect()
        }
        _ => answer.chosen.iter().filter_map(|it| index(*it)).collect(),
    };
    Some(chosen)
}

fn width(least: i64, most: i64) -> u64 {
    most.abs_diff(least).saturating_add(1).div_ceil(BANDS)
}

fn band(least: i64, most: i64, number: i64) -> Option<usize> {
    let inside = (least..=most).contains(&number);
    let band = inside.then(|| number.abs_diff(least) / width(least, most));
    band.and_then(|band| usize::try_from(band).ok())
}

fn bands(least: i64, most: i64, unit: &str) -> Vec<String> {
    let width = width(least, most);
    let mut bands = Vec::new();
    let mut from = least;
    while from <= most {
        let to = from.saturating_add_unsigned(width - 1).min(most);
        bands.push(if from == to {
            format!("{from}{unit}")
        } else {
            format!("{from}～{to}{unit}")
        });
        let Some(next) = to.checked_add(1) else {
            break;
        };
        from = next;
    }
    bands
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bands_of_numbers() {
        assert_eq!(bands(0, 3, "次"), ["0次", "1次", "2次", "3次"]);
        assert_eq!(bands(1, 20, "")[..2], ["1～3", "4～6"]);
        assert_eq!(bands(1, 20, "").last().unwrap(), "19～20");
        assert_eq!(bands(i64::MIN, i64::MAX, "").len(), 9);
    }

    proptest! {
        #[test]
        fn every_number_is_in_its_band(least in -500_i64..500, more in 0_i64..500, at in 0_i64..500) {
            let most = least + more;
            let number = least + at.min(more);
            let bands = bands(least, most, "");
            prop_assert!(bands.len() <= 9);
            let band = &bands[band(least, most, number).unwrap()];
            let (from, to) = band.split_once('～').unwrap_or((band, band));
            let (from, to): (i64, i64) = (from.parse().unwrap(), to.parse().unwrap());
            prop_assert!((from..=to).contains(&number));
            prop_assert_eq!(super::band(least, most, most + 1), None);
        }
    }
}
