//! One table on the whole screen, its head and first column always in view.

mod controller;
mod layout;
pub mod view;

pub use controller::{Hidden, TableScreen};
pub use layout::{Cell, is_sum, natural_widths, spoken};

#[cfg(test)]
mod tests;
