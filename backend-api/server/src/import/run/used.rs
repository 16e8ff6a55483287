//! The files an item refers to, and the hash that tells whether anything of it changed.

use std::collections::BTreeMap;

use super::{FORMAT, hash_of};
use crate::import::check::Place;
use crate::import::complaint::Complaints;
use crate::import::folder::Folder;
use crate::import::item::Word;
use crate::import::media::sha256_of;

/// The files an item refers to: as written, their place, and the hash of their content.
pub struct Used<'a> {
    folder: &'a Folder,
    from: &'a str,
    /// By what is written: path in the folder and SHA-256.
    pub files: BTreeMap<String, (String, String)>,
}

impl<'a> Used<'a> {
    /// For the file `from`.
    pub const fn new(folder: &'a Folder, from: &'a str) -> Self {
        Self {
            folder,
            from,
            files: BTreeMap::new(),
        }
    }

    /// Finds a file and hashes it; complains when it cannot be used.
    pub fn take(&mut self, (written, line): &Word, complaints: &mut Complaints<'_>) {
        if self.files.contains_key(written) {
            return;
        }
        match self.folder.resolve(self.from, written) {
            Ok(relative) => match sha256_of(&self.folder.path(&relative)) {
                Ok(hash) => {
                    self.files.insert(written.clone(), (relative, hash));
                }
                Err(_) => complaints.line(*line, format!("“{written}”打不开，请检查读取权限")),
            },
            Err(message) => complaints.line(*line, message),
        }
    }

    /// Its path in the folder.
    pub fn relative(&self, written: &str) -> &str {
        self.files.get(written).map_or("", |(relative, _)| relative)
    }

    /// Its SHA-256 in hexadecimal.
    pub fn hash(&self, written: &str) -> &str {
        self.files.get(written).map_or("", |(_, hash)| hash)
    }

    /// Where it lies on the disk.
    pub fn path(&self, written: &str) -> std::path::PathBuf {
        self.folder.path(self.relative(written))
    }
}

/// Hash over everything an item is made of.
pub fn item_hash(source: &[u8], place: &Place, used: &Used<'_>) -> String {
    let mut parts: Vec<&[u8]> = vec![
        FORMAT.as_bytes(),
        place.list.as_bytes(),
        place.organization_id.as_bytes(),
        place.audience_id.as_bytes(),
        source,
    ];
    for (written, (_, hash)) in &used.files {
        parts.push(written.as_bytes());
        parts.push(hash.as_bytes());
    }
    hash_of(&parts)
}
