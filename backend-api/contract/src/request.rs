//! One-key service (一键服务) and suggestions (建议意见): somebody asks at a TV, an office answers, and
//! only whoever asked says that it is done.
//!
//! received → assigned → in progress → answered → closed by the asker, or reopened one level higher;
//! declined with a reason; merged into another. The first response stops its clock; reopening starts a
//! new one. A confidential report (举报投诉) goes by another door: it is followed by a number and a PIN
//! that the terminal makes, and stands in no list of any terminal.
//!
//! | module | holds |
//! |---|---|
//! | `category` | categories, as terminals show them and staff write them |
//! | `asked` | what an asker sends: a request, and what they say of it later |
//! | `report` | what is told in confidence, and followed by number and PIN |
//! | `story` | how a request stands and what happened to it, as its asker sees it |
//! | `link` | the page for one telephone, which a code on a TV opens |
//! | `desk` | what staff see of requests, and what they do with them |

mod asked;
mod category;
mod desk;
mod link;
mod report;
mod story;

pub use asked::{
    Addition, NewRequest, Phone, PhoneOffer, RequestReceipt, Solved, VOICE_BYTES, VOICE_MS,
    Verdict, Voice, Withdrawal,
};
pub use category::{Category, CategoryDraft, CategoryKind, ClockKind, Level};
pub use desk::{
    Act, Request, RequestCounts, RequestGroup, RequestLine, RequestPage, RequestSource,
    RevealedPhone,
};
pub use link::{NewRequestLink, RequestLink, RequestLinkState};
pub use report::{NewReport, ReportKey, ReportVerdict};
pub use story::{
    Attachment, Happened, HistoryEntry, RequestState, TerminalRequest, TerminalRequests,
};
