//! Lets libFuzzer attack one reader: see `packaging/fuzz.sh`, which builds and calls it.
#![no_main]
#![expect(clippy::expect_used, reason = "a fuzzer stops at what it cannot do")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::OnceLock;

use e2e::fuzz::Target;
use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<Target> = OnceLock::new();

/// Chooses the target by the environment and writes what libFuzzer begins with.
fn begin() {
    let said = |name: &str| std::env::var(name).expect(name);
    let target = Target::named(&said("FUZZ_TARGET")).expect("a target of this name");
    let (corpus, dictionary) = (said("FUZZ_CORPUS"), said("FUZZ_DICTIONARY"));
    target
        .write(&PathBuf::from(corpus), &PathBuf::from(dictionary))
        .expect("seeds");
    TARGET.get_or_init(|| target);
    // Some readers catch the panics of a library; libFuzzer's hook would take these for findings.
    std::panic::set_hook(Box::new(|_| {}));
}

fuzz_target!(init: begin(), |bytes: &[u8]| {
    let target = TARGET.get().expect("a target");
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.check)(bytes))) {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        eprintln!("{}: {}", target.name, words.unwrap_or("a panic"));
        std::process::abort();
    }
});
