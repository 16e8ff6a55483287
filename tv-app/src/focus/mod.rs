//! Which item a key moves to.
