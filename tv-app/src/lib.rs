//! Television application of the terminal.
