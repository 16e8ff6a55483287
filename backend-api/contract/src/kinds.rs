//! The kinds of lists and documents there are: each is one row of a table here, and everything that
//! differs from kind to kind by name only is asked of the row.
//!
//! A new list kind is a row of `ListingKind`. A new document kind is a row of `document_kinds`, with
//! the structure of the same name in its own module ([`FeedDocument`] for it beside it), brought into
//! [`feed`](crate::feed); the store then does not compile until its `register` knows the kind.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Id of the one township document.
pub const TOWNSHIP_ID: &str = "township";

/// What every document of the feed can be asked, whatever its kind.
pub trait FeedDocument {
    /// The id under which a terminal keeps it.
    fn id(&self) -> &str;

    /// When it was published, Unix milliseconds; `None` for documents without such a time, whose other
    /// times may lie in the future.
    fn published_at_ms(&self) -> Option<i64>;
}

/// The table of document kinds: hands its rows to the macro `$rows`.
macro_rules! document_kinds {
    ($rows:ident) => {
        $rows! {
            /// Sections and names; there is one, with the id [`TOWNSHIP_ID`].
            Township = "township",
            /// A bulletin, honour or guide.
            Bulletin = "bulletin",
            /// A programme.
            Programme = "programme",
            /// A meeting: planned, going on, or over in the last days.
            Meeting = "meeting",
            /// The page of an organization; its id is the organization's.
            Branch = "branch",
            /// An evaluation, a questionnaire or a motion.
            Evaluation = "evaluation",
        }
    };
}
pub(crate) use document_kinds;

