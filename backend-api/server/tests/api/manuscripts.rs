//! Documents of office programs become blocks of a bulletin; what they are is judged by their bytes.

use std::fmt::Write as _;

use backend_api::services::kit::rights::Role;
use contract::bulletin::Block;
use contract::error::ErrorCode;
use contract::manuscript::{Manuscript, ManuscriptKind};
use reqwest::Response;

use crate::common::{World, docx, ok, problem};

async fn send(world: &World, staff: &str, bytes: Vec<u8>) -> Response {
    let sent = world.post("/api/v1/manuscripts", staff).body(bytes);
    sent.send().await.unwrap()
}

/// A PDF of pages: where each text stands, from below, its size and words.
fn pdf(pages: &[&[(u32, u32, u32, &str)]]) -> Vec<u8> {
    let mut letters: Vec<char> = pages
        .iter()
        .flat_map(|it| it.iter())
        .flat_map(|it| it.3.chars())
        .collect();
    letters.sort_unstable();
    letters.dedup();
    let code = |c: char| letters.binary_search(&c).unwrap() + 1;
    let stream = |text: &str| format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let mut map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <ffff> \
         endcodespacerange {} beginbfchar\n",
        letters.len()
    );
    for c in &letters {
        let mut units = [0; 2];
        let hex: String = c
            .encode_utf16(&mut units)
            .iter()
            .map(|unit| format!("{unit:04x}"))
            .collect();
        writeln!(map, "<{:04x}> <{hex}>", code(*c)).unwrap();
    }
    map.push_str("endbfchar endcmap end end");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        stream(&map),
        "<< /Type /FontDescriptor /FontName /F /Flags 4 /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 \
         /FontBBox [0 -120 1000 880] >>"
            .to_owned(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
         /Supplement 0 >> /FontDescriptor 4 0 R /DW 1000 >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 3 0 R >>"
            .to_owned(),
    ];
    let mut kids = String::new();
    for texts in pages {
        let mut content = "BT\n".to_owned();
        for (x, y, size, words) in *texts {
            let hex: String = words.chars().map(|c| format!("{:04x}", code(c))).collect();
            writeln!(content, "/F {size} Tf 1 0 0 1 {x} {y} Tm <{hex}> Tj").unwrap();
        }
        content.push_str("ET");
        objects.push(stream(&content));
        let contents = objects.len();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} 0 R /Resources << /Font << /F 6 0 R >> >> >>"
        ));
        write!(kids, "{} 0 R ", objects.len()).unwrap();
    }
    objects[1] = format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", pages.len());
    let mut out = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", out.len()).unwrap();
        writeln!(out, "{} 0 obj\n{object}\nendobj", index + 1).unwrap();
    }
    let at = out.len();
    write!(
        out,
        "{table}trailer << /Size {} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF",
        objects.len() + 1
    )
    .unwrap();
    out.into_bytes()
}

#[tokio::test]
async fn a_word_document_becomes_blocks_and_says_what_it_lost() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
    let body = format!(
        "<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:t>缴费办法</w:t></w:r></w:p>\
         <w:p><w:r><w:t>请尽早。</w:t></w:r><w:del><w:r><w:delText>明年</w:delText></w:r></w:del></w:p>\
         <w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("项目"),
        cell("金额"),
        cell("居民"),
        cell("400")
    );
    let turned: Manuscript = ok(send(&world, &staff, docx(&body)).await).await;
    assert_eq!(turned.kind, ManuscriptKind::Docx);
    let [
        Block::Heading { text: heading },
        Block::Paragraph { text },
        Block::Table(table),
    ] = turned.blocks.as_slice()
    else {
        panic!("{:?}", turned.blocks);
    };
    assert_eq!((heading.as_str(), text.as_str()), ("缴费办法", "请尽早。"));
    assert_eq!(table.rows, [["居民", "400"]]);
    assert!(turned.remarks.iter().any(|it| it.message.contains("明年")));
}

#[tokio::test]
async fn a_pdf_becomes_blocks() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let first = [
        (150, 780, 20, "关于缴费的通知"),
        (
            114,
            740,
            12,
            "二〇二七年度居民医疗保险已经开始缴费请大家尽早办理莫误时间本",
        ),
        (90, 724, 12, "年度标准如下。"),
        (90, 700, 12, "项目"),
        (250, 700, 12, "金额"),
        (90, 684, 12, "居民"),
        (250, 684, 12, "400"),
        (280, 40, 10, "- 1 -"),
    ];
    let second = [(114, 780, 12, "第二页。")];
    let turned: Manuscript = ok(send(&world, &staff, pdf(&[&first, &second])).await).await;
    assert_eq!(turned.kind, ManuscriptKind::Pdf);
    let [
        Block::Heading { text: title },
        Block::Paragraph { text },
        Block::Table(table),
        Block::Paragraph { text: last },
    ] = turned.blocks.as_slice()
    else {
        panic!("{:?}", turned.blocks);
    };
    assert_eq!(title, "关于缴费的通知");
    assert!(text.ends_with("莫误时间本年度标准如下。"), "{text}");
    assert_eq!(
        (table.header.as_slice(), last.as_str()),
        (["项目", "金额"].map(String::from).as_slice(), "第二页。")
    );
    assert!(turned.remarks.iter().any(|it| it.place == "页码"));
    let left = std::fs::read_dir(world.config.manuscripts_dir())
        .unwrap()
        .count();
    assert_eq!(left, 0, "nothing is left of it");
}

#[tokio::test]
async fn whatever_cannot_be_turned_is_said_in_plain_words() {
    let world = World::new().await;
    let staff = world.staff(Role::OrganizationStaff, "QH").await;
    let compound = |name: &str| {
        let head = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        let name = name.encode_utf16().flat_map(u16::to_le_bytes);
        head.into_iter().chain(name).collect::<Vec<u8>>()
    };
    let cut = {
        let whole = docx("<w:p/>");
        whole[..whole.len() / 2].to_vec()
    };
    for (bytes, word) in [
        (b"hello".to_vec(), "看不出"),
        (compound("EncryptedPackage"), "密码"),
        (compound("Workbook"), "表格"),
        (compound("WordDocument"), "损坏"),
        (b"%PDF-1.4 and then nothing".to_vec(), "损坏"),
        (pdf(&[&[]]), "没有文字"),
        (cut, "损坏"),
        (docx("<w:p/>"), "没有文字"),
        (docx(&"字".repeat(9 << 20)), "太大"),
    ] {
        let refused = send(&world, &staff, bytes).await;
        let refused = problem(refused, 400, ErrorCode::BadRequest).await;
        assert!(refused.title.contains(word), "{word}: {}", refused.title);
    }
    let large = send(&world, &staff, vec![b' '; 21 << 20]).await;
    problem(large, 413, ErrorCode::TooLarge).await;
    let reader = world.staff(Role::Reader, "QH").await;
    let refused = send(&world, &reader, docx("<w:p/>")).await;
    problem(refused, 403, ErrorCode::Forbidden).await;
}
