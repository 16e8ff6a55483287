//! Live media through real codecs: sources, mixer, HLS, recording, restreaming, ingest.
#![allow(missing_docs, reason = "tests")]

mod ingest;
mod mixer;
mod packager;
mod recording;
mod restream;
mod tools;
