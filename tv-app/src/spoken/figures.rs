//! Goes through a text and says its figures.

use super::numbers::{self, Number};
use super::units::{ends_with, is_measure, starts_with, unit};
use super::words::Words;

/// Behind these a number is said digit by digit.
const CODES: [&str; 24] = [
    "编号",
    "号码",
    "账号",
    "帐号",
    "卡号",
    "证号",
    "文号",
    "单号",
    "代码",
    "邮编",
    "验证码",
    "密码",
    "电话",
    "热线",
    "手机",
    "拨打",
    "拨",
    "致电",
    "微信",
    "QQ",
    "尾号",
    "车牌",
    "转",
    "分机",
];
/// Numbers that people call; behind them these words make sure.
const CALLED: [&str; 22] = [
    "110", "119", "120", "122", "12345", "12315", "12333", "12348", "12371", "12380", "12388",
    "12389", "12393", "12366", "12350", "12369", "12123", "12355", "96110", "10086", "10010",
    "95598",
];
const CALLS: [&str; 7] = ["报警", "急救", "指挥", "电话", "热线", "出警", "平台"];
/// What is numbered by digits: 302路, 101室.
const NUMBERED: [&str; 8] = ["室", "房", "路", "国道", "省道", "县道", "次列车", "航班"];
/// What a period may begin or end with.
const ENDS: &str = "日月年号时点分秒元万亿℃%％‰度岁米周条页章节级届期旬末初底斤亩里";
/// Parts of the day.
const HALVES: [&str; 8] = ["上午", "下午", "晚上", "中午", "凌晨", "早上", "次日", "第"];

/// A text that is being said.
pub(super) struct Figures<'a> {
    text: Vec<char>,
    words: &'a Words,
    at: usize,
    said: String,
    /// A sign of money stood before the number that comes.
    money: bool,
    /// The percentage of a period has been said with its beginning.
    percent: bool,
}

impl<'a> Figures<'a> {
    pub fn new(text: &str, words: &'a Words) -> Self {
        Self {
            text: text.chars().map(narrow).collect(),
            words,
            at: 0,
            said: String::with_capacity(text.len() * 2),
            money: false,
            percent: false,
        }
    }

    pub fn say(mut self) -> String {
        while let Some(letter) = self.get(self.at) {
            if let Some((said, length)) = self.words.at(&self.text, self.at) {
                self.said.push_str(said);
                self.at += length;
            } else if letter.is_ascii_digit() {
                self.figure();
            } else {
                self.sign(letter);
            }
        }
        self.said
    }

    fn get(&self, at: usize) -> Option<char> {
        self.text.get(at).copied()
    }

    fn is_digit(&self, at: usize) -> bool {
        self.get(at).is_some_and(|letter| letter.is_ascii_digit())
    }

    /// Behind the digits that begin here.
    fn run(&self, at: usize) -> usize {
        let digits = self.text.iter().skip(at);
        at + digits.take_while(|letter| letter.is_ascii_digit()).count()
    }

    fn slice(&self, from: usize, to: usize) -> String {
        self.text[from..to].iter().collect()
    }

    fn value(&self, from: usize, to: usize) -> u32 {
        self.slice(from, to).parse().unwrap_or(u32::MAX)
    }

    /// Behind the spaces that begin here.
    fn skip(&self, at: usize) -> usize {
        let spaces = self.text.iter().skip(at);
        at + spaces.take_while(|letter| is_space(**letter)).count()
    }

    /// What stands before this place, without spaces at its end.
    fn before(&self, at: usize) -> &[char] {
        let mut before = &self.text[..at];
        while let [rest @ .., last] = before
            && is_space(*last)
        {
            before = rest;
        }
        before
    }

    fn rest(&self, at: usize) -> &[char] {
        self.text.get(at..).unwrap_or_default()
    }

    fn go(&mut self, said: &str, to: usize) {
        self.said.push_str(said);
        self.at = to;
    }

