use contract::evaluation::EvaluationKind;
use contract::form::{OnlyIf, QuestionKind};
use contract::person::MemberStatus;
use proptest::prelude::*;

use super::super::super::complaint::Complaints;
use super::file::{Closes, Opens, of_table, parse};
use super::read;

const HEAD: &str = "标题 = 镇水利站\n类别 = 测评\n栏目 = evaluations\n单位 = QH\n开始 = 2026-11-16 08:00\n截止 = 2026-11-30\n";

#[test]
fn an_evaluation_is_read() {
    let text = format!(
        "{HEAD}被评单位 = \"SLS\"\n参加人员 = [\"党员\", \"群众\"]\n记名 = 是\n说明 = 评一评\n\n\
         [[题目]]\n题目 = 来得及时吗？\n类型 = 等级\n等级 = 很及时、比较及时、不清楚\n\n\
         [[题目]]\n题目 = 先办什么？\n提示 = 最多两件\n类型 = 多选\n选项 = [\"水、电\", \"路\", \"灯\"]\n最多 = 2\n必答 = 否\n条件 = \"1：比较及时、不清楚\"\n\n\
         [[ question ]]\ntext = 停过几次水？\nkind = number\nleast = 0\nmost = 30\nunit = 次\npage = 2\n\n\
         [[题目]]\n题目 = 还有什么话？\n类型 = 选句\n句子 = 好|请早点通知|水费、电费请算明白\n\n\
         [[题目]]\n题目 = 一个一个评\n类型 = 逐个评\n评谁 = 张三；李四\n等级 = 好/不好\n"
    );
    let item = parse("a.toml", &text).unwrap();
    assert_eq!(
        (item.title.as_str(), item.kind),
        ("镇水利站", EvaluationKind::Evaluation)
    );
    assert_eq!(item.target, Some(("SLS".to_owned(), 7)));
    assert!(item.named);
    use MemberStatus::{Full, Probationary, Villager};
    assert_eq!(item.statuses, [Full, Probationary, Villager]);
    assert_eq!(item.opens, Opens::At(1_794_787_200_000));
    // The end of the last day.
    assert_eq!(item.closes, Closes::At(1_796_054_400_000));
    assert_eq!(item.form.faults(), []);
    let [grade, several, number, sentences, matrix] = item.form.questions.as_slice() else {
        panic!("{:?}", item.form);
    };
    let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (grade.id.as_str(), grade.required, grade.page),
        ("q1", true, 1)
    );
    assert_eq!(
        grade.kind,
        QuestionKind::Grade {
            grades: words(&["很及时", "比较及时", "不清楚"]),
            unknown_last: true
        }
    );
    assert_eq!(
        (several.required, several.hint.as_str()),
        (false, "最多两件")
    );
    let only_if = OnlyIf {
        question: "q1".to_owned(),
        any_of: vec![1, 2],
    };
    assert_eq!(several.only_if, Some(only_if));
    assert_eq!(
        several.kind,
        QuestionKind::Several {
            options: words(&["水、电", "路", "灯"]),
            least: 1,
            most: 2
        }
    );
    assert_eq!(
        number.kind,
        QuestionKind::Number {
            least: 0,
            most: 30,
            unit: "次".to_owned()
        }
    );
    assert_eq!((number.page, sentences.page), (2, 2));
    assert_eq!(
        sentences.kind,
        QuestionKind::Sentences {
            sentences: words(&["好", "请早点通知", "水费、电费请算明白"]),
            most: 3
        }
    );
    assert_eq!(
        matrix.kind,
        QuestionKind::Matrix {
            rows: words(&["张三", "李四"]),
            grades: words(&["好", "不好"]),
            unknown_last: false
        }
    );
}

#[test]
fn a_motion_needs_no_question_and_times_may_be_relative() {
    let text = "标题 = 修路\n类别 = 表决\n栏目 = evaluations\n单位 = ZJ\n开始 = 立即\n截止 = 3 天后\n参加人员 = 正式党员\n";
    let item = parse("a.toml", text).unwrap();
    assert_eq!(item.kind, EvaluationKind::Motion);
    assert_eq!(item.form.questions.len(), 0);
    assert_eq!((item.opens, item.closes), (Opens::Now, Closes::After(3)));
    assert_eq!(item.opens.ms(1_000), 1_000);
    assert_eq!(item.closes.ms(1_000), 3 * 86_400_000 + 1_000);
}

/// The lines complained of, and what is said.
fn wrong(text: &str) -> (Vec<Option<u32>>, String) {
    let complaints = parse("a.toml", text).unwrap_err();
    let lines = complaints.iter().map(|it| it.line).collect();
    let says: Vec<String> = complaints.into_iter().map(|it| it.message).collect();
    (lines, says.join("\n"))
}

