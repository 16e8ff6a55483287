//! Urgent notices as long as they are: one that was withdrawn, has expired or is no longer urgent
//! is not shown, and does not wait to be.

use std::collections::HashMap;

use super::Router;
use crate::screens::Context;
use crate::screens::overlay::Dialog;

/// What is known of the notices that are shown or wait.
#[derive(Debug, Default)]
pub(super) struct Heard(HashMap<String, State>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The feed has brought it.
    Here,
    /// An event told of it; the feed was read last at this time, Unix ms of the server.
    Told(Option<i64>),
}

impl Router {
    /// Takes away the notices that are none any more, and corrects their titles.
    pub(super) fn check_urgent(&mut self, context: &Context<'_>) {
        let shown = matches!(self.dialog, Some((Dialog::Urgent(..), _)));
        if !shown && self.urgent.is_empty() {
            self.heard.0.clear();
            return;
        }
        let heard = &mut self.heard.0;
        let mut goes_on = |id: &str, title: &mut String| {
            let bulletin = context.cache.bulletin(id).filter(|bulletin| {
                bulletin.urgent
                    && bulletin
                        .expires_at_ms
                        .is_none_or(|at| at > context.now.at_ms)
            });
            if let Some(bulletin) = bulletin {
                *title = bulletin.title;
                heard.insert(id.to_owned(), State::Here);
                return true;
            }
            // An event is quicker than the feed, which brings the notice or, if it was taken back
            // at once, does not.
            let read_at = context.cache.sync_state().last_sync_at_ms;
            let state = heard.entry(id.to_owned()).or_insert(State::Told(read_at));
            let goes_on = *state == State::Told(read_at);
            if !goes_on {
                heard.remove(id);
            }
            goes_on
        };
        self.urgent.retain_mut(|(id, title)| goes_on(id, title));
        if let Some((Dialog::Urgent(id, title), _)) = &mut self.dialog
            && !goes_on(id, title)
        {
            self.dialog = None;
            self.next_dialog();
        }
    }

    /// Somebody has opened a bulletin: nobody need be asked to.
    pub(super) fn was_read(&mut self, id: &str) {
        self.urgent.retain(|(waiting, _)| waiting != id);
    }

    /// When the notice that is shown expires, in monotonic ms.
    pub(super) fn urgent_expiry(&self, context: &Context<'_>) -> Option<u64> {
        let Some((Dialog::Urgent(id, _), _)) = &self.dialog else {
            return None;
        };
        context.ticks_of(context.cache.bulletin(id)?.expires_at_ms?)
    }
}

#[cfg(test)]
mod tests;