    /// The number that begins here, and behind it.
    fn number(&self, at: usize) -> (Number, usize) {
        let mut end = self.run(at);
        let mut whole = self.slice(at, end);
        let mut grouped = false;
        if end - at <= 3 {
            while self.get(end) == Some(',') && self.run(end + 1) == end + 4 {
                whole.push_str(&self.slice(end + 1, end + 4));
                end += 4;
                grouped = true;
            }
        }
        let mut part = None;
        if self.get(end) == Some('.') && self.is_digit(end + 1) {
            let to = self.run(end + 1);
            part = Some(self.slice(end + 1, to));
            end = to;
        }
        let number = Number {
            whole,
            part,
            grouped,
        };
        (number, end)
    }

    /// A digit is at hand that no digit stands before.
    fn figure(&mut self) {
        let found = self
            .telephone()
            .or_else(|| self.date())
            .or_else(|| self.time())
            .or_else(|| self.dotted())
            .or_else(|| self.share())
            .unwrap_or_else(|| self.plain());
        let (said, to) = found;
        self.money = false;
        // Two numbers without a word between them are not one.
        if self.said.ends_with(is_numeral) {
            self.said.push('，');
        }
        self.go(&said, to);
    }

    fn telephone(&self) -> Option<(String, usize)> {
        let at = self.at;
        let end = self.run(at);
        let first = self.slice(at, end);
        let is_mobile = |digits: &str| {
            digits.starts_with('1') && digits.chars().nth(1).is_some_and(|second| second > '2')
        };
        let parted = |at: usize| matches!(self.get(at), Some('-' | ' ')).then_some(at + 1);
        let group = |at: usize| (at, self.run(at));
        let join = |groups: &[&str]| {
            let said: Vec<String> = groups.iter().map(|group| numbers::code(group)).collect();
            said.join("，")
        };
        let counts = is_measure(self.rest(self.skip(end)));
        if first.len() == 11 && is_mobile(&first) && !counts {
            return Some((join(&[&first[..3], &first[3..7], &first[7..]]), end));
        }
        let (from, to) = group(parted(end)?);
        let second = self.slice(from, to);
        let is_line = matches!(first.len(), 3 | 4) && first.starts_with('0');
        if is_line && matches!(second.len(), 7 | 8) {
            return Some((join(&[&first, &second]), to));
        }
        let is_free = matches!(first.as_str(), "400" | "800");
        if is_free && second.len() == 7 {
            return Some((join(&[&first, &second]), to));
        }
        let (from, to) = group(parted(to)?);
        let third = self.slice(from, to);
        let lengths = (first.len(), second.len(), third.len());
        let is_parted = (lengths == (3, 4, 4) && is_mobile(&first))
            || (is_free && matches!(lengths, (3, 3, 4) | (3, 4, 3)));
        is_parted.then(|| (join(&[&first, &second, &third]), to))
    }

    fn date(&self) -> Option<(String, usize)> {
        let at = self.at;
        let end = self.run(at);
        let sign = self
            .get(end)
            .filter(|sign| matches!(sign, '-' | '/' | '.'))?;
        let month = self.run(end + 1);
        let day = self.run(month + 1);
        let fits = end - at == 4
            && (1_900..2_200).contains(&self.value(at, end))
            && self.get(month) == Some(sign)
            && (1..=2).contains(&(month - end - 1))
            && (1..=2).contains(&(day - month - 1))
            && (1..=12).contains(&self.value(end + 1, month))
            && (1..=31).contains(&self.value(month + 1, day))
            && !(self.get(day) == Some(sign) && self.is_digit(day + 1));
        let count = |from, to| numbers::cardinal(u64::from(self.value(from, to)));
        fits.then(|| {
            let year = numbers::year(&self.slice(at, end));
            let (month, day_said) = (count(end + 1, month), count(month + 1, day));
            (format!("{year}年{month}月{day_said}日"), day)
        })
    }

