//! The OpenAPI document, from the handlers.

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::extract::SESSION_COOKIE;

#[derive(OpenApi)]
#[openapi(
    info(title = "智慧党建 TV backend", description = "What terminals and staff ask the backend for."),
    paths(
        super::health::live::live, super::health::ready::ready, super::health::metrics::metrics,
        super::enrol::device::device, super::enrol::token::token,
        super::enrolments::list::list, super::enrolments::approve::approve,
        super::enrolments::decline::decline, super::enrolments::households::households,
        super::terminal::get::get, super::terminal::progress::progress,
        super::terminal::roll_calls::roll_calls, super::terminal::sign_in::sign_in,
        super::terminal::meetings::join::join, super::terminal::meetings::leave::leave,
        super::terminal::meetings::place::place, super::terminal::meetings::hand::hand,
        super::terminal::meetings::picture::picture,
        super::meetings::host::host, super::meetings::host_source::host_source,
        super::meetings::stage::stage,
        super::meetings::direction::direction, super::meetings::events::events,
        super::meetings::picture::picture,
        super::live::whip::whip, super::live::whep::whep, super::live::end::end,
        super::live::hls::hls,
        super::feed::get::get, super::events::get::get, super::files::get::get,
        super::staff::sign_in::sign_in, super::staff::sign_out::sign_out,
        super::staff::me::me,
        super::terminals::list::list, super::terminals::edit::edit, super::terminals::revoke::revoke,
        super::organizations::list::list, super::organizations::create::create,
        super::bulletins::list::list, super::bulletins::get::get,
        super::bulletins::create::create, super::bulletins::edit::edit,
        super::bulletins::submit::submit, super::bulletins::hand_back::hand_back,
        super::bulletins::publish::publish, super::bulletins::withdraw::withdraw,
        super::programmes::list::list, super::programmes::withdraw::withdraw,
        super::roll_calls::list::list, super::roll_calls::create::create,
        super::roll_calls::get::get, super::roll_calls::open::open,
        super::roll_calls::close::close, super::roll_calls::cancel::cancel,
        super::roll_calls::add_round::add_round, super::roll_calls::correct::correct,
        super::roll_calls::add_member::add_member,
        super::roll_calls::attendance::attendance, super::roll_calls::results::results,
        super::roll_calls::presence_code::presence_code, super::roll_calls::events::events,
        super::meetings::list::list, super::meetings::create::create,
        super::meetings::get::get, super::meetings::edit::edit,
        super::meetings::cancel::cancel, super::meetings::start::start,
        super::meetings::end::end, super::meetings::roll_call::roll_call,
        super::meetings::viewings::viewings, super::terminal::viewing::viewing,
        super::reports::attendance::attendance,
        super::duty_rooms::list::list, super::duty_rooms::create::create,
        super::duty_rooms::edit::edit, super::duty_rooms::delete::delete,
        super::duty_rooms::log::log, super::duty_rooms::open::open,
        super::duty_looks::close::close, super::terminal::duty::duty,
        super::terminal::people::people, super::terminal::open_session::open_session,
        super::terminal::end_session::end_session, super::terminal::pin::pin,
        super::terminal::record::record,
        super::staff::sessions::list::list, super::staff::sessions::revoke::revoke,
        super::staff::password::password, super::staff::totp::offer::offer,
        super::staff::totp::confirm::confirm, super::staff::totp::remove::remove,
        super::staff::accounts::list::list, super::staff::accounts::create::create,
        super::staff::accounts::change::change, super::staff::accounts::disable::disable,
        super::staff::accounts::enable::enable, super::staff::accounts::password::password,
        super::staff::accounts::totp::totp,
        super::members::list::list, super::members::create::create,
        super::members::get::get, super::members::edit::edit,
        super::members::search::search, super::members::duplicates::duplicates,
        super::members::import::import, super::members::reveal::reveal,
        super::members::purge::purge, super::members::pin::pin,
        super::members::transfer::transfer, super::members::transfers::transfers,
        super::members::leave::leave, super::members::come_back::come_back,
        super::households::list::list, super::households::create::create,
        super::households::get::get, super::households::edit::edit,
        super::households::delete::delete, super::households::import::import,
        super::notices::list::list, super::notices::seen::seen,
        super::audit::list::list,
        super::township::get::get, super::township::replace::replace,
        super::pictures::upload::upload,
    ),
    components(schemas(contract::error::Problem)),
    modifiers(&Tokens)
)]
struct Document;

/// The sorts of bearer tokens.
struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, about) in [
            ("terminal", "A terminal's token, from enrolment"),
            ("staff", "A staff session's token"),
            ("link", "The token of a `MediaLink`"),
        ] {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(about))
                .build();
            components.add_security_scheme(name, SecurityScheme::Http(scheme));
        }
        let cookie = ApiKeyValue::with_description(
            SESSION_COOKIE,
            "The same as a cookie, for the console; changes also need X-Requested-With: console",
        );
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        components.add_security_scheme("console", cookie);
    }
}

/// The document as JSON, with a line break at its end.
#[must_use]
pub fn json() -> String {
    // A document made of our own types always serialises.
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// `GET /api/v1/openapi.json`
pub async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], json())
}
