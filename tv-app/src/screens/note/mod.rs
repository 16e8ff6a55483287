//! What somebody says of a request beside its category: common sentences, picked by their numbers, and
//! up to a minute of their voice. The step of a screen, not a screen: who keeps what was said, and for how
//! long, is the screen's.

mod recording;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod view;

use contract::request::Voice;

use self::recording::{Recorded, Session};
use crate::cache::Draft;
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::grid::Pager;
use crate::screens::{Context, Effect, Effects, Input};

pub use self::recording::{Phase, Remark};

/// Something that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Record, where nothing was recorded yet.
    Record,
    /// Hear what was recorded.
    Listen,
    /// Record anew.
    Again,
    /// Forget what was recorded.
    Delete,
    /// The sentence with this index.
    Sentence(usize),
    /// Write on a telephone instead.
    Phone,
    /// That is all.
    Done,
}

impl Row {
    fn key(self) -> String {
        match self {
            // One place: the focus stays when there is something to hear.
            Self::Record | Self::Listen => "voice".to_owned(),
            Self::Again => "again".to_owned(),
            Self::Delete => "delete".to_owned(),
            Self::Sentence(at) => format!("sentence {at}"),
            Self::Phone => "phone".to_owned(),
            Self::Done => "done".to_owned(),
        }
    }
}

/// What came of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing that the screen has to do something about.
    Stays,
    /// Something else was said: it is to be kept.
    Changed,
    /// That is all.
    Done,
    /// It is left.
    Left,
    /// A telephone is wanted.
    Phone,
}

/// See the module.
pub struct Note {
    rows: Vec<Row>,
    list: Pager,
    /// While a voice is recorded or heard: 返回, and one thing to do.
    pane: Detail<()>,
    sentences: Vec<String>,
    draft: Draft,
    offers_phone: bool,
    session: Session,
}

impl Note {
    /// Nothing was said yet. `offers_phone`: it may be written on a telephone instead.
    #[must_use]
    pub fn new(offers_phone: bool) -> Self {
        let mut pane = Detail::default();
        pane.set(vec![()], |()| "stop");
        Self {
            rows: Vec::new(),
            list: Pager::new(),
            pane,
            sentences: Vec::new(),
            draft: Draft::default(),
            offers_phone,
            session: Session::default(),
        }
    }

    /// Takes over what was said before.
    pub fn begin_with(&mut self, draft: Draft) {
        self.draft = draft;
    }

    /// Takes the sentences that can be picked.
    pub fn read(&mut self, sentences: &[String], context: &Context<'_>) {
        if self.sentences != sentences {
            self.sentences = sentences.to_vec();
            // What cannot be seen here must not be sent from here.
            self.draft.sentences.retain(|said| sentences.contains(said));
        }
        self.arrange(context);
    }

    fn arrange(&mut self, context: &Context<'_>) {
        let voice = match &self.draft.voice {
            Some(_) => vec![Row::Listen, Row::Again, Row::Delete],
            None => vec![Row::Record],
        };
        self.rows = voice;
        // A digit picks one.
        let count = self.sentences.len().min(9);
        self.rows.extend((0..count).map(Row::Sentence));
        if self.offers_phone {
            self.rows.push(Row::Phone);
        }
        self.rows.push(Row::Done);
        let keys = self.rows.iter().map(|row| row.key());
        self.list.set(keys, 1, context.metrics.rows);
    }

    /// What was said.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What can be chosen and is in view.
    #[must_use]
    pub fn visible(&self) -> &[Row] {
        &self.rows[self.list.visible()]
    }

