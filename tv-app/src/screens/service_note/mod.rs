//! 先说几句: what somebody says of a request that is being made or was made, on the television or on a
//! telephone.

mod controller;
mod link;
#[cfg(test)]
pub(crate) mod tests;
mod view;

pub use controller::ServiceNote;
pub use link::{Link, Step as LinkStep};
