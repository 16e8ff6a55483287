//! Amounts of money as people write them: yuan with at most two decimals become integer fen. No float ever holds
//! one.

/// Digits of the yuan: a hundred thousand million.
const MOST_DIGITS: usize = 11;

/// A spreadsheet's formula may leave a trace of its own arithmetic; from so many nines or zeros on it is that.
const NOISE: usize = 6;

/// Reads an amount.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn fen(written: &str) -> Result<i64, String> {
    let text: String = written.chars().filter_map(plain).collect();
    let text = text.strip_prefix('¥').unwrap_or(&text);
    let text = text.strip_suffix('元').unwrap_or(text);
    if text.is_empty() {
        return Err("金额空着".to_owned());
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    let digits = digits.strip_prefix('¥').unwrap_or(digits);
    if digits.contains('万') || digits.contains('亿') {
        return Err("请换算成元，写成 12345.67 这样".to_owned());
    }
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits.contains(['e', 'E']) && digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("写成了科学计数，请改成普通的数，如 12345.67".to_owned());
    }
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = without_separators(whole).filter(|it| number(it));
    let (Some(whole), true) = (whole, part.is_empty() || number(part)) else {
        return Err(format!(
            "“{}”不是金额，请写成 12345.67 这样",
            shortened(written)
        ));
    };
    let whole = whole.trim_start_matches('0');
    if whole.len() > MOST_DIGITS {
        return Err("金额太大，请核对".to_owned());
    }
    let cents = cents(part)?;
    let yuan: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().map_err(|_| "金额太大，请核对".to_owned())?
    };
    let fen = yuan * 100 + cents;
    Ok(if negative { -fen } else { fen })
}

/// As it is written in public: `5,432,418.39`.
#[must_use]
pub fn yuan(fen: i64) -> String {
    let whole = (fen.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{:02}", fen.unsigned_abs() % 100)
}

/// A character as machines write it; nothing for a space.
fn plain(c: char) -> Option<char> {
    Some(match c {
        c if c.is_whitespace() => return None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        '−' | '–' | '—' => '-',
        '￥' => '¥',
        other => other,
    })
}

/// The digits without commas, if those stand where they part thousands.
fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut rest = groups.peekable();
    if rest.peek().is_some() && !(1..=3).contains(&first.len()) {
        return None;
    }
    let mut digits = first.to_owned();
    for group in rest {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

/// The fen of what stands behind the point.
fn cents(part: &str) -> Result<i64, String> {
    let digit = |at: usize| part.as_bytes().get(at).map_or(0, |b| i64::from(b - b'0'));
    let cents = digit(0) * 10 + digit(1);
    let rest = part.get(2..).unwrap_or_default();
    if rest.bytes().all(|b| b == b'0') {
        return Ok(cents);
    }
    let starts = |with: &str| rest.len() >= NOISE && rest.starts_with(&with.repeat(NOISE));
    if starts("0") {
        Ok(cents)
    } else if starts("9") {
        Ok(cents + 1)
    } else {
        let count = part.trim_end_matches('0').len();
        Err(format!("有 {count} 位小数，最多写到分（两位）"))
    }
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_as_offices_write_them() {
        for (text, expected) in [
            ("0", 0),
            ("12", 1_200),
            ("12.5", 1_250),
            ("12.05", 1_205),
            (" 5,432,418.39 ", 543_241_839),
            ("￥1,204.50元", 120_450),
            ("１２．３４", 1_234),
            ("-7.1", -710),
            ("(1,000.00)", -100_000),
            ("0.10", 10),
            ("007", 700),
            ("99999999999.99", 9_999_999_999_999),
            // What a spreadsheet adds up in floats.
            ("59173.049999999996", 5_917_305),
            ("0.30000000000000004", 30),
            ("2.9999999999", 300),
            ("1.999999999", 200),
        ] {
            assert_eq!(fen(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_says_what_to_write() {
        for (text, words) in [
            ("", "空着"),
            ("元", "空着"),
            ("3.141", "3 位小数"),
            ("1.2E+05", "科学计数"),
            ("12万", "换算成元"),
            ("错误值 #REF!", "不是金额"),
            ("1,23", "不是金额"),
            ("1234,567", "不是金额"),
            ("12.3.4", "不是金额"),
            ("--5", "不是金额"),
            ("一百", "不是金额"),
            ("123456789012", "太大"),
            (".", "不是金额"),
        ] {
            let said = fen(text).unwrap_err();
            assert!(said.contains(words), "{text}: {said}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(amount in -9_999_999_999_999_i64..=9_999_999_999_999) {
            prop_assert_eq!(fen(&yuan(amount)), Ok(amount));
        }

        #[test]
        fn nothing_panics(text in "[-0-9.,()元¥eE万一 ]{0,24}") {
            let _ = fen(&text);
        }
    }
}
