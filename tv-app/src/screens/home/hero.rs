//! The one thing to do now, which Home says large and has the focus on.

use contract::meeting::Meeting;
use contract::terminal::TerminalKind;

use super::tiles::WEEK_MS;
use crate::cache::{BulletinRow, DocumentKind, KeepState, NewestRow, ProgrammeRow, RowPicture};
use crate::screens::attendance::{self, Call};
use crate::screens::kit::time::day;
use crate::screens::live;
use crate::screens::overlay::Toast;
use crate::screens::routes::document_route;
use crate::screens::voting::{self, ToAnswer};
use crate::screens::{Context, Effect, Route};

/// What there is to do now, the most pressing one of it.
#[derive(Clone, Debug, Default)]
pub enum Hero {
    /// A roll call is open, and somebody here has not signed in.
    Call(Call),
    /// A meeting is live.
    Live(Meeting),
    /// A meeting of today or tomorrow.
    Next {
        /// The meeting.
        meeting: Meeting,
        /// One can go in and wait for it: it is of today.
        opens: bool,
        /// Somebody wants to be reminded.
        remind: bool,
    },
    /// An urgent notice that nobody here has opened.
    Urgent(BulletinRow),
    /// Somebody here has something to answer.
    Answer(Box<ToAnswer>),
    /// There is no network: what is here.
    Stored(Option<Stored>),
    /// The newest programme.
    Programme(Box<ProgrammeRow>),
    /// There is no programme: the newest bulletin.
    Bulletin(Box<NewestRow>),
    /// The township has published nothing yet.
    #[default]
    Nothing,
    /// This terminal has never had any content.
    Waiting,
}

/// What can be had without a network.
#[derive(Clone, Debug)]
pub enum Stored {
    /// A programme that is kept.
    Programme(Box<ProgrammeRow>),
    /// A bulletin.
    Bulletin(Box<NewestRow>),
}

impl Hero {
    /// The most pressing thing; `newest`: everything that is published.
    pub(super) fn of(context: &Context<'_>, newest: &[NewestRow]) -> Self {
        let (cache, now) = (context.cache, context.now);
        let sync = cache.sync_state();
        if let Some(call) = pressing_call(context) {
            return Self::Call(call);
        }
        let meetings = cache.meetings();
        if !sync.is_offline() {
            if let Some(meeting) = live::live(&meetings) {
                return Self::Live(meeting.clone());
            }
            if let Some(meeting) = live::next(&meetings, now)
                && day(meeting.starts_at_ms, now).age >= -1
            {
                return Self::Next {
                    opens: day(meeting.starts_at_ms, now).age >= 0,
                    remind: cache.meeting_choice(&meeting.id).remind,
                    meeting: meeting.clone(),
                };
            }
        }
        let lately = |row: &BulletinRow| {
            let since = now.known_ms().map(|now| now - WEEK_MS);
            since.is_none_or(|since| row.published_at_ms > since)
        };
        if let Some(row) = cache.urgent_unread().into_iter().find(lately) {
            return Self::Urgent(row);
        }
        if sync.last_sync_at_ms.is_none() && newest.is_empty() {
            return Self::Waiting;
        }
        if sync.is_offline() {
            return Self::Stored(stored(context, newest));
        }
        if let Some(one) = voting::waits(cache, now) {
            return Self::Answer(Box::new(one));
        }
        let programme = first(newest, DocumentKind::Programme)
            .and_then(|row| cache.programme_row(&row.id))
            .map(|row| Self::Programme(Box::new(row)));
        let bulletin = || first(newest, DocumentKind::Bulletin).cloned();
        programme
            .or_else(|| bulletin().map(|row| Self::Bulletin(Box::new(row))))
            .unwrap_or_default()
    }

    /// The bulletin it is about, if it is about one.
    pub(super) fn bulletin(&self) -> Option<&str> {
        match self {
            Self::Urgent(row) => Some(&row.id),
            Self::Bulletin(row) => Some(&row.id),
            Self::Stored(Some(Stored::Bulletin(row))) => Some(&row.id),
            _ => None,
        }
    }

