#!/usr/bin/env bash
# Installs the Debian packages that building, running or testing needs, and says what it does.
#
#   packaging/install-dependencies.sh [run|test|cluster] [--check]
#
#   run      (default) what `make run` needs: compiler, libraries, GStreamer, fonts, a voice
#   test     the same and what only the tests need: PostgreSQL, shellcheck, Chromium
#   cluster  what `make cluster` needs besides: etcd, Patroni, HAProxy, nginx, promtool
#   --check  only say what is missing; exit status 1 if anything is
#
# Says what it installs. It asks first, and takes Enter for yes, only where somebody can answer and
# root is borrowed by sudo: not as root, not without a terminal, not with CI=true. Recommended
# packages are not installed, so those that are needed are named here. It never installs or changes
# Rust.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly run_packages=(
    # Compiler and linker for the C parts (SQLite, the TLS library) and for finding libraries.
    build-essential
    pkg-config
    ca-certificates
    curl
    # GStreamer: headers, decoders, encoders for the import, sound.
    libgstreamer1.0-dev
    libgstreamer-plugins-base1.0-dev
    libgstreamer-plugins-bad1.0-dev
    gstreamer1.0-plugins-base
    gstreamer1.0-plugins-good
    gstreamer1.0-plugins-bad
    gstreamer1.0-plugins-ugly
    gstreamer1.0-libav
    gstreamer1.0-nice
    gstreamer1.0-alsa
    gstreamer1.0-pulseaudio
    # Documents become bulletins.
    poppler-utils
    poppler-data
    antiword
    # Speaks the captions of the demonstration township's films.
    espeak-ng
    # Reads aloud on the TV: the dispatcher only recommends a voice.
    speech-dispatcher
    speech-dispatcher-espeak-ng
    # Runs the script with which anybody recounts a ballot table.
    python3
    # Screen and remote control: fonts, keyboard layouts, DRM/KMS, evdev, hotplug.
    fonts-noto-cjk
    fonts-material-design-icons-iconfont
    libfontconfig1-dev
    # The window opens these by name.
    libwayland-client0
    libx11-6
    libx11-xcb1
    libxcb1
    libxcursor1
    libxi6
    libxkbcommon-x11-0
    libxkbcommon-dev
    libgbm-dev
    libinput-dev
    libudev-dev
    libasound2-dev
    libssl-dev
)
readonly test_packages=(
    # The store's tests start a private server of their own; the system's cluster is not used.
    postgresql
    shellcheck
    # Opens the console as staff do.
    chromium
    # Plugs a cable in, in a network of the test's own.
    iproute2
    # Makes certificates for a database of the test's own.
    openssl
)

readonly cluster_packages=(
    postgresql
    patroni
    etcd-server
    haproxy
    nginx-light
    # Checks the rules of Prometheus.
    prometheus
)

wanted="run"
only_check=false
for argument in "$@"; do
    case "$argument" in
        run | test | cluster) wanted="$argument" ;;
        --check) only_check=true ;;
        *)
            echo "install-dependencies.sh: unknown argument '$argument' (run, test, cluster, --check)" >&2
            exit 2
            ;;
    esac
done

packages=("${run_packages[@]}")
if [[ $wanted == test ]]; then
    packages+=("${test_packages[@]}")
fi
if [[ $wanted == cluster ]]; then
    packages+=("${cluster_packages[@]}")
fi
# The console is built with Node.js. One from elsewhere brings its own npm, which Debian's conflicts with.
if ! command -v npm >/dev/null; then
    packages+=(nodejs npm)
fi

# Stops with a sentence if cargo is missing or older than the workspace's rust-version.
check_rust() {
    local needed found
    needed=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    if ! command -v cargo >/dev/null; then
        echo "Rust is missing: cargo is not in PATH. Install Rust $needed or newer first (Debian's own" >&2
        echo "package is too old; https://rustup.rs has the official installer), then try again." >&2
        return 1
    fi
    found=$(cargo --version | sed -n 's/^cargo \([0-9.]*\).*/\1/p')
    if [[ $(printf '%s\n%s\n' "$needed" "$found" | sort --version-sort | head -n 1) != "$needed" ]]; then
        echo "Rust $found is too old: this needs $needed or newer ('rustup update' brings it)." >&2
        return 1
    fi
}

# Prints those of the packages that are not fully installed, one a line.
missing_packages() {
    local installed
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null \
        | sed -n 's/^installed //p' || true)
    comm -23 <(printf '%s\n' "${packages[@]}" | sort) <(sort -u <<<"$installed")
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not Debian, so nothing can be installed from here. Install what these Debian" >&2
    echo "packages contain, then run cargo directly (docs/OPERATIONS.md says how):" >&2
    printf '    %s\n' "${packages[@]}" >&2
    exit 1
fi

mapfile -t missing < <(missing_packages)
if [[ ${#missing[@]} -eq 0 ]]; then
    check_rust
    exit 0
fi

echo "Missing Debian packages: ${missing[*]}"
if $only_check; then
    exit 1
fi
# Before minutes of installing, not after.
check_rust

# By hand: for whoever has to ask somebody else for root.
say_how() {
    echo "$1 As root, run:" >&2
    echo "    apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
    echo "then try again." >&2
    exit 1
}

asks=false
[[ -t 0 && ${CI:-} != true ]] && asks=true
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        say_how "Installing needs root, and there is no sudo."
    fi
    as_root=(sudo)
    if ! $asks; then
        as_root=(sudo --non-interactive)
        if ! "${as_root[@]}" true 2>/dev/null; then
            say_how "Installing needs root, and sudo wants a password that nobody is here to type."
        fi
    fi
else
    asks=false
fi

if $asks; then
    # A terminal that is closed is no answer.
    if ! read -r -p "Install them now with 'sudo apt-get install'? [Y/n] " answer; then
        answer=no
    fi
    if [[ ! $answer =~ ^([Yy]([Ee][Ss])?)?$ ]]; then
        echo "Nothing was installed." >&2
        exit 1
    fi
fi

echo "Installing them with apt-get (no recommended extras)."
# Another source of packages may be out of order; what is needed may be known all the same.
if ! "${as_root[@]}" apt-get update -qq; then
    echo "The lists of packages could not be renewed; trying with those that are there." >&2
fi
# As arguments of env: sudo drops variables. Neither a changed configuration file nor another
# installation that is under way may end in a question or an error.
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${missing[@]}"; then
    echo "apt-get could not install them; what it says stands above." >&2
    exit 1
fi

mapfile -t missing < <(missing_packages)
if [[ ${#missing[@]} -gt 0 ]]; then
    echo "Still missing after the installation: ${missing[*]}" >&2
    exit 1
fi
