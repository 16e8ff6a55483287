//! Text as an office types it, with the few signs that mean something: docs/CONTENT.md lists them all.
//!
//! Deliberately not CommonMark, which takes `30*2*50`, a masked `138****0001`, a year at the beginning
//! of a line or a row of dashes under a signature for instructions and shows something else. Here a line
//! is a paragraph, and whatever is not one of the signs below stays as it was typed:
//!
//! - `# ` to `###### ` at the beginning of a line: a heading;
//! - `- `, or a number of at most three digits with `.` or `)` and a space: an entry, numbered as typed;
//! - a header row, a row of `|---|` with as many cells, rows with bars: a table;
//! - `![caption](file)`: a picture or a CSV file;
//! - `**words**` where nothing else can be meant, see [`inline()`]: the words;
//! - `<!-- -->`: a remark for who edits the file;
//! - `&nbsp;` `&lt;` `&gt;` `&amp;` `&quot;`: the character.

use contract::bulletin::{Block, Table};

use super::complaint::Complaints;
use super::table::wrong_cells;
use crate::services::kit::tables;

mod inline;

use inline::{Image, inline};

/// A piece of text, or a reference to a file that becomes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Complete as it is.
    Block(Block),
    /// A picture file.
    Picture {
        /// Path as written.
        path: String,
        /// What it shows.
        caption: String,
        /// Where it is written.
        line: u32,
    },
    /// A CSV file.
    Csv {
        /// Path as written.
        path: String,
        /// Title of the table.
        title: String,
        /// Where it is written.
        line: u32,
    },
}

/// The most digits of an entry's number: a fourth makes it a year.
const NUMBER_DIGITS: usize = 3;

/// Reads text whose first line is line `first_line` of the file.
pub fn parse(text: &str, first_line: u32, complaints: &mut Complaints<'_>) -> Vec<Piece> {
    let text = without_remarks(text, first_line, complaints);
    let lines: Vec<(u32, &str)> = (first_line..).zip(text.lines()).collect();
    let mut reader = Reader {
        complaints,
        pieces: Vec::new(),
    };
    let mut rest = lines.as_slice();
    while let Some(((number, line), after)) = rest.split_first() {
        rest = match rest.get(1) {
            Some((_, rule)) if is_table(line, rule) => reader.table(rest),
            _ if is_row(line) => reader.no_table(rest),
            _ => {
                reader.line(line.trim(), *number);
                after
            }
        };
    }
    reader.pieces
}

/// Leaves out remarks, but none of the line ends in them.
fn without_remarks(text: &str, first_line: u32, complaints: &mut Complaints<'_>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, remark)) = rest.split_once("<!--") {
        kept.push_str(before);
        let Some((inside, after)) = remark.split_once("-->") else {
            let line = first_line.saturating_add(count_lines(&kept));
            complaints.line(line, "“<!--”开始的备注没有结束，请在备注后面写上“-->”");
            return kept;
        };
        kept.extend(inside.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// Whether these two lines begin a table.
fn is_table(header: &str, rule: &str) -> bool {
    is_row(header) && is_rule(rule) && cells(rule).len() == cells(header).len()
}

/// Whether a line has a bar that parts cells.
fn is_row(line: &str) -> bool {
    let mut escaped = false;
    line.chars().any(|c| {
        let bar = c == '|' && !escaped;
        escaped = c == '\\' && !escaped;
        bar
    })
}

/// Whether a line is the rule under a table's header.
fn is_rule(line: &str) -> bool {
    line.contains('|')
        && cells(line).iter().all(|cell| {
            let cell = cell.strip_prefix(':').unwrap_or(cell);
            let dashes = cell.strip_suffix(':').unwrap_or(cell);
            !dashes.is_empty() && dashes.chars().all(|c| c == '-')
        })
}

/// Whether a line was perhaps meant for such a rule.
fn is_nearly_rule(line: &str) -> bool {
    let squeezed: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.len() >= 3
        && squeezed.contains(['|', '｜'])
        && squeezed.contains(['-', '—', '－'])
        && squeezed
            .chars()
            .all(|c| matches!(c, '|' | '｜' | '-' | ':' | '：' | '—' | '－'))
}

/// The cells of a row: what stands between bars, without the outer ones. `\|` is a bar in a cell.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut found = Vec::new();
    let mut cell = String::new();
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'|') => cell.extend(chars.next()),
            '|' => found.push(std::mem::take(&mut cell)),
            _ => cell.push(c),
        }
    }
    // The last one is empty after the outer bar.
    if !cell.trim().is_empty() || found.is_empty() || !row.ends_with('|') {
        found.push(cell);
    }
    found.iter().map(|cell| cell.trim().to_owned()).collect()
}

struct Reader<'b, 'c> {
    complaints: &'b mut Complaints<'c>,
    pieces: Vec<Piece>,
}

impl Reader<'_, '_> {
    /// A line that is no part of a table.
    fn line(&mut self, line: &str, number: u32) {
        if let Some(text) = heading(line) {
            self.push(text, number, |text| Block::Heading { text });
        } else if let Some((marker, text)) = entry(line) {
            self.push(text, number, |text| Block::Item { marker, text });
        } else {
            self.push(line, number, |text| Block::Paragraph { text });
        }
    }

    /// A block of the words of a line, then the pictures that stood among them.
    fn push(&mut self, line: &str, number: u32, make: impl FnOnce(String) -> Block) {
        let (text, images) = self.words(line, number);
        if !text.is_empty() {
            self.pieces.push(Piece::Block(make(text)));
        }
        for image in images {
            self.image(image, number);
        }
    }

