//! What whoever writes something is shown before it is published is what televisions show of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use contract::bulletin::Block;
use contract::feed::{Change, FeedPage};
use contract::preview::{PreviewJob, PreviewMade};
use e2e::harness::program::built_beside;
use e2e::harness::{Content, Disk, NOW_MS, Start, Tv};
use tv_app::platform::Rgb;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;
use tv_app::screens::settings::name;

/// Runs the program as the server does: with the bounds it sets, in KiB, and nothing of its surroundings.
const BOUNDED: &str = "ulimit -v 1048576; ulimit -n 256; exec \"$@\"";

fn pictures(job: &PreviewJob, files: &Path) -> (PreviewMade, Vec<Rgb>) {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("job.json");
    fs::write(&file, serde_json::to_string(job).unwrap()).unwrap();
    let done = Command::new("sh")
        .args(["-c", BOUNDED, "sh"])
        .arg(built_beside("tv-app").unwrap())
        .arg("--preview")
        .arg(&file)
        .arg("--preview-files")
        .arg(files)
        .arg("--preview-out")
        .arg(out.path())
        .env_clear()
        .env("HOME", out.path())
        .env("XDG_CACHE_HOME", out.path())
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}\n{log}", done.status);
    let made: PreviewMade = serde_json::from_slice(&done.stdout).unwrap();
    let read = |page: usize| {
        let path = out.path().join(format!("{page}.png"));
        let picture = image::open(path).unwrap().into_rgb8();
        Rgb {
            width: picture.width(),
            height: picture.height(),
            bytes: picture.into_raw(),
        }
    };
    (made, (1..=made.pages).map(read).collect())
}

#[test]
fn a_preview_is_what_a_television_shows() {
    let content = Content::demonstration().unwrap();
    let long = |bulletin: &contract::bulletin::Bulletin| {
        if bulletin.urgent {
            0
        } else {
            let letters = |block: &Block| match block {
                Block::Paragraph { text } | Block::Item { text, .. } => text.len(),
                Block::Table(_) | Block::Picture(_) | Block::Heading { .. } => 0,
            };
            bulletin.body.iter().map(letters).sum()
        }
    };
    let bulletin = content.bulletin_with_most(long).unwrap().clone();
    let route = Route::Bulletin {
        id: bulletin.id.clone(),
    };
    let mut tv = Tv::new().unwrap();
    let disk = Disk::with(&tv.clock, &content).unwrap();
    // They would stand over it.
    for row in disk.cache.urgent_unread() {
        disk.cache.mark_read(&row.id).unwrap();
    }
    // A preview knows of nothing that comes next in the list.
    let others = content
        .bulletins()
        .filter(|other| other.list == bulletin.list);
    let others = others.filter(|other| other.id != bulletin.id);
    disk.cache
        .apply(&FeedPage {
            cursor: "alone".to_owned(),
            server_time_ms: NOW_MS,
            changes: others
                .map(|other| Change::Delete {
                    id: other.id.clone(),
                })
                .collect(),
            ..FeedPage::default()
        })
        .unwrap();
    let mut counts = Vec::new();
    for text_size in [100, 150] {
        tv.cut_power();
        tv.clock.set_now(NOW_MS);
        disk.set(name::TEXT_SIZE, &text_size.to_string()).unwrap();
        tv.start(&disk, &Start::default()).unwrap();
        tv.app().open(&route);
        tv.advance(1_000);
        let job = PreviewJob {
            document: bulletin.clone().into(),
            text_size,
            at_ms: Some(NOW_MS),
            township: content.township(),
            organization: None,
        };
        let (made, pictures) = pictures(&job, &content.files);
        assert!(pictures.len() > 1, "it is long: {made:?}");
        for (page, picture) in pictures.iter().enumerate() {
            let shown = tv.frame();
            assert!(*picture == shown, "page {page} at {text_size} %");
            tv.press(RemoteKey::PageDown);
            tv.advance(1_000);
        }
        counts.push((made.pages, made.more));
    }
    assert!(
        counts[0] <= counts[1],
        "larger letters take more pages: {counts:?}"
    );
}
