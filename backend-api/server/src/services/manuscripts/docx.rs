//! DOCX: paragraphs, headings, lists, tables and pictures in their order; joined cells stand in every place they cover.
//! Text boxes, footnotes and formulas are put where they can be read; what cannot be turned is named.

use std::collections::HashMap;

use contract::bulletin::Block;

use super::archive::Archive;
use super::grid;
use super::numbering::Numbering;
use super::styles::{Styles, has_outline, list_of};
use super::told::{Part, Told, Unturned};
use super::xml::{self, Element};

const DOCUMENT: &str = "word/document.xml";

/// Cells of one table, joined ones in every place.
const MOST_CELLS: usize = 100_000;

/// Words of what was left out that are told.
const QUOTED: usize = 60;

/// Reads a DOCX.
pub(super) fn turn(bytes: &[u8]) -> Result<Told, Unturned> {
    let mut archive = Archive::open(bytes)?;
    let text = archive.text(DOCUMENT)?.ok_or(Unturned::Damaged)?;
    let document = xml::read(&text)?;
    drop(text);
    let optional = |archive: &mut Archive<'_>, path: &str| -> Result<Element, Unturned> {
        archive
            .text(path)?
            .map_or_else(|| Ok(Element::default()), |text| xml::read(&text))
    };
    let relations = optional(&mut archive, "word/_rels/document.xml.rels")?;
    let styles = optional(&mut archive, "word/styles.xml")?;
    let numbering = optional(&mut archive, "word/numbering.xml")?;
    let footnotes = optional(&mut archive, "word/footnotes.xml")?;
    let endnotes = optional(&mut archive, "word/endnotes.xml")?;
    let comments = optional(&mut archive, "word/comments.xml")?;
    let body = document.child("document").and_then(|it| it.child("body"));
    let body = body.ok_or(Unturned::Damaged)?;
    let mut reader = Reader {
        relations: targets(&relations),
        styles: Styles::read(&styles),
        numbering: Numbering::read(&numbering),
        notes: [notes(&footnotes, "footnote"), notes(&endnotes, "endnote")],
        comments: notes(&comments, "comment"),
        told: Told::default(),
        paragraphs: 0,
        pictures: Vec::new(),
        noted: Vec::new(),
        cells: 0,
    };
    reader.blocks(body)?;
    reader.put_notes();
    let pictures = std::mem::take(&mut reader.pictures);
    let mut told = reader.told;
    fill(&mut archive, &mut told, pictures)?;
    around(&mut archive, &mut told)?;
    Ok(told)
}

/// A picture that was found, before its bytes are read: where its part stands.
struct Found {
    part: usize,
    path: Option<String>,
}

/// Puts the bytes of pictures where they belong; one without bytes is named.
fn fill(archive: &mut Archive<'_>, told: &mut Told, pictures: Vec<Found>) -> Result<(), Unturned> {
    let mut missing = Vec::new();
    for Found { part, path } in pictures {
        let read = match path {
            Some(path) => archive.picture(&path)?,
            None => None,
        };
        match (&mut told.parts[part], read) {
            (Part::Picture { bytes, .. }, Some(read)) => *bytes = read,
            (Part::Picture { place, .. }, None) => {
                missing.push((part, place.clone()));
            }
            (Part::Block(_), _) => {}
        }
    }
    for (part, place) in missing.into_iter().rev() {
        told.parts.remove(part);
        told.remark(
            None,
            place,
            "只是一个链接，图片不在文件里，没有转过来。请把图片另存，再放进正文",
        );
    }
    Ok(())
}

