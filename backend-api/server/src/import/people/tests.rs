//! Lists in every form, read and taken.
