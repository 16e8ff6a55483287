//! The file with the user's key map. It is read whatever is in it, and written so that a power cut
//! leaves the old one or the new one.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::keymap::Keymap;

/// The user's key map; mistakes in it are told and the rest applies. The defaults where there is none
/// or it cannot be read.
#[must_use]
pub fn read(file: &Path) -> Keymap {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::error!(%error, file = %file.display(), "the key map cannot be read; keys mean what they usually do");
            }
            return Keymap::default();
        }
    };
    let (keymap, mistakes) = Keymap::parse(&String::from_utf8_lossy(&bytes));
    for mistake in mistakes {
        tracing::warn!(file = %file.display(), "{mistake}");
    }
    keymap
}

/// Writes it. What stands there and has mistakes, or is no file at all, is kept beside it, one such.
///
/// # Errors
/// When the folder cannot be written; the old file is there then.
pub fn write(file: &Path, keymap: &Keymap) -> io::Result<()> {
    if fs::metadata(file).is_ok() && !is_good(file) {
        fs::rename(file, file.with_extension("toml.broken"))?;
    }
    let new = file.with_extension("toml.new");
    let mut opened = fs::File::create(&new)?;
    opened.write_all(keymap.to_toml().as_bytes())?;
    opened.sync_all()?;
    fs::rename(&new, file)
}

fn is_good(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| Keymap::parse(&text).1.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::RemoteKey;
    use evdev::KeyCode;

    #[test]
    fn a_damaged_key_map_costs_only_its_damaged_lines_and_is_kept_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keymap.toml");
        assert_eq!(read(&file).key(28), Keymap::default().key(28));
        let mut learnt = Keymap::default();
        learnt.set_key(KeyCode::KEY_AGAIN.0, Some(RemoteKey::Home));
        learnt.set_key(KeyCode::KEY_PROPS.0, Some(RemoteKey::Menu));
        write(&file, &learnt).unwrap();
        assert_eq!(read(&file).key(KeyCode::KEY_AGAIN.0), Some(RemoteKey::Home));
        // One byte is no text any more.
        let mut bytes = fs::read(&file).unwrap();
        bytes.extend_from_slice(b"\n\xff\xfe = \"home\"\n");
        fs::write(&file, &bytes).unwrap();
        let mut left = read(&file);
        assert_eq!(left.key(KeyCode::KEY_PROPS.0), Some(RemoteKey::Menu));
        left.set_key(KeyCode::KEY_UNDO.0, Some(RemoteKey::Search));
        write(&file, &left).unwrap();
        assert_eq!(
            read(&file).key(KeyCode::KEY_UNDO.0),
            Some(RemoteKey::Search)
        );
        assert_eq!(read(&file).key(KeyCode::KEY_AGAIN.0), Some(RemoteKey::Home));
        assert_eq!(
            fs::read(dir.path().join("keymap.toml.broken")).unwrap(),
            bytes
        );
    }

    #[test]
    fn a_folder_in_its_place_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keymap.toml");
        fs::create_dir(&file).unwrap();
        assert_eq!(read(&file).key(28), Keymap::default().key(28));
        write(&file, &Keymap::default()).unwrap();
        assert!(file.is_file());
    }
}
