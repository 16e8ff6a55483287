#!/usr/bin/env bash
# Tests install-dependencies.sh without installing anything: apt-get, dpkg-query, sudo, id and cargo
# are stand-ins, and nothing else is in PATH but what the script needs.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT
readonly bin=$work/bin log=$work/log installed=$work/installed output=$work/output
failures=0

stand_in() {
    cat >"$bin/$1"
    chmod +x "$bin/$1"
}

# A machine on which nothing is installed; $1 is who works on it: root, user (no sudo), or sudoer.
machine() {
    rm -rf "$bin"
    mkdir "$bin"
    : >"$log"
    : >"$installed"
    local tool
    for tool in bash env true grep dirname sed sort comm head; do
        ln -s "$(type -P "$tool")" "$bin/$tool"
    done
    stand_in id <<STUB
#!/bin/bash
if [[ $1 == root || -n \${BY_SUDO:-} ]]; then echo 0; else echo 1000; fi
STUB
    stand_in cargo <<'STUB'
#!/bin/bash
echo "cargo 1.999.0 (0000000 2026-01-01)"
STUB
    stand_in dpkg-query <<STUB
#!/bin/bash
known=1
for package in "\$@"; do
    [[ \$package == --* ]] && continue
    if grep -qxF -- "\$package" "$installed"; then echo "installed \$package"; else known=0; fi
done
((known))
STUB
    stand_in apt-get <<STUB
#!/bin/bash
echo "apt-get \$*" >>"$log"
[[ \$(id -u) == 0 ]] || { echo "are you root?" >&2; exit 100; }
[[ \$1 == update ]] && exit \${UPDATE_FAILS:-0}
[[ -z \${INSTALL_FAILS:-} ]] || exit 100
[[ \${DEBIAN_FRONTEND:-} == noninteractive ]] || exit 99
shift
while ((\$#)); do
    case "\$1" in
        -o) shift ;;
        -*) ;;
        *) echo "\$1" >>"$installed" ;;
    esac
    shift
done
STUB
    if [[ $1 == sudoer ]]; then
        stand_in sudo <<STUB
#!/bin/bash
echo "sudo \$*" >>"$log"
if [[ \$1 == --non-interactive ]]; then
    shift
    [[ -z \${SUDO_ASKS:-} ]] || exit 1
fi
BY_SUDO=1 exec "\$@"
STUB
    fi
}

# Runs the script with nobody at it; the status is in $status.
alone() {
    status=0
    env -u CI "PATH=$bin" "$@" packaging/install-dependencies.sh "${what[@]}" </dev/null >"$output" 2>&1 || status=$?
}

# Runs the script at a terminal where somebody types $1.
answered() {
    local typed=$1
    shift
    status=0
    printf '%b' "$typed" | script --quiet --return --command \
        "env -u CI PATH=$bin $* packaging/install-dependencies.sh ${what[*]}" /dev/null >"$output" 2>&1 || status=$?
}

# expect NAME CONDITION...: the condition is a command.
expect() {
    local name=$1
    shift
    if ! "$@"; then
        echo "FAILED: $name: $*" >&2
        sed 's/^/    | /' "$output" "$log" >&2
        failures=$((failures + 1))
    fi
}

ended() { [[ $status -eq $1 ]]; }
says() { grep -qF -- "$1" "$output"; }
silent_about() { ! says "$1"; }
did() { grep -qE -- "$1" "$log"; }
did_not() { ! did "$1"; }
has() { grep -qxF -- "$1" "$installed"; }
has_not() { ! has "$1"; }

what=(run)

machine root
alone
expect "root alone" ended 0
expect "root alone" says "Missing Debian packages: "
expect "root alone" says "speech-dispatcher-espeak-ng"
expect "root alone" has build-essential
expect "root alone: reading aloud" has speech-dispatcher
expect "root alone: reading aloud" has speech-dispatcher-espeak-ng
expect "root alone: the console" has npm
expect "root alone: no recommended ones" did "install .*--no-install-recommends"
expect "root alone" has_not shellcheck
expect "root alone" did_not sudo
: >"$log"
alone
expect "a second time" ended 0
expect "a second time" did_not apt-get

what=(test)
machine root
alone
expect "tests" ended 0
expect "tests" has shellcheck
expect "tests" has speech-dispatcher

what=(run)
machine root
answered ''
expect "root at a terminal" ended 0
expect "root at a terminal is not asked" silent_about "Install them now"
expect "root at a terminal" has build-essential

for typed in '\n' 'y\n' 'YES\n'; do
    machine sudoer
    answered "$typed" SUDO_ASKS=1
    expect "user says '$typed'" ended 0
    expect "user says '$typed'" says "[Y/n]"
    expect "user says '$typed'" has build-essential
    expect "user says '$typed'" did_not "--non-interactive"
done
for typed in 'n\n' 'no\n' 'what?\n' '\004'; do
    machine sudoer
    answered "$typed"
    expect "user says '$typed'" ended 1
    expect "user says '$typed'" says "Nothing was installed."
    expect "user says '$typed'" did_not apt-get
done

machine sudoer
alone
expect "user alone" ended 0
expect "user alone" has build-essential
expect "user alone" did "sudo --non-interactive"
expect "user alone" silent_about "Nobody is here"

machine sudoer
alone SUDO_ASKS=1
expect "user alone, sudo asks" ended 1
expect "user alone, sudo asks" says "apt-get install --no-install-recommends antiword build-essential"
expect "user alone, sudo asks" did_not apt-get

machine user
alone
expect "user without sudo" ended 1
expect "user without sudo" says "apt-get install --no-install-recommends antiword build-essential"
expect "user without sudo" did_not apt-get
answered '\n'
expect "user without sudo at a terminal" ended 1
expect "user without sudo at a terminal" says "As root, run:"

machine sudoer
answered '' CI=true
expect "CI at a terminal" ended 0
expect "CI at a terminal" silent_about "Install them now"
expect "CI at a terminal" has build-essential

for who in root sudoer user; do
    what=(run --check)
    machine "$who"
    alone
    expect "--check of $who" ended 1
    expect "--check of $who" says "Missing Debian packages: "
    expect "--check of $who" did_not .
    what=(run)
done
machine root
alone
what=(run --check)
alone
expect "--check with everything" ended 0
what=(run)

machine root
rm "$bin/apt-get" "$bin/dpkg-query"
alone
expect "not Debian" ended 1
expect "not Debian" says "This is not Debian"
expect "not Debian" says "    speech-dispatcher-espeak-ng"

machine root
alone UPDATE_FAILS=100
expect "old lists" ended 0
expect "old lists" says "trying with those that are there"
expect "old lists" has build-essential
machine root
alone INSTALL_FAILS=1
expect "apt-get fails" ended 1
expect "apt-get fails" says "could not install"

machine root
rm "$bin/cargo"
alone
expect "no Rust" ended 1
expect "no Rust" says "Rust is missing"
expect "no Rust: before minutes of installing" did_not apt-get

machine root
ln -s /bin/true "$bin/npm"
alone
expect "npm from elsewhere" has_not npm

what=(walk)
alone
expect "an unknown word" ended 2

if ((failures)); then
    echo "$failures checks of install-dependencies.sh failed." >&2
    exit 1
fi
