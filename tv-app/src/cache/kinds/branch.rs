//! Pages of organizations.

use contract::branch::Branch;

use super::stored::{Row, Stored};

impl Stored for Branch {
    /// A page is changed in a word now and then: that is no news.
    const IS_NEWS: bool = false;

    fn row(&self) -> Row<'_> {
        let mut row = Row {
            id: &self.id,
            title: &self.organization.name,
            organization: &self.organization.name,
            at_ms: self.published_at_ms,
            picture: self.photo.as_ref(),
            ..Row::default()
        };
        if let Some(photo) = &self.photo {
            row.need(photo);
        }
        row
    }
}
