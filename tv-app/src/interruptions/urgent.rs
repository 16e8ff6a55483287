//! Urgent notices: each is shown over the screens until somebody has taken note of it, and as long as it
//! is one: for three days, if it does not expire earlier. At night only those come of which staff say
//! that lives are in danger; the others wait for the morning. One that was withdrawn, has expired or is no longer urgent is not shown, and does not
//! wait to be.
//!
//! Which ones nobody has taken note of is on the disk.

mod view;

use std::collections::HashMap;

use contract::bulletin::{Block, Bulletin};
use contract::file::Picture;

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene, Seen};
use crate::cache::DocumentKind;
use crate::screens::kit::time::is_night;
use crate::screens::{Context, Effect, Input, Interruption, document_route};

/// Characters of the text that are shown with a notice, if its first paragraph has no more.
const MOST: usize = 200;
/// So long after it was published a notice is no alarm any more, in ms.
const ALARM_MS: i64 = 3 * 24 * 60 * 60_000;
/// That a notice was opened is on the disk within this time, or it is not written at all.
const WRITTEN_MS: u64 = 10_000;

/// A notice. While only an event has told of it there is nothing but its title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The bulletin.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who publishes it.
    pub office: String,
    /// When it was published, Unix ms; 0: nobody knows yet.
    pub published_at_ms: i64,
    /// The beginning of its text, a paragraph a line.
    pub text: String,
    /// The first of its pictures.
    pub picture: Option<Picture>,
}

impl Notice {
    fn fill(&mut self, bulletin: Bulletin) {
        self.title = bulletin.title;
        self.office = bulletin.organization.name;
        self.published_at_ms = bulletin.published_at_ms;
        let mut pictures = bulletin.body.iter().filter_map(|block| match block {
            Block::Picture(picture) => Some(picture),
            _ => None,
        });
        self.picture = pictures.next().or(bulletin.cover.as_ref()).cloned();
        self.text = beginning(&bulletin.body);
    }
}

impl Question for Notice {
    const ANSWERS: &'static [Answer] = &[Answer::Understood, Answer::ReadNow];
    const HARMLESS: Answer = Answer::Understood;
    const COVERS: bool = true;
}

/// What of a text has room beside a picture: its first paragraphs.
fn beginning(body: &[Block]) -> String {
    let paragraphs = body.iter().filter_map(|block| match block {
        Block::Paragraph { text } | Block::Heading { text } => Some(text.clone()),
        Block::Item { marker, text } => Some(format!("{marker} {text}")),
        Block::Table(_) | Block::Picture(_) => None,
    });
    let mut told = String::new();
    for paragraph in paragraphs {
        if told.chars().count() + paragraph.chars().count() > MOST && !told.is_empty() {
            break;
        }
        if !told.is_empty() {
            told.push('\n');
        }
        told.push_str(&paragraph);
    }
    told
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The feed has brought it.
    Here,
    /// An event told of it; the feed was read last at this time, Unix ms of the server.
    Told(Option<i64>),
}

/// See the module.
#[derive(Default)]
pub struct Notices {
    seen: Seen,
    /// Whether this terminal belonged to somebody then.
    enrolled: bool,
    waiting: Vec<Notice>,
    /// The one that is shown.
    asked: Option<String>,
    /// What is known of those that wait and of the one that is shown.
    heard: HashMap<String, State>,
    /// Opened, which is being written down, and when in monotonic ms.
    opened: HashMap<String, u64>,
}

