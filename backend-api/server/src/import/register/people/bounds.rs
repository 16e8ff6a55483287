//! What a spreadsheet may hold, judged before anything of it is decoded: a few hundred kilobytes can unpack to
//! millions of cells, and one long text can stand in each of them.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::workbook::Damaged;

/// Bytes a spreadsheet may unpack to.
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// Bytes of the texts that are kept in memory all at once, in the file and in the cells.
pub(super) const MAX_TEXTS: u64 = 32 * 1024 * 1024;
/// Bytes of styles and names of sheets.
const MAX_NAMES: u64 = 16 * 1024 * 1024;
/// Bytes of anything that has nothing to read: pictures.
const MAX_OTHER: u64 = 32 * 1024 * 1024;
/// Files in the archive; usually a dozen.
const MAX_PARTS: usize = 10_000;
/// Cells in which something stands; 73,000 people take 660,000.
pub(super) const MAX_CELLS: usize = 1_000_000;
/// Cells of a sheet, with those that have nothing but a frame.
const MAX_FRAMED: u64 = 2 * MAX_CELLS as u64;
/// Rows of a sheet, with empty ones: as many as spreadsheets have.
const MAX_ROWS: u64 = 1_100_000;
const MAX_TEXT_ITEMS: u64 = MAX_CELLS as u64;
const MAX_MERGED: u64 = 100_000;
const MAX_STYLES: u64 = 100_000;
/// Bytes of one tag, and of the text between two; a cell holds at most 32,767 characters.
const MAX_TAG: usize = 16 * 1024;
const MAX_RUN: usize = 512 * 1024;

/// Whether a spreadsheet can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It can.
    Fits,
    /// It unpacks to too much.
    TooLarge,
    /// It has too many rows, cells or texts.
    TooMany,
}

