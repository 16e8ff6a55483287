//! Numbers and dots before the entries of lists, as Word counts them.

use std::collections::HashMap;

use super::xml::Element;

/// Word has nine levels.
const LEVELS: usize = 9;

#[derive(Clone, Debug, Default)]
struct Level {
    /// `bullet`, `decimal`, `chineseCounting`…
    format: String,
    /// With `%1` for the number of the first level.
    text: String,
    start: u32,
}

/// The lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    levels: HashMap<String, Vec<Level>>,
    /// Lists by their number, with the definition they follow.
    lists: HashMap<String, String>,
    counted: HashMap<String, [u32; LEVELS]>,
}

impl Numbering {
    /// Of `word/numbering.xml`.
    pub(super) fn read(root: &Element) -> Self {
        let mut numbering = Self::default();
        let Some(root) = root.child("numbering") else {
            return numbering;
        };
        for element in root.elements() {
            match element.name.as_str() {
                "abstractNum" => {
                    let id = element.attribute("abstractNumId").unwrap_or_default();
                    let mut levels = vec![Level::default(); LEVELS];
                    for level in element.elements().filter(|it| it.name == "lvl") {
                        let at = level
                            .attribute("ilvl")
                            .and_then(|it| it.parse::<usize>().ok());
                        if let Some(kept) = at.and_then(|at| levels.get_mut(at)) {
                            *kept = read_level(level);
                        }
                    }
                    numbering.levels.insert(id.to_owned(), levels);
                }
                "num" => {
                    let id = element.attribute("numId").unwrap_or_default();
                    let follows = value(element, "abstractNumId").unwrap_or_default();
                    numbering.lists.insert(id.to_owned(), follows.to_owned());
                }
                _ => {}
            }
        }
        numbering
    }

    /// What stands before the next entry of a list at a level; nothing if there is no such list.
    pub(super) fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let definition = self.lists.get(list)?.clone();
        let levels = self.levels.get(&definition)?;
        let this = levels.get(level)?;
        if this.format == "bullet" {
            return Some("•".to_owned());
        }
        if this.format == "none" {
            return None;
        }
        let counted = self.counted.entry(definition).or_insert([0; LEVELS]);
        let count = &mut counted[level];
        *count = if *count == 0 {
            this.start
        } else {
            count.saturating_add(1)
        };
        for deeper in &mut counted[level + 1..] {
            *deeper = 0;
        }
        let mut marker = this.text.clone();
        for (at, level) in levels.iter().enumerate() {
            let place = format!("%{}", at + 1);
            if marker.contains(&place) {
                let number = if counted[at] == 0 {
                    level.start
                } else {
                    counted[at]
                };
                marker = marker.replace(&place, &written(&level.format, number));
            }
        }
        let marker = marker.trim().to_owned();
        (!marker.is_empty()).then_some(marker)
    }
}

fn read_level(level: &Element) -> Level {
    Level {
        format: value(level, "numFmt").unwrap_or("decimal").to_owned(),
        text: value(level, "lvlText").unwrap_or_default().to_owned(),
        start: value(level, "start")
            .and_then(|it| it.parse().ok())
            .unwrap_or(1),
    }
}

fn value<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.child(name)?.attribute("val")
}

/// A number as a list writes it.
fn written(format: &str, number: u32) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "chineseLegalSimplified"
        | "ideographDigital"
        | "japaneseCounting"
        | "taiwaneseCounting" => chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x2460 + number - 1).map_or_else(String::new, String::from)
        }
        "upperLetter" => letter(number, b'A'),
        "lowerLetter" => letter(number, b'a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

fn letter(number: u32, first: u8) -> String {
    // A, B … Z, AA, BB …
    let (turn, at) = (number.saturating_sub(1) / 26, number.saturating_sub(1) % 26);
    let letter = char::from(first + u8::try_from(at).unwrap_or(0));
    std::iter::repeat_n(letter, turn.min(9) as usize + 1).collect()
}

fn roman(mut number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number > 3_999 {
        return number.to_string();
    }
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            text.push_str(sign);
            number -= value;
        }
    }
    text
}

fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |value: u32| DIGITS[value as usize % 10];
    match number {
        0..=9 => digit(number).to_owned(),
        10..=99 => {
            let tens = if number < 20 { "" } else { digit(number / 10) };
            let ones = if number.is_multiple_of(10) {
                ""
            } else {
                digit(number % 10)
            };
            format!("{tens}十{ones}")
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    #[test]
    fn lists_count_as_word_does() {
        let root = xml::read(
            "<w:numbering><w:abstractNum w:abstractNumId=\"5\">\
             <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
             <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"（%2）\"/></w:lvl>\
             </w:abstractNum><w:abstractNum w:abstractNumId=\"6\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/></w:lvl></w:abstractNum>\
             <w:num w:numId=\"1\"><w:abstractNumId w:val=\"5\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"6\"/></w:num></w:numbering>",
        );
        let mut numbering = Numbering::read(&root.unwrap());
        let mut said = Vec::new();
        for (list, level) in [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1), ("2", 0)] {
            said.push(numbering.next(list, level).unwrap());
        }
        assert_eq!(said, ["一、", "（1）", "（2）", "二、", "（1）", "•"]);
        assert_eq!(numbering.next("9", 0), None);
    }

    #[test]
    fn numbers_in_every_writing() {
        for (format, number, text) in [
            ("chineseCounting", 10, "十"),
            ("chineseCounting", 21, "二十一"),
            ("upperLetter", 28, "BB"),
            ("lowerRoman", 14, "xiv"),
            ("decimalEnclosedCircle", 3, "③"),
            ("decimal", 7, "7"),
        ] {
            assert_eq!(written(format, number), text);
        }
    }
}
