//! Questions as an office writes them, below `[[题目]]` or as the rows of a table.

use contract::form::{Form, OnlyIf, Question, QuestionKind};

use super::super::super::complaint::Complaints;
use super::super::super::fields::{self, Fields, Key, shorten};
use super::super::super::table;
use crate::services::kit::names;

pub(super) const KEYS: &[Key] = &[
    ("text", &["题目", "问题", "内容"]),
    ("hint", &["提示", "说明"]),
    ("kind", &["类型", "题型"]),
    ("options", &["选项", "等级", "句子"]),
    ("rows", &["评谁", "被评人", "被评单位"]),
    ("least", &["最少", "最小"]),
    ("most", &["最多", "最大"]),
    ("unit", &["单位", "计量单位"]),
    ("required", &["必答", "必填"]),
    ("page", &["页", "页码"]),
    ("only_if", &["条件", "什么时候问"]),
];

/// What stands between two options that are written one behind the other.
const BETWEEN: [char; 6] = ['、', '|', '｜', '；', ';', '/'];

/// What a grade is called that says nothing.
const UNKNOWN: [&str; 5] = ["不清楚", "不了解", "说不清", "不知道", "弃权"];

/// What a motion asks, if nothing is written.
const MOTION: [&str; 3] = ["同意", "反对", "弃权"];

/// A question as it is written.
pub(super) struct Written {
    /// Where it stands.
    pub(super) line: u32,
    cells: Vec<Cell>,
}

struct Cell {
    key: &'static str,
    line: u32,
    texts: Vec<String>,
    /// It was a list, whose items are as they are.
    is_list: bool,
}

impl Written {
    /// What stands below `[[题目]]`, in this line.
    pub(super) fn block(line: u32, fields: &Fields, complaints: &mut Complaints<'_>) -> Self {
        let mut cells = Vec::new();
        for (key, _) in KEYS {
            let Some(field) = fields.get(key) else {
                continue;
            };
            let is_list = field.value.is_array();
            let texts = match &field.value {
                toml::Value::Boolean(yes) => vec![if *yes { "是" } else { "否" }.to_owned()],
                _ => fields
                    .texts(key, complaints)
                    .into_iter()
                    .map(|(text, _)| names::cleaned(&text))
                    .collect(),
            };
            cells.push(Cell {
                key,
                line: field.line,
                texts,
                is_list,
            });
        }
        Self { line, cells }
    }

    fn cell(&self, key: &str) -> Option<&Cell> {
        let cell = self.cells.iter().find(|cell| cell.key == key);
        cell.filter(|cell| cell.texts.iter().any(|text| !text.is_empty()))
    }

    fn line_of(&self, key: &str) -> u32 {
        self.cell(key).map_or(self.line, |cell| cell.line)
    }

    fn text(&self, key: &str) -> String {
        self.cell(key)
            .map_or_else(String::new, |cell| cell.texts.join("、"))
    }

