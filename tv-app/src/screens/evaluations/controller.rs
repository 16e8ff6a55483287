//! Which evaluations there are.

use contract::evaluation::Evaluation;
use contract::township::{Listing, ListingKind};

use crate::cache::ServerTime;
use crate::focus::{Area, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::bulletins::find_listing;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::voting::{self, Stage, Standing, Voter};
use crate::screens::{Context, Effect, Effects, Route};

/// The zone of what somebody can do who is asked nothing: say something unasked.
pub const SAY: &str = "say";

/// An evaluation of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The evaluation.
    pub evaluation: Evaluation,
    /// Where it stands.
    pub stage: Stage,
    /// Names of whoever of this TV may still answer.
    pub missing: Vec<String>,
    /// Whoever of this TV may has answered.
    pub done: bool,
}

/// The screen of the list.
pub struct Evaluations {
    list: String,
    listing: Listing,
    is_known: bool,
    rows: Grid<Row>,
    now: ServerTime,
    wake_at: Option<u64>,
    /// The list of suggestions, if this place has one.
    suggestions: Option<String>,
}

impl Evaluations {
    /// The list with this id.
    #[must_use]
    pub fn new(list: &str) -> Self {
        Self {
            list: list.to_owned(),
            listing: Listing::default(),
            is_known: true,
            rows: Grid::new(),
            now: ServerTime::default(),
            wake_at: None,
            suggestions: None,
        }
    }

    /// Whether something can be said unasked: nothing is asked.
    #[must_use]
    pub fn can_say(&self) -> bool {
        self.is_known && self.rows.items().is_empty() && self.suggestions.is_some()
    }

    /// Whether that has the focus.
    #[must_use]
    pub fn on_say(&self) -> bool {
        self.rows.pager().focus.zone() == SAY
    }

    /// Name and purpose of the list.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }
}

fn row(evaluation: Evaluation, stage: Stage, context: &Context<'_>) -> Row {
    let voters = if stage <= Stage::Announced {
        voting::voters(context.cache, &evaluation.id)
    } else {
        Vec::new()
    };
    let may = |voter: &&Voter| voter.standing == Standing::May;
    let missing: Vec<String> = voters
        .iter()
        .filter(may)
        .map(|voter| voter.member.name.clone())
        .collect();
    let took = |voter: &Voter| matches!(voter.standing, Standing::TookPart | Standing::Kept);
    Row {
        done: missing.is_empty() && voters.iter().any(took),
        evaluation,
        stage,
        missing,
    }
}

impl ListScreen for Evaluations {
    type Entry = Row;

    fn list(&self) -> &Grid<Row> {
        &self.rows
    }

    fn list_mut(&mut self) -> &mut Grid<Row> {
        &mut self.rows
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        let listing = find_listing(context, &self.list);
        self.is_known = listing.is_some();
        if let Some(listing) = listing {
            self.listing = listing;
        }
        let listed = if self.is_known {
            voting::listed(context.cache, &self.list, context.now)
        } else {
            Vec::new()
        };
        let open = listed.iter().filter(|(_, stage)| *stage == Stage::Open);
        self.wake_at = open
            .filter_map(|(one, _)| context.ticks_of(one.closes_at_ms))
            .min();
        let rows = listed
            .into_iter()
            .map(|(one, stage)| row(one, stage, context));
        self.rows.set(
            rows.collect(),
            |row| &row.evaluation.id,
            1,
            context.metrics.rows,
        );
        let sections = context.cache.township().unwrap_or_default().sections;
        let mut lists = sections.into_iter().flat_map(|section| section.listings);
        let suggestions = lists.find(|list| list.kind == ListingKind::Suggestions);
        self.suggestions = suggestions.map(|list| list.id);
        let can_say = self.can_say();
        let focus = &mut self.rows.pager_mut().focus;
        focus.add(Zone::new(SAY, Layout::Row, Area::new(96, 780, 600, 120)));
        focus.set_items(SAY, can_say.then_some(SAY));
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, row: &Row, _: &Context<'_>) -> Effects {
        let id = row.evaluation.id.clone();
        vec![Effect::Open(if row.stage == Stage::Closed {
            Route::Result { id }
        } else {
            Route::Evaluation { id }
        })]
    }

    fn route(&self) -> Route {
        Route::Evaluations {
            list: self.list.clone(),
        }
    }

    fn own_key(&mut self, key: RemoteKey, press: Press) -> Option<Effects> {
        let chosen = self.on_say() && (key, press) == (RemoteKey::Ok, Press::Down);
        let list = self.suggestions.clone().filter(|_| chosen)?;
        Some(vec![Effect::Open(Route::Suggestions { list })])
    }

    fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }
}
