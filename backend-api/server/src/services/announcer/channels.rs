//! Who listens. Each organization with a terminal that listens or polls has a channel, which holds
//! the head of its feed in memory: an ordinary poll compares two texts, and only terminals that really
//! have something new are woken. Beside it are the meetings that go on for it, so that a beginning and
//! an end are told once, and to those who listen: whoever connects later sees in the feed what goes on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use contract::event::Event;
use contract::feed::{Change, Document};
use parking_lot::{Mutex, RwLock};
use store::journal::{Listener, Topic};
use store::meetings::{self, GoingOn};
use store::{Store, feed};
use tokio::sync::broadcast;

use super::streams::{Owner, Stream, Streams};
use super::topics;
use crate::services::kit::error::Result;

/// Events kept for a slow listener. One that falls behind further is told to ask for everything.
const BACKLOG: usize = 16;

/// Documents looked through for urgent ones after a change; the feed brings the rest.
const URGENT_WITHIN: u32 = 200;

/// Something for the listeners of one organization, as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Signal {
    /// Only for this terminal.
    pub only: Option<Arc<str>>,
    /// The stream ends after it.
    pub last: bool,
    /// An SSE frame.
    pub frame: Bytes,
}

/// The head of one organization's feed.
#[derive(Clone, Debug)]
pub struct Now {
    /// For comparing with a terminal's cursor.
    pub head: feed::Head,
    /// The same as an entity tag, in quotes.
    pub etag: Arc<str>,
}

/// The terminals of one organization.
#[derive(Debug)]
pub struct Channel {
    organization_id: String,
    now: RwLock<Now>,
    /// Meetings of the audience that are live, as last read.
    going_on: Mutex<Vec<GoingOn>>,
    /// Held while head and database are compared, so that an older reading never wins.
    refreshing: Mutex<()>,
    sender: broadcast::Sender<Signal>,
}

impl Channel {
    /// The head as last read.
    #[must_use]
    pub fn now(&self) -> Now {
        self.now.read().clone()
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.sender.subscribe()
    }

    /// The frame that says: ask the feed.
    #[must_use]
    pub fn feed_changed(&self) -> Bytes {
        frame(&Event::FeedChanged, Some(&self.now.read().head.to_string()))
    }

    /// The frames for a listener that fell behind: ask for everything.
    #[must_use]
    pub fn everything_changed(&self) -> Bytes {
        let mut frames = self.feed_changed().to_vec();
        for event in all_but_documents() {
            frames.extend_from_slice(&frame(&event, None));
        }
        frames.into()
    }

    /// Whether somebody listens.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    fn refresh(&self, store: &Store) -> Result<bool> {
        let _one_at_a_time = self.refreshing.lock();
        let before = self.now();
        let (now, going_on) = store.read(|tx| {
            let now = Now::new(feed::head(tx, &self.organization_id)?);
            if now.etag == before.etag {
                return Ok((now, None));
            }
            let going_on = meetings::live_for(tx, &self.organization_id)?;
            Ok::<_, store::Error>((now, Some(going_on)))
        })?;
        *self.now.write() = now;
        let Some(going_on) = going_on else {
            return Ok(false);
        };
        let earlier = std::mem::replace(&mut *self.going_on.lock(), going_on.clone());
        for event in began_and_ended(&earlier, going_on) {
            self.send(None, false, frame(&event, None));
        }
        if self.sender.receiver_count() > 0 {
            for event in self.urgent_since(store, &before.head)? {
                self.send(None, false, frame(&event, None));
            }
            self.send(None, false, self.feed_changed());
        }
        Ok(true)
    }

    fn urgent_since(&self, store: &Store, before: &feed::Head) -> Result<Vec<Event>> {
        let cursor = before.cursor();
        let page = store
            .read(|tx| feed::changes(tx, &self.organization_id, Some(&cursor), URGENT_WITHIN))?;
        // After a reset everything comes again, but nothing of it is news.
        if page.reset {
            return Ok(Vec::new());
        }
        let urgent = page.changes.into_iter().filter_map(|change| match change {
            Change::Put {
                document: Document::Bulletin(bulletin),
            } if bulletin.urgent => Some(Event::UrgentNotice {
                bulletin_id: bulletin.id,
                title: bulletin.title,
            }),
            _ => None,
        });
        Ok(urgent.collect())
    }

    fn send(&self, only: Option<Arc<str>>, last: bool, frame: Bytes) {
        // Fails only when nobody listens.
        let _ = self.sender.send(Signal { only, last, frame });
    }
}

