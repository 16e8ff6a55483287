//! What the calendar shows and where its keys lead.

use contract::meeting::MeetingState;

use crate::cache::ServerTime;
use crate::focus::FocusMap;
use crate::screens::bulletins::find_listing;
use crate::screens::kit::Act;
use crate::screens::kit::list::{self, Lines};
use crate::screens::live::{self, Entry, Group};
use crate::screens::{Context, Controller, Effect, Effects, Input, Metrics, Nature, Plays, Route};

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
    entries: Vec<Entry>,
    lines: Lines<Line>,
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
            entries: Vec::new(),
            lines: Lines::new(),
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

    /// The list: groups and the meetings in them.
    #[must_use]
    pub const fn lines(&self) -> &Lines<Line> {
        &self.lines
    }

    /// Index of the focused meeting.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.lines.focused()
    }

    /// Whether choosing the focused meeting sets or takes away a reminder.
    #[must_use]
    pub fn reminds(&self) -> bool {
        self.chosen()
            .is_some_and(|entry| entry.meeting.state == MeetingState::Scheduled)
    }

    fn chosen(&self) -> Option<&Entry> {
        match self.lines.chosen()? {
            Line::Meeting(at) => self.entries.get(*at),
            Line::Heading(_) => None,
        }
    }

    fn height(line: Line, entries: &[Entry], metrics: &Metrics) -> f32 {
        let sizes = &metrics.calendar;
        match line {
            Line::Heading(_) => sizes.heading,
            Line::Meeting(at) => entries[at].height(sizes.title_width, metrics),
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        self.ticks_ms = context.ticks_ms;
        self.now = context.now;
        let listing = find_listing(context, &self.list);
        let is_known = self.list.is_empty() || listing.is_some();
        if let Some(listing) = listing {
            self.title = listing.title;
        }
        self.entries = live::all(context.cache);
        let mut lines = Vec::new();
        let mut group = None;
        let mut push = |what: Line, key: Option<&str>| {
            lines.push(list::Line {
                what,
                height: Self::height(what, &self.entries, context.metrics),
                key: key.map(str::to_owned),
            });
        };
        for (at, entry) in self.entries.iter().enumerate() {
            if group.replace(entry.group) != Some(entry.group) {
                push(Line::Heading(entry.group), None);
            }
            push(Line::Meeting(at), Some(&entry.meeting.id));
        }
        let sizes = &context.metrics.calendar;
        self.lines.set(lines, sizes.gap, sizes.view);
        self.lines.judge(is_known, context.cache);
    }

    fn choose(&self, context: &Context<'_>) -> Effects {
        vec![
            self.chosen()
                .map_or(Effect::Back, |entry| entry.choose(context.cache)),
        ]
    }
}

impl Controller for Meetings {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => self.read(context),
            Input::Key(key, press) => {
                return match self.lines.act(*key, *press) {
                    Act::Left => vec![Effect::Back],
                    Act::Chosen(_) => self.choose(context),
                    Act::Moved | Act::Unused => Effects::new(),
                };
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.lines.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.lines.focus
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
