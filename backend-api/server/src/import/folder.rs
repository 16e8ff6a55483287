//! The folder as files with names relative to it. Nothing outside is ever opened. It remembers what was
//! read and referred to, so that the rest can be named.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::complaint::Complaint;
use super::text;

/// Texts are small; something larger was put here by mistake.
const MAX_TEXT_BYTES: u64 = 2 * 1024 * 1024;

/// What programs and systems leave behind in folders.
const LEFT_BEHIND: [&str; 7] = [
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "__macosx",
    "$recycle.bin",
    "system volume information",
    "lost+found",
];

/// A folder to import.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// What lies at the top in other letters, upper and lower case, than those it goes by: the real name by
    /// that one.
    real: BTreeMap<String, String>,
    /// What was read or referred to.
    used: RefCell<BTreeSet<String>>,
}

/// Names at the top that differ in upper and lower case only, none of them being the one that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// What would be read.
    pub name: String,
    /// What there is.
    pub there: Vec<String>,
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
        Ok(Self {
            root,
            real: BTreeMap::new(),
            used: RefCell::default(),
        })
    }

    /// Has files and folders at the top go by these names, in whatever letters they are written
    /// (`Members.CSV` for `members.csv`), unless that could be several.
    pub fn go_by(&mut self, names: &[&str]) -> Vec<Ambiguous> {
        let top: Vec<String> = fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        let mut ambiguous = Vec::new();
        for name in names {
            if top.iter().any(|there| there == name) {
                continue;
            }
            let alike = top.iter().filter(|it| it.eq_ignore_ascii_case(name));
            let mut there: Vec<String> = alike.cloned().collect();
            there.sort();
            if there.len() > 1 {
                ambiguous.push(Ambiguous {
                    name: (*name).to_owned(),
                    there,
                });
            } else if let Some(real) = there.pop() {
                self.real.insert((*name).to_owned(), real);
            }
        }
        ambiguous
    }

    /// How a file that goes by this name is really called.
    #[must_use]
    pub fn real(&self, relative: &str) -> String {
        let (top, rest) = match relative.split_once('/') {
            Some((top, rest)) => (top, Some(rest)),
            None => (relative, None),
        };
        let top = self.real.get(top).map_or(top, String::as_str);
        match rest {
            Some(rest) => format!("{top}/{rest}"),
            None => top.to_owned(),
        }
    }

    /// The name that a file goes by which is really called so.
    fn known_as(&self, real: &str) -> String {
        let (top, rest) = match real.split_once('/') {
            Some((top, rest)) => (top, format!("/{rest}")),
            None => (real, String::new()),
        };
        let mut all = self.real.iter();
        let known = all.find(|(_, it)| *it == top);
        let top = known.map_or(top, |(name, _)| name.as_str());
        format!("{top}{rest}")
    }

    /// Notes that something was made of a file.
    pub fn uses(&self, relative: &str) {
        self.used.borrow_mut().insert(relative.to_owned());
    }

    /// Whether anything was made of a file: it was read, or something refers to it.
    #[must_use]
    pub fn is_used(&self, relative: &str) -> bool {
        self.used.borrow().contains(relative)
    }

    /// Every file below `below` (all of them if that is empty), sorted by name, relative to the folder.
    /// Hidden and temporary files of office programs are skipped; links are complained about.
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
        let entries = match fs::read_dir(self.path(below)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(_) => return complaints.push(whole(below, "这个文件夹打不开，请检查读取权限")),
        };
        for entry in entries {
            let Ok(entry) = entry else {
                complaints.push(whole(below, "这个文件夹读不完整，请检查磁盘"));
                continue;
            };
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let shown = format!("{below}/{}", name.to_string_lossy());
                complaints.push(whole(&shown, "文件名有乱码，请改名"));
                continue;
            };
            let left_behind = LEFT_BEHIND.iter().any(|it| it.eq_ignore_ascii_case(name));
            if left_behind || name.starts_with(['.', '~']) || name.ends_with('~') {
                continue;
            }
            let relative = if below.is_empty() {
                self.known_as(name)
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
        fs::symlink_metadata(self.path(relative)).is_ok_and(|meta| meta.is_file())
    }

    /// Whether there is a folder of that name.
    #[must_use]
    pub fn has_folder(&self, relative: &str) -> bool {
        fs::symlink_metadata(self.path(relative)).is_ok_and(|meta| meta.is_dir())
    }

    /// Where a file lies on the disk.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(self.real(relative))
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
        self.uses(relative);
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
        let relative = self.known_as(&relative_to(from, written)?);
        let mut walked = self.root.clone();
        for part in self.real(&relative).split('/') {
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
            self.uses(&relative);
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

    #[test]
    fn letters_of_a_name_do_not_matter_where_one_is_meant() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "Bulletins/A.md",
            "Bulletins/x.JPG",
            "Members.CSV",
            "a.CSV",
            "A.csv",
            "b.csv",
            "B.CSV",
            "Thumbs.db",
            "~$b.xlsx",
            "b.csv~",
        ] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut folder = Folder::open(dir.path()).unwrap();
        let ambiguous = folder.go_by(&["bulletins", "members.csv", "a.csv", "b.csv", "c.csv"]);
        assert_eq!(
            ambiguous,
            [Ambiguous {
                name: "a.csv".into(),
                there: vec!["A.csv".into(), "a.CSV".into()]
            }]
        );
        assert!(folder.has("members.csv") && folder.has_folder("bulletins"));
        assert_eq!(folder.real("members.csv"), "Members.CSV");
        let mut complaints = Vec::new();
        let all = folder.walk("", &mut complaints);
        let expected = [
            "A.csv",
            "B.CSV",
            "a.CSV",
            "b.csv",
            "bulletins/A.md",
            "bulletins/x.JPG",
            "members.csv",
        ];
        assert_eq!(
            (all, complaints.len()),
            (expected.map(str::to_owned).to_vec(), 0)
        );
        assert_eq!(folder.walk("bulletins", &mut complaints).len(), 2);
        let found = folder.resolve("bulletins/A.md", "x.JPG").unwrap();
        assert!(found == "bulletins/x.JPG" && folder.is_used(&found));
        assert_eq!(
            folder.resolve("b.csv", "Bulletins/A.md").unwrap(),
            "bulletins/A.md"
        );
        assert!(folder.read_text("members.csv").is_ok() && folder.is_used("members.csv"));
        assert!(!folder.is_used("b.csv"));
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