/// What stands around the text: heads and feet of pages.
fn around(archive: &mut Archive<'_>, told: &mut Told) -> Result<(), Unturned> {
    let mut paths = archive.paths();
    paths.sort();
    for path in paths {
        let name = path.strip_prefix("word/").unwrap_or_default();
        let what = if name.starts_with("header") {
            "页眉"
        } else if name.starts_with("footer") {
            "页脚"
        } else {
            continue;
        };
        let Some(text) = archive.text(&path)? else {
            continue;
        };
        let words = seen(&xml::read(&text)?);
        let words = words.trim();
        if words
            .chars()
            .any(|c| !c.is_ascii_digit() && !c.is_whitespace() && !"-—–页第共".contains(c))
        {
            told.remark(None, what, format!("没有转过来：“{}”", quoted(words)));
        }
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= QUOTED {
        return text;
    }
    let kept: String = text.chars().take(QUOTED).collect();
    format!("{kept}…")
}

fn targets(relations: &Element) -> HashMap<String, String> {
    let all = relations.child("Relationships").into_iter();
    let all = all.flat_map(Element::elements).filter_map(|it| {
        let (id, target) = (it.attribute("Id")?, it.attribute("Target")?);
        Some((id.to_owned(), target.to_owned()))
    });
    all.collect()
}

/// Words of notes or comments by their id.
fn notes(root: &Element, name: &str) -> HashMap<String, String> {
    let all = root.elements().flat_map(Element::elements);
    let all =
        all.filter(|it| it.name == name && it.attribute("type").is_none_or(|it| it == "normal"));
    all.filter_map(|it| Some((it.attribute("id")?.to_owned(), paragraphs_of(it))))
        .collect()
}

/// Words that are seen: neither instructions of fields nor what was deleted.
fn seen(within: &Element) -> String {
    let mut words = String::new();
    for element in within.elements() {
        if element.name == "t" {
            words.push_str(&element.words());
        } else {
            words.push_str(&seen(element));
        }
    }
    words
}

fn paragraphs_of(element: &Element) -> String {
    let words = element.elements().map(seen);
    let words: Vec<String> = words.filter(|it| !it.trim().is_empty()).collect();
    words.join(" ").trim().to_owned()
}

/// What a paragraph holds beside its words, in the order it comes.
enum Beside<'a> {
    Picture {
        target: Option<String>,
        caption: String,
    },
    Box(&'a Element),
}

/// The words of a paragraph, and what stands beside them.
#[derive(Default)]
struct Line<'a> {
    /// Parts of the paragraph between its line breaks.
    texts: Vec<String>,
    beside: Vec<Beside<'a>>,
}

impl Line<'_> {
    fn push(&mut self, text: &str) {
        match self.texts.last_mut() {
            Some(last) => last.push_str(text),
            None => self.texts.push(text.to_owned()),
        }
    }

    fn words(&self) -> String {
        self.texts.join(" ")
    }
}

struct Reader {
    relations: HashMap<String, String>,
    styles: Styles,
    numbering: Numbering,
    /// Footnotes and endnotes.
    notes: [HashMap<String, String>; 2],
    comments: HashMap<String, String>,
    told: Told,
    /// Paragraphs so far, for remarks.
    paragraphs: usize,
    pictures: Vec<Found>,
    /// Notes that were referred to, in their order.
    noted: Vec<String>,
    cells: usize,
}

impl Reader {
    fn place(&self) -> String {
        format!("原文第 {} 段", self.paragraphs)
    }

    fn remark(&mut self, message: impl Into<String>) {
        let place = self.place();
        self.told.remark(None, place, message);
    }

