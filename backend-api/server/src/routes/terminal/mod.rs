//! A terminal about itself.

mod actions;
mod cast;
mod duty;
mod end_session;
mod evaluations;
mod get;
mod meetings;
mod object;
mod open_session;
mod people;
mod pin;
mod progress;
mod record;
mod report_action;
mod reports;
mod request_links;
mod requests;
mod roll_calls;
mod sign_in;
mod viewing;

use tower_http::compression::CompressionLayer;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(get))
        .add(endpoint!(progress))
        .add(endpoint!(roll_calls))
        .add(endpoint!(duty))
        .add(endpoint!(viewing))
        .add(endpoint!(sign_in))
        .add(endpoint!(people).layer(CompressionLayer::new()))
        .add(endpoint!(open_session))
        .add(endpoint!(end_session))
        .add(endpoint!(pin))
        .add(endpoint!(record))
        .add(endpoint!(evaluations))
        .add(endpoint!(object))
        .add(endpoint!(cast))
        .add(endpoint!(actions))
        .add(endpoint!(report_action))
        .with(meetings::resource())
        .with(reports::resource())
        .with(request_links::resource())
        .with(requests::resource())
}
