//! What of a folder nothing made use of. It is named, with what to do about it, so that nobody waits for
//! something to be shown that was never imported: what is plainly meant to be content is a mistake, the rest
//! is mentioned.

use std::collections::{BTreeMap, BTreeSet};

use contract::township::ListingKind;

use super::adapter::Adapter;
use super::complaint::Complaint;
use super::folder::{Folder, extension, stem};
use super::media::VIDEOS;
use super::register;
use super::state::Import;

/// So many files of a folder are named one by one.
const NAMED: usize = 3;

/// What a file is, as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// A text as it is imported.
    Text,
    /// A table that can be read.
    Table,
    /// A table of an office program.
    Sheet,
    /// Something else of an office program, or of the web.
    Office,
    Video,
    Captions,
    Sound,
    Archive,
    /// A link of an office computer.
    Link,
    /// Pictures, and what is not known.
    Other,
}

impl Sort {
    fn of(file: &str) -> Self {
        let extension = extension(file);
        match extension.as_str() {
            "md" | "toml" | "markdown" => Self::Text,
            "csv" | "tsv" => Self::Table,
            "xlsx" | "xls" | "xlsm" | "et" | "ods" | "numbers" => Self::Sheet,
            "doc" | "docx" | "wps" | "pdf" | "txt" | "rtf" | "ppt" | "pptx" | "dps" | "odt"
            | "odp" | "ofd" | "htm" | "html" | "mht" | "pages" => Self::Office,
            "vtt" | "srt" | "ass" | "ssa" | "sub" | "lrc" => Self::Captions,
            "mp3" | "wav" | "m4a" | "aac" | "wma" | "flac" | "ogg" | "amr" => Self::Sound,
            "zip" | "rar" | "7z" | "tar" | "gz" | "tgz" => Self::Archive,
            "lnk" | "url" | "webloc" => Self::Link,
            video if VIDEOS.contains(&video) => Self::Video,
            _ => Self::Other,
        }
    }
}

/// Has files and folders go by the names that are read.
pub(super) fn find_names(import: &mut Import<'_>) {
    let names: Vec<&str> = register::adapters().flat_map(Adapter::reads).collect();
    for ambiguous in import.folder.go_by(&names) {
        let there = ambiguous.there.join("、");
        import.complain([Complaint {
            file: ambiguous.name.clone(),
            line: None,
            message: format!("{there} 的名字只差大小写，不知道用哪一个，请只留一个"),
        }]);
        // That is all there is to say about them.
        ambiguous.there.iter().for_each(|it| import.folder.uses(it));
        import.unsure.insert(ambiguous.name);
    }
}

/// Finds every file, and out where something may be meant to be content that has another name: from there
/// nothing is taken back.
pub(super) fn look_around(import: &mut Import<'_>) {
    let names: Vec<&str> = register::adapters().flat_map(Adapter::reads).collect();
    let mut complaints = Vec::new();
    import.all = import.folder.walk("", &mut complaints);
    // A link that nothing asks for is no mistake.
    complaints.retain(|it| names.contains(&top_of(&it.file)) || it.file.is_empty());
    import
        .unsure
        .extend(complaints.iter().map(|it| it.file.clone()));
    import.complain(complaints);
    for file in &import.all {
        let meant = match file.split_once('/') {
            Some((top, _)) if Sort::of(file) == Sort::Text => meant_by(top, true),
            Some(_) => None,
            None => list_meant_by(file),
        };
        import.unsure.extend(
            meant
                .filter(|_| !names.contains(&top_of(file)))
                .map(str::to_owned),
        );
    }
}

