//! Files of office programs turned into the text of a bulletin: DOCX is read here, PDF and the old DOC by programs of
//! the system within limits of time, memory and output. What a file is is judged by its bytes. Whatever looks other
//! than in the file is named with its place: nothing is lost without a word.

mod archive;
mod doc;
mod docx;
mod grid;
mod numbering;
mod pdf;
mod styles;
mod told;
mod tool;
mod xml;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use contract::manuscript::{ManuscriptKind, ManuscriptRemark};

use super::kit::error::{Result, ServiceError};

use told::Told;
pub use told::{Part, Unturned};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// Blocks and pictures that one file may become; a bulletin holds fewer.
const MOST_PARTS: usize = 5_000;
const MOST_PICTURES: usize = 60;

/// Bytes of all pictures of a file.
const MOST_PICTURE_BYTES: usize = 100 * 1024 * 1024;

/// Remarks that are told one by one.
const MOST_REMARKS: usize = 200;

/// Nothing takes so long.
const LEFT_OVER: Duration = Duration::from_hours(1);

/// What a file became, its pictures as they lay in it.
#[derive(Debug)]
pub struct Turned {
    /// What it was.
    pub kind: ManuscriptKind,
    /// Its text and pictures, in reading order.
    pub parts: Vec<Part>,
    /// What is other than in the file.
    pub remarks: Vec<ManuscriptRemark>,
}

/// Turns a file; what programs of the system need lies in a new folder below `scratch` meanwhile. Blocks for up to a
/// minute, on a thread where the runtime can be waited for.
///
/// # Errors
/// [`BadRequest`](super::kit::error::ServiceError::BadRequest) in words for whoever sent it.
pub fn turn(bytes: &[u8], scratch: &Path) -> Result<Turned> {
    let kind = kind_of(bytes)?;
    let turned = match kind {
        // Damaged files may make a reader panic.
        ManuscriptKind::Docx => {
            catch_unwind(AssertUnwindSafe(|| docx::turn(bytes))).unwrap_or(Err(Unturned::Damaged))
        }
        ManuscriptKind::Pdf => pdf::turn(bytes, scratch),
        ManuscriptKind::Doc => doc::turn(bytes, scratch),
    }?;
    let Told { parts, remarks } = turned;
    let pictures = parts.iter().filter_map(|part| match part {
        Part::Picture { bytes, .. } => Some(bytes.len()),
        Part::Block(_) => None,
    });
    let (count, size) = pictures.fold((0, 0), |(count, all), bytes| (count + 1, all + bytes));
    if parts.len() > MOST_PARTS || count > MOST_PICTURES || size > MOST_PICTURE_BYTES {
        return Err(Unturned::TooLarge.into());
    }
    if parts.is_empty() {
        return Err(Unturned::Empty.into());
    }
    Ok(Turned {
        kind,
        parts,
        remarks: shortened(remarks),
    })
}

fn shortened(mut remarks: Vec<ManuscriptRemark>) -> Vec<ManuscriptRemark> {
    if remarks.len() > MOST_REMARKS {
        let more = remarks.len() - MOST_REMARKS;
        remarks.truncate(MOST_REMARKS);
        remarks.push(ManuscriptRemark {
            page: None,
            place: String::new(),
            message: format!("还有 {more} 处也和原文不一样，请从头到尾对照一遍"),
        });
    }
    remarks
}

/// Clears away what a server that was killed left below `scratch`.
///
/// # Errors
/// The folder cannot be read.
pub fn sweep(scratch: &Path) -> Result<()> {
    let failed = |error: std::io::Error| ServiceError::Files(Box::new(error));
    let entries = match fs::read_dir(scratch) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let changed = entry.metadata().and_then(|it| it.modified());
        let is_left = changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT_OVER));
        if is_left {
            fs::remove_dir_all(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// What a file is, by its bytes.
fn kind_of(bytes: &[u8]) -> Result<ManuscriptKind, Unturned> {
    const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    // Some programs write a few bytes before.
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|it| it == b"%PDF-") {
        return Ok(ManuscriptKind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return archive::kind_of(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        let has = |name: &str| {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.windows(name.len()).any(|it| it == name)
        };
        return if has("EncryptedPackage") {
            Err(Unturned::Encrypted)
        } else if has("WordDocument") {
            Ok(ManuscriptKind::Doc)
        } else {
            Err(Unturned::Kind(
                "这是表格、幻灯片或别的旧格式文件。表格请在 Excel 里选中，复制以后粘贴到正文里；别的请另存为 Word 文件（.docx）再传",
            ))
        };
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(Unturned::Kind(
            "这是 RTF 文件，请用 Word 或 WPS 另存为 .docx 再传",
        ));
    }
    let image = [&b"\xff\xd8\xff"[..], b"\x89PNG", b"RIFF"];
    if image.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(Unturned::Kind("这是图片，请用“图片”按钮放进正文里"));
    }
    Err(Unturned::Kind(
        "看不出这是什么文件。能转的有 PDF、Word 和 WPS 的文档（.docx、.doc）",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_is_judged_by_its_bytes() {
        let compound = |name: &str| {
            let name = name.encode_utf16().flat_map(u16::to_le_bytes);
            let head = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
            head.into_iter().chain(name).collect::<Vec<u8>>()
        };
        let pdf = kind_of(b"\n%PDF-1.7").unwrap();
        assert_eq!(pdf, ManuscriptKind::Pdf);
        let doc = kind_of(&compound("WordDocument")).unwrap();
        assert_eq!(doc, ManuscriptKind::Doc);
        let locked = kind_of(&compound("EncryptedPackage"));
        assert!(matches!(locked, Err(Unturned::Encrypted)));
        for (bytes, word) in [
            (compound("Workbook"), "表格"),
            (b"{\\rtf1".to_vec(), "RTF"),
            (b"\x89PNG".to_vec(), "图片"),
            (b"hello".to_vec(), "看不出"),
            (Vec::new(), "看不出"),
        ] {
            let refused = kind_of(&bytes).unwrap_err().to_string();
            assert!(refused.contains(word), "{refused}");
        }
    }

    #[test]
    fn too_many_remarks_are_counted() {
        let mut told = Told::default();
        for n in 0..MOST_REMARKS + 7 {
            told.remark(None, format!("第 {n} 处"), "不一样");
            told.remark(None, format!("第 {n} 处"), "不一样");
        }
        let short = shortened(told.remarks);
        assert_eq!(short.len(), MOST_REMARKS + 1);
        assert!(short[MOST_REMARKS].message.contains("还有 7 处"));
    }
}
