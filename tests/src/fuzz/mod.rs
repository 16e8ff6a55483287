//! Readers of what comes from outside, fed with rubbish. A target takes bytes and fails not only by a
//! panic: what it says about the reader must hold for them, e.g. that no character of a list vanishes
//! without a complaint.
//!
//! The gate feeds each target some hundred mutations of its seeds; `packaging/fuzz.sh` lets libFuzzer
//! search for as long as one likes, led by what of our code the bytes reach.

mod captions;
mod csv;
mod feed;
mod form;
mod keymap;
mod markdown;
mod offer;
mod spreadsheet;
mod voice;

use std::path::Path;

use anyhow::Context as _;

/// One reader under attack.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Panics if what must hold for these bytes does not.
    pub check: fn(&[u8]),
    /// Inputs as they should be, to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What means something to the reader.
    pub words: &'static [&'static str],
}

/// All of them.
pub const TARGETS: [Target; 9] = [
    captions::TARGET,
    csv::TARGET,
    feed::TARGET,
    form::TARGET,
    keymap::TARGET,
    markdown::TARGET,
    offer::TARGET,
    spreadsheet::TARGET,
    voice::TARGET,
];

impl Target {
    /// The target of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Writes the seeds into a folder, a file each, and the words as libFuzzer reads a dictionary.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, corpus: &Path, dictionary: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(corpus).context("cannot make the folder of the seeds")?;
        for (index, seed) in (self.seeds)().iter().enumerate() {
            std::fs::write(corpus.join(format!("seed-{index}")), seed)
                .context("cannot write a seed")?;
        }
        let words: String = self
            .words
            .iter()
            .map(|word| {
                let escaped: String = word.bytes().map(|byte| format!("\\x{byte:02X}")).collect();
                format!("\"{escaped}\"\n")
            })
            .collect();
        std::fs::write(dictionary, words).context("cannot write the dictionary")
    }
}

/// Letters and digits, which carry what a list or a text says, in their order.
fn said(text: impl AsRef<str>) -> String {
    let characters = text.as_ref().chars();
    characters.filter(|c| c.is_alphanumeric()).collect()
}
