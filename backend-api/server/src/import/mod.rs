//! A folder written by hand becomes bulletins and programmes.