/// Names what nothing made use of.
pub(super) fn tell(import: &mut Import<'_>) {
    let spoken_of = SpokenOf::new(import);
    let known: BTreeSet<&str> = register::adapters().flat_map(Adapter::reads).collect();
    let unused: Vec<&str> = import
        .all
        .iter()
        .map(String::as_str)
        .filter(|file| {
            !import.folder.is_used(file) && !spoken_of.has(file) && !is_about_the_folder(file)
        })
        .collect();
    let mut complaints = Vec::new();
    let mut others: Vec<String> = Vec::new();
    // Folders that nothing knows, by their names.
    let mut strange: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in unused {
        let top = top_of(file);
        let in_use = || {
            import
                .all
                .iter()
                .any(|it| top_of(it) == top && import.folder.is_used(it))
        };
        if top != file && !known.contains(top) && !in_use() {
            strange.entry(top).or_default().push(file);
            continue;
        }
        let advice = if top == file {
            advice_at_the_top(&import.folder, file)
        } else {
            advice(&import.all, file)
        };
        match advice {
            Some(message) => complaints.push(Complaint {
                file: import.folder.real(file),
                line: None,
                message,
            }),
            None => others.push(file.to_owned()),
        }
    }
    for (folder, files) in strange {
        if import.folder.is_used(folder) {
            continue;
        }
        match advice_about(&import.folder, folder, &files) {
            Some(message) => complaints.push(Complaint {
                file: format!("{folder}/"),
                line: None,
                message,
            }),
            None => others.extend(files.into_iter().map(str::to_owned)),
        }
    }
    import.report.unused = by_folder(&others);
    import.complain(complaints);
}

/// What is known of files that have mistakes: what they refer to is not looked for, and yet not unused.
struct SpokenOf {
    wrong: BTreeSet<String>,
    texts: Vec<String>,
}

impl SpokenOf {
    fn new(import: &Import<'_>) -> Self {
        let complaints = import.report.complaints.iter();
        let wrong: BTreeSet<String> = complaints.map(|it| it.file.clone()).collect();
        let read = wrong.iter().filter(|file| Sort::of(file) == Sort::Text);
        let texts = read.filter_map(|file| Some(import.folder.read_text(file).ok()?.1));
        Self {
            texts: texts.collect(),
            wrong,
        }
    }

    fn has(&self, file: &str) -> bool {
        let name = file.rsplit('/').next().unwrap_or(file);
        let beside = |wrong: &String| {
            let rest = file.strip_prefix(stem(wrong));
            Sort::of(wrong) == Sort::Text && rest.is_some_and(|rest| rest.starts_with('.'))
        };
        self.wrong.contains(file)
            || self.wrong.iter().any(beside)
            || self.texts.iter().any(|text| text.contains(name))
    }
}

fn top_of(file: &str) -> &str {
    file.split('/').next().unwrap_or(file)
}

/// What people write about a folder, not for televisions.
fn is_about_the_folder(file: &str) -> bool {
    let name = stem(file).to_lowercase();
    let names = ["readme", "license", "licence", "说明", "使用说明", "读我"];
    top_of(file) == file && names.contains(&name.as_str())
}

/// Which file or folder that is read somebody means by another name: that whose word stands last in it.
fn meant_by(name: &str, folder: bool) -> Option<&'static str> {
    let name = name.to_lowercase();
    let all = register::adapters().flat_map(|adapter| adapter.called().iter());
    let fitting = all.filter(|(read, _)| read.contains('.') != folder);
    let found = fitting.filter_map(|(read, words)| {
        let ends = words
            .iter()
            .filter_map(|word| Some(name.rfind(word)? + word.len()));
        Some((ends.max()?, *read))
    });
    found.max_by_key(|(end, _)| *end).map(|(_, read)| read)
}

/// Which list somebody means by this file at the top.
fn list_meant_by(file: &str) -> Option<&'static str> {
    let may_be_one =
        matches!(Sort::of(file), Sort::Table | Sort::Sheet) || extension(file) == "toml";
    may_be_one.then(|| meant_by(stem(file), false)).flatten()
}