    /// Several: a list, or one text taken apart.
    fn texts(&self, key: &str) -> Vec<String> {
        let Some(cell) = self.cell(key) else {
            return Vec::new();
        };
        if cell.is_list {
            return cell.texts.clone();
        }
        let text = cell.texts.join("、");
        let mark = BETWEEN
            .into_iter()
            // Somebody who uses another mark wants the enumeration comma in an option.
            .rev()
            .find(|mark| *mark != '/' && text.contains(*mark))
            .or_else(|| text.contains('/').then_some('/'));
        let parts = match mark {
            Some(mark) => text.split(mark).collect(),
            None => vec![text.as_str()],
        };
        parts
            .into_iter()
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn number<N: std::str::FromStr>(
        &self,
        key: &'static str,
        chinese: &str,
        complaints: &mut Complaints<'_>,
    ) -> Option<N> {
        let cell = self.cell(key)?;
        let text = self.text(key);
        let number = text.parse().ok();
        if number.is_none() {
            complaints.line(
                cell.line,
                format!("{chinese}“{}”应当是一个整数，例如 3", shorten(&text)),
            );
        }
        number
    }

    fn flag(&self, key: &'static str, chinese: &str, complaints: &mut Complaints<'_>) -> bool {
        match self.text(key).as_str() {
            "" | "是" | "yes" | "true" | "必答" => true,
            "否" | "no" | "false" | "不必" | "选答" => false,
            other => {
                let message = format!("{chinese}“{}”只能写 是 或 否", shorten(other));
                complaints.line(self.line_of(key), message);
                true
            }
        }
    }
}

/// The rows of a table.
pub(super) fn rows(text: &str, complaints: &mut Complaints<'_>) -> Vec<Written> {
    const FIRST_LINE: &str =
        "第一行应当有：题目,类型,选项（还可以有：提示,评谁,最少,最多,单位,必答,页,条件）";
    let mut records = table::read_csv(text, complaints).rows.into_iter();
    let Some((line, header)) = records.next() else {
        if complaints.is_empty() {
            complaints.whole(format!("文件是空的，{FIRST_LINE}"));
        }
        return Vec::new();
    };
    let mut columns = Vec::with_capacity(header.len());
    for name in &header {
        let known = KEYS
            .iter()
            .find(|(key, names)| table::is_called(name, names) || table::is_called(name, &[key]));
        if known.is_none() && !name.is_empty() {
            complaints.line(
                line,
                format!("不认识“{}”这一列，{FIRST_LINE}", shorten(name)),
            );
        }
        let column = known.map(|(key, _)| *key);
        if column.is_some() && columns.contains(&column) {
            complaints.line(line, format!("“{}”这一列有两个，请只留一个", shorten(name)));
        }
        columns.push(column);
    }
    if !columns.contains(&Some("text")) {
        complaints.line(line, FIRST_LINE);
        return Vec::new();
    }
    records
        .map(|(line, cells)| Written {
            line,
            cells: columns
                .iter()
                .zip(cells)
                .filter_map(|(column, text)| {
                    Some(Cell {
                        key: (*column)?,
                        line,
                        texts: vec![names::cleaned(&text)],
                        is_list: false,
                    })
                })
                .collect(),
        })
        .collect()
}

/// Makes the form; complains of everything that cannot be in one, also of what only the whole form shows.
pub(super) fn form(written: &[Written], is_motion: bool, complaints: &mut Complaints<'_>) -> Form {
    let mut form = Form::default();
    let mut good = true;
    for (index, written) in written.iter().enumerate() {
        let question = question(written, index, is_motion, &form.questions, complaints);
        good &= question.is_some();
        form.questions.push(question.unwrap_or_else(|| Question {
            id: id(index),
            ..Question::default()
        }));
    }
    // What is missing because a line was not understood is no second mistake.
    if good && complaints.is_empty() {
        for fault in form.faults() {
            let at = form.questions.iter().position(|it| it.id == fault.question);
            let message = match at {
                Some(at) => format!("第 {} 题：{}", at + 1, fault.says),
                None => fault.says.to_owned(),
            };
            complaints.at(at.and_then(|at| written.get(at)).map(|it| it.line), message);
        }
    }
    form
}

fn id(index: usize) -> String {
    format!("q{}", index + 1)
}

fn question(
    written: &Written,
    index: usize,
    is_motion: bool,
    before: &[Question],
    complaints: &mut Complaints<'_>,
) -> Option<Question> {
    let text = written.text("text");
    if text.is_empty() {
        complaints.line(written.line, format!("第 {} 题没有写题目", index + 1));
        return None;
    }
    let required = written.flag("required", "必答", complaints);
    let page = written.number("page", "页", complaints);
    let only_if = written
        .cell("only_if")
        .map(|_| only_if(written, before, complaints));
    let kind = kind(written, is_motion, complaints)?;
    leftover(written, &kind, complaints);
    Some(Question {
        id: id(index),
        text,
        hint: written.text("hint"),
        required,
        page: page.unwrap_or(before.last().map_or(1, |it| it.page)),
        only_if: match only_if {
            Some(only_if) => Some(only_if?),
            None => None,
        },
        kind,
    })
}

fn kind(
    written: &Written,
    is_motion: bool,
    complaints: &mut Complaints<'_>,
) -> Option<QuestionKind> {
    const KINDS: &str = "单选、多选、等级、数字、选句、逐个评";
    let mut options = written.texts("options");
    let unknown_last = options
        .last()
        .is_some_and(|last| UNKNOWN.contains(&last.as_str()));
    let word = written.text("kind");
    let need = |complaints: &mut Complaints<'_>, key: &str, message: &str| {
        if written.cell(key).is_none() {
            complaints.line(written.line, message);
        }
    };
    let of_options = "缺少选项，请写在 选项 里，用“、”隔开";
    Some(match word.as_str() {
        "" if is_motion => {
            if options.is_empty() {
                options = MOTION.map(str::to_owned).to_vec();
            }
            QuestionKind::One { options }
        }
        "单选" | "单选题" | "one" => {
            need(complaints, "options", of_options);
            QuestionKind::One { options }
        }
        "多选" | "多选题" | "several" => {
            need(complaints, "options", of_options);
            let all = u32::try_from(options.len()).unwrap_or(u32::MAX);
            let least = written.number("least", "最少", complaints);
            let most = written.number("most", "最多", complaints);
            QuestionKind::Several {
                options,
                least: least.unwrap_or(1),
                most: most.unwrap_or(all),
            }
        }
        "等级" | "等级题" | "满意度" | "grade" => {
            need(
                complaints,
                "options",
                "缺少等级，请写在 等级 里，从好到差，用“、”隔开",
            );
            QuestionKind::Grade {
                grades: options,
                unknown_last,
            }
        }
        "数字" | "填数" | "number" => {
            let limits = "数字题要写明最小和最大";
            need(complaints, "least", limits);
            need(complaints, "most", limits);
            QuestionKind::Number {
                least: written.number("least", "最小", complaints)?,
                most: written.number("most", "最大", complaints)?,
                unit: written.text("unit"),
            }
        }
        "选句" | "句子" | "意见" | "sentences" => {
            need(
                complaints,
                "options",
                "缺少可以选的句子，请写在 句子 里，用“|”隔开",
            );
            let all = u32::try_from(options.len()).unwrap_or(u32::MAX);
            let most = written.number("most", "最多", complaints);
            QuestionKind::Sentences {
                sentences: options,
                most: most.unwrap_or(all),
            }
        }
        "逐个评" | "逐一评" | "矩阵" | "matrix" => {
            need(
                complaints,
                "options",
                "缺少等级，请写在 等级 里，从好到差，用“、”隔开",
            );
            need(
                complaints,
                "rows",
                "缺少被评的人或单位，请写在 评谁 里，用“、”隔开",
            );
            QuestionKind::Matrix {
                rows: written.texts("rows"),
                grades: options,
                unknown_last,
            }
        }
        "" => {
            complaints.line(written.line, format!("缺少类型，可以写 {KINDS}"));
            return None;
        }
        other => {
            let message = format!("类型“{}”不认识，可以写 {KINDS}", shorten(other));
            complaints.line(written.line_of("kind"), message);
            return None;
        }
    })
}

