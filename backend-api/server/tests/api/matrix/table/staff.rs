//! What staff may about themselves, accounts, the log, and how the server is.

use super::Reach::{Nowhere, Root, Subtree};
use super::{ACCOUNTS, AUDIT, ORGANIZE, Row, Who, row};

pub(super) fn rows() -> Vec<Row> {
    vec![
        // Oneself.
        row(
            "DELETE",
            "/api/v1/staff/sessions/current",
            Who::AnyStaff,
            Nowhere,
            &[204],
        ),
        row(
            "GET",
            "/api/v1/staff/sessions/current",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/staff/sessions",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/staff/password",
            Who::AnyStaff,
            Nowhere,
            &[204],
        ),
        row("POST", "/api/v1/staff/totp", Who::AnyStaff, Nowhere, &[200]),
        row(
            "POST",
            "/api/v1/staff/totp/confirm",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/totp/recovery-codes",
            Who::AnyStaff,
            Nowhere,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/staff/totp",
            Who::AnyStaff,
            Nowhere,
            &[204],
        ),
        row("GET", "/api/v1/township", Who::AnyStaff, Nowhere, &[200]),
        // Accounts.
        row("GET", "/api/v1/staff/accounts", ACCOUNTS, Nowhere, &[200]),
        row("POST", "/api/v1/staff/accounts", ACCOUNTS, Subtree, &[201]),
        row(
            "GET",
            "/api/v1/staff/accounts/{id}",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "PUT",
            "/api/v1/staff/accounts/{id}",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/disable",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "GET",
            "/api/v1/staff/accounts/{id}/hands",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/hand-over",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/enable",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "POST",
            "/api/v1/staff/accounts/{id}/password",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/staff/accounts/{id}/totp",
            ACCOUNTS,
            Subtree,
            &[200],
        ),
        row(
            "DELETE",
            "/api/v1/staff/sessions/{id}",
            ACCOUNTS,
            Subtree,
            &[204],
        ),
        row("GET", "/api/v1/audit", AUDIT, Nowhere, &[200]),
        row("GET", "/api/v1/audit/head", AUDIT, Nowhere, &[200]),
        row("GET", "/api/v1/condition", AUDIT, Nowhere, &[200]),
        row("POST", "/api/v1/condition/clock", ORGANIZE, Root, &[200]),
    ]
}