impl Notices {
    fn take(&mut self, notice: Notice) {
        let known = self.waiting.iter().any(|other| other.id == notice.id)
            || self.asked.as_ref() == Some(&notice.id);
        if !known {
            self.waiting.push(notice);
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        let unread = context.cache.urgent_unread();
        let ticks_ms = context.ticks_ms;
        self.opened.retain(|id, at| {
            unread.iter().any(|row| row.id == *id) && ticks_ms.saturating_sub(*at) < WRITTEN_MS
        });
        for row in unread {
            if !self.opened.contains_key(&row.id) {
                let notice = Notice {
                    id: row.id,
                    title: row.title,
                    ..Notice::default()
                };
                self.take(notice);
            }
        }
    }
}

/// Whether a notice still is one; what it says is put right.
fn goes_on(heard: &mut HashMap<String, State>, notice: &mut Notice, context: &Context<'_>) -> bool {
    let bulletin = context.cache.bulletin(&notice.id).filter(|bulletin| {
        bulletin.urgent
            && bulletin
                .expires_at_ms
                .is_none_or(|at| at > context.now.at_ms)
    });
    let is_old = |bulletin: &Bulletin| {
        bulletin.published_at_ms.saturating_add(ALARM_MS) <= context.now.at_ms
    };
    if bulletin.as_ref().is_some_and(is_old) {
        heard.remove(&notice.id);
        return false;
    }
    if let Some(bulletin) = bulletin {
        notice.fill(bulletin);
        heard.insert(notice.id.clone(), State::Here);
        return true;
    }
    // An event is quicker than the feed, which brings the notice or, if it was taken back at once,
    // does not.
    let read_at = context.cache.sync_state().last_sync_at_ms;
    let state = heard
        .entry(notice.id.clone())
        .or_insert(State::Told(read_at));
    let goes_on = *state == State::Told(read_at);
    if !goes_on {
        heard.remove(&notice.id);
    }
    goes_on
}

/// Whether a notice comes now: at night only one that says that lives are in danger.
fn rings(notice: &Notice, context: &Context<'_>) -> bool {
    let saves_lives = || {
        let bulletin = context.cache.bulletin(&notice.id);
        bulletin.is_some_and(|bulletin| bulletin.danger)
    };
    !is_night(context.now, context.cache.manners().quiet) || saves_lives()
}

impl Provider for Notices {
    type Question = Notice;

    const OVER: Over = Over::WhatYields;

    fn hear(&mut self, event: &Event<'_>, scene: &Scene<'_>) {
        match event {
            Event::Input(Input::Announced { id, title }) => {
                let notice = Notice {
                    id: id.clone(),
                    title: title.clone(),
                    ..Notice::default()
                };
                self.opened.remove(id);
                self.take(notice);
            }
            Event::Input(Input::Revoked) => {
                self.waiting.clear();
                self.heard.clear();
            }
            Event::Effect(Effect::MarkRead(id)) => {
                self.waiting.retain(|waiting| waiting.id != *id);
                self.opened.insert(id.clone(), scene.context.ticks_ms);
            }
            _ => {}
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        let enrolled = std::mem::replace(&mut self.enrolled, scene.enrolled);
        let news = self.seen.is_news(scene.context) || enrolled != scene.enrolled;
        // What a terminal has kept that belongs to nobody is nobody's to read.
        if news && scene.enrolled {
            self.read(scene.context);
        }
        let heard = &mut self.heard;
        self.waiting
            .retain_mut(|notice| goes_on(heard, notice, scene.context));
        if self.asked.is_none() && self.waiting.is_empty() {
            self.heard.clear();
        }
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<Notice>> {
        // A roll call at home cannot wait; the notice is shown after it.
        if !scene.admits(Interruption::Warning) {
            return None;
        }
        let rings = |notice: &Notice| rings(notice, scene.context);
        let at = self.waiting.iter().position(rings)?;
        let notice = self.waiting.remove(at);
        self.asked = Some(notice.id.clone());
        Some(Offer::Ask(notice))
    }

    fn follow(&mut self, mut question: Notice, scene: &Scene<'_>) -> Follow<Notice> {
        if goes_on(&mut self.heard, &mut question, scene.context) {
            return Follow::Stays(question);
        }
        self.asked = None;
        Follow::Ends
    }

    fn answer(&mut self, question: Notice, answer: Answer, scene: &Scene<'_>) -> Vec<Act> {
        self.asked = None;
        let read = Effect::MarkRead(question.id.clone());
        match answer {
            Answer::ReadNow => vec![Act::Open(document_route(
                DocumentKind::Bulletin,
                &question.id,
            ))],
            _ => {
                self.opened.insert(question.id, scene.context.ticks_ms);
                vec![Act::Effect(read)]
            }
        }
    }

    fn gave_way(&mut self, question: Notice) {
        self.asked = None;
        self.waiting.insert(0, question);
    }

    fn wake_at(&self, scene: &Scene<'_>) -> Option<u64> {
        let shown = scene.context.cache.bulletin(self.asked.as_ref()?)?;
        let over = shown.published_at_ms.saturating_add(ALARM_MS);
        let over = shown.expires_at_ms.map_or(over, |at| at.min(over));
        scene.context.ticks_of(over)
    }
}

#[cfg(test)]
mod tests;