    fn time(&self) -> Option<(String, usize)> {
        let at = self.at;
        let hour = self.run(at);
        let sign = self.get(hour).filter(|sign| matches!(sign, ':' | '：'))?;
        let minute = self.run(hour + 1);
        let (before, rest) = (self.before(at), self.rest(minute));
        let fits = hour - at <= 2
            && self.value(at, hour) <= 24
            && minute - hour == 3
            && self.value(hour + 1, minute) < 60
            && !ends_with(before, ":")
            && (!is_measure(rest) || starts_with(rest, "时") || starts_with(rest, "点"))
            && !["比", "比例", "比分", "比例为", "比为"]
                .iter()
                .any(|word| ends_with(before, word));
        if !fits {
            return None;
        }
        let two = |from: usize, to: usize| {
            let value = u64::from(self.value(from, to));
            let zero = if value < 10 { "零" } else { "" };
            format!("{zero}{}", numbers::cardinal(value))
        };
        let mut said = match self.value(at, hour) {
            2 => "两".to_owned(),
            hour => numbers::cardinal(u64::from(hour)),
        };
        said.push('点');
        let second = self.run(minute + 1);
        if self.get(minute) == Some(sign) && second > minute + 1 {
            if second - minute != 3 || self.value(minute + 1, second) > 59 {
                return None;
            }
            let (minutes, seconds) = (two(hour + 1, minute), two(minute + 1, second));
            return Some((format!("{said}{minutes}分{seconds}秒"), second));
        }
        match self.value(hour + 1, minute) {
            0 => said.push('整'),
            _ => said.push_str(&format!("{}分", two(hour + 1, minute))),
        }
        Some((said, minute))
    }

    /// 2.1.3
    fn dotted(&self) -> Option<(String, usize)> {
        let mut end = self.run(self.at);
        let mut parts = vec![self.slice(self.at, end)];
        while self.get(end) == Some('.') && self.is_digit(end + 1) {
            let to = self.run(end + 1);
            parts.push(self.slice(end + 1, to));
            end = to;
        }
        let said: Vec<String> = parts.iter().map(|part| numbers::whole(part)).collect();
        (parts.len() > 2).then(|| (said.join("点"), end))
    }

    /// 1/3
    fn share(&self) -> Option<(String, usize)> {
        let at = self.at;
        let end = self.run(at);
        self.get(end).filter(|sign| *sign == '/')?;
        let to = self.run(end + 1);
        let (part, all) = (self.value(at, end), self.value(end + 1, to));
        let fits = to > end + 1
            && (1..all).contains(&part)
            && all <= 1_000
            && self.text[at] != '0'
            && self.text[end + 1] != '0'
            && !ends_with(&self.text[..at], "/")
            && !ends_with(&self.text[..at], ".")
            && !matches!(self.get(to), Some('/' | '.' | ',' | '%'));
        let said = |value: u32| numbers::cardinal(u64::from(value));
        fits.then(|| (format!("{}分之{}", said(all), said(part)), to))
    }

    /// A number and what it counts.
    fn plain(&mut self) -> (String, usize) {
        let at = self.at;
        let (number, end) = self.number(at);
        let next = self.skip(end);
        if let Some(said) = self.percent(&number, end, next) {
            return said;
        }
        if self.is_year(&number, at, end) {
            return (numbers::year(&number.whole), end);
        }
        if self.is_code(&number, at, end) {
            return (numbers::code(&number.whole), end);
        }
        if let Some(said) = self.amount(&number, end, next) {
            return said;
        }
        let goes_on = is_dash(self.get(end)) || is_dash(self.get(next));
        let is_ordinal = ends_with(self.before(at), "第");
        let unit = unit(self.rest(next), true);
        let is_two = number.is_two()
            && !goes_on
            && !is_ordinal
            && (unit.is_some() || is_measure(self.rest(next)));
        let mut said = if is_two {
            "两".to_owned()
        } else {
            number.said()
        };
        if let Some((unit, length)) = unit {
            said.push_str(unit);
            return (said, next + length);
        }
        match self.get(end) {
            Some('#') => {
                said.push('号');
                (said, end + 1)
            }
            // The number of a point: 1. 加固
            Some('.') if number.part.is_none() && self.begins(at) => {
                said.push('，');
                (said, end + 1)
            }
            _ => (said, end),
        }
    }

