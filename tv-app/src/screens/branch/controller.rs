//! Reading about an organization; what it published and what it holds can be chosen.

use contract::branch::Branch;
use contract::meeting::MeetingState;

use super::layout::{Laid, Opens, Piece, PieceKind, lay_out, title_width};
use crate::cache::{BulletinRow, Gone, ServerTime};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::reading::Reading;
use crate::screens::live::{self, Entry, Group};
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Plays, Route};

/// Newest bulletins on the page; all of them are in the lists they belong to.
const MAX_BULLETINS: usize = 12;

/// The screen of one organization.
pub struct BranchScreen {
    id: String,
    reading: Reading<Opens>,
    branch: Option<Branch>,
    missing: Option<Gone>,
    bulletins: Vec<BulletinRow>,
    meetings: Vec<Entry>,
    laid: Laid,
    title_width: f32,
    speaking: Option<usize>,
    now: ServerTime,
    wake_at: Option<u64>,
}

impl BranchScreen {
    /// The page of the organization with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            reading: Reading::new(),
            branch: None,
            missing: None,
            bulletins: Vec::new(),
            meetings: Vec::new(),
            laid: Laid::default(),
            title_width: 1.0,
            speaking: None,
            now: ServerTime::default(),
            wake_at: None,
        }
    }

    /// The page, unless it is not here.
    #[must_use]
    pub const fn branch(&self) -> Option<&Branch> {
        self.branch.as_ref()
    }

    /// Why it is not here, when it is not: gone while it was open, or before.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// The part of it in view, and what has the focus.
    #[must_use]
    pub const fn reading(&self) -> &Reading<Opens> {
        &self.reading
    }

    /// The pieces in view.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let shows = |piece: &&Piece| self.reading.shows(piece.y, piece.height);
        self.laid.pieces.iter().filter(shows)
    }

    /// Whether a piece has the focus.
    #[must_use]
    pub fn is_focused(&self, piece: &Piece) -> bool {
        let Some(stop) = self.reading.focused() else {
            return false;
        };
        match (&piece.kind, stop.what) {
            (PieceKind::Bulletin(row), Opens::Bulletin(at)) => row.id == self.bulletins[at].id,
            (PieceKind::Meeting(entry), Opens::Meeting(at)) => {
                entry.meeting.id == self.meetings[at].meeting.id
            }
            _ => false,
        }
    }

    /// Whether choosing what has the focus sets or takes away a reminder.
    #[must_use]
    pub fn reminds(&self) -> bool {
        self.reading.focused().is_some_and(|stop| match stop.what {
            Opens::Meeting(at) => self.meetings[at].meeting.state == MeetingState::Scheduled,
            Opens::Bulletin(_) => false,
        })
    }

    /// Width of a meeting's title, in logical pixels.
    #[must_use]
    pub const fn title_width(&self) -> f32 {
        self.title_width
    }

    /// What time it was when the meetings were looked at.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// Whether anything is being read aloud, and the paragraph of it.
    #[must_use]
    pub const fn spoken(&self) -> (bool, Option<usize>) {
        match self.speaking {
            // The name is said first.
            Some(at) => (true, at.checked_sub(1)),
            None => (false, None),
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        self.branch = context.cache.branch(&self.id);
        let is_here = self.branch.is_some();
        self.missing = (!is_here).then(|| context.cache.gone(&self.id));
        self.bulletins = Vec::new();
        self.meetings = Vec::new();
        if is_here {
            self.bulletins = context.cache.bulletins_of(&self.id, MAX_BULLETINS);
            self.meetings = live::all(context.cache);
            self.meetings.retain(|entry| {
                entry.meeting.organization.id == self.id && entry.group != Group::Ended
            });
        }
        // One that is to begin stands elsewhere then.
        let starts = self.meetings.iter().map(|entry| entry.meeting.starts_at_ms);
        self.wake_at = starts.filter_map(|at| context.ticks_of(at)).min();
        self.title_width = title_width(context.metrics);
        self.laid = self
            .branch
            .as_ref()
            .map(|branch| {
                let (metrics, typesetter) = (context.metrics, context.typesetter);
                lay_out(branch, &self.bulletins, &self.meetings, metrics, typesetter)
            })
            .unwrap_or_default();
        let (bulletins, meetings) = (&self.bulletins, &self.meetings);
        let text = self.laid.text(context.metrics);
        self.reading.set(text, |opens| match *opens {
            Opens::Bulletin(at) => bulletins[at].id.clone(),
            Opens::Meeting(at) => meetings[at].meeting.id.clone(),
        });
    }

    fn choose(&self, context: &Context<'_>) -> Effects {
        let Some(stop) = self.reading.focused() else {
            return Effects::new();
        };
        vec![match stop.what {
            Opens::Bulletin(at) => Effect::Open(Route::Bulletin {
                id: self.bulletins[at].id.clone(),
            }),
            Opens::Meeting(at) => self.meetings[at].choose(context.cache),
        }]
    }

    /// The bar goes with what is being said.
    fn follow(&mut self) {
        let (_, Some(paragraph)) = self.spoken() else {
            return;
        };
        let said =
            |piece: &&Piece| matches!(&piece.kind, PieceKind::Text(_, at) if *at == paragraph);
        if let Some(piece) = self.laid.pieces.iter().find(said) {
            self.reading.follow(piece.y);
        }
    }

    /// The name, then a paragraph each; nothing while it is being read already, to stop that.
    fn speak(&self) -> Effects {
        let text = match &self.branch {
            Some(branch) if self.speaking.is_none() => {
                let name = std::iter::once(&branch.organization.name);
                name.chain(&branch.introduction).cloned().collect()
            }
            _ => Vec::new(),
        };
        vec![Effect::Speak(text)]
    }
}

impl Controller for BranchScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Resized | Input::Tick => self.read(context),
            Input::Changed => {
                self.read(context);
                if self.missing.is_some() && self.speaking.is_some() {
                    // What is gone is not read to its end.
                    return vec![Effect::Speak(Vec::new())];
                }
            }
            Input::Speaking(at) => {
                self.speaking = *at;
                self.follow();
            }
            Input::Key(RemoteKey::Yellow, Press::Down) => return self.speak(),
            Input::Key(key, press) => match self.reading.act(*key, *press) {
                Act::Left => return vec![Effect::Speak(Vec::new()), Effect::Back],
                Act::Chosen(_) => return self.choose(context),
                Act::Moved | Act::Unused => {}
            },
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.reading.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.reading.focus
    }

    fn route(&self) -> Route {
        Route::Branch {
            id: self.id.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }

    fn nature(&self) -> Nature {
        Nature {
            plays: Plays::Near,
            ..Nature::default()
        }
    }
}
