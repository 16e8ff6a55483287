//! Music plucked on a pentatonic scale, birds, and the captions spoken where espeak-ng is
//! installed.

use std::path::Path;
use std::process::Command;

use crate::canvas::Chance;

/// Samples a second.
pub const RATE: usize = 44_100;

/// Sound for a film of `seconds` with the WebVTT captions `vtt`, mono, 16 bit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "samples of a few minutes"
)]
pub fn track(seconds: f32, seed: u64, vtt: Option<&str>, scratch: &Path) -> Vec<i16> {
    let length = (seconds * RATE as f32) as usize;
    let mut samples = vec![0.0_f32; length];
    music(&mut samples, &mut Chance::new(seed));
    let mut voice = vec![0.0_f32; length];
    for (start, end, text) in vtt.map(cues).unwrap_or_default() {
        if let Some(spoken) = speak(&text, end - start, scratch) {
            let at = (start * RATE as f32) as usize;
            for (target, sample) in voice.iter_mut().skip(at).zip(spoken) {
                *target += sample;
            }
        }
    }
    // The music steps back while somebody speaks.
    let mut level = 1.0_f32;
    samples
        .iter()
        .zip(&voice)
        .enumerate()
        .map(|(at, (music, voice))| {
            let wanted = if voice.abs() > 0.01 { 0.3 } else { 1.0 };
            level += (wanted - level) * if wanted < level { 0.000_6 } else { 0.000_03 };
            let fade = (at as f32 / (RATE as f32 * 0.8))
                .min((length - at) as f32 / (RATE as f32 * 1.5))
                .min(1.0);
            ((music * level + voice * 0.85).clamp(-1.0, 1.0) * fade * 30_000.0) as i16
        })
        .collect()
}

/// Karplus-Strong strings: a burst of noise that goes round and is averaged.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "samples of a few minutes"
)]
fn music(samples: &mut [f32], chance: &mut Chance) {
    const SCALE: [f32; 10] = [
        146.8, 164.8, 185.0, 220.0, 246.9, 293.7, 329.6, 370.0, 440.0, 493.9,
    ];
    let beat = 0.46;
    let total = samples.len() as f32 / RATE as f32;
    let mut note = 5_usize;
    let mut time = 0.3;
    while time < total - 1.0 {
        let step = chance.unit();
        note = if step < 0.42 {
            note.saturating_sub(1 + usize::from(step < 0.1))
        } else {
            (note + 1 + usize::from(step > 0.9)).min(9)
        };
        pluck(samples, time, SCALE[note], 0.2, chance);
        if chance.unit() > 0.72 {
            pluck(samples, time, SCALE[note / 2] * 0.5, 0.2, chance);
        }
        time += beat * if chance.unit() > 0.7 { 2.0 } else { 1.0 };
    }
    let mut time = 2.0;
    while time < total - 1.0 {
        // A bird: two or three falling chirps.
        for chirp in 0..3_u8 {
            let at = ((time + f32::from(chirp) * 0.16) * RATE as f32) as usize;
            let mut phase = 0.0_f32;
            for n in 0..RATE / 12 {
                let t = n as f32 / (RATE as f32 / 12.0);
                phase += std::f32::consts::TAU * (3_600.0 - 1_100.0 * t) / RATE as f32;
                if let Some(sample) = samples.get_mut(at + n) {
                    *sample += phase.sin() * 0.018 * (t * std::f32::consts::PI).sin();
                }
            }
        }
        time += chance.between(4.0, 9.0);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "samples of a few minutes"
)]
fn pluck(samples: &mut [f32], time: f32, frequency: f32, volume: f32, chance: &mut Chance) {
    let period = (RATE as f32 / frequency) as usize;
    let mut string: Vec<f32> = (0..period).map(|_| chance.between(-1.0, 1.0)).collect();
    let start = (time * RATE as f32) as usize;
    for n in 0..RATE * 2 {
        let (here, next) = (n % period, (n + 1) % period);
        let value = string[here];
        string[here] = (value + string[next]) * 0.5 * 0.9975;
        let Some(sample) = samples.get_mut(start + n) else {
            break;
        };
        *sample += value * volume;
    }
}

/// Start and end in seconds, and text, of every cue.
pub fn cues(vtt: &str) -> Vec<(f32, f32, String)> {
    let seconds = |clock: &str| {
        clock.trim().split(':').try_fold(0.0_f32, |sum, part| {
            part.parse::<f32>().ok().map(|value| sum * 60.0 + value)
        })
    };
    vtt.split("\n\n")
        .filter_map(|block| {
            let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
            let (start, end) = lines.next()?.split_once("-->")?;
            let text: Vec<&str> = lines.collect();
            Some((seconds(start)?, seconds(end)?, text.join("")))
        })
        .collect()
}

/// Mandarin by espeak-ng, as fast as it must be to end in time; `None` without espeak-ng.
#[expect(clippy::cast_precision_loss, reason = "a few seconds of samples")]
fn speak(text: &str, seconds: f32, scratch: &Path) -> Option<Vec<f32>> {
    let wav = scratch.with_extension("wav");
    let mut spoken = Vec::new();
    for speed in ["155", "185", "220", "260"] {
        let status = Command::new("espeak-ng")
            .args(["-v", "cmn", "-s", speed, "-p", "42", "-w"])
            .arg(&wav)
            .arg(text)
            .output()
            .ok()?;
        let bytes = std::fs::read(&wav)
            .ok()
            .filter(|_| status.status.success())?;
        // 44-byte header, then 22,050 samples a second: every sample twice, smoothed.
        let halves: Vec<f32> = bytes
            .get(44..)?
            .chunks_exact(2)
            .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
            .collect();
        spoken = halves
            .iter()
            .zip(halves.iter().skip(1))
            .flat_map(|(a, b)| [*a, (a + b) / 2.0])
            .collect();
        if spoken.len() as f32 / RATE as f32 <= seconds + 0.4 {
            break;
        }
    }
    // The file was ours alone.
    let _ = std::fs::remove_file(&wav);
    Some(spoken)
}
