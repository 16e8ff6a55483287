//! The sign over every screen, as its adapter takes it.

use slint::ComponentHandle;
use tv_ui::{AppWindow, WatchedAdapter};

use crate::interruptions::provider::Sign;
use crate::screens::view::int;

/// Copies what the sign says.
pub(crate) fn draw_sign(window: &AppWindow, sign: &Sign) {
    let adapter = window.global::<WatchedAdapter<'_>>();
    adapter.set_by((&sign.by).into());
    adapter.set_people(int(sign.people));
    adapter.set_room((&sign.room).into());
    adapter.set_rooms(int(sign.rooms));
    adapter.set_waits(sign.waits);
    adapter.set_stale(sign.stale);
}
