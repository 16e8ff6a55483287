//! What may happen to a request, when, and by whom, and how it stands afterwards. No database and no clock: the
//! caller says what time it is, who stands where and what the working calendar is.
//!
//! | | |
//! |---|---|
//! | received, assigned, reopened | it waits for somebody; the clock of the first response runs |
//! | in progress | somebody answers for it; what was the first response stopped the clock |
//! | answered | only the asker ends it, or has it reopened one level higher |
//! | declined | with a reason; the asker may still have it reopened |
//! | closed, merged, withdrawn | over; who was merged still judges the answer |

use contract::error::CurrentState;
use contract::organization::{Organization, OrganizationRef};
use contract::request::{Act, CategoryKind, Happened, RequestState as State};

use store::requests::{Plan, Standing};

use super::clock::{self, Days, Running};
use super::ladder::{Line, level};
use crate::services::kit::error::{Result, ServiceError};

mod asker;
mod by_itself;
#[cfg(test)]
mod tests;

/// More time than this is never given, in hours.
const MOST_HOURS: u32 = 720;

/// A request, and what is known around it.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// How it stands.
    pub standing: Standing,
    /// What it is for.
    pub kind: CategoryKind,
    /// Its author let it be answered in public.
    pub may_be_public: bool,
    /// Its asker left a number.
    pub has_phone: bool,
    /// The way from the top down to the office that has it.
    pub line: &'a [Organization],
    /// The working calendar.
    pub days: &'a Days,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// Who acts, seen from the office that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody of the office.
    Office,
    /// Somebody above it.
    Above,
}

/// An entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub what: Happened,
    /// What was said.
    pub text: String,
    /// Only staff see it.
    pub is_internal: bool,
}

impl Said {
    fn to_all(what: Happened, text: impl Into<String>) -> Self {
        Self {
            what,
            text: text.into(),
            is_internal: false,
        }
    }

    fn to_staff(what: Happened, text: impl Into<String>) -> Self {
        Self {
            is_internal: true,
            ..Self::to_all(what, text)
        }
    }
}

/// The names of [`Act`], as they stand on the wire.
pub const ACTS: [&str; 13] = [
    "accept",
    "reply",
    "pass_on",
    "return",
    "ask_back",
    "ask_extension",
    "give_extension",
    "refuse_extension",
    "decline",
    "merge",
    "note",
    "call",
    "publish",
];

/// The name of an act.
#[must_use]
pub const fn name(act: &Act) -> &'static str {
    match act {
        Act::Accept => ACTS[0],
        Act::Reply { .. } => ACTS[1],
        Act::PassOn { .. } => ACTS[2],
        Act::Return { .. } => ACTS[3],
        Act::AskBack { .. } => ACTS[4],
        Act::AskExtension { .. } => ACTS[5],
        Act::GiveExtension => ACTS[6],
        Act::RefuseExtension { .. } => ACTS[7],
        Act::Decline { .. } => ACTS[8],
        Act::Merge { .. } => ACTS[9],
        Act::Note { .. } => ACTS[10],
        Act::Call { .. } => ACTS[11],
        Act::Publish { .. } => ACTS[12],
    }
}

/// Whether nothing more is done.
#[must_use]
pub const fn is_over(state: State) -> bool {
    matches!(
        state,
        State::Closed | State::Declined | State::Merged | State::Withdrawn | State::Unknown
    )
}

/// Whether staff have something to do.
const fn is_open(state: State) -> bool {
    matches!(
        state,
        State::Received | State::Assigned | State::InProgress | State::Reopened
    )
}

/// How something begins that came now.
#[must_use]
pub fn begun(
    office: &Organization,
    least_level: contract::request::Level,
    clock: contract::request::ClockKind,
    hours: u32,
    has_phone: bool,
    days: &Days,
    now_ms: i64,
) -> Standing {
    let running = Running {
        kind: clock,
        hours,
        started_at_ms: now_ms,
    };
    let due_ms = running.due_at_ms(days);
    Standing {
        state: State::Received,
        office: reference(office),
        level: level(office.kind),
        least_level,
        trail: Vec::new(),
        clock,
        hours,
        extra_hours: 0,
        started_at_ms: now_ms,
        due_at_ms: Some(due_ms),
        warned: false,
        overdue: false,
        escalations: 0,
        reopenings: 0,
        extension_asked_hours: None,
        first_due_at_ms: due_ms,
        responded_at_ms: None,
        wants_verdict: false,
        wants_addition: false,
        to_call: has_phone,
        answer_entry: 0,
        verdict: None,
        satisfaction: None,
        merged_into_id: None,
        bulletin_id: None,
        ended_at_ms: None,
        remind_at_ms: None,
    }
}

/// The clock of a request.
#[must_use]
pub fn running(standing: &Standing) -> Running {
    Running {
        kind: standing.clock,
        hours: standing.hours + standing.extra_hours,
        started_at_ms: standing.started_at_ms,
    }
}

