#!/usr/bin/env bash
# Makes a box's image, a newer one and one whose application does not run, and proves them in QEMU (soak.py).
#
#   packaging/image/soak.sh [STEP…]     boot install approve film crash update broken cuts reset
#   SHORT=1          only what fits into four minutes: one boot to the code (boot install)
#   OUT=FOLDER       where everything goes (target/soak-box); images that are there are taken as they are
#   DEB, PROGRAMS    a finished package of the terminal, and the folder with backend-api; else they are built
#   TOWNSHIP=FOLDER  a server's data folder to copy; else the demonstration is imported
#   CUTS, SEED       how many power cuts, and which
set -euo pipefail
cd "$(dirname "$0")/../.."

out=$(realpath --canonicalize-missing "${OUT:-${CARGO_TARGET_DIR:-target}/soak-box}")
readonly out
mkdir -p "$out"
for package in qemu-system-x86 ovmf mtools dosfstools; do
    # shellcheck disable=SC2016 # for dpkg-query
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
        echo "This needs the Debian package $package, too." >&2
        exit 1
    fi
done

steps=("$@")
if [[ -n ${SHORT:-} ]]; then
    steps=(boot install)
fi
# Not in an image for places: the serial console does what it is told there.
export REPORT=1 CMDLINE="console=ttyS0 no_timer_check" LEVEL=3
export KEYS="$out/keys" CACHE="${CACHE:-$out/packages}"
deb=${DEB:-}
if [[ ! -e $out/box.img || (-z ${SHORT:-} && ! -e $out/broken.raucb) ]]; then
    if [[ -z $deb ]]; then
        PROFILE=${PROFILE:-dev} packaging/deb.sh
        deb=$(find "${CARGO_TARGET_DIR:-target}/debian" -name 'zhdj-tv-terminal_*.deb' | sort --version-sort | tail -n 1)
    fi
    packaging/image/keys.sh "$KEYS"
    VERSION=1.0.0 KEYRING="$KEYS/ca.pem" packaging/image/root.sh "$deb" "$out/root"
    packaging/image/slim.sh "$out/root"
    packaging/image/disk.sh "$out/root" "$out"
    if [[ -z ${SHORT:-} ]]; then
        mkdir -p "$out/next"
        sed -i 's/^IMAGE_VERSION=.*/IMAGE_VERSION=1.1.0/' "$out/root/usr/lib/os-release"
        packaging/image/disk.sh "$out/root" "$out/next"
        packaging/image/bundle.sh "$out/next/slot.img" 1.1.0 "$out/update.raucb"
        sed -i 's/^IMAGE_VERSION=.*/IMAGE_VERSION=1.2.0-broken/' "$out/root/usr/lib/os-release"
        printf '#!/bin/sh\nexit 1\n' >"$out/root/usr/bin/tv-app"
        packaging/image/disk.sh "$out/root" "$out/next"
        packaging/image/bundle.sh "$out/next/slot.img" 1.2.0-broken "$out/broken.raucb"
        rm -rf "$out/next"
    fi
    rm -rf "$out/root"
fi
programs=${PROGRAMS:-}
if [[ -z $programs ]]; then
    cargo build --quiet --locked -p backend-api
    programs="${CARGO_TARGET_DIR:-target}/debug"
fi
rm -rf "$out/machine"
IMAGE="$out/box.img" UPDATE="$out/update.raucb" BROKEN="$out/broken.raucb" PROGRAMS=$programs \
    packaging/image/soak.py "$out/machine" "${steps[@]}"
