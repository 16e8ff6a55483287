//! The kinds of documents that are listed, searched and opened: all of the feed but the township. Each
//! is a line of the table here and a file that says what is kept of it ([`Stored`]); what stores,
//! searches and forgets documents asks the table, and names no kind.
//!
//! What one kind has alone (which lists it stands in, who has read it) is read where that is shown.

mod branch;
mod bulletin;
mod category;
mod evaluation;
mod meeting;
mod programme;
mod stored;

use contract::branch::Branch;
use contract::bulletin::Bulletin;
use contract::evaluation::Evaluation;
use contract::feed::Document;
use contract::kinds::DocumentKind as FeedKind;
use contract::meeting::Meeting;
use contract::programme::Programme;
use contract::request::Category;
use contract::township::{ListingKind, Township};
use rusqlite::Transaction;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

pub(super) use self::stored::{Row, Stored};

/// A document, ready to be written but for what searching and sorting need.
pub(super) struct Kept<'a> {
    pub(super) kind: DocumentKind,
    pub(super) row: Row<'a>,
    pub(super) json: String,
}

/// What a document of the feed is here.
pub(super) enum Content<'a> {
    /// Sections and names: no document among others.
    Township(&'a Township),
    /// One of the kinds.
    Document(Kept<'a>),
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $number:literal,)*) => {
        /// What kind of document something is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum DocumentKind {
            $($(#[$meta])* $kind,)*
        }

        impl DocumentKind {
            const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// As it is on the disk.
            pub(super) const fn number(self) -> i64 {
                match self {
                    $(Self::$kind => $number,)*
                }
            }

            /// The kind with this [number](Self::number); `None`: one of a newer program, which has filled
            /// this cache.
            pub(super) fn numbered(number: i64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$kind),)*
                    _ => None,
                }
            }

            const fn in_feed(self) -> FeedKind {
                match self {
                    $(Self::$kind => FeedKind::$kind,)*
                }
            }

            const fn is_news(self) -> bool {
                match self {
                    $(Self::$kind => <$kind as Stored>::IS_NEWS,)*
                }
            }

            /// See [`Stored::written`].
            pub(super) fn written(self, tx: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<()> {
                match self {
                    $(Self::$kind => <$kind as Stored>::written(tx, row),)*
                }
            }

            /// Hands over a document as it was read again from its JSON; `None`: it cannot be read.
            pub(super) fn reread<T>(self, json: &str, take: impl FnOnce(Kept<'_>) -> T) -> Option<T> {
                match self {
                    $(Self::$kind => {
                        let inner: $kind = serde_json::from_str(json).ok()?;
                        keep(self, &inner).ok().map(take)
                    })*
                }
            }

            /// See [`Stored::is_over`].
            pub(super) fn is_over(self, json: &str, expires_at_ms: i64, now_ms: i64) -> bool {
                match self {
                    $(Self::$kind => <$kind as Stored>::is_over(json, expires_at_ms, now_ms),)*
                }
            }
        }

        /// What a document of the feed is here.
        pub(super) fn content(document: &Document) -> serde_json::Result<Content<'_>> {
            Ok(match document {
                Document::Township(township) => Content::Township(township),
                $(Document::$kind(inner) => Content::Document(keep(DocumentKind::$kind, inner)?),)*
            })
        }
    };
}

// A number is on the disk, and never means another kind.
kinds! {
    /// A bulletin, honour or guide.
    Bulletin = 0,
    /// A programme.
    Programme = 1,
    /// A meeting.
    Meeting = 2,
    /// The page of an organization.
    Branch = 3,
    /// A category of one-key service.
    Category = 4,
    /// An evaluation, a questionnaire or a motion.
    Evaluation = 5,
}

/// What is kept of a document of this kind.
pub(super) fn keep<D: Stored>(kind: DocumentKind, inner: &D) -> serde_json::Result<Kept<'_>> {
    Ok(Kept {
        kind,
        row: inner.row(),
        json: serde_json::to_string(inner)?,
    })
}

impl DocumentKind {
    /// What a list of such documents is that the township does not name.
    pub(super) fn usual_list(self) -> ListingKind {
        let holds = |kind: &&ListingKind| kind.holds() == Some(self.in_feed());
        let mut all = ListingKind::ALL.iter();
        all.find(holds).copied().unwrap_or(ListingKind::Unknown)
    }
}

/// The numbers of those that are shown among what is new, for SQL.
pub(super) fn news() -> String {
    numbers(|kind| kind.is_news())
}

/// The numbers of all kinds, for SQL: a newer program may have filled this cache.
pub(super) fn known() -> String {
    numbers(|_| true)
}

fn numbers(wanted: impl Fn(DocumentKind) -> bool) -> String {
    let kinds = DocumentKind::ALL.iter().filter(|kind| wanted(**kind));
    let numbers: Vec<String> = kinds.map(|kind| kind.number().to_string()).collect();
    numbers.join(", ")
}

impl ToSql for DocumentKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.number().into())
    }
}

impl FromSql for DocumentKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        Self::numbered(number).ok_or(FromSqlError::OutOfRange(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_called_on_the_disk_as_ever_and_each_has_its_list() {
        let all: Vec<_> = DocumentKind::ALL
            .iter()
            .map(|kind| (kind.number(), kind.in_feed().name(), kind.usual_list()))
            .collect();
        assert_eq!(
            all,
            [
                (0, "bulletin", ListingKind::Bulletins),
                (1, "programme", ListingKind::Programmes),
                (2, "meeting", ListingKind::Meetings),
                (3, "branch", ListingKind::Branches),
                (4, "category", ListingKind::Services),
                (5, "evaluation", ListingKind::Evaluations),
            ]
        );
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::numbered(kind.number()), Some(*kind));
        }
        assert_eq!(DocumentKind::numbered(99), None);
        assert_eq!(
            (news().as_str(), known().as_str()),
            ("0, 1", "0, 1, 2, 3, 4, 5")
        );
    }

    #[test]
    fn every_document_of_the_feed_but_the_township_has_a_kind() {
        let here: Vec<FeedKind> = DocumentKind::ALL
            .iter()
            .map(|kind| kind.in_feed())
            .collect();
        let others = FeedKind::ALL.iter().filter(|kind| !here.contains(kind));
        assert_eq!(others.collect::<Vec<_>>(), [&FeedKind::Township]);
    }
}
