//! Recovery codes: ten that are shown once when a second factor is set up. What is kept of one is keyed by
//! the vault, so that nobody tries them on a copy of the database.

use super::kit::error::Result;
use super::secrets;

/// So many an account is given.
pub const COUNT: usize = 10;

/// Without i, l, o and u, which are misread or spell something (Crockford's base 32). Sixteen of them are
/// 80 bits.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 16;

/// Codes for an account, in the form in which they are kept.
///
/// # Errors
/// [`ServiceError::Internal`](super::kit::error::ServiceError::Internal) when the system has no randomness to
/// give.
pub fn draw() -> Result<Vec<String>> {
    (0..COUNT).map(|_| draw_one(LENGTH)).collect()
}

/// A code of so many letters.
///
/// # Errors
/// As [`draw`].
pub(super) fn draw_one(length: usize) -> Result<String> {
    let one = |_| {
        let [byte] = secrets::random_bytes()?;
        Ok(char::from(LETTERS[usize::from(byte % 32)]))
    };
    (0..length).map(one).collect()
}

/// As people copy it: `0a1b-2c3d-…`.
#[must_use]
pub fn shown(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// What somebody typed, in the form in which codes are kept; nothing if it cannot be one.
#[must_use]
pub fn normal(typed: &str) -> Option<String> {
    normal_of(typed, LENGTH)
}

/// As [`normal`], of a code of so many letters.
pub(super) fn normal_of(typed: &str, length: usize) -> Option<String> {
    let letter = |c: char| match c.to_ascii_lowercase() {
        ' ' | '-' | '－' | '—' | '\u{3000}' => None,
        // A Chinese keyboard easily types full-width signs.
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        'o' => Some('0'),
        'i' | 'l' => Some('1'),
        'Ａ'..='Ｚ' => char::from_u32(c as u32 - 'Ａ' as u32 + 'a' as u32),
        'ａ'..='ｚ' => char::from_u32(c as u32 - 'ａ' as u32 + 'a' as u32),
        other => Some(other),
    };
    let code: String = typed.chars().filter_map(letter).collect();
    let good = code.len() == length && code.bytes().all(|byte| LETTERS.contains(&byte));
    good.then_some(code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_differ_and_are_read_as_people_type_them() {
        let codes = draw().unwrap();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), COUNT);
        for code in &codes {
            let shown = shown(code);
            assert_eq!(shown.len(), 19);
            for typed in [&shown, &shown.to_uppercase(), &format!(" {code} ")] {
                assert_eq!(normal(typed).as_ref(), Some(code));
            }
        }
        assert_eq!(
            normal("OIL0-１234-abcd-efgh").as_deref(),
            Some("01101234abcdefgh")
        );
        for none in ["", "123456", "uuuu-uuuu-uuuu-uuuu", "0123-4567-89ab-cdef-0"] {
            assert_eq!(normal(none), None, "{none}");
        }
    }
}
