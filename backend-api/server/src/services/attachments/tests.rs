use std::sync::Arc;

use image::{DynamicImage, ImageFormat};
use store::DatabaseUrl;

use super::ogg::tests::recording;
use super::*;
use crate::config::Config;
use crate::services::space::ManualDisk;

fn voice(bytes: &[u8]) -> Voice {
    Voice {
        ogg_base64: BASE64.encode(bytes),
        length_ms: 1,
    }
}

fn said(refused: Result<Checked>) -> String {
    match refused.unwrap_err() {
        ServiceError::Invalid(fields) => fields[0].message.clone(),
        ServiceError::BadRequest(why) => why,
        other => panic!("{other}"),
    }
}

/// A data folder with database, keys and a disk.
struct Folder {
    folder: tempfile::TempDir,
    store: Store,
    vault: Arc<Vault>,
    disk: ManualDisk,
    attachments: Attachments,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::local(folder.path());
        let url: DatabaseUrl = config.database_url().parse().unwrap();
        let store = Store::open(&url).unwrap();
        let vault = Arc::new(Vault::open(&config, &store).unwrap());
        let disk = ManualDisk::new(1 << 40);
        let space = Space::new(Arc::new(disk.clone()), folder.path(), 1 << 30);
        let attachments = Attachments::new(config.attachments_dir(), space);
        Self {
            folder,
            store,
            vault,
            disk,
            attachments,
        }
    }

    fn put(&self, kept: &Kept, owner: Owner, now_ms: i64) -> Attachment {
        // The vault is not shared: what it seals is written in the same transaction all the same.
        let sealed = self
            .store
            .read(|tx| {
                let key = STANDARD_NO_PAD.encode(kept.key);
                self.vault.seal(tx, Place::Attachment(&kept.id), &key)
            })
            .unwrap();
        let new = New {
            id: kept.id.clone(),
            media_type: kept.media_type.to_owned(),
            size: kept.size,
            length_ms: kept.length_ms,
            sealed_hash: kept.sealed_hash.clone(),
            key_sealed: sealed,
            sealed_as: None,
        };
        self.store
            .write(move |tx| attachments::put(tx, &new, &owner, now_ms))
            .unwrap()
    }

    /// The first of what was shared from one entry to another.
    fn shared(&self, from: (&'static str, u32), to: (&'static str, u32)) -> Record {
        let vault = Arc::clone(&self.vault);
        self.store
            .write(move |tx| share(tx, &vault, from, to, 2))
            .unwrap();
        let of_entry = |tx: &mut store::Tx<'_>| attachments::of_entry(tx, to.0, to.1);
        self.store.read(of_entry).unwrap().remove(0)
    }

    fn record(&self, id: &str) -> Record {
        let found = self.store.read(|tx| attachments::get(tx, id)).unwrap();
        found.unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let all = self.attachments.all().unwrap();
        all.iter()
            .map(|(name, _)| self.attachments.place(name.hash()))
            .collect()
    }
}

fn entry(request_id: &str) -> Owner {
    Owner::Entry {
        request_id: request_id.to_owned(),
        entry: 1,
    }
}

#[test]
fn a_voice_of_a_minute_is_taken_and_no_longer_one() {
    let taken = check_voice(&voice(&recording(18_000))).unwrap();
    assert_eq!(taken.length_ms(), Some(18_000));
    assert!(check_voice(&voice(&recording(62_000))).is_ok());
    assert!(said(check_voice(&voice(&recording(62_020)))).contains("最多 60 秒"));
    assert!(said(check_voice(&voice(b"ID3 a song"))).contains("不是录音文件"));
    assert!(said(check_voice(&voice(&[0; VOICE_BYTES + 1]))).contains("512 KB"));
    let not_base64 = Voice {
        ogg_base64: "一二三".to_owned(),
        length_ms: 1,
    };
    assert!(said(check_voice(&not_base64)).contains("损坏"));
    let mut cut = recording(18_000);
    cut.pop();
    assert!(said(check_voice(&voice(&cut))).contains("不完整"));
    assert!(!format!("{taken:?}").contains("bytes"));
}

