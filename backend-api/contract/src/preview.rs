//! What a document looks like on a television, before anybody sees it there: the television application makes
//! pictures of its own screen (`tv-app --preview`), and the server shows them to whoever writes the document.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::feed::Document;
use crate::organization::OrganizationRef;
use crate::township::Township;

/// Text sizes of a television, in percent.
pub const TEXT_SIZES: [u32; 3] = [100, 125, 150];

/// Pictures that are made of one document at most.
pub const MAX_PAGES: usize = 12;

/// What the television application is to make pictures of, as it reads it from a file or from standard input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewJob {
    /// A bulletin or a programme.
    pub document: Document,
    /// One of [`TEXT_SIZES`]; left out: the smallest.
    #[serde(default = "smallest")]
    pub text_size: u32,
    /// What time it is there, Unix milliseconds; left out: a minute after the document was published.
    #[serde(default)]
    pub at_ms: Option<i64>,
    /// The sections, which say what lists are called.
    #[serde(default)]
    pub township: Township,
    /// Whose television it is; left out: of whoever publishes the document.
    #[serde(default)]
    pub organization: Option<OrganizationRef>,
}

const fn smallest() -> u32 {
    TEXT_SIZES[0]
}

/// What the television application says on standard output when it has made them: `1.png`, `2.png`…
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewMade {
    /// How many.
    pub pages: usize,
    /// The document goes on after the last one.
    pub more: bool,
}

/// `POST /api/v1/bulletins/{id}/preview`, `POST /api/v1/programmes/{id}/preview`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewRequest {
    /// Text size in percent: 100, 125 or 150.
    pub text_size: u32,
}

/// Whether there are pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PreviewState {
    /// There are.
    #[default]
    Ready,
    /// The television application is not installed on this server: there can be none.
    NotInstalled,
}

/// Pictures of a television's screen that shows a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Whether there are any.
    pub state: PreviewState,
    /// The version of the document that they show.
    pub version: i64,
    /// Text size in percent.
    pub text_size: u32,
    /// JPEG pictures of 1920×1080 pixels in Base64: the screen as it is first seen, then each page further down.
    #[serde(default)]
    #[schema(required = true)]
    pub pages: Vec<String>,
    /// The document goes on after the last one.
    #[serde(default)]
    #[schema(required = true)]
    pub more: bool,
}
