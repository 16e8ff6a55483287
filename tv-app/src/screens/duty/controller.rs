//! What the screen of the duty rooms lists.

use contract::duty::{DutyLook, DutyRoom, DutySource};
use media_player::publish;

use crate::cache::{Duty, ServerTime};
use crate::focus::FocusMap;
use crate::screens::bulletins::find_listing;
use crate::screens::kit::Act;
use crate::screens::kit::list::{self, Lines};
use crate::screens::kit::time::{Day, day};
use crate::screens::settings::choice;
use crate::screens::{Context, Controller, Effect, Effects, Input, Metrics, Route};

/// How long somebody has looked is said in minutes, in ms.
const MINUTE_MS: i64 = 60_000;

/// Which camera makes a room's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {
    /// That of this television.
    Here,
    /// That of this television, and none is chosen: nothing can be seen.
    Missing,
    /// That of another television.
    Elsewhere,
    /// One of its own.
    Fixed,
}

/// A room of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// The room.
    pub room: DutyRoom,
    /// What makes its picture.
    pub camera: Camera,
    /// Somebody looks into it now.
    pub looking: bool,
}

/// What stands over some lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Looks that go on.
    Now,
    /// The rooms.
    Rooms,
    /// Looks that are over and began on this day.
    Day(Day),
    /// Nobody has looked yet.
    Nobody,
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What stands over the lines that follow.
    Heading(Heading),
    /// The room with this index.
    Room(usize),
    /// The look with this index.
    Look(usize),
}

/// Whether it is this television that makes the picture of a room.
#[must_use]
pub fn is_here(room: &DutyRoom, own_terminal: &str) -> bool {
    room.source == DutySource::Station && room.terminal_id.as_deref() == Some(own_terminal)
}

/// The duty rooms of this place and the log of the looks into them.
pub struct DutyScreen {
    list: String,
    title: String,
    asked: bool,
    rooms: Vec<Room>,
    looks: Vec<DutyLook>,
    lines: Lines<Line>,
    now: ServerTime,
    ticks_ms: u64,
}

impl DutyScreen {
    /// The screen, opened from this listing.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            title: String::new(),
            asked: false,
            rooms: Vec::new(),
            looks: Vec::new(),
            lines: Lines::new(),
            now: ServerTime::default(),
            ticks_ms: 0,
        }
    }

    /// The listing's name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether the server has ever said how things stand.
    #[must_use]
    pub const fn was_asked(&self) -> bool {
        self.asked
    }

    /// What can be looked into.
    #[must_use]
    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    /// The log: what goes on, then the newest.
    #[must_use]
    pub fn looks(&self) -> &[DutyLook] {
        &self.looks
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// The list: headings, rooms and looks.
    #[must_use]
    pub const fn lines(&self) -> &Lines<Line> {
        &self.lines
    }

    /// A name that has no room in its line makes it higher: it can be read in full nowhere else.
    fn height(&self, line: Line, metrics: &Metrics) -> f32 {
        let sizes = &metrics.calendar;
        let text = match line {
            Line::Heading(_) => return sizes.heading,
            Line::Room(at) => {
                let room = &self.rooms[at];
                let width = if room.looking {
                    sizes.looked_width
                } else {
                    sizes.room_width
                };
                let title = metrics.title_height(&room.room.title, width);
                title + metrics.note_height("", 0.0, width)
            }
            Line::Look(at) => {
                let look = &self.looks[at];
                metrics.title_height(&look.by, sizes.look_width)
                    + metrics.note_height(&look.room_title, 0.0, sizes.look_width)
            }
        };
        sizes.row.max(text + sizes.edges)
    }

    fn read(&mut self, context: &Context<'_>) {
        self.ticks_ms = context.ticks_ms;
        self.now = context.now;
        let listing = find_listing(context, &self.list);
        let is_known = listing.is_some();
        if let Some(listing) = listing {
            self.title = listing.title;
        }
        let duty = context.cache.duty();
        self.asked = duty.asked;
        self.rooms = rooms(&duty, context);
        self.looks.clone_from(&duty.looks);
        // What goes on first, whatever the order it came in; then by the time it began.
        self.looks
            .sort_by_key(|look| (look.closed_at_ms.is_some(), -look.opened_at_ms));
        let lines = self.arrange(&duty).into_iter().map(|what| list::Line {
            what,
            height: self.height(what, context.metrics),
            key: match what {
                Line::Room(at) => Some(format!("room {}", self.rooms[at].room.id)),
                Line::Look(at) => Some(format!("look {}", self.looks[at].id)),
                Line::Heading(_) => None,
            },
        });
        let sizes = &context.metrics.calendar;
        self.lines.set(lines.collect(), sizes.gap, sizes.view);
        self.lines.judge(is_known, context.cache);
    }

    /// Who looks now, what can be looked into, and who did, day by day.
    fn arrange(&self, duty: &Duty) -> Vec<Line> {
        let mut lines = Vec::new();
        let open = duty.open().count();
        if open > 0 {
            lines.push(Line::Heading(Heading::Now));
            lines.extend((0..open).map(Line::Look));
        }
        if !self.rooms.is_empty() {
            lines.push(Line::Heading(Heading::Rooms));
            lines.extend((0..self.rooms.len()).map(Line::Room));
        }
        let mut last = None;
        for at in open..self.looks.len() {
            let began = day(self.looks[at].opened_at_ms, self.now);
            if last.replace(began) != Some(began) {
                lines.push(Line::Heading(Heading::Day(began)));
            }
            lines.push(Line::Look(at));
        }
        if !self.rooms.is_empty() && self.looks.is_empty() {
            lines.push(Line::Heading(Heading::Nobody));
        }
        lines
    }
}

fn rooms(duty: &Duty, context: &Context<'_>) -> Vec<Room> {
    let own = context.cache.enrolment().map(|own| own.terminal_id);
    let has_camera = choice::capture(context.cache).camera != publish::Camera::None;
    let room = |room: &DutyRoom| Room {
        camera: match room.source {
            DutySource::Camera => Camera::Fixed,
            DutySource::Station if !own.as_deref().is_some_and(|own| is_here(room, own)) => {
                Camera::Elsewhere
            }
            DutySource::Station if has_camera => Camera::Here,
            DutySource::Station => Camera::Missing,
        },
        looking: duty.open().any(|look| look.room_id == room.id),
        room: room.clone(),
    };
    duty.rooms.iter().map(room).collect()
}

impl Controller for DutyScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed | Input::Resized | Input::Tick => self.read(context),
            Input::Key(key, press) if self.lines.act(*key, *press) == Act::Left => {
                return vec![Effect::Back];
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
        Route::Duty {
            list: self.list.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        // It is said for how many minutes somebody has looked.
        self.now.known_ms()?;
        let open = self.looks.iter().filter(|look| look.closed_at_ms.is_none());
        let left = open
            .map(|look| MINUTE_MS - (self.now.at_ms - look.opened_at_ms).rem_euclid(MINUTE_MS))
            .min()?;
        Some(self.ticks_ms + u64::try_from(left).unwrap_or(0) + 1)
    }
}
