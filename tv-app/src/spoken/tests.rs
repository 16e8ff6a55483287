//! Every rule by example, and that no figure is lost or changed whatever stands together.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static WORDS: LazyLock<Words> = LazyLock::new(Words::default);

fn said(text: &str) -> String {
    say(text, &WORDS)
}

#[track_caller]
fn all(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(said(text), *expected, "{text}");
    }
}

#[test]
fn numbers_are_counted_as_people_count() {
    all(&[
        ("0户", "零户"),
        ("7户", "七户"),
        ("10户", "十户"),
        ("12户", "十二户"),
        ("20户", "二十户"),
        ("105户", "一百零五户"),
        ("110户", "一百一十户"),
        ("1015户", "一千零一十五户"),
        ("2200户", "两千二百户"),
        ("35,000户", "三万五千户"),
        ("10,0003户", "十,零零零三户"),
        ("100003户", "十万零三户"),
        ("110000户", "十一万户"),
        ("20008人", "两万零八人"),
        ("300000000元", "三亿元"),
        ("100000500元", "一亿零五百元"),
        (
            "1234567890123元",
            "一万二千三百四十五亿六千七百八十九万零一百二十三元",
        ),
        ("3.14亩", "三点一四亩"),
        ("0.50亩", "零点五零亩"),
        ("35,000.5亩", "三万五千点五亩"),
        ("２０户", "二十户"),
    ]);
}

#[test]
fn two_of_something_is_liang_and_the_second_is_not() {
    all(&[
        ("2个", "两个"),
        ("2 户", "两 户"),
        ("2年", "两年"),
        ("2年级", "二年级"),
        ("2月2日", "二月二日"),
        ("第2页", "第二页"),
        ("第2个", "第二个"),
        ("2号楼2楼", "二号楼二楼"),
        ("12个", "十二个"),
        ("2.5个", "二点五个"),
        ("2—3个", "二到三个"),
        ("2万", "两万"),
        ("2元", "两元"),
        ("2km", "两公里"),
        ("2小时", "两小时"),
    ]);
}

#[test]
fn days_and_times() {
    all(&[
        ("2026年10月15日", "二〇二六年十月十五日"),
        ("2026 年 1 月", "二〇二六 年 一 月"),
        ("2026-10-15", "二〇二六年十月十五日"),
        ("2026/1/5 14:05", "二〇二六年一月五日 十四点零五分"),
        ("2026.10.15", "二〇二六年十月十五日"),
        ("1949—2026", "一九四九到二〇二六"),
        ("2024-2026年", "二〇二四到二〇二六年"),
        ("2026-2027学年", "二〇二六到二〇二七学年"),
        ("清政发〔2026〕12号", "清政发〔二〇二六〕十二号"),
        ("10月15日—11月2日", "十月十五日到十一月二日"),
        ("下午2:41", "下午两点四十一分"),
        ("14:05", "十四点零五分"),
        ("08:30–17:00", "八点三十分到十七点整"),
        ("8：30", "八点三十分"),
        ("1：20人", "一：二十人"),
        ("0:05:09", "零点零五分零九秒"),
        ("24小时", "二十四小时"),
        ("90后", "九零后"),
        ("90年代", "九十年代"),
        ("5日后", "五日后"),
    ]);
}

#[test]
fn money_is_said_in_yuan_jiao_and_fen() {
    all(&[
        ("35,000元", "三万五千元"),
        ("3,000.42元", "三千元四角二分"),
        ("3000.40元", "三千元四角"),
        ("3,000.02元", "三千元零二分"),
        ("3,000.00元", "三千元整"),
        ("3,000.00元整", "三千元整"),
        ("0.42元", "四角二分"),
        ("0.05元", "五分"),
        ("0.00元", "零元整"),
        ("2.5元", "两元五角"),
        ("0.5583元", "零点五五八三元"),
        ("3.5万元", "三点五万元"),
        ("¥35,000.50", "三万五千元五角"),
        ("￥ 3万元", "三万元"),
        ("-3,000元", "负三千元"),
        ("120元/亩", "一百二十元每亩"),
        ("12元旦", "十二元旦"),
    ]);
}