/// What to do with a file at the top; nothing if it does not matter.
fn advice_at_the_top(folder: &Folder, file: &str) -> Option<String> {
    let sort = Sort::of(file);
    if let Some(read) = list_meant_by(file) {
        let forms = register::adapters().flat_map(Adapter::reads);
        let forms: Vec<&str> = forms.filter(|it| stem(it) == stem(read)).collect();
        let there = forms.iter().find(|it| folder.has(it));
        if let Some(there) = there {
            let there = folder.real(there);
            return Some(format!(
                "没有导入：已经有 {there}，请把要导入的内容并进去，再把这个文件移走"
            ));
        }
        let end = extension(file);
        return Some(match forms.iter().find(|it| extension(it) == end) {
            Some(form) => format!("没有导入：请把文件名改为 {form}"),
            None if forms.iter().any(|it| extension(it) == "xlsx") => {
                format!(
                    "没有导入：请另存为 .xlsx 或 CSV，文件名用 {}",
                    forms.join(" 或 ")
                )
            }
            None => format!("没有导入：请另存为 CSV，文件名用 {read}"),
        });
    }
    match sort {
        Sort::Table | Sort::Sheet => {
            let lists = register::adapters().flat_map(Adapter::reads);
            let lists: Vec<&str> = lists.filter(|it| it.ends_with(".csv")).collect();
            Some(format!(
                "没有导入：不认识这个文件名，名单的文件名是 {}；文章里的表格要另存为 CSV，并在文章里引用",
                lists.join("、")
            ))
        }
        Sort::Text | Sort::Video | Sort::Captions => Some(format!(
            "没有导入：请放进放这一类内容的文件夹：{}",
            folders()
        )),
        Sort::Office => Some(format!(
            "没有导入：这种文件电视上不能显示，请把文字写成 .md 文件，放进放这一类内容的文件夹：{}；Word 和 PDF 也可以在工作台写公示时拖进正文",
            folders()
        )),
        Sort::Sound | Sort::Archive | Sort::Link => whatever_it_is_about(sort),
        Sort::Other => None,
    }
}

/// What to do with a file that lies in one of the folders.
fn advice(all: &[String], file: &str) -> Option<String> {
    let sort = Sort::of(file);
    let described = |end: &str| {
        let description = format!("{}.{end}", stem(file));
        let kind = ListingKind::of_folder(top_of(file)).and_then(ListingKind::holds);
        let taken = kind.is_some_and(|kind| register::importer(kind).takes(&description));
        (taken, all.contains(&description))
    };
    Some(match sort {
        Sort::Video => match (described("toml"), described("md")) {
            ((_, true), _) | (_, (_, true)) => {
                "没有用上：旁边同名的说明用的是另一个视频，不要的请移走".to_owned()
            }
            ((true, false), _) => format!(
                "视频没有说明文件，请在旁边新建 {}.toml，写上标题、栏目、单位、日期",
                stem(file)
            ),
            _ => "没有用上：没有节目用这个视频，请在节目的说明里写上它，或者移走".to_owned(),
        },
        Sort::Text => "没有导入：文章和说明的文件名要以 .md 结尾（节目的说明也可以是 .toml），并且放在放这一类内容的文件夹里".to_owned(),
        Sort::Table => "没有用上：没有文章引用这张表格，请在文章里写上 ![题目](文件名)，或者移走".to_owned(),
        Sort::Sheet | Sort::Office => {
            "这种文件电视上不能显示，请把文字写成 .md 文件，表格另存为 CSV；Word 和 PDF 也可以在工作台写公示时拖进正文".to_owned()
        }
        Sort::Captions => "没有用上：字幕要用 WebVTT 或 SRT，和节目的说明同名，例如 春耕.toml 和 春耕.srt，或者写在说明里".to_owned(),
        Sort::Sound | Sort::Archive | Sort::Link => return whatever_it_is_about(sort),
        Sort::Other => return None,
    })
}

