//! The duty rooms of this place and the log of the looks into them: the last answer of
//! `GET /api/v1/terminal/duty`, so that both can be read without a network.
//!
//! Where this television's own camera is to be sent is not kept: it comes with a token that is
//! good while somebody looks, and after a restart only the server knows whether anybody does.

use std::sync::Arc;

use contract::duty::{DutyLook, DutyRoom, TerminalDuty};
use serde::{Deserialize, Serialize};

use super::documents::TerminalDocument;
use super::error::CacheError;
use super::handle::Cache;

/// What is known of the duty rooms of this place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// The server has answered once, or knows nothing of duty rooms.
    pub asked: bool,
    /// What may be looked into at all.
    pub rooms: Vec<DutyRoom>,
    /// Looks, those going on first, then the newest.
    pub looks: Vec<DutyLook>,
}

impl TerminalDocument for Duty {
    const NAME: &'static str = "duty";
}

impl Duty {
    /// The looks that go on.
    pub fn open(&self) -> impl Iterator<Item = &DutyLook> {
        self.looks.iter().filter(|look| look.closed_at_ms.is_none())
    }
}

impl Cache {
    /// The duty rooms of this place and who looked into them; nothing before the first answer.
    #[must_use]
    pub fn duty(&self) -> Arc<Duty> {
        self.remembered()
    }

    /// Takes an answer of the server. True when it is news.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_duty(&self, told: TerminalDuty) -> Result<bool, CacheError> {
        let duty = Duty {
            asked: true,
            rooms: told.rooms,
            looks: told.looks,
        };
        if *self.duty() == duty {
            return Ok(false);
        }
        self.keep(duty, "")?;
        self.changed();
        Ok(true)
    }
}
