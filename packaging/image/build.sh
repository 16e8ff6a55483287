#!/usr/bin/env bash
# Builds the image of a box (`make image`): target/image/box.img.zst for new boxes, box-VERSION.raucb for those that run.
#
#   PROFILE=release|dev   what to build the terminal from (release)
#   DEB=FILE              a finished package of the terminal instead
#   KEYS=FOLDER           keys that updates are signed with (target/image/keys, made if there are none)
#   OUT=FOLDER            where it goes (target/image)
#   VERSION, SERVER, FIRMWARE, CACHE, REPORT   see root.sh; SLOT_MB, CMDLINE: see disk.sh
# Needs root, and what packaging/image/root.sh and disk.sh name.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=$(realpath --canonicalize-missing "${OUT:-${CARGO_TARGET_DIR:-target}/image}")
readonly out
readonly needed=(mmdebstrap mtools dosfstools fdisk e2fsprogs binutils kmod cpio zstd rauc squashfs-tools openssl
    python3-pil fonts-noto-cjk)

missing=()
for package in "${needed[@]}"; do
    # shellcheck disable=SC2016 # for dpkg-query
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "The image needs these Debian packages, too: ${missing[*]}" >&2
    exit 1
fi
if [[ $(id -u) -ne 0 ]]; then
    echo "The image is made of a root folder with devices and owners: this needs root." >&2
    exit 1
fi

mkdir -p "$out"
deb=${DEB:-}
if [[ -z $deb ]]; then
    packaging/deb.sh
    deb=$(find "${CARGO_TARGET_DIR:-target}/debian" -name 'zhdj-tv-terminal_*.deb' | sort --version-sort | tail -n 1)
fi
export KEYS=${KEYS:-$out/keys}
packaging/image/keys.sh "$KEYS"
KEYRING="$KEYS/ca.pem" CACHE=${CACHE:-$out/packages} packaging/image/root.sh "$deb" "$out/root"
packaging/image/slim.sh "$out/root"
packaging/image/disk.sh "$out/root" "$out"
version=$(sed -n 's/^IMAGE_VERSION=//p' "$out/root/usr/lib/os-release")
ARCHITECTURE=$(dpkg-deb --field "$deb" Architecture) packaging/image/bundle.sh "$out/slot.img" "$version" "$out/box-$version.raucb"
zstd --quiet --force -10 --threads=0 "$out/box.img" -o "$out/box.img.zst"
rm -rf "$out/root"
ls -l --block-size=1M "$out"/box.img.zst "$out"/*.raucb
