//! Doing an import: organizations and sections first, people, meetings, duty rooms, then item by item,
//! then withdrawals.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::Ordering;

use contract::organization::Organization;
use contract::township::{ListingKind, Township};
use sha2::{Digest as _, Sha256};
use store::{Outcome, bulletins, programmes};

use super::check::Directory;
use super::complaint::{Complaint, Complaints};
use super::folder::Folder;
use super::item;
use super::media::Media;
use super::progress::Progress;
use super::report::ImportReport;
use super::{ImportContext, ImportError, organizations, people, township};
use crate::services::files::hex;
use crate::services::kit::audit;

mod bulletin;
mod duty_room;
mod list;
mod meeting;
mod programme;
mod used;

/// Part of every hash: raise it when the same files would be imported differently.
const FORMAT: &str = "1";
const PICTURES: [&str; 4] = ["jpg", "jpeg", "png", "webp"];
const VIDEOS: [&str; 14] = [
    "mp4", "mkv", "mov", "m4v", "webm", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "wmv", "flv",
    "3gp",
];
const OFFICE: [&str; 8] = ["doc", "docx", "xls", "xlsx", "wps", "et", "pdf", "txt"];

/// Whether an item could be used; its complaints are in the report otherwise.
type Item = Result<Option<Outcome>, ImportError>;

/// See [`import_folder`](super::import_folder).
pub fn run(
    context: &ImportContext,
    path: &Path,
    dry_run: bool,
    progress: &mut dyn Progress,
) -> Result<ImportReport, ImportError> {
    let mut import = begin(context, path, dry_run)?;
    import.township()?;
    import.organizations()?;
    import.people()?;
    import.meetings()?;
    import.duty_rooms()?;
    import.items(progress)?;
    import.report.complaints.sort();
    Ok(import.report)
}

/// See [`import_organizations`](super::import_organizations).
pub fn organizations(context: &ImportContext, path: &Path) -> Result<(), ImportError> {
    let mut import = begin(context, path, false)?;
    import.township()?;
    import.organizations()
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
    if !folder.has("township.toml") && !content_folders().any(|name| folder.has_folder(name)) {
        return Err(ImportError::NotContent(path.to_owned()));
    }
    std::fs::create_dir_all(&context.cache_dir).map_err(|source| ImportError::Cache {
        path: context.cache_dir.clone(),
        source,
    })?;
    Ok(Import {
        context,
        folder,
        dry_run,
        media: Media::new(context, dry_run),
        directory: Directory::default(),
        known: HashMap::new(),
        report: ImportReport {
            dry_run,
            ..ImportReport::default()
        },
    })
}

struct Import<'a> {
    context: &'a ImportContext,
    folder: Folder,
    dry_run: bool,
    media: Media<'a>,
    directory: Directory,
    /// Hash of every item imported before, by file; `None` when it was withdrawn.
    known: HashMap<String, Option<String>>,
    report: ImportReport,
}

