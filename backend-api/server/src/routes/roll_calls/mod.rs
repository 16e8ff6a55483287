//! Roll calls as staff see and make them.

mod add_member;
mod add_round;
mod attendance;
mod cancel;
mod close;
mod correct;
mod create;
mod events;
mod get;
mod list;
mod open;
mod presence_code;
mod results;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(get))
        .add(endpoint!(open))
        .add(endpoint!(close))
        .add(endpoint!(cancel))
        .add(endpoint!(add_round))
        .add(endpoint!(add_member))
        .add(endpoint!(correct))
        .add(endpoint!(attendance))
        .add(endpoint!(results))
        .add(endpoint!(presence_code))
        .add(endpoint!(events))
}
