//! Importing one programme.

use std::collections::BTreeSet;

use contract::file::FileRef;
use contract::programme::Caption;
use contract::township::ListingKind;
use store::{Outcome, Source, programmes};

use super::used::{Used, item_hash};
use super::{Import, Item, PICTURES, VIDEOS, stem};
use crate::import::check::Place;
use crate::import::complaint::Complaints;
use crate::import::item::{self, ProgrammeItem, Word};
use crate::import::media::picture_files;
use crate::import::progress::Progress;
use crate::import::{ImportError, captions};
use crate::services::kit::audit;

impl Import<'_> {
    pub(super) fn programme(
        &mut self,
        file: &str,
        videos: &mut BTreeSet<String>,
        progress: &mut dyn Progress,
    ) -> Item {
        let (bytes, text) = match self.folder.read_text(file) {
            Ok(read) => read,
            Err(complaint) => {
                // Its video is not without a description, the description is only unreadable.
                videos.retain(|video| stem(video) != stem(file));
                return self.refused([complaint]);
            }
        };
        videos.retain(|video| stem(video) != stem(file));
        let mut item = match item::parse_programme(file, &text) {
            Ok(item) => item,
            Err(complaints) => return self.refused(complaints),
        };
        let mut complaints = Complaints::about(file);
        let place = self
            .directory
            .place(&item.head, ListingKind::Programmes, &mut complaints);
        self.find_beside(file, &mut item);
        let mut used = Used::new(&self.folder, file);
        let Some(video) = item.video.clone() else {
            complaints.whole(format!(
                "找不到视频：请把视频文件命名为 {}.mp4 放在旁边，或写上 video = \"文件名\"",
                stem(file)
            ));
            return self.refused(complaints.into_vec());
        };
        used.take(&video, &mut complaints);
        for word in item.captions.iter().chain(&item.poster) {
            used.take(word, &mut complaints);
        }
        if let Some(relative) = used.files.get(&video.0) {
            videos.remove(&relative.0);
        }
        let Some(place) = place.filter(|_| complaints.is_empty()) else {
            return self.refused(complaints.into_vec());
        };
        let hash = item_hash(&bytes, &place, &used);
        if self.is_unchanged(file, &hash) {
            return Ok(Some(Outcome::Unchanged));
        }
        let Some((content, converted)) =
            self.programme_content(file, &item, &video, place, &used, &mut complaints, progress)?
        else {
            return self.refused(complaints.into_vec());
        };
        if let Some(why) = converted {
            self.report.converted.push((file.to_owned(), why));
        }
        if self.dry_run {
            return Ok(Some(self.expected(file)));
        }
        let files: Vec<FileRef> = picture_files(&content.poster)
            .into_iter()
            .chain(
                content
                    .renditions
                    .iter()
                    .map(|rendition| rendition.file.clone()),
            )
            .chain(content.captions.iter().map(|caption| caption.file.clone()))
            .collect();
        let source = Source {
            key: file.to_owned(),
            hash,
        };
        let now = self.now_ms();
        let imported = self.context.store.write(move |tx| {
            for file in &files {
                store::files::put(tx, file, now)?;
            }
            let imported = programmes::import(tx, &source, &content, now)?;
            audit::imported(tx, "programme", &imported, &content.organization_id, now)?;
            Ok::<_, store::Error>(imported)
        })?;
        Ok(Some(imported.outcome))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of `programme`, split for its length"
    )]
    fn programme_content(
        &self,
        file: &str,
        item: &ProgrammeItem,
        video: &Word,
        place: Place,
        used: &Used<'_>,
        complaints: &mut Complaints<'_>,
        progress: &mut dyn Progress,
    ) -> Result<Option<(programmes::Content, Option<String>)>, ImportError> {
        // Captions first: a typing mistake should not wait for an hour of transcoding.
        let mut captions_found = Vec::new();
        for (path, _) in &item.captions {
            let relative = used.relative(path);
            match self.folder.read_text(relative) {
                Ok((_, text)) => {
                    let mut about = Complaints::about(relative);
                    captions::check(&text, &mut about);
                    if about.is_empty() {
                        captions_found.push(Caption {
                            language: language_of(relative),
                            file: self.media.captions(text)?,
                        });
                    }
                    complaints.extend(about.into_vec());
                }
                Err(complaint) => complaints.extend(vec![complaint]),
            }
        }
        let path = used.path(&video.0);
        let sha256 = used.hash(&video.0);
        let poster = match &item.poster {
            Some((poster, line)) => (
                self.media.picture(&used.path(poster), &item.head.title)?,
                *line,
            ),
            None if complaints.is_empty() => (
                self.media.poster(&path, sha256, item.poster_at_ms)?,
                video.1,
            ),
            None => return Ok(None),
        };
        let poster = match poster {
            (Ok(poster), _) => poster,
            (Err(message), line) => {
                complaints.line(line, message);
                return Ok(None);
            }
        };
        if !complaints.is_empty() {
            return Ok(None);
        }
        let ready = match self.media.video(&path, sha256, file, progress)? {
            Ok(ready) => ready,
            Err(message) => {
                complaints.line(video.1, message);
                return Ok(None);
            }
        };
        let content = programmes::Content {
            category: place.list,
            organization_id: place.organization_id,
            audience_id: place.audience_id,
            title: item.head.title.clone(),
            description: item.description.clone(),
            published_at_ms: item.head.published_at_ms,
            duration_ms: ready.duration_ms,
            poster,
            renditions: vec![ready.rendition],
            captions: captions_found,
        };
        Ok(Some((content, ready.converted)))
    }

    /// Video, captions and poster that are not named are those of the same name beside the file.
    fn find_beside(&self, file: &str, item: &mut ProgrammeItem) {
        let base = file.rsplit_once('.').map_or(file, |(base, _)| base);
        let beside = |end: &str| {
            let candidate = format!("{base}.{end}");
            let name = candidate.rsplit('/').next().unwrap_or_default().to_owned();
            self.folder.has(&candidate).then_some((name, 1))
        };
        let either = |ends: &[&str]| {
            ends.iter()
                .find_map(|end| beside(end).or_else(|| beside(&end.to_uppercase())))
        };
        if item.video.is_none() {
            item.video = either(&VIDEOS);
        }
        if item.poster.is_none() {
            item.poster = either(&PICTURES);
        }
        if item.captions.is_empty() {
            item.captions = ["vtt", "zh-CN.vtt", "zh.vtt", "en.vtt"]
                .iter()
                .filter_map(|end| beside(end))
                .collect();
        }
    }
}

/// `春耕.en.vtt` → `en`; Chinese when the name does not say.
fn language_of(file: &str) -> String {
    let tag = stem(file)
        .rsplit_once('.')
        .map(|(_, tag)| tag)
        .unwrap_or_default();
    let is_tag = (2..=11).contains(&tag.len())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && tag.starts_with(|c: char| c.is_ascii_lowercase());
    if is_tag {
        tag.to_owned()
    } else {
        "zh-CN".to_owned()
    }
}
