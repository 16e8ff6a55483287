//! What users do and the server does not know yet.
//!
//! A command is declared once, in a file of its own: which request it is, who stands behind it, how
//! several of them go together, what the server's answer means here. The register has one line
//! for each; everything else is the same for all:
//!
//! - one that is kept is on the disk (`synchronous = FULL`) before the screen says done, and is sent
//!   with its idempotency key until the server has answered, over restarts and power cuts: the server
//!   counts it exactly once;
//! - how long ago the user pressed is told on the clock of the boot, which nobody can set;
//! - a PIN or a card number is overwritten on the disk once the server has answered;
//! - what somebody waits for never waits for what is sent in the background;
//! - a refusal reaches whoever pressed, at once or later.
//!
//! The client sends them (`client/command`).

mod addition;
mod attachment;
mod ballot;
mod follow_report;
mod kind;
mod new_pin;
mod new_report;
mod new_request;
mod objection;
mod of_request;
mod outgoing;
mod own_evaluations;
mod own_record;
mod own_requests;
mod progress;
mod put;
mod refusal;
mod register;
mod request_link;
mod sign_in;
mod take;
mod verdict;
mod viewing;
mod waiting_requests;
mod waiting_sign_ins;
mod withdraw;

pub use self::addition::Addition;
pub use self::attachment::{File, ReadAttachment};
pub use self::ballot::{Ballot, WaitingBallot};
pub use self::follow_report::{FollowReport, JudgeReport};
pub use self::kind::{
    About, AfterCommit, Answer, Kept, Kind, Method, Policy, Pressed, Priority, ProvedBy, Taken,
};
pub use self::new_pin::NewPin;
pub use self::new_report::NewReport;
pub use self::new_request::NewRequest;
pub use self::objection::NewObjection;
pub use self::outgoing::Outgoing;
pub use self::own_evaluations::OwnEvaluations;
pub use self::own_record::OwnRecord;
pub use self::own_requests::OwnRequests;
pub use self::progress::Progress;
pub use self::refusal::{Refusal, ToldLater};
pub use self::register::{Command, Reply, Told, reply};
pub use self::request_link::{LinkState, NewLink};
pub use self::sign_in::NewSignIn;
pub use self::take::Waiting;
pub use self::verdict::Verdict;
pub use self::viewing::Viewing;
pub use self::waiting_requests::{WaitingKind, WaitingRequest};
pub use self::waiting_sign_ins::WaitingSignIn;
pub use self::withdraw::Withdraw;
