//! What the sign says that stands over every screen while somebody looks into this place.

use std::collections::BTreeSet;

use contract::duty::{DutyRoom, DutySource};

use crate::cache::{Cache, Duty};

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// Who began last, as the place reads it.
    pub by: String,
    /// How many look.
    pub people: usize,
    /// The room that was opened last.
    pub room: String,
    /// How many rooms are open.
    pub rooms: usize,
    /// Nothing is looked at but what the camera of this television shows.
    pub only_here: bool,
    /// They see nothing as long as a meeting has that camera.
    pub waits: bool,
    /// There is no connection: it was so when there was one.
    pub stale: bool,
}

/// Whether it is this television that makes the picture of a room.
#[must_use]
pub fn is_here(room: &DutyRoom, own_terminal: &str) -> bool {
    room.source == DutySource::Station && room.terminal_id.as_deref() == Some(own_terminal)
}

/// The sign; `None` when nobody looks.
#[must_use]
pub fn sign(cache: &Cache, duty: &Duty) -> Option<Sign> {
    let newest = duty.open().max_by_key(|look| look.opened_at_ms)?;
    let people: BTreeSet<&str> = duty.open().map(|look| look.by.as_str()).collect();
    let rooms: BTreeSet<&str> = duty.open().map(|look| look.room_id.as_str()).collect();
    let own = cache.enrolment()?.terminal_id;
    let here = duty.rooms.iter().filter(|room| is_here(room, &own));
    let here: BTreeSet<&str> = here.map(|room| room.id.as_str()).collect();
    Some(Sign {
        by: newest.by.clone(),
        people: people.len(),
        room: newest.room_title.clone(),
        rooms: rooms.len(),
        only_here: rooms.is_subset(&here),
        waits: false,
        stale: !cache.sync_state().online,
    })
}
