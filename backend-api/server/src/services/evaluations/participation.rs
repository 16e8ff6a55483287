//! How many took part. Staff are told at most once a minute, so that nobody who watches the figure and the door of
//! a meeting room learns more than that somebody came; and thirty-five thousand rows are counted no more often.

use std::collections::HashMap;

use parking_lot::Mutex;
use store::Tx;
use store::evaluations::entitled;

use crate::services::kit::error::Result;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Figures kept at most.
const KEPT: usize = 1_000;

/// Figures counted lately, by evaluation: the minute, and how many.
#[derive(Debug, Default)]
pub struct Participation(Mutex<HashMap<String, (i64, u32)>>);

impl Participation {
    /// How many had taken part when it was asked first in this minute. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn of(&self, tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<u32> {
        let minute = now_ms.div_euclid(MINUTE_MS);
        if let Some((at, count)) = self.0.lock().get(id)
            && *at == minute
        {
            return Ok(*count);
        }
        let count = entitled::took_part(tx, id)?;
        let mut kept = self.0.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(id.to_owned(), (minute, count));
        Ok(count)
    }
}