#[test]
fn shares_and_comparisons() {
    all(&[
        ("50%", "百分之五十"),
        ("99.9％", "百分之九十九点九"),
        ("5‰", "千分之五"),
        ("5%—10%", "百分之五到百分之十"),
        ("5-10%", "百分之五到十"),
        ("-1.5%", "负百分之一点五"),
        ("+5%", "正百分之五"),
        ("2/3", "三分之二"),
        ("3:2", "三比二"),
        ("比例为10:15", "比例维十比十五"),
        ("≥60岁", "大于等于六十岁"),
        ("3×5", "三乘五"),
        ("3+5=8", "三加五等于八"),
    ]);
}

#[test]
fn what_is_dialled_or_numbered_is_said_digit_by_digit() {
    all(&[
        ("13812345678", "幺三八，幺二三四，五六七八"),
        ("138 1234 5678", "幺三八，幺二三四，五六七八"),
        ("138****5678", "幺三八星号五六七八"),
        ("0512-40000001", "零五幺二，四零零零零零零幺"),
        ("(0512)40000001", "(零五幺二)四零零零零零零幺"),
        (
            "0512-40000001 转 801",
            "零五幺二，四零零零零零零幺 转 八零幺",
        ),
        ("400-810-1234", "四零零，八幺零，幺二三四"),
        ("拨打120", "拨打幺二零"),
        ("120元", "一百二十元"),
        ("打12345热线", "打幺二三四五热线"),
        ("12345元", "一万二千三百四十五元"),
        ("电话：6123", "电话：六幺二三"),
        ("编号20261125-007", "编号二零二六幺幺二五杠零零七"),
        ("110101199003070011", "幺幺零幺零幺幺九九零零三零七零零幺幺"),
        ("101室", "幺零幺室"),
        ("3-2-101", "三杠二杠一百零一"),
        ("G318", "G三幺八"),
        ("A4纸", "A四纸"),
        ("No.5", "编号五"),
        ("3#楼", "三号楼"),
        ("007", "零零七"),
    ]);
}

#[test]
fn ranges_ordinals_units_and_signs() {
    all(&[
        ("1—5条", "一到五条"),
        ("1-5条", "一到五条"),
        ("1～5条", "一到五条"),
        ("第1—第5条", "第一到第五条"),
        ("上午8:00—下午5:30", "上午八点整到下午五点三十分"),
        ("-5℃", "零下五摄氏度"),
        ("5℃~10℃", "五摄氏度到十摄氏度"),
        ("气温-5~-2℃", "气温负五到零下两摄氏度"),
        ("3km²", "三平方公里"),
        ("面积（m²）", "面积（平方米）"),
        ("100㎡", "一百平方米"),
        ("60km/h", "六十公里每小时"),
        ("5kg", "五公斤"),
        ("1. 加固大棚", "一， 加固大棚"),
        ("1、加固大棚", "一、加固大棚"),
        ("①加固", "一加固"),
        ("第Ⅱ类", "第二类"),
        ("见2.1.3节", "见二点一点三节"),
        ("共为3项", "共维三项"),
        ("通知——3月", "通知——三月"),
        ("占比（%）", "占比（百分比）"),
        ("降5%3次", "降百分之五，三次"),
        ("6℃8", "六摄氏度八"),
    ]);
}

#[test]
fn what_has_no_figure_stays_as_it_is() {
    let text = "请各村今天就做好：加固，检查。（完）— “好” A-B, x/y";
    assert_eq!(said(text), text);
}

