//! Every part of the store and every kind of document in its feed.
//!
//! Only what looks after all of them imports this: [`feed`](crate::feed),
//! [`organizations`](crate::organizations), [`integrity`](crate::integrity),
//! [`scrub`](crate::scrub), [`sealing`](crate::sealing). A part never does.

use contract::kinds::DocumentKind;

use crate::feed_kind::FeedKind;
use crate::part::Part;
use crate::{
    attachments, audit, branches, bulletins, categories, due, duty, enrolments, evaluations,
    feed_entries, files, films, households, idempotency, journal, keepers, limits, meetings,
    member_sessions, members, notices, phone_links, programmes, progress, recovery, remote_actions,
    report_keys, requests, reveals, roll_calls, settings, staff, submissions, terminals, township,
    tree, uploads,
};

/// Every part. A table that belongs to none fails a test.
pub(crate) const PARTS: &[&Part] = &[
    &attachments::PART,
    &audit::PART,
    &branches::PART,
    &bulletins::PART,
    &categories::PART,
    &due::PART,
    &duty::PART,
    &enrolments::PART,
    &evaluations::PART,
    &feed_entries::PART,
    &files::PART,
    &films::PART,
    &households::PART,
    &idempotency::PART,
    &journal::PART,
    &keepers::PART,
    &limits::PART,
    &meetings::PART,
    &member_sessions::PART,
    &members::PART,
    &notices::PART,
    &phone_links::PART,
    &programmes::PART,
    &progress::PART,
    &recovery::PART,
    &remote_actions::PART,
    &report_keys::PART,
    &requests::PART,
    &reveals::PART,
    &roll_calls::PART,
    &settings::PART,
    &staff::PART,
    &submissions::PART,
    &terminals::PART,
    &township::PART,
    &tree::PART,
    &uploads::PART,
];

/// How the store keeps documents of this kind.
pub(crate) fn feed_kind(kind: DocumentKind) -> &'static dyn FeedKind {
    match kind {
        DocumentKind::Township => &township::Kind,
        DocumentKind::Bulletin => &bulletins::Kind,
        DocumentKind::Programme => &programmes::Kind,
        DocumentKind::Meeting => &meetings::Kind,
        DocumentKind::Branch => &branches::Kind,
        DocumentKind::Category => &categories::Kind,
        DocumentKind::Evaluation => &evaluations::Kind,
    }
}

/// Every kind of document in the feed.
pub(crate) fn feed_kinds() -> impl Iterator<Item = &'static dyn FeedKind> {
    DocumentKind::ALL.iter().map(|kind| feed_kind(*kind))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::driver::params;
    use crate::testing::TestDatabase;

    #[test]
    fn every_kind_stands_at_its_own_place() {
        for kind in DocumentKind::ALL {
            assert_eq!(feed_kind(*kind).kind(), *kind);
        }
    }

    /// Columns of the schema as `table.column`.
    fn schema() -> BTreeSet<(String, String)> {
        let database = TestDatabase::sqlite();
        let columns = database.open().read(|tx| {
            let rows = tx.query(
                "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'
                   AND t.name <> 'schema_migrations'",
                params![],
            )?;
            rows.iter()
                .map(|row| Ok((row.text(0)?, row.text(1)?)))
                .collect::<crate::Result<_>>()
        });
        columns.unwrap()
    }

    #[test]
    fn every_table_belongs_to_one_part() {
        let mut claimed: Vec<&str> = PARTS
            .iter()
            .flat_map(|part| part.tables.iter().chain(part.scrubbed))
            .copied()
            .collect();
        claimed.sort_unstable();
        let schema = schema();
        let tables: BTreeSet<&str> = schema.iter().map(|(table, _)| table.as_str()).collect();
        assert_eq!(
            claimed,
            tables.into_iter().collect::<Vec<_>>(),
            "left: what the parts of register.rs say; right: the schema"
        );
    }

    #[test]
    fn every_sealed_column_counts_as_sealed() {
        let sealed: Vec<&str> = PARTS.iter().flat_map(|part| part.sealed).copied().collect();
        for (table, column) in schema() {
            if column.ends_with("_sealed") {
                let names = |sealed: &&str| {
                    sealed.starts_with(&format!("{table} ")) && sealed.contains(&column)
                };
                assert!(
                    sealed.iter().any(names),
                    "{table}.{column} is in no part's `sealed`"
                );
            }
        }
    }

    #[test]
    fn every_shelf_has_what_the_feed_asks_of_it() {
        let schema = schema();
        for kind in feed_kinds() {
            let Some(shelf) = kind.shelf() else { continue };
            for column in ["id", "organization_id", "audience_id"] {
                let wanted = (shelf.table.to_owned(), column.to_owned());
                assert!(schema.contains(&wanted), "{}.{column}", shelf.table);
            }
        }
    }
}
