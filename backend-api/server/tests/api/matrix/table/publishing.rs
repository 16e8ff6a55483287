//! What is published.

use super::Reach::{Nowhere, Subtree};
use super::{PUBLISH, READ, Row, WRITE, Who, row};

pub(super) fn rows() -> Vec<Row> {
    vec![
        // Bulletins and programmes.
        row("GET", "/api/v1/bulletins", READ, Nowhere, &[200]),
        row("GET", "/api/v1/bulletins/{id}", READ, Subtree, &[200]),
        row("POST", "/api/v1/bulletins", WRITE, Subtree, &[201]),
        row("PUT", "/api/v1/bulletins/{id}", WRITE, Subtree, &[200]),
        row(
            "POST",
            "/api/v1/finance-sheets/read",
            WRITE,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/finance-sheets/trial",
            WRITE,
            Subtree,
            &[200],
        ),
        row("POST", "/api/v1/finance-sheets", WRITE, Subtree, &[201]),
        row(
            "POST",
            "/api/v1/bulletins/{id}/submit",
            WRITE,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/bulletins/{id}/return",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/bulletins/{id}/publish",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/bulletins/{id}/withdraw",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row("GET", "/api/v1/programmes", READ, Nowhere, &[200]),
        row("POST", "/api/v1/programmes", PUBLISH, Subtree, &[201]),
        row("GET", "/api/v1/programmes/{id}", READ, Subtree, &[200]),
        row("PUT", "/api/v1/programmes/{id}", PUBLISH, Subtree, &[200]),
        row(
            "POST",
            "/api/v1/programmes/{id}/publish",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/programmes/{id}/film",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/programmes/{id}/withdraw",
            PUBLISH,
            Subtree,
            &[204],
        ),
        // Without the television application there are no pictures, which is said.
        row(
            "POST",
            "/api/v1/bulletins/{id}/preview",
            WRITE,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/programmes/{id}/preview",
            PUBLISH,
            Subtree,
            &[200],
        ),
        // There is no film.
        row(
            "POST",
            "/api/v1/programmes/{id}/still",
            PUBLISH,
            Subtree,
            &[409],
        ),
        row("POST", "/api/v1/pictures", WRITE, Nowhere, &[201]),
        row("POST", "/api/v1/manuscripts", WRITE, Nowhere, &[200]),
        row(
            "POST",
            "/api/v1/bulletins/{id}/pictures/{name}/cover",
            WRITE,
            Subtree,
            &[200],
        ),
        // Films on their way.
        row("OPTIONS", "/api/v1/uploads", Who::Open, Nowhere, &[204]),
        row("POST", "/api/v1/uploads", WRITE, Nowhere, &[201]),
        row("GET", "/api/v1/uploads", WRITE, Nowhere, &[200]),
        row("GET", "/api/v1/uploads/{id}", WRITE, Nowhere, &[200]),
        row("HEAD", "/api/v1/uploads/{id}", WRITE, Nowhere, &[200]),
        row("PATCH", "/api/v1/uploads/{id}", WRITE, Nowhere, &[204]),
        row("DELETE", "/api/v1/uploads/{id}", WRITE, Nowhere, &[204]),
        // What villages send to be published.
        row("GET", "/api/v1/submissions", READ, Nowhere, &[200]),
        row("POST", "/api/v1/submissions", WRITE, Subtree, &[201]),
        row(
            "POST",
            "/api/v1/submissions/pictures",
            WRITE,
            Nowhere,
            &[201],
        ),
        row("GET", "/api/v1/submissions/{id}", READ, Subtree, &[200]),
        row("PUT", "/api/v1/submissions/{id}", WRITE, Subtree, &[200]),
        // Who sees what there is, `submissions.rs` asks.
        row(
            "GET",
            "/api/v1/submissions/{id}/pictures/{picture}",
            READ,
            Subtree,
            &[404],
        ),
        row(
            "POST",
            "/api/v1/submissions/{id}/take",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/submissions/{id}/return",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/submissions/{id}/decline",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row("POST", "/api/v1/submission-links", WRITE, Subtree, &[201]),
        row(
            "GET",
            "/api/v1/submission-links/{id}",
            WRITE,
            Nowhere,
            &[200],
        ),
        // Pages of organizations.
        row("GET", "/api/v1/branches", READ, Nowhere, &[200]),
        row(
            "GET",
            "/api/v1/organizations/{code}/page",
            READ,
            Subtree,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/organizations/{code}/page",
            PUBLISH,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/organizations/{code}/page",
            PUBLISH,
            Subtree,
            &[204],
        ),
    ]
}
