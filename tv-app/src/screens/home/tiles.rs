//! What is new in a section, in words: new is what came in the last seven days and was not opened here.

use std::collections::HashMap;

use contract::meeting::{Meeting, MeetingState};
use contract::township::{ListingKind, Section};

use crate::cache::{Held, ServerTime};
use crate::screens::kit::time::day;
use crate::screens::listings::{self, Counted};
use crate::screens::voting;
use crate::screens::{Context, live};

/// New is what was published so short a time ago, in ms.
pub(super) const WEEK_MS: i64 = 7 * 86_400_000;

/// What a tile says of its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A meeting is live.
    Live,
    /// One begins today, Unix ms.
    Meeting(i64),
    /// So many evaluations wait for somebody here.
    Answer(u64),
    /// So many answers want their asker's word.
    Word(u64),
    /// So many bulletins are new.
    Bulletins(u64),
    /// So many programmes are new.
    Programmes(u64),
    /// Nothing is new. So many people to look up to.
    Honours(u64),
    /// Nothing is new. So many documents.
    Documents(u64),
    /// Nothing is new. So many programmes.
    Films(u64),
    /// There is nothing to count.
    Nothing,
    /// Without a network so many can be had.
    Stored(u64),
    /// Without a network nothing can.
    NeedsNetwork,
}

impl News {
    /// Something is new, or waits for somebody here.
    #[must_use]
    pub const fn is_fresh(self) -> bool {
        matches!(
            self,
            Self::Answer(_) | Self::Word(_) | Self::Bulletins(_) | Self::Programmes(_)
        )
    }
}

/// Everything that all tiles are judged by.
pub(super) struct Judge<'a> {
    context: &'a Context<'a>,
    held: HashMap<String, Held>,
    meetings: Vec<Meeting>,
    online: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Self {
        // While nobody knows what time it is nothing is called new.
        let since = context.now.known_ms().map_or(i64::MAX, |now| now - WEEK_MS);
        Self {
            context,
            held: context.cache.held(since),
            meetings: context.cache.meetings(),
            online: !context.cache.sync_state().is_offline(),
        }
    }

    pub(super) fn news(&self, section: &Section) -> News {
        let cache = self.context.cache;
        let kinds = || section.listings.iter().map(|listing| listing.kind);
        let waits = |counted: Counted| -> u64 {
            let lists = section.listings.iter();
            let lists = lists.filter(|list| listings::counted(list.kind) == counted);
            lists
                .map(|list| listings::wanted(list.kind, &list.id, cache))
                .sum()
        };
        let meets = kinds().any(|kind| kind == ListingKind::Meetings);
        if meets
            && self.online
            && let Some(news) = self.meeting(self.context.now)
        {
            return news;
        }
        match waits(Counted::Evaluations) {
            0 => {}
            count => return News::Answer(count),
        }
        match waits(Counted::Services) {
            0 => {}
            count => return News::Word(count),
        }
        let mut all = Held::default();
        for listing in &section.listings {
            all = all.and(self.held.get(&listing.id).copied().unwrap_or_default());
        }
        if !self.online {
            let pages = |listing: &contract::township::Listing| match listing.kind {
                ListingKind::Evaluations => {
                    voting::listed(cache, &listing.id, self.context.now).len()
                }
                ListingKind::Results => voting::results(cache, self.context.now).len(),
                ListingKind::Branches => cache.branches().len(),
                _ => 0,
            };
            let pages: usize = section.listings.iter().map(pages).sum();
            let count = all.bulletins + all.kept + u64::try_from(pages).unwrap_or(u64::MAX);
            return match count {
                0 => News::NeedsNetwork,
                count => News::Stored(count),
            };
        }
        match all {
            Held { new: count, .. } if count > 0 => News::Bulletins(count),
            Held {
                new_films: count, ..
            } if count > 0 => News::Programmes(count),
            _ if kinds().next() == Some(ListingKind::Honours) && all.bulletins > 0 => {
                News::Honours(all.bulletins)
            }
            Held {
                bulletins: count, ..
            } if count > 0 => News::Documents(count),
            Held { films: count, .. } if count > 0 => News::Films(count),
            _ => News::Nothing,
        }
    }

    fn meeting(&self, now: ServerTime) -> Option<News> {
        if live::live(&self.meetings).is_some() {
            return Some(News::Live);
        }
        let is_today = |meeting: &&Meeting| day(meeting.starts_at_ms, now).age == 0;
        let next = live::next(&self.meetings, now).filter(is_today)?;
        Some(News::Meeting(next.starts_at_ms))
    }

    /// What is on today and tomorrow, the first two of it.
    pub(super) fn today(&self) -> Vec<Meeting> {
        let now = self.context.now;
        if now.known_ms().is_none() {
            return Vec::new();
        }
        let near = |meeting: &&Meeting| match meeting.state {
            MeetingState::Live => true,
            MeetingState::Scheduled => {
                live::group(meeting, now).is_some()
                    && matches!(day(meeting.starts_at_ms, now).age, -1 | 0)
            }
            MeetingState::Ended | MeetingState::Cancelled => false,
        };
        let mut near: Vec<Meeting> = self.meetings.iter().filter(near).cloned().collect();
        near.sort_by_key(|meeting| (meeting.state != MeetingState::Live, meeting.starts_at_ms));
        near.truncate(2);
        near
    }
}