#[test]
fn mistakes_name_their_line_and_say_what_to_write() {
    let one = "[[题目]]\n题目 = 好吗？\n类型 = 单选\n选项 = 好、不好\n";
    assert_eq!(wrong("").0, [None]);
    assert_eq!(wrong(HEAD).0, [None]);
    for (text, line, says) in [
        (
            HEAD.replace("测评", "测验") + one,
            2,
            "可以写 测评、问卷、表决",
        ),
        (
            HEAD.replace("2026-11-16 08:00", "明天") + one,
            5,
            "2026-03-01",
        ),
        (HEAD.replace("2026-11-30", "x天") + one, 6, "14天"),
        (HEAD.replace("单位 = QH\n", "") + one, 1, "organization"),
        (
            HEAD.to_owned() + "参加人员 = 老人\n" + one,
            7,
            "可以写 全体",
        ),
        (HEAD.to_owned() + "题目表 = a.csv\n" + one, 7, "只留一种"),
        (
            HEAD.to_owned() + "[[问]]\n题目 = 好吗？\n类型 = 单选\n选项 = 好、不好\n",
            7,
            "[[题目]]",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n类型 = 单选\n选项 = 好、不好\n",
            7,
            "没有写题目",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 好吗？\n选项 = 好、不好\n",
            7,
            "缺少类型",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 好吗？\n类型 = 选择\n",
            9,
            "单选、多选",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 好吗？\n类型 = 单选\n",
            7,
            "缺少选项",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 好吗？\n类型 = 单选\n选项 = 好\n",
            7,
            "2到9个",
        ),
        (
            HEAD.to_owned() + one + "最多 = 2\n",
            11,
            "用不着“最少”|用不着“最多”",
        ),
        (HEAD.to_owned() + one + "必答 = 也许\n", 11, "是 或 否"),
        (HEAD.to_owned() + one + "条件 = 好\n", 11, "题的序号"),
        (
            HEAD.to_owned() + one + "条件 = 1：好\n",
            11,
            "排在这道题前面",
        ),
        (
            HEAD.to_owned() + one + one + "条件 = 1：很好\n",
            15,
            "没有选项“很好”，有的是：好、不好",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 几次？\n类型 = 数字\n最小 = 零\n最大 = 9\n",
            10,
            "整数",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 几次？\n类型 = 数字\n最大 = 9\n",
            7,
            "最小和最大",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 评\n类型 = 逐个评\n等级 = 好、差\n",
            7,
            "评谁",
        ),
        (
            HEAD.to_owned() + "[[题目]]\n题目 = 好吗？\n类型 = 单选\n选项 = 好、好\n随便\n",
            11,
            "名称 = 内容",
        ),
    ] {
        let (lines, found) = wrong(&text);
        assert_eq!(lines, [Some(line)], "{text}{found}");
        assert!(
            says.split('|').any(|says| found.contains(says)),
            "{text}{found}"
        );
    }
}

#[test]
fn questions_in_a_table() {
    let read = |text: &str| {
        let mut complaints = Complaints::about("a.csv");
        let form = of_table(text, EvaluationKind::Questionnaire, &mut complaints);
        let lines: Vec<_> = complaints.into_vec().iter().map(|it| it.line).collect();
        (form, lines)
    };
    let (form, lines) = read(
        "题目（必填）,类型,选项,评谁,最少,最多,单位,必答,条件\n收成？,单选,好、差,,,,,,\n为什么？,多选,雨|虫|钱、粮,,1,2,,否,第1题：差\n几口人？,数字,,,1,12,口,,\n",
    );
    assert_eq!(lines, []);
    assert_eq!(form.faults(), []);
    assert_eq!(form.questions.len(), 3);
    let QuestionKind::Several { options, most, .. } = &form.questions[1].kind else {
        panic!("{form:?}");
    };
    assert_eq!((options[2].as_str(), *most), ("钱、粮", 2));
    assert_eq!(form.questions[1].only_if.as_ref().unwrap().any_of, [1]);
    assert!(!form.questions[1].required);
    assert_eq!(read("").1, [None]);
    assert_eq!(read("题目,类型,选项\n").1, [None]);
    assert_eq!(read("类型,选项\n单选,好、差\n").1, [Some(1)]);
    assert_eq!(
        read("题目,题目,类型,选项\n好？,好？,单选,好、差\n").1,
        [Some(1)]
    );
    assert_eq!(
        read("题目,类型,答案\n好吗？,单选,好、差\n").1,
        [Some(1), Some(2)]
    );
    assert_eq!(
        read("题目,类型,选项\n好吗？,单选,好、差\n好吗？,单项,好、差\n").1,
        [Some(3)]
    );
    assert_eq!(
        read("题目,类型,选项\n好吗？,单选,好、差\n好吗？,单选,好\n").1,
        [Some(3)]
    );
}

#[test]
fn those_of_the_demonstration_are_good() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/township/evaluations");
    let text = |file: &str| std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
    let (form, complaints) = read(&text("2026-11-镇水利站.toml"), "");
    assert_eq!(complaints, []);
    assert_eq!(form.unwrap().questions.len(), 6);
    let (form, complaints) = read(
        &text("2026-11-冬季生产生活问卷.toml"),
        &text("2026-11-冬季生产生活问卷.csv"),
    );
    assert_eq!(complaints, []);
    let form = form.unwrap();
    let branches = form.questions.iter().filter(|it| it.only_if.is_some());
    assert_eq!((form.questions.len(), branches.count()), (8, 2));
}

proptest! {
    #[test]
    fn never_panics(
        text in "((标题|类别|栏目|单位|开始|截止|题目表) = (测评|a|2026-11-16|立即|3天|[a-z0-9=\"\\[]{0,4})\n){0,8}((\\[\\[题目\\]\\]|题目|类型|选项|条件|最多|必答)( = )?(单选|多选|数字|逐个评|[好、|1：\"\\[]{0,6})\n){0,12}",
        table in "(题目|类型|选项|条件|,|\n|单选|好、差|1：好|\"){0,30}",
    ) {
        let (form, complaints) = read(&text, &table);
        if complaints.is_empty() && let Some(form) = form && !form.questions.is_empty() {
            prop_assert_eq!(form.faults(), vec![]);
        }
    }
}
