//! Importing one bulletin, honour or guide.

use contract::bulletin::Block;
use contract::file::FileRef;
use contract::township::ListingKind;
use store::{Outcome, Source, bulletins};

use super::used::{Used, item_hash};
use super::{Import, Item};
use crate::import::check::Place;
use crate::import::complaint::Complaints;
use crate::import::item::{self, BulletinItem};
use crate::import::markdown::Piece;
use crate::import::media::picture_files;
use crate::import::{ImportError, table};
use crate::services::bulletins::readable;
use crate::services::kit::audit;

impl Import<'_> {
    pub(super) fn bulletin(&mut self, file: &str, kind: ListingKind) -> Item {
        let (bytes, text) = match self.folder.read_text(file) {
            Ok(read) => read,
            Err(complaint) => return self.refused([complaint]),
        };
        let item = match item::parse_bulletin(file, &text) {
            Ok(item) => item,
            Err(complaints) => return self.refused(complaints),
        };
        let mut complaints = Complaints::about(file);
        let place = self.directory.place(&item.head, kind, &mut complaints);
        let mut used = Used::new(&self.folder, file);
        if let Some(cover) = &item.cover {
            used.take(cover, &mut complaints);
        }
        for piece in &item.body {
            if let Piece::Picture { path, line, .. } | Piece::Csv { path, line, .. } = piece {
                used.take(&(path.clone(), *line), &mut complaints);
            }
        }
        let Some(place) = place.filter(|_| complaints.is_empty()) else {
            return self.refused(complaints.into_vec());
        };
        let hash = item_hash(&bytes, &place, &used);
        if self.is_unchanged(file, &hash) {
            return Ok(Some(Outcome::Unchanged));
        }
        let Some(content) = self.bulletin_content(&item, place, &used, &mut complaints)? else {
            return self.refused(complaints.into_vec());
        };
        if self.dry_run {
            return Ok(Some(self.expected(file)));
        }
        let files: Vec<FileRef> = content
            .cover
            .iter()
            .chain(content.body.iter().filter_map(|block| match block {
                Block::Picture(picture) => Some(picture),
                _ => None,
            }))
            .flat_map(picture_files)
            .collect();
        let source = Source {
            key: file.to_owned(),
            hash,
        };
        let (published, now) = (item.head.published_at_ms, self.now_ms());
        let imported = self.context.store.write(move |tx| {
            for file in &files {
                store::files::put(tx, file, now)?;
            }
            let imported = bulletins::import(tx, &source, &content, published, now)?;
            audit::imported(tx, "bulletin", &imported, &content.organization_id, now)?;
            Ok::<_, store::Error>(imported)
        })?;
        Ok(Some(imported.outcome))
    }

    /// Turns references into pictures and tables; `None` after complaints.
    fn bulletin_content(
        &self,
        item: &BulletinItem,
        place: Place,
        used: &Used<'_>,
        complaints: &mut Complaints<'_>,
    ) -> Result<Option<bulletins::Content>, ImportError> {
        let mut body = Vec::with_capacity(item.body.len());
        for piece in &item.body {
            match piece {
                Piece::Block(block) => body.push(block.clone()),
                Piece::Picture {
                    path,
                    caption,
                    line,
                } => match self.media.picture(&used.path(path), caption)? {
                    Ok(picture) => body.push(Block::Picture(picture)),
                    Err(message) => complaints.line(*line, format!("{path}：{message}")),
                },
                Piece::Csv { path, title, .. } => {
                    let relative = used.relative(path);
                    match self.folder.read_text(relative) {
                        Ok((_, text)) => {
                            let mut about = Complaints::about(relative);
                            let table = Block::Table(table::from_csv(&text, title, &mut about));
                            body.push(readable(table));
                            complaints.extend(about.into_vec());
                        }
                        Err(complaint) => complaints.extend(vec![complaint]),
                    }
                }
            }
        }
        let cover = match &item.cover {
            Some((path, line)) => match self.media.picture(&used.path(path), "")? {
                Ok(picture) => Some(picture),
                Err(message) => {
                    complaints.line(*line, format!("{path}：{message}"));
                    None
                }
            },
            None => None,
        };
        Ok(complaints.is_empty().then(|| bulletins::Content {
            list: place.list,
            organization_id: place.organization_id,
            audience_id: place.audience_id,
            title: item.head.title.clone(),
            summary: item.summary.clone(),
            expires_at_ms: item.expires_at_ms,
            urgent: item.urgent,
            cover,
            body,
        }))
    }
}
