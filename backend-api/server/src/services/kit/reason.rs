//! Reasons that staff give, which logs and records keep.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::error::{Result, ServiceError};
use super::{calendar, names};

/// Digits in a row that look like a number of somebody.
const NUMBER: usize = 7;

/// A reason that was found good. There is no other way to one than [`checked`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given(String);

impl std::ops::Deref for Given {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The reason without spaces around it: 2 to 200 characters, and no personal numbers, since it is
/// kept in clear.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `field`.
pub fn checked(field: &str, reason: &str) -> Result<Given> {
    let reason = names::title(reason, "原因", 200)
        .ok()
        .filter(|reason| reason.chars().count() >= 2)
        .ok_or_else(|| ServiceError::field(field, "请用 2 到 200 个字写明原因"))?;
    if holds_a_number(&reason) {
        return Err(ServiceError::field(
            field,
            "原因会保存在记录里，请不要写身份证号、电话或卡号",
        ));
    }
    Ok(Given(reason))
}

/// Whether a text holds what may be somebody's number, whatever digits it is written with, and spaces,
/// dashes and dots in it not counted. A date is none.
#[must_use]
pub fn holds_a_number(text: &str) -> bool {
    // What is invisible parts no number, wherever the text comes from.
    let text = names::text(text);
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if is_digit(c) || (parts(c) && !run.is_empty()) {
            run.push(c);
            continue;
        }
        if is_number(&run) {
            return true;
        }
        run.clear();
    }
    false
}

/// Whether digits and what parts them are a number rather than dates and small figures.
fn is_number(run: &str) -> bool {
    let run: Vec<char> = run.chars().collect();
    let (mut digits, mut at) = (0, 0);
    while let Some(c) = run.get(at) {
        let begins = at == 0 || !is_digit(run[at - 1]);
        match date_end(&run, at).filter(|_| begins) {
            Some(end) => at = end,
            None => {
                digits += usize::from(is_digit(*c));
                at += 1;
            }
        }
    }
    digits >= NUMBER
}

/// Where a date ends that begins here: 2026-03-01, 2026.3.1. One without marks between may be a number.
fn date_end(run: &[char], from: usize) -> Option<usize> {
    let mut end = from;
    for (most, parted) in [(4, false), (2, true), (2, true)] {
        if parted {
            run.get(end).filter(|c| matches!(c, '-' | '.' | '/'))?;
            end += 1;
        }
        let digits = run[end..].iter().take_while(|c| c.is_ascii_digit()).count();
        if !(1..=most).contains(&digits) {
            return None;
        }
        end += digits;
    }
    let text: String = run[from..end].iter().collect();
    calendar::day(&text).map(|_| end)
}

/// What people write between the digits of one number.
fn parts(c: char) -> bool {
    c.is_whitespace() && c != '\n'
        || matches!(
            c,
            '-' | '.' | '_' | '/' | '·' | '．' | '＿' | '／' | '～' | '~'
        )
        || c.general_category() == GeneralCategory::DashPunctuation
}

fn is_digit(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
        || matches!(
            c,
            '〇' | '零'
                | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '幺'
                | '壹'
                | '贰'
                | '叁'
                | '肆'
                | '伍'
                | '陆'
                | '柒'
                | '捌'
                | '玖'
                | '①'..='⑨' | '⓪'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_why_and_no_numbers() {
        assert_eq!(&*checked("reason", " 办理医保 ").unwrap(), "办理医保");
        let cleaned = checked("reason", "办理\u{200b}医保\u{202e}").unwrap();
        assert_eq!(&*cleaned, "办理医保");
        for right in [
            "2026 年 3 月起外出务工",
            "2026-03-01 起住院，2026-03-20 出院",
            "2026.3.1-2026.3.20 住院",
            "第 1 组 25 人，二〇二六年三月",
            "三会一课请假一次",
        ] {
            assert!(checked("reason", right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            " 病 ",
            "病\u{200b}",
            "\u{200b}\u{3164}",
            &"长".repeat(201),
            "两\n行",
            "证号 11010519491231002X",
            "电话 138 0000 0001",
            "电话 138-0000-0001",
            "电话 138.0000.0001",
            "电话 138—0000—0001",
            "电话 138\u{200b}0000\u{2060}0001",
            "１３８００００００００",
            "١٣٨٠٠٠٠٠٠٠٠",
            "电话一三八零零零零零零零一",
            "电话 20260301 138 0000",
            "住院 2026-03-01 13800000001",
        ] {
            checked("reason", wrong).unwrap_err();
        }
    }
}
