//! Numbers as people say them.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Longest whole number that is counted; a longer one is said digit by digit.
pub(super) const COUNTED: usize = 16;

/// A number as it is written: digits without separators, and what follows the point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub whole: String,
    pub part: Option<String>,
    /// It was written with separators of thousands.
    pub grouped: bool,
}

impl Number {
    /// It is two, and nothing else.
    pub fn is_two(&self) -> bool {
        self.whole == "2" && self.part.is_none()
    }

    /// As people count.
    pub fn said(&self) -> String {
        let mut said = whole(&self.whole);
        if let Some(part) = &self.part {
            said.push('点');
            said.extend(part.chars().map(digit));
        }
        said
    }
}

/// A digit.
pub(super) fn digit(digit: char) -> char {
    digit
        .to_digit(10)
        .and_then(|value| DIGITS.get(value as usize))
        .copied()
        .unwrap_or(digit)
}

/// Digit by digit, as years are said.
pub(super) fn digits(text: &str) -> String {
    text.chars().map(digit).collect()
}

/// A year: people write its zero as a circle, and so do voices know it.
pub(super) fn year(text: &str) -> String {
    digits(text).replace('零', "〇")
}

/// Digit by digit, as people say numbers of telephones, rooms and papers.
pub(super) fn code(text: &str) -> String {
    digits(text).replace('一', "幺")
}

/// A whole number: counted, unless it is too long or begins with a zero that counting would drop.
pub(super) fn whole(text: &str) -> String {
    let begins_with_zero = text.len() > 1 && text.starts_with('0');
    match text.parse() {
        Ok(value) if !begins_with_zero && text.len() <= COUNTED => cardinal(value),
        _ => digits(text),
    }
}

/// As people count; at the beginning it is 两千, 两万 and 两亿.
pub(super) fn cardinal(value: u64) -> String {
    let said = counted(value, true);
    let mut letters = said.chars();
    match (letters.next(), letters.next()) {
        (Some('二'), Some('千' | '万' | '亿')) => said.replacen('二', "两", 1),
        _ => said,
    }
}

/// Yuan, jiao and fen; `part` has one or two digits.
pub(super) fn money(whole_part: &str, part: &str) -> String {
    let mut cents = part.chars().map(|digit| digit.to_digit(10).unwrap_or(0));
    let (jiao, fen) = (cents.next().unwrap_or(0), cents.next().unwrap_or(0));
    let name = |value: u32| DIGITS[value as usize];
    let mut said = String::new();
    let nothing = whole_part.chars().all(|digit| digit == '0');
    if !nothing || (jiao == 0 && fen == 0) {
        let two = whole_part == "2";
        said.push_str(if two { "两" } else { "" });
        if !two {
            said.push_str(&whole(whole_part));
        }
        said.push('元');
    }
    match (jiao, fen) {
        (0, 0) => said.push('整'),
        (0, fen) => {
            if !said.is_empty() {
                said.push('零');
            }
            said.push(name(fen));
            said.push('分');
        }
        (jiao, fen) => {
            said.push(name(jiao));
            said.push('角');
            if fen > 0 {
                said.push(name(fen));
                said.push('分');
            }
        }
    }
    said
}

/// `first`: nothing stands before it, so that ten is 十 and not 一十.
fn counted(value: u64, first: bool) -> String {
    for (unit, name, least) in [(100_000_000, '亿', 10_000_000), (10_000, '万', 1_000)] {
        if value >= unit {
            let mut said = counted(value / unit, first);
            said.push(name);
            let rest = value % unit;
            if rest > 0 {
                if rest < least {
                    said.push('零');
                }
                said.push_str(&counted(rest, false));
            }
            return said;
        }
    }
    small(value, first)
}

/// Below ten thousand.
fn small(value: u64, first: bool) -> String {
    if value == 0 {
        return "零".to_owned();
    }
    let mut said = String::new();
    let mut gap = false;
    for (unit, name) in [
        (1_000, Some('千')),
        (100, Some('百')),
        (10, Some('十')),
        (1, None),
    ] {
        let count = value / unit % 10;
        if count == 0 {
            gap = !said.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            said.push('零');
        }
        let is_bare_ten = first && said.is_empty() && unit == 10 && count == 1;
        if !is_bare_ten {
            said.push(usize::try_from(count).map_or('零', |count| DIGITS[count]));
        }
        said.extend(name);
    }
    said
}
