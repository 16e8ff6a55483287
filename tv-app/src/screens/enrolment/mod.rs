//! Code and QR until staff approve the terminal.

mod controller;
pub mod view;

pub use controller::Enrolment;
