//! What the people of this TV asked with one key, as its screens show it: what the server said of it, and
//! what is still on its way.

use contract::request::{CategoryKind, RequestState, TerminalRequest};

use super::Route;
use crate::cache::{Cache, ServerTime, WaitingKind, WaitingRequest};

/// How something that was asked stands, in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stand {
    /// On its way to the server.
    #[default]
    Sending,
    /// Kept until there is a network.
    Kept,
    /// The asker is asked whether it is solved.
    WantsVerdict,
    /// The asker is asked something.
    WantsAddition,
    /// Somebody answers until this moment, Unix ms.
    Due(i64),
    /// Nobody has until then.
    Overdue,
    /// Somebody works on it; nothing is due.
    InHand,
    /// Answered, and the asker was told; they have nothing to say.
    Answered,
    /// The asker said that it is done.
    Closed,
    /// It cannot be done.
    Declined,
    /// It is one with another.
    Merged,
    /// The asker took it back.
    Withdrawn,
}

impl Stand {
    /// Whether the asker's word is wanted.
    #[must_use]
    pub const fn wants_word(self) -> bool {
        matches!(self, Self::WantsVerdict | Self::WantsAddition)
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Declined | Self::Merged | Self::Withdrawn
        )
    }
}

/// How a request stands. `waits`: what the asker did about it that the server has not heard.
#[must_use]
pub fn stand(request: &TerminalRequest, waits: Option<&WaitingRequest>, now: ServerTime) -> Stand {
    match waits {
        Some(waiting) if waiting.queued => return Stand::Kept,
        Some(_) => return Stand::Sending,
        None => {}
    }
    if request.wants_verdict {
        return Stand::WantsVerdict;
    }
    if request.wants_addition {
        return Stand::WantsAddition;
    }
    match request.state {
        RequestState::Closed => Stand::Closed,
        RequestState::Declined => Stand::Declined,
        RequestState::Merged => Stand::Merged,
        RequestState::Withdrawn => Stand::Withdrawn,
        RequestState::Answered => Stand::Answered,
        _ => match request.due_at_ms {
            Some(due) if now.known_ms().is_some_and(|now| now >= due) => Stand::Overdue,
            Some(due) => Stand::Due(due),
            None => Stand::InHand,
        },
    }
}

/// A line of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What is stable of it: the request's id, or the key of one that the server does not know yet.
    pub key: String,
    /// The server knows it, so it can be opened.
    pub is_known: bool,
    /// Title of its category.
    pub title: String,
    /// What it says in a line; empty of one that the server does not know.
    pub summary: String,
    /// Who has it.
    pub office: String,
    /// When it was asked, Unix ms.
    pub at_ms: i64,
    /// How it stands.
    pub stand: Stand,
}

/// What was asked of this kind at this home: what is on its way, then what the server knows, in its order.
#[must_use]
pub fn all(cache: &Cache, suggestions: bool, now: ServerTime) -> Vec<Asked> {
    let waiting = cache.waiting_requests();
    let kind_of = |id: &str| cache.category(id).map(|category| category.kind);
    let fits = |kind| (kind == CategoryKind::Suggestion) == suggestions;
    let mut all: Vec<Asked> = waiting
        .iter()
        .rev()
        .filter(|one| one.kind == WaitingKind::Request && !one.proved)
        .filter(|one| fits(kind_of(&one.subject).unwrap_or_default()))
        .map(|one| Asked {
            key: one.key.clone(),
            title: one.title.clone(),
            at_ms: one.at_ms,
            stand: if one.queued {
                Stand::Kept
            } else {
                Stand::Sending
            },
            ..Asked::default()
        })
        .collect();
    let known = cache.requests();
    let known = known.requests.iter().filter(|one| fits(one.kind));
    all.extend(known.map(|one| asked(one, waits(&waiting, &one.id), now)));
    all
}

/// What the asker did about this request that the server has not heard.
#[must_use]
pub fn waits<'a>(waiting: &'a [WaitingRequest], id: &str) -> Option<&'a WaitingRequest> {
    waiting
        .iter()
        .find(|one| one.kind != WaitingKind::Request && one.subject == id)
}

/// A request as a line.
#[must_use]
pub fn asked(one: &TerminalRequest, waits: Option<&WaitingRequest>, now: ServerTime) -> Asked {
    Asked {
        key: one.id.clone(),
        is_known: true,
        title: one.category.clone(),
        summary: one.summary.clone(),
        office: one.office.name.clone(),
        at_ms: one.asked_at_ms,
        stand: stand(one, waits, now),
    }
}

/// The newest of these, first those whose asker's word is wanted.
#[must_use]
pub fn newest(mut all: Vec<Asked>, most: usize) -> Vec<Asked> {
    all.sort_by_key(|one| (!one.stand.wants_word(), std::cmp::Reverse(one.at_ms)));
    all.truncate(most);
    all
}

/// The requests whose asker's word is wanted and has not been given.
#[must_use]
pub fn wanted(cache: &Cache) -> Vec<TerminalRequest> {
    let known = cache.requests();
    let wants = |one: &&TerminalRequest| one.wants_verdict || one.wants_addition;
    if !known.requests.iter().any(|one| wants(&one)) {
        return Vec::new();
    }
    let waiting = cache.waiting_requests();
    let said = |one: &&TerminalRequest| waits(&waiting, &one.id).is_some();
    let mut all: Vec<TerminalRequest> = known.requests.iter().filter(wants).cloned().collect();
    all.retain(|one| !said(&one));
    all
}

/// The earliest moment after now at which a request is overdue, in monotonic ms.
#[must_use]
pub fn turns_at<'a>(
    all: impl IntoIterator<Item = &'a Stand>,
    context: &super::Context<'_>,
) -> Option<u64> {
    let due = all.into_iter().filter_map(|stand| match stand {
        Stand::Due(at) => Some(*at),
        _ => None,
    });
    due.filter_map(|at| context.ticks_of(at)).min()
}

/// Where the step leads in which something is said of a request that is being made (`request` is `None`)
/// or of one that was.
#[must_use]
pub fn note_route(category: &str, request: Option<&str>) -> Option<Route> {
    Some(Route::ServiceNote {
        category: category.to_owned(),
        request: request.map(str::to_owned),
    })
}

/// Where a category of confidential reports leads.
#[must_use]
pub fn report_route(category: &str) -> Option<Route> {
    Some(Route::Report {
        category: category.to_owned(),
    })
}

#[cfg(test)]
#[path = "asked/tests.rs"]
pub(crate) mod tests;
