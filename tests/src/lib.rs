//! End-to-end tests: real server, real terminal, real media.
