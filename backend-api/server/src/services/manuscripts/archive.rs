//! The archive of a DOCX: what it unpacks to is bounded before anything of it is read.

use std::io::{Cursor, Read as _};

use contract::manuscript::ManuscriptKind;
use zip::ZipArchive;
use zip::result::ZipError;

use super::told::Unturned;

/// Files in the archive; usually some dozens.
const MAX_PARTS: usize = 5_000;
/// Bytes of everything that is read from one archive.
const MAX_UNPACKED: u64 = 150 * 1024 * 1024;
/// Bytes of one text and of one picture.
const MAX_TEXT: u64 = 24 * 1024 * 1024;
const MAX_PICTURE: u64 = 50 * 1024 * 1024;

/// An archive, and how much may still be read from it.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Unturned> {
        // Each file costs memory as soon as the directory is read.
        if bytes.windows(4).filter(|it| *it == b"PK\x01\x02").count() > MAX_PARTS {
            return Err(Unturned::TooLarge);
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unturned::Damaged)?;
        Ok(Self {
            zip,
            left: MAX_UNPACKED,
        })
    }

    /// Whether there is a file with this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.zip.index_for_name(path).is_some()
    }

    /// Paths of its files.
    pub(super) fn paths(&self) -> Vec<String> {
        self.zip.file_names().map(str::to_owned).collect()
    }

    /// A text; nothing if there is none with this path.
    pub(super) fn text(&mut self, path: &str) -> Result<Option<String>, Unturned> {
        let bytes = self.read(path, MAX_TEXT)?;
        let text = bytes.map(|bytes| {
            // Some programs write UTF-16.
            let (text, _, _) = encoding_rs::UTF_8.decode(&bytes);
            text.into_owned()
        });
        Ok(text)
    }

    /// A picture; nothing if there is none with this path.
    pub(super) fn picture(&mut self, path: &str) -> Result<Option<Vec<u8>>, Unturned> {
        self.read(path, MAX_PICTURE)
    }

    /// What a file says of its own size proves nothing.
    fn read(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Unturned> {
        if !self.has(path) {
            return Ok(None);
        }
        let file = self.zip.by_name(path).map_err(|error| match error {
            ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
                Unturned::Encrypted
            }
            _ => Unturned::Damaged,
        })?;
        let most = most.min(self.left);
        let mut bytes = Vec::new();
        let read = file
            .take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| Unturned::Damaged)? as u64;
        if read > most {
            return Err(Unturned::TooLarge);
        }
        self.left -= read;
        Ok(Some(bytes))
    }
}

/// What an archive is.
pub(super) fn kind_of(bytes: &[u8]) -> Result<ManuscriptKind, Unturned> {
    let archive = Archive::open(bytes)?;
    let paths = archive.paths();
    let has = |start: &str| paths.iter().any(|path| path.starts_with(start));
    if has("word/") {
        Ok(ManuscriptKind::Docx)
    } else if has("xl/") {
        Err(Unturned::Kind(
            "这是 Excel 表格，请在 Excel 里选中，复制以后粘贴到正文里",
        ))
    } else if has("ppt/") {
        Err(Unturned::Kind(
            "这是幻灯片，请把要公布的文字复制以后粘贴到正文里",
        ))
    } else if has("content.xml") || has("Pages/") || has("Doc_0/") {
        Err(Unturned::Kind(
            "这是 OpenDocument 或 OFD 文件，请另存为 .docx 再传",
        ))
    } else {
        Err(Unturned::Kind(
            "这是压缩包，请解压以后，把里面的文件一份一份地传",
        ))
    }
}
