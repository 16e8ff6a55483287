//! What a spreadsheet shows beside the values of its cells: numbers with their zeros in front, which
//! cells are formulas that nobody has calculated, which rows are hidden, what is in the other sheets.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Cursor};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// Row and column of a cell, from 0.
pub(super) type Place = (u32, u32);

/// What the first sheet of a workbook shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Number formats of cells that have one of their own.
    formats: HashMap<Place, Rc<str>>,
    /// Formulas without a value.
    pub(super) uncalculated: HashSet<Place>,
    /// Rows nobody sees.
    pub(super) hidden: HashSet<u32>,
    /// Names of the other sheets in which something stands.
    pub(super) others: Vec<String>,
}

/// The workbook cannot be read.
#[derive(Debug)]
pub(super) struct Damaged;

impl<E: std::error::Error> From<E> for Damaged {
    fn from(_: E) -> Self {
        Self
    }
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

impl Shown {
    /// Reads a workbook that is known to unpack within bounds.
    ///
    /// # Errors
    /// [`Damaged`].
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
        let formats = number_formats(&mut archive)?;
        let mut sheets = sheets(&mut archive)?.into_iter();
        let mut shown = Self::default();
        if let Some((_, path)) = sheets.next() {
            shown.read_sheet(&mut archive, &path, &formats)?;
        }
        for (name, path) in sheets {
            if has_cells(&mut archive, &path)? {
                shown.others.push(name);
            }
        }
        Ok(shown)
    }

    /// A whole number as the cell shows it, if it has a format that says so.
    pub(super) fn number(&self, place: Place, number: f64) -> Option<String> {
        let whole = number >= 0.0 && number.fract() == 0.0;
        let format = self.formats.get(&place).filter(|_| whole)?;
        formatted(format, &format!("{number:.0}"))
    }

    fn read_sheet(
        &mut self,
        archive: &mut Archive<'_>,
        path: &str,
        formats: &[Option<Rc<str>>],
    ) -> Result<(), Damaged> {
        let (mut row, mut column) = (0, 0);
        let mut formula = false;
        let (mut has_value, mut is_words) = (false, false);
        let mut format = None;
        each(archive, path, |event| {
            match event {
                Xml::Start(tag, element) => match tag {
                    b"row" => {
                        row = match attribute(element, "r")? {
                            Some(r) => r.parse::<u32>()?.saturating_sub(1),
                            None => row,
                        };
                        column = 0;
                        if matches!(attribute(element, "hidden")?.as_deref(), Some("1" | "true")) {
                            self.hidden.insert(row);
                        }
                    }
                    b"c" => {
                        if let Some(at) = attribute(element, "r")?.and_then(|r| column_of(&r)) {
                            column = at;
                        }
                        let style = attribute(element, "s")?.and_then(|s| s.parse::<usize>().ok());
                        format = style.and_then(|style| formats.get(style)?.clone());
                        // A formula whose result is no words has one all the same.
                        has_value = attribute(element, "t")?.as_deref() == Some("str");
                        (formula, is_words) = (false, has_value);
                    }
                    b"f" => formula = true,
                    _ => {}
                },
                Xml::Text => has_value = true,
                Xml::End(b"row") => row += 1,
                Xml::End(b"f") => has_value = is_words,
                Xml::End(b"c") => {
                    if formula && !has_value {
                        self.uncalculated.insert((row, column));
                    }
                    if let Some(format) = format.take().filter(|_| has_value) {
                        self.formats.insert((row, column), format);
                    }
                    column += 1;
                }
                Xml::End(_) => {}
            }
            Ok(true)
        })
    }
}

