#!/usr/bin/env bash
# Tests the box's scripts without a box: what mounts, installs and starts anew are stand-ins, and every place they know
# is in a folder of the test. What only a machine can show is in packaging/image/soak.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT
readonly log=$work/log
failures=0

stand_in() {
    cat >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# A box that runs slot $1.
box() {
    rm -rf "${work:?}"/{bin,proc,run,data,etc,dev,usr,esp,stick,slot}
    mkdir -p "$work"/{bin,proc,run/box,run/systemd,data/box,etc/tv-app,etc/ssl/certs,dev/disk/by-partlabel,usr/lib/zhdj-tv} \
        "$work"/esp/{loader/entries,box-a} "$work"/stick/zhdj "$work"/slot/usr/lib/zhdj-tv
    : >"$log"
    : >"$work/dev/disk/by-partlabel/box-esp"
    echo "quiet rauc.slot=$1 panic=5" >"$work/proc/cmdline"
    echo 'IMAGE_VERSION=1.0.0' >"$work/usr/lib/os-release"
    echo "old kernel" >"$work/esp/box-a/linux.efi"
    echo "version 1" >"$work/esp/loader/entries/box-a.conf"
    echo "new kernel" >"$work/slot/usr/lib/zhdj-tv/linux.efi"
    echo "quiet" >"$work/slot/usr/lib/zhdj-tv/cmdline"
    echo 'IMAGE_VERSION=1.1.0' >"$work/slot/usr/lib/os-release"
    local script
    for script in packaging/image/files/usr/lib/zhdj-tv/*; do
        sed -e "s#\(^\|[ \"'<>(=]\)/\(proc\|run\|data\|etc\|dev\|usr/lib\)/#\1$work/\2/#g" "$script" \
            >"$work/usr/lib/zhdj-tv/$(basename "$script")"
        chmod +x "$work/usr/lib/zhdj-tv/$(basename "$script")"
    done
    # Mounting shows what is on the other side.
    stand_in mount <<STUB
#!/bin/sh
echo "mount \$*" >>"$log"
for place in "\$@"; do :; done
case "\$*" in
    *box-esp*) rmdir "\$place" 2>/dev/null; ln -sfn "$work/esp" "\$place" ;;
    *box-a* | *box-b*) rmdir "\$place" 2>/dev/null; ln -sfn "$work/slot" "\$place" ;;
    *stick*) rmdir "\$place" 2>/dev/null; ln -sfn "$work/stick" "\$place" ;;
esac
STUB
    stand_in umount <<STUB
#!/bin/sh
[ ! -L "\$1" ] || { rm "\$1"; mkdir "\$1"; }
STUB
    stand_in sync </dev/null
    stand_in sleep </dev/null
    stand_in rauc <<STUB
#!/bin/sh
echo "rauc \$*" >>"$log"
case "\$1" in
    info) [ ! -e "$work/unsigned" ] || exit 1; echo "RAUC_MF_VERSION='1.1.0'" ;;
    install) [ ! -e "$work/breaks" ] || exit 1; "$work/usr/lib/zhdj-tv/box-boot" set-state B bad; "$work/usr/lib/zhdj-tv/box-boot" set-primary B ;;
    status) "$work/usr/lib/zhdj-tv/box-boot" set-state B good ;;
esac
STUB
    # What the application says, one look a line; the last one stays.
    stand_in systemctl <<STUB
#!/bin/sh
case "\$*" in
    *StatusText*) head -n 1 "$work/says"; [ "\$(wc -l <"$work/says")" -le 1 ] || sed -i 1d "$work/says" ;;
    *MainPID*) head -n 1 "$work/pids"; [ "\$(wc -l <"$work/pids")" -le 1 ] || sed -i 1d "$work/pids" ;;
    *) echo "systemctl \$*" >>"$log" ;;
esac
STUB
    echo home >"$work/says"
    echo 71 >"$work/pids"
    rm -f "$work/unsigned" "$work/breaks"
}

run() {
    status=0
    output=$(PATH="$work/bin:$PATH" "$work/usr/lib/zhdj-tv/$1" "${@:2}" 2>&1) || status=$?
}

# expect NAME CONDITION…: the condition is a command.
expect() {
    local name=$1
    shift
    if ! "$@"; then
        echo "FAILED: $name: $*" >&2
        sed 's/^/    | /' "$log" <<<"$output" >&2
        ls "$work/esp/loader/entries" >&2
        failures=$((failures + 1))
    fi
}
ended() { [[ $status -eq $1 ]]; }
says() { [[ $output == *"$1"* ]]; }
entries() { [[ $(cd "$work/esp/loader/entries" && echo *) == "$1" ]]; }
did() { grep -qF -- "$1" "$log"; }
did_not() { ! did "$1"; }
told() { grep -qF -- "$1" "$work/data/box/updates"; }
not_told() { ! told "$1"; }
names() { mv "$work/esp/loader/entries/$1" "$work/esp/loader/entries/$2"; }

# The order of the slots.
box A
run box-boot get-primary
expect "a new box" says A
run box-boot get-state B
expect "a new box: nothing in B" says bad
run box-boot trial
expect "a new box has nothing to prove" ended 1
run box-boot set-state A bad
expect "the only slot stays" ended 1
expect "the only slot stays" entries box-a.conf

run box-boot set-primary B
expect "B is chosen" ended 0
expect "B is chosen, for three starts" entries "box-a.conf box-b+3.conf"
expect "B has its own kernel" grep -q new "$work/esp/box-b/linux.efi"
expect "A keeps its kernel" grep -q old "$work/esp/box-a/linux.efi"
expect "B is told which slot it is" grep -q '^options rauc.slot=B quiet$' "$work/esp/loader/entries/box-b+3.conf"
expect "B comes first" grep -q '^version 2$' "$work/esp/loader/entries/box-b+3.conf"
run box-boot get-primary
expect "B is chosen" says B
names box-b+3.conf box-b+2-1.conf
run box-boot get-state B
expect "after one start" says good
names box-b+2-1.conf box-b+0-3.conf
run box-boot get-state B
expect "after three starts" says bad
run box-boot get-primary
expect "after three starts" says A
run box-boot set-primary B
expect "B once more" entries "box-a.conf box-b+3.conf"
run box-boot set-state B good
expect "B is good" entries "box-a.conf box-b.conf"
run box-boot set-primary A
expect "back to A on purpose" grep -q '^version 4$' "$work/esp/loader/entries/box-a+3.conf"

# An update, and whether it is healthy.
box A
run box-update stick.raucb
expect "an update" ended 0
expect "an update" told "installed: 1.1.0 beside 1.0.0"
expect "an update is started" did "systemctl --no-block reboot"
expect "an update is not called updated yet" not_told "updated"

box B
names box-a.conf box-b+2-1.conf
echo "version 1" >"$work/esp/loader/entries/box-a.conf"
run box-update stick.raucb
expect "no update while one is on trial" ended 1
expect "no update while one is on trial" did_not "rauc install"
printf 'HEALTHY_MINUTES=1\n' >"$work/etc/tv-app/box.conf"
printf '1.0.0 1.0.0\n' >"$work/data/box/wanted"
printf '%s\n' starting starting home >"$work/says"
run box-health
expect "healthy" told "updated: 1.0.0"
expect "healthy" entries "box-a.conf box-b.conf"

box B
names box-a.conf box-b+2-1.conf
echo "version 1" >"$work/esp/loader/entries/box-a.conf"
printf 'HEALTHY_MINUTES=1\n' >"$work/etc/tv-app/box.conf"
: >"$work/pids"
for ((start = 100; start < 400; start++)); do echo "$start" >>"$work/pids"; done
run box-health
expect "one that is always started anew is not healthy" told "not healthy"
expect "one that is always started anew" did "systemctl reboot"
expect "one that is always started anew is not good" entries "box-a.conf box-b+2-1.conf"

box A
printf '1.0.0 1.1.0\n' >"$work/data/box/wanted"
run box-health
expect "fell back" told "fell back: 1.1.0"

box A
: >"$work/unsigned"
run box-update stick.raucb
expect "not signed" ended 1
expect "not signed" told "refused"
expect "not signed" did_not "rauc install"
box A
: >"$work/breaks"
run box-update stick.raucb
expect "breaks off" told "failed: 1.1.0"
expect "breaks off" did_not reboot

box A
printf '%s\n' meeting meeting player home >"$work/says"
run box-update stick.raucb
expect "after a meeting and a film" did reboot
expect "after a meeting and a film: not before Home" test "$(wc -l <"$work/says")" -eq 1

# The stick.
box A
# shellcheck disable=SC2016 # taken as it is, or rather not
printf 'SERVER=https://tv.example.cn\r\nTELEPHONE=0571-8812 3456\r\nSERVER=x; reboot\nPATH=/tmp\nHEALTHY_MINUTES=$(reboot)\n' \
    >"$work/stick/zhdj/box.conf"
printf 'certificate\n' >"$work/stick/zhdj/ca.crt"
run box-stick /dev/stick
expect "a stick" ended 0
expect "a stick: what is known, and only that" test "$(cat "$work/etc/tv-app/box.conf")" == \
    $'SERVER=https://tv.example.cn\nTELEPHONE=0571-8812 3456'
expect "a stick: the certificate" test -s "$work/etc/tv-app/ca.crt"
expect "a stick: the application takes it" did "systemctl restart tv-app.service"
echo "SERVER=https://other.example.cn" >"$work/stick/zhdj/box.conf"
run box-stick /dev/stick
expect "no other server" grep -q tv.example.cn "$work/etc/tv-app/box.conf"
box A
echo "SERVER=ftp://tv.example.cn" >"$work/stick/zhdj/box.conf"
run box-stick /dev/stick
expect "no server" test ! -e "$work/etc/tv-app/box.conf"
box A
echo "SERVER=https://tv.example.cn" >"$work/stick/zhdj/box.conf"
echo "BEGIN PRIVATE KEY" >"$work/stick/zhdj/ca.crt"
run box-stick /dev/stick
expect "a key on the stick" ended 1
expect "a key on the stick" test ! -e "$work/etc/tv-app/box.conf"

if ((failures)); then
    echo "$failures checks of the box's scripts failed." >&2
    exit 1
fi