    /// Where the list stands: the first in view, and how many there are.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.list.visible().start, self.list.total())
    }

    /// Index of the focused one among those in view.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.list.focused_in_view()
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        match self.session.phase() {
            Phase::Rows => self.list.on_back(),
            _ => self.pane.on_back(),
        }
    }

    /// A sentence, and whether it was picked.
    #[must_use]
    pub fn sentence(&self, at: usize) -> (&str, bool) {
        let text = self.sentences.get(at).map_or("", String::as_str);
        let picked = self.draft.sentences.iter().any(|said| said == text);
        (text, picked)
    }

    /// What is going on.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Whether the microphone is on or somebody is heard.
    #[must_use]
    pub fn has_voice(&self) -> bool {
        self.session.phase() != Phase::Rows
    }

    /// The focus.
    #[must_use]
    pub fn focus(&self) -> &FocusMap {
        match self.session.phase() {
            Phase::Rows => &self.list.focus,
            _ => &self.pane.focus,
        }
    }

    /// The focus, to be restored.
    pub fn focus_mut(&mut self) -> &mut FocusMap {
        match self.session.phase() {
            Phase::Rows => &mut self.list.focus,
            _ => &mut self.pane.focus,
        }
    }

    /// When it wants to be told of the time, in monotonic ms.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        self.session.wake_at()
    }

    /// Says that something has to be said first.
    pub fn ask_for_something(&mut self) {
        self.session.say(Remark::Nothing);
    }

    /// Takes an input, but for a change of the cache or the sizes.
    pub fn handle(&mut self, input: &Input, context: &Context<'_>) -> (Effects, Outcome) {
        match input {
            Input::Key(key, press) => return self.key(*key, *press, context),
            // Whatever came over it has ended it.
            Input::Shown => self.session.interrupted(),
            Input::Tick => return (self.session.tick(context), Outcome::Stays),
            Input::Devices(devices) => {
                return (self.session.found(devices), Outcome::Stays);
            }
            Input::Player(event) => return (self.session.played(event), Outcome::Stays),
            Input::Recorder(event) => match self.session.recorded(event, context) {
                Recorded::Nothing => {}
                Recorded::Voice(recording) => {
                    self.draft.voice = Some(Voice {
                        ogg_base64: recording.base64(),
                        length_ms: recording.length_ms,
                    });
                    self.arrange(context);
                    self.list.focus.focus_zone(super::kit::ENTRIES);
                    self.list.settle();
                    return (Effects::new(), Outcome::Changed);
                }
            },
            _ => {}
        }
        (Effects::new(), Outcome::Stays)
    }

    fn key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> (Effects, Outcome) {
        if self.session.phase() != Phase::Rows {
            let effects = match self.pane.act(key, press) {
                Act::Left => self.session.cancel(),
                Act::Chosen(_) => self.session.stop(),
                Act::Moved | Act::Unused => Effects::new(),
            };
            return (effects, Outcome::Stays);
        }
        if let (RemoteKey::Digit(digit @ 1..=9), Press::Down) = (key, press) {
            let at = usize::from(digit) - 1;
            return match self.rows.iter().position(|row| *row == Row::Sentence(at)) {
                Some(row) => {
                    self.list.focus.focus_item(super::kit::ENTRIES, row);
                    self.list.settle();
                    (Effects::new(), self.pick(at))
                }
                None => (Effects::new(), Outcome::Stays),
            };
        }
        match self.list.act(key, press) {
            Act::Left => (Effects::new(), Outcome::Left),
            Act::Chosen(at) => match self.rows.get(at).copied() {
                Some(row) => self.choose(row, context),
                None => (Effects::new(), Outcome::Stays),
            },
            Act::Moved | Act::Unused => (Effects::new(), Outcome::Stays),
        }
    }

    fn choose(&mut self, row: Row, context: &Context<'_>) -> (Effects, Outcome) {
        match row {
            Row::Record | Row::Again => {
                self.pane.rewind();
                (self.session.record(context), Outcome::Stays)
            }
            Row::Listen => {
                let Some(voice) = &self.draft.voice else {
                    return (Effects::new(), Outcome::Stays);
                };
                self.pane.rewind();
                self.session.listen(voice.length_ms, context);
                let effect = Effect::Listen(Box::new(voice.clone()));
                (vec![effect], Outcome::Stays)
            }
            Row::Delete => {
                self.draft.voice = None;
                self.session.say(Remark::None);
                self.arrange(context);
                (Effects::new(), Outcome::Changed)
            }
            Row::Sentence(at) => (Effects::new(), self.pick(at)),
            Row::Phone => (Effects::new(), Outcome::Phone),
            Row::Done => (Effects::new(), Outcome::Done),
        }
    }

    /// Picks a sentence, or no longer.
    fn pick(&mut self, at: usize) -> Outcome {
        let Some(text) = self.sentences.get(at) else {
            return Outcome::Stays;
        };
        let said = &mut self.draft.sentences;
        match said.iter().position(|one| one == text) {
            Some(known) => {
                said.remove(known);
            }
            None => said.push(text.clone()),
        }
        self.session.say(Remark::None);
        Outcome::Changed
    }
}
