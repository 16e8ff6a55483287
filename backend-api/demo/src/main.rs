//! `make demo-media`: draws the pictures and films of the demonstration township.

use std::io::Write as _;
use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(demo_township::township_folder, PathBuf::from);
    demo_township::make_media(&folder, &|name| {
        // A closed terminal is no reason to stop.
        let _ = writeln!(std::io::stderr(), "正在制作 {name}");
    })
}
