//! The file store never exceeds its budget and removes the right things.

use std::collections::HashMap;

use contract::feed::{Change, Document};
use proptest::prelude::*;

use super::{Fixture, bulletin, file_ref, page, picture, programme};
use crate::cache::files::BUDGET_SETTING;
use crate::cache::{CacheError, FileClass, KeepState};

const CLASSES: [FileClass; 5] = [
    FileClass::Leftover,
    FileClass::Original,
    FileClass::Screen,
    FileClass::Thumb,
    FileClass::Kept,
];

fn content(id: u8, size: usize) -> Vec<u8> {
    vec![id; size]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_budget_holds_and_nothing_important_makes_way(
        ops in proptest::collection::vec((0..40_u8, 1..400_usize, 0..5_usize, any::<bool>(), any::<bool>()), 1..40)
    ) {
        let fixture = Fixture::new();
        let cache = &fixture.cache;
        cache.set_setting(BUDGET_SETTING, "1000").unwrap();
        let mut classes: HashMap<String, FileClass> = HashMap::new();
        let mut sizes: HashMap<String, u64> = HashMap::new();
        for (id, size, class, urgent, read) in ops {
            let (bytes, class) = (content(id, size), CLASSES[class]);
            let file = file_ref(&bytes, "bin");
            if cache.has_file(&file.name) {
                if read {
                    prop_assert!(cache.file_path(&file.name).is_some());
                }
                continue;
            }
            fixture.clock.advance(1);
            let before: Vec<String> = sizes.keys().cloned().collect();
            std::fs::write(cache.partial_path(&file.name).unwrap(), &bytes).unwrap();
            match cache.store_partial(&file.name, class, urgent) {
                Ok(()) => {
                    classes.insert(file.name.clone(), class);
                    sizes.insert(file.name.clone(), file.bytes);
                }
                Err(CacheError::NoRoom { .. }) => prop_assert!(!cache.has_file(&file.name)),
                Err(other) => prop_assert!(false, "{other}"),
            }
            for name in before {
                if !cache.has_file(&name) {
                    let gone = classes[&name];
                    prop_assert!(gone < class || (urgent && gone == class && class < FileClass::Kept));
                    sizes.remove(&name);
                }
            }
            prop_assert!(cache.stored_bytes() <= 1000);
            prop_assert_eq!(cache.stored_bytes(), sizes.values().sum::<u64>());
            let on_disk = std::fs::read_dir(fixture.dir.path().join("files")).unwrap().count();
            prop_assert_eq!(on_disk, sizes.len());
        }
    }
}

#[test]
fn the_longest_unread_goes_first_also_after_a_restart() {
    let mut fixture = Fixture::new();
    fixture.cache.set_setting(BUDGET_SETTING, "300").unwrap();
    let files: Vec<_> = (1..=3)
        .map(|id| (content(id, 100), file_ref(&content(id, 100), "bin").name))
        .collect();
    for (bytes, name) in &files {
        fixture.clock.advance(1);
        fixture
            .cache
            .store_bytes(name, bytes, FileClass::Leftover)
            .unwrap();
    }
    fixture.clock.advance(1);
    assert!(fixture.cache.file_path(&files[0].1).is_some());
    fixture.cache.flush_reads().unwrap();
    fixture.reopen();
    let (bytes, name) = (content(9, 100), file_ref(&content(9, 100), "bin").name);
    fixture
        .cache
        .store_bytes(&name, &bytes, FileClass::Leftover)
        .unwrap();
    let here: Vec<bool> = files
        .iter()
        .map(|(_, name)| fixture.cache.has_file(name))
        .collect();
    assert_eq!(here, [true, false, true]);
}

#[test]
fn what_does_not_match_its_name_is_refused() {
    let fixture = Fixture::new();
    let name = file_ref(b"right", "png").name;
    let wrong = fixture.cache.store_bytes(&name, b"wrong", FileClass::Thumb);
    assert!(
        matches!(wrong, Err(CacheError::WrongContent { .. })),
        "{wrong:?}"
    );
    assert!(
        !fixture.cache.partial_path(&name).unwrap().exists(),
        "it would be resumed for ever"
    );
    for hostile in [
        "../../etc/passwd",
        "a.png",
        "",
        &format!("{}/x.png", "a".repeat(62)),
        &"a".repeat(64),
    ] {
        assert!(
            matches!(
                fixture.cache.partial_path(hostile),
                Err(CacheError::BadFileName(_))
            ),
            "{hostile}"
        );
    }
}

