//! What is said for what is written: numbers, dates, amounts and signs as people say them, and words that a
//! voice would say wrongly. Pure: a text goes in, a text comes out, and no figure is lost or changed.

mod figures;
mod numbers;
mod units;
mod words;

#[cfg(test)]
mod tests;

pub use words::Words;

/// A sentence is said at once; one that is longer than so many letters is parted at a comma.
const LONG: usize = 60;

/// What is said for a text.
#[must_use]
pub fn say(text: &str, words: &Words) -> String {
    figures::Figures::new(text, words).say()
}

/// A row of a table in words: each heading with what stands below it. Unit in brackets behind a heading goes with
/// the number: 金额（元）and 3,000 are 金额 3,000元. A cell with nothing in it is not said.
#[must_use]
pub fn row(header: &[String], cells: &[String]) -> String {
    let mut said = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let (head, unit) = unit_of(header.get(at).map_or("", String::as_str));
        let is_number = cell.ends_with(|last: char| last.is_ascii_digit());
        let unit = unit.filter(|_| is_number).unwrap_or_default();
        let gap = if head.is_empty() { "" } else { " " };
        said.push(format!("{head}{gap}{cell}{unit}"));
    }
    said.join("，")
}

/// A heading, and the unit that stands in brackets behind it.
fn unit_of(heading: &str) -> (&str, Option<&str>) {
    let heading = heading.trim();
    let bracketed = heading
        .strip_suffix(['）', ')'])
        .and_then(|rest| rest.rsplit_once(['（', '(']));
    match bracketed {
        Some((head, unit)) if units::is_unit(unit.trim()) => (head.trim(), Some(unit.trim())),
        _ => (heading, None),
    }
}

/// A text in parts that are said one after the other; joined they are the text.
#[must_use]
pub fn sentences(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut letters = 0;
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        part.push(letter);
        letters += 1;
        let closes = |letter: &char| matches!(letter, '”' | '’' | '」' | '』' | '）' | ')');
        let ends = matches!(letter, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n')
            || (letters > LONG && matches!(letter, '，' | ',' | '、' | '：'));
        if ends {
            while let Some(close) = rest.next_if(closes) {
                part.push(close);
            }
            parts.push(std::mem::take(&mut part));
            letters = 0;
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    // What says nothing goes with what stands before it.
    let mut joined: Vec<String> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if !part.chars().any(char::is_alphanumeric) => last.push_str(&part),
            _ => joined.push(part),
        }
    }
    joined
}