#[test]
fn a_photograph_is_drawn_anew_and_smaller() {
    let mut png = io::Cursor::new(Vec::new());
    let large = DynamicImage::new_rgb8(3_000, 1_500);
    large.write_to(&mut png, ImageFormat::Png).unwrap();
    let taken = check_picture(png.get_ref()).unwrap();
    let drawn = image::load_from_memory(&taken.bytes).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (1_600, 800));
    assert_eq!(taken.media_type, "image/jpeg");
    assert!(said(check_picture(b"%PDF-1.7")).contains("JPEG"));
    let heic = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic";
    assert!(said(check_picture(heic)).contains("HEIC"));
    // A few bytes that claim to be 30,000 pixels a side are not decoded.
    let mut bomb = png.into_inner();
    bomb[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(said(check_picture(&bomb)).contains("像素过大"));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn a_file_says_nothing_and_opens_with_its_row_only() {
    let place = Folder::new();
    let checked = check_voice(&voice(&recording(2_000))).unwrap();
    let kept = place.attachments.keep(&checked).unwrap();
    let attachment = place.put(&kept, entry("r"), 1);
    assert_eq!(attachment.length_ms, Some(2_000));
    let record = place.record(&attachment.id);
    let read = place.attachments.read(&place.vault, &record).unwrap();
    assert_eq!(read, checked.bytes);

    let file = place.files().pop().unwrap();
    let sealed = fs::read(&file).unwrap();
    for clear in [&b"OggS"[..], b"OpusHead"] {
        assert!(!sealed.windows(clear.len()).any(|it| it == clear));
    }
    // The row of one opens the file of no other, and no changed one.
    let other = place.attachments.keep(&checked).unwrap();
    let other = place.record(&place.put(&other, entry("r"), 1).id);
    let swapped = Record {
        sealed_hash: other.sealed_hash,
        ..record.clone()
    };
    assert!(place.attachments.read(&place.vault, &swapped).is_err());
    let mut changed = sealed;
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&file, changed).unwrap();
    assert!(place.attachments.read(&place.vault, &record).is_err());
    assert_eq!(place.attachments.lost(&place.store).unwrap(), [""; 0]);
    fs::remove_file(&file).unwrap();
    let lost = place.attachments.lost(&place.store).unwrap();
    assert_eq!(lost, [file.file_name().unwrap().to_str().unwrap()]);
    let refused = place.attachments.read(&place.vault, &record);
    assert!(matches!(refused, Err(ServiceError::NotFound(_))));
    assert!(place.folder.path().join("attachments").is_dir());
}

#[test]
fn without_room_nothing_is_kept() {
    let place = Folder::new();
    let checked = check_voice(&voice(&recording(2_000))).unwrap();
    place.disk.set(1 << 30);
    let refused = place.attachments.keep(&checked);
    assert!(matches!(refused, Err(ServiceError::StorageFull)));
    assert_eq!(place.files(), Vec::<PathBuf>::new());
    place.disk.set(1 << 40);
    place.attachments.keep(&checked).unwrap();
}

#[test]
fn what_nothing_refers_to_is_swept_away_a_day_later() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let place = Folder::new();
    let checked = check_voice(&voice(&recording(2_000))).unwrap();
    let keep = || place.attachments.keep(&checked).unwrap();
    let used = place.put(&keep(), entry("r"), 1);
    let unused = place.put(&keep(), Owner::Account("a".to_owned()), 1);
    // The process died before its row was written.
    keep();
    let written = place.attachments.all().unwrap();
    let written_ms = written.iter().map(|(_, ms)| *ms).max().unwrap();
    let sweep = |now_ms| place.attachments.sweep(&place.store, now_ms).unwrap();
    assert_eq!(
        sweep(written_ms),
        0,
        "what was written just now may be referred to yet"
    );
    let (_, id) = (sweep(DAY_MS + 2), unused.id);
    let gone = place.store.read(|tx| attachments::get(tx, &id)).unwrap();
    assert!(gone.is_none());
    assert_eq!(sweep(written_ms + DAY_MS + 1), 2);
    let record = place.record(&used.id);
    place.attachments.read(&place.vault, &record).unwrap();
    // With the row goes the only key.
    place
        .store
        .write(|tx| attachments::forget_of_request(tx, "r"))
        .unwrap();
    assert_eq!(sweep(written_ms + DAY_MS + 1), 1);
    assert_eq!(place.files(), Vec::<PathBuf>::new());
}

#[test]
fn what_is_shared_is_read_and_forgotten_by_each_alone() {
    let place = Folder::new();
    let checked = check_voice(&voice(&recording(2_000))).unwrap();
    let kept = place.attachments.keep(&checked).unwrap();
    let first = place.put(&kept, entry("r"), 1);
    for (from, to) in [("r", "s"), ("s", "t")] {
        let sealed = place.shared((from, 1), (to, 1));
        assert_ne!(sealed.id, first.id);
        assert_eq!(sealed.file_id(), first.id);
        let read = place.attachments.read(&place.vault, &sealed).unwrap();
        assert_eq!(read, checked.bytes);
    }
    assert_eq!(place.files().len(), 1);
    for (gone, left) in [("r", 1), ("s", 1), ("t", 0)] {
        let forget = move |tx: &mut WriteTx<'_>| attachments::forget_of_request(tx, gone);
        assert_eq!(place.store.write(forget).unwrap(), 1);
        place.attachments.sweep(&place.store, i64::MAX).unwrap();
        assert_eq!(place.files().len(), left, "{gone}");
    }
}
