//! The folder as files with names relative to it. Nothing outside is ever opened.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::complaint::Complaint;
use super::text;

/// Texts are small; something larger was put here by mistake.
const MAX_TEXT_BYTES: u64 = 2 * 1024 * 1024;

/// A folder to import.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens a folder.
    ///
    /// # Errors
    /// When it is not there or not a folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        let root = path.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a folder"));
        }
        Ok(Self { root })
    }

    /// Every file below `below`, sorted by name, relative to the folder. Hidden and temporary
    /// files of office programs are skipped; links are complained about.
    pub fn walk(&self, below: &str, complaints: &mut Vec<Complaint>) -> Vec<String> {
        let mut found = Vec::new();
        self.walk_into(below, 0, &mut found, complaints);
        found.sort();
        found
    }

    fn walk_into(
        &self,
        below: &str,
        depth: u32,
        found: &mut Vec<String>,
        complaints: &mut Vec<Complaint>,
    ) {
        let whole = |file: &str, message: &str| Complaint {
            file: file.to_owned(),
            line: None,
            message: message.to_owned(),
        };
        let entries = match fs::read_dir(self.root.join(below)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(_) => return complaints.push(whole(below, "这个文件夹打不开，请检查读取权限")),
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let shown = format!("{below}/{}", name.to_string_lossy());
                complaints.push(whole(&shown, "文件名有乱码，请改名"));
                continue;
            };
            if name.starts_with(['.', '~']) || matches!(name, "Thumbs.db" | "desktop.ini") {
                continue;
            }
            let relative = if below.is_empty() {
                name.to_owned()
            } else {
                format!("{below}/{name}")
            };
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    complaints.push(whole(&relative, "这是一个快捷方式（链接），请换成文件本身"));
                }
                Ok(kind) if kind.is_dir() && depth < 16 => {
                    self.walk_into(&relative, depth + 1, found, complaints);
                }
                Ok(kind) if kind.is_file() => found.push(relative),
                _ => complaints.push(whole(&relative, "这不是普通文件，请移走")),
            }
        }
    }

    /// Whether there is a regular file of that name.
    #[must_use]
    pub fn has(&self, relative: &str) -> bool {
        fs::symlink_metadata(self.root.join(relative)).is_ok_and(|meta| meta.is_file())
    }

    /// Whether there is a folder of that name.
    #[must_use]
    pub fn has_folder(&self, relative: &str) -> bool {
        fs::symlink_metadata(self.root.join(relative)).is_ok_and(|meta| meta.is_dir())
    }

    /// Where a file lies on the disk.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Reads a text file and decodes it.
    ///
    /// # Errors
    /// The complaint about it.
    pub fn read_text(&self, relative: &str) -> Result<(Vec<u8>, String), Complaint> {
        let complain = |line, message: &str| Complaint {
            file: relative.to_owned(),
            line,
            message: message.to_owned(),
        };
        let path = self.path(relative);
        if fs::metadata(&path).is_ok_and(|meta| meta.len() > MAX_TEXT_BYTES) {
            return Err(complain(
                None,
                "文件超过 2 MB，文字文件不会这么大，请检查是不是放错了",
            ));
        }
        let bytes = fs::read(&path).map_err(|_| complain(None, "文件打不开，请检查读取权限"))?;
        let text =
            text::decode(&bytes).map_err(|error| complain(Some(error.line), &error.message))?;
        Ok((bytes, text))
    }

    /// Finds the file that `written` means in the file `from`: relative to that file's folder,
    /// or from the top when it begins with `/`.
    ///
    /// # Errors
    /// What is wrong with it, in Chinese.
    pub fn resolve(&self, from: &str, written: &str) -> Result<String, String> {
        let relative = relative_to(from, written)?;
        let mut walked = self.root.clone();
        for part in relative.split('/') {
            walked.push(part);
            match fs::symlink_metadata(&walked) {
                Ok(meta) if meta.is_symlink() => {
                    return Err(format!("“{written}”是快捷方式（链接），请换成文件本身"));
                }
                Ok(_) => {}
                Err(_) => return Err(self.missing(written, &walked)),
            }
        }
        if walked.is_file() {
            Ok(relative)
        } else {
            Err(format!("“{written}”不是文件，请写上完整的文件名"))
        }
    }

    fn missing(&self, written: &str, path: &Path) -> String {
        let wanted = path
            .file_name()
            .map(|name| name.to_string_lossy().to_lowercase());
        let similar = path
            .parent()
            .and_then(|parent| fs::read_dir(parent).ok())
            .and_then(|entries| {
                let same_stem = |name: &str| {
                    Path::new(name)
                        .file_stem()
                        .map(|stem| stem.to_string_lossy().to_lowercase())
                };
                let stem = wanted.as_deref().and_then(same_stem);
                let mut names: Vec<String> = entries
                    .flatten()
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .filter(|name| same_stem(name) == stem)
                    .collect();
                names.sort();
                names.into_iter().next()
            });
        match similar {
            Some(name) => format!("找不到文件“{written}”，是不是“{name}”？"),
            None => format!("找不到文件“{written}”，请把它放进文件夹，或改正文件名"),
        }
    }
}

