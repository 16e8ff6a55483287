#!/usr/bin/env bash
# Starts the demonstration township and a TV against it; Ctrl-C stops both.
#
#   PROFILE=dev|release   how to build (dev)
#   DATA=FOLDER           where the backend and the TV keep their data (./data)
#   BACKEND_PORT=8080     port of the backend; the next free one if it is taken
#   TV_PORT=8090          port of the virtual TV, likewise
#   VIRTUAL=1             a virtual TV even where there is a display
#   APPROVE_BY_HAND=1     a new TV waits for approval instead of being admitted by itself
#   LAN=1                 other machines reach the backend too, so that a telephone can open the page
#                         where TVs are approved; new TVs then always wait for approval
set -euo pipefail
cd "$(dirname "$0")/.."

readonly profile=${PROFILE:-dev}
readonly host=127.0.0.1
# Whoever is in the same network can reach it then, so only when it is asked for.
listen=$host
if [[ -n ${LAN:-} ]]; then
    listen=0.0.0.0
    APPROVE_BY_HAND=1
fi
readonly listen
readonly content=backend-api/demo/township
data=$(realpath --canonicalize-missing "${DATA:-data}")
readonly data

case "$profile" in
    dev) bin="${CARGO_TARGET_DIR:-target}/debug" ;;
    release) bin="${CARGO_TARGET_DIR:-target}/release" ;;
    *)
        echo "PROFILE is '$profile'; it can be dev or release." >&2
        exit 2
        ;;
esac

backend_pid=""
tv_pid=""

# shellcheck disable=SC2317 # reached through the trap below
# Asks a process to end, and makes sure of it after ten seconds.
stop() {
    local pid=$1
    [[ -n $pid ]] || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tenth = 0; tenth < 100; tenth++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

# shellcheck disable=SC2317 # reached through the trap below
cleanup() {
    trap - EXIT
    trap '' INT TERM HUP
    stop "$tv_pid"
    stop "$backend_pid"
}
trap cleanup EXIT
# Ctrl-C is how one ends this, so it is no error.
trap 'echo; echo "Stopping."; exit 0' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Does anything answer on this port?
in_use() {
    (exec 3<>"/dev/tcp/$host/$1") 2>/dev/null
}

# Prints the first free port from $1 on, not counting the port $3; says so when it is another one.
# $2 is who wants it, $4 the variable that sets it.
free_port() {
    local first=$1 purpose=$2 not=$3 variable=$4 port
    for ((port = first; port < first + 20; port++)); do
        if [[ $port -ne $not ]] && ! in_use "$port"; then
            if [[ $port -ne $first ]]; then
                echo "Port $first is taken, so $purpose uses $port (set $variable to choose)." >&2
            fi
            echo "$port"
            return 0
        fi
    done
    echo "No free port for $purpose from $first to $((first + 19)); set $variable to another." >&2
    return 1
}

mkdir -p "$data"
# Held until the last process that writes there has ended: the children inherit it.
exec 9>"$data/.lock"
if ! flock --nonblock 9; then
    echo "Another 'make run' is using $data. Stop it first, or set DATA to another folder." >&2
    exit 1
fi

echo "Building (the first time takes some minutes)."
cargo build --quiet --locked --profile "$profile" -p backend-api -p tv-app -p demo-township

packaging/console.sh build

# Pictures and films that are missing; nothing the second time.
"$bin/demo-township" "$content"

backend_port=$(free_port "${BACKEND_PORT:-8080}" "the backend" 0 BACKEND_PORT)
readonly backend_url="http://$host:$backend_port"
readonly backend_log="$data/backend.log"
readonly tv_log="$data/tv.log"

backend=("$bin/backend-api" demo --data "$data/backend" --listen "$listen:$backend_port" --content "$content"
    --console backend-api/console/dist)
if [[ -n ${APPROVE_BY_HAND:-} ]]; then
    backend+=(--approve-by-hand)
fi
"${backend[@]}" >"$backend_log" 2>&1 &
backend_pid=$!

echo "Starting the backend at $backend_url (log: $backend_log)."
started=$SECONDS
said=0
until curl --silent --fail --output /dev/null --max-time 2 "$backend_url/readyz"; do
    if ! kill -0 "$backend_pid" 2>/dev/null; then
        echo "The backend ended before it was ready. The end of its log:" >&2
        tail -n 20 "$backend_log" >&2
        backend_pid=""
        exit 1
    fi
    if ((SECONDS - started >= said + 10)); then
        said=$((SECONDS - started))
        echo "  ${said} s: $(tail -n 1 "$backend_log")"
    fi
    sleep 0.2
done
echo "$backend_url" >"$data/backend.url"
echo "The backend is ready. Staff account: $data/backend/admin-password.txt; approving TVs: $backend_url/enrol"
echo "The staff's web page: $backend_url/console/"
if [[ -n ${APPROVE_BY_HAND:-} && -z ${LAN:-} ]]; then
    echo "TVs are approved on this machine only; with LAN=1 a telephone can do it, too."
fi

tv=("$bin/tv-app" --server "$backend_url" --data "$data/tv")
if [[ -z ${VIRTUAL:-} && -n ${WAYLAND_DISPLAY:-}${DISPLAY:-} ]]; then
    "${tv[@]}" --windowed >"$tv_log" 2>&1 &
    tv_pid=$!
    echo "The TV is in its window: arrows, Enter and Esc. Ctrl-C here stops everything."
else
    tv_port=$(free_port "${TV_PORT:-8090}" "the virtual TV" "$backend_port" TV_PORT)
    "${tv[@]}" --virtual "$host:$tv_port" >"$tv_log" 2>&1 &
    tv_pid=$!
    while kill -0 "$tv_pid" 2>/dev/null && ! in_use "$tv_port"; do
        sleep 0.1
    done
    echo "Open http://$host:$tv_port/ in a browser: that is the TV, with its remote control."
    echo "Ctrl-C here stops everything."
fi

echo "To see the TV without its backend: kill $backend_pid. The TV's log: $tv_log"

# The TV decides how long this runs: it works without the backend too.
status=0
wait -n -p ended "$backend_pid" "$tv_pid" || status=$?
if [[ $ended == "$backend_pid" ]]; then
    backend_pid=""
    echo "The backend has ended (status $status); the TV goes on with what it has. Its last words:"
    tail -n 5 "$backend_log"
    status=0
    wait "$tv_pid" || status=$?
fi
tv_pid=""
if [[ $status -ne 0 ]]; then
    echo "The TV ended with status $status. The end of its log:" >&2
    tail -n 20 "$tv_log" >&2
fi
exit "$status"
