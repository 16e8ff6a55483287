//! What anybody may, and what a television may: always itself.

use super::Reach::Nowhere;
use super::{Row, Who, row};

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("GET", "/healthz", Who::Open, Nowhere, &[200]),
        row("GET", "/readyz", Who::Open, Nowhere, &[200]),
        row("GET", "/metrics", Who::Open, Nowhere, &[200]),
        row("POST", "/api/v1/enrol/device", Who::Open, Nowhere, &[200]),
        row("POST", "/api/v1/enrol/token", Who::Open, Nowhere, &[400]),
        row("POST", "/api/v1/staff/sessions", Who::Open, Nowhere, &[200]),
        row("GET", "/api/v1/staff/sign-in", Who::Open, Nowhere, &[200]),
        row("GET", "/api/v1/setup", Who::Open, Nowhere, &[200]),
        // There are accounts.
        row("POST", "/api/v1/setup", Who::Open, Nowhere, &[404]),
        row("GET", "/files/{name}", Who::Anybody, Nowhere, &[404]),
        // What a terminal may: always itself.
        row("GET", "/api/v1/terminal", Who::Terminal, Nowhere, &[200]),
        row(
            "PUT",
            "/api/v1/terminal/progress/{programme_id}",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/roll-calls",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/sign-ins",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/people",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/member-sessions",
            Who::Terminal,
            Nowhere,
            &[201],
        ),
        row(
            "DELETE",
            "/api/v1/terminal/member-sessions/current",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row(
            "GET",
            "/api/v1/terminal/actions",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/terminal/actions/{id}",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row(
            "POST",
            "/api/v1/terminal/pins",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/record",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/terminal/evaluations",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/evaluations/{id}/objections",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/terminal/ballots",
            Who::Terminal,
            Nowhere,
            &[200],
        ),
        // The media of these meetings were never begun, so whoever may is told that they are not.
        row(
            "POST",
            "/api/v1/terminal/meetings/{id}/join",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row(
            "DELETE",
            "/api/v1/terminal/meetings/{id}/join",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row(
            "GET",
            "/api/v1/terminal/meetings/{id}/place",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row(
            "POST",
            "/api/v1/terminal/meetings/{id}/hand",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row(
            "PUT",
            "/api/v1/terminal/meetings/{id}/picture",
            Who::Terminal,
            Nowhere,
            &[409],
        ),
        row("POST", "/live/whip/{*stream}", Who::Link, Nowhere, &[]),
        row("POST", "/live/whep/{*stream}", Who::Link, Nowhere, &[]),
        // What stands in the address is the token.
        row(
            "GET",
            "/live/hls/{token}/{meeting}/program/{file}",
            Who::Open,
            Nowhere,
            &[401],
        ),
        row("DELETE", "/live/sessions/{id}", Who::Open, Nowhere, &[404]),
        row(
            "PUT",
            "/api/v1/terminal/viewings/{id}",
            Who::Terminal,
            Nowhere,
            &[204],
        ),
        row("GET", "/api/v1/feed", Who::Terminal, Nowhere, &[200]),
        row("GET", "/api/v1/events", Who::Terminal, Nowhere, &[200]),
    ]
}
