//! Recordings, as the server reads them before it keeps them.

use backend_api::services::attachments;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use contract::request::{VOICE_MS, Voice};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "voice",
    check,
    seeds: || {
        let frames = vec![&b"\x48one"[..]; 50];
        let long = [0x10, 5].repeat(120);
        vec![
            [head(1), page(4, 48_000, 2, &frames)].concat(),
            [
                head(2),
                page(0, 3_840, 2, &[&long, &long]),
                page(4, 4_800, 3, &frames[..1]),
            ]
            .concat(),
        ]
    },
    words: &["OggS", "OpusHead", "OpusTags", "\u{1}", "\u{4}", "\u{7f}"],
};

/// Whatever is in the pages, sealed anew: else nothing but the sums would be tried.
fn check(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(end) = end_of_page(&bytes, at) {
        let crc = checksum(&bytes[at..end]);
        bytes[at + 22..at + 26].copy_from_slice(&crc.to_le_bytes());
        at = end;
    }
    let voice = Voice {
        ogg_base64: BASE64.encode(&bytes),
        length_ms: 0,
    };
    if let Ok(checked) = attachments::check_voice(&voice) {
        assert!(checked.length_ms().is_some_and(|ms| ms <= VOICE_MS + 2_000));
        assert!(bytes.windows(8).any(|it| it == b"OpusHead"));
        assert_eq!(
            at,
            bytes.len(),
            "what follows the last page is no part of it"
        );
    }
}

fn end_of_page(bytes: &[u8], at: usize) -> Option<usize> {
    let segments = usize::from(*bytes.get(at + 26)?);
    let table = bytes.get(at + 27..at + 27 + segments)?;
    let body: usize = table.iter().map(|it| usize::from(*it)).sum();
    let end = at + 27 + segments + body;
    (end <= bytes.len()).then_some(end)
}

/// The two pages with which every recording begins.
fn head(channels: u8) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels);
    head.extend([0xc0, 3, 0x80, 0xbb, 0, 0, 0, 0, 0]);
    let tags = b"OpusTags\x04\0\0\0test\0\0\0\0";
    [page(2, 0, 0, &[&head]), page(0, 0, 1, &[tags])].concat()
}

/// A page of whole packets of at most 254 bytes each.
fn page(flags: u8, granule: u64, sequence: u32, packets: &[&[u8]]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend(granule.to_le_bytes());
    page.extend([7, 0, 0, 0]);
    page.extend(sequence.to_le_bytes());
    page.extend([0; 4]);
    let small = |length: usize| u8::try_from(length).unwrap_or(254);
    page.push(small(packets.len()));
    page.extend(packets.iter().map(|it| small(it.len())));
    packets.iter().for_each(|it| page.extend(*it));
    let crc = checksum(&page);
    page[22..26].copy_from_slice(&crc.to_le_bytes());
    page
}

/// RFC 3533: polynomial 0x04C11DB7, its own field counted as zero.
fn checksum(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0_u32, |crc, (at, byte)| {
        let byte = if (22..26).contains(&at) { 0 } else { *byte };
        (0..8).fold(crc ^ (u32::from(byte) << 24), |crc, _| {
            (crc << 1)
                ^ if crc & 0x8000_0000 == 0 {
                    0
                } else {
                    0x04c1_1db7
                }
        })
    })
}
