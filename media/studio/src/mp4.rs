//! The outermost boxes of an MP4 file: is the index in front of the data?

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Whether a player can start after reading the beginning only: one `moov` before the first
/// `mdat`, and no fragments.
///
/// # Errors
/// When the file cannot be read.
pub fn is_faststart(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    let mut at = 0_u64;
    let mut moov = false;
    while at + 8 <= end {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0_u8; 16];
        file.read_exact(&mut head[..8])?;
        let kind = [head[4], head[5], head[6], head[7]];
        let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let size = match short {
            0 => end - at,
            1 => {
                if file.read_exact(&mut head[8..]).is_err() {
                    return Ok(false);
                }
                u64::from_be_bytes([
                    head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15],
                ])
            }
            size => size,
        };
        match &kind {
            b"moov" => moov = true,
            b"moof" => return Ok(false),
            b"mdat" => return Ok(moov),
            _ => {}
        }
        // A box shorter than its own header would keep us here for ever.
        if size < 8 {
            return Ok(false);
        }
        let Some(next) = at.checked_add(size) else {
            return Ok(false);
        };
        at = next;
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(kinds: &[&[u8; 4]]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = kinds
            .iter()
            .flat_map(|kind| [&12_u32.to_be_bytes()[..], &kind[..], &[0_u8; 4][..]].concat())
            .collect();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn index_in_front() {
        assert!(is_faststart(boxes(&[b"ftyp", b"moov", b"mdat"]).path()).unwrap());
        assert!(!is_faststart(boxes(&[b"ftyp", b"mdat", b"moov"]).path()).unwrap());
        assert!(!is_faststart(boxes(&[b"ftyp", b"moov", b"moof", b"mdat"]).path()).unwrap());
    }

    #[test]
    fn zero_size_and_garbage_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0_u8, 0, 0, 2, 1, 2, 3, 4, 5]).unwrap();
        assert!(!is_faststart(file.path()).unwrap());
        std::fs::write(file.path(), []).unwrap();
        assert!(!is_faststart(file.path()).unwrap());
    }
}
