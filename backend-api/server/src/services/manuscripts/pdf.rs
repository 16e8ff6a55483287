//! PDF, as `pdftohtml` of Poppler tells what stands where on its pages. Paragraphs, headings and tables are found by
//! their places: words that stand beside each other with a gap make cells.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use contract::bulletin::Block;

use super::grid;
use super::told::{Part, Told, Unturned};
use super::tool::{self, Scratch};
use super::xml::{self, Element};

/// Most pages of a file.
const MOST_PAGES: usize = 100;

/// Bytes of one picture.
const MOST_PICTURE: u64 = 50 * 1024 * 1024;

/// Pictures with a shorter side, in points, are lines and ornaments.
const SMALLEST: f64 = 24.0;

/// Turns a PDF.
pub(super) fn turn(bytes: &[u8], scratch: &Path) -> Result<Told, Unturned> {
    let scratch = Scratch::with(scratch, bytes)?;
    let last = (MOST_PAGES + 1).to_string();
    let options = [
        "-xml", "-enc", "UTF-8", "-fmt", "png", "-zoom", "1", "-l", &last, "in", "out",
    ];
    let said = tool::run(&scratch, "pdftohtml", &options)?;
    let errors = said.errors.to_lowercase();
    if errors.contains("password") {
        return Err(Unturned::Encrypted);
    }
    if errors.contains("copying of text") {
        return Err(Unturned::NotToBeCopied);
    }
    let place = scratch.place("out.xml");
    let Ok(written) = fs::metadata(&place) else {
        return Err(Unturned::Damaged);
    };
    if written.len() > 32 * 1024 * 1024 {
        return Err(Unturned::TooLarge);
    }
    let text = fs::read(&place).map_err(|_| Unturned::Damaged)?;
    let pages = pages(&xml::read(&String::from_utf8_lossy(&text))?);
    if pages.len() > MOST_PAGES {
        return Err(Unturned::TooLarge);
    }
    if pages.is_empty() {
        return Err(Unturned::Damaged);
    }
    let mut told = read(pages)?;
    for part in &mut told.parts {
        if let Part::Picture { bytes, caption, .. } = part {
            // Its name stood there meanwhile; only what is in the folder is read.
            let name = std::mem::take(caption);
            let name = Path::new(&name).file_name().unwrap_or_default();
            let place = scratch.place(&name.to_string_lossy());
            if fs::metadata(&place).is_ok_and(|it| it.len() <= MOST_PICTURE) {
                *bytes = fs::read(&place).unwrap_or_default();
            }
        }
    }
    Ok(told)
}

/// Words that stand together, and where.
#[derive(Clone, Debug, Default)]
struct Words {
    left: f64,
    right: f64,
    top: f64,
    height: f64,
    bold: bool,
    text: String,
}

/// A picture on a page.
#[derive(Clone, Debug)]
struct Image {
    top: f64,
    width: f64,
    height: f64,
    name: String,
}

#[derive(Debug, Default)]
struct Page {
    number: u32,
    width: f64,
    height: f64,
    words: Vec<Words>,
    images: Vec<Image>,
}

fn pages(root: &Element) -> Vec<Page> {
    let mut sizes: HashMap<String, f64> = HashMap::new();
    let mut pages = Vec::new();
    let all = root
        .child("pdf2xml")
        .into_iter()
        .flat_map(Element::elements);
    for (index, element) in all.filter(|it| it.name == "page").enumerate() {
        let number = |of: &Element, name: &str| {
            let value = of.attribute(name).and_then(|it| it.parse::<f64>().ok());
            value.filter(|it| it.is_finite()).unwrap_or(0.0)
        };
        let mut page = Page {
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            width: number(element, "width"),
            height: number(element, "height"),
            ..Page::default()
        };
        for inner in element.elements() {
            match inner.name.as_str() {
                "fontspec" => {
                    let id = inner.attribute("id").unwrap_or_default();
                    sizes.insert(id.to_owned(), number(inner, "size"));
                }
                "text" => {
                    let size = inner.attribute("font").and_then(|id| sizes.get(id));
                    let left = number(inner, "left");
                    let words = Words {
                        left,
                        right: left + number(inner, "width"),
                        top: number(inner, "top"),
                        height: size
                            .copied()
                            .filter(|it| *it > 0.0)
                            .unwrap_or_else(|| number(inner, "height")),
                        bold: inner.child("b").is_some(),
                        text: inner.words(),
                    };
                    if !words.text.trim().is_empty() {
                        page.words.push(words);
                    }
                }
                "image" => page.images.push(Image {
                    top: number(inner, "top"),
                    width: number(inner, "width").abs(),
                    height: number(inner, "height").abs(),
                    name: inner.attribute("src").unwrap_or_default().to_owned(),
                }),
                _ => {}
            }
        }
        pages.push(page);
    }
    pages
}

