//! Whether a form is well made: before anything is announced, by everybody who writes one.

use std::collections::BTreeSet;

use super::{Fault, Form, OnlyIf, Question, QuestionKind};

/// Numbers beyond this have too many digits for a remote control, and are not exact in a browser.
const FARTHEST: i64 = 999_999_999_999;

impl Form {
    /// What is wrong with the form itself, in the order of its questions; empty if it may be announced.
    /// What concerns no question in particular has an empty one.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.questions.is_empty() {
            faults.push(fault("", "至少要有一道题"));
        }
        if self.questions.len() > 60 {
            faults.push(fault("", "题目不能超过60道"));
        }
        let mut seen = BTreeSet::new();
        let mut page = 0;
        for (index, question) in self.questions.iter().enumerate() {
            let mut says = Vec::new();
            if !is_name(&question.id) {
                says.push("题号要用1到20个小写字母、数字或下划线");
            } else if !seen.insert(question.id.as_str()) {
                says.push("题号重复");
            }
            says.extend(of_words(question));
            if question.page < page || question.page > 60 {
                says.push("页码要从前往后排，不能超过60");
            }
            page = page.max(question.page);
            if let Some(only_if) = &question.only_if {
                says.extend(self.of_branch(index, only_if));
            }
            says.extend(of_kind(&question.kind));
            faults.extend(says.into_iter().map(|says| fault(&question.id, says)));
        }
        faults
    }

    fn of_branch(&self, index: usize, only_if: &OnlyIf) -> Option<&'static str> {
        let mut earlier = self.questions.iter().take(index);
        let Some(parent) = earlier.find(|question| question.id == only_if.question) else {
            return Some("条件里写的题目要排在这道题前面");
        };
        let Some(options) = parent.kind.branches() else {
            return Some("条件里写的题目只能是单选、多选或等级题");
        };
        let different: BTreeSet<_> = only_if.any_of.iter().collect();
        if different.is_empty() {
            return Some("条件里没有写选了哪一项");
        }
        let in_bounds = different
            .iter()
            .all(|chosen| usize::try_from(**chosen).is_ok_and(|chosen| chosen < options));
        if different.len() != only_if.any_of.len() || !in_bounds {
            return Some("条件里写的选项没有或重复");
        }
        None
    }
}

impl QuestionKind {
    /// How many options a later question can depend on, if it can.
    fn branches(&self) -> Option<usize> {
        match self {
            Self::One { options } | Self::Several { options, .. } => Some(options.len()),
            Self::Grade { grades, .. } => Some(grades.len()),
            _ => None,
        }
    }
}

fn fault(question: &str, says: &'static str) -> Fault {
    Fault {
        question: question.to_owned(),
        says,
    }
}

fn is_name(id: &str) -> bool {
    (1..=20).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// One line of `1..=most` characters, and not of spaces alone.
fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.trim() == text
        && text.chars().count() <= most
        && !text.chars().any(char::is_control)
}

fn of_words(question: &Question) -> impl Iterator<Item = &'static str> {
    let text =
        (!is_line(&question.text, 120)).then_some("题目要写成一行，1到120个字，前后不留空格");
    let hint = (!question.hint.is_empty() && !is_line(&question.hint, 120))
        .then_some("说明要写成一行，不超过120个字，前后不留空格");
    text.into_iter().chain(hint)
}

fn of_kind(kind: &QuestionKind) -> Option<&'static str> {
    match kind {
        QuestionKind::One { options } => of_options(options),
        QuestionKind::Several {
            options,
            least,
            most,
        } => of_options(options).or_else(|| {
            let all = u32::try_from(options.len()).unwrap_or(u32::MAX);
            (*most == 0 || *most > all || least > most || *least >= all)
                .then_some("最多选几项要在1和选项数之间，最少不能比最多还多，也不能是全部")
        }),
        QuestionKind::Grade {
            grades,
            unknown_last,
        } => of_grades(grades, *unknown_last),
        QuestionKind::Number { least, most, unit } => {
            let near = -FARTHEST..=FARTHEST;
            if least >= most {
                Some("最小的数要比最大的数小")
            } else if !near.contains(least) || !near.contains(most) {
                Some("数字不能超过12位")
            } else if !unit.is_empty() && !is_line(unit, 4) {
                Some("单位不能超过4个字")
            } else {
                None
            }
        }
        QuestionKind::Sentences { sentences, most } => of_lines(
            sentences,
            2..=9,
            30,
            "句子要有2到9句",
            "每句要写成一行，1到30个字，前后不留空格",
            "有两句一样",
        )
        .or_else(|| {
            let all = u32::try_from(sentences.len()).unwrap_or(u32::MAX);
            (*most == 0 || *most > all).then_some("最多选几句要在1和句数之间")
        }),
        QuestionKind::Matrix {
            rows,
            grades,
            unknown_last,
        } => of_lines(
            rows,
            1..=20,
            20,
            "被评的人或单位要有1到20个",
            "被评的人或单位要写成一行，1到20个字，前后不留空格",
            "被评的人或单位有两个一样",
        )
        .or_else(|| of_grades(grades, *unknown_last)),
        QuestionKind::Unknown => Some("这种题目本程序不认识，请先更新"),
    }
}

fn of_options(options: &[String]) -> Option<&'static str> {
    of_lines(
        options,
        2..=9,
        20,
        "选项要有2到9个",
        "每个选项要写成一行，1到20个字，前后不留空格",
        "有两个选项一样",
    )
}

fn of_grades(grades: &[String], unknown_last: bool) -> Option<&'static str> {
    of_lines(
        grades,
        2..=9,
        10,
        "等级要有2到9个",
        "每个等级要写成一行，1到10个字，前后不留空格",
        "有两个等级一样",
    )
    .or_else(|| (unknown_last && grades.len() < 3).then_some("除“不清楚”以外至少要有两个等级"))
}

fn of_lines(
    lines: &[String],
    how_many: std::ops::RangeInclusive<usize>,
    longest: usize,
    number: &'static str,
    length: &'static str,
    same: &'static str,
) -> Option<&'static str> {
    let different: BTreeSet<_> = lines.iter().collect();
    if !how_many.contains(&lines.len()) {
        Some(number)
    } else if !lines.iter().all(|line| is_line(line, longest)) {
        Some(length)
    } else if different.len() != lines.len() {
        Some(same)
    } else {
        None
    }
}
