//! Lists as spreadsheets. Of a damaged archive nothing is read, so only the first byte's parts are
//! rubbish: one of the files in it, or the archive as a whole.

use std::io::{Cursor, Read as _, Write as _};

use backend_api::import::readers;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "xlsx",
    check,
    seeds,
    words: &[
        "<row r=\"1\"",
        "hidden=\"1\"",
        "<c r=\"A1\"",
        " t=\"s\"",
        " t=\"str\"",
        " t=\"e\"",
        " t=\"inlineStr\"",
        " t=\"b\"",
        "<v>",
        "</v>",
        "<f>",
        "</f>",
        "<mergeCell ref=\"A1:B9\"/>",
        "A1:XFD1048576",
        "<dimension ref=\"A1:B9\"/>",
        "#N/A",
        "1E+17",
        "<is><t>",
        " s=\"1\"",
        "formatCode=\"0000000000\"",
        "numFmtId=\"164\"",
        "<si><t>",
        "&#x4e00;",
        "<!DOCTYPE",
    ],
};

/// What can be replaced, by the first byte of an input; 0 stands for the archive itself.
const PARTS: [&str; 4] = [
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
];

/// The files of a workbook with a title, numbers with zeros in front, merged cells and an error.
#[expect(clippy::expect_used, reason = "a target has nobody to tell")]
fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let zeros = rust_xlsxwriter::Format::new().set_num_format("0000000000");
    let plain = rust_xlsxwriter::Format::new();
    let mut write = || {
        let sheet = book.add_worksheet();
        for (column, name) in (0..).zip(["姓名", "户名", "卡号", "备注"]) {
            sheet.write(0, column, name)?;
        }
        for (row, name) in (1..).zip(["张三", "李四", "王五"]) {
            sheet.write(row, 0, name)?;
            sheet.write_number_with_format(row, 2, 12_345_678 + row, &zeros)?;
        }
        sheet.merge_range(1, 1, 3, 1, "张家", &plain)?;
        sheet.write_formula(
            1,
            3,
            rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"),
        )?;
        sheet.set_row_hidden(3)?;
        book.save_to_buffer()
    };
    write().expect("a workbook")
}

/// The files of an archive.
#[expect(clippy::expect_used, reason = "a target has nobody to tell")]
fn files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its content");
        files.push((file.name().to_owned(), content));
    }
    files
}

/// The archive that an input stands for.
#[expect(clippy::expect_used, reason = "a target has nobody to tell")]
fn archive(template: &[(String, Vec<u8>)], input: &[u8]) -> Vec<u8> {
    let Some((which, rest)) = input.split_first() else {
        return Vec::new();
    };
    let Some(part) = usize::from(*which)
        .checked_sub(1)
        .map(|it| PARTS[it % PARTS.len()])
    else {
        return rest.to_vec();
    };
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in template {
        archive.start_file(name, stored).expect("memory");
        let content = if name == part { rest } else { content };
        archive.write_all(content).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

thread_local! {
    static TEMPLATE: Vec<(String, Vec<u8>)> = files(&workbook());
}

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = (1_u8..)
        .zip(PARTS)
        .filter_map(|(which, part)| {
            let content = TEMPLATE.with(|files| {
                let file = files.iter().find(|(name, _)| name == part);
                file.map(|(_, content)| content.clone())
            })?;
            Some([vec![which], content].concat())
        })
        .collect();
    seeds.push([vec![0], workbook()].concat());
    seeds
}

fn check(bytes: &[u8]) {
    let bytes = TEMPLATE.with(|template| archive(template, bytes));
    let Ok(sheet) = readers::sheet(&bytes) else {
        return;
    };
    for (_, cells) in &sheet.rows {
        assert!(cells.len() <= sheet.header.len().max(1), "{cells:?}");
        for cell in cells {
            assert_eq!(cell.trim(), cell);
        }
    }
    for pair in sheet.rows.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{pair:?}");
    }
}
