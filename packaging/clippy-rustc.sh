#!/usr/bin/env bash
# Compiles a crate of ours with clippy: `clippy-rustc.sh RUSTC ARGUMENTS…`, as cargo calls RUSTC_WORKSPACE_WRAPPER.
#
# The screens are ten megabytes that Slint writes: to lint them takes clippy longer than rustc takes to compile them,
# and nobody here can mend what it would find.
#
# Bash and no plainer shell: others drop variables with a hyphen in their names, as cargo has them
# (CARGO_BIN_EXE_backend-api).
set -euo pipefail

crate=''
before=''
for argument; do
    [ "$before" != --crate-name ] || crate=$argument
    before=$argument
done
if [ "$crate" = tv_ui ]; then
    exec "$@"
fi
exec "${CLIPPY_DRIVER:?}" "$@"
