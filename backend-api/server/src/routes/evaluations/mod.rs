//! Evaluations, questionnaires and motions as staff see and make them.

mod announce;
mod answer;
mod cancel;
mod close;
mod create;
mod edit;
mod follow_up;
mod get;
mod list;
mod mark;
mod open;
mod questions;
mod read;
mod table;
mod take_ballot_back;
mod take_voter_back;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(questions))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(announce))
        .add(endpoint!(open))
        .add(endpoint!(close))
        .add(endpoint!(cancel))
        .add(endpoint!(follow_up))
        .add(endpoint!(answer))
        .add(endpoint!(mark))
        .add(endpoint!(read))
        .add(endpoint!(take_voter_back))
        .add(endpoint!(take_ballot_back))
        .add(endpoint!(table))
}
