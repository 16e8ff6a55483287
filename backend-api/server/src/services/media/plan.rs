//! What the media of a program have to do.

use std::collections::BTreeMap;

use contract::meeting::Layout;

use super::streams::Who;

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