#[test]
fn files_are_wanted_small_and_visible_first() {
    let fixture = Fixture::new();
    let cache = &fixture.cache;
    let mut cover = picture(b"");
    cover.thumb = file_ref(b"thumb", "png");
    cover.screen = file_ref(b"screen screen", "png");
    cover.original = Some(file_ref(b"original", "png"));
    let mut document = bulletin("b", "l", "t", 1);
    document.cover = Some(cover);
    cache
        .apply(&page(
            "1",
            vec![
                Document::Bulletin(document),
                Document::Programme(programme("p", b"poster!", b"video")),
            ],
        ))
        .unwrap();
    cache.set_kept("p", true).unwrap();
    let names = || {
        cache
            .wanted_files()
            .into_iter()
            .map(|file| file.file.name)
            .collect::<Vec<_>>()
    };
    let name = |content: &[u8], extension| file_ref(content, extension).name;
    assert_eq!(
        names(),
        [
            name(b"thumb", "png"),
            name(b"poster!", "png"),
            name(b"screen screen", "png"),
            name(b"video", "mp4"),
            name(b"original", "png")
        ]
    );
    cache.want_now(&name(b"original", "png"));
    assert_eq!(
        names()[0],
        name(b"original", "png"),
        "a screen waits for it"
    );
    cache
        .store_bytes(&name(b"original", "png"), b"original", FileClass::Original)
        .unwrap();
    assert_eq!(names().len(), 4);
    let gone = contract::feed::FeedPage {
        changes: vec![Change::Delete { id: "p".to_owned() }],
        ..page("2", vec![])
    };
    cache.apply(&gone).unwrap();
    assert_eq!(names().len(), 2, "nobody wants what is gone");
    assert_eq!(cache.keep_state("p"), KeepState::No);
}

#[test]
fn keeping_survives_everything_but_letting_go() {
    let mut fixture = Fixture::new();
    let (video, other) = (content(1, 500), content(2, 200));
    let document = programme("p", b"poster", &video);
    let name = document.renditions[0].file.name.clone();
    fixture
        .cache
        .apply(&page("1", vec![Document::Programme(document.clone())]))
        .unwrap();
    assert!(matches!(
        fixture.cache.set_kept("nobody", true),
        Err(CacheError::UnknownProgramme(_))
    ));
    fixture.cache.set_kept("p", true).unwrap();
    fixture.reopen();
    assert_eq!(fixture.cache.keep_state("p"), KeepState::Waiting);
    fixture
        .cache
        .store_bytes(&name, &video, FileClass::Kept)
        .unwrap();
    fixture.cache.set_keep_state("p", &KeepState::Kept).unwrap();
    assert_eq!(fixture.cache.kept_programmes()[0].kept, KeepState::Kept);
    // A full store gives way to nothing else.
    fixture.cache.set_setting(BUDGET_SETTING, "600").unwrap();
    let refused =
        fixture
            .cache
            .store_bytes(&file_ref(&other, "bin").name, &other, FileClass::Thumb);
    assert!(matches!(refused, Err(CacheError::NoRoom { .. })));
    // The same programme again, as after a reset of the feed.
    let mut reset = page("2", vec![Document::Programme(document)]);
    reset.reset = true;
    fixture.cache.apply(&reset).unwrap();
    assert_eq!(fixture.cache.keep_state("p"), KeepState::Kept);
    // A smaller budget must hold all the same, and says so.
    fixture.cache.set_setting(BUDGET_SETTING, "100").unwrap();
    fixture.cache.enforce_budget().unwrap();
    assert!(matches!(
        fixture.cache.keep_state("p"),
        KeepState::Failed(_)
    ));
    assert_eq!(fixture.cache.stored_bytes(), 0);
    fixture.cache.set_kept("p", false).unwrap();
    assert_eq!(fixture.cache.keep_state("p"), KeepState::No);
}
