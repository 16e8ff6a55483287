#!/usr/bin/env bash
# Tries WHIP and WHEP against implementations that are not ours: GStreamer's own WebRTC plugin
# (whipserversrc, whepserversink, whipclientsink, whepclientsrc), built from crates.io, once, some
# minutes; and Janus from Debian, as a WHIP server.
set -euo pipefail
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-$PWD/target}"
cargo build --quiet --locked --release --manifest-path tests/interop/Cargo.toml --target-dir "$target/interop"

if ! command -v janus >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get install -y -qq --no-install-recommends janus
fi
engine="$target/interop/janus"
mkdir -p "$engine"
cp tests/interop/janus/* "$engine"
npm install --prefix "$engine" --no-package-lock --no-audit --no-fund --silent
janus -F "$engine" >"$engine/janus.log" 2>&1 &
janus=$!
trap 'kill "$janus" "${http:-$janus}" 2>/dev/null || true' EXIT
sleep 2
node "$engine/server.mjs" >"$engine/server.log" 2>&1 &
http=$!

INTEROP_PEER="$target/interop/release/interop-peer" \
    cargo nextest run --locked --workspace --run-ignored only -E 'package(e2e) and test(/^interop::/)' "$@"
