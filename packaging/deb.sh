#!/usr/bin/env bash
# Builds two Debian packages, the backend's and the terminal's, into target/debian/.
#
#   packaging/deb.sh                                     both packages
#   packaging/deb.sh depends backend|terminal PROGRAM    only print what a package depends on
#   PROFILE=release|dev   what to build them from (release)
#
# Dependencies on shared libraries are found by dpkg-shlibdeps, so a package belongs to the Debian
# release it was built on. What no library names is in packaging/debian/*.depends; a test compares
# both with what the programs load.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly profile=${PROFILE:-release}
readonly target=${CARGO_TARGET_DIR:-target}
readonly out="$target/debian"
bin="$target/$profile"
[[ $profile == dev ]] && bin="$target/debug"

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
architecture=$(dpkg --print-architecture)
readonly version architecture
readonly maintainer=${MAINTAINER:-"Local build <root@localhost>"}

# Puts file $2 to $3 below the package root $1, with mode $4 (0644).
put() {
    install -D --mode="${4:-0644}" "$2" "$1/$3"
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
# $2 name, $3 depends, $4 recommends, $5 description, $6 which maintainer scripts
pack() {
    local root=$1 name=$2 depends=$3 recommends=$4 description=$5 scripts=$6 script
    put "$root" LICENSE "usr/share/doc/$name/copyright"
    put "$root" docs/OPERATIONS.md "usr/share/doc/$name/OPERATIONS.md"
    put "$root" CHANGELOG.md "usr/share/doc/$name/CHANGELOG.md"
    mkdir -p "$root/DEBIAN"
    for script in postinst prerm; do
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
CONTROL
    dpkg-deb --root-owner-group --build "$root" "$out/${name}_${version}_${architecture}.deb"
}

if [[ ${1:-} == depends ]]; then
    depends "$2" "$3"
    exit
fi

cargo build --locked --profile "$profile" -p backend-api -p tv-app
packaging/console.sh build
rm -rf "$out"

root="$out/backend"
put "$root" "$bin/backend-api" usr/bin/backend-api 0755
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
    "nginx, zhdj-tv-terminal" "Backend of the township terminals" backend

root="$out/terminal"
put "$root" "$bin/tv-app" usr/bin/tv-app 0755
put "$root" packaging/tv-app.environment etc/tv-app/environment
put "$root" packaging/udev/70-tv-app.rules usr/lib/udev/rules.d/70-tv-app.rules
put "$root" packaging/polkit/50-tv-app.rules usr/share/polkit-1/rules.d/50-tv-app.rules
put "$root" packaging/sysusers/tv-app.conf usr/lib/sysusers.d/zhdj-tv-terminal.conf
for unit in tv-app.service tv-app-cage.service; do
    put "$root" "packaging/systemd/$unit" "usr/lib/systemd/system/$unit"
done
pack "$root" zhdj-tv-terminal \
    "$(depends terminal "$bin/tv-app")" \
    "cage, network-manager" "Television application of the township" terminal