/// A line of a page: pieces with gaps between them.
#[derive(Clone, Debug)]
struct Line {
    page: u32,
    pieces: Vec<Words>,
}

impl Line {
    fn left(&self) -> f64 {
        self.pieces.first().map_or(0.0, |it| it.left)
    }

    fn right(&self) -> f64 {
        self.pieces.last().map_or(0.0, |it| it.right)
    }

    fn top(&self) -> f64 {
        self.pieces.first().map_or(0.0, |it| it.top)
    }

    fn height(&self) -> f64 {
        self.pieces.iter().map(|it| it.height).fold(0.0, f64::max)
    }

    fn bold(&self) -> bool {
        self.pieces.iter().all(|it| it.bold)
    }

    fn text(&self) -> String {
        let mut all = String::new();
        for piece in &self.pieces {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(piece.text.trim());
        }
        all
    }
}

/// What comes on a page, from above.
enum Thing {
    Line(Line),
    Image(u32, Image),
}

/// Words on one height make a line; a gap of a character and a half parts it.
fn lines(page: &mut Page) -> Vec<Line> {
    let mut words = std::mem::take(&mut page.words);
    words.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut rows: Vec<Vec<Words>> = Vec::new();
    for one in words {
        let same = rows
            .last()
            .and_then(|row| row.first())
            .is_some_and(|first| {
                (one.top - first.top).abs() < first.height.min(one.height).max(1.0) * 0.6
            });
        match rows.last_mut() {
            Some(row) if same => row.push(one),
            _ => rows.push(vec![one]),
        }
    }
    rows.into_iter()
        .map(|mut row| {
            row.sort_by(|a, b| a.left.total_cmp(&b.left));
            let mut pieces: Vec<Words> = Vec::new();
            for one in row {
                match pieces.last_mut() {
                    Some(last) if one.left - last.right < one.height.max(1.0) * 1.5 => {
                        let gap = one.left - last.right > one.height * 0.3;
                        join(&mut last.text, &one.text, gap);
                        last.right = last.right.max(one.right);
                        last.height = last.height.max(one.height);
                        last.bold &= one.bold;
                    }
                    _ => pieces.push(one),
                }
            }
            Line {
                page: page.number,
                pieces,
            }
        })
        .collect()
}

/// Puts words behind others; between Latin ones there is a space.
fn join(text: &mut String, more: &str, gap: bool) {
    let latin =
        |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || ",.;:".contains(c));
    if gap && latin(text.chars().last()) && latin(more.chars().next()) {
        text.push(' ');
    }
    text.push_str(more);
}

fn read(mut pages: Vec<Page>) -> Result<Told, Unturned> {
    let mut told = Told::default();
    let letters: usize = pages
        .iter()
        .flat_map(|it| &it.words)
        .map(|it| it.text.trim().chars().count())
        .sum();
    let is_scan = |page: &Page| {
        let covers = |image: &Image| image.width * image.height > page.width * page.height * 0.5;
        page.words.is_empty() && page.images.iter().any(covers)
    };
    if letters == 0 {
        let any = pages.iter().any(|page| !page.images.is_empty());
        return Err(if any {
            Unturned::Scanned
        } else {
            Unturned::Empty
        });
    }
    for page in pages.iter().filter(|page| is_scan(page)) {
        told.remark(
            Some(page.number),
            "整页",
            "这一页是扫描的图片，没有文字，当作图片放进了正文",
        );
    }
    let mut small = 0;
    let mut things = Vec::new();
    let mut numbers = false;
    for page in &mut pages {
        let images = std::mem::take(&mut page.images);
        let mut found = lines(page);
        let before = found.len();
        found.retain(|line| !is_page_number(line, page.height));
        numbers |= found.len() < before;
        let mut of_page: Vec<Thing> = found.into_iter().map(Thing::Line).collect();
        for image in images {
            if image.width.min(image.height) < SMALLEST {
                small += 1;
            } else {
                of_page.push(Thing::Image(page.number, image));
            }
        }
        of_page.sort_by(|a, b| top_of(a).total_cmp(&top_of(b)));
        things.extend(of_page);
    }
    if numbers {
        told.remark(None, "页码", "没有转过来");
    }
    if small > 0 {
        told.remark(None, "", format!("{small} 个很小的图形没有转过来"));
    }
    told.remark(
        None,
        "",
        "PDF 里画的线、图表、印章和批注不会转过来，分段和表格是按位置认出来的，请对照原文看一遍",
    );
    put(&mut told, things);
    Ok(told)
}

