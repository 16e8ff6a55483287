//! Evaluations of a folder: announced when they are imported, and frozen from then on.

use contract::evaluation::EvaluationState;

use super::*;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn head(title: &str, rest: &str) -> String {
    format!(
        "标题 = {title}\n类别 = 问卷\n栏目 = questionnaires\n单位 = QH\n被评单位 = CZS\n开始 = 2026-11-25 08:00\n截止 = 14天\n{rest}"
    )
}

const QUESTION: &str = "[[题目]]\n题目 = 满意吗？\n类型 = 等级\n等级 = 满意、一般、不满意\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_imported_is_announced_and_frozen() {
    let fixture = Fixture::new();
    fixture.write("evaluations/财政所.toml", head("财政所", QUESTION));
    fixture.write(
        "evaluations/问卷.toml",
        head("问卷", "题目表 = \"问卷.csv\"\n"),
    );
    fixture.write(
        "evaluations/问卷.csv",
        "题目,类型,选项,条件\n收成？,单选,好、差,\n为什么？,多选,雨、虫,1：差\n",
    );
    let report = fixture.import().await;
    assert!(report.complaints.is_empty(), "{report}");
    assert_eq!(
        report.created,
        ["evaluations/财政所.toml", "evaluations/问卷.toml"]
    );
    let first = fixture.evaluation("evaluations/财政所.toml").unwrap();
    assert_eq!(first.state, EvaluationState::Announced);
    assert_eq!(
        (first.content.target.as_str(), first.form_hash.len()),
        ("财政所", 64)
    );
    let content = &first.content;
    assert_eq!(content.closes_at_ms - content.opens_at_ms, 14 * DAY_MS);
    let second = fixture.evaluation("evaluations/问卷.toml").unwrap();
    assert_eq!(second.content.form.questions.len(), 2);
    assert_eq!(fixture.import().await.unchanged, 2);

    // Other words, also in the table: that would be another evaluation.
    fixture.write(
        "evaluations/问卷.csv",
        "题目,类型,选项,条件\n收成？,单选,好、差,\n为什么？,多选,雨、虫、草,1：差\n",
    );
    let report = fixture.import().await;
    let says: Vec<_> = report.complaints.iter().map(ToString::to_string).collect();
    assert_eq!(says.len(), 1, "{report}");
    assert!(says[0].starts_with("evaluations/问卷.toml 第 1 行：") && says[0].contains("已经预告"));
    let kept = fixture.evaluation("evaluations/问卷.toml").unwrap();
    assert_eq!(kept.form_hash, second.form_hash);

    // Without its file, nobody is asked.
    std::fs::remove_file(fixture.folder.join("evaluations/财政所.toml")).unwrap();
    let report = fixture.import().await;
    assert_eq!(report.withdrawn, ["evaluations/财政所.toml"], "{report}");
    let cancelled = fixture.evaluation_with(&first.id);
    assert_eq!(cancelled.unwrap().state, EvaluationState::Cancelled);
    // Mended, it is announced anew.
    let mended = QUESTION.replace("满意吗", "今年满意吗");
    fixture.write("evaluations/财政所.toml", head("财政所", &mended));
    fixture.import().await;
    let again = fixture.evaluation("evaluations/财政所.toml").unwrap();
    assert_eq!(again.state, EvaluationState::Announced);
    assert_ne!((again.id, again.form_hash), (first.id, first.form_hash));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_says_where_and_nothing_of_it_is_announced() {
    let fixture = Fixture::new();
    fixture.write(
        "evaluations/一.toml",
        head("一", QUESTION).replace("QH", "没有"),
    );
    fixture.write(
        "evaluations/二.toml",
        head("二", QUESTION).replace("questionnaires", "notice"),
    );
    fixture.write(
        "evaluations/三.toml",
        head("三", QUESTION).replace("2026-11-25", "2026-11-01"),
    );
    fixture.write("evaluations/四.toml", head("四", "题目表 = \"没有.csv\"\n"));
    fixture.write("evaluations/五.toml", head("五", "题目表 = \"五.csv\"\n"));
    fixture.write("evaluations/五.csv", "题目,类型,选项\n满意吗？,单选,满意\n");
    fixture.write("evaluations/六.toml", head(&"长".repeat(41), QUESTION));
    let report = fixture.import().await;
    let said: Vec<_> = report
        .complaints
        .iter()
        .map(|it| (it.file.as_str(), it.line, it.message.as_str()))
        .collect();
    let expected = [
        ("evaluations/一.toml", Some(4), "没有代码为“没有”的单位"),
        ("evaluations/三.toml", Some(6), "一年之内"),
        ("evaluations/三.toml", Some(7), "已经过去"),
        ("evaluations/二.toml", Some(3), "不能放在这个文件夹里"),
        ("evaluations/五.csv", Some(2), "2到9个"),
        ("evaluations/六.toml", Some(1), "40"),
        ("evaluations/四.toml", Some(8), "没有.csv"),
    ];
    assert_eq!(said.len(), expected.len(), "{report}");
    for ((file, line, message), (expected, at, words)) in said.iter().zip(expected) {
        assert_eq!((*file, *line), (expected, at), "{report}");
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(report.created, [] as [&str; 0]);
    let dry = import_folder(&fixture.context, &fixture.folder, true, Box::new(Silent)).await;
    assert_eq!(dry.unwrap().complaints, report.complaints);
}
