//! Somebody looks into this place: the sign over every screen while that goes on, and the message
//! when it begins. Both are derived from what the cache says, so that the sign stays until the
//! terminal knows better, also after a power cut. It interrupts nothing, and no key takes it away.

mod view;

use std::collections::{BTreeSet, HashSet};

use super::provider::{
    Act, Answer, Event, Follow, NoQuestion, Offer, Over, Provider, Scene, Seen, Sign,
};
use crate::cache::{Cache, Duty};
use crate::screens::Input;
use crate::screens::duty::is_here;
use crate::screens::overlay::Toast;

pub(crate) use view::draw_sign;

/// The sign; `None` when nobody looks.
fn sign(cache: &Cache, duty: &Duty) -> Option<Sign> {
    let newest = duty.open().max_by_key(|look| look.opened_at_ms)?;
    let people: BTreeSet<&str> = duty.open().map(|look| look.by.as_str()).collect();
    let rooms: BTreeSet<&str> = duty.open().map(|look| look.room_id.as_str()).collect();
    let own = cache.enrolment()?.terminal_id;
    let here = duty.rooms.iter().filter(|room| is_here(room, &own));
    let here: BTreeSet<&str> = here.map(|room| room.id.as_str()).collect();
    Some(Sign {
        by: newest.by.clone(),
        people: people.len(),
        room: newest.room_title.clone(),
        rooms: rooms.len(),
        only_here: rooms.is_subset(&here),
        waits: false,
        stale: !cache.sync_state().online,
    })
}

/// See the module.
#[derive(Default)]
pub struct Viewers {
    seen: Seen,
    /// The cache was read before: what went on when the power failed is nothing new.
    begun: bool,
    /// The viewings that go on.
    open: HashSet<String>,
    sign: Option<Sign>,
    /// A meeting has the camera that somebody would look through.
    waits: bool,
    /// One has begun, which is to be said.
    news: bool,
}

impl Viewers {
    fn mark(&mut self) {
        if let Some(sign) = &mut self.sign {
            // Another camera of the place shows something all the same.
            sign.waits = self.waits && sign.only_here;
        }
    }
}

impl Provider for Viewers {
    type Question = NoQuestion;

    const OVER: Over = Over::Everything;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        match event {
            Event::Input(Input::ViewingWaits(waits)) => {
                self.waits = *waits;
                self.mark();
            }
            // What goes on in the place is no longer this television's to know.
            Event::Input(Input::Revoked) => *self = Self::default(),
            _ => {}
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        if !self.seen.is_news(scene.context) {
            return;
        }
        let cache = scene.context.cache;
        let duty = cache.duty();
        self.sign = sign(cache, &duty).filter(|_| scene.enrolled);
        self.mark();
        let open: HashSet<String> = duty.open().map(|look| look.id.clone()).collect();
        let began = !open.is_subset(&self.open);
        self.open = open;
        let begun = std::mem::replace(&mut self.begun, true);
        self.news = began && begun && self.sign.is_some();
    }

    fn offer(&mut self, _scene: &Scene<'_>) -> Option<Offer<NoQuestion>> {
        std::mem::take(&mut self.news).then_some(Offer::Say(Toast::LookBegan))
    }

    fn follow(&mut self, question: NoQuestion, _scene: &Scene<'_>) -> Follow<NoQuestion> {
        match question {}
    }

    fn answer(&mut self, question: NoQuestion, _answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        match question {}
    }

    fn sign(&self) -> Option<&Sign> {
        self.sign.as_ref()
    }
}

#[cfg(test)]
mod tests;