    /// The programme it is about, if it is about one.
    pub(super) fn programme(&self) -> Option<&str> {
        match self {
            Self::Programme(row) | Self::Stored(Some(Stored::Programme(row))) => Some(&row.id),
            _ => None,
        }
    }

    /// A picture of what it is about.
    #[must_use]
    pub fn picture(&self) -> Option<&RowPicture> {
        match self {
            Self::Urgent(row) => row.cover.as_ref(),
            Self::Programme(row) | Self::Stored(Some(Stored::Programme(row))) => Some(&row.poster),
            Self::Bulletin(row) | Self::Stored(Some(Stored::Bulletin(row))) => row.picture.as_ref(),
            _ => None,
        }
    }

    /// Which sort it is, so that a key that was meant for another one does nothing.
    pub(super) fn sort(&self) -> u8 {
        match self {
            Self::Call(_) => 0,
            Self::Live(_) => 1,
            Self::Next { .. } => 2,
            Self::Urgent(_) => 3,
            Self::Answer(_) => 4,
            Self::Stored(_) => 5,
            Self::Programme(_) => 6,
            Self::Bulletin(_) => 7,
            Self::Nothing => 8,
            Self::Waiting => 9,
        }
    }

    /// What OK does.
    pub(super) fn act(&self, context: &Context<'_>) -> Effect {
        match self {
            Self::Call(call) => Effect::Open(attendance::route(context.cache, &call.id)),
            Self::Live(meeting)
            | Self::Next {
                meeting,
                opens: true,
                ..
            } => Effect::Open(Route::Meeting {
                id: meeting.id.clone(),
            }),
            Self::Next {
                meeting, remind, ..
            } => Effect::Remind(meeting.id.clone(), !remind),
            Self::Urgent(row) => Effect::Open(document_route(DocumentKind::Bulletin, &row.id)),
            Self::Answer(one) => Effect::Open(Route::Evaluation {
                id: one.evaluation.id.clone(),
            }),
            Self::Programme(row) | Self::Stored(Some(Stored::Programme(row))) => play(row, context),
            Self::Bulletin(row) | Self::Stored(Some(Stored::Bulletin(row))) => {
                Effect::Open(document_route(row.kind, &row.id))
            }
            Self::Stored(None) | Self::Waiting => Effect::Open(Route::Network),
            Self::Nothing => Effect::Open(Route::Help),
        }
    }
}

/// The roll call that somebody here still has to answer: at a station any that is open.
fn pressing_call(context: &Context<'_>) -> Option<Call> {
    let at_station = attendance::kind(context.cache) == TerminalKind::Station;
    let waits =
        |call: &Call| at_station || call.missing().next().is_some() || !call.unlisted.is_empty();
    attendance::open(context.cache).into_iter().find(waits)
}

fn first(newest: &[NewestRow], kind: DocumentKind) -> Option<&NewestRow> {
    newest.iter().find(|row| row.kind == kind)
}

/// What was begun and is kept, otherwise what was kept last, otherwise the newest bulletin.
fn stored(context: &Context<'_>, newest: &[NewestRow]) -> Option<Stored> {
    let cache = context.cache;
    let is_kept = |row: &ProgrammeRow| row.kept == KeepState::Kept;
    let begun = cache.continue_watching(usize::from(u8::MAX)).into_iter();
    let kept = begun.chain(cache.kept_programmes()).find(is_kept);
    let programme = kept.map(|row| Stored::Programme(Box::new(row)));
    let bulletin = || first(newest, DocumentKind::Bulletin).cloned();
    programme.or_else(|| bulletin().map(|row| Stored::Bulletin(Box::new(row))))
}

/// Plays a programme from where it was left, if it can be played now.
pub(super) fn play(row: &ProgrammeRow, context: &Context<'_>) -> Effect {
    if row.kept != KeepState::Kept && context.cache.sync_state().is_offline() {
        return Effect::Toast(Toast::NotHere);
    }
    let state = context.cache.watch_state(&row.id);
    Effect::Open(Route::Player {
        id: row.id.clone(),
        position_ms: state.map_or(0, |state| state.resume_ms()),
    })
}
