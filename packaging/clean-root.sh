#!/usr/bin/env bash
# Installs each built package (target/debian, `make deb`) into a clean Debian of its own, without
# recommended extras, starts its program there and lets it say what it lacks.
#
#   SUITE=bookworm   which Debian (that of this machine)
#
# Needs root, mmdebstrap and a Debian mirror, so it is not part of `make test`, which compares the
# packages with what the programs load (tests/tests/end_to_end/packages.rs).
set -euo pipefail
cd "$(dirname "$0")/.."

readonly debs="${CARGO_TARGET_DIR:-target}/debian"
suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
readonly suite

if [[ $(id -u) -ne 0 ]] || ! command -v mmdebstrap >/dev/null; then
    echo "This needs root and the Debian package mmdebstrap." >&2
    exit 2
fi

work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT

# Runs a command in the root $1, with /proc and /dev that go away with it.
inside() {
    local root=$1
    shift
    # shellcheck disable=SC2016 # for the other shell
    unshare --mount --pid --fork --kill-child bash -c '
        root=$1; shift
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    ' _ "$root" "$@"
}

# A clean root with the package $1 in it; prints where it is.
installed() {
    local package=$1 root="$work/$1" deb
    deb=$(find "$debs" -name "zhdj-tv-${package}_*.deb" | sort | tail -n 1)
    if [[ -z $deb ]]; then
        echo "There is no package of the $package in $debs: run 'make deb' first." >&2
        return 1
    fi
    mmdebstrap --quiet --variant=minbase --skip=cleanup/apt/lists "$suite" "$root" >&2
    cp "$deb" "$root/package.deb"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    inside "$root" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends /package.deb >"$work/$package.log" 2>&1 \
        || { tail -n 20 "$work/$package.log" >&2; return 1; }
    echo "$root"
}

# Ends what `inside` started in the background as job $1: the job is a shell, and what matters its child,
# which heeds no SIGTERM while it waits and takes what it started with it.
end() {
    pkill -KILL -P "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

# starts NAME PORT PATH ROOT COMMAND…: the program answers at this port within a minute.
starts() {
    local name=$1 port=$2 path=$3 root=$4 pid
    shift 4
    inside "$root" "$@" >"$work/$name.out" 2>&1 &
    pid=$!
    for ((second = 0; second < 60; second++)); do
        if curl --silent --fail --output /dev/null --max-time 2 "http://127.0.0.1:$port$path"; then
            end "$pid"
            echo "$name: starts and answers."
            return 0
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 1
    done
    end "$pid"
    echo "$name does not start:" >&2
    tail -n 20 "$work/$name.out" >&2
    return 1
}

root=$(installed terminal)
inside "$root" tv-app --check
echo "terminal: lacks nothing."
starts terminal 18190 / "$root" tv-app --virtual 127.0.0.1:18190 --data /tmp/tv --server http://127.0.0.1:9
# And without certificates, as an image may be that was made smaller.
rm -rf "$root/etc/ssl/certs"
starts "terminal without certificates" 18190 / "$root" \
    tv-app --virtual 127.0.0.1:18190 --data /tmp/tv --server http://127.0.0.1:9
rm -rf "$root"

root=$(installed backend)
printf 'data_dir = "/tmp/data"\nlisten = "127.0.0.1:18180"\n' >"$root/config.toml"
told=$(inside "$root" backend-api check-config --config /config.toml)
if grep -F "GStreamer" <<<"$told" >&2; then
    exit 1
fi
echo "backend: lacks nothing."
starts backend 18180 /readyz "$root" backend-api serve --config /config.toml