    fn blocks(&mut self, within: &Element) -> Result<(), Unturned> {
        for element in within.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element)?,
                "tbl" => self.table(element)?,
                "sectPr" | "bookmarkStart" | "bookmarkEnd" | "tcPr" | "sdtPr" | "sdtEndPr"
                | "proofErr" => {}
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.blocks(chosen)?;
                    }
                }
                "del" | "moveFrom" => self.deleted(element),
                "altChunk" => self.remark("这里嵌着另一份文件，没有转过来，请打开原文复制"),
                _ => self.blocks(element)?,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, paragraph: &Element) -> Result<(), Unturned> {
        self.paragraphs += 1;
        let properties = paragraph.child("pPr");
        let style = properties
            .and_then(|it| it.child("pStyle"))
            .and_then(|it| it.attribute("val"));
        let (mut heading, of_style) = style.map(|id| self.styles.of(id)).unwrap_or_default();
        heading |= properties.is_some_and(has_outline);
        let list = properties.and_then(list_of).or(of_style);
        let mut line = Line::default();
        self.inline(paragraph, &mut line);
        let Line { texts, beside } = line;
        let has_words = texts.iter().any(|text| !text.trim().is_empty());
        // An entry without words counts all the same, but nothing is seen of it.
        let list = list.filter(|_| has_words);
        let mut marker = list.and_then(|(id, level)| self.numbering.next(&id, level));
        for text in texts {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let text = text.to_owned();
            self.told.block(match marker.take() {
                Some(marker) if heading => Block::Heading {
                    text: format!("{marker}{text}"),
                },
                Some(marker) => Block::Item { marker, text },
                None if heading => Block::Heading { text },
                None => Block::Paragraph { text },
            });
        }
        self.beside(beside)
    }

    /// What stood beside a paragraph's words comes after it.
    fn beside(&mut self, beside: Vec<Beside<'_>>) -> Result<(), Unturned> {
        for one in beside {
            match one {
                Beside::Picture { target, caption } => self.picture(target, &caption),
                Beside::Box(content) => {
                    self.remark("文本框里的字放在了这一段后面，请看一看位置对不对");
                    self.blocks(content)?;
                }
            }
        }
        Ok(())
    }

    fn picture(&mut self, target: Option<String>, caption: &str) {
        let number = self.pictures.len() + 1;
        let place = format!("第 {number} 张图片（{}）", self.place());
        self.pictures.push(Found {
            part: self.told.parts.len(),
            path: target.map(|target| within_word(&target)),
        });
        self.told.parts.push(Part::Picture {
            bytes: Vec::new(),
            place,
            page: None,
            caption: caption.chars().take(200).collect(),
        });
    }

    fn deleted(&mut self, element: &Element) {
        let words = element.words();
        if !words.trim().is_empty() {
            let words = quoted(&words);
            self.remark(format!("修订中删去的字没有转过来：“{words}”"));
        }
    }

    /// Words of a paragraph and of whatever stands in it.
    fn inline<'a>(&mut self, within: &'a Element, line: &mut Line<'a>) {
        for element in within.elements() {
            match element.name.as_str() {
                "t" => line.push(&element.words()),
                "tab" | "ptab" => line.push(" "),
                "noBreakHyphen" => line.push("-"),
                "br" | "cr" => {
                    if element
                        .attribute("type")
                        .is_none_or(|it| it == "textWrapping")
                    {
                        line.texts.push(String::new());
                    }
                }
                "sym" => {
                    line.push("□");
                    self.remark("一个特殊符号变成了“□”，请对照原文改");
                }
                "r" => self.run(element, line),
                "pPr"
                | "rPr"
                | "instrText"
                | "delInstrText"
                | "fldChar"
                | "bookmarkStart"
                | "bookmarkEnd"
                | "proofErr"
                | "lastRenderedPageBreak"
                | "softHyphen"
                | "commentRangeStart"
                | "commentRangeEnd"
                | "sdtPr"
                | "sdtEndPr"
                | "annotationRef"
                | "footnoteRef"
                | "endnoteRef"
                | "separator"
                | "continuationSeparator" => {}
                "ins" | "moveTo" => {
                    self.told
                        .remark(None, "", "原文有修订，加上的字已经当作接受，请核对");
                    self.inline(element, line);
                }
                "del" | "moveFrom" => self.deleted(element),
                "footnoteReference" => self.note(element, 0, line),
                "endnoteReference" => self.note(element, 1, line),
                "commentReference" => {
                    let id = element.attribute("id").unwrap_or_default();
                    let words = self
                        .comments
                        .get(id)
                        .map(|it| quoted(it))
                        .unwrap_or_default();
                    self.remark(format!("批注没有转过来：“{words}”"));
                }
                "hyperlink" => {
                    let target = element
                        .attribute("id")
                        .and_then(|id| self.relations.get(id));
                    if let Some(target) = target.filter(|it| it.contains(':')).cloned() {
                        let target = quoted(&target);
                        self.remark(format!("链接只留下了文字，电视上不能点开：{target}"));
                    }
                    self.inline(element, line);
                }
                "ruby" => {
                    let part =
                        |name: &str| element.child(name).map(Element::words).unwrap_or_default();
                    line.push(&format!("{}（{}）", part("rubyBase"), part("rt")));
                }
                "oMath" | "oMathPara" => {
                    line.push(&element.words());
                    self.remark("公式变成了一行文字，请对照原文改");
                }
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.inline(chosen, line);
                    }
                }
                "drawing" | "pict" | "object" => self.drawing(element, line),
                _ => self.inline(element, line),
            }
        }
    }

    fn run<'a>(&mut self, run: &'a Element, line: &mut Line<'a>) {
        let is = |name: &str| {
            let switch = run.child("rPr").and_then(|it| it.child(name));
            switch.is_some_and(|it| !matches!(it.attribute("val"), Some("0" | "false" | "none")))
        };
        let words = seen(run);
        if !words.trim().is_empty() {
            if is("vanish") {
                let words = quoted(&words);
                self.remark(format!("隐藏的字没有转过来：“{words}”"));
                return;
            }
            if is("strike") || is("dstrike") {
                let words = quoted(&words);
                self.remark(format!("画了删除线的字照样留着：“{words}”"));
            }
        }
        self.inline(run, line);
    }

    fn note(&mut self, reference: &Element, kind: usize, line: &mut Line<'_>) {
        let id = reference.attribute("id").unwrap_or_default();
        let words = self.notes[kind].get(id).cloned().unwrap_or_default();
        self.noted.push(words);
        line.push(&format!("〔注{}〕", self.noted.len()));
    }

    fn put_notes(&mut self) {
        let noted = std::mem::take(&mut self.noted);
        if !noted.is_empty() {
            let message = format!("{} 条脚注放在了最后", noted.len());
            self.told.remark(None, "", message);
        }
        for (index, words) in noted.iter().enumerate() {
            self.told.paragraph(&format!("〔注{}〕{words}", index + 1));
        }
    }

    fn drawing<'a>(&mut self, drawing: &'a Element, line: &mut Line<'a>) {
        let mut found = 0;
        let caption = description(drawing);
        self.drawn(drawing, &caption, &mut found, line);
        let is_object = drawing.name == "object";
        if is_object {
            self.remark("嵌入的对象（表格、公式或别的文件）只能当作图片，请对照原文看一看");
        } else if found == 0 {
            let what = match drawing
                .below("graphicData")
                .and_then(|it| it.attribute("uri"))
            {
                Some(uri) if uri.ends_with("/chart") => "图表",
                Some(uri) if uri.ends_with("/diagram") => "SmartArt 图形",
                _ => "画出来的图形",
            };
            self.remark(format!("{what}没有转过来，请截成图片再放进正文"));
        }
    }

    /// Pictures and text boxes in a drawing.
    fn drawn<'a>(
        &mut self,
        within: &'a Element,
        caption: &str,
        found: &mut usize,
        line: &mut Line<'a>,
    ) {
        for element in within.elements() {
            match element.name.as_str() {
                "blip" | "imagedata" => {
                    *found += 1;
                    let id = ["embed", "id", "link", "pict"]
                        .iter()
                        .find_map(|it| element.attribute(it));
                    let target = id.and_then(|id| self.relations.get(id));
                    let target = target.filter(|it| !it.contains("://")).cloned();
                    line.beside.push(Beside::Picture {
                        target,
                        caption: caption.to_owned(),
                    });
                }
                "txbxContent" => {
                    *found += 1;
                    line.beside.push(Beside::Box(element));
                }
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.drawn(chosen, caption, found, line);
                    }
                }
                "textpath" => {
                    *found += 1;
                    line.push(element.attribute("string").unwrap_or_default());
                    self.remark("艺术字变成了普通文字");
                }
                _ => self.drawn(element, caption, found, line),
            }
        }
    }

    fn table(&mut self, table: &Element) -> Result<(), Unturned> {
        self.paragraphs += 1;
        let mut grid: Vec<Vec<String>> = Vec::new();
        let mut joined = false;
        let mut beside = Vec::new();
        let mut nested = false;
        for row in rows_of(table) {
            let mut cells: Vec<String> = Vec::new();
            let before = row.child("trPr").and_then(|it| it.child("gridBefore"));
            cells.resize(count(before), String::new());
            if row
                .child("trPr")
                .is_some_and(|it| it.child("del").is_some())
            {
                self.deleted(row);
                continue;
            }
            for cell in cells_of(row) {
                let properties = cell.child("tcPr");
                let across = properties.and_then(|it| it.child("gridSpan"));
                let across = count(across).max(1);
                let goes_on = properties
                    .and_then(|it| it.child("vMerge"))
                    .is_some_and(|it| it.attribute("val").is_none_or(|it| it != "restart"));
                let mut text = Vec::new();
                self.cell(cell, &mut text, &mut beside, &mut nested);
                let mut text = text.join(" ").trim().to_owned();
                if goes_on {
                    joined = true;
                    let above = grid.last().and_then(|row| row.get(cells.len()));
                    if text.is_empty() {
                        text = above.cloned().unwrap_or_default();
                    }
                }
                joined |= across > 1;
                self.cells += across;
                if self.cells > MOST_CELLS {
                    return Err(Unturned::TooLarge);
                }
                cells.extend(std::iter::repeat_n(text, across));
            }
            grid.push(cells);
        }
        if joined {
            self.remark("表格里有合并的格子：每一格里都写上了同样的字，请核对");
        }
        if nested {
            self.remark("表格里又套着表格：里面的字连成了一句，请核对");
        }
        for block in grid::blocks(grid) {
            self.told.block(block);
        }
        if !beside.is_empty() {
            self.remark("表格里的图片和文本框放在了表格后面");
        }
        self.beside(beside)
    }

    fn cell<'a>(
        &mut self,
        within: &'a Element,
        texts: &mut Vec<String>,
        beside: &mut Vec<Beside<'a>>,
        nested: &mut bool,
    ) {
        for element in within.elements() {
            match element.name.as_str() {
                "p" => {
                    let mut line = Line::default();
                    self.inline(element, &mut line);
                    let list = element.child("pPr").and_then(list_of);
                    let marker = list.and_then(|(id, level)| self.numbering.next(&id, level));
                    let words = line.words();
                    if !words.trim().is_empty() {
                        texts.push(format!("{}{}", marker.unwrap_or_default(), words.trim()));
                    }
                    beside.append(&mut line.beside);
                }
                "tbl" => {
                    *nested = true;
                    for row in rows_of(element) {
                        let mut cells = Vec::new();
                        for cell in cells_of(row) {
                            let mut inner = Vec::new();
                            self.cell(cell, &mut inner, beside, nested);
                            cells.push(inner.join(" "));
                        }
                        texts.push(format!("{}；", cells.join("，")));
                    }
                }
                "tcPr" => {}
                "del" | "moveFrom" => self.deleted(element),
                "AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.cell(chosen, texts, beside, nested);
                    }
                }
                _ => self.cell(element, texts, beside, nested),
            }
        }
    }
}

