#!/usr/bin/env bash
# Builds two Debian packages, the backend's and the terminal's, into target/debian/.
#
#   packaging/deb.sh                                     both packages
#   packaging/deb.sh depends backend|terminal PROGRAM    only print what a package depends on
#   PROFILE=release|dev   what to build them from (release)
#   PROGRAMS=FOLDER       finished programs instead, e.g. from another machine; the console has to be built
#   VERSION=1.2.3         another version than that of the sources
#   OUT=FOLDER            where the packages go
#   COMPRESS=gzip         sooner built and larger (xz)
#   MAINTAINER='NAME <ADDRESS>'   who answers for them
#
# Dependencies on shared libraries are found by dpkg-shlibdeps, so a package belongs to the Debian
# release it was built on. What no library names is in packaging/debian/*.depends; a test compares
# both with what the programs load.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly profile=${PROFILE:-release}
readonly target=${CARGO_TARGET_DIR:-target}
out=$(realpath --canonicalize-missing "${OUT:-$target/debian}")
readonly out
bin="$target/$profile"
[[ $profile == dev ]] && bin="$target/debug"
bin=${PROGRAMS:-$bin}

version=${VERSION:-$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)}
architecture=$(dpkg --print-architecture)
readonly version architecture
readonly maintainer=${MAINTAINER:-"Local build <zhdj-tv@localhost>"}
changed=$(date --rfc-email --date="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}")
readonly changed

# Puts file $2 to $3 below the package root $1, with mode $4 (0644).
put() {
    install -D --mode="${4:-0644}" "$2" "$1/$3"
}

# Puts program $2 into the package root $1, without what only a debugger reads.
put_program() {
    put "$1" "$2" "usr/bin/$(basename "$2")" 0755
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$1/usr/bin/$(basename "$2")"
}

# The package libraries that program $1 needs, as a Depends list.
libraries() {
    local program work
    program=$(realpath "$1")
    work=$(mktemp -d)
    mkdir "$work/debian"
    printf 'Source: zhdj-tv\n' >"$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O --warnings=0 "$program" | sed -n 's/^shlibs:Depends=//p')
    rm -r "$work"
}

# What package $1 depends on, whose program is $2, as a Depends list.
depends() {
    local named
    named=$(sed 's/ *#.*//; /^$/d' "packaging/debian/$1.depends" | paste --serial --delimiters=, | sed 's/,/, /g')
    echo "$(libraries "$2"), $named"
}

# Writes the control files of the package rooted at $1 and builds it.
# $2 name, $3 depends, $4 recommends, $5 description and $6 more of it, $7 which maintainer scripts
pack() {
    local root=$1 name=$2 depends=$3 recommends=$4 description=$5 long=$6 scripts=$7 script
    put "$root" packaging/debian/copyright "usr/share/doc/$name/copyright"
    put "$root" docs/OPERATIONS.md "usr/share/doc/$name/OPERATIONS.md"
    put "$root" docs/OPERATIONS.zh-CN.md "usr/share/doc/$name/OPERATIONS.zh-CN.md"
    put "$root" CHANGELOG.md "usr/share/doc/$name/CHANGELOG.md"
    printf '%s (%s) stable; urgency=medium\n\n  * What changed stands in CHANGELOG.md.\n\n -- %s  %s\n' \
        "$name" "$version" "$maintainer" "$changed" | gzip --best --no-name >"$root/usr/share/doc/$name/changelog.gz"
    chmod 0644 "$root/usr/share/doc/$name/changelog.gz"
    put "$root" "packaging/debian/$scripts.overrides" "usr/share/lintian/overrides/$name"
    mkdir -p "$root/DEBIAN"
    for script in postinst prerm postrm; do
        put "$root" "packaging/debian/$scripts.$script" "DEBIAN/$script" 0755
    done
    if [[ -d $root/etc ]]; then
        (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
    fi
    cat >"$root/DEBIAN/control" <<CONTROL
Package: $name
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Section: video
Priority: optional
Installed-Size: $(du --summarize --block-size=1024 "$root" | cut -f 1)
Depends: $depends
Recommends: $recommends
Description: $description
$long
CONTROL
    dpkg-deb --root-owner-group -Z"${COMPRESS:-xz}" --build "$root" "$out/${name}_${version}_${architecture}.deb"
}

if [[ ${1:-} == depends ]]; then
    depends "$2" "$3"
    exit
fi

if [[ -z ${PROGRAMS:-} ]]; then
    cargo build --locked --profile "$profile" -p backend-api -p tv-app
    packaging/console.sh build
elif [[ ! -e backend-api/console/dist/index.html ]]; then
    echo "The console is not built: run packaging/console.sh build first." >&2
    exit 1
fi
rm -rf "$out"

root="$out/backend"
put_program "$root" "$bin/backend-api"
put "$root" packaging/backup.sh usr/lib/zhdj-tv/backup.sh 0755
put "$root" packaging/verify-ballots usr/bin/verify-ballots 0755
put "$root" packaging/backend-api.toml etc/backend-api/config.toml
put "$root" packaging/nginx/backend-api.conf usr/share/doc/zhdj-tv-backend/examples/nginx.conf
put "$root" packaging/systemd/tls.conf usr/share/doc/zhdj-tv-backend/examples/tls.conf
put "$root" packaging/sysusers/backend-api.conf usr/lib/sysusers.d/zhdj-tv-backend.conf
mkdir -p "$root/usr/share/backend-api"
cp --recursive --no-preserve=mode,ownership backend-api/console/dist "$root/usr/share/backend-api/console"
for unit in backend-api.service backend-api-backup.service backend-api-backup.timer; do
    put "$root" "packaging/systemd/$unit" "usr/lib/systemd/system/$unit"
done
pack "$root" zhdj-tv-backend \
    "$(depends backend "$bin/backend-api")" \
    "nginx, zhdj-tv-terminal" "backend of a township's televisions" \
    " Serves content, roll calls and meetings to the televisions of a township,
 and the staff's web page. Keeps everything in SQLite or PostgreSQL and a
 data folder." backend

root="$out/terminal"
put_program "$root" "$bin/tv-app"
put "$root" packaging/tv-app.environment etc/tv-app/environment
put "$root" packaging/udev/70-tv-app.rules usr/lib/udev/rules.d/70-tv-app.rules
put "$root" packaging/polkit/50-tv-app.rules usr/share/polkit-1/rules.d/50-tv-app.rules
put "$root" packaging/sysusers/tv-app.conf usr/lib/sysusers.d/zhdj-tv-terminal.conf
for unit in tv-app.service tv-app-cage.service; do
    put "$root" "packaging/systemd/$unit" "usr/lib/systemd/system/$unit"
done
pack "$root" zhdj-tv-terminal \
    "$(depends terminal "$bin/tv-app")" \
    "cage, network-manager" "television application of a township" \
    " Shows a township's content, roll calls and meetings on a television, by
 its remote control, with or without a network. Needs neither desktop nor
 GPU." terminal