/// Joins a written path to the folder of the file it stands in, without touching the disk.
///
/// # Errors
/// What is wrong with it, in Chinese: empty, or it leaves the folder.
pub fn relative_to(from: &str, written: &str) -> Result<String, String> {
    let slashes = written.replace('\\', "/");
    let drive = slashes.chars().nth(1) == Some(':');
    let mut parts: Vec<&str> = match slashes.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from
            .rsplit_once('/')
            .map(|(folder, _)| folder.split('/').collect())
            .unwrap_or_default(),
    };
    for part in slashes.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err(format!("“{written}”在导入的文件夹之外，请把文件放进来"));
                }
            }
            part => parts.push(part),
        }
    }
    if drive {
        return Err(format!(
            "“{written}”是电脑上的绝对路径，请把文件放进导入的文件夹，只写文件名"
        ));
    }
    if parts.is_empty() || slashes.contains('\0') || slashes.trim().is_empty() {
        return Err("文件名是空的".into());
    }
    Ok(parts.join("/"))
}

/// The extension of a file in lower case; empty if it has none.
#[must_use]
pub fn extension(file: &str) -> String {
    file.rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase())
        .unwrap_or_default()
}

/// A file without its extension: `programmes/春耕.toml` → `programmes/春耕`.
#[must_use]
pub fn stem(file: &str) -> &str {
    let name_at = file.rfind('/').map_or(0, |at| at + 1);
    let name = &file[name_at..];
    &file[..name_at + name.rfind('.').unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(
            relative_to("bulletins/a.md", "x.jpg").unwrap(),
            "bulletins/x.jpg"
        );
        assert_eq!(
            relative_to("bulletins/a.md", "../media/x.jpg").unwrap(),
            "media/x.jpg"
        );
        assert_eq!(
            relative_to("bulletins/a.md", "/media/x.jpg").unwrap(),
            "media/x.jpg"
        );
        assert_eq!(
            relative_to("bulletins/a.md", r"照片\x.jpg").unwrap(),
            "bulletins/照片/x.jpg"
        );
        for bad in ["../../x", "/../x", r"C:\x.jpg", "", "/", "..\\..\\x"] {
            assert!(relative_to("bulletins/a.md", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn links_are_refused_and_names_suggested() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        fs::write(dir.path().join("河堤.JPG"), "x").unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("秘密.jpg")).unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        assert!(
            folder
                .resolve("a.md", "秘密.jpg")
                .unwrap_err()
                .contains("快捷方式")
        );
        assert!(
            folder
                .resolve("a.md", "河堤.jpg")
                .unwrap_err()
                .contains("河堤.JPG")
        );
        let mut complaints = Vec::new();
        assert_eq!(folder.walk("", &mut complaints), ["河堤.JPG"]);
        assert_eq!(complaints.len(), 1);
    }

    proptest! {
        #[test]
        fn never_leaves(written in "[a/.\\\\: ]{0,20}") {
            if let Ok(path) = relative_to("b/c.md", &written) {
                prop_assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".." && !part.is_empty()));
            }
        }
    }
}