/// What stands there and means nothing to this kind of question.
fn leftover(written: &Written, kind: &QuestionKind, complaints: &mut Complaints<'_>) {
    let means: &[&str] = match kind {
        QuestionKind::Several { .. } => &["options", "least", "most"],
        QuestionKind::Sentences { .. } => &["options", "most"],
        QuestionKind::Number { .. } => &["least", "most", "unit"],
        QuestionKind::Matrix { .. } => &["options", "rows"],
        _ => &["options"],
    };
    for (key, names) in KEYS {
        let special = ["options", "rows", "least", "most", "unit"].contains(key);
        if special && !means.contains(key) && written.cell(key).is_some() {
            let message = format!("这种题目用不着“{}”，请删去，或改正类型", names[0]);
            complaints.line(written.line_of(key), message);
        }
    }
}

/// `2：不满意、很不满意`, or `第2题=不满意`: the question by its place, its options by their words.
fn only_if(
    written: &Written,
    before: &[Question],
    complaints: &mut Complaints<'_>,
) -> Option<OnlyIf> {
    const EXAMPLE: &str = "条件要写成：题的序号：选项，例如 2：不满意、很不满意";
    let line = written.line_of("only_if");
    let text = written.text("only_if");
    let Some((place, words)) = text.split_once(['：', ':', '=', '＝']) else {
        complaints.line(line, EXAMPLE);
        return None;
    };
    let place = place.trim().trim_start_matches(['第', 'q', 'Q']);
    let place = place.trim_end_matches(['题', ' ']).trim();
    let Ok(place) = place.parse::<usize>() else {
        complaints.line(line, EXAMPLE);
        return None;
    };
    let Some(parent) = place.checked_sub(1).and_then(|at| before.get(at)) else {
        complaints.line(line, format!("条件里的第 {place} 题要排在这道题前面"));
        return None;
    };
    let options: &[String] = match &parent.kind {
        QuestionKind::One { options } | QuestionKind::Several { options, .. } => options,
        QuestionKind::Grade { grades, .. } => grades,
        _ => &[],
    };
    if options.is_empty() {
        let message = format!("条件里的第 {place} 题要是单选、多选或等级题");
        complaints.line(line, message);
        return None;
    }
    let mut any_of = Vec::new();
    // An option may itself have a mark in it.
    let whole = [words.trim()];
    let parts: Vec<&str> = if options.iter().any(|option| option == whole[0]) {
        whole.to_vec()
    } else {
        words.split(BETWEEN).map(str::trim).collect()
    };
    for word in parts {
        match options.iter().position(|option| option == word) {
            Some(at) => any_of.extend(u32::try_from(at)),
            None => {
                let message = format!(
                    "第 {place} 题没有选项“{}”，有的是：{}",
                    shorten(word),
                    options.join("、")
                );
                complaints.line(line, message);
                return None;
            }
        }
    }
    any_of.sort_unstable();
    any_of.dedup();
    Some(OnlyIf {
        question: parent.id.clone(),
        any_of,
    })
}

