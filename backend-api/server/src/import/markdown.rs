//! Markdown as far as a TV shows it: headings, paragraphs, lists, tables, pictures.

use contract::bulletin::{Block, Table};
use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use super::complaint::Complaints;
use super::table::{mark_numbers, wrong_cells};

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

/// Reads Markdown whose first line is line `first_line` of the file.
pub fn parse(text: &str, first_line: u32, complaints: &mut Complaints<'_>) -> Vec<Piece> {
    let mut reader = Reader {
        lines: Lines::new(text, first_line),
        source: text,
        complaints,
        pieces: Vec::new(),
        words: String::new(),
        words_line: first_line,
        marker: None,
        lists: Vec::new(),
        images: Vec::new(),
        image: None,
        table: None,
    };
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        reader.event(event, range);
    }
    reader.flush(None);
    reader.pieces
}

/// Turns byte offsets into line numbers.
struct Lines {
    starts: Vec<usize>,
    first: u32,
}

impl Lines {
    fn new(text: &str, first: u32) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { starts, first }
    }

    fn at(&self, offset: usize) -> u32 {
        let index = self
            .starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1);
        self.first
            .saturating_add(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

struct Reader<'a, 'b, 'c> {
    lines: Lines,
    source: &'a str,
    complaints: &'b mut Complaints<'c>,
    pieces: Vec<Piece>,
    words: String,
    words_line: u32,
    /// Bullet of the list entry whose first words are being read.
    marker: Option<String>,
    /// Next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    images: Vec<(String, String, u32)>,
    image: Option<(String, String, u32)>,
    table: Option<(Table, Vec<String>)>,
}

