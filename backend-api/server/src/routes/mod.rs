//! HTTP endpoints: one small file each, in a folder named after what it is about. Handlers parse
//! and answer; the rules are in [`crate::services`].
//!
//! A new endpoint needs its file, its line in [`router`] and its line in [`openapi`]; a test
//! compares the last two.

pub mod audit;
pub mod bulletins;
pub mod console;
pub mod duty_looks;
pub mod duty_rooms;
pub mod enrol;
pub mod enrolments;
pub mod events;
pub mod extract;
pub mod feed;
pub mod files;
pub mod health;
pub mod households;
pub mod live;
pub mod meetings;
pub mod members;
pub mod notices;
pub mod observe;
pub mod openapi;
pub mod organizations;
pub mod paging;
pub mod pictures;
pub mod problem;
pub mod programmes;
pub mod reports;
pub mod roll_calls;
pub mod sse;
pub mod staff;
pub mod terminal;
pub mod terminals;
pub mod township;
pub mod uncached;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post, put};
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::import::people::MAX_BYTES;
use problem::Refusal;

/// All endpoints.
pub fn router(app: Arc<App>) -> Router {
    let pictures = DefaultBodyLimit::max(app.config.limits.picture_bytes);
    let lists = DefaultBodyLimit::max(MAX_BYTES);
    let bodies = DefaultBodyLimit::max(app.config.limits.body_bytes);
    let api = Router::new()
        .route("/openapi.json", get(openapi::document))
        .route("/enrol/device", post(enrol::device::device))
        .route("/enrol/token", post(enrol::token::token))
        .route("/enrolments", get(enrolments::list::list))
        .route(
            "/enrolments/households",
            get(enrolments::households::households),
        )
        .route(
            "/enrolments/{user_code}/approve",
            post(enrolments::approve::approve),
        )
        .route(
            "/enrolments/{user_code}/decline",
            post(enrolments::decline::decline),
        )
        .route("/terminal", get(terminal::get::get))
        .route(
            "/terminal/progress/{programme_id}",
            put(terminal::progress::progress),
        )
        .route(
            "/terminal/roll-calls",
            get(terminal::roll_calls::roll_calls),
        )
        .route(
            "/terminal/meetings/{id}/join",
            post(terminal::meetings::join::join).delete(terminal::meetings::leave::leave),
        )
        .route(
            "/terminal/meetings/{id}/place",
            get(terminal::meetings::place::place),
        )
        .route(
            "/terminal/meetings/{id}/hand",
            post(terminal::meetings::hand::hand),
        )
        .route(
            "/terminal/meetings/{id}/picture",
            put(terminal::meetings::picture::picture),
        )
        .route("/meetings/{id}/host", post(meetings::host::host))
        .route(
            "/meetings/{id}/host-source",
            put(meetings::host_source::host_source),
        )
        .route("/meetings/{id}/stage", get(meetings::stage::stage))
        .route(
            "/meetings/{id}/direction",
            post(meetings::direction::direction),
        )
        .route("/meetings/{id}/events", get(meetings::events::events))
        .route(
            "/meetings/{id}/stations/{terminal_id}/picture",
            get(meetings::picture::picture),
        )
        .route("/terminal/duty", get(terminal::duty::duty))
        .route("/terminal/viewings/{id}", put(terminal::viewing::viewing))
        .route("/terminal/sign-ins", post(terminal::sign_in::sign_in))
        .route("/feed", get(feed::get::get).layer(CompressionLayer::new()))
        .route("/events", get(events::get::get))
        .route(
            "/terminal/people",
            get(terminal::people::people).layer(CompressionLayer::new()),
        )
        .route(
            "/terminal/member-sessions",
            post(terminal::open_session::open_session),
        )
        .route(
            "/terminal/member-sessions/current",
            delete(terminal::end_session::end_session),
        )
        .route("/terminal/pins", post(terminal::pin::pin))
        .route("/terminal/record", get(terminal::record::record))
        .route(
            "/staff/sessions",
            get(staff::sessions::list::list).post(staff::sign_in::sign_in),
        )
        .route(
            "/staff/sessions/{id}",
            delete(staff::sessions::revoke::revoke),
        )
        .route("/staff/password", put(staff::password::password))
        .route(
            "/staff/totp",
            post(staff::totp::offer::offer).delete(staff::totp::remove::remove),
        )
        .route("/staff/totp/confirm", post(staff::totp::confirm::confirm))
        .route(
            "/staff/accounts",
            get(staff::accounts::list::list).post(staff::accounts::create::create),
        )
        .route("/staff/accounts/{id}", put(staff::accounts::change::change))
        .route(
            "/staff/accounts/{id}/disable",
            post(staff::accounts::disable::disable),
        )
        .route(
            "/staff/accounts/{id}/enable",
            post(staff::accounts::enable::enable),
        )
        .route(
            "/staff/accounts/{id}/password",
            post(staff::accounts::password::password),
        )
        .route(
            "/staff/accounts/{id}/totp",
            delete(staff::accounts::totp::totp),
        )
        .route(
            "/staff/sessions/current",
            get(staff::me::me).delete(staff::sign_out::sign_out),
        )
        .route("/terminals", get(terminals::list::list))
        .route("/terminals/{id}", put(terminals::edit::edit))
        .route("/terminals/{id}/revoke", post(terminals::revoke::revoke))
        .route(
            "/organizations",
            get(organizations::list::list).post(organizations::create::create),
        )
        .route(
            "/bulletins",
            get(bulletins::list::list).post(bulletins::create::create),
        )
        .route(
            "/bulletins/{id}",
            get(bulletins::get::get).put(bulletins::edit::edit),
        )
        .route("/bulletins/{id}/submit", post(bulletins::submit::submit))
        .route(
            "/bulletins/{id}/return",
            post(bulletins::hand_back::hand_back),
        )
        .route("/bulletins/{id}/publish", post(bulletins::publish::publish))
        .route(
            "/bulletins/{id}/withdraw",
            post(bulletins::withdraw::withdraw),
        )
        .route("/programmes", get(programmes::list::list))
        .route(
            "/programmes/{id}/withdraw",
            post(programmes::withdraw::withdraw),
        )
        .route(
            "/roll-calls",
            get(roll_calls::list::list).post(roll_calls::create::create),
        )
        .route("/roll-calls/{id}", get(roll_calls::get::get))
        .route("/roll-calls/{id}/open", post(roll_calls::open::open))
        .route("/roll-calls/{id}/close", post(roll_calls::close::close))
        .route("/roll-calls/{id}/cancel", post(roll_calls::cancel::cancel))
        .route(
            "/roll-calls/{id}/rounds",
            post(roll_calls::add_round::add_round),
        )
        .route(
            "/roll-calls/{id}/members",
            post(roll_calls::add_member::add_member),
        )
        .route(
            "/roll-calls/{id}/corrections",
            post(roll_calls::correct::correct),
        )
        .route(
            "/roll-calls/{id}/attendance",
            get(roll_calls::attendance::attendance),
        )
        .route(
            "/roll-calls/{id}/results",
            get(roll_calls::results::results),
        )
        .route(
            "/roll-calls/{id}/presence-code",
            get(roll_calls::presence_code::presence_code),
        )
        .route("/roll-calls/{id}/events", get(roll_calls::events::events))
        .route("/reports/attendance", get(reports::attendance::attendance))
        .route(
            "/meetings",
            get(meetings::list::list).post(meetings::create::create),
        )
        .route(
            "/meetings/{id}",
            get(meetings::get::get).put(meetings::edit::edit),
        )
        .route("/meetings/{id}/cancel", post(meetings::cancel::cancel))
        .route("/meetings/{id}/start", post(meetings::start::start))
        .route("/meetings/{id}/end", post(meetings::end::end))
        .route(
            "/meetings/{id}/roll-call",
            post(meetings::roll_call::roll_call),
        )
        .route("/meetings/{id}/viewings", get(meetings::viewings::viewings))
        .route(
            "/duty-rooms",
            get(duty_rooms::list::list).post(duty_rooms::create::create),
        )
        .route(
            "/duty-rooms/{id}",
            put(duty_rooms::edit::edit).delete(duty_rooms::delete::delete),
        )
        .route(
            "/duty-rooms/{id}/looks",
            get(duty_rooms::log::log).post(duty_rooms::open::open),
        )
        .route("/duty-looks/{id}", delete(duty_looks::close::close))
        .route(
            "/members",
            get(members::list::list).post(members::create::create),
        )
        .route("/members/search", post(members::search::search))
        .route("/members/duplicates", get(members::duplicates::duplicates))
        .route(
            "/members/import",
            post(members::import::import).layer(lists),
        )
        .route(
            "/members/{id}",
            get(members::get::get).put(members::edit::edit),
        )
        .route("/members/{id}/reveal", post(members::reveal::reveal))
        .route("/members/{id}/purge", post(members::purge::purge))
        .route("/members/{id}/pin", put(members::pin::pin))
        .route("/members/{id}/transfer", post(members::transfer::transfer))
        .route(
            "/members/{id}/transfers",
            get(members::transfers::transfers),
        )
        .route("/members/{id}/leave", post(members::leave::leave))
        .route("/members/{id}/return", post(members::come_back::come_back))
        .route(
            "/households",
            get(households::list::list).post(households::create::create),
        )
        .route(
            "/households/import",
            post(households::import::import).layer(lists),
        )
        .route(
            "/households/{id}",
            get(households::get::get)
                .put(households::edit::edit)
                .delete(households::delete::delete),
        )
        .route("/notices", get(notices::list::list))
        .route("/notices/{id}/seen", post(notices::seen::seen))
        .route("/audit", get(audit::list::list))
        .route(
            "/township",
            get(township::get::get).put(township::replace::replace),
        )
        .route("/pictures", post(pictures::upload::upload).layer(pictures));
    let console = console::router(app.config.console.as_deref());
    Router::new()
        .nest(contract::API_PREFIX, api)
        .merge(console)
        .route("/files/{name}", get(files::get::get))
        .route("/live/whip/{*stream}", post(live::whip::whip))
        .route("/live/whep/{*stream}", post(live::whep::whep))
        .route("/live/sessions/{id}", delete(live::end::end))
        .route(
            "/live/hls/{token}/{meeting}/program/{file}",
            get(live::hls::hls),
        )
        .route("/enrol", get(enrol::page::page))
        .route("/enrol/page.js", get(enrol::page::script))
        .route("/enrol/page.css", get(enrol::page::style))
        .route("/healthz", get(health::live::live))
        .route("/readyz", get(health::ready::ready))
        .route("/metrics", get(health::metrics::metrics))
        .fallback(async || Refusal::no_such_path())
        .method_not_allowed_fallback(async || Refusal::no_such_method())
        .layer(bodies)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            observe::observe,
        ))
        .with_state(app)
}
