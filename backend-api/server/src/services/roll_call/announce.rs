//! Telling terminals of roll calls. As with the feed, changes are found by comparing numbers in
//! the database, so it does not matter which process made them.
//!
//! Who is told: of a round that opens, and of what staff change, everybody in the subtree and the
//! homes elsewhere of which somebody is called. Of a sign-in, the TVs that show the member: their
//! own home's and the stations at and above their organization. A county's roll call would
//! otherwise wake every TV of a village for each of its members.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::event::Event;
use parking_lot::Mutex;
use store::roll_calls::changes::{self, Changes, Concerned};
use store::{Store, Tx};
use tokio::sync::watch;

use crate::services::kit::error::Result;
use crate::services::live::Live;

/// A terminal hears of one roll call's changes at most so often.
const CHANGED_EVERY: Duration = Duration::from_secs(1);

/// Listeners of one organization's channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Audience {
    organization_id: String,
    /// Only this terminal.
    only: Option<Arc<str>>,
}

/// What was told, and what waits to be.
#[derive(Debug)]
pub struct Announcer {
    state: Mutex<State>,
    newest: watch::Sender<i64>,
}

#[derive(Debug, Default)]
struct State {
    /// Everything up to here was looked at; `None` before the first look.
    seen: Option<i64>,
    /// Roll calls that changed, and for whom.
    changed: HashSet<(Audience, String)>,
    /// When changes were told last.
    told: Option<Instant>,
}

impl Default for Announcer {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            newest: watch::channel(0).0,
        }
    }
}

impl Announcer {
    /// Wakes when anything of any roll call has changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.newest.subscribe()
    }

    /// Looks for changes and tells those concerned: at once of rounds that opened, and of anything
    /// else at most once a second. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn look(&self, store: &Store, live: &Live) -> Result<()> {
        let mut state = self.state.lock();
        let Some(seen) = state.seen else {
            // What happened before this process listened nobody missed: terminals ask when they
            // connect.
            let newest = store.read(changes::newest)?;
            state.seen = Some(newest);
            self.newest.send_replace(newest);
            return Ok(());
        };
        let found = store.read(|tx| {
            let found = changes::since(tx, seen)?;
            let open = live.organizations();
            let opened = opened(tx, &found, &open)?;
            let changed = changed(tx, &found, &open)?;
            Ok::<_, store::Error>((found.seq, opened, changed))
        })?;
        let (seq, opened, changed) = found;
        for (audience, event) in opened {
            live.tell(&audience.organization_id, audience.only, &event);
        }
        state.changed.extend(changed);
        state.seen = Some(seq);
        let due = state
            .told
            .is_none_or(|told| told.elapsed() >= CHANGED_EVERY);
        if due && !state.changed.is_empty() {
            state.told = Some(Instant::now());
            for (audience, roll_call_id) in state.changed.drain() {
                let event = Event::RollCallChanged { roll_call_id };
                live.tell(&audience.organization_id, audience.only, &event);
            }
        }
        drop(state);
        self.newest.send_if_modified(|newest| {
            let news = *newest != seq;
            *newest = seq;
            news
        });
        Ok(())
    }
}

/// Rounds that opened, for whoever listens.
fn opened(
    tx: &mut Tx<'_>,
    found: &Changes,
    open: &HashSet<String>,
) -> store::Result<Vec<(Audience, Event)>> {
    let mut told = Vec::new();
    for round in &found.opened {
        for audience in everybody(tx, &round.roll_call_id, &round.organization_id, open)? {
            let event = Event::RollCallOpened {
                roll_call_id: round.roll_call_id.clone(),
                title: round.title.clone(),
                round: round.round,
                closes_at_ms: round.closes_at_ms,
            };
            told.push((audience, event));
        }
    }
    Ok(told)
}

/// Roll calls that changed, for whoever listens.
fn changed(
    tx: &mut Tx<'_>,
    found: &Changes,
    open: &HashSet<String>,
) -> store::Result<Vec<(Audience, String)>> {
    let mut told = Vec::new();
    for change in &found.changed {
        let id = &change.roll_call_id;
        let just_opened = found.opened.iter().any(|round| round.roll_call_id == *id);
        if !just_opened {
            for audience in everybody(tx, id, &change.organization_id, open)? {
                told.push((audience, id.clone()));
            }
        }
    }
    for (id, concerned) in &found.members {
        if is_open(concerned, open) {
            told.push((Audience::one(concerned), id.clone()));
        }
    }
    Ok(told)
}

/// Everybody a roll call concerns who listens.
fn everybody(
    tx: &mut Tx<'_>,
    roll_call_id: &str,
    organization_id: &str,
    open: &HashSet<String>,
) -> store::Result<Vec<Audience>> {
    let below = changes::below(tx, organization_id)?;
    let below = below.into_iter().filter(|id| open.contains(id));
    let mut all: Vec<Audience> = below
        .map(|organization_id| Audience {
            organization_id,
            only: None,
        })
        .collect();
    let outside = changes::homes_outside(tx, roll_call_id, organization_id)?;
    let outside = outside.iter().filter(|home| is_open(home, open));
    all.extend(outside.map(Audience::one));
    Ok(all)
}

fn is_open(concerned: &Concerned, open: &HashSet<String>) -> bool {
    open.contains(&concerned.organization_id)
}

impl Audience {
    fn one(concerned: &Concerned) -> Self {
        Self {
            organization_id: concerned.organization_id.clone(),
            only: Some(concerned.terminal_id.as_str().into()),
        }
    }
}