macro_rules! document_kind {
    ($($(#[$meta:meta])* $kind:ident = $name:literal,)*) => {
        /// What a document of the feed is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum DocumentKind {
            $($(#[$meta])* $kind,)*
        }

        impl DocumentKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Its name on the wire and in databases.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}
document_kinds!(document_kind);

impl DocumentKind {
    /// The kind with this [name](Self::name).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// What is known of one list kind.
struct Facts {
    name: &'static str,
    noun: &'static str,
    /// Other words for it in a content folder.
    also: &'static [&'static str],
    holds: Option<DocumentKind>,
    has_folder: bool,
}

macro_rules! listing_kinds {
    ($($(#[$meta:meta])* $kind:ident = $name:literal {
        noun: $noun:literal, also: $also:expr, holds: $holds:expr, has_folder: $has_folder:literal,
    })*) => {
        /// What a list holds, which decides how it is shown.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ListingKind {
            $(
                $(#[$meta])*
                #[serde(rename = $name)]
                $kind,
            )*
            /// A kind that came after this program; no server sends this word. A terminal leaves such a list
            /// out until its program is brought up to date.
            #[serde(other)]
            Unknown,
        }

        impl ListingKind {
            /// Every kind but [`Unknown`](Self::Unknown).
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            const fn facts(self) -> Facts {
                match self {
                    $(Self::$kind => Facts {
                        name: $name, noun: $noun, also: &$also, holds: $holds, has_folder: $has_folder,
                    },)*
                    Self::Unknown => Facts {
                        name: "unknown", noun: "不认识的", also: &[], holds: None, has_folder: false,
                    },
                }
            }
        }
    };
}

listing_kinds! {
    /// Bulletins, newest first, by title, office and date.
    #[default]
    Bulletins = "bulletins" {
        noun: "公告", also: ["公示"], holds: Some(DocumentKind::Bulletin), has_folder: true,
    }
    /// People and branches to look up to, with photographs.
    Honours = "honours" {
        noun: "先锋", also: [], holds: Some(DocumentKind::Bulletin), has_folder: true,
    }
    /// How to get something done; sorted by title.
    Guides = "guides" {
        noun: "指南", also: [], holds: Some(DocumentKind::Bulletin), has_folder: true,
    }
    /// Video.
    Programmes = "programmes" {
        noun: "节目", also: [], holds: Some(DocumentKind::Programme), has_folder: true,
    }
    /// Meetings: what is live, today and this week.
    Meetings = "meetings" {
        noun: "会议", also: [], holds: Some(DocumentKind::Meeting), has_folder: false,
    }
    /// Duty rooms: what of this place can be looked into, and who did.
    Duty = "duty" {
        noun: "坐班", also: [], holds: None, has_folder: false,
    }
    /// Organizations: what they are, and how they are reached. The own one first.
    Branches = "branches" {
        noun: "支部", also: ["支部主页"], holds: Some(DocumentKind::Branch), has_folder: true,
    }
    /// Evaluations and questionnaires: the open ones first, then those that are over.
    Evaluations = "evaluations" {
        noun: "测评", also: ["问卷", "评议"], holds: Some(DocumentKind::Evaluation), has_folder: true,
    }
    /// How evaluations came out.
    Results = "results" {
        noun: "评议结果", also: [], holds: Some(DocumentKind::Evaluation), has_folder: false,
    }
}

impl ListingKind {
    /// Its name on the wire, in databases and in a content folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The word an office has for it, e.g. 公告.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        self.facts().noun
    }

    /// Which documents stand in such a list; `None` if what it shows is not a document of the feed.
    #[must_use]
    pub const fn holds(self) -> Option<DocumentKind> {
        self.facts().holds
    }

    /// The folder of a content folder whose files go into lists of this kind; `None` if they are
    /// filled in another way.
    #[must_use]
    pub const fn folder(self) -> Option<&'static str> {
        if self.facts().has_folder {
            Some(self.facts().name)
        } else {
            None
        }
    }

    /// The kind with this [name](Self::name).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The kind an office means by this word: its name, its noun, or another word for it.
    #[must_use]
    pub fn meant_by(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| {
            let facts = kind.facts();
            facts.name == word || facts.noun == word || facts.also.contains(&word)
        })
    }

    /// The kind whose files lie in this folder of a content folder.
    #[must_use]
    pub fn of_folder(folder: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.folder() == Some(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_called_what_every_program_in_the_field_knows() {
        let names: Vec<_> = ListingKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(
            names,
            [
                "bulletins",
                "honours",
                "guides",
                "programmes",
                "meetings",
                "duty",
                "branches",
                "evaluations",
                "results"
            ]
        );
        for kind in ListingKind::ALL.iter().chain([&ListingKind::Unknown]) {
            let wire = serde_json::to_value(kind).unwrap();
            assert_eq!(wire, kind.name());
            assert_eq!(serde_json::from_value::<ListingKind>(wire).unwrap(), *kind);
        }
        let later: ListingKind = serde_json::from_str("\"ballots\"").unwrap();
        assert_eq!(later, ListingKind::Unknown);
        assert_eq!(ListingKind::default(), ListingKind::Bulletins);
    }

    #[test]
    fn a_word_means_one_list_kind() {
        for kind in ListingKind::ALL {
            for word in [kind.name(), kind.noun()] {
                assert_eq!(ListingKind::meant_by(word), Some(*kind), "{word}");
            }
            assert_eq!(ListingKind::named(kind.name()), Some(*kind));
        }
        assert_eq!(ListingKind::meant_by("公示"), Some(ListingKind::Bulletins));
        assert_eq!(ListingKind::named("公告"), None);
        // Nobody can ask for a list of what this program does not know.
        for word in ["unknown", "不认识的", ""] {
            assert_eq!(ListingKind::meant_by(word), None);
            assert_eq!(ListingKind::named(word), None);
        }
    }

    #[test]
    fn content_folders_and_what_lists_hold() {
        let folders: Vec<_> = ListingKind::ALL
            .iter()
            .filter_map(|kind| kind.folder())
            .collect();
        assert_eq!(
            folders,
            [
                "bulletins",
                "honours",
                "guides",
                "programmes",
                "branches",
                "evaluations"
            ]
        );
        assert_eq!(
            ListingKind::of_folder("honours"),
            Some(ListingKind::Honours)
        );
        for other in ["meetings", "duty", "results", "unknown", ""] {
            assert_eq!(ListingKind::of_folder(other), None);
        }
        let hold: Vec<_> = ListingKind::ALL.iter().map(|kind| kind.holds()).collect();
        assert_eq!(
            hold,
            [
                Some(DocumentKind::Bulletin),
                Some(DocumentKind::Bulletin),
                Some(DocumentKind::Bulletin),
                Some(DocumentKind::Programme),
                Some(DocumentKind::Meeting),
                None,
                Some(DocumentKind::Branch),
                Some(DocumentKind::Evaluation),
                Some(DocumentKind::Evaluation)
            ]
        );
        assert_eq!(ListingKind::Unknown.holds(), None);
    }

    #[test]
    fn documents_are_called_what_databases_in_the_field_hold() {
        let names: Vec<_> = DocumentKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(
            names,
            [
                "township",
                "bulletin",
                "programme",
                "meeting",
                "branch",
                "evaluation"
            ]
        );
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::named(kind.name()), Some(*kind));
        }
        assert_eq!(DocumentKind::named("ballot"), None);
    }
}
