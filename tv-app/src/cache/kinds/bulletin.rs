//! Bulletins, honours and guides.

use contract::bulletin::{Block, Bulletin};

use super::stored::{Row, Stored};

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
            picture: self.cover.as_ref(),
            ..Row::default()
        };
        let pictures = self.body.iter().filter_map(|block| match block {
            Block::Picture(picture) => Some(picture),
            _ => None,
        });
        for picture in self.cover.iter().chain(pictures) {
            row.need(picture);
        }
        row
    }
}
