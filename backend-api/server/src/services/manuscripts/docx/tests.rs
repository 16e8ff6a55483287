use std::io::{Cursor, Write as _};

use super::*;

fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (path, text) in parts {
        zip.start_file(*path, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(body: &str) -> Told {
    let document = format!("<w:document><w:body>{body}<w:sectPr/></w:body></w:document>");
    turn(&docx(&[
        (DOCUMENT, &document),
        (
            "word/styles.xml",
            "<w:styles><w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/></w:style>\
             <w:style w:styleId=\"2\"><w:name w:val=\"甲\"/><w:basedOn w:val=\"1\"/></w:style></w:styles>",
        ),
        (
            "word/numbering.xml",
            "<w:numbering><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/>\
             <w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>",
        ),
        (
            "word/_rels/document.xml.rels",
            "<Relationships><Relationship Id=\"p\" Target=\"media/a.png\"/>\
             <Relationship Id=\"l\" Target=\"https://example.invalid/x\"/></Relationships>",
        ),
        ("word/media/a.png", "PNG"),
        (
            "word/footnotes.xml",
            "<w:footnotes><w:footnote w:type=\"separator\" w:id=\"0\"/><w:footnote w:id=\"4\"><w:p><w:r><w:t>按户计。</w:t></w:r></w:p></w:footnote></w:footnotes>",
        ),
        (
            "word/comments.xml",
            "<w:comments><w:comment w:id=\"5\"><w:p><w:r><w:t>数字不对</w:t></w:r></w:p></w:comment></w:comments>",
        ),
        ("word/header1.xml", "<w:hdr><w:p><w:r><w:instrText>PAGE</w:instrText><w:t>内部资料</w:t></w:r></w:p></w:hdr>"),
        ("word/footer1.xml", "<w:ftr><w:p><w:r><w:instrText>PAGE</w:instrText><w:t>- 1 -</w:t></w:r></w:p></w:ftr>"),
    ]))
    .unwrap()
}

fn p(inside: &str) -> String {
    format!("<w:p>{inside}</w:p>")
}

fn t(words: &str) -> String {
    format!("<w:r><w:t>{words}</w:t></w:r>")
}

fn paragraph(text: &str) -> Part {
    Part::Block(Block::Paragraph {
        text: text.to_owned(),
    })
}

fn remarks(told: &Told) -> String {
    let all = told
        .remarks
        .iter()
        .map(|it| format!("{} {}", it.place, it.message));
    all.collect::<Vec<_>>().join("\n")
}

#[test]
fn headings_lists_and_paragraphs() {
    let styled = |style: &str, words: &str| {
        p(&format!(
            "<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}",
            t(words)
        ))
    };
    let entry = |words: &str| {
        p(&format!(
            "<w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr>{}",
            t(words)
        ))
    };
    let body = [
        styled("1", "一、办法"),
        styled("2", "二、时间"),
        p(&format!(
            "{}<w:r><w:br/></w:r>{}",
            t("请 &amp; 尽早"),
            t("办理。")
        )),
        entry("甲"),
        p(""),
        entry("乙"),
    ];
    let told = read(&body.concat());
    let heading = |text: &str| {
        Part::Block(Block::Heading {
            text: text.to_owned(),
        })
    };
    let item = |marker: &str, text: &str| {
        let (marker, text) = (marker.to_owned(), text.to_owned());
        Part::Block(Block::Item { marker, text })
    };
    let expected = [
        heading("一、办法"),
        heading("二、时间"),
        paragraph("请 & 尽早"),
        paragraph("办理。"),
        item("1.", "甲"),
        item("2.", "乙"),
    ];
    assert_eq!(told.parts, expected);
    assert_eq!(remarks(&told), "页眉 没有转过来：“内部资料”");
}

#[test]
fn joined_cells_stand_everywhere_and_are_told() {
    let cell = |properties: &str, words: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(&t(words)))
    };
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let body = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row(&[cell("", "村"), cell("<w:gridSpan w:val=\"2\"/>", "金额")]),
        row(&[
            cell("<w:vMerge w:val=\"restart\"/>", "张家村"),
            cell("", "1.5"),
            cell("", "2")
        ]),
        row(&[cell("<w:vMerge/>", ""), cell("", "3"), cell("", "4")]),
    );
    let told = read(&body);
    let [Part::Block(Block::Table(table))] = told.parts.as_slice() else {
        panic!("{:?}", told.parts);
    };
    assert_eq!(table.header, ["村", "金额", "金额"]);
    assert_eq!(table.rows, [["张家村", "1.5", "2"], ["张家村", "3", "4"]]);
    assert_eq!(table.numeric, [false, true, true]);
    assert!(remarks(&told).contains("合并的格子"));
}

#[test]
fn nothing_vanishes_without_a_word() {
    let body = [
        p(&format!(
            "{}<w:r><w:footnoteReference w:id=\"4\"/></w:r>",
            t("每户一份")
        )),
        p(
            "<w:ins><w:r><w:t>加的</w:t></w:r></w:ins><w:del><w:r><w:delText>删的</w:delText></w:r></w:del>",
        ),
        p(
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏的</w:t></w:r><w:r><w:commentReference w:id=\"5\"/></w:r>",
        ),
        p(&format!(
            "<w:hyperlink r:id=\"l\">{}</w:hyperlink>",
            t("网页")
        )),
        p("<w:r><w:drawing><wp:docPr descr=\"村口\"/><a:blip r:embed=\"p\"/></w:drawing></w:r>"),
        p("<w:r><w:drawing><a:blip r:link=\"l\"/></w:drawing></w:r>"),
        p(&format!(
            "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing></mc:Choice>\
            <mc:Fallback><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            p(&t("框里")),
            p(&t("框里"))
        )),
        p("<w:r><w:drawing><a:graphicData uri=\"x/chart\"/></w:drawing></w:r>"),
    ];
    let told = read(&body.concat());
    let words: Vec<&str> = told
        .parts
        .iter()
        .map(|part| match part {
            Part::Block(Block::Paragraph { text }) => text.as_str(),
            Part::Picture { caption, bytes, .. } => {
                assert_eq!(bytes, b"PNG");
                caption.as_str()
            }
            Part::Block(other) => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        words,
        [
            "每户一份〔注1〕",
            "加的",
            "网页",
            "村口",
            "框里",
            "〔注1〕按户计。"
        ]
    );
    let said = remarks(&told);
    for word in [
        "删的",
        "藏的",
        "数字不对",
        "example.invalid",
        "加上的字",
        "文本框",
        "图表",
        "只是一个链接",
        "1 条脚注",
        "内部资料",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains("页脚"), "{said}");
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let text = "字".repeat(9 * 1024 * 1024);
    let bomb = docx(&[(DOCUMENT, &text)]);
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(turn(&bomb), Err(Unturned::TooLarge)));
    let cells = "<w:tr>".to_owned()
        + &"<w:tc><w:tcPr><w:gridSpan w:val=\"60\"/></w:tcPr></w:tc>".repeat(2_000)
        + "</w:tr>";
    let document = format!("<w:document><w:body><w:tbl>{cells}</w:tbl></w:body></w:document>");
    assert!(matches!(
        turn(&docx(&[(DOCUMENT, &document)])),
        Err(Unturned::TooLarge)
    ));
    let none = docx(&[("word/styles.xml", "")]);
    assert!(matches!(turn(&none), Err(Unturned::Damaged)));
}
