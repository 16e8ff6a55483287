//! Names and titles: of people, households, organizations, televisions, bulletins, meetings, whatever has
//! one. All of them go through here, typed or imported, so that none is one that nobody can see, that
//! reads backwards, or that looks like another and is not.
//!
//! What comes along by copying is taken away without a word: invisible characters, marks of writing
//! direction, spaces around and too many of them inside. What cannot be put right is refused in words
//! that say what to do.
//!
//! | kept | why |
//! |---|---|
//! | ideographic variation sequences (UTS 37) | a rare form of a character in somebody's name |
//! | variation selectors of Mongolian | how a letter is written depends on them |
//! | letters that run from right to left | names in Uyghur |

use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory as _};

use super::error::{Result, ServiceError};

/// What is said of a member's standing that this program does not know.
pub const UNKNOWN_STATUS: &str =
    "身份不认识，须为正式党员、预备党员、发展对象、入党积极分子、入党申请人或群众";

/// So many marks may stand on one letter: Vietnamese needs two at most after composition.
const MARKS: usize = 3;
/// A Tibetan stack has letters below letters, which count as marks.
const TIBETAN_MARKS: usize = 8;

/// One line without what nobody can see, NFC (UAX 15).
#[must_use]
pub fn cleaned(text: &str) -> String {
    let text = visible(text);
    let mut line = String::with_capacity(text.len());
    let mut gap = false;
    // What a line cannot hold stays, so that it can be complained of.
    for c in text.trim().chars() {
        if is_space(c) && !c.is_control() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
        }
        line.push(c);
    }
    composed(&line)
}

/// A person's name: as [`cleaned`], without the spaces with which lists stretch names of two characters,
/// and with one kind of dot between the parts of a name.
#[must_use]
pub fn person(text: &str) -> String {
    let text = cleaned(text);
    let mut name = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut before = None;
    while let Some(c) = rest.next() {
        let beside = |other: Option<char>| other.is_some_and(|c| is_han(c) || is_selector(c));
        if c == ' ' && beside(before) && beside(rest.peek().copied()) {
            continue;
        }
        // GB/T 15834 has U+00B7 between the parts of a name.
        name.push(match c {
            '\u{2022}' | '\u{2027}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}' => '\u{b7}',
            c => c,
        });
        before = Some(c);
    }
    name
}

/// Text of several lines without what nobody can see, NFC, no spaces around it. Its lines stay, and so do
/// spaces that put something in its place.
#[must_use]
pub fn text(text: &str) -> String {
    composed(visible(text).trim())
}

/// Whether anything of a text can be seen.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    self::text(text).is_empty()
}

/// A title of 1 to `most` characters. `what` is what it is called in the complaint.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn title(text: &str, what: &str, most: usize) -> Result<String, String> {
    checked(text, cleaned(text), what, most)
}

/// The name of a person, 1 to `most` characters.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn person_title(text: &str, what: &str, most: usize) -> Result<String, String> {
    checked(text, person(text), what, most)
}

/// As [`title`], for a field of a request.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `name`.
pub fn field(name: &str, text: &str, what: &str, most: usize) -> Result<String> {
    title(text, what, most).map_err(|message| ServiceError::field(name, message))
}

fn checked(given: &str, cleaned: String, what: &str, most: usize) -> Result<String, String> {
    let room = format!("{what}须为 1 到 {most} 个字");
    if cleaned.is_empty() {
        return Err(if given.trim().is_empty() {
            room
        } else {
            format!("{what}里没有看得见的字。{room}，请重新输入")
        });
    }
    if cleaned.contains(char::is_control) {
        return Err(format!(
            "{what}须写在一行里，不能有换行或控制字符，请重新输入"
        ));
    }
    let length = cleaned.chars().filter(|c| !is_selector(*c)).count();
    if length > most {
        return Err(format!("{room}，现在有 {length} 个"));
    }
    let odd = cleaned.chars().enumerate().find(|(_, c)| is_unknown(*c));
    if let Some((at, c)) = odd {
        return Err(format!(
            "{what}的第 {} 个字是电脑上自造的或乱了码的（U+{:04X}），电视上显示不出来。请用输入法重新打这个字；\
             打不出的，请用同音字或拼音代替",
            at + 1,
            u32::from(c)
        ));
    }
    if is_heaped(&cleaned) {
        return Err(format!("{what}里一个字上叠了太多符号，看不清，请重新输入"));
    }
    Ok(cleaned)
}

