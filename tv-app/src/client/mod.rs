//! Talks to the backend.