/// A part of a file that matters here; elements without content begin and end.
enum Xml<'a> {
    Start(&'a [u8], &'a BytesStart<'a>),
    Text,
    End(&'a [u8]),
}

/// Reads a part of the workbook until the end, or until `step` has seen enough. A part that is not
/// there is empty.
fn each(
    archive: &mut Archive<'_>,
    path: &str,
    mut step: impl FnMut(Xml<'_>) -> Result<bool, Damaged>,
) -> Result<(), Damaged> {
    let Ok(file) = archive.by_name(path) else {
        return Ok(());
    };
    walk(Reader::from_reader(BufReader::new(file)), &mut step)
}

fn walk<R: BufRead>(
    mut reader: Reader<R>,
    step: &mut dyn FnMut(Xml<'_>) -> Result<bool, Damaged>,
) -> Result<(), Damaged> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let goes_on = match reader.read_event_into(&mut buffer)? {
            Event::Start(element) => step(Xml::Start(element.local_name().as_ref(), &element))?,
            Event::Empty(element) => {
                let name = element.local_name();
                step(Xml::Start(name.as_ref(), &element))? && step(Xml::End(name.as_ref()))?
            }
            Event::End(element) => step(Xml::End(element.local_name().as_ref()))?,
            Event::Text(text) if !text.iter().all(u8::is_ascii_whitespace) => step(Xml::Text)?,
            Event::GeneralRef(_) | Event::CData(_) => step(Xml::Text)?,
            Event::Eof => return Ok(()),
            _ => true,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Damaged> {
    let mut attributes = element.attributes();
    for attribute in attributes.with_checks(false) {
        let attribute = attribute?;
        if attribute.key.local_name().as_ref() == name.as_bytes() {
            let value = quick_xml::escape::unescape(std::str::from_utf8(&attribute.value)?)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Name and path of every sheet, in their order.
fn sheets(archive: &mut Archive<'_>) -> Result<Vec<(String, String)>, Damaged> {
    let mut targets = HashMap::new();
    each(archive, "xl/_rels/workbook.xml.rels", |event| {
        if let Xml::Start(b"Relationship", element) = event
            && let (Some(id), Some(target)) =
                (attribute(element, "Id")?, attribute(element, "Target")?)
        {
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            targets.insert(id, path);
        }
        Ok(true)
    })?;
    let mut sheets = Vec::new();
    each(archive, "xl/workbook.xml", |event| {
        if let Xml::Start(b"sheet", element) = event
            && let Some(id) = attribute(element, "id")?
            && let Some(path) = targets.get(&id)
        {
            let name = attribute(element, "name")?.unwrap_or_default();
            sheets.push((name, path.clone()));
        }
        Ok(true)
    })?;
    Ok(sheets)
}

/// The number format of every style that has one of the workbook's own.
fn number_formats(archive: &mut Archive<'_>) -> Result<Vec<Option<Rc<str>>>, Damaged> {
    let mut codes: HashMap<String, Rc<str>> = HashMap::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    each(archive, "xl/styles.xml", |event| {
        match event {
            Xml::Start(b"numFmt", element) => {
                if let (Some(id), Some(code)) = (
                    attribute(element, "numFmtId")?,
                    attribute(element, "formatCode")?,
                ) {
                    codes.insert(id, code.into());
                }
            }
            Xml::Start(b"cellXfs", _) => of_cells = true,
            Xml::End(b"cellXfs") => of_cells = false,
            Xml::Start(b"xf", element) if of_cells => {
                let id = attribute(element, "numFmtId")?.unwrap_or_default();
                styles.push(codes.get(&id).cloned());
            }
            _ => {}
        }
        Ok(true)
    })?;
    Ok(styles)
}

fn has_cells(archive: &mut Archive<'_>, path: &str) -> Result<bool, Damaged> {
    let mut found = false;
    each(archive, path, |event| {
        found |= matches!(event, Xml::Start(b"v" | b"is", _));
        Ok(!found)
    })?;
    Ok(found)
}

/// The column of a cell's name such as `AB12`, from 0.
fn column_of(name: &str) -> Option<u32> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0_u32, |number, letter| {
        let letter = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        number.saturating_mul(26).saturating_add(letter)
    });
    number.checked_sub(1)
}

/// The digits in a format of nothing but places for digits and literal characters, such as `0000000000`
/// or `000-0000-0000`; `None` for every other format.
fn formatted(format: &str, digits: &str) -> Option<String> {
    let mut pattern: Vec<(char, bool)> = Vec::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '0' | '#' | '?' => pattern.push((c, true)),
            '\\' => pattern.push((chars.next()?, false)),
            '"' => {
                let quoted = chars.by_ref().take_while(|c| *c != '"');
                pattern.extend(quoted.map(|c| (c, false)));
            }
            '_' | '*' => drop(chars.next()?),
            '[' => drop(chars.by_ref().find(|c| *c == ']')?),
            '-' | ' ' | '(' | ')' | '+' | ':' => pattern.push((c, false)),
            _ => return None,
        }
    }
    // Only a format that fills up with zeros shows what the number has not.
    let fills = pattern.iter().filter(|it| **it == ('0', true)).count() > 1;
    if !fills {
        return None;
    }
    let mut digits: Vec<char> = digits.chars().collect();
    let mut left = pattern.iter().filter(|(_, place)| *place).count();
    let mut shown = Vec::new();
    for (c, place) in pattern.into_iter().rev() {
        if !place {
            shown.push(c);
            continue;
        }
        left -= 1;
        match digits.pop() {
            Some(digit) => shown.push(digit),
            None if c == '0' => shown.push('0'),
            None => {}
        }
        if left == 0 {
            shown.extend(digits.drain(..).rev());
        }
    }
    Some(shown.into_iter().rev().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_numbers_that_are_names() {
        for (format, digits, shown) in [
            ("0000000000", "12345678", Some("0012345678")),
            ("000000000000", "51688880000", Some("051688880000")),
            ("000-0000-0000", "13800000001", Some("138-0000-0001")),
            ("0000\\-00000000", "51688880000", Some("0516-88880000")),
            ("\"No.\"000;-000", "7", Some("No.007")),
            ("00", "12345", Some("12345")),
            ("0", "12", None),
            ("#,##0", "1200", None),
            ("General", "12", None),
            ("yyyy\\-mm\\-dd", "45000", None),
            ("0.00", "3", None),
            ("@", "3", None),
        ] {
            assert_eq!(formatted(format, digits).as_deref(), shown, "{format}");
        }
    }

    #[test]
    fn names_of_columns() {
        assert_eq!(column_of("A1"), Some(0));
        assert_eq!(column_of("ab12"), Some(27));
        assert_eq!(column_of("12"), None);
    }
}
