//! The one way terminals are told what changed. The [`Announcer`] looks at the store's
//! [journal], which knows what was written by whichever process, and tells those who
//! listen and are concerned.
//!
//! | module | holds |
//! |---|---|
//! | here | looking at the journal, and who tells which topic |
//! | [`channels`] | who listens, and what an organization's terminals have been told of documents |
//! | [`streams`] | how many streams are open, and of whom |
//! | `documents` | whose documents are to be compared, behind everything else |
//! | `roll_calls` | whom a roll call concerns, and how often they hear of it |
//! | `topics` | what a terminal is told that is to ask again |
//!
//! It looks after each write of this process, before the writer's call returns ([`Announcer::attach`]):
//! so whoever asked is answered after terminals were told, and no caller can forget or mistake it.
//! Documents are told last, and nothing else waits for them: a county has a thousand channels to compare. And
//! it looks again and again, for what other processes wrote and for what is told at most once a
//! second. A look finds the same whoever begins it, so anything may begin one more.
//!
//! Whoever connects asks for everything, so nobody misses what happened before.

pub mod channels;
mod documents;
mod roll_calls;
pub mod streams;
#[cfg(test)]
mod tests;
mod topics;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use store::Store;
use store::journal::{self, Changes, Listener, Mark, Topic};
use tokio::sync::watch;

use self::channels::Live;
use self::documents::{Comparing, Documents};
use self::roll_calls::RollCalls;
use super::kit::error::{Result, chain};
use super::tokens::{Changed, Tokens};

/// What the announcer needs of the server.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Who listens.
    pub live: Arc<Live>,
    /// What is known of terminals.
    pub tokens: Arc<Tokens>,
    /// Told what ended, so that whatever this process holds in memory because of it ends too. It may
    /// read, not write.
    pub ended: Box<dyn Fn(&Ended) + Send + Sync>,
    /// How often a terminal hears at most of one roll call's sign-ins.
    pub sign_ins_every: Duration,
}

/// What a look found not to be so any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Terminals whose token is void, by id.
    pub revoked: Vec<String>,
    /// Terminals that are something else or stand elsewhere, by id.
    pub changed: Vec<String>,
    /// Sessions of staff ended, or accounts have other rights.
    pub staff: bool,
}

impl Ended {
    fn nothing(&self) -> bool {
        self.revoked.is_empty() && self.changed.is_empty() && !self.staff
    }
}

/// Tells terminals what changed.
pub struct Announcer {
    parts: Parts,
    /// Everything up to here was told, or stands in `documents`; `None` before the first look. Held during
    /// a look, so that what is older is never told later.
    told: Mutex<Option<Mark>>,
    /// Told after `told` is free again: a roll call that opens meanwhile must not wait for them.
    documents: Documents,
    roll_calls: RollCalls,
    /// Counts the changes of accounts and of their sessions.
    accounts: watch::Sender<u64>,
}