/// Unpacks everything once without keeping it: what a file says of its own size proves nothing.
///
/// # Errors
/// [`Damaged`], if it cannot be unpacked.
pub(super) fn judge(bytes: &[u8]) -> Result<Verdict, Damaged> {
    // Each file of the archive costs memory as soon as its directory is read.
    let parts = bytes.windows(4).filter(|it| *it == b"PK\x01\x02").count();
    if parts > MAX_PARTS {
        return Ok(Verdict::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut total = 0;
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        let mut part = Part::default();
        total += part.read(&mut file.take(MAX_UNPACKED - total + 1))?;
        if total > MAX_UNPACKED {
            return Ok(Verdict::TooLarge);
        }
        match part.verdict() {
            Verdict::Fits => {}
            beyond => return Ok(beyond),
        }
    }
    Ok(Verdict::Fits)
}

/// What a file of the archive holds, whatever it is called.
#[derive(Debug, Default)]
struct Part {
    bytes: u64,
    cells: u64,
    rows: u64,
    texts: u64,
    merged: u64,
    styles: u64,
    /// Names of sheets, of cells and of other files.
    names: u64,
    longest_tag: usize,
    longest_run: usize,
    tag: Tag,
    /// Since the last tag began or ended.
    run: usize,
}

/// Where in a tag one is.
#[derive(Debug, Default, PartialEq, Eq)]
enum Tag {
    #[default]
    Outside,
    /// In its name, without what stands before a colon.
    Name(Vec<u8>),
    Inside,
}

/// Longer names matter to nobody here.
const LONGEST_NAME: usize = 16;

impl Part {
    fn read(&mut self, from: &mut impl Read) -> io::Result<u64> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = from.read(&mut buffer)?;
            if read == 0 {
                return Ok(self.bytes);
            }
            self.bytes += read as u64;
            self.take(&buffer[..read]);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.run += 1;
            match (&mut self.tag, byte) {
                (Tag::Outside, b'<') => {
                    self.longest_run = self.longest_run.max(self.run);
                    self.run = 0;
                    self.tag = Tag::Name(Vec::with_capacity(LONGEST_NAME));
                }
                (Tag::Outside, _) => {}
                (Tag::Name(name), b':') => name.clear(),
                (Tag::Name(name), b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n') => {
                    let name = std::mem::take(name);
                    self.count(&name);
                    self.tag = Tag::Inside;
                }
                (Tag::Name(name), _) if name.len() < LONGEST_NAME => name.push(*byte),
                (Tag::Name(_) | Tag::Inside, _) => {}
            }
            if *byte == b'>' && self.tag != Tag::Outside {
                self.longest_tag = self.longest_tag.max(self.run);
                self.run = 0;
                self.tag = Tag::Outside;
            }
        }
        // What does not end is long, too.
        let longest = match self.tag {
            Tag::Outside => &mut self.longest_run,
            Tag::Name(_) | Tag::Inside => &mut self.longest_tag,
        };
        *longest = self.run.max(*longest);
    }

    fn count(&mut self, name: &[u8]) {
        let counted = match name {
            b"c" => &mut self.cells,
            b"row" => &mut self.rows,
            b"si" => &mut self.texts,
            b"mergeCell" => &mut self.merged,
            b"xf" | b"numFmt" => &mut self.styles,
            b"sheet" | b"definedName" | b"Relationship" => &mut self.names,
            _ => return,
        };
        *counted += 1;
    }

    fn verdict(&self) -> Verdict {
        let counted = self.cells + self.rows + self.texts + self.merged + self.styles + self.names;
        if counted == 0 {
            // It has no end to speak of, and is yet read as one when a sheet is said to be there.
            return if self.bytes > MAX_OTHER {
                Verdict::TooLarge
            } else {
                Verdict::Fits
            };
        }
        let many = self.cells > MAX_FRAMED
            || self.rows > MAX_ROWS
            || self.texts > MAX_TEXT_ITEMS
            || self.merged > MAX_MERGED
            || self.styles > MAX_STYLES;
        let large = (self.texts > 0 && self.bytes > MAX_TEXTS)
            || (self.styles + self.names > 0 && self.bytes > MAX_NAMES)
            || self.longest_tag > MAX_TAG
            || self.longest_run > MAX_RUN;
        if large {
            Verdict::TooLarge
        } else if many {
            Verdict::TooMany
        } else {
            Verdict::Fits
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn part(text: &str) -> Part {
        let mut part = Part::default();
        part.read(&mut text.as_bytes()).unwrap();
        part
    }

    /// A part: its path, its beginning, what comes so many times, its end.
    type Given<'a> = (&'a str, &'a str, (&'a str, usize), &'a str);

    /// A workbook of one sheet; written piece by piece, so that the test itself needs no memory.
    fn book(parts: &[Given<'_>]) -> Vec<u8> {
        let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let names = format!(
            "<workbook xmlns:r=\"{relation}\"><sheets><sheet name=\"甲\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
        );
        let places = format!(
            "<Relationships><Relationship Id=\"a\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
        );
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        let always: [Given<'_>; 2] = [
            ("xl/workbook.xml", &names, ("", 0), ""),
            ("xl/_rels/workbook.xml.rels", &places, ("", 0), ""),
        ];
        for (path, begin, (piece, times), end) in always.iter().chain(parts) {
            zip.start_file(*path, options).unwrap();
            zip.write_all(begin.as_bytes()).unwrap();
            for _ in 0..*times {
                zip.write_all(piece.as_bytes()).unwrap();
            }
            zip.write_all(end.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const SHEET: &str = "xl/worksheets/sheet1.xml";
    const TEXTS: &str = "xl/sharedStrings.xml";
    const HEADER: &str = "<row><c t=\"str\"><v>姓名</v></c><c t=\"str\"><v>电话</v></c></row>";

    /// Small files that take much, each in another way.
    #[test]
    fn a_small_file_takes_no_more_memory_than_a_list() {
        let data = format!("<worksheet><sheetData>{HEADER}");
        let end = "</sheetData></worksheet>";
        let person = "<row><c t=\"str\"><v>张三</v></c><c><v>13800000001</v></c></row>";
        let people = book(&[(SHEET, &data, (person, 20_000), end)]);
        assert_eq!(
            super::super::sheet::read(&people).unwrap().rows.len(),
            20_000
        );

        let long = format!("<sst><si><t>{}</t></si></sst>", "长".repeat(10_000));
        let same = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(100));
        let last = format!("<row>{}<c><v>1</v></c></row>", "<c/>".repeat(99));
        let full = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(100));
        let down = format!(
            "<row r=\"199999\"><c r=\"A199999\"><v>1</v></c></row></sheetData><mergeCells>{}</mergeCells></worksheet>",
            (b'A'..=b'T')
                .map(|c| format!("<mergeCell ref=\"{0}2:{0}199999\"/>", char::from(c)))
                .collect::<String>()
        );
        let wide = format!("{data}<row>{}</row>", "<c><v>7</v></c>".repeat(20));
        let style = format!(
            "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"{}\"/></numFmts><cellXfs>",
            "0".repeat(10_000)
        );
        let tag = format!("<row a=\"{}\"/>", "b".repeat(100_000));
        let cases: [(&str, Vec<Given<'_>>); 8] = [
            (
                "one text in many cells",
                vec![
                    (TEXTS, &long, ("", 0), ""),
                    (SHEET, &data, (&same, 250), end),
                ],
            ),
            (
                "the last cell of many rows",
                vec![(SHEET, &data, (&last, 15_000), end)],
            ),
            ("many cells", vec![(SHEET, &data, (&full, 12_000), end)]),
            (
                "more cells",
                vec![(SHEET, &data, ("<row><c/></row>", 2_100_000), end)],
            ),
            ("merged down", vec![(SHEET, &wide, ("", 0), &down)]),
            (
                "many texts",
                vec![
                    (TEXTS, "<sst>", ("<si/>", 1_100_000), "</sst>"),
                    (SHEET, &data, ("", 0), end),
                ],
            ),
            (
                "many styles",
                vec![
                    (
                        "xl/styles.xml",
                        &style,
                        ("<xf numFmtId=\"200\"/>", 110_000),
                        "</cellXfs></styleSheet>",
                    ),
                    (SHEET, &data, ("", 0), end),
                ],
            ),
            ("a long tag", vec![(SHEET, &data, (&tag, 1), end)]),
        ];
        for (what, parts) in cases {
            let bytes = book(&parts);
            assert!(bytes.len() < 1 << 20, "{what}: {}", bytes.len());
            let refused = super::super::sheet::read(&bytes);
            let said = refused
                .map(|sheet| sheet.rows.len())
                .map_err(|it| it.message);
            assert!(
                said.as_ref().is_err_and(|it| it.contains('太')),
                "{what}: {said:?}"
            );
        }
        // Nextest gives every test a process of its own.
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        let peak: u64 = peak.trim().trim_end_matches("kB").trim().parse().unwrap();
        assert!(peak < 400_000, "{peak} kB");
    }

    #[test]
    fn what_is_counted() {
        let found = part(
            "<?xml?><x:row r=\"1\"><x:c r=\"A1\"/><c><v>1</v></c><col/></x:row><si><t>a</t></si>\
             <mergeCell ref=\"A1:A2\"/><xf/><numFmt/><sheet/><Relationship/><definedName>c</definedName>",
        );
        let counts = [found.cells, found.rows, found.texts, found.merged];
        assert_eq!(counts, [2, 1, 1, 1]);
        assert_eq!([found.styles, found.names], [2, 3]);
        assert_eq!(found.verdict(), Verdict::Fits);
    }

    #[test]
    fn what_is_long_is_found_wherever_it_ends() {
        let long = "a".repeat(MAX_RUN + 1);
        for text in [
            format!("<si><t>{long}</t></si>"),
            format!("<si>{long}"),
            format!("<si a=\"{long}\"/>"),
            format!("<si/><b {long}"),
        ] {
            assert_eq!(part(&text).verdict(), Verdict::TooLarge);
        }
        assert_eq!(part(&long).verdict(), Verdict::Fits, "a picture");
    }
}