fn top_of(thing: &Thing) -> f64 {
    match thing {
        Thing::Line(line) => line.top(),
        Thing::Image(_, image) => image.top,
    }
}

/// A line of nothing but a number at the edge of a page.
fn is_page_number(line: &Line, height: f64) -> bool {
    let at_edge = line.top() > height * 0.88 || line.top() < height * 0.08;
    let text = line.text();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only = text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "-—–－/第共页·".contains(c));
    at_edge && only && (1..=8).contains(&digits)
}

/// The height that most letters have.
fn usual_height(things: &[Thing]) -> f64 {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for thing in things {
        if let Thing::Line(line) = thing {
            *counts.entry(line.height().round() as i64).or_default() += line.text().chars().count();
        }
    }
    counts
        .into_iter()
        .max_by_key(|(height, count)| (*count, *height))
        .map_or(12.0, |(height, _)| height as f64)
}

fn put(told: &mut Told, things: Vec<Thing>) {
    let usual = usual_height(&things);
    let plain = |line: &&Line| line.pieces.len() == 1;
    let lines: Vec<&Line> = things
        .iter()
        .filter_map(|thing| match thing {
            Thing::Line(line) => Some(line),
            Thing::Image(..) => None,
        })
        .collect();
    let left = lines
        .iter()
        .copied()
        .filter(plain)
        .map(Line::left)
        .fold(f64::INFINITY, f64::min);
    let right = lines
        .iter()
        .copied()
        .filter(plain)
        .map(Line::right)
        .fold(0.0, f64::max);
    let mut writer = Writer {
        told,
        usual,
        left,
        right,
        open: None,
        rows: Vec::new(),
        pictures: 0,
    };
    for thing in things {
        match thing {
            Thing::Line(line) if line.pieces.len() > 1 => {
                writer.close();
                writer.rows.push(line);
            }
            Thing::Line(line) => {
                writer.close_table();
                writer.line(line);
            }
            Thing::Image(page, image) => {
                writer.close_table();
                writer.close();
                writer.picture(page, image);
            }
        }
    }
    writer.close_table();
    writer.close();
}

struct Writer<'a> {
    told: &'a mut Told,
    /// Height of most letters, and the edges of the text.
    usual: f64,
    left: f64,
    right: f64,
    /// The paragraph that may go on, with its last line, and whether it is a heading.
    open: Option<(String, Line, bool)>,
    /// Lines with gaps that may make a table.
    rows: Vec<Line>,
    pictures: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: Line) {
        let text = line.text();
        let large = line.height() > self.usual * 1.15;
        let heading = large
            || (line.bold() && text.chars().count() <= 40 && !text.ends_with(['。', '；', '，']));
        if let Some((words, last, was_heading)) = &mut self.open {
            let same_size = (last.height() - line.height()).abs() <= 1.0;
            let near = line.page != last.page || line.top() - last.top() < line.height() * 3.0;
            let goes_on = if heading {
                *was_heading && large && same_size && near
            } else {
                let full = last.right() > self.right - last.height() * 2.5;
                let indented = line.left() > self.left + line.height() * 1.2;
                !*was_heading && same_size && full && !indented
            };
            if goes_on {
                join(words, &text, true);
                *last = line;
                return;
            }
        }
        self.close();
        self.open = Some((text, line, heading));
    }

    fn close(&mut self) {
        if let Some((text, _, heading)) = self.open.take() {
            if heading {
                self.told.block(Block::Heading { text });
            } else {
                self.told.paragraph(&text);
            }
        }
    }

    /// Two lines and more with gaps at the same places are a table; one alone is a line.
    fn close_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let Some(first) = rows.first() else {
            return;
        };
        let columns = columns(&rows);
        if rows.len() < 2 || columns.len() < 2 {
            for line in &rows {
                self.told.paragraph(&line.text());
            }
            return;
        }
        let page = Some(first.page);
        let grid = rows.iter().map(|line| cells(line, &columns)).collect();
        for block in grid::blocks(grid) {
            if let Block::Table(table) = &block {
                let place = format!("表格“{}”", table.header.join("、"));
                let place: String = place.chars().take(40).collect();
                let message = "是按位置认出来的：换了行的格子可能分成了两行，请逐格核对";
                self.told.remark(page, place, message);
            }
            self.told.block(block);
        }
    }

    fn picture(&mut self, page: u32, image: Image) {
        self.pictures += 1;
        self.told.parts.push(Part::Picture {
            bytes: Vec::new(),
            place: format!("第 {} 张图片", self.pictures),
            page: Some(page),
            caption: image.name,
        });
    }
}

