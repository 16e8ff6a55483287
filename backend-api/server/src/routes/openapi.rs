//! The OpenAPI document: what all of it has in common. The rest comes from the resources.

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::extract::SESSION_COOKIE;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "智慧党建 TV backend", description = "What terminals and staff ask the backend for."),
    components(schemas(contract::error::Problem)),
    modifiers(&Tokens)
)]
struct Document;

/// The sorts of bearer tokens.
struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, document: &mut OpenApi) {
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

/// The document of these operations as JSON, with a line break at its end.
pub fn json(mut operations: OpenApi) -> String {
    // `{*name}` is axum's own; in OpenAPI a parameter is `{name}`, whatever it takes.
    let paths = std::mem::take(&mut operations.paths.paths);
    let plain = |(path, item): (String, _)| (path.replace("{*", "{"), item);
    operations.paths.paths = paths.into_iter().map(plain).collect();
    let document = Document::openapi().merge_from(operations);
    // A document made of our own types always serialises.
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// `GET /api/v1/openapi.json`
pub fn answer(json: String) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], json)
}
