//! Where one can be: the table of all screens, and the routes that are made of it. What the screens are
//! is the [`register`](super::register)'s, which imports them all; a screen imports this.

use contract::kinds::ListingKind;
use contract::terminal::TerminalKind;
use serde::{Deserialize, Serialize};

use crate::cache::DocumentKind;
use crate::remote::RemoteKey;

/// The table of screens: hands its rows, a route with its data and the controller with what its `new`
/// is given, to the macro `$rows`.
macro_rules! screen_table {
    ($rows:ident) => {
        $rows! {
            /// Code and QR until staff approve the terminal.
            Enrolment => enrolment::Enrolment();
            /// What is new, the six sections, what was begun.
            Home => home::Home();
            /// The lists of one section.
            Section {
                /// The section's id.
                id: String,
            } => section::Section(id);
            /// Bulletins or guides by title, office and date.
            Bulletins {
                /// The listing's id.
                list: String,
            } => bulletins::Bulletins(list);
            /// One bulletin's text.
            Bulletin {
                /// The bulletin's id.
                id: String,
            } => bulletin::BulletinScreen(id);
            /// One table of a bulletin on the whole screen.
            Table {
                /// The bulletin's id.
                id: String,
                /// Index of the table among the bulletin's blocks.
                block: usize,
            } => table::TableScreen(id, *block);
            /// One picture of a bulletin on the whole screen, with zoom.
            Picture {
                /// The bulletin's id.
                id: String,
                /// Index of the picture among the bulletin's blocks.
                block: usize,
            } => picture::PictureScreen(id, *block);
            /// Honours or programmes as pictures.
            Cards {
                /// The listing's id.
                list: String,
            } => cards::Cards(list);
            /// What a programme is about.
            Programme {
                /// The programme's id.
                id: String,
            } => programme::ProgrammeScreen(id);
            /// A programme playing.
            Player {
                /// The programme's id.
                id: String,
                /// Where it is, in milliseconds.
                position_ms: i64,
            } => player::PlayerScreen(id, *position_ms);
            /// Titles by digits.
            Search => search::Search();
            /// Text size, picture edge and the pages below.
            Settings => settings::Settings();
            /// State of the connection.
            Network => settings::Network();
            /// What this terminal is.
            About => settings::About();
            /// Shows which key arrives and how fast.
            KeyTest => settings::KeyTest();
            /// Learns a remote control.
            Wizard => settings::Wizard();
            /// The roll calls of this TV.
            RollCalls => roll_calls::RollCalls();
            /// A roll call at home.
            RollCall {
                /// The roll call's id.
                id: String,
            } => roll_call::RollCallScreen(id);
            /// A roll call at a station.
            Roster {
                /// The roll call's id.
                id: String,
            } => roster::Roster(id);
            /// One's own record.
            Me => me::Me();
            /// What is live, the calendar, and what can be watched again.
            Meetings {
                /// The listing's id; empty when it was not opened from one.
                list: String,
            } => meetings::Meetings(list);
            /// A meeting.
            Meeting {
                /// The meeting's id.
                id: String,
            } => meeting::MeetingScreen(id);
            /// Camera and microphone of this TV.
            Capture => settings::CaptureScreen();
            /// The duty rooms of this place, and who looked into them.
            Duty {
                /// The listing's id.
                list: String,
            } => duty::DutyScreen(list);
            /// Organizations that have a page.
            Branches {
                /// The listing's id.
                list: String,
            } => branches::Branches(list);
            /// The page of an organization.
            Branch {
                /// The organization's id.
                id: String,
            } => branch::BranchScreen(id);
            /// What can be asked for with one key, and what was.
            Services {
                /// The listing's id; empty when it was not opened from one.
                list: String,
            } => services::Services(list, false);
            /// The same of suggestions.
            Suggestions {
                /// The listing's id; empty when it was not opened from one.
                list: String,
            } => services::Services(list, true);
            /// Whom will they call?
            Service {
                /// The category's id.
                category: String,
            } => service::Service(category);
            /// Something was asked.
            ServiceDone {
                /// Title of its category.
                title: String,
                /// Its number; empty: it is only kept so far.
                number: String,
                /// Who answers.
                office: String,
                /// Until when, Unix ms; 0: nobody knows yet.
                due_at_ms: i64,
            } => service_done::ServiceDone(title, number, office, *due_at_ms);
            /// Everything that was asked here.
            Requests {
                /// Suggestions, otherwise everything else.
                suggestions: bool,
            } => requests::Requests(*suggestions);
            /// One thing that was asked.
            Request {
                /// The request's id.
                id: String,
            } => request::RequestScreen(id);
            /// What somebody says of a request that is being made, or of one that was.
            ServiceNote {
                /// Its category.
                category: String,
                /// The request that is added to; none: one that is being made.
                request: Option<String>,
            } => service_note::ServiceNote(category, request.as_deref());
            /// A confidential report.
            Report {
                /// The category.
                category: String,
            } => report::ReportScreen(category);
            /// How a confidential report stands.
            ReportFollow => report_follow::ReportFollow();
            /// Evaluations and questionnaires.
            Evaluations {
                /// The listing's id.
                list: String,
            } => evaluations::Evaluations(list);
            /// What an evaluation is about, and who of this TV may take part.
            Evaluation {
                /// The evaluation's id.
                id: String,
            } => evaluation::EvaluationScreen(id);
            /// Somebody answers an evaluation.
            Answering {
                /// The evaluation's id.
                id: String,
                /// Whose answers they are; empty until somebody was chosen.
                member: String,
            } => answering::Answering(id, member);
            /// How evaluations came out.
            Results {
                /// The listing's id.
                list: String,
            } => results::Results(list);
            /// How an evaluation came out.
            Result {
                /// The evaluation's id.
                id: String,
            } => result::ResultScreen(id);
        }
    };
}
pub(super) use screen_table;

