//! 一键服务: what can be asked for with one key, and how what was asked stands. 建议 is the same of another
//! kind of category.

mod controller;
#[cfg(test)]
mod tests;
pub(super) mod view;

pub use controller::{Row, Services};
