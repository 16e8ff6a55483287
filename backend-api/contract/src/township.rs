//! What a township calls its sections and lists: configuration, not code.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kinds::{FeedDocument, TOWNSHIP_ID};

pub use crate::kinds::ListingKind;

/// The face of one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Township {
    /// The name of the place, e.g. 清河镇.
    pub name: String,
    /// What the product is called there, e.g. 清河镇智慧党建.
    pub title: String,
    /// Sections in the order of their digits; up to six.
    pub sections: Vec<Section>,
    /// Whom people call who need help with the television or with what they ask; up to three, the first one first.
    #[serde(default)]
    pub help: Vec<HelpContact>,
    /// Words that televisions would read aloud wrongly; up to 300.
    #[serde(default)]
    pub pronunciations: Vec<Pronunciation>,
    /// When televisions at home say nothing by themselves, but for danger to life.
    #[serde(default)]
    pub quiet: QuietHours,
    /// A meeting that is live fills the screen of a television at Home that nobody uses, instead of asking.
    #[serde(default)]
    pub live_fills_home: bool,
}

/// Hours of every night in which people sleep, on the clock of China.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuietHours {
    /// The hour it begins at, 0 to 23.
    #[schema(maximum = 23)]
    pub from_hour: u8,
    /// The hour it ends at, 0 to 23; the same hour: there is none.
    #[schema(maximum = 23)]
    pub until_hour: u8,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self {
            from_hour: 22,
            until_hour: 6,
        }
    }
}

impl QuietHours {
    /// Whether this hour of the day is one of them.
    #[must_use]
    pub const fn holds(self, hour: u8) -> bool {
        if self.from_hour <= self.until_hour {
            self.from_hour <= hour && hour < self.until_hour
        } else {
            self.from_hour <= hour || hour < self.until_hour
        }
    }
}

/// Somebody who helps on the telephone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpContact {
    /// Which office it is, 1 to 20 characters: 党政办公室.
    pub office: String,
    /// Its number as people dial it, at most 30 characters: 0512-40000001 转 8.
    pub telephone: String,
    /// Who answers there, at most 20 characters; may be empty: 袁月华.
    #[serde(default)]
    pub name: String,
    /// When somebody answers, at most 20 characters; may be empty: 工作日 8:30–17:30.
    #[serde(default)]
    pub hours: String,
}

/// A word, and how it is read aloud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pronunciation {
    /// As it is written, 1 to 12 characters: 单家村.
    pub word: String,
    /// Characters that sound as it does, 1 to 24: 善家村.
    pub said: String,
}

/// One section of the home screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Section {
    /// Key that opens it, 1 to 6.
    pub digit: u8,
    /// Short stable name, e.g. `disclosure`.
    pub id: String,
    /// Name on the screen, e.g. 党务公开.
    pub title: String,
    /// Colour of its tile as `#rrggbb`; text on it is warm off-white, so it must be dark.
    pub color: String,
    /// Name of an icon of the icon set, e.g. `file-list`.
    #[serde(default)]
    pub icon: String,
    /// What is inside.
    pub listings: Vec<Listing>,
}

/// One list inside a section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listing {
    /// Short stable name that bulletins and programmes refer to, e.g. `finance`.
    pub id: String,
    /// Name on the screen, e.g. 财务公示.
    pub title: String,
    /// What it lists.
    pub kind: ListingKind,
    /// What will appear here, for when it is empty.
    #[serde(default)]
    pub about: String,
}

impl FeedDocument for Township {
    fn id(&self) -> &str {
        TOWNSHIP_ID
    }

    fn published_at_ms(&self) -> Option<i64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from_hour: u8, until_hour: u8) -> Vec<u8> {
        let quiet = QuietHours {
            from_hour,
            until_hour,
        };
        (0..24).filter(|hour| quiet.holds(*hour)).collect()
    }

    #[test]
    fn quiet_hours_go_over_midnight_or_do_not_and_may_be_none() {
        assert_eq!(hours(22, 6), [0, 1, 2, 3, 4, 5, 22, 23]);
        assert_eq!(hours(0, 5), [0, 1, 2, 3, 4]);
        assert_eq!(hours(12, 14), [12, 13]);
        assert_eq!(hours(6, 6), [0_u8; 0]);
    }

    #[test]
    fn a_township_of_before_is_quiet_from_22_to_6_and_asks() {
        let old = r#"{"name":"清河镇","title":"清河镇智慧党建","sections":[]}"#;
        let township: Township = serde_json::from_str(old).unwrap();
        assert_eq!(township.quiet, QuietHours::default());
        assert!(!township.live_fills_home);
    }
}
