//! The feed: everything that changed for one terminal since a cursor.
//!
//! `GET /api/v1/feed?cursor=…` answers 304 when nothing is new (`If-None-Match`). A terminal
//! applies a page and its cursor in one transaction, and asks again while `more` is set.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::branch::Branch;
use crate::bulletin::Bulletin;
use crate::evaluation::Evaluation;
use crate::kinds::{DocumentKind, FeedDocument, document_kinds};
use crate::meeting::Meeting;
use crate::programme::Programme;
use crate::request::Category;
use crate::township::Township;

pub use crate::kinds::TOWNSHIP_ID;

/// One page of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedPage {
    /// Hand this back to get what comes after this page.
    pub cursor: String,
    /// There is another page already.
    pub more: bool,
    /// The cursor that was handed in is unknown here (restored backup, other server, the
    /// terminal moved to another audience): forget every document before applying this page.
    #[serde(default)]
    pub reset: bool,
    /// The server's clock when it answered.
    pub server_time_ms: i64,
    /// Changes, oldest first; at most one per document.
    pub changes: Vec<Change>,
}

/// What happened to one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every change is a document; a box would only cost a hop"
)]
pub enum Change {
    /// It is new or different.
    Put {
        /// The whole document.
        document: Document,
    },
    /// It is gone for this terminal: withdrawn, expired, or no longer in its audience.
    Delete {
        /// Its id.
        id: String,
    },
}

macro_rules! document {
    ($($(#[$meta:meta])* $kind:ident = $name:literal,)*) => {
        /// Anything a terminal keeps.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Document {
            $(
                $(#[$meta])*
                #[serde(rename = $name)]
                $kind($kind),
            )*
        }

        impl Document {
            /// What it is.
            #[must_use]
            pub const fn kind(&self) -> DocumentKind {
                match self {
                    $(Self::$kind(_) => DocumentKind::$kind,)*
                }
            }

            fn inner(&self) -> &dyn FeedDocument {
                match self {
                    $(Self::$kind(inner) => inner,)*
                }
            }
        }

        $(
            impl From<$kind> for Document {
                fn from(inner: $kind) -> Self {
                    Self::$kind(inner)
                }
            }
        )*
    };
}
document_kinds!(document);

impl Document {
    /// The id under which a terminal keeps it.
    #[must_use]
    pub fn id(&self) -> &str {
        self.inner().id()
    }

    /// When it was published, Unix milliseconds; `None` for documents without such a time.
    #[must_use]
    pub fn published_at_ms(&self) -> Option<i64> {
        self.inner().published_at_ms()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_on_the_wire_what_it_is() {
        let meeting = Meeting {
            id: "m".to_owned(),
            starts_at_ms: 5,
            ..Meeting::default()
        };
        let bulletin = Bulletin {
            id: "b".to_owned(),
            published_at_ms: 7,
            ..Bulletin::default()
        };
        let programme = Programme {
            id: "p".to_owned(),
            published_at_ms: 9,
            ..Programme::default()
        };
        let branch = Branch {
            id: "o".to_owned(),
            published_at_ms: 3,
            ..Branch::default()
        };
        let category = Category {
            id: "c".to_owned(),
            ..Category::default()
        };
        let evaluation = Evaluation {
            id: "e".to_owned(),
            announced_at_ms: 4,
            ..Evaluation::default()
        };
        let documents = [
            (Document::from(Township::default()), TOWNSHIP_ID, None),
            (bulletin.into(), "b", Some(7)),
            (programme.into(), "p", Some(9)),
            (meeting.into(), "m", None),
            (branch.into(), "o", Some(3)),
            (category.into(), "c", None),
            (evaluation.into(), "e", Some(4)),
        ];
        for ((document, id, published_at_ms), kind) in documents.iter().zip(DocumentKind::ALL) {
            assert_eq!(document.kind(), *kind);
            assert_eq!(document.id(), *id);
            assert_eq!(document.published_at_ms(), *published_at_ms);
            let wire = serde_json::to_value(document).unwrap();
            assert_eq!(wire["kind"], kind.name());
            assert_eq!(&serde_json::from_value::<Document>(wire).unwrap(), document);
        }
        assert_eq!(documents.len(), DocumentKind::ALL.len());
    }
}
