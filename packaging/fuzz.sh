#!/usr/bin/env bash
# Lets libFuzzer attack readers of what comes from outside, led by what of our code an input reaches.
#
#   packaging/fuzz.sh SECONDS TARGET...    the targets stand in tests/src/fuzz; none: all of them
#
# Ends with an error at the first finding; the input that shows it is then in target/fuzz/TARGET/.
# Needs a C++ compiler, for libFuzzer is built from source. Only our own crates are measured, so
# everything else is taken from the ordinary build.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?seconds}
shift
target="${CARGO_TARGET_DIR:-$PWD/target}"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(captions csv feed form keymap markdown sdp voice xlsx)

RUSTC_WORKSPACE_WRAPPER="$PWD/packaging/fuzz-rustc.sh" \
    cargo build --quiet --locked --package e2e --bin fuzz --features fuzz

for name in "${targets[@]}"; do
    folder="$target/fuzz/$name"
    mkdir -p "$folder/corpus"
    echo "== $name for $seconds s"
    FUZZ_TARGET=$name FUZZ_CORPUS="$folder/corpus" FUZZ_DICTIONARY="$folder/words" \
        "$target/debug/fuzz" "$folder/corpus" "-dict=$folder/words" "-artifact_prefix=$folder/" \
        "-max_total_time=$seconds" -max_len=20000 -timeout=20 -rss_limit_mb=1500 -print_final_stats=1 \
        2>"$folder/log" || { tail -n 30 "$folder/log"; exit 1; }
    grep -E 'stat::(number_of_executed_units|peak_rss_mb|average_exec_per_sec)' "$folder/log"
done
