#!/usr/bin/env bash
# Compiles our crates so that libFuzzer sees what an input reaches; called by cargo for fuzz.sh.
case " $* " in
*" --crate-type proc-macro "* | *" --crate-name build_script"*) exec "$@" ;;
esac
exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1