    /// Whether nothing stands before this place on its line.
    fn begins(&self, at: usize) -> bool {
        self.before(at).last().is_none_or(|last| *last == '\n')
    }

    fn percent(&mut self, number: &Number, end: usize, next: usize) -> Option<(String, usize)> {
        let name = match self.get(next) {
            Some('%') => Some("百分之"),
            Some('‰') => Some("千分之"),
            _ => None,
        };
        if let Some(name) = name {
            let name = if std::mem::take(&mut self.percent) {
                ""
            } else {
                name
            };
            return Some((format!("{name}{}", number.said()), next + 1));
        }
        // 5—10%: it is said with the first of them.
        let further = self.skip(end + 1);
        if is_dash(self.get(end)) && self.is_digit(further) && self.rises(end) {
            let (_, to) = self.number(further);
            if self.get(to) == Some('%') {
                self.percent = true;
                return Some((format!("百分之{}", number.said()), end));
            }
        }
        None
    }

    /// Whether the four digits between these places could be a year.
    fn year_at(&self, at: usize, end: usize) -> bool {
        end - at == 4 && (1_800..2_200).contains(&self.value(at, end))
    }

    fn is_year(&self, number: &Number, at: usize, end: usize) -> bool {
        if number.grouped || number.part.is_some() || !self.year_at(at, end) {
            return false;
        }
        let rest = self.rest(self.skip(end));
        let named = ["年", "学年", "级", "届"]
            .iter()
            .any(|word| starts_with(rest, word));
        let bracketed = matches!(self.get(end), Some('〕' | ']' | '】' | '］'))
            && at > 0
            && matches!(self.get(at - 1), Some('〔' | '[' | '【' | '［'));
        let to = self.skip(end + 1);
        let begins = is_dash(self.get(end)) && self.year_at(to, self.run(to));
        let before = self.before(at);
        let ends = is_dash(before.last().copied()) && {
            let before = self.before(before.len() - 1);
            let from = before.len().saturating_sub(4);
            before[from..].iter().all(char::is_ascii_digit) && self.year_at(from, before.len())
        };
        named || bracketed || begins || ends
    }

    fn is_code(&self, number: &Number, at: usize, end: usize) -> bool {
        if number.grouped || number.part.is_some() || self.money {
            return false;
        }
        let length = number.whole.len();
        let rest = self.rest(self.skip(end));
        let counts = is_measure(rest) || unit(rest, true).is_some();
        let mut before = self.before(at);
        while let [earlier @ .., last] = before
            && matches!(
                last,
                ':' | '：' | '为' | '是' | '(' | '（' | ')' | '）' | ' '
            )
        {
            before = earlier;
        }
        let named = CODES.iter().any(|word| ends_with(before, word)) && length >= 3;
        let called = CALLED.contains(&number.whole.as_str())
            && !counts
            && (length > 3
                || ends_with(before, "打")
                || CALLS.iter().any(|word| starts_with(rest, word)));
        let numbered = length >= 3 && NUMBERED.iter().any(|word| starts_with(rest, word));
        let lettered = length >= 3
            && at > 0
            && self
                .get(at - 1)
                .is_some_and(|letter| letter.is_ascii_alphabetic());
        let hidden = self.get(end) == Some('*') || (at > 0 && self.get(at - 1) == Some('*'));
        // Behind an area code in brackets.
        let local = matches!(length, 7 | 8)
            && before.len() < at
            && {
                let from = before.len().saturating_sub(4);
                let area = &before[from..];
                let area = area.strip_prefix(&['(']).unwrap_or(area);
                matches!(area, ['0', rest @ ..] if rest.len() >= 2 && rest.iter().all(char::is_ascii_digit))
            };
        let generation = length == 2
            && starts_with(rest, "后")
            && number.whole.ends_with(['0', '5'])
            && self.skip(end) == end;
        let endless = (length >= 9 && !counts) || length > numbers::COUNTED;
        let zero = length > 1 && number.whole.starts_with('0');
        named || called || numbered || lettered || hidden || local || generation || endless || zero
    }