/// Without characters that show nothing, and without marks that stand on nothing.
fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    for c in text.chars() {
        let c = if c == '\u{2800}' { ' ' } else { c };
        let belongs = match c {
            '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => before.is_some_and(is_han),
            '\u{180b}'..='\u{180f}' => before.is_some_and(is_mongolian),
            c if is_mark(c) => before.is_some_and(|before| !is_space(before)),
            _ => true,
        };
        if belongs && (!is_invisible(c) || is_selector(c)) {
            kept.push(c);
            before = Some(c);
        }
    }
    kept
}

fn composed(text: &str) -> String {
    text.nfc().collect()
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

fn is_mark(c: char) -> bool {
    matches!(
        c.general_category(),
        Category::NonspacingMark | Category::SpacingMark | Category::EnclosingMark
    )
}

/// Selects how the character before it is written.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1807}' | '\u{180b}'..='\u{180f}' | '\u{1820}'..='\u{18aa}')
}

/// Format characters, and what else draws nothing by itself: Default_Ignorable_Code_Point of the Unicode
/// character database, and fillers that pass for letters.
fn is_invisible(c: char) -> bool {
    c.general_category() == Category::Format
        || matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{16fe4}' | '\u{1d159}' | '\u{e0000}'..='\u{e0fff}')
}

/// What no font can draw: private use, never assigned, or what stands for a character that was lost.
fn is_unknown(c: char) -> bool {
    match c.general_category() {
        Category::PrivateUse | Category::Surrogate => true,
        // Ideographs are added every few years; those planes hold nothing else.
        Category::Unassigned => !matches!(c, '\u{20000}'..='\u{2fffd}' | '\u{30000}'..='\u{3fffd}'),
        _ => c == '\u{fffd}',
    }
}

/// More marks on one letter than any script puts there.
fn is_heaped(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|c| {
        let most = if matches!(c, '\u{f00}'..='\u{fff}') {
            TIBETAN_MARKS
        } else {
            MARKS
        };
        marks = if is_mark(c) && !is_selector(c) {
            marks + 1
        } else {
            0
        };
        marks > most
    })
}

/// Longest telephone number of an office, in characters: two of them, or one with what to dial behind it.
pub const MAX_TELEPHONE: usize = 30;