impl Now {
    fn new(head: feed::Head) -> Self {
        let etag = format!("\"{head}\"").into();
        Self { head, etag }
    }
}

/// What to tell of meetings that go on, after those `earlier` did.
fn began_and_ended(earlier: &[GoingOn], now: Vec<GoingOn>) -> Vec<Event> {
    let is_in = |all: &[GoingOn], one: &GoingOn| all.iter().any(|other| other.id == one.id);
    let ended = earlier.iter().filter(|one| !is_in(&now, one));
    let ended = ended.map(|one| Event::MeetingEnded {
        meeting_id: one.id.clone(),
    });
    let mut events: Vec<Event> = ended.collect();
    let began = now.into_iter().filter(|one| !is_in(earlier, one));
    events.extend(began.map(|one| Event::MeetingStarted {
        meeting_id: one.id,
        title: one.title,
        meeting_kind: one.kind,
    }));
    events
}

/// All channels.
#[derive(Debug)]
pub struct Live {
    channels: RwLock<HashMap<String, Arc<Channel>>>,
    streams: Arc<Streams>,
}

impl Live {
    /// No channels yet, and at most so many streams.
    #[must_use]
    pub fn new(max_streams: usize) -> Self {
        Self {
            channels: RwLock::default(),
            streams: Arc::new(Streams::new(max_streams)),
        }
    }

    /// The channel of an organization, if it is open already.
    #[must_use]
    pub fn channel(&self, organization_id: &str) -> Option<Arc<Channel>> {
        self.channels.read().get(organization_id).cloned()
    }

    /// Whether a terminal of an organization listens.
    #[must_use]
    pub fn is_heard(&self, organization_id: &str) -> bool {
        self.channel(organization_id)
            .is_some_and(|channel| channel.is_heard())
    }

    /// Opens the channel of an organization. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn open(&self, store: &Store, organization_id: &str) -> Result<Arc<Channel>> {
        let (head, going_on) = store.read(|tx| {
            let head = feed::head(tx, organization_id)?;
            Ok::<_, store::Error>((head, meetings::live_for(tx, organization_id)?))
        })?;
        let channel = Arc::clone(
            self.channels
                .write()
                .entry(organization_id.to_owned())
                .or_insert_with(|| {
                    Arc::new(Channel {
                        organization_id: organization_id.to_owned(),
                        now: RwLock::new(Now::new(head)),
                        going_on: Mutex::new(going_on),
                        refreshing: Mutex::default(),
                        sender: broadcast::channel(BACKLOG).0,
                    })
                }),
        );
        // Something may have changed between the reading and the entry.
        channel.refresh(store)?;
        Ok(channel)
    }

    /// Compares the heads of those concerned, or all, with the database and tells those who listen.
    /// Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn refresh(&self, store: &Store, concerned: Option<&BTreeSet<Listener>>) -> Result<()> {
        let channels: Vec<_> = match concerned {
            None => self.channels.read().values().cloned().collect(),
            Some(concerned) => {
                let open = self.channels.read();
                let channel = |one: &Listener| open.get(&one.organization_id).cloned();
                concerned.iter().filter_map(channel).collect()
            }
        };
        for channel in channels {
            if channel.refresh(store)? {
                metrics::counter!("feed_refreshes").increment(1);
            }
        }
        Ok(())
    }

    /// Organizations whose channel is open.
    #[must_use]
    pub fn organizations(&self) -> HashSet<String> {
        self.channels.read().keys().cloned().collect()
    }

    /// Tells the listeners of an organization, or only one of its terminals.
    pub fn tell(&self, organization_id: &str, only: Option<Arc<str>>, event: &Event) {
        if let Some(channel) = self.channel(organization_id) {
            channel.send(only, false, frame(event, None));
        }
    }

    /// Tells all of these.
    pub fn tell_all<'a>(&self, concerned: impl IntoIterator<Item = &'a Listener>, event: &Event) {
        for Listener {
            organization_id,
            terminal_id,
        } in concerned
        {
            self.tell(
                organization_id,
                terminal_id.as_deref().map(Arc::from),
                event,
            );
        }
    }

    /// Makes everybody ask again for everything but documents, which [`Live::refresh`] tells.
    pub fn tell_everything(&self) {
        for channel in self.channels.read().values() {
            for event in all_but_documents() {
                channel.send(None, false, frame(&event, None));
            }
        }
    }

    /// Tells one terminal that its token is void, and ends its stream.
    pub fn revoked(&self, organization_id: &str, terminal_id: &str) {
        if let Some(channel) = self.channel(organization_id) {
            channel.send(Some(terminal_id.into()), true, frame(&Event::Revoked, None));
        }
    }

    /// Tells one terminal that it is something else now. If it belongs to another organization, its
    /// stream ends: it must listen there.
    pub fn changed(&self, organization_id: &str, terminal_id: &str, moved: bool) {
        if let Some(channel) = self.channel(organization_id) {
            let mut frames = frame(&Event::TerminalChanged, None).to_vec();
            frames.extend_from_slice(&channel.everything_changed());
            channel.send(Some(terminal_id.into()), moved, frames.into());
        }
    }

    /// Counts a stream while the answer lives. Of what its owner has too many the oldest ends.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`](crate::services::kit::error::ServiceError::Unavailable) when there are
    /// too many in all.
    pub fn enter(&self, owner: Owner<'_>) -> Result<Stream> {
        self.streams.enter(owner)
    }
}

