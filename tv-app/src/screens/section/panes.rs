//! What draws each kind of list beside the rail. A kind without a line does not compile.

use contract::township::ListingKind;

use crate::screens::branches::Branches;
use crate::screens::bulletins::Bulletins;
use crate::screens::cards::Cards;
use crate::screens::duty::DutyScreen;
use crate::screens::evaluations::Evaluations;
use crate::screens::kit::grid::Grid;
use crate::screens::kit::list::ListScreen;
use crate::screens::meetings::Meetings;
use crate::screens::results::Results;
use crate::screens::roll_calls::RollCalls;
use crate::screens::services::Services;
use crate::screens::view::Draw;
use crate::screens::{Context, Controller, Effects, Route, routes};

/// A screen of a list, as it stands beside a rail.
pub(super) trait Pane: Controller + Draw {
    /// It stands for a section without lists.
    fn is_nothing(&self) -> bool {
        false
    }
}

impl Pane for Branches {}
impl Pane for Bulletins {}
impl Pane for Cards {}
impl Pane for DutyScreen {}
impl Pane for Evaluations {}
impl Pane for Meetings {}
impl Pane for Results {}
impl Pane for RollCalls {}
impl Pane for Services {}

/// What shows the list of this kind with this id; `None`: the roll calls.
pub(super) fn pane(kind: Option<ListingKind>, list: &str) -> Box<dyn Pane> {
    let Some(kind) = kind else {
        return Box::new(RollCalls::new());
    };
    match kind {
        ListingKind::Bulletins | ListingKind::Guides | ListingKind::Unknown => {
            Box::new(Bulletins::new(list))
        }
        ListingKind::Honours | ListingKind::Programmes => Box::new(Cards::new(list)),
        ListingKind::Meetings => Box::new(Meetings::new(list)),
        ListingKind::Duty => Box::new(DutyScreen::new(list)),
        ListingKind::Branches => Box::new(Branches::new(list)),
        ListingKind::Services => Box::new(Services::new(list, false)),
        ListingKind::Suggestions => Box::new(Services::new(list, true)),
        ListingKind::Evaluations => Box::new(Evaluations::new(list)),
        ListingKind::Results => Box::new(Results::new(list)),
    }
}

/// A section that has no lists, or is not there.
pub(super) struct Nothing {
    id: String,
    is_known: bool,
    entries: Grid<()>,
}

impl Nothing {
    /// That of the section with this id.
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            is_known: true,
            entries: Grid::new(),
        }
    }
}

impl ListScreen for Nothing {
    type Entry = ();

    fn list(&self) -> &Grid<()> {
        &self.entries
    }

    fn list_mut(&mut self) -> &mut Grid<()> {
        &mut self.entries
    }

    fn read(&mut self, context: &Context<'_>) {
        let sections = context.cache.township().unwrap_or_default().sections;
        self.is_known = sections.iter().any(|section| section.id == self.id);
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn choose(&self, (): &(), _: &Context<'_>) -> Effects {
        Effects::new()
    }

    fn route(&self) -> Route {
        routes::section_route(&self.id)
    }
}

impl Pane for Nothing {
    fn is_nothing(&self) -> bool {
        true
    }
}
