//! Programmes.

use contract::programme::Programme;

use super::stored::{Row, Stored};
use crate::cache::file_class::FileClass;

impl Stored for Programme {
    const IS_NEWS: bool = true;

    fn row(&self) -> Row<'_> {
        let mut row = Row {
            id: &self.id,
            list: &self.category,
            title: &self.title,
            organization: &self.organization.name,
            at_ms: self.published_at_ms,
            duration_ms: self.duration_ms,
            picture: Some(&self.poster),
            ..Row::default()
        };
        row.need(&self.poster);
        let captions = self.captions.iter();
        row.files
            .extend(captions.map(|caption| (&caption.file, FileClass::Screen)));
        row
    }
}
