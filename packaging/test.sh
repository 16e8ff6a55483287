#!/usr/bin/env bash
# The gate: format, lints, licences, all tests; with the time of each step.
#
#   packaging/test.sh         everything but the links of the documentation
#   packaging/test.sh lint    the checks that run no test, and the links of the documentation
#
# Nothing is compiled twice. Clippy is a compiler that lints: the tests are built by it, for a run of its
# own would read every dependency once more, which took a third of the gate. So would rustdoc, which is
# why the links of the documentation are checked by `lint` alone. The programs, which the end-to-end tests
# start, are built with the tests of their own packages and not apart: with fewer features every library
# above the first difference would be compiled twice. Documentation has no examples that run; no crate
# looks for any (`doctest = false`).
set -euo pipefail
cd "$(dirname "$0")/.."

readonly only=${1:-all}
readonly tools="${CARGO_TARGET_DIR:-target}/tools"
readonly log="${CARGO_TARGET_DIR:-target}/nextest.log"
readonly postgres_log="${CARGO_TARGET_DIR:-target}/nextest-postgres.log"
readonly waiting_log="${CARGO_TARGET_DIR:-target}/nextest-waiting.log"
readonly build_log="${CARGO_TARGET_DIR:-target}/build.log"
# End-to-end tests that decode video, start programs or wait for a network.
readonly waiting='package(e2e) and not test(/^(crawler|focus_and_back|fuzz|packages|pixels|tasks)::/)'
readonly nextest_version=0.9.143
export PATH="$PWD/$tools/bin:$tools/bin:$PATH"

# What is built once needs no notes on how to build it again.
[[ ${CI:-} != true ]] || export CARGO_INCREMENTAL=0

times=()

# Runs a step and remembers how long it took; a step that fails ends the run.
step() {
    local name=$1 started=$SECONDS status=0
    shift
    echo "== $name"
    "$@" || status=$?
    times+=("$(printf '%5d s  %s' $((SECONDS - started)) "$name")")
    if [[ $status -ne 0 ]]; then
        echo "== $name FAILED (status $status)" >&2
        summary
        exit "$status"
    fi
}

# The times, and last of all what the test runner itself said at its end.
summary() {
    echo "== Times"
    printf '%s\n' "${times[@]}"
    local said
    for said in "$waiting_log" "$postgres_log" "$log"; do
        if [[ -s $said ]]; then
            sed -n '/^\(\x1b\[[0-9;]*m\| \)*Summary/,$p' "$said"
        fi
    done
}

format() { cargo fmt --all --check; }
lints() { cargo clippy --quiet --locked --workspace --all-targets -- -D warnings; }
documentation() { RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --workspace --no-deps --document-private-items; }
licences() { cargo deny --offline --log-level error check licenses bans sources; }
shell_scripts() {
    shellcheck packaging/*.sh packaging/tests/*.sh packaging/image/*.sh packaging/image/files/usr/lib/zhdj-tv/* .ci/run
    packaging/tests/install-dependencies.sh
    packaging/tests/box-scripts.sh
}
console_checks() { packaging/console.sh check; }
console_tests() { packaging/console.sh test; }
# The end-to-end tests open the page that the backend serves.
console() { packaging/console.sh build; }

install_nextest() {
    echo "cargo-nextest is not installed: building it into $tools (once, some minutes)."
    cargo install --quiet --locked --version "$nextest_version" --root "$tools" cargo-nextest
}

# Runs the tests' runner with clippy as the compiler of our own crates.
nextest() {
    CLIPPY_DRIVER="$(rustc --print sysroot)/bin/clippy-driver" \
        RUSTC_WORKSPACE_WRAPPER="$PWD/packaging/clippy-rustc.sh" cargo nextest run "$@"
}

# Builds the tests; a warning of compiler or clippy about our own crates, also one remembered from an
# earlier build, is an error.
build() {
    nextest --locked --workspace --no-run 2>&1 | tee "$build_log" || return 1
    if grep --quiet --extended-regexp '^warning: .+ generated [0-9]+ warning' "$build_log"; then
        echo "Warnings are errors; they stand above." >&2
        return 1
    fi
}

# Two lanes side by side: the runner holds back everything that stands behind a full test group, so tests that
# mostly wait would keep a core idle for minutes. In one of them those that wait, one after the other; in the
# other the rest, and after them those of the API once more, on the other engine: they take the one that they
# are told.
tests() {
    local profile=default colour=never status=0 waits
    [[ ${CI:-} == true ]] && profile=ci
    [[ -t 1 ]] && colour=always
    local run=(nextest --locked --workspace --profile "$profile" --color "$colour")
    TEST_DATABASE=sqlite "${run[@]}" --test-threads 1 -E "$waiting" >"$waiting_log" 2>&1 &
    waits=$!
    TEST_DATABASE=sqlite "${run[@]}" -E "not ($waiting)" 2>&1 | tee "$log" || status=$?
    echo "== the API on PostgreSQL"
    TEST_DATABASE=postgres "${run[@]}" -E 'binary_id(backend-api::api)' 2>&1 | tee "$postgres_log" || status=$?
    echo "== those that wait"
    wait "$waits" || status=$?
    cat "$waiting_log"
    return "$status"
}

mkdir -p "$(dirname "$log")"
: >"$log"
: >"$postgres_log"
: >"$waiting_log"

step "format" format
step "shell scripts" shell_scripts
step "console: lints, format, licences" console_checks
if cargo deny --version >/dev/null 2>&1; then
    step "licences" licences
else
    echo "== licences: not checked here, cargo-deny is not installed"
fi
if [[ $only == lint ]]; then
    step "lints" lints
    step "documentation" documentation
    summary
    exit 0
fi
if ! cargo nextest --version >/dev/null 2>&1; then
    step "install cargo-nextest" install_nextest
fi
step "console: tests" console_tests
step "console: build" console
step "build, with lints" build
step "tests" tests
summary
