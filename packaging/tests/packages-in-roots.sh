#!/usr/bin/env bash
# The packages (target/debian, `make deb`) in clean Debian systems: lintian, installed, started, updated from the
# version before with their data kept, removed, purged; what systemd says of the units, and their scores.
#
#   SUITES="bookworm trixie"   which Debians
#   DEBS=FOLDER                where the packages are
#   PREVIOUS=FOLDER            packages of the version before; without it the same with a lower number
#   CACHE=FOLDER               keeps downloaded packages for the next run
#
# Needs root, mmdebstrap, lintian and a Debian mirror, so it is not part of `make test`.
set -euo pipefail
cd "$(dirname "$0")/../.."

debs=$(realpath "${DEBS:-${CARGO_TARGET_DIR:-target}/debian}")
readonly debs
readonly suites=${SUITES:-bookworm trixie}
readonly port=18191

if [[ $(id -u) -ne 0 ]] || ! command -v mmdebstrap >/dev/null || ! command -v lintian >/dev/null; then
    echo "This needs root and the Debian packages mmdebstrap and lintian." >&2
    exit 2
fi
if [[ -z $(find "$debs" -maxdepth 1 -name '*.deb' -print -quit) ]]; then
    echo "There are no packages in $debs: run 'make deb' first." >&2
    exit 1
fi
work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Runs a command in $root, with /proc and /dev that go away with it.
inside() {
    # shellcheck disable=SC2016 # for the other shell
    unshare --mount --pid --fork --kill-child bash -c '
        root=$1; shift
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    ' _ "$root" "$@"
}

# Installs packages with what they depend on, and shows what apt says only if it fails.
install_packages() {
    inside apt-get install -y -q --no-install-recommends -o APT::Keep-Downloaded-Packages=true "$@" >"$work/apt.log" 2>&1 \
        || { tail -n 20 "$work/apt.log" >&2; fail "apt-get install $*"; }
}

# What the backend says of itself in the root, started as its user on its folder.
backend_answers() {
    local pid
    # Whose user changes forgets that it is to end with its parent; said after that.
    inside setpriv --reuid=backend-api --regid=backend-api --clear-groups --pdeathsig KILL \
        env ZHDJ_LISTEN="127.0.0.1:$port" ZHDJ_LIVE__UDP="127.0.0.1:$port" backend-api serve --config /etc/backend-api/config.toml >"$work/backend.log" 2>&1 &
    pid=$!
    for ((second = 0; second < 90; second++)); do
        if curl --silent --fail --output /dev/null --max-time 2 "http://127.0.0.1:$port/readyz"; then
            pkill -KILL -P "$pid" 2>/dev/null || true
            wait "$pid" 2>/dev/null || true
            return 0
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 1
    done
    pkill -KILL -P "$pid" 2>/dev/null || true
    tail -n 20 "$work/backend.log" >&2
    fail "the backend does not answer"
}

echo "== lintian"
lintian --no-cfg --allow-root --fail-on error "$debs"/*.deb || fail "lintian"

mkdir "$work/old" "$work/new"
cp "$debs"/*.deb "$work/new/"
if [[ -n ${PREVIOUS:-} ]]; then
    cp "$PREVIOUS"/*.deb "$work/old/"
else
    for deb in "$debs"/*.deb; do
        dpkg-deb --raw-extract "$deb" "$work/raw"
        sed -i 's/^Version: .*/Version: 0.0.1~before/' "$work/raw/DEBIAN/control"
        dpkg-deb --root-owner-group -Zgzip -z1 --build "$work/raw" "$work/old/$(basename "$deb")" >/dev/null
        rm -r "$work/raw"
    done
fi

for suite in $suites; do
    root="$work/$suite"
    mmdebstrap --quiet --variant=minbase --skip=cleanup/apt/lists "$suite" "$root"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    mkdir -p "$root/packages"
    cp -r "$work/old" "$work/new" "$root/packages/"
    if [[ -n ${CACHE:-} ]]; then
        mkdir -p "$CACHE/$suite"
        find "$CACHE/$suite" -name '*.deb' -exec cp -t "$root/var/cache/apt/archives" {} +
    fi
    started=$SECONDS
    mapfile -t files < <(cd "$root" && find packages/old -name '*.deb' -printf '/%p\n')
    install_packages "${files[@]}"
    [[ -z ${CACHE:-} ]] || find "$root/var/cache/apt/archives" -name '*.deb' -exec cp -n -t "$CACHE/$suite" {} +
    echo "== $suite: installed in $((SECONDS - started)) s"

    inside tv-app --check || fail "$suite: the terminal lacks something"
    inside install -d -o backend-api -g backend-api -m 0750 /var/lib/backend-api
    inside install -d -o tv-app -g tv-app -m 0750 /var/lib/tv-app
    backend_answers
    [[ -s $root/var/lib/backend-api/data.sqlite ]] || fail "$suite: no database"
    echo "kept" >"$root/var/lib/tv-app/kept"
    printf '\n# changed here\nZHDJ_SERVER=http://127.0.0.1:9\n' >>"$root/etc/tv-app/environment"

    mapfile -t files < <(cd "$root" && find packages/new -name '*.deb' -printf '/%p\n')
    install_packages "${files[@]}"
    inside dpkg --audit
    # shellcheck disable=SC2016 # for dpkg-query
    [[ $(inside dpkg-query --show --showformat='${Version}' zhdj-tv-terminal) != *before* ]] || fail "$suite: not updated"
    [[ -s $root/var/lib/tv-app/kept ]] || fail "$suite: the update lost data"
    grep --quiet "changed here" "$root/etc/tv-app/environment" || fail "$suite: the update lost a setting"
    inside tv-app --check || fail "$suite: the terminal lacks something after the update"
    backend_answers
    echo "== $suite: updated; data and settings kept, backend and terminal start"

    for unit in tv-app.service tv-app-cage.service backend-api.service backend-api-backup.service; do
        # Units that are not installed here (a desktop's) are no fault of ours.
        inside systemd-analyze verify "/usr/lib/systemd/system/$unit" 2>&1 | grep -F "$unit:" | grep -v "is not executable" || true
        inside systemd-analyze security --no-pager --offline=yes "/usr/lib/systemd/system/$unit" 2>/dev/null | tail -n 1
    done

    inside apt-get remove -y -q zhdj-tv-terminal zhdj-tv-backend >"$work/apt.log" 2>&1 || fail "$suite: remove"
    [[ -s $root/var/lib/tv-app/kept && -s $root/var/lib/backend-api/data.sqlite ]] || fail "$suite: remove lost data"
    inside apt-get purge -y -q zhdj-tv-terminal zhdj-tv-backend >"$work/apt.log" 2>&1 || fail "$suite: purge"
    [[ ! -e $root/var/lib/tv-app && ! -e $root/etc/tv-app && ! -e $root/etc/backend-api/config.toml ]] \
        || fail "$suite: purge left something of the terminal or a setting"
    [[ -s $root/var/lib/backend-api/data.sqlite ]] || fail "$suite: purge took the township's records"
    # shellcheck disable=SC2016 # for dpkg-query
    left=$(inside dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' 'zhdj-tv-*' 2>/dev/null | grep -v '^not-installed' || true)
    [[ -z $left ]] || fail "$suite: left: $left"
    echo "== $suite: removed and purged; the township's records stay"
    rm -rf "$root"
done
echo "The packages are right on: $suites"
