//! Every reader of what comes from outside withstands rubbish: a short run, the same in every gate. For
//! long ones `packaging/fuzz.sh`.

use e2e::fuzz::Target;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// What happens to a seed.
#[derive(Clone, Debug)]
enum Edit {
    Remove(usize, usize),
    Byte(usize, u8),
    Word(usize, usize),
    Repeat(usize, usize, usize),
    Cut(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0..100_000_usize;
    prop_oneof![
        1 => (at.clone(), 1..40_usize).prop_map(|(at, count)| Edit::Remove(at, count)),
        1 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        4 => (at.clone(), at.clone()).prop_map(|(at, word)| Edit::Word(at, word)),
        1 => (at.clone(), 1..200_usize, 1..20_usize).prop_map(|(at, count, times)| Edit::Repeat(at, count, times)),
        1 => at.prop_map(Edit::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit, words: &[&str]) {
    let place = |at: usize| at % (bytes.len() + 1);
    match *edit {
        Edit::Remove(at, count) => {
            let from = place(at);
            let to = (from + count).min(bytes.len());
            bytes.drain(from..to);
        }
        Edit::Byte(at, byte) => {
            let at = place(at);
            if let Some(old) = bytes.get_mut(at) {
                *old = byte;
            }
        }
        Edit::Word(at, word) => {
            let at = place(at);
            let word = words[word % words.len()].bytes();
            bytes.splice(at..at, word);
        }
        Edit::Repeat(at, count, times) => {
            let from = place(at);
            let to = (from + count).min(bytes.len());
            let piece = bytes[from..to].repeat(times);
            bytes.splice(from..from, piece);
        }
        Edit::Cut(at) => {
            let at = place(at);
            bytes.truncate(at);
        }
    }
}

fn withstands(name: &str, cases: u32) {
    let target = Target::named(name).unwrap();
    let seeds = (target.seeds)();
    for seed in &seeds {
        (target.check)(seed);
    }
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let input = (0..seeds.len(), prop::collection::vec(edit(), 0..12));
    TestRunner::new_with_rng(config, rng)
        .run(&input, |(seed, edits)| {
            let mut bytes = seeds[seed].clone();
            for edit in &edits {
                apply(&mut bytes, edit, target.words);
            }
            (target.check)(&bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn captions() {
    withstands("captions", 4_000);
}

#[test]
fn csv() {
    withstands("csv", 4_000);
}

#[test]
fn feed() {
    withstands("feed", 1_000);
}

#[test]
fn form() {
    withstands("form", 2_000);
}

#[test]
fn keymap() {
    withstands("keymap", 4_000);
}

#[test]
fn markdown() {
    withstands("markdown", 4_000);
}

#[test]
fn sdp() {
    withstands("sdp", 1_000);
}

#[test]
fn voice() {
    withstands("voice", 2_000);
}

#[test]
fn xlsx() {
    withstands("xlsx", 500);
}

#[test]
fn every_target_runs_in_the_gate() {
    let here = include_str!("fuzz.rs");
    for target in e2e::fuzz::TARGETS {
        let call = format!("withstands(\"{}\"", target.name);
        assert!(here.contains(&call), "{call}");
    }
}
