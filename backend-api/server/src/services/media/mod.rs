//! Live picture and sound: the only door to the relay and to the studio.
//!
//! | module | holds |
//! |---|---|
//! | [`Media`] | the door: tokens and links, sessions by WHIP and WHEP, programs, HLS |
//! | [`Grant`] | what a token is good for, and whose it is |
//! | [`Intake`] | an encoder, a camera or a test picture as the sender of a stream |
//! | [`Reach`] | where a camera may be |
//! | [`Plan`] | what a program has to carry |
//! | [`MediaController`] | the media of one program, kept at its plan |
//! | [`recording`] | what was written becomes a film |
//! | [`film`] | films as files |
//!
//! Nothing here knows what streams are for. Services that have some (live meetings, duty rooms) say
//! what to carry, and are told what becomes of their streams and sessions as [`Listener`]s.

pub mod camera;
mod controller;
mod demand;
mod door;
pub mod film;
mod grants;
mod intake;
mod links;
mod plan;
mod reach;
pub mod recording;
mod streams;

pub use controller::{MediaController, News, ProgramSettings, Report};
pub use door::{Listener, Media, Refused};
pub use grants::{Grant, Holder};
pub use intake::{Intake, SourceNews, SourceState};
pub use media_relay::{Answer, EndReason, OfferError, SessionId, StartError, Takeover};
pub use plan::{Plan, Program, Source};
pub use reach::Reach;
pub use streams::{StreamNews, Who, own_route, program};