/// Makes [`Route`].
macro_rules! routes {
    ($(
        $(#[$doc:meta])*
        $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $data:ty),* $(,)? })?
            => $($controller:ident)::+ ($($argument:expr),*);
    )*) => {
        /// Where one can be. Kept on disk, so that a crash or power cut resumes here.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "screen", rename_all = "snake_case")]
        pub enum Route {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $data),* })?,)*
        }
    };
}
screen_table!(routes);

/// Where in a township one finds what a screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs<'a> {
    /// In no section.
    Nowhere,
    /// It is the section with this id.
    Section(&'a str),
    /// In the list with this id.
    List(&'a str),
    /// In the first list of this kind.
    Kind(ListingKind),
    /// In the list of the document with this id.
    Document(&'a str),
}

impl Route {
    /// Where one finds what is shown there.
    #[must_use]
    pub fn belongs(&self) -> Belongs<'_> {
        match self {
            Self::Section { id } => Belongs::Section(id),
            Self::Bulletins { list }
            | Self::Cards { list }
            | Self::Duty { list }
            | Self::Branches { list }
            | Self::Evaluations { list }
            | Self::Results { list } => Belongs::List(list),
            Self::Meetings { list: id } => list_or_kind(id, ListingKind::Meetings),
            Self::Services { list: id } => list_or_kind(id, ListingKind::Services),
            Self::Suggestions { list: id } => list_or_kind(id, ListingKind::Suggestions),
            Self::Bulletin { id }
            | Self::Table { id, .. }
            | Self::Picture { id, .. }
            | Self::Programme { id } => Belongs::Document(id),
            Self::Meeting { .. }
            | Self::RollCalls
            | Self::RollCall { .. }
            | Self::Roster { .. } => Belongs::Kind(ListingKind::Meetings),
            Self::Branch { .. } => Belongs::Kind(ListingKind::Branches),
            Self::Service { .. }
            | Self::ServiceDone { .. }
            | Self::Request { .. }
            | Self::ServiceNote { .. }
            | Self::Report { .. }
            | Self::ReportFollow => Belongs::Kind(ListingKind::Services),
            Self::Requests { suggestions } => Belongs::Kind(if *suggestions {
                ListingKind::Suggestions
            } else {
                ListingKind::Services
            }),
            Self::Evaluation { .. } | Self::Answering { .. } | Self::Result { .. } => {
                Belongs::Kind(ListingKind::Evaluations)
            }
            _ => Belongs::Nowhere,
        }
    }
}

/// The list with this id, or without one the first of its kind.
fn list_or_kind(id: &str, kind: ListingKind) -> Belongs<'_> {
    if id.is_empty() {
        Belongs::Kind(kind)
    } else {
        Belongs::List(id)
    }
}

/// What lies below everything else: where a terminal with or without enrolment begins.
#[must_use]
pub const fn first_route(enrolled: bool) -> Route {
    if enrolled {
        Route::Home
    } else {
        Route::Enrolment
    }
}

/// Where a key leads from anywhere, if it has its own screen.
#[must_use]
pub const fn key_route(key: RemoteKey) -> Option<Route> {
    match key {
        RemoteKey::Menu => Some(Route::Settings),
        RemoteKey::Search => Some(Route::Search),
        RemoteKey::Red | RemoteKey::Digit(0) => Some(Route::Services {
            list: String::new(),
        }),
        _ => None,
    }
}

/// Where a card leads while no roll call is open.
#[must_use]
pub const fn card_route() -> Route {
    Route::Me
}

/// The screen for a section of the township.
#[must_use]
pub fn section_route(id: &str) -> Route {
    Route::Section { id: id.to_owned() }
}

/// The screen for one document.
#[must_use]
pub fn document_route(kind: DocumentKind, id: &str) -> Route {
    let id = id.to_owned();
    match kind {
        DocumentKind::Bulletin => Route::Bulletin { id },
        DocumentKind::Programme => Route::Programme { id },
        DocumentKind::Meeting => Route::Meeting { id },
        DocumentKind::Branch => Route::Branch { id },
        DocumentKind::Category => Route::Service { category: id },
        DocumentKind::Evaluation => Route::Evaluation { id },
    }
}

/// The screen for a roll call on a terminal of this kind.
#[must_use]
pub fn roll_call_route(kind: TerminalKind, id: &str) -> Route {
    let id = id.to_owned();
    match kind {
        TerminalKind::Station => Route::Roster { id },
        _ => Route::RollCall { id },
    }
}
