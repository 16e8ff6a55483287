//! Telling terminals of roll calls.
//!
//! Who is told: of a round that opens, and of what staff change, everybody in the subtree and the
//! homes elsewhere of which somebody is called. Of a sign-in, the TVs that show the member: their
//! own home's and the stations at and above their organization. A county's roll call would
//! otherwise wake every TV of a village for each of its members.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use contract::event::Event;
use parking_lot::Mutex;
use store::journal::Listener;
use store::roll_calls::changes::{self, Changes};
use store::{Store, Tx};
use tokio::sync::watch;

use super::channels::Live;
use crate::services::kit::error::Result;

/// What was told, and what waits to be.
#[derive(Debug)]
pub(super) struct RollCalls {
    state: Mutex<State>,
    newest: watch::Sender<i64>,
    /// A terminal hears of one roll call's changes at most so often.
    every: Duration,
}

#[derive(Debug, Default)]
struct State {
    /// Everything up to here was looked at.
    seen: i64,
    /// Roll calls that changed, and for whom.
    changed: HashSet<(Listener, String)>,
    /// When changes were told last.
    told: Option<Instant>,
}

impl RollCalls {
    pub(super) fn new(every: Duration) -> Self {
        Self {
            state: Mutex::default(),
            newest: watch::channel(0).0,
            every,
        }
    }

    /// Wakes when anything of any roll call has changed.
    pub(super) fn changes(&self) -> watch::Receiver<i64> {
        self.newest.subscribe()
    }

    /// What happened until now is not to be told.
    pub(super) fn begin(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        let newest = changes::newest(tx)?;
        self.state.lock().seen = newest;
        self.newest.send_replace(newest);
        Ok(())
    }

    /// Looks for changes and tells those concerned of rounds that opened; anything else waits for
    /// [`RollCalls::tell_later`]. Blocks.
    pub(super) fn look(&self, store: &Store, live: &Live) -> Result<()> {
        let mut state = self.state.lock();
        let (seq, opened, changed) = store.read(|tx| {
            let found = changes::since(tx, state.seen)?;
            let open = live.organizations();
            let opened = opened(tx, &found, &open)?;
            let changed = changed(tx, &found, &open)?;
            Ok::<_, store::Error>((found.seq, opened, changed))
        })?;
        for (listener, event) in opened {
            live.tell_all([&listener], &event);
        }
        state.changed.extend(changed);
        state.seen = seq;
        drop(state);
        self.newest.send_if_modified(|newest| {
            let news = *newest != seq;
            *newest = seq;
            news
        });
        Ok(())
    }

    /// Tells what waits, unless it was just done.
    pub(super) fn tell_later(&self, live: &Live) {
        let mut state = self.state.lock();
        let due = state.told.is_none_or(|told| told.elapsed() >= self.every);
        if !due || state.changed.is_empty() {
            return;
        }
        state.told = Some(Instant::now());
        let changed = std::mem::take(&mut state.changed);
        for (listener, roll_call_id) in &changed {
            let everybody = Listener {
                terminal_id: None,
                ..listener.clone()
            };
            // Who is told with everybody is not told alone.
            if listener.terminal_id.is_some()
                && changed.contains(&(everybody, roll_call_id.clone()))
            {
                continue;
            }
            let roll_call_id = roll_call_id.clone();
            live.tell_all([listener], &Event::RollCallChanged { roll_call_id });
        }
    }
}

/// Rounds that opened, for whoever listens.
fn opened(
    tx: &mut Tx<'_>,
    found: &Changes,
    open: &HashSet<String>,
) -> store::Result<Vec<(Listener, Event)>> {
    let mut told = Vec::new();
    for round in &found.opened {
        for listener in everybody(tx, &round.roll_call_id, &round.organization_id, open)? {
            let event = Event::RollCallOpened {
                roll_call_id: round.roll_call_id.clone(),
                title: round.title.clone(),
                round: round.round,
                closes_at_ms: round.closes_at_ms,
            };
            told.push((listener, event));
        }
    }
    Ok(told)
}

/// Roll calls that changed, for whoever listens.
fn changed(
    tx: &mut Tx<'_>,
    found: &Changes,
    open: &HashSet<String>,
) -> store::Result<Vec<(Listener, String)>> {
    let mut told = Vec::new();
    for change in &found.changed {
        let id = &change.roll_call_id;
        let just_opened = found.opened.iter().any(|round| round.roll_call_id == *id);
        if !just_opened {
            for listener in everybody(tx, id, &change.organization_id, open)? {
                told.push((listener, id.clone()));
            }
        }
    }
    for (id, concerned) in &found.members {
        if is_open(concerned, open) {
            told.push((concerned.clone(), id.clone()));
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
) -> store::Result<Vec<Listener>> {
    let below = changes::below(tx, organization_id)?;
    let below = below.into_iter().filter(|id| open.contains(id));
    let mut all: Vec<Listener> = below
        .map(|organization_id| Listener {
            organization_id,
            terminal_id: None,
        })
        .collect();
    let outside = changes::homes_outside(tx, roll_call_id, organization_id)?;
    all.extend(outside.into_iter().filter(|home| is_open(home, open)));
    Ok(all)
}

fn is_open(concerned: &Listener, open: &HashSet<String>) -> bool {
    open.contains(&concerned.organization_id)
}