/// When the server does something to it by itself.
#[must_use]
pub fn plan(standing: &Standing, days: &Days) -> Plan {
    let Some(due_ms) = standing.due_at_ms.filter(|_| !standing.overdue) else {
        return Plan::default();
    };
    Plan {
        soon_at_ms: (!standing.warned).then(|| running(standing).soon_at_ms(days)),
        overdue_at_ms: Some(due_ms),
    }
}

fn reference(organization: &Organization) -> OrganizationRef {
    OrganizationRef {
        id: organization.id.clone(),
        name: organization.name.clone(),
    }
}

fn conflict(why: &str) -> ServiceError {
    ServiceError::Conflict(why.to_owned())
}

impl Case<'_> {
    fn wrong_state(&self) -> ServiceError {
        ServiceError::WrongState(CurrentState::from(self.standing.state))
    }

    fn must(&self, right: bool) -> Result<()> {
        if right {
            Ok(())
        } else {
            Err(self.wrong_state())
        }
    }

    /// What an actor may do with it now.
    #[must_use]
    pub fn may(&self, actor: Actor) -> Vec<String> {
        ACTS.iter()
            .filter(|name| self.check(name, actor).is_ok())
            .map(|name| (*name).to_owned())
            .collect()
    }

    /// Whether an act of this name is possible now.
    fn check(&self, name: &str, actor: Actor) -> Result<()> {
        let standing = &self.standing;
        let open = is_open(standing.state);
        if self.kind == CategoryKind::Confidential
            && matches!(
                name,
                "pass_on" | "return" | "merge" | "publish" | "ask_extension"
            )
        {
            return Err(conflict("举报只由收到的办公室处理，别处都看不到"));
        }
        match name {
            "accept" => self.must(open && standing.state != State::InProgress),
            "reply" => self.must(open || standing.state == State::Answered),
            "pass_on" | "ask_back" | "decline" => self.must(open),
            "merge" => self.must(open || standing.state == State::Answered),
            "return" => {
                self.must(open)?;
                if standing.trail.is_empty() && Line(self.line).dispatcher().is_none() {
                    return Err(conflict("没有可以退回的上一级，请直接办理或说明不能办"));
                }
                Ok(())
            }
            "ask_extension" => self.may_ask_extension(),
            "give_extension" | "refuse_extension" => {
                self.must(open)?;
                if standing.extension_asked_hours.is_none() {
                    return Err(conflict("没有人申请延长"));
                }
                if actor != Actor::Above {
                    return Err(ServiceError::Forbidden("延长由上一级批，不能自己批"));
                }
                Ok(())
            }
            "call" => self.must(!is_over(standing.state)),
            "publish" => {
                self.must(matches!(standing.state, State::Answered | State::Closed))?;
                if self.kind != CategoryKind::Suggestion || !self.may_be_public {
                    return Err(conflict("作者没有同意公开答复"));
                }
                if standing.bulletin_id.is_some() {
                    return Err(conflict("已经公开过了"));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn may_ask_extension(&self) -> Result<()> {
        let standing = &self.standing;
        self.must(is_open(standing.state))?;
        let Some(due_ms) = standing.due_at_ms else {
            return Err(conflict("已经答复过，没有时限要延长"));
        };
        if self.now_ms >= due_ms {
            return Err(conflict("已经超过时限，不能再申请延长"));
        }
        if standing.extension_asked_hours.is_some() {
            return Err(conflict("已经申请过，等上一级批"));
        }
        if standing.extra_hours > 0 {
            return Err(conflict("已经延长过一次，不能再延长"));
        }
        if self.line.len() < 2 {
            return Err(conflict("没有上一级可以批，请按时答复"));
        }
        Ok(())
    }

    /// Does what staff do. `target` is where a [`Act::PassOn`] goes, which the caller has found among those it
    /// may go to; what a [`Act::Return`] goes back to, it has found by [`returns_to`](Self::returns_to).
    ///
    /// # Errors
    /// [`ServiceError::WrongState`], [`ServiceError::Conflict`], [`ServiceError::Forbidden`]; then nothing has
    /// changed.
    pub fn act(&mut self, act: &Act, actor: Actor, target: Option<&Organization>) -> Result<Said> {
        self.check(name(act), actor)?;
        let moved = || ServiceError::Internal("nowhere to pass a request on to".to_owned());
        Ok(match act {
            Act::Accept => {
                self.respond();
                Said::to_all(Happened::Accepted, "")
            }
            Act::Reply {
                text,
                done,
                by_phone,
                ..
            } => self.reply(text, *done, *by_phone),
            Act::PassOn { reason, .. } => {
                let target = target.ok_or_else(moved)?;
                if level(target.kind) < self.standing.least_level {
                    return Err(conflict("按类别规定，这件事不能往下转"));
                }
                let from = self.standing.office.id.clone();
                self.standing.trail.push(from);
                self.to(target, State::Assigned);
                Said::to_all(Happened::PassedOn, format!("转给{}：{reason}", target.name))
            }
            Act::Return { reason } => {
                let target = target.ok_or_else(moved)?;
                self.standing.trail.pop();
                self.to(target, State::Received);
                Said::to_all(Happened::Returned, format!("退回{}：{reason}", target.name))
            }
            Act::AskBack { text } => {
                self.respond();
                self.standing.wants_addition = true;
                Said::to_all(Happened::AskedBack, text)
            }
            Act::AskExtension { hours, reason } => {
                self.standing.extension_asked_hours = Some(*hours);
                let text = format!("申请延长 {hours} 小时：{reason}");
                Said::to_all(Happened::ExtensionAsked, text)
            }
            Act::GiveExtension => self.give_extension()?,
            Act::RefuseExtension { reason } => {
                self.standing.extension_asked_hours = None;
                Said::to_all(Happened::ExtensionRefused, reason)
            }
            Act::Decline { reason } => {
                self.respond();
                self.end(State::Declined);
                self.standing.wants_verdict = true;
                Said::to_all(Happened::Declined, reason)
            }
            Act::Merge { into } => {
                self.end(State::Merged);
                self.standing.merged_into_id = Some(into.clone());
                Said::to_all(Happened::Merged, "和另一件是同一件事，一并答复")
            }
            Act::Note { text } => Said::to_staff(Happened::Noted, text),
            Act::Call { reached, text } => {
                if *reached {
                    self.standing.to_call = false;
                }
                let came = if *reached { "接通" } else { "没有接通" };
                let text = if text.is_empty() {
                    came.to_owned()
                } else {
                    format!("{came}：{text}")
                };
                Said::to_staff(Happened::Called, text)
            }
            Act::Publish { .. } => Said::to_all(Happened::Published, "答复已公开，没有写姓名"),
        })
    }

    /// Id of whom it goes back to.
    #[must_use]
    pub fn returns_to(&self) -> Option<String> {
        let last = self.standing.trail.last().cloned();
        last.or_else(|| Line(self.line).dispatcher().map(|it| it.id.clone()))
    }

    fn reply(&mut self, text: &str, done: bool, by_phone: bool) -> Said {
        let answered = self.standing.state == State::Answered;
        self.respond();
        if by_phone {
            self.standing.to_call = false;
        }
        if done {
            self.standing.state = State::Answered;
            self.standing.wants_verdict = true;
            self.standing.wants_addition = false;
            self.standing.remind_at_ms = Some(clock::remind_at_ms(self.now_ms));
            return Said::to_all(Happened::Answered, text);
        }
        if answered {
            self.standing.state = State::Answered;
        }
        Said::to_all(Happened::Replied, text)
    }

    fn give_extension(&mut self) -> Result<Said> {
        let standing = &mut self.standing;
        let (Some(hours), Some(due_ms)) = (standing.extension_asked_hours, standing.due_at_ms)
        else {
            return Err(conflict("没有人申请延长"));
        };
        if self.now_ms >= due_ms {
            return Err(conflict("已经超过时限，不能再延长"));
        }
        standing.extension_asked_hours = None;
        standing.extra_hours = hours.min(MOST_HOURS);
        standing.due_at_ms = Some(running(standing).due_at_ms(self.days));
        // It is another deadline.
        standing.warned = false;
        let text = format!("同意延长 {} 小时", standing.extra_hours);
        Ok(Said::to_all(Happened::ExtensionGiven, text))
    }

    /// Another has it; the clock runs on.
    fn to(&mut self, target: &Organization, state: State) {
        let standing = &mut self.standing;
        standing.state = state;
        standing.office = reference(target);
        standing.level = level(target.kind);
        standing.extension_asked_hours = None;
        standing.wants_addition = false;
    }

    /// Somebody has said something to the asker: nothing is due any more.
    fn respond(&mut self) {
        let standing = &mut self.standing;
        standing.state = State::InProgress;
        standing.responded_at_ms.get_or_insert(self.now_ms);
        standing.due_at_ms = None;
        standing.extension_asked_hours = None;
    }

    fn end(&mut self, state: State) {
        let standing = &mut self.standing;
        standing.state = state;
        standing.due_at_ms = None;
        standing.extension_asked_hours = None;
        standing.wants_addition = false;
        standing.wants_verdict = false;
        standing.remind_at_ms = None;
        standing.ended_at_ms = Some(self.now_ms);
    }

    /// A new clock, with nothing of the old one.
    fn start(&mut self) {
        let standing = &mut self.standing;
        standing.extra_hours = 0;
        standing.extension_asked_hours = None;
        standing.warned = false;
        standing.overdue = false;
        standing.started_at_ms = self.now_ms;
        standing.due_at_ms = Some(running(standing).due_at_ms(self.days));
        standing.trail.clear();
    }
}
