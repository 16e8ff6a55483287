//! What happens when time passes.

use contract::request::{CategoryKind, Happened, RequestState as State};

use super::{Case, Said, reference, running};
use crate::services::requests::clock;
use crate::services::requests::ladder::{Line, level};

impl Case<'_> {
    /// It is due soon.
    ///
    /// # Errors
    /// When it is to be said later, by night in the morning; nothing if it was said, or comes too late.
    pub fn soon(&mut self) -> Result<Said, Option<i64>> {
        let Some(due_ms) = self.standing.due_at_ms else {
            return Err(None);
        };
        if self.standing.warned || self.standing.overdue || self.now_ms >= due_ms {
            return Err(None);
        }
        let planned = running(&self.standing).soon_at_ms(self.days);
        let at_ms = clock::warn_at_ms(self.now_ms, due_ms);
        if self.now_ms < planned {
            return Err(Some(planned));
        }
        // What is planned for the night is so because the morning is too late.
        if at_ms > self.now_ms {
            return Err(Some(at_ms));
        }
        self.standing.warned = true;
        Ok(Said::to_staff(Happened::DueSoon, "快到答复时限"))
    }

    /// Its time is over: it goes one level higher, with a new clock. Nothing, if it is not, or was said.
    pub fn overdue(&mut self) -> Option<Said> {
        let due_ms = self.standing.due_at_ms?;
        if self.standing.overdue || self.now_ms < due_ms {
            return None;
        }
        self.standing.escalations += 1;
        let confidential = self.kind == CategoryKind::Confidential;
        let Some(higher) = Line(self.line).higher().filter(|_| !confidential) else {
            self.standing.overdue = true;
            self.standing.extension_asked_hours = None;
            let text = "已超过答复时限，上面没有更高一级";
            return Some(Said::to_staff(Happened::Noted, text));
        };
        if self.standing.state != State::Reopened {
            self.standing.state = State::Received;
        }
        self.standing.office = reference(higher);
        self.standing.level = level(higher.kind);
        self.start();
        let text = format!("超过时限没有答复，升到{}，重新计时", higher.name);
        Some(Said::to_all(Happened::Escalated, text))
    }

    /// Reminds the asker, once for each answer.
    pub fn remind(&mut self) -> Option<Said> {
        let at_ms = self.standing.remind_at_ms?;
        if self.now_ms < at_ms || !self.standing.wants_verdict {
            return None;
        }
        self.standing.remind_at_ms = None;
        let text = "请说一下：已解决、部分解决，还是没有解决";
        Some(Said::to_all(Happened::Reminded, text))
    }
}
