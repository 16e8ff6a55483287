//! What the screens wish of the meeting that is joined, and what the client hears of it: the ends that
//! others hold.

use contract::event::Event;
use contract::meeting::Place;
use tokio::sync::mpsc;

/// What the screens want.
#[derive(Debug)]
pub(super) enum Wish {
    Join(Wanted),
    Leave,
    Hand(bool),
    Picture(Vec<u8>),
}

/// What is to be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) meeting_id: String,
    pub(super) viewing_id: String,
    pub(super) can_speak: bool,
}

/// What other loops of the client tell this one.
#[derive(Debug)]
pub(super) enum News {
    /// A place came by event.
    Place(String, Place),
    /// Events may have been missed.
    Again,
}

/// The ends that the rest of the client holds.
pub(super) struct Wishes {
    wishes: mpsc::UnboundedSender<Wish>,
    news: mpsc::UnboundedSender<News>,
    pub(super) inbox: tokio::sync::Mutex<Inbox>,
}

pub(super) struct Inbox {
    pub(super) wishes: mpsc::UnboundedReceiver<Wish>,
    pub(super) news: mpsc::UnboundedReceiver<News>,
}

impl Wishes {
    pub(super) fn new() -> Self {
        let (wishes, wished) = mpsc::unbounded_channel();
        let (news, told) = mpsc::unbounded_channel();
        Self {
            wishes,
            news,
            inbox: tokio::sync::Mutex::new(Inbox {
                wishes: wished,
                news: told,
            }),
        }
    }

    /// Takes an event of the stream that is about a place.
    pub(super) fn told(&self, event: &Event, own_terminal: &str) {
        if let Event::MeetingPlace {
            meeting_id,
            terminal_id,
            place,
        } = event
            && terminal_id == own_terminal
        {
            self.tell(News::Place(meeting_id.clone(), place.clone()));
        }
    }

    pub(super) fn tell(&self, news: News) {
        // The receiver lives as long as this.
        let _ = self.news.send(news);
    }

    pub(super) fn wish(&self, wish: Wish) {
        let _ = self.wishes.send(wish);
    }
}
