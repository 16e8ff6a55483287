//! The television application: pure screens and a focus engine in the middle, thin adapters
//! around them.
//!
//! - [`remote`]: keys from evdev, the keyboard and gamepads
//! - [`focus`]: which item a key moves to
//! - [`screens`]: a pure controller and a thin view for every screen
//! - [`interruptions`]: what comes over the screens by itself
//! - [`router`]: the stack of screens, and what lies over it
//! - [`cache`]: everything the terminal knows, on disk; the only source of screens
//! - [`client`]: fills the cache and empties the outbox when there is a network
//! - [`networks`]: the networks this box may be connected to
//! - [`spoken`]: what is said for what is written
//! - [`platform`]: windows: desktop, KMS, headless, virtual TV
//! - [`clock`]: time as a parameter
//! - [`app`]: puts them together
//! - [`preview`]: pictures of a document on the screen, without a television

pub mod app;
pub mod cache;
pub mod client;
pub mod clock;
pub mod focus;
pub mod interruptions;
pub mod networks;
pub mod platform;
pub mod preview;
pub mod remote;
pub mod router;
pub mod screens;
pub mod spoken;
