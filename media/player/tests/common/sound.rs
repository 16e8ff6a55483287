//! What was heard, and whether a tone is in it.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use media_player::SoundTap;

use super::PATIENCE;

const RATE: f64 = 48_000.0;

/// Collects what a player plays.
#[derive(Clone, Default)]
pub struct Ear(Arc<Mutex<Vec<i16>>>);

impl Ear {
    pub fn tap(&self) -> SoundTap {
        let heard = Arc::clone(&self.0);
        Arc::new(move |samples| heard.lock().expect("lock").extend_from_slice(samples))
    }

    /// Waits for half a second of sound from now on and gives the loudness of each tone in it, 0
    /// to 1.
    pub fn listen<const N: usize>(&self, tones: [f64; N]) -> [f64; N] {
        const WANTED: usize = 48_000;
        self.0.lock().expect("lock").clear();
        let deadline = Instant::now() + PATIENCE;
        loop {
            {
                let heard = self.0.lock().expect("lock");
                if heard.len() >= WANTED {
                    return tones.map(|hz| loudness(&heard[..WANTED], hz));
                }
            }
            assert!(Instant::now() < deadline, "no sound comes");
            std::thread::yield_now();
        }
    }
}

/// Amplitude of a tone in the left of two channels, by Goertzel's algorithm.
fn loudness(samples: &[i16], hz: f64) -> f64 {
    let factor = 2.0 * (2.0 * std::f64::consts::PI * hz / RATE).cos();
    let (mut one, mut two, mut count) = (0.0, 0.0, 0.0);
    for pair in samples.chunks_exact(2) {
        let next = f64::from(pair[0]) / 32_768.0 + factor * one - two;
        two = one;
        one = next;
        count += 1.0;
    }
    (one * one + two * two - factor * one * two).max(0.0).sqrt() * 2.0 / count
}
