//! What the screen of the duty rooms lists.

use contract::duty::{DutyLook, DutyRoom, DutySource};
use media_player::publish;

use crate::cache::{Duty, ServerTime};
use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::column::{Column, ColumnLine};
use crate::screens::day::{Day, day};
use crate::screens::settings::choice;
use crate::screens::watched::is_here;
use crate::screens::window::ENTRIES;
use crate::screens::{BACK, Context, Controller, Effect, Effects, Input, Metrics, Route};

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

/// The duty rooms of this place and the log of the looks into them.
pub struct DutyScreen {
    list: String,
    title: String,
    focus: FocusMap,
    asked: bool,
    rooms: Vec<Room>,
    looks: Vec<DutyLook>,
    lines: Vec<Line>,
    column: Column,
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
            focus: FocusMap::new(
                ENTRIES,
                vec![
                    Zone::new(BACK, Layout::Row, Area::new(96, 54, 200, 120)).with_items([BACK]),
                    Zone::new(ENTRIES, Layout::Column, Area::new(96, 206, 1728, 744)),
                ],
            ),
            asked: false,
            rooms: Vec::new(),
            looks: Vec::new(),
            lines: Vec::new(),
            column: Column::default(),
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

    /// The lines in view, each with its distance from the top of the list, in logical pixels.
    pub fn visible(&self) -> impl Iterator<Item = (Line, f32)> {
        self.column.visible().map(|(at, y)| (self.lines[at], y))
    }

    /// Their heights, in the same order.
    pub fn heights(&self) -> impl Iterator<Item = f32> {
        self.column.visible().map(|(at, _)| self.column.height(at))
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

    /// All lines, in view or not.
    #[must_use]
    pub fn all_lines(&self) -> &[Line] {
        &self.lines
    }

    /// How many lines are above the view, and how many there are.
    #[must_use]
    pub const fn place(&self) -> (usize, usize) {
        self.column.place()
    }

    /// Whether a line has the focus.
    #[must_use]
    pub fn is_focused(&self, line: Line) -> bool {
        let entries = self.lines.iter().filter(|line| is_entry(**line));
        self.focus
            .index_in(ENTRIES)
            .is_some_and(|at| entries.clone().nth(at) == Some(&line))
    }

    /// Whether 返回 is focused.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus.zone() == BACK
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
        let duty = context.cache.duty();
        self.asked = duty.asked;
        self.rooms = rooms(&duty, context);
        self.looks.clone_from(&duty.looks);
        // What goes on first, whatever the order it came in; then by the time it began.
        self.looks
            .sort_by_key(|look| (look.closed_at_ms.is_some(), -look.opened_at_ms));
        self.arrange(&duty);
        let was_empty = self.column.place().1 == 0;
        let sizes = &context.metrics.calendar;
        let lines: Vec<ColumnLine> = self
            .lines
            .iter()
            .map(|line| ColumnLine {
                height: self.height(*line, context.metrics),
                heading: !is_entry(*line),
            })
            .collect();
        self.column.set(lines, sizes.gap, sizes.view);
        let keys = self.lines.iter().filter_map(|line| match line {
            Line::Room(at) => Some(format!("room {}", self.rooms[*at].room.id)),
            Line::Look(at) => Some(format!("look {}", self.looks[*at].id)),
            Line::Heading(_) => None,
        });
        self.focus.set_items(ENTRIES, keys);
        if was_empty && !self.lines.is_empty() {
            self.focus.focus_zone(ENTRIES);
        }
        self.follow();
    }

    /// Who looks now, what can be looked into, and who did, day by day.
    fn arrange(&mut self, duty: &Duty) {
        self.lines.clear();
        let open = duty.open().count();
        if open > 0 {
            self.lines.push(Line::Heading(Heading::Now));
            self.lines.extend((0..open).map(Line::Look));
        }
        if !self.rooms.is_empty() {
            self.lines.push(Line::Heading(Heading::Rooms));
            self.lines.extend((0..self.rooms.len()).map(Line::Room));
        }
        let mut last = None;
        for at in open..self.looks.len() {
            let began = day(self.looks[at].opened_at_ms, self.now);
            if last.replace(began) != Some(began) {
                self.lines.push(Line::Heading(Heading::Day(began)));
            }
            self.lines.push(Line::Look(at));
        }
        if !self.rooms.is_empty() && self.looks.is_empty() {
            self.lines.push(Line::Heading(Heading::Nobody));
        }
    }

    fn follow(&mut self) {
        self.column.follow(self.focus.remembered_in(ENTRIES));
    }
}

fn is_entry(line: Line) -> bool {
    !matches!(line, Line::Heading(_))
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
            Input::Key(RemoteKey::Ok, Press::Down) if self.on_back() => return vec![Effect::Back],
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
