//! For tests and bench: a source of packets, a viewer that decodes, counts and looks, a maker of files, a player of files
//! and addresses, and a reader of the presence code. Behind the feature `testing`.

mod clip;
mod code;
mod play;
mod source;
mod viewer;

use std::f64::consts::TAU;

pub use clip::make_clip;
pub use code::read_code;
pub use play::{Played, play};
pub use source::{TestSource, TestSourceSettings};
pub use viewer::{Picture, Viewer};

/// Loudness of a tone in sound, 0 to 1 of full scale, by Goertzel's algorithm.
#[must_use]
pub fn tone(samples: &[i16], rate: u32, hz: f64) -> f64 {
    let factor = 2.0 * (TAU * hz / f64::from(rate)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for &sample in samples {
        let next = f64::from(sample) / 32_768.0 + factor * last - before;
        (before, last) = (last, next);
    }
    let power = last * last + before * before - factor * last * before;
    #[expect(clippy::cast_precision_loss, reason = "some thousand samples")]
    let count = samples.len().max(1) as f64;
    power.max(0.0).sqrt() * 2.0 / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_are_told_apart() {
        let samples: Vec<i16> = (0..9_600)
            .map(|n| {
                let at = f64::from(n) / 48_000.0;
                #[expect(clippy::cast_possible_truncation, reason = "a quarter of full scale")]
                let sample = ((TAU * 440.0 * at).sin() * 8_192.0) as i16;
                sample
            })
            .collect();
        assert!((tone(&samples, 48_000, 440.0) - 0.25).abs() < 0.01);
        assert!(tone(&samples, 48_000, 660.0) < 0.005);
        assert_eq!(tone(&[], 48_000, 440.0), 0.0);
    }
}