/// Lets the telephone number of an office pass, also an empty one: digits, and what people write between them.
///
/// # Errors
/// What is wrong with it, in Chinese.
pub fn telephone(text: &str) -> Result<(), String> {
    let text = cleaned(text);
    let between = |c: char| {
        matches!(
            c,
            ' ' | '-' | '+' | '(' | ')' | '（' | '）' | '、' | '/' | '转'
        )
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_dialled =
        text.chars().all(|c| c.is_ascii_digit() || between(c)) && (text.is_empty() || digits >= 3);
    if is_dialled && text.chars().count() <= MAX_TELEPHONE {
        Ok(())
    } else {
        Err(format!(
            "电话只写数字和 - + （ ）转，不超过 {MAX_TELEPHONE} 个字，例如 0512-40000001 转 8"
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_nobody_sees_is_taken_away() {
        for (given, clean) in [
            ("张建国", "张建国"),
            ("\u{feff}张建国\u{200b}", "张建国"),
            ("张\u{202e}国建\u{202c}", "张国建"),
            ("\u{2067}张\u{2069}建\u{ad}国", "张建国"),
            ("张\u{200d}建\u{34f}国\u{fe0f}", "张建国"),
            ("\u{e0041}甲\u{e007f}", "甲"),
            ("\u{3164}甲\u{115f}", "甲"),
            (
                "\u{3000}十一月　　主题\u{a0}党日\u{2003}",
                "十一月 主题 党日",
            ),
            ("e\u{301}", "\u{e9}"),
            ("\u{301}甲", "甲"),
            ("甲 \u{301}乙", "甲 乙"),
            ("\n甲\t", "甲"),
            ("\u{feff}\n甲", "甲"),
            ("", ""),
            ("\u{200b}\u{2060}\u{feff}", ""),
            ("\u{2800}\u{3000}", ""),
            ("\u{e0100}\u{fe00}\u{301}", ""),
        ] {
            assert_eq!(cleaned(given), clean, "{given:?}");
        }
    }

    #[test]
    fn rare_characters_and_other_scripts_stay() {
        for name in [
            "葛\u{e0100}城",
            "㐂村",
            "𠮷田",
            "𱁬",
            "阿依古丽",
            "ئايگۈل",
            "བཀྲ་ཤིས",
            "ᠰᠠᠶᠢᠨ ᠪᠠᠶᠠᠷ",
            "ᠭ\u{180e}ᠠ",
            "Nguyễn",
            "12 号（东）",
            "“三会一课”——第 1 次",
        ] {
            assert_eq!(title(name, "名称", 40).as_deref(), Ok(name));
        }
    }

    #[test]
    fn people_in_lists_are_the_same_people() {
        for given in [
            "张 三",
            "张　三",
            "张\u{a0}\u{3000}三 ",
            "\u{202d}张三\u{202c}",
        ] {
            assert_eq!(person(given), "张三", "{given:?}");
        }
        assert_eq!(person("阿里木•买买提"), "阿里木·买买提");
        assert_eq!(person("阿里木・买买提"), "阿里木·买买提");
        assert_eq!(person("Anna  Schmidt"), "Anna Schmidt");
        assert_eq!(person("葛\u{e0100} 三"), "葛\u{e0100}三");
    }

    #[test]
    fn what_cannot_be_put_right_is_complained_of() {
        let said = |text: &str| title(text, "标题", 5).unwrap_err();
        assert_eq!(said("  "), "标题须为 1 到 5 个字");
        assert!(said("\u{200b}").contains("没有看得见的字"));
        assert!(said("\u{3164}\u{2800}").contains("没有看得见的字"));
        assert_eq!(said("一二三四五六"), "标题须为 1 到 5 个字，现在有 6 个");
        assert!(said("点\n名").contains("一行"));
        assert!(said("点\0名").contains("控制字符"));
        assert!(said("点\u{85}名").contains("控制字符"));
        let odd = said("张\u{e863}");
        assert!(
            odd.contains("第 2 个字") && odd.contains("U+E863") && odd.contains("同音字"),
            "{odd}"
        );
        for unknown in ["\u{fffd}", "\u{378}", "\u{fdd0}", "\u{10ffff}", "\u{f0000}"] {
            assert!(said(unknown).contains("显示不出来"), "{unknown:?}");
        }
        assert!(said(&format!("张{}", "\u{335}".repeat(4))).contains("太多符号"));
        // A character with its variation is one.
        assert!(title("葛\u{e0100}二三四五", "标题", 5).is_ok());
    }

    #[test]
    fn lines_of_a_text_stay() {
        assert_eq!(
            text("\u{feff}一\u{200b}、通报\n\n  二、讨论 \n"),
            "一、通报\n\n  二、讨论"
        );
        assert!(is_blank("\u{200b}\n\u{3164}"));
        assert!(!is_blank("。"));
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(given in "(.|\\n|[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{300}-\u{320}\u{fe00}-\u{fe0f}\u{e0100}-\u{e0110}张三 　]){0,12}") {
            for clean in [cleaned, person, text] {
                let once = clean(&given);
                prop_assert_eq!(clean(&once), once.clone());
                prop_assert!(once.chars().all(|c| !is_invisible(c) || is_selector(c)));
            }
        }

        #[test]
        fn a_title_that_passes_passes_again(given in "\\PC{0,12}") {
            if let Ok(once) = title(&given, "标题", 12) {
                prop_assert_eq!(title(&once, "标题", 12), Ok(once.clone()));
                prop_assert!(!is_blank(&once));
            }
        }
    }
}