    /// The words of a line or a cell, checked, and the pictures among them.
    fn words(&mut self, line: &str, number: u32) -> (String, Vec<Image>) {
        let read = inline(line);
        if let Some(tag) = read.tag {
            let tag = super::fields::shorten(&tag);
            self.complaints
                .line(number, format!("电视上不能显示网页代码“{tag}”，请只写文字"));
        }
        let text = read.text.trim().to_owned();
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if ["![", "！[", "！［"]
            .iter()
            .any(|sign| squeezed.contains(sign))
        {
            self.complaints.line(number, "图片写法有误，应当写成 ![说明](文件名.jpg)：括号和感叹号用半角，文件名里不要有空格");
        }
        if is_nearly_rule(&text) {
            self.complaints.line(
                number,
                "这里的表格写法有误：“|---|---|”这一行的格数要和表头一样，并使用半角的 | 和 -",
            );
        }
        (text, read.images)
    }

    fn image(&mut self, Image { path, caption }: Image, line: u32) {
        let extension = path.rsplit('.').next().unwrap_or_default();
        if path.contains("://") {
            self.complaints.line(
                line,
                "图片要放进文件夹里，不能写网址：请先保存图片，再写它的文件名",
            );
        } else if extension.eq_ignore_ascii_case("csv") {
            let title = caption;
            self.pieces.push(Piece::Csv { path, title, line });
        } else {
            self.pieces.push(Piece::Picture {
                path,
                caption,
                line,
            });
        }
    }

    /// Reads the table at the beginning of these lines; returns those after it.
    fn table<'l>(&mut self, lines: &'l [(u32, &'l str)]) -> &'l [(u32, &'l str)] {
        let [(head_line, head), (_, rule), rows @ ..] = lines else {
            return &[];
        };
        let mut table = Table {
            title: self.take_table_title(),
            header: self.row(head, *head_line),
            numeric: cells(rule)
                .iter()
                .map(|cell| cell.ends_with(':') && !cell.starts_with(':'))
                .collect(),
            rows: Vec::new(),
        };
        let end = rows.iter().position(|(_, line)| !is_row(line));
        let (rows, after) = rows.split_at(end.unwrap_or(rows.len()));
        for (number, line) in rows {
            let mut row = self.row(line, *number);
            if row.len() != table.header.len() {
                let wrong = wrong_cells(row.len(), table.header.len());
                self.complaints.line(*number, wrong);
                row.resize(table.header.len(), String::new());
            }
            table.rows.push(row);
        }
        tables::mark_numbers(&mut table);
        self.pieces.push(Piece::Block(Block::Table(table)));
        after
    }

    fn row(&mut self, line: &str, number: u32) -> Vec<String> {
        let mut row = Vec::new();
        for cell in cells(line) {
            let (text, images) = self.words(&cell, number);
            if let Some(image) = images.first() {
                let path = super::fields::shorten(&image.path);
                self.complaints.line(
                    number,
                    format!("表格里不能放图片“{path}”，请移到表格下面单独一行"),
                );
            }
            row.push(text);
        }
        row
    }

    /// Lines with bars that are no table: text, unless they look like the rows of one.
    fn no_table<'l>(&mut self, lines: &'l [(u32, &'l str)]) -> &'l [(u32, &'l str)] {
        let end = lines
            .iter()
            .zip(lines.iter().skip(1))
            .position(|((_, line), (_, next))| !is_row(next) || is_table(line, next));
        let end = match end {
            // The last line before a table is that table's header.
            Some(at) if is_table(lines[at].1, lines[at + 1].1) => at,
            Some(at) => at + 1,
            None => lines.len(),
        };
        let (rows, after) = lines.split_at(end);
        let edged = |line: &str| line.starts_with('|') && line.len() > 1 && line.ends_with('|');
        let rows_of_one = rows.iter().all(|(_, line)| edged(line.trim()))
            && !rows.iter().any(|(_, line)| is_nearly_rule(line));
        if let ([(number, _), ..], true) = (rows, rows_of_one) {
            self.complaints.line(
                *number,
                "这里像是表格，但是表头下面没有“|---|---|”这一行，或者表格中间有空行，请补上或删去空行",
            );
        }
        for (number, line) in rows {
            self.line(line.trim(), *number);
        }
        after
    }

    /// A paragraph `表：收支明细` right above a table is its title.
    fn take_table_title(&mut self) -> String {
        let Some(Piece::Block(Block::Paragraph { text })) = self.pieces.last() else {
            return String::new();
        };
        let Some(title) = text
            .strip_prefix("表：")
            .or_else(|| text.strip_prefix("表:"))
        else {
            return String::new();
        };
        let title = title.trim().to_owned();
        self.pieces.pop();
        title
    }
}

/// The words of a heading.
fn heading(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let text = words.trim_start();
    ((1..=6).contains(&level) && text.len() < words.len() && !text.is_empty()).then_some(text)
}

/// Marker and words of an entry.
fn entry(line: &str) -> Option<(String, &str)> {
    let (sign, text) = line.split_once(char::is_whitespace)?;
    let text = text.trim_start();
    if text.is_empty() {
        return None;
    }
    if sign == "-" {
        // Before a figure it may be a minus, which a round bullet would take away.
        let figure = text.starts_with(|c: char| c.is_numeric() || "¥￥$+.".contains(c));
        return Some((if figure { "-" } else { "•" }.to_owned(), text));
    }
    let number = sign.strip_suffix(['.', ')'])?;
    let counts = !number.is_empty()
        && number.len() <= NUMBER_DIGITS
        && number.bytes().all(|byte| byte.is_ascii_digit());
    counts.then(|| (sign.to_owned(), text))
}

#[cfg(test)]
mod tests;
