//! A file that is an evaluation: who is asked what, and when.

use contract::evaluation::EvaluationKind;
use contract::form::Form;
use contract::person::MemberStatus;

use super::super::super::complaint::{Complaint, Complaints};
use super::super::super::date;
use super::super::super::fields::{self, Fields, Key, shorten};
use super::super::super::item::{self, LIST, Lines, ORGANIZATION, TITLE, Word};
use super::questions::{self, Written};
use crate::services::kit::names;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

const KIND: Key = ("kind", &["类别", "种类"]);
const OPENS: Key = ("opens", &["开始", "开始时间", "开始日期"]);
const CLOSES: Key = ("closes", &["截止", "截止时间", "截止日期", "结束"]);

const KEYS: &[Key] = &[
    TITLE,
    LIST,
    ORGANIZATION,
    ("target", &["被评单位", "对象"]),
    KIND,
    ("about", &["说明", "简介"]),
    ("who", &["参加人员", "参加人", "谁参加"]),
    ("named", &["记名", "实名"]),
    OPENS,
    CLOSES,
    ("questions", &["题目表", "题目"]),
];

/// When it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    /// As soon as it is imported.
    Now,
    /// Unix milliseconds.
    At(i64),
}

/// When it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closes {
    /// So many days after it opened.
    After(i64),
    /// Unix milliseconds.
    At(i64),
}

impl Opens {
    /// For what is imported at `now_ms`.
    pub(super) const fn ms(self, now_ms: i64) -> i64 {
        match self {
            Self::Now => now_ms,
            Self::At(ms) => ms,
        }
    }
}

impl Closes {
    /// For what opens then.
    pub(super) const fn ms(self, opens_at_ms: i64) -> i64 {
        match self {
            Self::After(days) => opens_at_ms.saturating_add(days.saturating_mul(DAY_MS)),
            Self::At(ms) => ms,
        }
    }
}

/// An evaluation as it is written; what it names is not looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) title: String,
    pub(super) list: Word,
    pub(super) organization: Word,
    pub(super) target: Option<Word>,
    pub(super) kind: EvaluationKind,
    pub(super) about: String,
    pub(super) statuses: Vec<MemberStatus>,
    pub(super) named: bool,
    pub(super) opens: Opens,
    pub(super) closes: Closes,
    /// The table in which its questions stand, if they stand in one.
    pub(super) table: Option<Word>,
    /// Its questions, if they stand in it.
    pub(super) form: Form,
    /// Where its fields stand.
    pub(super) lines: Lines,
}

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn parse(file: &str, text: &str) -> Result<Item, Vec<Complaint>> {
    let mut complaints = Complaints::about(file);
    if names::is_blank(text) {
        complaints.whole("文件是空的");
        return Err(complaints.into_vec());
    }
    let (head, written) = questions::blocks(text, 1, &mut complaints);
    let fields = fields::parse(head, 1, KEYS, &mut complaints);
    let title = fields.required(TITLE, &mut complaints);
    let list = fields.required(LIST, &mut complaints);
    let organization = fields.required(ORGANIZATION, &mut complaints);
    let opens = opens(&fields, &mut complaints);
    let closes = closes(&fields, &mut complaints);
    let target = fields.text("target", &mut complaints);
    let kind = kind(&fields, &mut complaints);
    let statuses = statuses(&fields, &mut complaints);
    let named = fields.flag("named", &mut complaints);
    let about = fields.text("about", &mut complaints);
    let table = fields.text("questions", &mut complaints);
    let form = form(&written, table.as_ref(), kind, &mut complaints);
    let mut lines = Lines::default();
    let places = [
        ("title", "title"),
        ("list", "list"),
        ("organization_code", "organization"),
        ("target_code", "target"),
        ("kind", "kind"),
        ("about", "about"),
        ("statuses", "who"),
        ("named", "named"),
        ("opens_at_ms", "opens"),
        ("closes_at_ms", "closes"),
        ("form", "questions"),
    ];
    for (field, key) in places {
        if let Some(there) = fields.get(key) {
            lines.put(field, there.line);
        }
    }
    for (index, question) in written.iter().enumerate() {
        lines.put(format!("form.questions[{index}]"), question.line);
        if index == 0 {
            lines.put("form", question.line);
        }
    }
    let read = (title, list, organization, opens, closes);
    let (Some(title), Some(list), Some(organization), Some(opens), Some(closes)) = read else {
        return Err(complaints.into_vec());
    };
    complaints.or(Item {
        title: names::cleaned(&title.0),
        list,
        organization,
        target,
        kind,
        about: about.map_or_else(String::new, |(text, _)| names::text(&text)),
        statuses,
        named,
        opens,
        closes,
        table,
        form,
        lines,
    })
}

