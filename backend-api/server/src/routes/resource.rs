//! Where endpoints are registered: path and method stand in the handler's `#[utoipa::path]` and
//! nowhere else, and the router and the OpenAPI document both get them from there.
//!
//! [`Resource`] takes nothing but what [`endpoint!`](endpoint) makes, so no route is without its
//! operation in the document. The modules of handlers are private, so one that nobody registers is
//! dead code, which does not build; a test looks for files that are no module.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::app::App;

/// A handler with its method, path, operation and the schemas it names.
pub type Endpoint = UtoipaMethodRouter<Arc<App>>;

/// The endpoint of a module, whose handler is called the same. One at a time: `routes!` would serve
/// several handlers at all of their paths.
macro_rules! endpoint {
    ($name:ident) => {
        utoipa_axum::routes!($name::$name)
    };
}
pub(super) use endpoint;

/// The endpoints of a folder.
#[derive(Default)]
pub struct Resource(OpenApiRouter<Arc<App>>);

impl Resource {
    /// One without endpoints.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this endpoint.
    ///
    /// # Panics
    /// If its method and path are taken.
    #[must_use]
    pub fn add(self, endpoint: Endpoint) -> Self {
        Self(self.0.routes(endpoint))
    }

    /// With those of another.
    ///
    /// # Panics
    /// If a method and path are in both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0.merge(other.0))
    }

    /// What is registered, as axum spells it: the rest of a path is `{*name}`.
    #[must_use]
    pub fn registered(&self) -> Vec<(Method, String)> {
        let paths = self.0.get_openapi().paths.paths.iter();
        paths
            .flat_map(|(path, item)| {
                let methods = [
                    (Method::GET, &item.get),
                    (Method::PUT, &item.put),
                    (Method::POST, &item.post),
                    (Method::DELETE, &item.delete),
                    (Method::PATCH, &item.patch),
                    (Method::HEAD, &item.head),
                    (Method::OPTIONS, &item.options),
                    (Method::TRACE, &item.trace),
                ];
                let used = methods.into_iter().filter(|(_, it)| it.is_some());
                used.map(|(method, _)| (method, path.clone()))
            })
            .collect()
    }

    /// The routes.
    pub fn into_router(self) -> Router<Arc<App>> {
        self.0.into()
    }

    /// The operations and the schemas they name.
    #[must_use]
    pub fn into_openapi(self) -> OpenApi {
        self.0.into_openapi()
    }
}
