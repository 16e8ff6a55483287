//! The terminal's identity. The database file is readable by its owner alone.

use contract::organization::OrganizationRef;
use contract::terminal::{Terminal, TerminalKind};
use rusqlite::{OptionalExtension, params};

use super::command::Priority;
use super::error::CacheError;
use super::handle::Cache;
use super::types::{Enrolment, PendingEnrolment};
use super::unasked;

impl Cache {
    /// What staff gave this terminal; `None` when it is not enrolled.
    #[must_use]
    pub fn enrolment(&self) -> Option<Enrolment> {
        self.read("read the enrolment", |db| {
            db.prepare_cached(
                "SELECT server_url, token, terminal_id, kind, name, organization_id, organization_name FROM enrolment",
            )?
            .query_row([], |row| {
                Ok(Enrolment {
                    server_url: row.get(0)?,
                    token: row.get(1)?,
                    terminal_id: row.get(2)?,
                    kind: kind_from(&row.get::<_, String>(3)?),
                    name: row.get(4)?,
                    organization: OrganizationRef { id: row.get(5)?, name: row.get(6)? },
                })
            })
            .optional()
        })
    }

    /// Remembers the enrolment and forgets the pending one. When the terminal's id is another
    /// than before, the feed starts again from nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_enrolment(&self, enrolment: &Enrolment) -> Result<(), CacheError> {
        let before = self.enrolment().map(|before| before.terminal_id);
        self.write("write the enrolment", |tx| {
            tx.execute("DELETE FROM pending_enrolment", [])?;
            if before.as_deref() != Some(enrolment.terminal_id.as_str()) {
                tx.execute("DELETE FROM terminal_document", [])?;
                unasked::drop_all(tx)?;
                // What another place does not hold was not called off.
                tx.execute("UPDATE meeting_choice SET known_ms = NULL", [])?;
            }
            tx.execute("DELETE FROM meta WHERE key IN ('cursor', 'note:etag', 'note:last_event_id')", [])?;
            tx.execute(
                "INSERT OR REPLACE INTO enrolment(id, server_url, token, terminal_id, kind, name, organization_id,
                 organization_name) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    enrolment.server_url,
                    enrolment.token,
                    enrolment.terminal_id,
                    kind_to(enrolment.kind),
                    enrolment.name,
                    enrolment.organization.id,
                    enrolment.organization.name
                ],
            )
        })?;
        self.forget_people();
        self.forget_evaluations();
        self.changed();
        self.wake_commands(Priority::Interactive);
        self.wake_commands(Priority::Background);
        self.wake_fetchers();
        Ok(())
    }

    /// Takes what the server says this terminal is. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn terminal_is(&self, terminal: &Terminal) -> Result<bool, CacheError> {
        let Some(mut enrolment) = self.enrolment() else {
            return Ok(false);
        };
        // An answer to the token before.
        if enrolment.terminal_id != terminal.id {
            return Ok(false);
        }
        let before = enrolment.clone();
        enrolment.kind = terminal.kind;
        enrolment.name.clone_from(&terminal.name);
        enrolment.organization.clone_from(&terminal.organization);
        if enrolment == before {
            return Ok(false);
        }
        self.write("write what the terminal is", |tx| {
            tx.execute(
                "UPDATE enrolment SET kind = ?1, name = ?2, organization_id = ?3, organization_name = ?4",
                params![
                    kind_to(enrolment.kind),
                    enrolment.name,
                    enrolment.organization.id,
                    enrolment.organization.name
                ],
            )
        })?;
        self.changed();
        Ok(true)
    }

    /// Forgets the token, as after a revocation, and the people. Content and what waits in the
    /// outbox stay.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn clear_enrolment(&self) -> Result<(), CacheError> {
        self.write("forget the enrolment", |tx| {
            tx.execute("DELETE FROM terminal_document", [])?;
            unasked::drop_all(tx)?;
            tx.execute("DELETE FROM enrolment", [])
        })?;
        self.forget_people();
        self.forget_evaluations();
        self.changed();
        Ok(())
    }

    /// An enrolment that was asked for before the last restart.
    #[must_use]
    pub fn pending_enrolment(&self) -> Option<PendingEnrolment> {
        self.read("read the pending enrolment", |db| {
            db.prepare_cached(
                "SELECT server_url, device_code, user_code, verification_uri, verification_uri_complete,
                        expires_at_ms, interval_s, boot_id FROM pending_enrolment",
            )?
            .query_row([], |row| {
                Ok(PendingEnrolment {
                    server_url: row.get(0)?,
                    device_code: row.get(1)?,
                    user_code: row.get(2)?,
                    verification_uri: row.get(3)?,
                    verification_uri_complete: row.get(4)?,
                    expires_at_boot_ms: row.get(5)?,
                    interval_s: super::read::unsigned(row.get(6)?),
                    boot_id: row.get(7)?,
                })
            })
            .optional()
        })
    }

    /// Remembers or forgets an enrolment that waits for staff.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_pending_enrolment(
        &self,
        pending: Option<&PendingEnrolment>,
    ) -> Result<(), CacheError> {
        self.write("write the pending enrolment", |tx| {
            tx.execute("DELETE FROM pending_enrolment", [])?;
            if let Some(pending) = pending {
                tx.execute(
                    "INSERT INTO pending_enrolment(id, server_url, device_code, user_code, verification_uri,
                     verification_uri_complete, expires_at_ms, interval_s, boot_id)
                     VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    params![
                        pending.server_url,
                        pending.device_code,
                        pending.user_code,
                        pending.verification_uri,
                        pending.verification_uri_complete,
                        pending.expires_at_boot_ms,
                        i64::try_from(pending.interval_s).unwrap_or(i64::MAX),
                        pending.boot_id
                    ],
                )?;
            }
            Ok(())
        })
    }
}

fn kind_to(kind: TerminalKind) -> &'static str {
    match kind {
        TerminalKind::Household => "household",
        TerminalKind::Station => "station",
        TerminalKind::Signage => "signage",
    }
}

fn kind_from(text: &str) -> TerminalKind {
    match text {
        "station" => TerminalKind::Station,
        "signage" => TerminalKind::Signage,
        _ => TerminalKind::Household,
    }
}
