//! A player without media, for screen tests.
