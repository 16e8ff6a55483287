#!/usr/bin/env bash
# Makes the box's root folder: Debian 13, the terminal's package, and what makes a box of it.
#
#   packaging/image/root.sh TERMINAL.deb ROOT
#
#   VERSION=1.2.3      version of the system (that of the package)
#   SERVER=http://…    the backend's address, for boxes that are installed without a stick
#   KEYRING=FILE       the certificates that updates have to be signed with
#   FIRMWARE="…"       Debian packages with what real boxes need, e.g. firmware-misc-nonfree
#   CACHE=FOLDER       keeps downloaded packages for the next build
#   REPORT=1           tells on the serial console how it goes, for tests
# Needs root, mmdebstrap, python3-pil and a Debian mirror.
set -euo pipefail
cd "$(dirname "$0")"

deb=$(realpath "$1")
root=$(realpath --canonicalize-missing "$2")
readonly deb root
version=${VERSION:-$(dpkg-deb --field "$deb" Version)}
architecture=$(dpkg-deb --field "$deb" Architecture)
readonly version architecture
export CACHE=${CACHE:-}

cache=()
keep=()
if [[ -n $CACHE ]]; then
    mkdir -p "$CACHE"
    # shellcheck disable=SC2016 # for mmdebstrap's shell
    cache=(--skip=download/empty --skip=cleanup/apt/cache
        --setup-hook='mkdir -p "$1/var/cache/apt/archives/partial"; find "$CACHE" -name "*.deb" -exec cp -t "$1/var/cache/apt/archives" {} +')
    # shellcheck disable=SC2016
    keep=(--customize-hook='find "$1/var/cache/apt/archives" -name "*.deb" -exec cp -n -t "$CACHE" {} +; rm -rf "$1"/var/cache/apt/*')
fi
components=main
[[ -z ${FIRMWARE:-} ]] || components=main,non-free-firmware

case $architecture in
    amd64) kernel=linux-image-amd64 ;;
    *) kernel=linux-image-$architecture ;;
esac
# In one go with the terminal's package, so that nothing has to be downloaded later.
readonly rest="ca-certificates $kernel systemd-boot-efi systemd-timesyncd network-manager wpasupplicant rauc rauc-service evtest
    busybox-static e2fsprogs dosfstools fdisk gstreamer1.0-tools alsa-utils ${FIRMWARE:-}"

rm -rf "$root"
# Neither documentation nor an initramfs of Debian's: the box has its own.
# shellcheck disable=SC2016,SC2086,SC2116
mmdebstrap --quiet --variant=minbase --mode=root --architectures="$architecture" --components="$components" \
    --include=systemd,systemd-sysv,udev,dbus,kmod,zstd "${cache[@]}" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Keep-Downloaded-Packages "true"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
    --customize-hook="cp '$deb' \"\$1/terminal.deb\"" \
    --customize-hook="chroot \"\$1\" env INITRD=No apt-get install -y -q --no-install-recommends -o APT::Keep-Downloaded-Packages=true -o Dpkg::Options::=--force-unsafe-io /terminal.deb $(echo $rest)" \
    --customize-hook='rm "$1/terminal.deb"' "${keep[@]}" \
    trixie "$root"

cp --recursive --no-preserve=ownership files/. "$root/"
sed -i "s/@ARCHITECTURE@/$architecture/" "$root/etc/rauc/system.conf"
if [[ -n ${KEYRING:-} ]]; then
    install --mode=0644 "$KEYRING" "$root/etc/rauc/keyring.pem"
fi
./pictures.py "$root/usr/lib/zhdj-tv/pictures"
mv "$root/usr/lib/zhdj-tv/pictures/splash.bmp" "$root/usr/lib/zhdj-tv/"

