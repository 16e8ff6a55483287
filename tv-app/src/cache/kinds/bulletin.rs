//! Bulletins, honours and guides.

use contract::bulletin::{Block, Bulletin};
use contract::file::Picture;

use super::stored::{Row, Stored};

fn pictures(bulletin: &Bulletin) -> impl Iterator<Item = &Picture> {
    bulletin.body.iter().filter_map(|block| match block {
        Block::Picture(picture) => Some(picture),
        _ => None,
    })
}

impl Stored for Bulletin {
    const IS_NEWS: bool = true;

    fn row(&self) -> Row<'_> {
        let mut row = Row {
            id: &self.id,
            list: &self.list,
            title: &self.title,
            summary: &self.summary,
            organization: &self.organization.name,
            at_ms: self.published_at_ms,
            expires_at_ms: self.expires_at_ms,
            urgent: self.urgent,
            picture: self.cover.as_ref().or_else(|| pictures(self).next()),
            ..Row::default()
        };
        for picture in self.cover.iter().chain(pictures(self)) {
            row.need(picture);
        }
        row
    }
}