/// Takes the questions out of a file: the head before the first of them, and where it ends.
pub(super) fn blocks<'a>(
    text: &'a str,
    first_line: u32,
    complaints: &mut Complaints<'_>,
) -> (&'a str, Vec<Written>) {
    let mut head = text;
    let mut open: Option<(usize, u32)> = None;
    let mut written = Vec::new();
    let mut at = 0;
    let mut close = |open: Option<(usize, u32)>, end: usize, complaints: &mut Complaints<'_>| {
        let Some((from, line)) = open else {
            return;
        };
        let body = text.get(from..end).unwrap_or_default();
        let fields = fields::parse(body, line + 1, KEYS, complaints);
        written.push(Written::block(line, &fields, complaints));
    };
    for (line, number) in text.split_inclusive('\n').zip(first_line..) {
        let plain = line.trim();
        if plain.starts_with("[[") || plain.starts_with('［') {
            let name = plain.trim_matches(['[', ']', '［', '］', ' ']);
            if open.is_none() {
                head = &text[..at];
            }
            close(open.take(), at, complaints);
            open = Some((at + line.len(), number));
            if !["question", "题目", "题"].contains(&name) {
                let message = format!("“{}”不认识，每道题前面要有一行 [[题目]]", shorten(plain));
                complaints.line(number, message);
            }
        }
        at += line.len();
    }
    close(open, text.len(), complaints);
    (head, written)
}
