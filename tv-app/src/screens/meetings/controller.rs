//! What the calendar shows and where its keys lead.

use contract::meeting::MeetingState;

use crate::cache::ServerTime;
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::column::{Column, ColumnLine};
use crate::screens::live::{self, Entry, Group};
use crate::screens::overlay::Toast;
use crate::screens::window::ENTRIES;
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Metrics, Nature, Plays, Route,
};

/// Characters at most before the name of who holds a meeting: 等主持人开始 and a space.
const NOTE_BEFORE: f32 = 7.0;

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The name of a group.
    Heading(Group),
    /// The meeting with this index.
    Meeting(usize),
}

/// The calendar.
pub struct Meetings {
    list: String,
    title: String,
    focus: FocusMap,
    entries: Vec<Entry>,
    lines: Vec<Line>,
    column: Column,
    now: ServerTime,
    ticks_ms: u64,
}

impl Meetings {
    /// The calendar, opened from this listing.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            title: String::new(),
            focus: FocusMap::new(
                ENTRIES,
                vec![
                    Zone::new(BACK, Layout::Row, Area::new(96, 54, 200, 120)).with_items([BACK]),
                    Zone::new(ENTRIES, Layout::Column, Area::new(96, 206, 1728, 744)),
                ],
            ),
            entries: Vec::new(),
            lines: Vec::new(),
            column: Column::default(),
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// The listing's name; empty when it was not opened from one.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// All meetings, by group.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What time it was when they were looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// The lines in view, each with its distance from the top of the list, in logical pixels.
    pub fn visible(&self) -> impl Iterator<Item = (Line, f32)> {
        self.column.visible().map(|(at, y)| (self.lines[at], y))
    }

    /// Their heights, in the same order.
    pub fn heights(&self) -> impl Iterator<Item = f32> {
        self.column.visible().map(|(at, _)| self.column.height(at))
    }

    /// How many lines are above the view, and how many there are.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        self.column.place()
    }

    /// Index of the focused meeting.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.focus
            .index_in(ENTRIES)
            .filter(|at| *at < self.entries.len())
    }

    /// Whether 返回 is focused.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
    }

    /// Whether choosing the focused meeting sets or takes away a reminder.
    #[must_use]
    pub fn reminds(&self) -> bool {
        self.chosen()
            .is_some_and(|entry| entry.meeting.state == MeetingState::Scheduled)
    }

    fn chosen(&self) -> Option<&Entry> {
        self.focused().and_then(|at| self.entries.get(at))
    }

    /// A title that has no room in its line makes it higher: it can be read in full nowhere else.
    fn height(line: Line, entries: &[Entry], metrics: &Metrics) -> f32 {
        let sizes = &metrics.calendar;
        match line {
            Line::Heading(_) => sizes.heading,
            Line::Meeting(at) => {
                let Entry { meeting, group, .. } = &entries[at];
                let least = match group {
                    Group::Live => sizes.live,
                    _ => sizes.row,
                };
                let title = metrics.title_height(&meeting.title, sizes.title_width);
                let office = &meeting.organization.name;
                let note = metrics.note_height(office, NOTE_BEFORE, sizes.title_width);
                least.max(title + note + sizes.edges)
            }
        }
    }

    /// Brings the focused meeting into view.
    fn follow(&mut self) {
        self.column.follow(self.focus.remembered_in(ENTRIES));
    }

    fn read(&mut self, context: &Context<'_>) {
        self.ticks_ms = context.ticks_ms;
        self.now = context.now;
        let township = context.cache.township().unwrap_or_default();
        self.title = township
            .sections
            .into_iter()
            .flat_map(|section| section.listings)
            .find(|listing| listing.id == self.list)
            .map(|listing| listing.title)
            .unwrap_or_default();
        let was_empty = self.entries.is_empty();
        self.entries = live::all(context.cache);
        self.lines.clear();
        let mut group = None;
        for (at, entry) in self.entries.iter().enumerate() {
            if group.replace(entry.group) != Some(entry.group) {
                self.lines.push(Line::Heading(entry.group));
            }
            self.lines.push(Line::Meeting(at));
        }
        let sizes = &context.metrics.calendar;
        let lines = self.lines.iter().map(|line| ColumnLine {
            height: Self::height(*line, &self.entries, context.metrics),
            heading: matches!(line, Line::Heading(_)),
        });
        self.column.set(lines.collect(), sizes.gap, sizes.view);
        self.focus.set_items(
            ENTRIES,
            self.entries.iter().map(|entry| entry.meeting.id.as_str()),
        );
        if was_empty && !self.entries.is_empty() {
            self.focus.focus_zone(ENTRIES);
        }
        self.follow();
    }

    fn choose(&self, context: &Context<'_>) -> Effects {
        let Some(entry) = self.chosen() else {
            return vec![Effect::Back];
        };
        let id = entry.meeting.id.clone();
        vec![match entry.meeting.state {
            MeetingState::Live if context.cache.sync_state().online => {
                Effect::Open(Route::Meeting { id })
            }
            MeetingState::Live => Effect::Toast(Toast::MeetingOffline),
            MeetingState::Scheduled => Effect::Remind(id, !entry.choice.remind),
            MeetingState::Cancelled => Effect::Toast(Toast::MeetingCancelled),
            MeetingState::Ended => match entry.meeting.programme_id.clone() {
                Some(id) => Effect::Open(Route::Programme { id }),
                None => Effect::Toast(Toast::NoRecording),
            },
        }]
    }
}

impl Controller for Meetings {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(context),
            Input::Key(RemoteKey::Back, Press::Down) => return vec![Effect::Back],
            Input::Key(key, press) => self.column.key(&mut self.focus, *key, *press),
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Meetings {
            list: self.list.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        // One that is to begin now is waited for.
        let next = self
            .entries
            .iter()
            .map(|entry| entry.meeting.starts_at_ms)
            .filter(|at| *at > self.now.at_ms)
            .min()?;
        Some(self.ticks_ms + u64::try_from(next - self.now.at_ms).unwrap_or(0) + 1)
    }

    fn nature(&self) -> Nature {
        Nature {
            plays: Plays::Near,
            ..Nature::default()
        }
    }
}
