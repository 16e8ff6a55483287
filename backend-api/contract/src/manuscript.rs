//! Files of office programs that become the text of a bulletin.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bulletin::Block;

/// What a file is, judged by what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ManuscriptKind {
    /// PDF with text.
    Pdf,
    /// Word and WPS since 2007.
    Docx,
    /// Word and WPS before.
    Doc,
}

/// `POST /api/v1/manuscripts`: a file turned into blocks. Nothing is kept but its pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Manuscript {
    /// What it was.
    pub kind: ManuscriptKind,
    /// Its text, ready for a bulletin.
    pub blocks: Vec<Block>,
    /// What looks other than in the file or could not be turned, in reading order: nothing else is lost.
    pub remarks: Vec<ManuscriptRemark>,
}

/// Something that is other than in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ManuscriptRemark {
    /// Page, from 1, where the file has pages.
    #[serde(default)]
    pub page: Option<u32>,
    /// Where, in words; may be empty.
    pub place: String,
    /// What became of it and what to do.
    pub message: String,
}
