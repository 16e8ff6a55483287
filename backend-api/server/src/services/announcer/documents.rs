//! Whose documents changed and were not compared yet.
//!
//! Finding changes and comparing channels are two steps under two locks: whoever finds something adds it
//! here, and whoever comes next compares everything that is here. A look that compares
//! [always](Comparing::Always) has told what it found, by itself or by waiting for the one that took it along.

use std::collections::BTreeSet;

use parking_lot::Mutex;
use store::journal::Listener;

use crate::services::kit::error::Result;

#[derive(Debug, Default)]
pub(super) struct Documents {
    waiting: Mutex<Waiting>,
    /// Held while channels are compared: who returns knows that what was added before is done.
    pub(super) refreshing: Mutex<()>,
}

/// What a look does about documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparing {
    /// Compares what changed, or waits until that is done.
    Always,
    /// Compares what changed, unless somebody is at it, who may take long.
    IfNobodyDoes,
    /// Leaves it to others.
    Never,
}

/// Whose documents are to be compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Waiting {
    everybody: bool,
    these: BTreeSet<Listener>,
}

impl Documents {
    /// Documents of these changed.
    pub(super) fn add(&self, concerned: &BTreeSet<Listener>) {
        self.waiting.lock().these.extend(concerned.iter().cloned());
    }

    /// Documents of anybody may have changed.
    pub(super) fn add_all(&self) {
        self.waiting.lock().everybody = true;
    }

    /// Whether something was added and nobody has begun to compare it.
    #[cfg(test)]
    pub(super) fn is_waiting(&self) -> bool {
        *self.waiting.lock() != Waiting::default()
    }

    /// Compares with `refresh` whatever was added; it is given those concerned, or `None` for everybody.
    ///
    /// # Errors
    /// Those of `refresh`; what it was given waits for the next call.
    pub(super) fn refresh(
        &self,
        comparing: Comparing,
        refresh: impl Fn(Option<&BTreeSet<Listener>>) -> Result<()>,
    ) -> Result<()> {
        let one_at_a_time = match comparing {
            Comparing::Always => Some(self.refreshing.lock()),
            Comparing::IfNobodyDoes => self.refreshing.try_lock(),
            Comparing::Never => None,
        };
        if one_at_a_time.is_none() {
            return Ok(());
        }
        let Waiting { everybody, these } = std::mem::take(&mut *self.waiting.lock());
        let done = match (everybody, these.is_empty()) {
            (true, _) => refresh(None),
            (false, false) => refresh(Some(&these)),
            (false, true) => return Ok(()),
        };
        if done.is_err() {
            let mut waiting = self.waiting.lock();
            waiting.everybody |= everybody;
            waiting.these.extend(these);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::services::kit::error::ServiceError;

    fn at(organization_id: &str) -> BTreeSet<Listener> {
        [Listener {
            organization_id: organization_id.to_owned(),
            terminal_id: None,
        }]
        .into()
    }

    #[test]
    fn what_failed_waits_and_what_is_done_does_not() {
        let documents = Documents::default();
        let fails =
            |_: Option<&BTreeSet<Listener>>| Err(ServiceError::Internal("on purpose".to_owned()));
        let asked = RefCell::new(Vec::new());
        let works = |concerned: Option<&BTreeSet<Listener>>| {
            asked.borrow_mut().push(concerned.cloned());
            Ok(())
        };
        documents.refresh(Comparing::Always, works).unwrap();
        assert!(asked.take().is_empty(), "nothing was added");

        documents.add(&at("a"));
        documents
            .refresh(Comparing::IfNobodyDoes, fails)
            .unwrap_err();
        documents.add(&at("b"));
        documents.refresh(Comparing::Always, works).unwrap();
        let both: BTreeSet<Listener> = at("a").into_iter().chain(at("b")).collect();
        assert_eq!(asked.take(), [Some(both)]);

        documents.add_all();
        documents
            .refresh(Comparing::IfNobodyDoes, fails)
            .unwrap_err();
        documents.add(&at("a"));
        documents.refresh(Comparing::Always, works).unwrap();
        documents.refresh(Comparing::Always, works).unwrap();
        assert_eq!(asked.take(), [None]);
        assert!(!documents.is_waiting());

        documents.add(&at("a"));
        documents.refresh(Comparing::Never, works).unwrap();
        let busy = documents.refreshing.lock();
        documents.refresh(Comparing::IfNobodyDoes, works).unwrap();
        drop(busy);
        assert!(asked.take().is_empty());
        documents.refresh(Comparing::IfNobodyDoes, works).unwrap();
        assert_eq!(asked.take(), [Some(at("a"))]);
    }
}