fn all_but_documents() -> impl Iterator<Item = Event> {
    let topics = Topic::ALL
        .iter()
        .filter(|topic| **topic != Topic::Documents);
    topics.filter_map(|topic| topics::ask_again(*topic))
}

/// One event in the form of the SSE specification.
fn frame(event: &Event, id: Option<&str>) -> Bytes {
    let data = serde_json::to_string(event).unwrap_or_default();
    let name = match event {
        Event::FeedChanged => "feed_changed",
        Event::UrgentNotice { .. } => "urgent_notice",
        Event::RollCallOpened { .. } => "roll_call_opened",
        Event::RollCallChanged { .. } => "roll_call_changed",
        Event::MeetingStarted { .. } => "meeting_started",
        Event::MeetingEnded { .. } => "meeting_ended",
        Event::MeetingPlace { .. } => "meeting_place",
        Event::DutyChanged => "duty_changed",
        Event::RequestsChanged => "requests_changed",
        Event::EvaluationsChanged => "evaluations_changed",
        Event::RemoteActionsChanged => "remote_actions_changed",
        Event::PeopleChanged => "people_changed",
        Event::TerminalChanged => "terminal_changed",
        Event::Revoked => "revoked",
    };
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("{id}event: {name}\ndata: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use contract::meeting::{MeetingKind, Place};

    use super::*;

    #[test]
    fn a_frame_is_named_after_its_tag_and_stays_on_one_line() {
        let events = [
            Event::FeedChanged,
            Event::Revoked,
            Event::TerminalChanged,
            Event::PeopleChanged,
            Event::RequestsChanged,
            Event::DutyChanged,
            Event::EvaluationsChanged,
            Event::RemoteActionsChanged,
            Event::RollCallChanged {
                roll_call_id: "r1".to_owned(),
            },
            Event::UrgentNotice {
                bulletin_id: "b1".to_owned(),
                title: "两行\n标题".to_owned(),
            },
            Event::MeetingStarted {
                meeting_id: "m1".to_owned(),
                title: "会".to_owned(),
                meeting_kind: MeetingKind::Conference,
            },
            Event::MeetingEnded {
                meeting_id: "m1".to_owned(),
            },
            Event::MeetingPlace {
                meeting_id: "m1".to_owned(),
                terminal_id: "t1".to_owned(),
                place: Place::default(),
            },
        ];
        for event in events {
            let frame = String::from_utf8(frame(&event, Some("e-7")).to_vec()).unwrap();
            let lines: Vec<_> = frame.trim_end().lines().collect();
            assert_eq!(lines.len(), 3, "{frame}");
            let json: serde_json::Value =
                serde_json::from_str(lines[2].strip_prefix("data: ").unwrap()).unwrap();
            assert_eq!(lines[0], "id: e-7");
            assert_eq!(
                lines[1].strip_prefix("event: "),
                json["event"].as_str(),
                "{frame}"
            );
        }
    }
}
