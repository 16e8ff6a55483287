//! Reading: page by page and paragraph by paragraph; tables and pictures can be opened on the way, and at
//! the end what comes next in the list.

use contract::bulletin::Bulletin;
use contract::township::ListingKind;

use super::head::Head;
use super::layout::{Laid, Opens, Piece, lay_out};
use crate::cache::{BulletinRow, Gone, Order, Storage};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::kit::Act;
use crate::screens::kit::reading::Reading;
use crate::screens::kit::time::day;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route};

/// The screen of one bulletin.
pub struct BulletinScreen {
    id: String,
    reading: Reading<Opens>,
    bulletin: Option<Bulletin>,
    missing: Option<Gone>,
    /// What comes next in its list.
    next: Option<BulletinRow>,
    laid: Laid,
    noted: bool,
    speaking: Option<usize>,
    /// It is read aloud, or will be at once: the bar that says so has its room below the text.
    aloud: bool,
}

impl BulletinScreen {
    /// The bulletin with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            reading: Reading::new(),
            bulletin: None,
            missing: None,
            next: None,
            laid: Laid::default(),
            noted: false,
            speaking: None,
            aloud: false,
        }
    }

    /// The bulletin, unless it is not here.
    #[must_use]
    pub const fn bulletin(&self) -> Option<&Bulletin> {
        self.bulletin.as_ref()
    }

    /// What stands beside the text or above it.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.laid.head
    }

    /// What comes next in its list, if anything does.
    #[must_use]
    pub const fn next(&self) -> Option<&BulletinRow> {
        self.next.as_ref()
    }

    /// Whether something is said of the connection.
    #[must_use]
    pub const fn is_noted(&self) -> bool {
        self.noted
    }

    /// Why it is not here, when it is not: gone while it was open, or before.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// The pieces on the page.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let shown = |piece: &&Piece| self.reading.shows(piece.y, piece.height);
        self.laid.pieces.iter().filter(shown)
    }

    /// The page in view, and what has the focus.
    #[must_use]
    pub const fn reading(&self) -> &Reading<Opens> {
        &self.reading
    }

    /// What OK opens: what has the focus, otherwise what there is to open on the page.
    #[must_use]
    pub fn opens(&self) -> Option<Opens> {
        if self.reading.on_back() {
            return None;
        }
        let on_page = || {
            let mut all = self.reading.stops_in_view().map(|stop| stop.what);
            all.find(|what| *what != Opens::Next)
        };
        self.reading
            .focused()
            .map(|stop| stop.what)
            .or_else(on_page)
    }

    /// Whether anything is being read aloud, and the passage that is.
    #[must_use]
    pub fn spoken(&self) -> (bool, Option<usize>) {
        (
            self.speaking.is_some(),
            self.speaking
                .and_then(|at| self.laid.spoken.get(at))
                .and_then(|(passage, _)| *passage),
        )
    }

    fn read(&mut self, context: &Context<'_>) {
        // What is gone while it is read does not stay on the screen.
        self.bulletin = context.cache.bulletin(&self.id);
        let is_gone = self.bulletin.is_none();
        self.missing = is_gone.then(|| context.cache.gone(&self.id));
        self.next = self.bulletin.as_ref().and_then(|one| next(one, context));
        let sync = context.cache.sync_state();
        self.noted =
            !sync.online || sync.pending_writes > 0 || context.cache.storage() != Storage::Disk;
        let mut metrics = *context.metrics;
        if self.aloud {
            metrics.article.height -= metrics.article.aloud;
        }
        self.laid = self
            .bulletin
            .as_ref()
            .map(|bulletin| {
                lay_out(
                    bulletin,
                    self.next.as_ref(),
                    self.noted,
                    is_dated(bulletin, context),
                    &metrics,
                    context.typesetter,
                )
            })
            .unwrap_or_default();
        self.reading.set(self.laid.text(), |opens| opens.key());
    }

    fn choose(&self) -> Effects {
        let id = self.id.clone();
        let next = |next: &BulletinRow| {
            let route = Route::Bulletin {
                id: next.id.clone(),
            };
            vec![Effect::Speak(Vec::new()), Effect::Replace(route)]
        };
        match self.opens() {
            Some(Opens::Table(block)) => vec![Effect::Open(Route::Table { id, block })],
            Some(Opens::Picture(block)) => vec![Effect::Open(Route::Picture { id, block })],
            Some(Opens::Next) => self.next.as_ref().map(next).unwrap_or_default(),
            None => Effects::new(),
        }
    }

    /// Everything, piece by piece, from the passage on that has the bar. What the key means while that is read the
    /// router knows.
    fn speak(&mut self, context: &Context<'_>) -> Effects {
        let spoken = &self.laid.spoken;
        let at = self.reading.paragraph().filter(|at| *at > 0);
        let from = spoken.iter().position(|(of, _)| *of >= at);
        let effect = Effect::ReadAloud {
            pieces: spoken.iter().map(|(_, text)| text.clone()).collect(),
            from: from.unwrap_or(0),
        };
        self.aloud = true;
        self.read(context);
        vec![effect]
    }

    /// The bar goes with what is being said.
    fn follow(&mut self) {
        let (_, Some(passage)) = self.spoken() else {
            return;
        };
        let said = |piece: &&Piece| piece.passage == passage;
        if let Some(piece) = self.laid.pieces.iter().find(said) {
            self.reading.follow(piece.y);
        }
    }
}

/// Whether its day is said with the year, as `Words.needs-year`.
fn is_dated(bulletin: &Bulletin, context: &Context<'_>) -> bool {
    let age = day(bulletin.published_at_ms, context.now).age;
    !(-300..=300).contains(&age)
}

/// The bulletin that comes next in the order of its list.
fn next(bulletin: &Bulletin, context: &Context<'_>) -> Option<BulletinRow> {
    let listing = find_listing(context, &bulletin.list)?;
    let order = match listing.kind {
        ListingKind::Guides => Order::Title,
        _ => Order::Newest,
    };
    let all = context.cache.bulletins(&bulletin.list, order);
    let mut rest = all.into_iter().skip_while(|row| row.id != bulletin.id);
    rest.nth(1)
}

impl Controller for BulletinScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown => {
                self.read(context);
                if self.bulletin.is_some() {
                    return vec![Effect::MarkRead(self.id.clone())];
                }
            }
            Input::Changed | Input::Resized => {
                self.read(context);
                if self.missing.is_some() && self.speaking.is_some() {
                    // Nor is it read to its end.
                    return vec![Effect::Speak(Vec::new())];
                }
            }
            Input::Speaking(at) => {
                self.speaking = *at;
                if self.aloud && at.is_none() {
                    self.aloud = false;
                    self.read(context);
                }
                self.follow();
            }
            Input::Key(RemoteKey::Yellow, Press::Down) if self.bulletin.is_some() => {
                return self.speak(context);
            }
            Input::Key(RemoteKey::Ok, Press::Down) if !self.reading.on_back() => {
                return self.choose();
            }
            Input::Key(key, press) if self.reading.act(*key, *press) == Act::Left => {
                return vec![Effect::Speak(Vec::new()), Effect::Back];
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.reading.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.reading.focus
    }

    fn route(&self) -> Route {
        Route::Bulletin {
            id: self.id.clone(),
        }
    }
}
