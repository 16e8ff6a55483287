//! What the asker does: only they end a request.

use contract::request::{CategoryKind, Happened, RequestState as State, Solved, Verdict};

use super::{Case, Said, conflict, is_over, reference};
use crate::services::kit::error::Result;
use crate::services::requests::clock;
use crate::services::requests::ladder::{Line, level};

impl Case<'_> {
    /// What the asker says of the answer.
    ///
    /// # Errors
    /// [`ServiceError::WrongState`] if they were not asked, or have said; [`ServiceError::Conflict`] if they
    /// have not seen the last answer.
    pub fn judge(&mut self, verdict: &Verdict) -> Result<Said> {
        self.must(self.standing.wants_verdict)?;
        if verdict.about < self.standing.answer_entry {
            return Err(conflict("又有了新的答复，请先看新的答复再说"));
        }
        self.standing.verdict = Some(verdict.solved);
        self.standing.satisfaction = verdict.satisfaction;
        Ok(match verdict.solved {
            Solved::Yes | Solved::Partly => {
                self.end(State::Closed);
                let text = match verdict.solved {
                    Solved::Partly => "部分解决",
                    _ => "已解决",
                };
                Said::to_all(Happened::Closed, text)
            }
            Solved::No => {
                let confidential = self.kind == CategoryKind::Confidential;
                let higher = Line(self.line).higher().filter(|_| !confidential);
                if let Some(higher) = higher {
                    self.standing.office = reference(higher);
                    self.standing.level = level(higher.kind);
                }
                let standing = &mut self.standing;
                standing.state = State::Reopened;
                standing.reopenings += 1;
                standing.wants_verdict = false;
                standing.remind_at_ms = None;
                standing.merged_into_id = None;
                standing.ended_at_ms = None;
                standing.to_call = self.has_phone;
                self.start();
                let text = match higher {
                    Some(higher) => format!("没有解决，升到{}重办，重新计时", higher.name),
                    None => "没有解决，重办，重新计时".to_owned(),
                };
                Said::to_all(Happened::Reopened, text)
            }
        })
    }

    /// The asker adds something.
    ///
    /// # Errors
    /// [`ServiceError::WrongState`] when it is over.
    pub fn add(&mut self, text: &str) -> Result<Said> {
        self.must(!is_over(self.standing.state))?;
        self.standing.wants_addition = false;
        Ok(Said::to_all(Happened::Added, text))
    }

    /// The asker takes it back.
    ///
    /// # Errors
    /// [`ServiceError::WrongState`] when it is over.
    pub fn withdraw(&mut self) -> Result<Said> {
        self.must(!is_over(self.standing.state))?;
        self.end(State::Withdrawn);
        self.standing.to_call = false;
        Ok(Said::to_all(Happened::Withdrawn, ""))
    }

    /// An answer to the request into which this one was merged.
    pub fn answered_with(&mut self, answer: &Said) {
        if self.standing.state != State::Merged {
            return;
        }
        self.standing.responded_at_ms.get_or_insert(self.now_ms);
        if matches!(answer.what, Happened::Answered | Happened::Declined) {
            self.standing.wants_verdict = true;
            self.standing.remind_at_ms = Some(clock::remind_at_ms(self.now_ms));
        }
    }
}