fn form(
    written: &[Written],
    table: Option<&Word>,
    kind: EvaluationKind,
    complaints: &mut Complaints<'_>,
) -> Form {
    match (table, written) {
        (Some((_, line)), [_, ..]) => {
            complaints.line(*line, "题目写在表格里，就不能再写 [[题目]]，请只留一种");
            Form::default()
        }
        (Some(_), []) => Form::default(),
        // That is asked in the usual way.
        (None, []) if kind == EvaluationKind::Motion => Form::default(),
        (None, []) => {
            complaints.whole("没有题目：请在后面写 [[题目]]，或者写上 题目表 = \"文件名.csv\"");
            Form::default()
        }
        (None, written) => questions::form(written, kind == EvaluationKind::Motion, complaints),
    }
}

fn opens(fields: &Fields, complaints: &mut Complaints<'_>) -> Option<Opens> {
    let (text, line) = fields.required(OPENS, complaints)?;
    if ["立即", "马上", "现在", "导入后"].contains(&text.as_str()) {
        return Some(Opens::Now);
    }
    let date = date::parse(&text);
    if date.is_none() {
        let message = item::wrong_date(OPENS.0, &text);
        complaints.line(line, format!("{message}；导入后马上开始的，写 立即"));
    }
    date.map(|date| Opens::At(date.start_ms()))
}

fn closes(fields: &Fields, complaints: &mut Complaints<'_>) -> Option<Closes> {
    let (text, line) = fields.required(CLOSES, complaints)?;
    let days = text.trim_end_matches(['后', '内']);
    if let Some(days) = days.strip_suffix('天') {
        let days = days.trim().parse().ok().filter(|days| *days > 0);
        if days.is_none() {
            let message = format!("closes 的“{}”看不懂，可以写 14天", shorten(&text));
            complaints.line(line, message);
        }
        return days.map(Closes::After);
    }
    let date = date::parse(&text);
    if date.is_none() {
        let message = item::wrong_date(CLOSES.0, &text);
        complaints.line(line, format!("{message}；也可以写开始后多少天，例如 14天"));
    }
    date.map(|date| Closes::At(date.end_ms()))
}

fn kind(fields: &Fields, complaints: &mut Complaints<'_>) -> EvaluationKind {
    match fields.required(KIND, complaints) {
        None => EvaluationKind::default(),
        Some((word, line)) => match word.as_str() {
            "测评" | "评议" | "evaluation" => EvaluationKind::Evaluation,
            "问卷" | "调查" | "问卷调查" | "questionnaire" => EvaluationKind::Questionnaire,
            "表决" | "投票" | "motion" => EvaluationKind::Motion,
            other => {
                let message = format!("类别“{}”不认识，可以写 测评、问卷、表决", shorten(other));
                complaints.line(line, message);
                EvaluationKind::default()
            }
        },
    }
}

fn statuses(fields: &Fields, complaints: &mut Complaints<'_>) -> Vec<MemberStatus> {
    let mut statuses = Vec::new();
    let words = fields.texts("who", complaints);
    let mut everybody = false;
    let parts = words.iter().flat_map(|(text, line)| {
        text.split(['、', '，', ',', ' ', '|'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(move |word| (word, *line))
    });
    for (word, line) in parts {
        match word {
            "全体" | "所有人" | "全体村民" | "全部" => everybody = true,
            "党员" => statuses.extend([MemberStatus::Full, MemberStatus::Probationary]),
            "正式党员" => statuses.push(MemberStatus::Full),
            "预备党员" => statuses.push(MemberStatus::Probationary),
            "发展对象" => statuses.push(MemberStatus::DevelopmentTarget),
            "积极分子" | "入党积极分子" => statuses.push(MemberStatus::Activist),
            "申请人" | "入党申请人" => statuses.push(MemberStatus::Applicant),
            "群众" | "村民" => statuses.push(MemberStatus::Villager),
            other => complaints.line(
                line,
                format!(
                    "参加人员“{}”不认识，可以写 全体，或 正式党员、预备党员、发展对象、积极分子、申请人、群众",
                    shorten(other)
                ),
            ),
        }
    }
    if everybody {
        statuses.clear();
    }
    let mut once = Vec::new();
    for status in statuses {
        if !once.contains(&status) {
            once.push(status);
        }
    }
    once
}

/// The file and, if its questions stand in a table, that one: what was understood, and every complaint. For
/// whoever attacks it.
pub(in crate::import) fn read(text: &str, table: &str) -> (Option<Form>, Vec<Complaint>) {
    match parse("", text) {
        Err(complaints) => (None, complaints),
        Ok(item) if item.table.is_none() => (Some(item.form), Vec::new()),
        Ok(item) => {
            let mut complaints = Complaints::about("");
            let form = of_table(table, item.kind, &mut complaints);
            (Some(form), complaints.into_vec())
        }
    }
}

/// The questions of a table.
pub(super) fn of_table(text: &str, kind: EvaluationKind, complaints: &mut Complaints<'_>) -> Form {
    let rows = questions::rows(text, complaints);
    if rows.is_empty() && complaints.is_empty() {
        complaints.whole("表格里没有题目，请从第二行起一行写一道题");
    }
    if rows.is_empty() {
        return Form::default();
    }
    questions::form(&rows, kind == EvaluationKind::Motion, complaints)
}
