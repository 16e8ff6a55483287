//! Programmes as staff make them of films that they uploaded, and as they see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::CurrentState;
use crate::file::Picture;
use crate::programme::Programme;
use crate::staff::TakenBack;

/// Where a programme stands. Terminals only ever see `Published` ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgrammeState {
    /// Being made.
    Draft,
    /// Visible to its audience.
    #[default]
    Published,
    /// Taken back by staff, or with the item of the folder it came from.
    Withdrawn,
}

impl From<ProgrammeState> for CurrentState {
    fn from(state: ProgrammeState) -> Self {
        let (name, says) = match state {
            ProgrammeState::Draft => ("draft", "节目目前为“草稿”"),
            ProgrammeState::Published => ("published", "节目目前为“已发布”"),
            ProgrammeState::Withdrawn => ("withdrawn", "节目目前为“已撤下”"),
        };
        Self { name, says }
    }
}

/// What a list of programmes is narrowed to: of a draft its film counts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgrammeStand {
    /// A draft whose film is being made, or waits for it.
    Making,
    /// A draft whose film could not be made.
    Failed,
    /// A draft that could be published.
    Draft,
    /// Visible to its audience.
    Published,
    /// Taken back; they are listed in no other way.
    Withdrawn,
}

/// How far the server is with making a film of what was uploaded that every box plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilmState {
    /// Its turn has not come: films are made one at a time.
    Waiting,
    /// It is being made; see [`Film::percent`].
    Transcoding,
    /// It can be played.
    #[default]
    Ready,
    /// It could not be made; see [`Film::problem`].
    Failed,
}

impl From<FilmState> for CurrentState {
    fn from(state: FilmState) -> Self {
        let (name, says) = match state {
            FilmState::Waiting => ("waiting", "影片正在排队等待处理"),
            FilmState::Transcoding => ("transcoding", "影片正在处理"),
            FilmState::Ready => ("ready", "影片已经处理好"),
            FilmState::Failed => ("failed", "影片没有处理成功"),
        };
        Self { name, says }
    }
}

/// The film of a programme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Film {
    /// How far it is.
    pub state: FilmState,
    /// How much of it is made, 0 to 100.
    #[serde(default)]
    #[schema(required = true)]
    pub percent: u32,
    /// Why it could not be made, in Chinese, with what to do.
    #[serde(default)]
    pub problem: Option<String>,
    /// Whether the same can be tried again (`POST /api/v1/programmes/{id}/film`): what was uploaded is still
    /// there. Otherwise it has to be uploaded once more.
    #[serde(default)]
    #[schema(required = true)]
    pub may_retry: bool,
}

/// Captions that staff give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaptionText {
    /// BCP 47 language tag, e.g. `zh-CN`.
    pub language: String,
    /// The text of a `.vtt` or `.srt` file; left out: those there are in this language stay.
    #[serde(default)]
    pub text: Option<String>,
}

/// What staff write of a programme: `PUT /api/v1/programmes/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProgrammeEdit {
    /// The list it belongs to.
    pub category: String,
    /// Code of the organization that publishes it.
    pub organization_code: String,
    /// Code of the organization whose subtree may watch it; empty: that of who publishes it.
    #[serde(default)]
    pub audience_code: String,
    /// Title.
    pub title: String,
    /// What it is about; may be empty.
    #[serde(default)]
    pub summary: String,
    /// Captions, one a language. Those of a language that is not named are taken away.
    #[serde(default)]
    pub captions: Vec<CaptionText>,
    /// Still picture, an answer of `POST /api/v1/pictures`; left out: the one there is stays, or one of the
    /// film is taken.
    #[serde(default)]
    pub poster: Option<Picture>,
    /// The date it carries, which is its place in the list: the latest stands first. Left out: it stays, and
    /// for a draft it is when it is published.
    #[serde(default)]
    pub dated_at_ms: Option<i64>,
}

/// A programme of a film that was uploaded: `POST /api/v1/programmes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewProgramme {
    /// Id of the upload, all bytes of which are here.
    pub upload: String,
    /// From where in the film the still picture is taken, if none is given.
    #[serde(default)]
    pub poster_at_ms: Option<i64>,
    /// What is written of it.
    #[serde(flatten)]
    pub edit: ProgrammeEdit,
}

/// Which film to make: `POST /api/v1/programmes/{id}/film`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilmAgain {
    /// Id of another upload; left out: the one there is, once more.
    #[serde(default)]
    pub upload: Option<String>,
}

/// A still picture of a programme's film: `POST /api/v1/programmes/{id}/still`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StillRequest {
    /// From where in the film, in milliseconds.
    pub at_ms: i64,
}

/// How often a programme was watched, at how many televisions: counts and nothing about any of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProgrammeFigures {
    /// Televisions that played some of it; none: fewer than five.
    #[serde(default)]
    pub played: Option<u32>,
    /// Those that played most of it; none: fewer than five, or all but fewer than five.
    #[serde(default)]
    pub finished: Option<u32>,
}

/// A programme as staff see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffProgramme {
    /// As terminals are shown it. Without renditions until its film is ready.
    #[serde(flatten)]
    pub programme: Programme,
    /// Where it stands.
    pub state: ProgrammeState,
    /// Counts up with every change; send it back as `If-Match`.
    pub version: i64,
    /// Code of the organization that publishes it.
    pub organization_code: String,
    /// Code of the organization whose subtree may watch it.
    pub audience_code: String,
    /// Whether it comes from a folder, which writes over it with the next import.
    #[serde(default)]
    #[schema(required = true)]
    pub imported: bool,
    /// When it was changed last.
    pub updated_at_ms: i64,
    /// Its film.
    pub film: Film,
    /// Why it was withdrawn.
    #[serde(default)]
    pub taken_back: Option<TakenBack>,
    /// How often it was watched; in lists it is left out.
    #[serde(default)]
    pub figures: Option<ProgrammeFigures>,
}
