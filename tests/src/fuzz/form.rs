//! An evaluation of the content folder, with its questions in it or in a table.

use backend_api::import::readers;
use contract::form::{Answer, Form};

use super::Target;

/// Between the file and its table.
const BETWEEN: &str = "\n====\n";

pub(super) const TARGET: Target = Target {
    name: "form",
    check,
    seeds: || {
        let head = "标题 = 镇水利站\n类别 = 测评\n栏目 = evaluations\n单位 = QH\n开始 = 2026-11-16 08:00\n截止 = 14天\n";
        let questions = "[[题目]]\n题目 = 来得及时吗？\n类型 = 等级\n等级 = \"很及时、一般、不清楚\"\n\n[[题目]]\n题目 = 先办什么？\n类型 = 多选\n选项 = [\"水、电\", \"路\"]\n最多 = 2\n必答 = 否\n条件 = \"1：一般、不清楚\"\n";
        let table = "题目,类型,选项,评谁,最少,最多,单位,必答,条件\n收成？,单选,好、差,,,,,,\n为什么？,多选,雨|虫,,1,2,,否,1：差\n几口人？,数字,,,1,12,口,,\n评一评,逐个评,好、差,路灯、垃圾,,,,,\n";
        [
            format!("{head}{questions}"),
            format!("{head}题目表 = a.csv\n{BETWEEN}{table}"),
            "标题 = 修路\n类别 = 表决\n栏目 = evaluations\n单位 = ZJ\n开始 = 立即\n截止 = 2026-12-01\n参加人员 = [\"正式党员\"]\n"
                .to_owned(),
        ]
        .map(String::into_bytes)
        .to_vec()
    },
    words: &[
        "[[题目]]\n",
        "题目 = ",
        "类型 = ",
        "选项 = ",
        "条件 = ",
        "最少 = ",
        "最多 = ",
        "必答 = 否\n",
        "单选",
        "多选",
        "等级",
        "数字",
        "选句",
        "逐个评",
        "表决",
        "题目表 = a.csv\n",
        "、",
        "|",
        "：",
        "=",
        "\"",
        "[",
        "]",
        "\n",
        ",",
        "立即",
        "14天",
        "9999999999999",
        "-1",
    ],
};

fn check(bytes: &[u8]) {
    let Some(text) = readers::text(bytes) else {
        return;
    };
    let (file, table) = text.split_once(BETWEEN).unwrap_or((&text, ""));
    let (form, complaints) = readers::form(file, table);
    let Some(form) = form.filter(|_| complaints.is_empty()) else {
        assert!(!complaints.is_empty(), "left out without a word");
        return;
    };
    // A motion may leave its question to the rule; everything else that is not complained of is a good form.
    if !form.questions.is_empty() {
        assert_eq!(form.faults(), [], "{form:?}");
        walk(&form);
    }
}

/// Goes through the form with answers that choose the first of everything.
fn walk(form: &Form) {
    let answers: Vec<Answer> = form
        .questions
        .iter()
        .map(|question| Answer {
            question: question.id.clone(),
            chosen: vec![Some(0)],
            number: None,
        })
        .collect();
    let (mut at, mut asked) = (None, 0);
    while let Some(next) = form.next(at, &answers) {
        assert!(at.is_none_or(|at| next > at));
        (at, asked) = (Some(next), asked + 1);
    }
    let counted = form.counted(&answers);
    assert_eq!(counted.len(), asked, "{form:?}");
    for fault in form.judge(&counted) {
        let known = form.questions.iter().any(|it| it.id == fault.question);
        assert!(known && !fault.says.is_empty());
    }
}
