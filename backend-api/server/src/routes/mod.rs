//! HTTP endpoints: one small file each, in a folder named after what it is about. Handlers parse
//! and answer; the rules are in [`crate::services`].
//!
//! # A new endpoint
//! is one file and one line:
//! - `routes/<resource>/<name>.rs` with a handler called `<name>`; its `#[utoipa::path]` is the only
//!   place that says method and path (`{*rest}` takes slashes, too).
//! - `mod <name>;` and `.add(endpoint!(<name>))` in `routes/<resource>/mod.rs`. What goes around a
//!   single endpoint, e.g. compression or a larger body, is said there, too: `endpoint!(…).layer(…)`.
//!
//! A new resource also has its line in `api` below. Then the compiler finds what is not registered, and
//! `tests/api/matrix` fails until its table says who may ask.

#![deny(
    dead_code,
    reason = "an endpoint that nobody registered does not compile"
)]

mod attachments;
mod audit;
mod branches;
mod bulletins;
mod calendar;
mod categories;
mod condition;
mod console;
mod duty_looks;
mod duty_rooms;
mod enrol;
mod enrolments;
mod evaluations;
mod events;
mod extract;
mod feed;
mod files;
mod finance_sheets;
mod headers;
mod health;
mod households;
mod live;
mod manuscripts;
mod meeting_series;
mod meetings;
mod members;
mod notices;
mod observe;
mod openapi;
mod organizations;
mod pace;
mod paging;
mod phone_page;
mod pictures;
pub mod problem;
mod programmes;
mod reports;
mod requests;
mod resource;
mod roll_calls;
mod setup;
mod sse;
mod staff;
mod submission_links;
mod submissions;
mod terminal;
mod terminals;
mod township;
mod uncached;
mod uploads;
mod versioned;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::routing::get;
use axum::{Router, middleware};

use crate::app::App;
use crate::config::Limits;
use problem::Refusal;
use resource::Resource;

/// All resources.
fn api(limits: &Limits) -> Resource {
    Resource::new()
        .with(attachments::resource(limits))
        .with(audit::resource())
        .with(branches::resource())
        .with(bulletins::resource())
        .with(calendar::resource())
        .with(categories::resource())
        .with(condition::resource())
        .with(duty_looks::resource())
        .with(duty_rooms::resource())
        .with(enrol::resource())
        .with(enrolments::resource())
        .with(evaluations::resource())
        .with(events::resource())
        .with(feed::resource())
        .with(files::resource())
        .with(finance_sheets::resource())
        .with(health::resource())
        .with(households::resource())
        .with(live::resource())
        .with(meeting_series::resource())
        .with(manuscripts::resource())
        .with(meetings::resource())
        .with(members::resource())
        .with(notices::resource())
        .with(organizations::resource())
        .with(pictures::resource(limits))
        .with(programmes::resource())
        .with(reports::resource())
        .with(requests::resource())
        .with(roll_calls::resource())
        .with(setup::resource())
        .with(staff::resource())
        .with(submission_links::resource())
        .with(submissions::resource(limits))
        .with(terminal::resource())
        .with(terminals::resource())
        .with(township::resource())
        .with(uploads::resource())
}

/// All that is served: the resources, and the pages for browsers, which are no part of the API.
pub fn router(app: Arc<App>) -> Router {
    let bodies = DefaultBodyLimit::max(app.config.limits.body_bytes);
    let described = format!("{}/openapi.json", contract::API_PREFIX);
    api(&app.config.limits)
        .into_router()
        .route(&described, get(async || openapi::answer(document())))
        .merge(enrol::page::router())
        .merge(phone_page::router())
        .merge(console::router(&app.config))
        .fallback(async || Refusal::no_such_path())
        .method_not_allowed_fallback(async || Refusal::no_such_method())
        .layer(bodies)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            observe::observe,
        ))
        .with_state(app)
}

/// Method and path of every endpoint, as they are registered.
#[must_use]
pub fn registered() -> Vec<(Method, String)> {
    api(&Limits::default()).registered()
}

/// The OpenAPI document as JSON, with a line break at its end.
#[must_use]
pub fn document() -> String {
    // It names no limits.
    openapi::json(api(&Limits::default()).into_openapi())
}
