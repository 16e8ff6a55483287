//! Pictures are decoded in the background, scaled, kept within bounds, and tried once.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use image::{Rgba, RgbaImage};

use super::{Fixture, file_ref};
use crate::cache::pictures::{PictureState, Region, lent_name};
use crate::cache::{FileClass, Fit, PictureKey, Pictures};

fn png(width: u32, height: u32) -> Vec<u8> {
    // Left half red, right half blue.
    let picture = RgbaImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgba([255, 0, 0, 255])
        } else {
            Rgba([0, 0, 255, 255])
        }
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn start(fixture: &Fixture, memory: usize) -> (Pictures, Receiver<()>) {
    let (sender, receiver) = mpsc::channel();
    let ready = Arc::new(move || sender.send(()).unwrap_or(()));
    (
        Pictures::with_memory(fixture.cache.clone(), ready, memory).unwrap(),
        receiver,
    )
}

fn wait(ready: &Receiver<()>) {
    ready
        .recv_timeout(Duration::from_secs(60))
        .expect("the decoder says when something is ready");
}

fn key(name: &str, width: u32, height: u32, fit: Fit) -> PictureKey {
    PictureKey {
        name: name.to_owned(),
        width,
        height,
        fit,
    }
}

#[test]
fn pictures_fill_or_fit_their_place() {
    let fixture = Fixture::new();
    let bytes = png(400, 200);
    let name = file_ref(&bytes, "png").name;
    fixture
        .cache
        .store_bytes(&name, &bytes, FileClass::Screen)
        .unwrap();
    let (pictures, ready) = start(&fixture, 1 << 20);
    for (fit, place, size) in [
        (Fit::Cover, (50, 50), (50, 50)),
        (Fit::Contain, (50, 50), (50, 25)),
        (Fit::Contain, (900, 900), (400, 200)),
    ] {
        let key = key(&name, place.0, place.1, fit);
        assert_eq!(pictures.get(&key), None);
        wait(&ready);
        let bitmap = pictures.get(&key).unwrap();
        assert_eq!((bitmap.width, bitmap.height), size);
        assert_eq!(bitmap.rgba.len(), (size.0 * size.1 * 4) as usize);
        assert_eq!(bitmap.rgba[..4], [255, 0, 0, 255], "left is red");
        let last = bitmap.rgba.len() - 4;
        assert_eq!(bitmap.rgba[last..], [0, 0, 255, 255], "right is blue");
    }
    let right = Region {
        x: 250,
        y: 0,
        width: 9999,
        height: 100,
    };
    assert_eq!(pictures.region(&name, right, 75, 50), None);
    wait(&ready);
    let part = pictures.region(&name, right, 75, 50).unwrap();
    assert_eq!(
        (part.width, part.height, &part.rgba[..4]),
        (75, 50, &[0, 0, 255, 255][..])
    );
}

#[test]
fn a_broken_picture_is_tried_once() {
    let fixture = Fixture::new();
    let name = file_ref(b"no picture", "png").name;
    fixture
        .cache
        .store_bytes(&name, b"no picture", FileClass::Screen)
        .unwrap();
    let (pictures, ready) = start(&fixture, 1 << 20);
    let key = key(&name, 10, 10, Fit::Cover);
    assert_eq!(pictures.get(&key), None);
    wait(&ready);
    assert_eq!(pictures.state(&key), PictureState::Broken);
    assert_eq!(pictures.get(&key), None);
    assert_eq!(
        pictures.state(&key),
        PictureState::Broken,
        "asking again does not try again"
    );
}

#[test]
fn a_missing_picture_is_asked_for_and_decoded_when_it_arrives() {
    let fixture = Fixture::new();
    let bytes = png(20, 20);
    let name = file_ref(&bytes, "png").name;
    let (pictures, ready) = start(&fixture, 1 << 20);
    let missing = key(&name, 10, 10, Fit::Cover);
    assert_eq!(pictures.get(&missing), None);
    while pictures.state(&missing) != PictureState::Missing {
        std::thread::yield_now();
    }
    fixture
        .cache
        .store_bytes(&name, &bytes, FileClass::Screen)
        .unwrap();
    pictures.file_ready(&name);
    wait(&ready);
    assert!(pictures.get(&missing).is_some());
}

#[test]
fn memory_is_bounded_and_the_longest_unused_goes() {
    let fixture = Fixture::new();
    let bytes = png(64, 64);
    let name = file_ref(&bytes, "png").name;
    fixture
        .cache
        .store_bytes(&name, &bytes, FileClass::Screen)
        .unwrap();
    // Room for two pictures of 32×32.
    let (pictures, ready) = start(&fixture, 2 * 32 * 32 * 4);
    let keys: Vec<PictureKey> = (30..=32)
        .map(|width| key(&name, width, 32, Fit::Cover))
        .collect();
    for (at, key) in keys.iter().enumerate() {
        assert_eq!(pictures.get(key), None);
        wait(&ready);
        assert!(pictures.get(key).is_some());
        assert!(pictures.memory_used() <= 2 * 32 * 32 * 4);
        if at == 1 {
            assert!(pictures.get(&keys[0]).is_some(), "used last, so it stays");
        }
    }
    let states: Vec<PictureState> = keys.iter().map(|key| pictures.state(key)).collect();
    assert_eq!(
        states,
        [
            PictureState::Ready,
            PictureState::Waiting,
            PictureState::Ready
        ]
    );
}

#[test]
fn what_is_lent_is_on_no_disk_and_its_pixels_go_with_it() {
    let fixture = Fixture::new();
    let (pictures, ready) = start(&fixture, 1 << 20);
    let name = lent_name("a");
    let bytes: Arc<[u8]> = png(400, 200).into();
    let small = key(&name, 50, 50, Fit::Contain);
    pictures.lend(&name, &bytes);
    pictures.lend(&name, &bytes);
    assert_eq!(pictures.get(&small), None);
    wait(&ready);
    assert_eq!(pictures.get(&small).unwrap().width, 50);
    let right = Region {
        x: 200,
        y: 0,
        width: 200,
        height: 200,
    };
    assert_eq!(pictures.region(&name, right, 75, 50), None);
    wait(&ready);
    assert!(pictures.region(&name, right, 75, 50).is_some());
    pictures.forget_lent();
    assert!(pictures.get(&small).is_some(), "it is still held");
    assert!(pictures.memory_used() > 0);

    drop(bytes);
    pictures.forget_lent();
    assert_eq!(pictures.memory_used(), 0);
    assert_eq!(pictures.get(&small), None);
    assert!(fixture.cache.wanted_files().is_empty(), "nobody fetches it");

    // Another one under the same name is another picture, and one that is damaged is said to be.
    let broken: Arc<[u8]> = b"nothing".as_slice().into();
    pictures.lend(&name, &broken);
    assert_eq!(pictures.get(&small), None);
    wait(&ready);
    assert_eq!(pictures.state(&small), PictureState::Broken);
}