fn whatever_it_is_about(sort: Sort) -> Option<String> {
    let words = match sort {
        Sort::Sound => "没有用上：电视上不能单独放声音，请做成视频，或者移走",
        Sort::Archive => "没有用上：这是压缩包，请解压，把里面的文件放进来",
        Sort::Link => "没有用上：这是快捷方式，请换成文件本身",
        _ => return None,
    };
    Some(words.to_owned())
}

/// What to do with a folder whose name is none of those that are read, and of which nothing is used.
fn advice_about(folder: &Folder, name: &str, files: &[&str]) -> Option<String> {
    let has = |sorts: &[Sort]| files.iter().any(|file| sorts.contains(&Sort::of(file)));
    // Originals and photographs may lie where somebody likes.
    if !has(&[Sort::Text, Sort::Table, Sort::Video]) {
        return None;
    }
    let count = files.len();
    Some(match meant_by(name, true) {
        Some(read) if folder.has_folder(read) => {
            format!("没有导入里面的 {count} 个文件：请把它们移到文件夹 {read} 里")
        }
        Some(read) => format!("没有导入里面的 {count} 个文件：请把这个文件夹改名为 {read}"),
        None => format!(
            "没有导入里面的 {count} 个文件：不认识这个文件夹，请按内容放进 {}",
            folders()
        ),
    })
}

/// The folders with what they hold.
fn folders() -> String {
    let kinds = ListingKind::ALL.iter();
    let folders = kinds.filter_map(|kind| Some(format!("{}（{}）", kind.folder()?, kind.noun())));
    folders.collect::<Vec<_>>().join("、")
}

/// Files in a few words: where there are many, folder by folder.
fn by_folder(files: &[String]) -> Vec<String> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        folders.entry(folder).or_default().push(name);
    }
    let mut said = Vec::new();
    for (folder, names) in folders {
        let full = |name: &str| match folder {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        match names.as_slice() {
            [first, ..] if names.len() > NAMED => {
                said.push(format!("{} 等 {} 个文件", full(first), names.len()));
            }
            names => said.extend(names.iter().map(|name| full(name))),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::media::PICTURES;
    use super::*;

    #[test]
    fn names_that_people_give() {
        for (name, folder, read) in [
            ("党员名册", false, Some("members.csv")),
            ("Members", false, Some("members.csv")),
            ("各村户名", false, Some("households.csv")),
            ("十一月会议日程", false, Some("meetings.csv")),
            ("单位", false, Some("organizations.csv")),
            ("township", false, Some("township.toml")),
            ("种子价格", false, None),
            ("公告公示", true, Some("bulletins")),
            ("优秀影片", true, Some("programmes")),
            ("党员先锋", true, Some("honours")),
            ("支部主页", true, Some("branches")),
            ("办事指南", true, Some("guides")),
            ("照片", true, None),
            ("media", true, None),
        ] {
            assert_eq!(meant_by(&name.to_lowercase(), folder), read, "{name}");
        }
    }

    #[test]
    fn every_name_that_is_read_is_known_by_itself() {
        for read in register::adapters().flat_map(Adapter::reads) {
            let folder = !read.contains('.');
            let meant = meant_by(stem(read), folder).unwrap_or_default();
            assert_eq!(stem(meant), stem(read));
        }
    }

    #[test]
    fn many_files_are_said_in_few_words() {
        let files = [
            "a.jpg", "b/1.jpg", "b/2.jpg", "b/3.jpg", "b/4.jpg", "c/1.jpg",
        ];
        let said = by_folder(&files.map(str::to_owned));
        assert_eq!(said, ["a.jpg", "b/1.jpg 等 4 个文件", "c/1.jpg"]);
    }

    #[test]
    fn pictures_are_no_mistake() {
        for end in PICTURES {
            assert_eq!(Sort::of(&format!("a.{end}")), Sort::Other);
        }
        assert_eq!(Sort::of("a.RMVB"), Sort::Video);
    }
}
