//! What the driver says of failures, and what that means for a transaction.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use crate::driver::Failure;
use crate::error::{Constraint, Error};
use crate::trouble::Said;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The server or the connection failed.
    Failed(tokio_postgres::Error),
    /// The server said nothing for too long. What became of the statement nobody knows.
    Silent,
}

/// States that pass by themselves: of the connection, of what the server has left, of its being started and
/// stopped, of the disk, of being too slow or in somebody's way, and of a server that only reads because
/// another one writes by now.
fn passes(state: &SqlState) -> bool {
    let code = state.code();
    ["08", "53", "57P", "58"]
        .iter()
        .any(|class| code.starts_with(class))
        || [
            SqlState::QUERY_CANCELED,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ]
        .contains(state)
}

/// Whether the connection ends with it, or is worth nothing any more because another server writes by now.
fn ends_connection(state: &SqlState) -> bool {
    let code = state.code();
    code.starts_with("08")
        || code.starts_with("57P")
        || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
}

/// The same of the beginning of a transaction, which a server that only reads may refuse as nothing it can do.
pub(super) fn began(sql: &str, trouble: &Trouble, closed: bool) -> (Error, Failure) {
    let only_reads = matches!(trouble, Trouble::Failed(error)
        if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED));
    if only_reads {
        let why = "this server only reads, another one writes";
        return (Error::unavailable(why), Failure::Lost);
    }
    failed(sql, trouble, closed)
}

/// A failure of this statement; `closed`: its connection is gone.
pub(super) fn failed(sql: &str, trouble: &Trouble, closed: bool) -> (Error, Failure) {
    let error = match trouble {
        Trouble::Failed(error) => error,
        Trouble::Silent => {
            return (
                Error::unavailable("it did not answer in time"),
                Failure::Silent,
            );
        }
    };
    let Some(state) = error.code() else {
        let broken = error
            .source()
            .is_some_and(|source| source.is::<std::io::Error>());
        if closed || broken || error.is_closed() {
            return (Error::unavailable(with_cause(error)), Failure::Lost);
        }
        let error = Error::Statement {
            statement: sql.to_owned(),
            source: with_cause(error).into(),
        };
        return (error, Failure::Other);
    };
    let said = Said::boxed(with_cause(error), Some(state));
    if closed || ends_connection(state) {
        return (Error::unavailable(said), Failure::Lost);
    }
    if passes(state) {
        return (Error::unavailable(said), Failure::Other);
    }
    let conflict =
        *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED;
    let kind = match state {
        state if *state == SqlState::UNIQUE_VIOLATION => Some(Constraint::Unique),
        state if *state == SqlState::FOREIGN_KEY_VIOLATION => Some(Constraint::ForeignKey),
        state if *state == SqlState::CHECK_VIOLATION || *state == SqlState::NOT_NULL_VIOLATION => {
            Some(Constraint::Check)
        }
        _ => None,
    };
    let error = match kind {
        Some(kind) => Error::Constraint { kind, source: said },
        None => Error::Statement {
            statement: sql.to_owned(),
            source: said,
        },
    };
    let failure = if conflict {
        Failure::Conflict
    } else {
        Failure::Other
    };
    (error, failure)
}

/// The driver's own text is only `db error`; the server's sentence is its source. `DETAIL` stays
/// out: it quotes values, which may be personal data.
pub(super) fn with_cause(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(cause) => format!("{} ({})", cause.message(), cause.code().code()),
        None => match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself() {
        for (code, comes_again, ends) in [
            ("08006", true, true),
            ("53300", true, false),
            ("53100", true, false),
            ("57P01", true, true),
            ("57P03", true, true),
            ("57014", true, false),
            ("55P03", true, false),
            ("58030", true, false),
            ("25006", true, true),
            ("25P03", true, true),
            ("40001", false, false),
            ("23505", false, false),
            ("42601", false, false),
        ] {
            let state = SqlState::from_code(code);
            assert_eq!(passes(&state), comes_again, "{code}");
            assert_eq!(ends_connection(&state), ends, "{code}");
        }
    }
}
