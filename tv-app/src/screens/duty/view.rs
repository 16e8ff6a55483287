//! Fills `DutyAdapter`, and `WatchedAdapter` for the sign over every screen.

use contract::duty::DutyLook;
use slint::ComponentHandle;
use tv_ui::{
    AppWindow, DutyAdapter, DutyCamera, DutyHeading, DutyLine, ScreenKind, WatchedAdapter,
};

use super::{Camera, DutyScreen, Heading, Line, Room};
use crate::cache::ServerTime;
use crate::screens::day::day;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, Lists, fill, int, model, to_day};
use crate::screens::watched::Sign;

impl Draw for DutyScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<DutyAdapter<'_>>()
            .set_lines(model(&lists.duty));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Duty
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<DutyAdapter<'_>>();
        adapter.set_title(self.title().into());
        adapter.set_back_focused(self.on_back());
        adapter.set_asked(self.was_asked());
        let (first, total) = self.place();
        #[expect(clippy::cast_precision_loss, reason = "the log has 50 lines")]
        {
            adapter.set_first(first as f32);
            adapter.set_total(total as f32);
        }
        let visible = self.visible().zip(self.heights());
        let lines = visible.map(|((line, y), height)| DutyLine {
            y,
            height,
            focused: self.is_focused(line),
            ..match line {
                Line::Heading(kind) => heading(kind),
                Line::Room(at) => room(&self.rooms()[at]),
                Line::Look(at) => look(&self.looks()[at], self.now()),
            }
        });
        fill(&view.lists.duty, lines.collect());
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

/// The sign that somebody looks into this place.
pub(in crate::screens) fn show_sign(window: &AppWindow, sign: Option<&Sign>) {
    let Some(sign) = sign else { return };
    let adapter = window.global::<WatchedAdapter<'_>>();
    adapter.set_by((&sign.by).into());
    adapter.set_people(int(sign.people));
    adapter.set_room((&sign.room).into());
    adapter.set_rooms(int(sign.rooms));
    adapter.set_waits(sign.waits);
    adapter.set_stale(sign.stale);
}
