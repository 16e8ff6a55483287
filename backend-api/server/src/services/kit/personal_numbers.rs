//! Numbers of people in a text: identity numbers, mobile telephones, bank cards; in digits of every width, with
//! spaces, dashes and what is invisible inside. Pure. The console marks the same while somebody writes
//! (`console/src/bulletin/numbers.ts`); what is refused is decided here.

use contract::staff::PersonalNumberKind;

/// A number that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: PersonalNumberKind,
    /// Its digits alone, ASCII, and the X of an identity number.
    pub digits: String,
    /// The same piece of the text, so that nobody is known by it any more.
    pub masked: String,
}

/// Characters that may stand between two digits of one number.
const MOST_BETWEEN: usize = 3;

/// Digits of the longest number.
const LONGEST: usize = 19;

/// Digits without a break: which characters of the text they are.
#[derive(Debug)]
struct Group {
    start: usize,
    end: usize,
}

/// Every number of somebody in a text, in its order; none overlaps another.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let written: Vec<char> = text.chars().collect();
    let plain: Vec<char> = written.iter().copied().map(narrow).collect();
    let groups = groups(&plain);
    let mut found = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let longest = longest(&plain, &groups, first);
        let one = (first..=longest).rev().find_map(|last| {
            let taken = &groups[first..=last];
            kind_of(&plain, taken).map(|(kind, digits)| (last, kind, digits))
        });
        let Some((last, kind, digits)) = one else {
            first += 1;
            continue;
        };
        let piece = groups[first].start..groups[last].end;
        found.push(Found {
            kind,
            masked: masked(&written[piece.clone()], &plain[piece], kind, digits.len()),
            digits,
        });
        first = last + 1;
    }
    found
}

/// ASCII digits of full-width ones, and a capital X of every X.
fn narrow(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xff10 + 0x30).unwrap_or(c),
        'x' | 'X' | '\u{ff38}' | '\u{ff58}' => 'X',
        other => other,
    }
}

/// Spaces and dashes of every kind, and what is invisible.
const fn parts_nothing(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '-' | '\u{a0}' | '\u{2000}'..='\u{200d}' | '\u{2060}' | '\u{202f}' | '\u{3000}' | '\u{feff}'
            | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{2500}'
    )
}

fn groups(plain: &[char]) -> Vec<Group> {
    let at = |index: usize| plain.get(index).copied();
    // An X ends an identity number; inside a word it is a letter.
    let ends_word = |index: usize| !at(index).is_some_and(|c| c.is_ascii_alphanumeric());
    let mut groups = Vec::new();
    let mut start = 0;
    while start < plain.len() {
        let mut end = start;
        while at(end).is_some_and(|c| c.is_ascii_digit()) {
            end += 1;
        }
        let after_letter = end == start && start > 0 && plain[start - 1].is_ascii_alphanumeric();
        if at(end) == Some('X') && ends_word(end + 1) && !after_letter {
            end += 1;
        }
        if end > start {
            groups.push(Group { start, end });
        }
        start = end.max(start + 1);
    }
    groups
}

/// The last group that may belong to one number with this one.
fn longest(plain: &[char], groups: &[Group], first: usize) -> usize {
    let mut last = first;
    let mut length = groups[first].end - groups[first].start;
    while let Some(next) = groups.get(last + 1) {
        let between = &plain[groups[last].end..next.start];
        length += next.end - next.start;
        let joined = (1..=MOST_BETWEEN).contains(&between.len())
            && between.iter().all(|c| parts_nothing(*c));
        if !joined || length > LONGEST {
            break;
        }
        last += 1;
    }
    last
}

fn kind_of(plain: &[char], groups: &[Group]) -> Option<(PersonalNumberKind, String)> {
    let digits: String = groups
        .iter()
        .flat_map(|group| &plain[group.start..group.end])
        .collect();
    let kind = if is_resident_id(&digits) {
        PersonalNumberKind::Id
    } else if is_mobile(&digits) {
        PersonalNumberKind::Mobile
    } else if is_card(&digits) && printed_as_card(groups) {
        PersonalNumberKind::Card
    } else {
        return None;
    };
    Some((kind, digits))
}