impl Reader<'_, '_, '_> {
    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        let line = self.lines.at(range.start);
        match event {
            Event::Start(tag) => self.start(tag, &range, line),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.say(&text, line),
            Event::SoftBreak => self.say("\n", line),
            Event::HardBreak => self.say("\u{2028}", line),
            Event::Html(html) | Event::InlineHtml(html)
                if !html.trim_start().starts_with("<!--") =>
            {
                let html = super::fields::shorten(html.trim());
                self.complaints
                    .line(line, format!("电视上不能显示网页代码“{html}”，请只写文字"));
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str, line: u32) {
        if let Some((_, caption, _)) = &mut self.image {
            caption.push_str(text);
            return;
        }
        if self.words.is_empty() {
            self.words_line = line;
        }
        self.words.push_str(text);
    }

    fn start(&mut self, tag: Tag<'_>, range: &std::ops::Range<usize>, line: u32) {
        match tag {
            Tag::List(first) => {
                self.flush(None);
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush(None);
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}.");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "•".to_owned(),
                });
            }
            Tag::Image { dest_url, .. } => {
                self.image = Some((dest_url.to_string(), String::new(), line));
            }
            Tag::Table(alignments) => {
                self.flush(None);
                let title = self.take_table_title();
                let numeric = alignments.iter().map(|a| *a == Alignment::Right).collect();
                self.table = Some((
                    Table {
                        title,
                        numeric,
                        ..Table::default()
                    },
                    Vec::new(),
                ));
            }
            Tag::TableRow => {
                let written = count_cells(&self.source[range.clone()]);
                if let Some((table, _)) = &self.table
                    && written != table.header.len()
                {
                    self.complaints
                        .line(line, wrong_cells(written, table.header.len()));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.flush(Some(|text| Block::Heading { text })),
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock => self.flush(None),
            TagEnd::Item => {
                self.flush(None);
                self.marker = None;
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Image => self.images.extend(self.image.take()),
            TagEnd::TableCell => {
                let cell = join(&std::mem::take(&mut self.words)).concat();
                if let Some((_, row)) = &mut self.table {
                    row.push(cell);
                }
                if let Some((path, _, line)) = self.images.pop() {
                    let path = super::fields::shorten(&path);
                    self.complaints.line(
                        line,
                        format!("表格里不能放图片“{path}”，请移到表格下面单独一行"),
                    );
                }
            }
            TagEnd::TableHead => {
                if let Some((table, row)) = &mut self.table {
                    table.header = std::mem::take(row);
                    table.numeric.resize(table.header.len(), false);
                }
            }
            TagEnd::TableRow => {
                if let Some((table, row)) = &mut self.table {
                    let mut row = std::mem::take(row);
                    row.resize(table.header.len(), String::new());
                    table.rows.push(row);
                }
            }
            TagEnd::Table => {
                if let Some((mut table, _)) = self.table.take() {
                    mark_numbers(&mut table);
                    self.pieces.push(Piece::Block(Block::Table(table)));
                }
            }
            _ => {}
        }
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

    /// Turns the words read so far into a block, then the pictures that stood among them.
    fn flush(&mut self, make: Option<fn(String) -> Block>) {
        let words = std::mem::take(&mut self.words);
        self.check(&words);
        for text in join(&words) {
            let block = match (make, self.marker.take()) {
                (Some(make), _) => make(text),
                (None, Some(marker)) => Block::Item { marker, text },
                (None, None) => Block::Paragraph { text },
            };
            self.pieces.push(Piece::Block(block));
        }
        for (path, caption, line) in std::mem::take(&mut self.images) {
            let caption = caption.replace('\n', "").trim().to_owned();
            let extension = path
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            if path.contains("://") {
                self.complaints.line(
                    line,
                    "图片要放进文件夹里，不能写网址：请先保存图片，再写它的文件名",
                );
            } else if extension == "csv" {
                self.pieces.push(Piece::Csv {
                    path,
                    title: caption,
                    line,
                });
            } else {
                self.pieces.push(Piece::Picture {
                    path,
                    caption,
                    line,
                });
            }
        }
    }

    /// What looks like a table or a picture and is none was meant to be one.
    fn check(&mut self, words: &str) {
        for (text, line) in words.split(['\n', '\u{2028}']).zip(self.words_line..) {
            let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let rule = squeezed.len() >= 3
                && squeezed
                    .chars()
                    .all(|c| matches!(c, '|' | '｜' | '-' | ':' | '：' | '—'));
            if rule && squeezed.contains(['|', '｜']) {
                self.complaints.line(
                    line,
                    "这里的表格写法有误：“|---|---|”这一行的格数要和表头一样，并使用半角的 | 和 -",
                );
            }
            if squeezed.contains("![") || squeezed.contains("！[") || squeezed.contains("！［") {
                self.complaints.line(line, "图片写法有误，应当写成 ![说明](文件名.jpg)：括号和感叹号用半角，文件名里不要有空格");
            }
        }
    }
}

/// Cells of a table row as written: unescaped bars, without the outer ones.
fn count_cells(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut bars = 0;
    let mut last_is_bar = false;
    let mut escaped = false;
    for c in row.chars() {
        last_is_bar = c == '|' && !escaped;
        bars += usize::from(last_is_bar);
        escaped = c == '\\' && !escaped;
    }
    if last_is_bar { bars } else { bars + 1 }
}

/// Paragraphs of what was read: a line break inside Chinese is nothing, elsewhere a space; a
/// forced break begins a paragraph.
fn join(words: &str) -> Vec<String> {
    words
        .split('\u{2028}')
        .map(|part| {
            let mut text = String::with_capacity(part.len());
            for line in part
                .lines()
                .map(|line| line.trim_matches(|c: char| c.is_whitespace()))
            {
                let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                if ascii(text.chars().next_back()) && ascii(line.chars().next()) {
                    text.push(' ');
                }
                text.push_str(line);
            }
            text
        })
        .filter(|text| !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (Vec<Piece>, Vec<(Option<u32>, String)>) {
        let mut complaints = Complaints::about("x.md");
        let pieces = parse(text, 10, &mut complaints);
        (
            pieces,
            complaints
                .into_vec()
                .into_iter()
                .map(|c| (c.line, c.message))
                .collect(),
        )
    }

    fn paragraph(text: &str) -> Piece {
        Piece::Block(Block::Paragraph { text: text.into() })
    }

    #[test]
    fn text_lists_and_pictures() {
        let (pieces, complaints) = read(
            "# 一、收入\n　　本季度共收入\n三万元，**含**利息。\n\n1. 地租\n2. 利息\n   - 定期\n\n![河堤](照片/河堤.jpg)\n",
        );
        assert_eq!(complaints, []);
        let item = |marker: &str, text: &str| {
            Piece::Block(Block::Item {
                marker: marker.into(),
                text: text.into(),
            })
        };
        assert_eq!(
            pieces,
            [
                Piece::Block(Block::Heading {
                    text: "一、收入".into()
                }),
                paragraph("本季度共收入三万元，含利息。"),
                item("1.", "地租"),
                item("2.", "利息"),
                item("•", "定期"),
                Piece::Picture {
                    path: "照片/河堤.jpg".into(),
                    caption: "河堤".into(),
                    line: 18
                },
            ]
        );
    }

    #[test]
    fn tables_with_titles_and_numbers() {
        let (pieces, complaints) = read(
            "表：收支\n\n| 项目 | 金额 |\n|---|---|\n| 地租 | 1,200.00 |\n| 合计 | 1,200.00 |\n\n![明细](a.csv)",
        );
        assert_eq!(complaints, []);
        let Piece::Block(Block::Table(table)) = &pieces[0] else {
            panic!("{pieces:?}")
        };
        assert_eq!((table.title.as_str(), table.rows.len()), ("收支", 2));
        assert_eq!(table.numeric, [false, true]);
        assert_eq!(
            pieces[1],
            Piece::Csv {
                path: "a.csv".into(),
                title: "明细".into(),
                line: 17
            }
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        let (_, complaints) = read("| 项目 | 金额 |\n|---|---|\n| 地租 | 1 | 多 |\n| 合计 |\n");
        assert_eq!(
            complaints.iter().map(|c| c.0).collect::<Vec<_>>(),
            [Some(12), Some(13)]
        );
        let (_, complaints) = read("| 项目 | 金额 |\n|---|---|---|\n| 地租 | 1 |\n");
        assert_eq!(
            complaints.iter().map(|c| c.0).collect::<Vec<_>>(),
            [Some(11)],
            "{complaints:?}"
        );
        let (_, complaints) =
            read("甲\n\n![图]（a.jpg）\n\n![图](有 空格.jpg)\n\n![x](http://a/b.jpg)\n\n<b>重</b>");
        let mut lines: Vec<_> = complaints.iter().map(|c| c.0.unwrap()).collect();
        lines.dedup();
        assert_eq!(lines, [12, 14, 16, 18], "{complaints:?}");
    }

    #[test]
    fn a_hard_break_begins_a_paragraph() {
        assert_eq!(
            read("联系人：村委会  \n电话：见公示栏").0,
            [paragraph("联系人：村委会"), paragraph("电话：见公示栏")]
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_tables_are_even(text in "([#|*!`<>&\\-:1. a表：（\\[\\]()]|\n){0,160}") {
            for piece in read(&text).0 {
                if let Piece::Block(Block::Table(table)) = piece {
                    prop_assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
                    prop_assert_eq!(table.numeric.len(), table.header.len());
                }
            }
        }
    }
}