    fn amount(&self, number: &Number, end: usize, next: usize) -> Option<(String, usize)> {
        let rest = self.rest(next);
        let is_yuan = starts_with(rest, "元")
            && !["元旦", "元宵", "元月"]
                .iter()
                .any(|word| starts_with(rest, word));
        if !is_yuan && !self.money {
            return None;
        }
        let to = if is_yuan { next + 1 } else { end };
        if let Some(part) = &number.part
            && part.len() <= 2
            && (is_yuan || !matches!(self.get(end), Some('万' | '亿')))
        {
            let mut said = numbers::money(&number.whole, part);
            if self.get(to) == Some('整') && said.ends_with('整') {
                said.pop();
            }
            return Some((said, to));
        }
        let mut said = if number.is_two() && !is_dash(self.get(end)) {
            "两".to_owned()
        } else {
            number.said()
        };
        let mut to = to;
        if !is_yuan {
            while let Some(unit) = self.get(to).filter(|unit| matches!(unit, '万' | '亿')) {
                said.push(unit);
                to += 1;
            }
            // The sign has said so already.
            to += usize::from(self.get(to) == Some('元'));
        }
        said.push('元');
        Some((said, to))
    }

    /// Anything but a digit.
    fn sign(&mut self, letter: char) {
        let at = self.at;
        let before = at.checked_sub(1).and_then(|before| self.get(before));
        let after_digit = before.is_some_and(|before| before.is_ascii_digit());
        let to = self.skip(at + 1);
        let before_digit = self.is_digit(at + 1);
        let said = match letter {
            '¥' | '￥' if self.is_digit(to) => {
                self.money = true;
                self.at = to;
                return;
            }
            _ if is_dash(Some(letter)) => {
                self.dash();
                return;
            }
            ':' if after_digit && before_digit => "比",
            '/' if after_digit && before_digit => "斜杠",
            '/' if [
                "元", "斤", "公斤", "吨", "次", "度", "米", "升", "个", "人", "g", "t",
            ]
            .iter()
            .any(|unit| ends_with(self.before(at), unit)) =>
            {
                "每"
            }
            '×' | '*' if after_digit && before_digit => "乘",
            '*' => {
                let stars = self.text[at..].iter().take_while(|it| **it == '*').count();
                self.go("星号", at + stars);
                return;
            }
            '+' if before_digit && after_digit => "加",
            '+' if before_digit => "正",
            '±' => "正负",
            '=' if self.is_digit(to) => "等于",
            '>' | '＞' if self.is_digit(to) => "大于",
            '<' | '＜' if self.is_digit(to) => "小于",
            '≥' | '≧' => "大于等于",
            '≤' | '≦' => "小于等于",
            '≈' => "约",
            '%' => "百分比",
            '‰' => "千分比",
            '№' => "编号",
            // 共为 3 元 is not 为了.
            '为' if self.is_digit(to) => "维",
            'N' | 'n' if self.is_number_sign(at) => {
                self.go("编号", self.skip(at + 3));
                return;
            }
            _ => {
                if let Some(value) = numbered_sign(letter) {
                    self.go(&numbers::cardinal(value), at + 1);
                } else if let Some((said, length)) = unit(self.rest(at), false) {
                    self.go(said, at + length);
                } else {
                    self.said.push(letter);
                    self.at += 1;
                }
                return;
            }
        };
        self.go(said, at + 1);
    }

    /// No.5
    fn is_number_sign(&self, at: usize) -> bool {
        let is_word = at > 0 && self.text[at - 1].is_ascii_alphabetic();
        !is_word
            && matches!(self.get(at + 1), Some('o' | 'O'))
            && self.get(at + 2) == Some('.')
            && self.is_digit(self.skip(at + 3))
    }