impl Import<'_> {
    fn now_ms(&self) -> i64 {
        self.context.clock.now_ms()
    }

    fn complain(&mut self, complaints: impl IntoIterator<Item = Complaint>) {
        self.report.complaints.extend(complaints);
    }

    /// Reads `township.toml`. With a mistake in it, what was there before goes on counting.
    fn township(&mut self) -> Result<(), ImportError> {
        const FILE: &str = "township.toml";
        let stored = self.context.store.read(store::township::get)?;
        let parsed = if self.folder.has(FILE) {
            match self.folder.read_text(FILE) {
                Ok((bytes, text)) => {
                    let mut complaints = Complaints::about(FILE);
                    let parsed = township::parse(&text, &mut complaints);
                    self.complain(complaints.into_vec());
                    parsed.map(|parsed| (parsed, hash_of(&[FORMAT.as_bytes(), &bytes])))
                }
                Err(complaint) => {
                    self.complain([complaint]);
                    None
                }
            }
        } else {
            if stored.is_none() {
                self.complain([Complaint {
                    file: FILE.into(),
                    line: None,
                    message: "缺少这个文件，请新建并写上 name = \"地名\"".into(),
                }]);
            }
            None
        };
        if let Some((township, hash)) = &parsed {
            if self.dry_run {
                self.report.township_changed = stored.as_ref() != Some(township);
            } else {
                let (township, hash, now) = (township.clone(), hash.clone(), self.now_ms());
                self.report.township_changed = self.context.store.write(move |tx| {
                    let changed = store::township::put(tx, &township, &hash, now)?;
                    if changed {
                        audit::system(tx, "township.replace", "township", None, now)?;
                    }
                    Ok::<_, store::Error>(changed)
                })?;
            }
        }
        self.directory.township = parsed
            .map(|(township, _)| township)
            .or(stored)
            .unwrap_or_else(|| Township {
                sections: township::default_sections(""),
                ..Township::default()
            });
        Ok(())
    }

    fn organizations(&mut self) -> Result<(), ImportError> {
        const FILE: &str = "organizations.csv";
        let mut rows = Vec::new();
        if self.folder.has(FILE) {
            match self.folder.read_text(FILE) {
                Ok((_, text)) => {
                    let mut complaints = Complaints::about(FILE);
                    rows = organizations::parse(&text, &mut complaints);
                    self.complain(complaints.into_vec());
                }
                Err(complaint) => self.complain([complaint]),
            }
        }
        let mut all = by_code(self.context.store.read(store::organizations::all)?);
        if !self.dry_run {
            let now = self.now_ms();
            let (changed, after) = self.context.store.write(move |tx| {
                let mut changed = 0;
                for row in &rows {
                    changed += usize::from(write_organization(tx, row, now)?);
                }
                Ok::<_, store::Error>((changed, store::organizations::all(tx)?))
            })?;
            self.report.organizations_changed = changed;
            all = by_code(after);
        } else {
            for row in rows {
                let parent_id = row
                    .parent
                    .as_ref()
                    .and_then(|code| all.get(code))
                    .map(|parent| parent.id.clone());
                let old = all.get(&row.code);
                // In a trial the code stands in for the id that would be given.
                let new = Organization {
                    id: old.map_or_else(|| row.code.clone(), |old| old.id.clone()),
                    parent_id,
                    kind: row.kind,
                    code: row.code.clone(),
                    name: row.name,
                };
                self.report.organizations_changed += usize::from(old != Some(&new));
                all.insert(row.code, new);
            }
        }
        if all.is_empty()
            && !self
                .report
                .complaints
                .iter()
                .any(|complaint| complaint.file == FILE)
        {
            self.complain([Complaint {
                file: FILE.into(),
                line: None,
                message: "缺少这个文件，请新建，第一行写：code,parent,kind,name".into(),
            }]);
        }
        self.directory.organizations = all;
        Ok(())
    }

    fn people(&mut self) -> Result<(), ImportError> {
        let organizations = &self.directory.organizations;
        let done = people::folder::import(self.context, &self.folder, organizations, self.dry_run)?;
        self.complain(done.complaints);
        self.report.households = done.households;
        self.report.members = done.members;
        Ok(())
    }

    fn items(&mut self, progress: &mut dyn Progress) -> Result<(), ImportError> {
        let sources = self.context.store.read(|tx| {
            let mut all = bulletins::sources(tx)?;
            all.extend(programmes::sources(tx)?);
            Ok::<_, store::Error>(all)
        })?;
        self.known = sources
            .into_iter()
            .map(|entry| (entry.key, entry.hash))
            .collect();
        let mut complaints = Vec::new();
        let files: Vec<String> = content_folders()
            .flat_map(|name| self.folder.walk(name, &mut complaints))
            .collect();
        self.complain(complaints);
        let items: Vec<&String> = files.iter().filter(|file| is_item(file)).collect();
        let mut videos: BTreeSet<String> = files
            .iter()
            .filter(|file| VIDEOS.contains(&extension(file).as_str()))
            .cloned()
            .collect();
        for (done, file) in items.iter().enumerate() {
            if self.context.cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            progress.item(done, items.len(), file);
            let outcome = match item::folder_kind(file) {
                Some(ListingKind::Programmes) => self.programme(file, &mut videos, progress)?,
                Some(kind) => self.bulletin(file, kind)?,
                None => None,
            };
            match outcome {
                Some(Outcome::Created) => self.report.created.push((*file).clone()),
                Some(Outcome::Updated) => self.report.updated.push((*file).clone()),
                Some(Outcome::Unchanged) => self.report.unchanged += 1,
                None => {}
            }
        }
        progress.item(items.len(), items.len(), "");
        for file in &files {
            if OFFICE.contains(&extension(file).as_str()) {
                self.complain([Complaint {
                    file: file.clone(),
                    line: None,
                    message: "这种文件电视上不能显示，请把文字写成 .md 文件，表格另存为 CSV".into(),
                }]);
            }
        }
        for file in videos {
            self.complain([Complaint {
                message: format!(
                    "视频没有说明文件，请在旁边新建 {}.toml，写上标题、栏目、单位、日期",
                    stem(&file)
                ),
                file,
                line: None,
            }]);
        }
        self.withdraw(&items)
    }

    fn withdraw(&mut self, present: &[&String]) -> Result<(), ImportError> {
        let present: BTreeSet<&str> = present.iter().map(|file| file.as_str()).collect();
        let mut gone: Vec<String> = self
            .known
            .iter()
            .filter(|(file, hash)| hash.is_some() && !present.contains(file.as_str()))
            .map(|(file, _)| file.clone())
            .collect();
        gone.sort();
        let asked = gone.clone();
        let over: Vec<String> = self.context.store.read(move |tx| {
            let mut over = Vec::new();
            for key in asked {
                if bulletins::has_expired_source(tx, &key)? {
                    over.push(key);
                }
            }
            Ok::<_, store::Error>(over)
        })?;
        if !self.dry_run && !gone.is_empty() {
            let (keys, now, over) = (gone.clone(), self.now_ms(), over.clone());
            self.context.store.write(move |tx| {
                for key in &keys {
                    let bulletin = bulletins::withdraw_source(tx, key, now)?;
                    if over.contains(key) {
                        // Nobody could read it any more: nothing was taken back.
                        continue;
                    }
                    // By its id: the name of a file may name somebody.
                    let (kind, id) = if bulletin {
                        ("bulletin", bulletins::by_source(tx, key)?)
                    } else {
                        programmes::withdraw_source(tx, key, now)?;
                        ("programme", programmes::by_source(tx, key)?)
                    };
                    let subject = format!("{kind}:{}", id.unwrap_or_default());
                    let action = format!("{kind}.withdraw");
                    audit::system(tx, &action, &subject, None, now)?;
                }
                Ok::<_, store::Error>(())
            })?;
        }
        gone.retain(|key| !over.contains(key));
        self.report.withdrawn.extend(gone);
        self.report.expired.extend(over);
        Ok(())
    }

    fn refused(&mut self, complaints: impl IntoIterator<Item = Complaint>) -> Item {
        self.complain(complaints);
        Ok(None)
    }

    fn is_unchanged(&self, file: &str, hash: &str) -> bool {
        self.known.get(file).and_then(Option::as_deref) == Some(hash)
    }

    fn expected(&self, file: &str) -> Outcome {
        if self.known.contains_key(file) {
            Outcome::Updated
        } else {
            Outcome::Created
        }
    }
}