impl Announcer {
    /// Has not looked yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            roll_calls: RollCalls::new(parts.sign_ins_every),
            parts,
            told: Mutex::default(),
            documents: Documents::default(),
            accounts: watch::channel(0).0,
        }
    }

    /// Looks now, and from now on after each write of this process that cannot wait. What goes wrong
    /// with that is done by a later look: the write stands. Blocks.
    ///
    /// # Errors
    /// As [`Announcer::look`].
    pub fn attach(self: &Arc<Self>) -> Result<()> {
        let announcer = Arc::downgrade(self);
        self.parts.store.on_touch(move |topics| {
            let Some(announcer) = announcer.upgrade() else {
                return;
            };
            let looked = if topics.contains(&Topic::Documents) {
                announcer.look()
            } else {
                announcer.look_for(Comparing::IfNobodyDoes)
            };
            if let Err(error) = looked {
                tracing::warn!(error = chain(&error), "terminals will be told later");
            }
        });
        self.look()
    }

    /// Wakes when anything of any roll call has changed.
    #[must_use]
    pub fn roll_calls(&self) -> watch::Receiver<i64> {
        self.roll_calls.changes()
    }

    /// Wakes when a session of staff may have ended or an account may have other rights.
    #[must_use]
    pub fn accounts(&self) -> watch::Receiver<u64> {
        self.accounts.subscribe()
    }

    /// Tells what changed since the last look. Blocks.
    ///
    /// # Errors
    /// The database failed: the next look tells it.
    pub fn look(&self) -> Result<()> {
        self.look_for(Comparing::Always)
    }

    /// The same without documents, which the next [`Announcer::look`] tells: so it never takes long. Blocks.
    ///
    /// # Errors
    /// As [`Announcer::look`].
    pub fn look_past_documents(&self) -> Result<()> {
        self.look_for(Comparing::Never)
    }

    fn look_for(&self, comparing: Comparing) -> Result<()> {
        let mut ended = Ended::default();
        let looked = self.look_at_journal(&mut ended);
        // Not while others wait for their own look.
        if !ended.nothing() {
            (self.parts.ended)(&ended);
        }
        if ended.staff {
            self.accounts.send_modify(|changes| *changes += 1);
        }
        let Parts { store, live, .. } = &self.parts;
        let refresh = |concerned: Option<&BTreeSet<Listener>>| live.refresh(store, concerned);
        looked.and(self.documents.refresh(comparing, refresh))
    }

    fn look_at_journal(&self, ended: &mut Ended) -> Result<()> {
        let mut told = self.told.lock();
        let Parts { store, live, .. } = &self.parts;
        let Some(known) = &*told else {
            // What happened before nobody missed: terminals ask when they connect.
            let now = store.read(|tx| {
                self.roll_calls.begin(tx)?;
                journal::mark(tx)
            })?;
            *told = Some(now);
            return Ok(());
        };
        let changes = store.read(|tx| journal::since(tx, known))?;
        if changes.reset {
            self.tell_everything(ended)?;
        } else {
            self.tell(&changes, ended)?;
        }
        *told = Some(changes.mark);
        self.roll_calls.tell_later(live);
        Ok(())
    }

    fn tell(&self, changes: &Changes, ended: &mut Ended) -> Result<()> {
        let Parts { store, live, .. } = &self.parts;
        for (topic, concerned) in &changes.touched {
            match topic {
                Topic::Terminals => self.look_up_terminals(Some(concerned), ended)?,
                Topic::Accounts => ended.staff = true,
                Topic::Documents => self.documents.add(concerned),
                Topic::RollCalls | Topic::SignIns => self.roll_calls.look(store, live)?,
                plain => {
                    if let Some(event) = topics::ask_again(*plain) {
                        live.tell_all(concerned, &event);
                    }
                }
            }
        }
        Ok(())
    }

    /// The database is another one than before: anything may be different for anybody.
    fn tell_everything(&self, ended: &mut Ended) -> Result<()> {
        let Parts { store, live, .. } = &self.parts;
        store.read(|tx| self.roll_calls.begin(tx))?;
        self.look_up_terminals(None, ended)?;
        ended.staff = true;
        self.documents.add_all();
        live.tell_everything();
        Ok(())
    }

    /// Looks up anew the terminals concerned whose token is in memory, or all. Whoever was revoked or is
    /// something else now is told, and listens where it belongs from then on.
    fn look_up_terminals(
        &self,
        concerned: Option<&BTreeSet<Listener>>,
        ended: &mut Ended,
    ) -> Result<()> {
        let Parts {
            store,
            live,
            tokens,
            ..
        } = &self.parts;
        for Changed { before, now } in tokens.look_again(store, concerned)? {
            match now {
                None => {
                    live.revoked(&before.organization_id, &before.terminal_id);
                    ended.revoked.push(before.terminal_id.to_string());
                }
                Some(now) => {
                    let moved = now.organization_id != before.organization_id;
                    live.changed(&before.organization_id, &before.terminal_id, moved);
                    ended.changed.push(before.terminal_id.to_string());
                }
            }
        }
        Ok(())
    }
}
