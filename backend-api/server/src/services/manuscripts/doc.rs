//! DOC of before 2007, as `antiword` writes it: DocBook.

use std::path::Path;

use contract::bulletin::Block;

use super::grid;
use super::told::{Told, Unturned};
use super::tool::{self, Scratch};
use super::xml::{self, Element, Node};

/// Stands where a picture is.
const PICTURE: &str = "[pic]";

/// Turns a DOC.
pub(super) fn turn(bytes: &[u8], scratch: &Path) -> Result<Told, Unturned> {
    let scratch = Scratch::with(scratch, bytes)?;
    let said = tool::run(&scratch, "antiword", &["-x", "db", "in"])?;
    let errors = said.errors.to_lowercase();
    if errors.contains("encrypted") {
        return Err(Unturned::Encrypted);
    }
    if !said.well || said.out.is_empty() {
        return Err(Unturned::Damaged);
    }
    read(&said.out)
}

/// Reads DocBook.
fn read(text: &str) -> Result<Told, Unturned> {
    let root = xml::read(text)?;
    let mut reader = Reader::default();
    reader.blocks(&root);
    let Reader {
        mut told, notes, ..
    } = reader;
    for (index, words) in notes.iter().enumerate() {
        told.paragraph(&format!("〔注{}〕{words}", index + 1));
    }
    if !notes.is_empty() {
        told.remark(None, "", format!("{} 条脚注放在了最后", notes.len()));
    }
    told.remark(
        None,
        "",
        "旧格式的 Word 文件（.doc）里，图片、文本框、批注、页眉页脚、隐藏的和修订中删去的字转不过来，合并的格子也看不出来。有这些的，请在 Word 或 WPS 里另存为 .docx 再传",
    );
    Ok(told)
}

#[derive(Default)]
struct Reader {
    told: Told,
    notes: Vec<String>,
    /// Pictures so far, for remarks.
    pictures: usize,
}

impl Reader {
    fn blocks(&mut self, within: &Element) {
        for element in within.elements() {
            match element.name.as_str() {
                "bookinfo" | "articleinfo" | "beginpage" => {}
                // The file's own properties have one, too.
                "title" if within.name == "book" => {}
                "title" => {
                    let text = self.words(element);
                    if !text.is_empty() {
                        self.told.block(Block::Heading { text });
                    }
                }
                "para" | "simpara" => self.paragraph(element),
                "itemizedlist" | "orderedlist" => self.list(element),
                "informaltable" | "table" => self.table(element),
                "mediaobject" | "graphic" | "figure" => self.picture(),
                _ => self.blocks(element),
            }
        }
    }

    /// Lists and tables may stand within a paragraph.
    fn paragraph(&mut self, paragraph: &Element) {
        let inner = [
            "itemizedlist",
            "orderedlist",
            "informaltable",
            "table",
            "para",
        ];
        if paragraph
            .elements()
            .any(|it| inner.contains(&it.name.as_str()))
        {
            self.blocks(paragraph);
            return;
        }
        let text = self.words(paragraph);
        self.told.paragraph(&text);
    }

    fn list(&mut self, list: &Element) {
        let ordered = list.name == "orderedlist";
        let entries = list.elements().filter(|it| it.name == "listitem");
        for (index, entry) in entries.enumerate() {
            let text = self.words(entry);
            if !text.is_empty() {
                let marker = if ordered {
                    format!("{}.", index + 1)
                } else {
                    "•".to_owned()
                };
                self.told.block(Block::Item { marker, text });
            }
        }
    }

    fn table(&mut self, table: &Element) {
        let mut grid = Vec::new();
        self.rows(table, &mut grid);
        for block in grid::blocks(grid) {
            self.told.block(block);
        }
    }

    fn rows(&mut self, within: &Element, grid: &mut Vec<Vec<String>>) {
        for element in within.elements() {
            if element.name == "row" {
                let mut row = Vec::new();
                for entry in element.elements().filter(|it| it.name == "entry") {
                    row.push(self.words(entry));
                }
                grid.push(row);
            } else {
                self.rows(element, grid);
            }
        }
    }

    fn picture(&mut self) {
        self.pictures += 1;
        let place = format!("第 {} 张图片", self.pictures);
        self.told
            .remark(None, place, "没有转过来，请把它另存成图片，再放进正文");
    }

    /// Words of an element; footnotes go to the end.
    fn words(&mut self, element: &Element) -> String {
        let mut all = String::new();
        self.collect(element, &mut all);
        all.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect(&mut self, element: &Element, all: &mut String) {
        for node in &element.children {
            match node {
                Node::Text(text) => {
                    for _ in text.matches(PICTURE) {
                        self.picture();
                    }
                    all.push_str(&text.replace(PICTURE, ""));
                }
                Node::Element(inner) => match inner.name.as_str() {
                    "footnote" => {
                        let words = self.words(inner);
                        self.notes.push(words);
                        all.push_str(&format!("〔注{}〕", self.notes.len()));
                    }
                    "mediaobject" | "inlinemediaobject" | "graphic" => self.picture(),
                    "para" => {
                        self.collect(inner, all);
                        all.push(' ');
                    }
                    _ => self.collect(inner, all),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::told::Part;
    use super::*;

    #[test]
    fn headings_lists_tables_and_notes() {
        let told = read(
            "<?xml version='1.0'?><!DOCTYPE book><book lang='zh'><title>属性</title><bookinfo><title>属性</title></bookinfo>\
             <chapter><title><emphasis role='bold'>缴费办法</emphasis></title><para>\n</para>\
             <para>\n请尽早<footnote><para>节假日照常。</para></footnote>办理。\n</para>\
             <orderedlist><listitem><para>带户口簿</para></listitem><listitem><para>到村部</para></listitem></orderedlist>\
             <informaltable><tgroup cols='2'><tbody><row><entry>项目</entry><entry>金额</entry></row>\
             <row><entry>居民</entry><entry>400</entry></row></tbody></tgroup></informaltable>\
             <para>[pic]</para></chapter></book>",
        )
        .unwrap();
        let words: Vec<String> = told
            .parts
            .iter()
            .map(|part| match part {
                Part::Block(Block::Heading { text }) => format!("# {text}"),
                Part::Block(Block::Paragraph { text }) => text.clone(),
                Part::Block(Block::Item { marker, text }) => format!("{marker} {text}"),
                Part::Block(Block::Table(table)) => format!("{:?} {:?}", table.header, table.rows),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = [
            "# 缴费办法",
            "请尽早〔注1〕办理。",
            "1. 带户口簿",
            "2. 到村部",
            "[\"项目\", \"金额\"] [[\"居民\", \"400\"]]",
            "〔注1〕节假日照常。",
        ];
        assert_eq!(words, expected);
        assert_eq!(told.remarks[0].place, "第 1 张图片");
        assert!(told.remarks.last().unwrap().message.contains(".docx"));
    }
}