/// From where to where the columns of lines reach: what stands over or below each other is one.
fn columns(rows: &[Line]) -> Vec<(f64, f64)> {
    let mut reaches: Vec<(f64, f64)> = rows
        .iter()
        .flat_map(|line| &line.pieces)
        .map(|piece| (piece.left, piece.right))
        .collect();
    reaches.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for (left, right) in reaches {
        match columns.last_mut() {
            Some(last) if left < last.1 => last.1 = last.1.max(right),
            _ => columns.push((left, right)),
        }
    }
    columns
}

fn cells(line: &Line, columns: &[(f64, f64)]) -> Vec<String> {
    let mut cells = vec![String::new(); columns.len()];
    for piece in &line.pieces {
        let at = columns
            .iter()
            .rposition(|(left, _)| *left <= piece.left + 0.5)
            .unwrap_or(0);
        if !cells[at].is_empty() {
            cells[at].push(' ');
        }
        cells[at].push_str(piece.text.trim());
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(inside: &str) -> String {
        format!(
            "<page number=\"1\" height=\"842\" width=\"595\"><fontspec id=\"0\" size=\"20\"/><fontspec id=\"1\" size=\"12\"/>{inside}</page>"
        )
    }

    fn text(top: u32, left: u32, width: u32, font: u32, words: &str) -> String {
        format!(
            "<text top=\"{top}\" left=\"{left}\" width=\"{width}\" height=\"12\" font=\"{font}\">{words}</text>"
        )
    }

    fn told(of: &[String]) -> Result<Told, Unturned> {
        let all = format!("<pdf2xml>{}</pdf2xml>", of.concat());
        read(pages(&xml::read(&all).unwrap()))
    }

    #[test]
    fn paragraphs_headings_and_tables_are_found_by_their_places() {
        let first = [
            text(44, 150, 140, 0, "关于缴费的<b>通知</b>"),
            text(
                91,
                114,
                360,
                1,
                "已经开始缴费，请大家尽早办理，莫误时间，本",
            ),
            text(107, 90, 84, 1, "年度标准如下。"),
            text(131, 90, 24, 1, "项目"),
            text(131, 250, 24, 1, "金额"),
            text(147, 90, 24, 1, "居民"),
            text(147, 250, 36, 1, "400"),
            text(
                163,
                114,
                360,
                1,
                "到村部办理，请带户口簿和身份证，节假日也照",
            ),
            text(793, 280, 50, 1, "- 1 -"),
        ];
        let second = [
            text(51, 90, 48, 1, "常办理。"),
            "<image top=\"80\" left=\"90\" width=\"200\" height=\"100\" src=\"out-2_1.png\"/>"
                .to_owned(),
            "<image top=\"90\" left=\"90\" width=\"200\" height=\"2\" src=\"out-2_2.png\"/>"
                .to_owned(),
        ];
        let told = told(&[page(&first.concat()), page(&second.concat())]).unwrap();
        let block = |part: &Part| match part {
            Part::Block(Block::Heading { text }) => format!("# {text}"),
            Part::Block(Block::Paragraph { text }) => text.clone(),
            Part::Block(Block::Table(table)) => format!("{:?} {:?}", table.header, table.rows),
            Part::Picture { page, caption, .. } => format!("{page:?} {caption}"),
            other => panic!("{other:?}"),
        };
        let words: Vec<String> = told.parts.iter().map(block).collect();
        let expected = [
            "# 关于缴费的通知",
            "已经开始缴费，请大家尽早办理，莫误时间，本年度标准如下。",
            "[\"项目\", \"金额\"] [[\"居民\", \"400\"]]",
            "到村部办理，请带户口簿和身份证，节假日也照常办理。",
            "Some(2) out-2_1.png",
        ];
        assert_eq!(words, expected);
        let said: Vec<&str> = told.remarks.iter().map(|it| it.message.as_str()).collect();
        let said = said.join("\n");
        for word in ["没有转过来", "1 个很小", "对照原文", "逐格核对"] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }

    #[test]
    fn pages_without_words_are_scans() {
        let scan = page("<image top=\"0\" left=\"0\" width=\"595\" height=\"842\" src=\"a.png\"/>");
        assert!(matches!(
            told(std::slice::from_ref(&scan)),
            Err(Unturned::Scanned)
        ));
        assert!(matches!(told(&[page("")]), Err(Unturned::Empty)));
        let half = told(&[scan, page(&text(91, 114, 36, 1, "一段字"))]).unwrap();
        assert_eq!(half.parts.len(), 2);
        let first = &half.remarks[0];
        assert_eq!((first.page, first.place.as_str()), (Some(1), "整页"));
    }
}
