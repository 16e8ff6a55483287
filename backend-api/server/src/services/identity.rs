//! Personal numbers as people type them: identity number (GB 11643), telephone and card, each in
//! one normal form and with the form that may be shown.
//!
//! Complaints are Chinese sentences that say what to write instead, and never quote the number.

use contract::member::Sex;
use jiff::civil::Date;

/// Weights of the first 17 characters (GB 11643, appendix A).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters by the weighted sum modulo 11.
const CHECK: &[u8; 11] = b"10X98765432";

/// An identity number that is well-formed.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber {
    /// 18 characters, the last a digit or `X`.
    pub normal: String,
    /// Date of birth, ISO 8601.
    pub born_on: String,
    /// Sex.
    pub sex: Sex,
}

// Never in a log.
impl std::fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdNumber").finish_non_exhaustive()
    }
}

/// Reads an identity number. `today` bounds the date of birth.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn id_number(text: &str, today: Date) -> Result<IdNumber, &'static str> {
    let normal = plain(text);
    if looks_rounded(&normal) {
        return Err("身份证号被表格软件改成了科学计数，后几位已丢失，请把这一列设为文本后重新填写");
    }
    let bytes = normal.as_bytes();
    if bytes.len() == 15 && bytes.iter().all(u8::is_ascii_digit) {
        return Err("这是 15 位的旧号码，请填写 18 位的身份证号");
    }
    let (Some(body), Some(last)) = (bytes.get(..17), bytes.get(17)) else {
        return Err("身份证号须为 18 位，请对照证件检查");
    };
    if bytes.len() != 18 || !body.iter().all(u8::is_ascii_digit) {
        return Err("身份证号须为 18 位，前 17 位是数字，请对照证件检查");
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    if CHECK[(sum % 11) as usize] != *last {
        return Err("身份证号的校验位不对，有数字写错了，请对照证件检查");
    }
    let number = |from: usize, until: usize| {
        body[from..until]
            .iter()
            .fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'))
    };
    let small = |from: usize, until: usize| i8::try_from(number(from, until)).ok();
    let born = small(10, 12)
        .zip(small(12, 14))
        .and_then(|(month, day)| Date::new(number(6, 10), month, day).ok())
        .filter(|born| born.year() >= 1880 && *born <= today)
        .ok_or("身份证号里的出生日期不对，请对照证件检查")?;
    let sex = if body[16] % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    Ok(IdNumber {
        born_on: born.to_string(),
        sex,
        normal,
    })
}

/// An identity number as it may be shown. Where date of birth and sex stand beside it, nothing
/// after the six digits of the place may be: birth date and two more characters leave a handful of
/// possible numbers.
#[must_use]
pub fn id_hint(normal: &str) -> String {
    format!("{}************", normal.get(..6).unwrap_or_default())
}

/// Reads a telephone number: a mobile one of 11 digits, or a fixed one with its area code.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn phone(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "电话须为 11 位手机号，或带区号的固定电话，例如 0516-88880000";
    let plain = plain(text);
    if looks_rounded(&plain) {
        return Err("电话被表格软件改成了科学计数，请把这一列设为文本后重新填写");
    }
    let digits: String = plain
        .chars()
        .filter(|c| !matches!(c, '-' | '(' | ')'))
        .collect();
    let digits = digits
        .strip_prefix("+86")
        .or_else(|| digits.strip_prefix("0086"))
        .unwrap_or(&digits);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WRONG);
    }
    let mobile = digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3';
    let fixed =
        (10..=12).contains(&digits.len()) && digits.starts_with('0') && !digits.starts_with("00");
    if mobile || fixed {
        Ok(digits.to_owned())
    } else {
        Err(WRONG)
    }
}

/// A telephone number as it may be shown: 138****0001.
#[must_use]
pub fn phone_hint(normal: &str) -> String {
    let first = normal.get(..3).unwrap_or_default();
    let last = normal.get(normal.len().saturating_sub(4)..);
    format!("{first}****{}", last.unwrap_or_default())
}

/// Reads the number a card reader types.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn card(text: &str) -> Result<String, &'static str> {
    let normal = normal_card(text);
    if looks_rounded(&normal) {
        return Err("卡号被表格软件改成了科学计数，请把这一列设为文本后重新填写");
    }
    let good =
        (6..=32).contains(&normal.len()) && normal.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if good {
        Ok(normal)
    } else {
        Err("卡号须为 6 到 32 个数字或字母，请在读卡器上刷一下再填")
    }
}

/// What a reader typed, in the form in which cards are looked up.
#[must_use]
pub fn normal_card(typed: &str) -> String {
    plain(typed).replace(['-', ':'], "")
}