    /// What a line between two things means: from here to there, less than nothing, or nothing at all.
    fn dash(&mut self) {
        let at = self.at;
        let letter = self.text[at];
        let before = self.before(at);
        let last = before.last().copied();
        let is_single = !(is_line(self.get(at + 1)) || at > 0 && is_line(self.get(at - 1)));
        let to = self.skip(at + 1);
        let leads = self.is_digit(to)
            || HALVES.iter().any(|half| starts_with(self.rest(to), half))
            || (is_wave(letter) && is_minus(self.get(to)) && self.is_digit(to + 1));
        let is_bare = last.is_some_and(|last| last.is_ascii_digit());
        let is_end = last.is_some_and(|last| ENDS.contains(last)) && !ends_with(before, "单元");
        if (is_single || is_wave(letter)) && leads && (is_bare || is_end) {
            let rises = !is_bare || !self.is_digit(to) || !is_minus(Some(letter)) || self.rises(at);
            self.go(if rises { "到" } else { "杠" }, to);
            return;
        }
        let is_below = is_single && is_minus(Some(letter)) && self.is_digit(at + 1);
        let joins = last.is_some_and(|last| {
            last.is_ascii_alphanumeric() || ")）栋元室楼层号幢座组户".contains(last)
        });
        if is_below && joins && to == at + 1 {
            self.go("杠", to);
        } else if is_below {
            let (_, end) = self.number(at + 1);
            let rest = self.rest(self.skip(end));
            let is_cold = ["℃", "°C", "度", "摄氏"]
                .iter()
                .any(|unit| starts_with(rest, unit));
            self.go(if is_cold { "零下" } else { "负" }, at + 1);
        } else {
            self.said.push(letter);
            self.at += 1;
        }
    }

    /// Whether the number behind the line at this place is greater than the one before it, and no
    /// other is joined to them by a line.
    fn rises(&self, at: usize) -> bool {
        let before = self.before(at);
        let digits = before
            .iter()
            .rev()
            .take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ','));
        let from = before.len() - digits.count();
        let to = self.skip(at + 1);
        let (number, end) = self.number(to);
        let value = |text: String| text.replace(',', "").parse::<f64>().ok();
        let first = value(self.slice(from, before.len()));
        let part = number.part.as_deref().unwrap_or("0");
        let second = value(format!("{}.{part}", number.whole));
        let joined = from > 1 && is_minus(self.get(from - 1)) && self.is_digit(from - 2)
            || is_minus(self.get(end)) && self.is_digit(end + 1);
        !joined && matches!((first, second), (Some(first), Some(second)) if first < second)
    }
}

/// Figures and signs of Chinese width are the others.
fn narrow(letter: char) -> char {
    match letter {
        '０'..='９' | '％' | '．' | '／' | '＋' | '－' | '＊' | '＝' | '＃' => {
            u32::from(letter)
                .checked_sub(0xfee0)
                .and_then(char::from_u32)
                .unwrap_or(letter)
        }
        '˚' | 'º' => '°',
        letter => letter,
    }
}

fn is_numeral(letter: char) -> bool {
    "〇零一二两三四五六七八九幺十百千万亿".contains(letter)
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{3000}')
}

/// A line that may join two things.
fn is_dash(letter: Option<char>) -> bool {
    is_line(letter) || letter.is_some_and(is_wave)
}

fn is_line(letter: Option<char>) -> bool {
    is_minus(letter) || matches!(letter, Some('–' | '—' | '―' | '‐' | '‑'))
}

fn is_minus(letter: Option<char>) -> bool {
    matches!(letter, Some('-' | '−'))
}

fn is_wave(letter: char) -> bool {
    matches!(letter, '~' | '～' | '〜')
}

/// The number in a circle, in brackets, before a point, or of a Roman figure.
fn numbered_sign(letter: char) -> Option<u64> {
    let first = match letter {
        '①'..='⑳' => '①',
        '⑴'..='⒇' => '⑴',
        '⒈'..='⒛' => '⒈',
        'Ⅰ'..='Ⅻ' => 'Ⅰ',
        _ => return None,
    };
    Some(u64::from(u32::from(letter) - u32::from(first)) + 1)
}
