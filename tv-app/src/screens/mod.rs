//! A pure controller and a thin view for every screen.