/// A card as it may be shown.
#[must_use]
pub fn card_hint(normal: &str) -> String {
    let last = normal.get(normal.len().saturating_sub(4)..);
    format!("****{}", last.unwrap_or_default())
}

/// Upper case, without spaces and invisible characters; full-width characters as the narrow ones.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '—' | '–' => '-',
            c => c,
        })
        .filter(|c| {
            let invisible =
                matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
            // A spreadsheet's mark for text.
            !c.is_whitespace() && !c.is_control() && !invisible && *c != '\''
        })
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// What is left of a long number after a spreadsheet took it for one to calculate with.
fn looks_rounded(plain: &str) -> bool {
    plain.contains("E+") || (plain.contains('.') && plain.contains('E'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    #[test]
    fn the_example_of_the_standard() {
        let read = id_number("11010519491231002X", today()).unwrap();
        assert_eq!(read.normal, "11010519491231002X");
        assert_eq!(read.born_on, "1949-12-31");
        assert_eq!(read.sex, Sex::Female);
        let second = id_number("440524188001010014", today()).unwrap();
        assert_eq!(second.born_on, "1880-01-01");
        assert_eq!(second.sex, Sex::Male);
    }

    #[test]
    fn however_it_is_typed_it_is_the_same_number() {
        for typed in [
            "11010519491231002x",
            " 110105 19491231 002X ",
            "１１０１０５１９４９１２３１００２Ｘ",
            "'11010519491231002X",
            "\u{202d}11010519491231002X\u{202c}",
        ] {
            assert_eq!(
                id_number(typed, today()).unwrap().normal,
                "11010519491231002X"
            );
        }
    }

    #[test]
    fn wrong_ones_are_told_apart_and_not_quoted() {
        let said = |text: &str| {
            let said = id_number(text, today()).unwrap_err();
            assert!(text.is_empty() || !said.contains(text), "{said}");
            said
        };
        assert!(said("110105491231002").contains("15 位"));
        assert!(said("110105194912310021").contains("校验位"));
        assert!(said("1101051949123100").contains("18 位"));
        assert!(said("1.10105E+17").contains("科学计数"));
        assert!(said("").contains("18 位"));
        assert!(said("11010519491231002XX").contains("18 位"));
        assert!(said("A1010519491231002X").contains("前 17 位"));
        // Well-formed but for the date: the 30th of February, and tomorrow.
        assert!(said(&with_check("11010519900230001")).contains("出生日期"));
        assert!(said(&with_check("11010520261123001")).contains("出生日期"));
        assert!(id_number(&with_check("11010520261122001"), today()).is_ok());
    }

    fn with_check(body: &str) -> String {
        let sum: u32 = body
            .bytes()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        format!("{body}{}", char::from(CHECK[(sum % 11) as usize]))
    }

    #[test]
    fn telephones() {
        for (typed, normal) in [
            ("13800000001", "13800000001"),
            ("138 0000 0001", "13800000001"),
            ("+86 138-0000-0001", "13800000001"),
            ("0516-88880000", "051688880000"),
            ("（010）12345678", "01012345678"),
        ] {
            assert_eq!(phone(typed).as_deref(), Ok(normal), "{typed}");
        }
        for wrong in [
            "",
            "12800000001",
            "1380000000",
            "138000000011",
            "88880000",
            "一三八",
            "1.38E+10",
            "0086",
        ] {
            phone(wrong).unwrap_err();
        }
    }

    #[test]
    fn cards() {
        assert_eq!(card(" 0012345678 ").as_deref(), Ok("0012345678"));
        assert_eq!(card("04:a2:2b:1c").as_deref(), Ok("04A22B1C"));
        for wrong in ["", "123", "卡 123456", "1.2345E+09"] {
            card(wrong).unwrap_err();
        }
    }

    #[test]
    fn hints_hide_what_must_be_hidden() {
        assert_eq!(id_hint("11010519491231002X"), "110105************");
        assert_eq!(phone_hint("13800000001"), "138****0001");
        assert_eq!(phone_hint("051688880000"), "051****0000");
        assert_eq!(card_hint("0012345678"), "****5678");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(
            body in "(11|32|51)[0-9]{4}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}",
            at in 0_usize..17,
            by in 1_u8..10,
        ) {
            let right = with_check(&body);
            prop_assert!(id_number(&right, today()).is_ok());
            let mut bytes = right.into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
            let wrong = String::from_utf8(bytes).unwrap();
            prop_assert!(id_number(&wrong, today()).is_err());
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,30}") {
            let _ = (id_number(&text, today()), phone(&text), card(&text));
            let _ = (id_hint(&text), phone_hint(&text), card_hint(&text));
        }
    }
}
