//! Meetings: their calendar, their direction, and who watched.

mod cancel;
mod check_stations;
mod create;
mod cut_recording;
mod direction;
mod edit;
mod end;
mod events;
mod following;
mod get;
mod hold_recording;
mod host;
mod host_source;
mod list;
mod picture;
mod publish_recording;
mod recording;
mod roll_call;
mod stage;
mod start;
mod station_checks;
mod viewings;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(host))
        .add(endpoint!(host_source))
        .add(endpoint!(stage))
        .add(endpoint!(direction))
        .add(endpoint!(events))
        .add(endpoint!(picture))
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(cancel))
        .add(endpoint!(start))
        .add(endpoint!(end))
        .add(endpoint!(recording))
        .add(endpoint!(hold_recording))
        .add(endpoint!(cut_recording))
        .add(endpoint!(publish_recording))
        .add(endpoint!(roll_call))
        .add(endpoint!(viewings))
        .add(endpoint!(station_checks))
        .add(endpoint!(check_stations))
}