#[test]
fn words_are_replaced_longest_first_and_the_place_goes_before() {
    let words = Words::new([
        ("单家村", "善家村"),
        ("单家", "扇家"),
        ("110室", "报警室"),
        ("会计", "快记"),
    ]);
    let said = |text| say(text, &words);
    assert_eq!(said("单家村和单家"), "善家村和扇家");
    assert_eq!(said("会计"), "快记");
    assert_eq!(said("110室和2110室"), "报警室和二幺幺零室");
    assert_eq!(tests::said("银行会计"), "银航快计");
    assert_eq!(tests::said("重庆市市长"), "虫庆市市掌");
}

#[test]
fn the_list_of_words_is_well_kept() {
    let mut seen = std::collections::HashSet::new();
    for line in include_str!("words.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, said) = line.split_once(' ').expect(line);
        assert!(seen.insert(word), "{word} twice");
        assert_eq!(word.chars().count(), said.chars().count(), "{line}");
        assert_ne!(word, said, "{line}");
        assert!(
            !line.contains(|letter: char| letter.is_ascii_digit()),
            "{line}"
        );
    }
}

#[test]
fn a_row_is_said_with_its_headings() {
    let words = |cells: &[&str]| {
        cells
            .iter()
            .map(|&cell| cell.to_owned())
            .collect::<Vec<_>>()
    };
    let header = words(&["姓名", "性别", "金额（元）", "备注（见附件）", ""]);
    let said = |cells: &[&str]| row(&header, &words(cells));
    assert_eq!(said(&["李禾", "女"]), "姓名 李禾，性别 女");
    assert_eq!(
        said(&["李禾", "", "3,000.42", "无", "5"]),
        "姓名 李禾，金额 3,000.42元，备注（见附件） 无，5"
    );
    assert_eq!(said(&["合计", "—", "面议"]), "姓名 合计，性别 —，金额 面议");
}

#[test]
fn a_text_is_said_sentence_by_sentence() {
    let parts = sentences("他说：“好。”大家都去！3.5元；完");
    assert_eq!(parts, ["他说：“好。”", "大家都去！", "3.5元；", "完"]);
    assert_eq!(sentences("完。……"), ["完。……"]);
    assert!(sentences("").is_empty());
    let long = "一二三四五六七八九，".repeat(20);
    let parts = sentences(&long);
    assert!(parts.len() > 1 && parts.iter().all(|part| part.chars().count() < 80));
    assert_eq!(parts.concat(), long);
}

/// The value of each digit that is said, zeros left out: a ten without a digit before it is one ten.
fn heard(text: &str) -> Vec<u32> {
    let mut heard = Vec::new();
    let mut before = None;
    for letter in text.chars() {
        let value = "零一二三四五六七八九"
            .chars()
            .position(|name| name == letter)
            .and_then(|value| u32::try_from(value).ok())
            .or(match letter {
                '幺' => Some(1),
                '两' => Some(2),
                _ => None,
            });
        match (letter, value) {
            (_, Some(value)) if value > 0 => heard.push(value),
            ('十', _) if before.is_none_or(|before| before == 0) => heard.push(1),
            _ => {}
        }
        before = value;
    }
    heard
}

/// The digits that are written, zeros left out.
fn written(text: &str) -> Vec<u32> {
    let digits = text.chars().filter_map(|letter| letter.to_digit(10));
    digits.filter(|digit| *digit > 0).collect()
}

fn sorted(mut digits: Vec<u32>) -> Vec<u32> {
    digits.sort_unstable();
    digits
}

/// What people who hear a whole number write down.
fn counted(said: &str) -> u64 {
    let (mut all, mut part, mut digit) = (0, 0, 0);
    for letter in said.chars() {
        match letter {
            '零' => digit = 0,
            '两' => digit = 2,
            '十' => {
                part += digit.max(1) * 10;
                digit = 0;
            }
            '百' => {
                part += digit * 100;
                digit = 0;
            }
            '千' => {
                part += digit * 1_000;
                digit = 0;
            }
            '万' => {
                all += (part + digit) * 10_000;
                (part, digit) = (0, 0);
            }
            '亿' => {
                all = (all + part + digit) * 100_000_000;
                (part, digit) = (0, 0);
            }
            letter => {
                let value = "零一二三四五六七八九"
                    .chars()
                    .position(|name| name == letter);
                digit = u64::try_from(value.expect(said)).unwrap();
            }
        }
    }
    all + part + digit
}

