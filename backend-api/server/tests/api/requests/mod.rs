//! One-key service over HTTP: asked at a television, answered by staff, ended by the asker.

mod bounds;
mod concurrency;
mod deadlines;
mod desk;
mod place;
mod station;
mod story;
