//! Slint screens of the terminal: the window, its adapters (one global a screen) and the design
//! tokens. Nothing here decides anything; see the crate `tv-app` for who fills the adapters.

#[expect(
    missing_docs,
    unused_qualifications,
    clippy::todo,
    reason = "generated from the .slint files, which carry the documentation"
)]
mod generated {
    slint::include_modules!();
}

pub use generated::*;
