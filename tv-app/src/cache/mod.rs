//! Everything the terminal knows, on disk.
