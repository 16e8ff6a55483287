//! Programmes kept for watching without a network.

use std::collections::HashSet;

use contract::file::FileRef;
use contract::programme::{Programme, Rendition};
use rusqlite::{OptionalExtension, params};

use super::error::CacheError;
use super::feed::EVERYTHING;
use super::files::{self, FileClass};
use super::handle::Cache;
use super::kinds::DocumentKind;
use super::read::keep_state;
use super::types::KeepState;
use super::{rescue, schema};

/// Setting with the largest picture height in pixels that this box plays well.
pub const MAX_HEIGHT_SETTING: &str = "max_video_height";

/// A keep that has work to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepRow {
    /// The programme.
    pub programme_id: String,
    /// Name of its file.
    pub file_name: String,
    /// How far it is.
    pub state: KeepState,
}

impl Cache {
    /// Asks to keep a programme for watching offline, or to let it go. Asking again after a
    /// failure tries again. It is on the disk when this returns; fetching goes on by itself.
    ///
    /// # Errors
    /// When the programme is unknown or it cannot be written.
    pub fn set_kept(&self, programme_id: &str, kept: bool) -> Result<(), CacheError> {
        if kept {
            let programme = self
                .programme(programme_id)
                .ok_or_else(|| CacheError::UnknownProgramme(programme_id.to_owned()))?;
            let file = self
                .rendition(&programme)
                .map(|rendition| rendition.file.clone())
                .filter(|file| files::is_name(&file.name))
                .ok_or_else(|| CacheError::UnknownProgramme(programme_id.to_owned()))?;
            self.begin_keep(programme_id, &file)?;
        } else {
            self.write("let a programme go", |tx| {
                tx.execute("DELETE FROM keep WHERE programme_id = ?1", [programme_id])?;
                tx.execute(
                    "DELETE FROM want WHERE document_id = ?1 AND class = ?2",
                    params![programme_id, FileClass::Kept.rank()],
                )
            })?;
        }
        self.reclass_files()?;
        self.changed();
        self.wake_fetchers();
        Ok(())
    }

