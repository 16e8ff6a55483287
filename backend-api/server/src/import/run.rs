//! Doing an import: every adapter in its order, then what none of them knew what to do with. Names no
//! kind of thing: see [`register`].

use std::path::Path;

use contract::township::ListingKind;

use super::adapter::Order;
use super::folder::Folder;
use super::progress::Progress;
use super::report::ImportReport;
use super::state::Import;
use super::{Extent, ImportContext, ImportError, leftovers, register, withdrawals};

/// See [`import_folder`](super::import_folder).
pub(super) fn run(
    context: &ImportContext,
    path: &Path,
    extent: Extent,
    progress: &mut dyn Progress,
) -> Result<ImportReport, ImportError> {
    let mut import = begin(context, path, extent == Extent::Trial)?;
    leftovers::look_around(&mut import);
    things(&mut import);
    if extent != Extent::Confirmed {
        for adapter in register::adapters() {
            let withdrawn = adapter.withdraws(&import)?;
            let much = withdrawn.filter(withdrawals::is_much);
            import.report.much.extend(much);
        }
        import.report.stopped = extent == Extent::Careful && !import.report.much.is_empty();
    }
    if import.report.stopped {
        return Ok(import.report);
    }
    for adapter in register::adapters() {
        adapter.run(&mut import, progress)?;
    }
    progress.item(import.total, import.total, "");
    leftovers::tell(&mut import);
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
    let mut import = Import::new(context, folder, dry_run);
    leftovers::find_names(&mut import);
    let signs: Vec<&str> = register::adapters()
        .filter(|adapter| adapter.tells_a_content_folder())
        .flat_map(|adapter| adapter.reads())
        .collect();
    if !signs
        .iter()
        .any(|name| import.folder.has(name) || import.folder.has_folder(name))
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
    Ok(import)
}

/// Finds every file that may be a thing of its own.
fn things(import: &mut Import<'_>) {
    for kind in ListingKind::ALL {
        let all = import.all.iter();
        let ours = all.filter(|file| listing_of(file) == Some(*kind));
        import.files.extend(ours.cloned());
    }
    let taken = |file: &&String| {
        let document = listing_of(file).and_then(ListingKind::holds);
        document.is_some_and(|kind| register::importer(kind).takes(file))
    };
    import.total = import.files.iter().filter(taken).count();
}

/// In which kind of list something of this file may stand, by its folder.
fn listing_of(file: &str) -> Option<ListingKind> {
    ListingKind::of_folder(file.split_once('/')?.0)
}