/// Folders whose files are items.
fn content_folders() -> impl Iterator<Item = &'static str> {
    ListingKind::ALL.iter().filter_map(|kind| kind.folder())
}

fn write_organization(
    tx: &mut store::WriteTx<'_>,
    row: &organizations::Row,
    now_ms: i64,
) -> Result<bool, store::Error> {
    use store::organizations as db;
    let parent_id = match &row.parent {
        Some(code) => Some(
            db::by_code(tx, code)?
                .ok_or(store::Error::NotFound("organization"))?
                .id,
        ),
        None => None,
    };
    let Some(old) = db::by_code(tx, &row.code)? else {
        let new = db::NewOrganization {
            parent_id,
            kind: row.kind,
            code: row.code.clone(),
            name: row.name.clone(),
        };
        let made = db::create(tx, &new, now_ms)?;
        let subject = format!("organization:{}", made.id);
        audit::system(tx, "organization.create", &subject, Some(&made.id), now_ms)?;
        return Ok(true);
    };
    let mut changed = db::update(tx, &old.id, row.kind, &row.name, now_ms)?;
    if let Some(parent_id) = parent_id
        && old.parent_id.as_ref() != Some(&parent_id)
    {
        db::move_to(tx, &old.id, &parent_id)?;
        changed = true;
    }
    if changed {
        let subject = format!("organization:{}", old.id);
        audit::system(tx, "organization.update", &subject, Some(&old.id), now_ms)?;
    }
    Ok(changed)
}

fn by_code(all: Vec<Organization>) -> HashMap<String, Organization> {
    all.into_iter()
        .map(|organization| (organization.code.clone(), organization))
        .collect()
}

/// One hash over several parts, each preceded by its length so that they cannot run together.
fn hash_of(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}

fn extension(file: &str) -> String {
    file.rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase())
        .unwrap_or_default()
}

/// `programmes/春耕.toml` → `programmes/春耕`
fn stem(file: &str) -> &str {
    let name_at = file.rfind('/').map_or(0, |at| at + 1);
    let name = &file[name_at..];
    &file[..name_at + name.rfind('.').unwrap_or(name.len())]
}

fn is_item(file: &str) -> bool {
    match extension(file).as_str() {
        "md" => true,
        "toml" => item::folder_kind(file) == Some(ListingKind::Programmes),
        _ => false,
    }
}
