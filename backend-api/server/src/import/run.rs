//! Doing an import: every adapter in its order, then what none of them knew what to do with. Names no
//! kind of thing: see [`register`].

use std::path::Path;

use contract::township::ListingKind;

use super::adapter::Order;
use super::complaint::Complaint;
use super::folder::{Folder, extension, stem};
use super::media::VIDEOS;
use super::progress::Progress;
use super::report::ImportReport;
use super::state::Import;
use super::{ImportContext, ImportError, register};

/// What offices put into the folder and no television can show.
const OFFICE: [&str; 8] = ["doc", "docx", "xls", "xlsx", "wps", "et", "pdf", "txt"];

/// See [`import_folder`](super::import_folder).
pub(super) fn run(
    context: &ImportContext,
    path: &Path,
    dry_run: bool,
    progress: &mut dyn Progress,
) -> Result<ImportReport, ImportError> {
    let mut import = begin(context, path, dry_run)?;
    walk(&mut import);
    for adapter in register::adapters() {
        adapter.run(&mut import, progress)?;
    }
    progress.item(import.total, import.total, "");
    leftovers(&mut import);
    import.report.complaints.sort();
    Ok(import.report)
}

/// See [`import_ground`](super::import_ground).
pub(super) fn ground(
    context: &ImportContext,
    path: &Path,
    progress: &mut dyn Progress,
) -> Result<(), ImportError> {
    let mut import = begin(context, path, false)?;
    for adapter in register::adapters().filter(|adapter| adapter.order() == Order::Ground) {
        adapter.run(&mut import, progress)?;
    }
    Ok(())
}

fn begin<'a>(
    context: &'a ImportContext,
    path: &Path,
    dry_run: bool,
) -> Result<Import<'a>, ImportError> {
    let folder = Folder::open(path).map_err(|source| ImportError::Folder {
        path: path.to_owned(),
        source,
    })?;
    let signs: Vec<&str> = register::adapters()
        .filter(|adapter| adapter.tells_a_content_folder())
        .flat_map(|adapter| adapter.reads())
        .collect();
    if !signs
        .iter()
        .any(|name| folder.has(name) || folder.has_folder(name))
    {
        return Err(ImportError::NotContent {
            path: path.to_owned(),
            signs: signs.join("、"),
        });
    }
    std::fs::create_dir_all(&context.cache_dir).map_err(|source| ImportError::Cache {
        path: context.cache_dir.clone(),
        source,
    })?;
    Ok(Import::new(context, folder, dry_run))
}

/// Finds every file that is a thing of its own, and every video.
fn walk(import: &mut Import<'_>) {
    let mut complaints = Vec::new();
    let folders = ListingKind::ALL.iter().filter_map(|kind| kind.folder());
    import.files = folders
        .flat_map(|name| import.folder.walk(name, &mut complaints))
        .collect();
    import.complain(complaints);
    let taken = |file: &&String| {
        let top = file.split('/').next().unwrap_or_default();
        let document = ListingKind::of_folder(top).and_then(ListingKind::holds);
        document.is_some_and(|kind| register::importer(kind).takes(file))
    };
    import.total = import.files.iter().filter(taken).count();
    let videos = import.files.iter();
    import.videos = videos
        .filter(|file| VIDEOS.contains(&extension(file).as_str()))
        .cloned()
        .collect();
}

/// Complains of what nothing made use of.
fn leftovers(import: &mut Import<'_>) {
    let mut complaints = Vec::new();
    for file in &import.files {
        if OFFICE.contains(&extension(file).as_str()) {
            complaints.push(Complaint {
                file: file.clone(),
                line: None,
                message: "这种文件电视上不能显示，请把文字写成 .md 文件，表格另存为 CSV".into(),
            });
        }
    }
    for file in std::mem::take(&mut import.videos) {
        complaints.push(Complaint {
            message: format!(
                "视频没有说明文件，请在旁边新建 {}.toml，写上标题、栏目、单位、日期",
                stem(&file)
            ),
            file,
            line: None,
        });
    }
    import.complain(complaints);
}
