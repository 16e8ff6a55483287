//! What the media have to do, derived from how the meeting stands.

use std::collections::BTreeMap;

use contract::meeting::Layout;

/// Somebody who sends picture and sound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// The host's page, or the encoder in its place.
    Host,
    /// A station's terminal.
    Station(String),
}

impl Who {
    /// The last part of its stream's id.
    #[must_use]
    pub fn stream(&self, meeting_id: &str) -> String {
        match self {
            Self::Host => format!("{meeting_id}/host"),
            Self::Station(terminal_id) => format!("{meeting_id}/station/{terminal_id}"),
        }
    }

    /// Its name inside the mixer.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Host => "host",
            Self::Station(terminal_id) => terminal_id,
        }
    }

    /// The opposite of [`Who::id`].
    #[must_use]
    pub fn from_id(id: &str) -> Self {
        if id == "host" {
            Self::Host
        } else {
            Self::Station(id.to_owned())
        }
    }
}

/// One source of the mixer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What is written on its tile.
    pub caption: String,
    /// Its sound is taken away.
    pub muted: bool,
}

/// What everybody watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The host, untouched.
    Host {
        /// Without its sound.
        muted: bool,
    },
    /// What the mixer makes.
    Mix,
}

/// What the media have to do. Comparing two plans tells what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The mixer has to be there.
    pub mixer: bool,
    /// It has to mix. While it only waits for somebody to be called on, it makes nothing.
    pub mixing: bool,
    /// What goes into it.
    pub sources: BTreeMap<Who, Source>,
    /// How its picture is put together.
    pub layout: Layout,
    /// Who speaks, the latest last; at most three.
    pub speakers: Vec<String>,
    /// The code in its picture.
    pub code: Option<String>,
    /// What everybody watches.
    pub program: Program,
}
