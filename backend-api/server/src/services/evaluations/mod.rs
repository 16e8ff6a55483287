//! Evaluations, questionnaires and motions. What is published of the answers is decided by [`suppress`]
//! alone; [`table`] publishes the same figures one by one.

pub mod hash;
pub mod suppress;
pub mod table;
pub mod tally;