    /// Whether a programme is kept.
    #[must_use]
    pub fn keep_state(&self, programme_id: &str) -> KeepState {
        self.read("read whether a programme is kept", |db| {
            db.prepare_cached("SELECT state, percent, reason FROM keep WHERE programme_id = ?1")?
                .query_row([programme_id], |row| {
                    Ok(keep_state(row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()
        })
        .unwrap_or_default()
    }

    /// Every keep, first asked for first.
    #[must_use]
    pub fn keeps(&self) -> Vec<KeepRow> {
        self.read("list keeps", |db| {
            db.prepare_cached("SELECT programme_id, file_name, state, percent, reason FROM keep ORDER BY asked_at_ms")?
                .query_map([], |row| {
                    Ok(KeepRow {
                        programme_id: row.get(0)?,
                        file_name: row.get(1)?,
                        state: keep_state(row.get(2)?, row.get(3)?, row.get(4)?),
                    })
                })?
                .collect()
        })
    }

    /// Moves a keep on; nothing happens when it was let go meanwhile.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_keep_state(&self, programme_id: &str, state: &KeepState) -> Result<(), CacheError> {
        let (rank, percent, reason) = match state {
            KeepState::No => return self.set_kept(programme_id, false),
            KeepState::Waiting => (1, 0, ""),
            KeepState::Loading(percent) => (2, *percent, ""),
            KeepState::Kept => (3, 100, ""),
            KeepState::Failed(reason) => (4, 0, reason.as_str()),
        };
        self.write("note how far a keep is", |tx| {
            tx.prepare_cached(
                "UPDATE keep SET state = ?2, percent = ?3, reason = ?4 WHERE programme_id = ?1",
            )?
            .execute(params![programme_id, rank, percent, reason])?;
            if rank == 4 {
                // A failed keep is fetched again only when somebody asks again.
                tx.prepare_cached("DELETE FROM want WHERE document_id = ?1 AND class = ?2")?
                    .execute(params![programme_id, FileClass::Kept.rank()])?;
            }
            Ok(())
        })?;
        self.changed();
        Ok(())
    }

    /// The best rendition this box plays well; the smallest when all are larger.
    #[must_use]
    pub fn rendition<'a>(&self, programme: &'a Programme) -> Option<&'a Rendition> {
        let limit = self
            .setting(MAX_HEIGHT_SETTING)
            .and_then(|text| text.parse().ok())
            .unwrap_or(1080);
        let best = programme
            .renditions
            .iter()
            .find(|rendition| rendition.height <= limit);
        best.or_else(|| {
            programme
                .renditions
                .iter()
                .min_by_key(|rendition| rendition.height)
        })
    }

    /// The file a kept programme plays from; `None` when it is not kept, whole and present.
    #[must_use]
    pub fn kept_file(&self, programme: &Programme) -> Option<std::path::PathBuf> {
        programme
            .renditions
            .iter()
            .find_map(|rendition| self.file_path(&rendition.file.name))
    }

    /// Keeps whose programme got another file start again with it, and so do those whose file is not
    /// asked for: both can be after a damaged database was replaced.
    pub(super) fn refresh_keeps(&self) -> Result<(), CacheError> {
        let asked_for: HashSet<String> = self.try_read("list what to keep", |db| {
            db.prepare_cached("SELECT document_id FROM want WHERE class = ?1")?
                .query_map([FileClass::Kept.rank()], |row| row.get(0))?
                .collect()
        })?;
        let keeps = self.keeps();
        for keep in &keeps {
            let Some(programme) = self.programme(&keep.programme_id) else {
                continue;
            };
            let same = programme
                .renditions
                .iter()
                .find(|rendition| rendition.file.name == keep.file_name);
            // A failed keep is fetched again only when somebody asks again.
            let is_well = asked_for.contains(&keep.programme_id)
                || matches!(keep.state, KeepState::Failed(_));
            if same.is_some() && is_well {
                continue;
            }
            if let Some(rendition) = same
                .or_else(|| self.rendition(&programme))
                .filter(|r| files::is_name(&r.file.name))
            {
                self.begin_keep(&keep.programme_id, &rendition.file)?;
            }
        }
        if self.note_of_adoption() {
            self.adopt_films(&keeps)?;
        }
        Ok(())
    }

    fn note_of_adoption(&self) -> bool {
        self.read("read whether keeps were lost", |db| {
            schema::meta(db, rescue::ADOPT)
        })
        .is_some()
    }

    /// Which films were kept was lost: each that lies here was. The note goes when the feed is here as
    /// a whole: until then programmes are missing.
    fn adopt_films(&self, known: &[KeepRow]) -> Result<(), CacheError> {
        let programmes: Vec<String> = self.try_read("list the programmes", |db| {
            db.prepare_cached("SELECT json FROM document WHERE kind = ?1")?
                .query_map([DocumentKind::Programme], |row| row.get(0))?
                .collect()
        })?;
        for json in programmes {
            let Some(programme) = self.parse::<Programme>(&json, "programme") else {
                continue;
            };
            let film = programme
                .renditions
                .iter()
                .find(|rendition| self.has_file(&rendition.file.name));
            let is_known = known.iter().any(|keep| keep.programme_id == programme.id);
            if let Some(film) = film.filter(|_| !is_known) {
                self.begin_keep(&programme.id, &film.file)?;
            }
        }
        let is_whole = self.cursor().is_none_or(|cursor| cursor != EVERYTHING);
        if is_whole {
            self.write("forget that keeps were lost", |tx| {
                tx.execute("DELETE FROM meta WHERE key = ?1", [rescue::ADOPT])
            })?;
        }
        Ok(())
    }

    fn begin_keep(&self, programme_id: &str, file: &FileRef) -> Result<(), CacheError> {
        let now = self.now_ms();
        let state = if self.has_file(&file.name) { 3 } else { 1 };
        let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
        self.write("keep a programme", |tx| {
            tx.execute(
                "DELETE FROM want WHERE document_id = ?1 AND class = ?2",
                params![programme_id, FileClass::Kept.rank()],
            )?;
            tx.execute(
                "INSERT OR REPLACE INTO keep(programme_id, file_name, state, percent, reason, asked_at_ms)
                 VALUES (?1, ?2, ?3, 0, '', ?4)",
                params![programme_id, file.name, state, now],
            )?;
            tx.execute(
                "INSERT OR REPLACE INTO want(document_id, name, bytes, media_type, class) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![programme_id, file.name, bytes, file.media_type, FileClass::Kept.rank()],
            )
        })?;
        Ok(())
    }
}