/// Values of ASCII digits.
fn values(digits: &str) -> impl DoubleEndedIterator<Item = u32> {
    digits.bytes().map(|digit| u32::from(digit - b'0'))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An identity number with the right check digit (GB 11643), or an old one of 15 digits with a day in it.
fn is_resident_id(digits: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    match digits.len() {
        18 if all_digits(&digits[..17]) => {
            let sum: u32 = values(&digits[..17])
                .zip(WEIGHTS)
                .map(|(value, weight)| value * weight)
                .sum();
            CHECK.get((sum % 11) as usize) == digits.as_bytes().last()
        }
        15 if all_digits(digits) && !digits.starts_with('0') => {
            let number = |from: usize| digits[from..from + 2].parse::<u32>().unwrap_or(0);
            (1..=12).contains(&number(8)) && (1..=31).contains(&number(10))
        }
        _ => false,
    }
}

/// A mobile telephone, with or without the country before it.
fn is_mobile(digits: &str) -> bool {
    let national = match digits.len() {
        13 => digits.strip_prefix("86"),
        15 => digits.strip_prefix("0086"),
        _ => Some(digits),
    };
    national.is_some_and(|it| {
        it.len() == 11
            && all_digits(it)
            && it.starts_with('1')
            && matches!(it.as_bytes()[1], b'3'..=b'9')
    })
}

/// Whether 16 to 19 digits end in the check digit of cards (Luhn, ISO/IEC 7812).
fn is_card(digits: &str) -> bool {
    let fits =
        (16..=LONGEST).contains(&digits.len()) && all_digits(digits) && !digits.starts_with('0');
    let sum: u32 = if fits {
        values(digits)
            .rev()
            .enumerate()
            .map(|(at, value)| {
                let weighed = if at % 2 == 0 { value } else { value * 2 };
                if weighed > 9 { weighed - 9 } else { weighed }
            })
            .sum()
    } else {
        1
    };
    sum.is_multiple_of(10)
}

/// Cards are printed in fours, or six and the rest; dates side by side are not.
fn printed_as_card(groups: &[Group]) -> bool {
    let length = |group: &Group| group.end - group.start;
    match groups {
        [] | [_] => true,
        [first, _] if length(first) == 6 => true,
        [but_last @ .., _] => but_last.iter().all(|group| length(group) == 4),
    }
}

/// The piece with stars in its middle: so many characters at both ends still tell who knows them anyway.
fn masked(written: &[char], plain: &[char], kind: PersonalNumberKind, digits: usize) -> String {
    let (before, after, country) = match kind {
        PersonalNumberKind::Id => (6, 4, 0),
        PersonalNumberKind::Mobile => (3, 4, digits.saturating_sub(11)),
        PersonalNumberKind::Card => (4, 4, 0),
    };
    let mut at = 0;
    written
        .iter()
        .zip(plain)
        .map(|(c, narrow)| {
            if !narrow.is_ascii_digit() && *narrow != 'X' {
                return *c;
            }
            at += 1;
            if at > country + before && at <= digits - after {
                '*'
            } else {
                *c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "11010519491231002X";
    const MOBILE: &str = "13800000001";
    /// Belongs to nobody; its check digit is right.
    const CARD: &str = "6222020000000000000";

    fn said(text: &str) -> Vec<(PersonalNumberKind, String)> {
        let found = find(text).into_iter();
        found.map(|one| (one.kind, one.digits)).collect()
    }

    #[test]
    fn however_they_are_written() {
        use PersonalNumberKind::{Card, Id, Mobile};
        for (text, kind, digits) in [
            (format!("身份证{ID}，请带户口簿"), Id, ID),
            ("身份证11010519491231002x。".to_owned(), Id, ID),
            ("１１０１０５１９４９１２３１００２Ｘ".to_owned(), Id, ID),
            ("110105 19491231 002X".to_owned(), Id, ID),
            ("110105-1949-1231-002 X".to_owned(), Id, ID),
            ("旧号130503670401001。".to_owned(), Id, "130503670401001"),
            ("电话：138 0000 0001".to_owned(), Mobile, MOBILE),
            ("１３８－００００－０００１".to_owned(), Mobile, MOBILE),
            ("+86 13800000001".to_owned(), Mobile, "8613800000001"),
            ("138\u{200b}0000\u{200b}0001".to_owned(), Mobile, MOBILE),
            ("卡号 6222 0200 0000 0000 000".to_owned(), Card, CARD),
            ("622202 0000000000000".to_owned(), Card, CARD),
        ] {
            assert_eq!(said(&text), [(kind, digits.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_anybody() {
        for text in [
            "2026-11-30 2026-12-01",
            "0512-40000001、0512-40000002",
            "合计 1,234,567.89 元",
            "编号 20261125-007",
            "138****0001",
            "999999********0025",
            "13800000001234567890123",
            "2026年11月30日 08:30",
            "110105194912310021",
            "6222020000000000001",
            "12800000001",
            "BOX 12",
            "",
        ] {
            assert!(said(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn several_stand_side_by_side() {
        use PersonalNumberKind::{Id, Mobile};
        let (id, mobile) = ((Id, ID.to_owned()), (Mobile, MOBILE.to_owned()));
        assert_eq!(
            said(&format!("{ID} {MOBILE}")),
            [id.clone(), mobile.clone()]
        );
        assert_eq!(
            said(&format!("{MOBILE} {MOBILE}")),
            [mobile.clone(), mobile.clone()]
        );
        assert_eq!(said(&format!("2026-11-30 {MOBILE}")), [mobile]);
        assert_eq!(said(&format!("刘玉兰{ID}户")), [id]);
    }

    #[test]
    fn masked_they_are_found_no_more() {
        for (text, masked) in [
            (ID, "110105********002X"),
            (MOBILE, "138****0001"),
            ("138 0000 0001", "138 **** 0001"),
            ("8613800000001", "86138****0001"),
            ("6222 0200 0000 0000 000", "6222 **** **** ***0 000"),
            ("１３８０００００００１", "１３８****０００１"),
        ] {
            assert_eq!(find(text)[0].masked, masked);
            assert!(find(masked).is_empty(), "{masked}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_finds_what_stands_alone(before in "[^0-9０-９xXＸｘ]{0,6}[一-龥]", after in "[一-龥][^0-9]{0,6}", noise in ".{0,40}") {
            let _ = find(&noise);
            let found = said(&format!("{before}{ID}{after}"));
            prop_assert!(found.contains(&(PersonalNumberKind::Id, ID.to_owned())));
        }
    }
}
