//! Slint screens of the terminal.
#![allow(missing_docs, unsafe_code)]
slint::include_modules!();
