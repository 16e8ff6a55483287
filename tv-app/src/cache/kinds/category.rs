//! Categories of one-key service.

use contract::request::Category;

use super::stored::{Row, Stored};

impl Stored for Category {
    /// What can be asked for changes seldom, and is no news.
    const IS_NEWS: bool = false;

    fn row(&self) -> Row<'_> {
        Row {
            id: &self.id,
            title: &self.title,
            summary: &self.about,
            organization: &self.office,
            ..Row::default()
        }
    }
}