/// What a picture shows, as somebody wrote it for who does not see; nothing for names that programs give.
fn description(drawing: &Element) -> String {
    let shown = drawing.below("docPr").and_then(|it| it.attribute("descr"));
    let shown = shown.unwrap_or_default();
    let by_a_program = shown.contains("://") || shown.contains('\\') || shown.contains("IMG");
    if by_a_program {
        String::new()
    } else {
        shown.to_owned()
    }
}

/// One of several ways to say the same: what newer programs read, unless that is a drawing without words or picture.
fn chosen(alternate: &Element) -> Option<&Element> {
    let readable = |it: &&Element| {
        ["blip", "imagedata", "txbxContent", "t"]
            .iter()
            .any(|name| it.below(name).is_some())
    };
    let all: Vec<&Element> = alternate
        .elements()
        .filter(|it| matches!(it.name.as_str(), "Choice" | "Fallback"))
        .collect();
    let best = all.iter().copied().find(readable);
    best.or_else(|| all.first().copied())
}

fn rows_of(table: &Element) -> Vec<&Element> {
    inside(table, "tr", &["tbl"])
}

fn cells_of(row: &Element) -> Vec<&Element> {
    inside(row, "tc", &["tbl"])
}

/// Elements with this name, also within controls and revisions, but not within others of these.
fn inside<'a>(within: &'a Element, name: &str, not: &[&str]) -> Vec<&'a Element> {
    let mut found = Vec::new();
    for element in within.elements() {
        if element.name == name {
            found.push(element);
        } else if !not.contains(&element.name.as_str()) {
            found.extend(inside(element, name, not));
        }
    }
    found
}

fn count(element: Option<&Element>) -> usize {
    let value = element.and_then(|it| it.attribute("val"));
    value
        .and_then(|it| it.parse::<usize>().ok())
        .unwrap_or(0)
        .min(63)
}

/// The path in the archive of what a relation names.
fn within_word(target: &str) -> String {
    match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => match target.strip_prefix("../") {
            Some(beside) => beside.to_owned(),
            None => format!("word/{target}"),
        },
    }
}

#[cfg(test)]
mod tests;
