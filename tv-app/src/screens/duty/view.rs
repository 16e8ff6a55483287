//! Fills `DutyAdapter`.

use contract::duty::DutyLook;
use slint::ComponentHandle;
use tv_ui::{DutyAdapter, DutyCamera, DutyHeading, DutyLine, ScreenKind};

use super::{Camera, DutyScreen, Heading, Line, Room};
use crate::cache::ServerTime;
use crate::screens::kit::time::day;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, int, to_day};

impl Draw for DutyScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Duty
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<DutyAdapter<'_>>();
        adapter.set_page(page(self.lines(), self.title(), ""));
        adapter.set_focus_at(focus_at(self.lines()));
        adapter.set_asked(self.was_asked());
        let lines = self.lines().visible().map(|line| DutyLine {
            y: line.y,
            height: line.height,
            focused: line.focused,
            ..match *line.what {
                Line::Heading(kind) => heading(kind),
                Line::Room(at) => room(&self.rooms()[at]),
                Line::Look(at) => look(&self.looks()[at], self.now()),
            }
        });
        fill(&adapter.get_lines(), lines.collect(), |lines| {
            adapter.set_lines(lines);
        });
    }
}

fn heading(heading: Heading) -> DutyLine {
    let (kind, day) = match heading {
        Heading::Now => (DutyHeading::Now, None),
        Heading::Rooms => (DutyHeading::Rooms, None),
        Heading::Day(day) => (DutyHeading::Day, Some(day)),
        Heading::Nobody => (DutyHeading::Nobody, None),
    };
    DutyLine {
        heading: kind,
        day: to_day(day.unwrap_or_default()),
        ..DutyLine::default()
    }
}

fn room(room: &Room) -> DutyLine {
    DutyLine {
        heading: DutyHeading::None,
        is_room: true,
        room: (&room.room.title).into(),
        camera: match room.camera {
            Camera::Here => DutyCamera::Here,
            Camera::Missing => DutyCamera::Missing,
            Camera::Elsewhere => DutyCamera::Elsewhere,
            Camera::Fixed => DutyCamera::Fixed,
        },
        looking: room.looking,
        ..DutyLine::default()
    }
}

fn look(look: &DutyLook, now: ServerTime) -> DutyLine {
    let end = look.closed_at_ms.or(now.known_ms());
    let end = end.unwrap_or(look.opened_at_ms);
    DutyLine {
        heading: DutyHeading::None,
        room: (&look.room_title).into(),
        by: (&look.by).into(),
        looking: look.closed_at_ms.is_none(),
        start: clock(look.opened_at_ms),
        end: clock(end),
        day: to_day(day(look.opened_at_ms, now)),
        end_day: to_day(day(end, now)),
        minutes: int((end - look.opened_at_ms).max(0) / 60_000),
        ..DutyLine::default()
    }
}
