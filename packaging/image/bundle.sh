#!/usr/bin/env bash
# Makes a signed update for boxes of a slot (disk.sh).
#
#   packaging/image/bundle.sh SLOT.img VERSION OUT.raucb
#
#   KEYS=FOLDER        release.pem and release.key, signed by ca.pem, which is in the boxes (keys.sh)
#   ARCHITECTURE=…     of the boxes (that of this machine)
# Needs rauc and squashfs-tools.
set -euo pipefail

slot=$(realpath "$1")
readonly slot version=$2 out=$3
work=$(mktemp -d --tmpdir="$(dirname "$out")")
readonly work
trap 'rm -rf "$work"' EXIT
mkdir "$work/bundle"
ln "$slot" "$work/bundle/root.img" 2>/dev/null || cp --sparse=always "$slot" "$work/bundle/root.img"
cat >"$work/bundle/manifest.raucm" <<MANIFEST
[update]
compatible=zhdj-tv-box-${ARCHITECTURE:-$(dpkg --print-architecture)}
version=$version

[bundle]
format=verity

[image.rootfs]
filename=root.img
MANIFEST
rm -f "$out"
rauc --cert "$KEYS/release.pem" --key "$KEYS/release.key" --keyring "$KEYS/ca.pem" \
    bundle --mksquashfs-args="-comp zstd -Xcompression-level ${LEVEL:-15}" "$work/bundle" "$out"
ls -l --block-size=1M "$out"