/// What may stand between digits.
const BETWEEN: [&str; 46] = [
    "", "", "", ",", ".", "-", "—", "–", "~", ":", "：", "/", " ", "%", "‰", "元", "年", "月",
    "日", "号", "第", "个", "户", "℃", "km²", "kg", "t", "G", "No.", "#", "*", "×", "+", "=", "¥",
    "〔", "〕", "。", "，", "编号", "电话", "后", "室", "点", "分", "转",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_figure_is_lost_or_made(
        parts in proptest::collection::vec(("[0-9]{1,6}", 0..BETWEEN.len()), 1..8),
    ) {
        let text: String = parts
            .iter()
            .map(|(digits, between)| format!("{digits}{}", BETWEEN[*between]))
            .collect();
        let said = said(&text);
        prop_assert!(!said.contains(|letter: char| letter.is_ascii_digit()), "{} {}", text, said);
        prop_assert_eq!(sorted(heard(&said)), sorted(written(&text)), "{} {}", text, said);
        if !text.contains('/') {
            prop_assert_eq!(heard(&said), written(&text), "{} {}", text, said);
        }
    }

    #[test]
    fn anything_can_be_said(text in "\\PC{0,40}") {
        let said = said(&text);
        prop_assert!(!said.contains(|letter: char| letter.is_ascii_digit()));
        prop_assert_eq!(sentences(&text).concat(), text);
    }

    #[test]
    fn a_number_is_heard_as_it_was_written(value in 0..10_000_000_000_000_000u64, most in 0..16u32) {
        let value = value / 10u64.pow(most);
        let heard = |said: &str| counted(said.strip_suffix('户').unwrap());
        prop_assert_eq!(heard(&said(&format!("{value}户"))), value);
        let digits = value.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        prop_assert_eq!(heard(&said(&format!("{grouped}户"))), value);
    }

    #[test]
    fn an_amount_is_heard_to_the_cent(yuan in 0..1_000_000_000u64, cents in 0..100u64) {
        let said = said(&format!("{yuan}.{cents:02}元"));
        let (whole, rest) = match said.split_once('元') {
            Some((whole, rest)) => (counted(whole), rest),
            None => (0, said.as_str()),
        };
        let rest = rest.trim_start_matches('零');
        let (jiao, rest) = rest.split_once('角').map_or((0, rest), |(jiao, rest)| (counted(jiao), rest));
        let fen = rest.strip_suffix('分').map_or(0, counted);
        prop_assert_eq!((whole, jiao * 10 + fen), (yuan, cents), "{}", said);
    }

    #[test]
    fn days_and_times_are_heard_as_they_were_written(
        year in 1_900..2_100u32, month in 1..13u64, day in 1..32u64, hour in 0..25u64, minute in 0..60u64,
    ) {
        let said = said(&format!("{year}年{month}月{day}日{hour}:{minute:02}"));
        let (told, rest) = said.split_once('年').unwrap();
        let told: Vec<u32> = told.replace('〇', "零").chars().map(|digit| u32::try_from(counted(&digit.to_string())).unwrap()).collect();
        prop_assert_eq!(told, year.to_string().chars().filter_map(|digit| digit.to_digit(10)).collect::<Vec<_>>());
        let (told_month, rest) = rest.split_once('月').unwrap();
        let (told_day, rest) = rest.split_once('日').unwrap();
        let (told_hour, rest) = rest.split_once('点').unwrap();
        let told_minute = rest.strip_suffix('分').map_or(0, counted);
        prop_assert_eq!(
            (counted(told_month), counted(told_day), counted(told_hour), told_minute),
            (month, day, hour, minute)
        );
    }
}