echo box >"$root/etc/hostname"
printf '127.0.0.1 localhost box\n::1 localhost box\n' >"$root/etc/hosts"
printf 'IMAGE_ID=zhdj-tv-box\nIMAGE_VERSION=%s\n' "$version" >>"$root/usr/lib/os-release"
: >"$root/etc/fstab"
: >"$root/etc/machine-id"
rm -f "$root/etc/resolv.conf"
ln -s ../run/NetworkManager/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/data" "$root/var/lib/alsa" "$root/var/lib/tv-app" "$root/etc/NetworkManager/system-connections"
mkdir -p "$root/var/lib/dbus"
ln -sf /etc/machine-id "$root/var/lib/dbus/machine-id"
printf 'ZHDJ_SERVER=%s\nZHDJ_KIOSK=true\n' "${SERVER:-}" >"$root/usr/lib/zhdj-tv/environment"
[[ -n ${SERVER:-} ]] || sed -i '/^ZHDJ_SERVER=/d' "$root/usr/lib/zhdj-tv/environment"
# The screen is the first thing, and its unit waits for less than on any other machine: the initramfs has made the
# device, and the remote controls come when udev has found them. A drop-in cannot take an After= away.
sed -e '/^After=/d' -e '/^StartLimitIntervalSec=/d' \
    -e 's/^DefaultDependencies=no/&\nAfter=systemd-remount-fs.service/' -e 's/^WantedBy=.*/WantedBy=sysinit.target/' \
    "$root/usr/lib/systemd/system/tv-app.service" >"$root/etc/systemd/system/tv-app.service"
chroot "$root" systemctl --quiet reenable tv-app.service
chroot "$root" systemctl --quiet enable box-settings.service box-health.service box-reset.service \
    NetworkManager.service systemd-timesyncd.service
chroot "$root" systemctl --quiet disable getty@tty1.service || true
chroot "$root" systemctl --quiet mask NetworkManager-wait-online.service

# For tests alone: how it goes, on the serial console, every five seconds.
if [[ -n ${REPORT:-} ]]; then
    cat >"$root/usr/lib/zhdj-tv/box-report" <<'SCRIPT'
#!/bin/sh
. /usr/lib/os-release
said=0
while sleep 5; do
    app=$(systemctl show -P MainPID tv-app)
    echo "report up=$(cut -d' ' -f1 /proc/uptime) version=$IMAGE_VERSION slot=$(sed -n 's/.*rauc\.slot=\(.\).*/\1/p' /proc/cmdline)" \
        "status=$(systemctl show -P StatusText tv-app) starts=$(systemctl show -P NRestarts tv-app)" \
        "state=$(systemctl is-active tv-app box-safe-mode NetworkManager | tr '\n' ,)" \
        $(awk '/^(MemTotal|MemAvailable)/ { print $1 $2 }' /proc/meminfo) \
        $(awk '/^(VmRSS|RssAnon)/ { print $1 $2 }' "/proc/$app/status" 2>/dev/null)
    if [ -s /data/box/updates ]; then sed 's/^/update /' /data/box/updates; fi
    [ $said = 1 ] || [ "$(cut -d. -f1 /proc/uptime)" -lt "${LATE:-150}" ] || { said=1
        systemd-analyze; systemd-analyze blame --no-pager | head -n 15; systemctl --failed --no-pager --plain
        journalctl -b -o short-monotonic --no-pager -p warning | tail -n 40
        for unit in tv-app box-settings 'box-stick@*' box-reset box-safe-mode box-health rauc; do
            journalctl -b -o short-monotonic --no-pager -u "$unit" | tail -n 15; done; }
done >/dev/ttyS0 2>&1
SCRIPT
    chmod 0755 "$root/usr/lib/zhdj-tv/box-report"
    printf '[Service]\nExecStart=/usr/lib/zhdj-tv/box-report\n[Install]\nWantedBy=multi-user.target\n' \
        >"$root/usr/lib/systemd/system/box-report.service"
    # Emulated on a busy machine, a start takes longer than any box would.
    mkdir -p "$root/usr/lib/systemd/system/tv-app.service.d"
    printf '[Service]\nWatchdogSec=15min\n' >"$root/usr/lib/systemd/system/tv-app.service.d/report.conf"
    # And does what it is told there.
    cat >"$root/usr/lib/zhdj-tv/box-told" <<'SCRIPT'
#!/bin/sh
exec </dev/ttyS0 >/dev/ttyS0 2>&1
stty -echo
while :; do
    read -r line && echo "told: $line" && sh -c "$line"
done
SCRIPT
    chmod 0755 "$root/usr/lib/zhdj-tv/box-told"
    printf '[Service]\nExecStart=/usr/lib/zhdj-tv/box-told\n[Install]\nWantedBy=multi-user.target\n' \
        >"$root/usr/lib/systemd/system/box-told.service"
    chroot "$root" systemctl --quiet enable box-report.service box-told.service
fi
# It hangs up whoever else writes there, and nobody signs in at a box.
chroot "$root" systemctl --quiet mask serial-getty@ttyS0.service
du --summarize --block-size=1M "$root"
