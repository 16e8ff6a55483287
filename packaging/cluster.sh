#!/usr/bin/env bash
# Starts a whole cluster on this machine: etcd, two PostgreSQL under Patroni, HAProxy, a stand-in for S3, three
# backends and nginx in front. Ctrl-C ends all of it. What dies or is killed is started again, as systemd would.
#
#   packaging/cluster.sh            starts it (`make cluster`)
#   packaging/cluster.sh leader     says which PostgreSQL writes: one or two
#   packaging/cluster.sh check      checks the configurations with the programs that read them; starts nothing
#
#   PROFILE=dev|release   how the backend is built (dev)
#   BIN=FOLDER            programs that were built already (the target folder's debug or release)
#   DATA=FOLDER           where everything lies (./data/cluster); thrown away by `make clean-data`
#   PORT=18080            port of nginx; the other ports follow it
#
# Nothing of it runs as root: started by root, it changes to the user postgres. Process ids are in DATA/pids, so
# `kill -9 $(cat DATA/pids/backend-two)` is what a machine does that loses its power. It stays off as long as there is a
# file DATA/held/backend-two.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly host=127.0.0.1
readonly templates=packaging/cluster
readonly profile=${PROFILE:-dev}
readonly front=${PORT:-18080}
data=$(realpath --canonicalize-missing "${DATA:-data/cluster}")
readonly data

case "$profile" in
    dev)
        bin="${CARGO_TARGET_DIR:-target}/debug"
        build=()
        ;;
    release)
        bin="${CARGO_TARGET_DIR:-target}/release"
        build=(--release)
        ;;
    *)
        echo "PROFILE is '$profile'; it can be dev or release." >&2
        exit 2
        ;;
esac
bin=$(realpath --canonicalize-missing "${BIN:-$bin}")

postgres_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)

# Who runs it: whoever started it, but not root.
user=()
if [[ $EUID -eq 0 ]]; then
    user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
readonly user

# What stands between @…@ in the templates.
declare -A values=(
    [host]=$host
    [data]=$data
    [bin]=$postgres_bin
    [watchdog]=off
    [front_port]=$front
    [public_url]="http://$host:$front"
    [second_factor]=off
    [backend_one]=$((front + 1))
    [backend_two]=$((front + 2))
    [backend_three]=$((front + 3))
    [etcd_port]=$((front + 11))
    [etcd_peer_port]=$((front + 12))
    [postgres_one]=$((front + 21))
    [postgres_two]=$((front + 22))
    [rest_one]=$((front + 23))
    [rest_two]=$((front + 24))
    [database_port]=$((front + 31))
    [figures_port]=$((front + 32))
    [s3_port]=$((front + 41))
    [s3_access_key]=zhdj
    # The stand-in is that of the tests, with its key.
    [s3_secret_key]=for-tests-only
)

# Fills a template in, with values beside those above: fill TEMPLATE OUT NAME=VALUE…
fill() {
    local text out=$2 name pair
    text=$(<"$templates/$1")
    shift 2
    for pair in "$@"; do
        text=${text//"@${pair%%=*}@"/"${pair#*=}"}
    done
    for name in "${!values[@]}"; do
        text=${text//"@$name@"/"${values[$name]}"}
    done
    # Comments speak of @…@ themselves.
    if grep -v '^ *#' <<<"$text" | grep -o '@[a-z][a-z_]*@' >&2; then
        echo "$1: not filled in" >&2
        return 1
    fi
    (umask 077 && printf '%s\n' "$text" >"$out")
}

# A secret that stays the same as long as the folder is there.
secret() {
    local file=$data/secrets/$1
    [[ -s $file ]] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$file")
    cat "$file"
}

configure() {
    local node number
    mkdir -p "$data"/{pids,held,logs,secrets,nginx,s3,backend-one,backend-two,backend-three}
    for name in superuser replication rewind database; do
        values[${name}_password]=$(secret "$name")
    done
    fill etcd.yml "$data/etcd.yml" node=one
    for node in one two; do
        fill patroni.yml "$data/patroni-$node.yml" node="$node" \
            rest_port="${values[rest_$node]}" postgres_port="${values[postgres_$node]}"
    done
    fill haproxy.cfg "$data/haproxy.cfg"
    fill nginx.conf "$data/nginx.conf"
    number=0
    for node in one two three; do
        fill backend-api.toml "$data/backend-$node.toml" node="backend-$node" \
            backend_port="${values[backend_$node]}" udp_port=$((front + 51 + number)) \
            encoder_port=$((front + 60 + 10 * number))
        number=$((number + 1))
    done
    if [[ $EUID -eq 0 ]]; then
        chown -R postgres:postgres "$data"
    fi
}

need() {
    local missing=() program
    for program in "$@"; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    if ((${#missing[@]} > 0)) || [[ -z $postgres_bin ]]; then
        echo "Missing: ${missing[*]:-PostgreSQL}. packaging/install-dependencies.sh cluster installs them." >&2
        return 1
    fi
}

supervisors=()

# Runs a program again and again until it is told to end: keep NAME COMMAND…
keep() {
    local name=$1
    shift
    (
        child=""
        # shellcheck disable=SC2064 # the child of then
        trap 'trap - TERM; [[ -z $child ]] || { kill -TERM "$child" 2>/dev/null; wait "$child"; }; exit 0' TERM
        trap '' INT
        while :; do
            # In a session of its own, which Ctrl-C does not reach: what it asks for is done in order.
            setsid "${user[@]}" "$@" >>"$data/logs/$name" 2>&1 </dev/null &
            child=$!
            echo "$child" >"$data/pids/$name"
            wait "$child" || true
            sleep 1 &
            child=$!
            wait "$child"
            while [[ -e $data/held/$name ]]; do
                sleep 0.5 &
                child=$!
                wait "$child"
            done
        done
    ) &
    supervisors+=($!)
}

# shellcheck disable=SC2317 # reached through the trap below
cleanup() {
    local pid
    trap - EXIT
    trap '' INT TERM HUP
    # The last first: whoever asks ends before who is asked.
    for ((at = ${#supervisors[@]} - 1; at >= 0; at--)); do
        pid=${supervisors[at]}
        kill -TERM "$pid" 2>/dev/null || continue
        for ((tenth = 0; tenth < 150; tenth++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait
}

# Waits until a command does well: until_ready WHAT COMMAND…
until_ready() {
    local what=$1
    shift
    for ((tenth = 0; tenth < 1200; tenth++)); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.1
    done
    echo "$what is not ready after two minutes; see $data/logs." >&2
    return 1
}

leader() {
    local node
    for node in one two; do
        if curl -fs -o /dev/null "http://$host:${values[rest_$node]}/primary"; then
            echo "$node"
            return 0
        fi
    done
    return 1
}

# The database and its user, if they are not there yet.
make_database() {
    local psql=("$postgres_bin/psql" -XAtq -v ON_ERROR_STOP=1 -h "$host" -p "${values[database_port]}" -U postgres)
    export PGPASSWORD=${values[superuser_password]}
    if [[ -z $("${psql[@]}" -c "SELECT 1 FROM pg_roles WHERE rolname = 'zhdj'") ]]; then
        "${psql[@]}" -c "CREATE ROLE zhdj LOGIN PASSWORD '${values[database_password]}'"
    fi
    if [[ -z $("${psql[@]}" -c "SELECT 1 FROM pg_database WHERE datname = 'zhdj'") ]]; then
        "${psql[@]}" -c "CREATE DATABASE zhdj OWNER zhdj"
    fi
    unset PGPASSWORD
}

backend() {
    local node=$1
    keep "backend-$node" "$bin/backend-api" serve --config "$data/backend-$node.toml"
}

run() {
    local node keys=$data/backend-one/keys.toml
    need etcd patroni haproxy nginx curl
    if [[ -z ${BIN:-} ]]; then
        cargo build --locked -p backend-api --bin backend-api --example s3 "${build[@]}"
    fi
    configure
    trap cleanup EXIT
    # Ctrl-C is how one ends this, so it is no error.
    trap 'echo; echo "Stopping."; exit 0' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP

    keep s3 "$bin/examples/s3" "$host:${values[s3_port]}" "$data/s3"
    keep etcd etcd --config-file "$data/etcd.yml"
    until_ready etcd curl -fs "http://$host:${values[etcd_port]}/health"
    keep patroni-one patroni "$data/patroni-one.yml"
    until_ready "the first PostgreSQL" curl -fs "http://$host:${values[rest_one]}/health"
    keep patroni-two patroni "$data/patroni-two.yml"
    keep haproxy haproxy -db -f "$data/haproxy.cfg"
    until_ready "the primary" leader
    until_ready HAProxy make_database
    # The first one makes the keys of personal data; all others have the same.
    backend one
    until_ready "the first backend" curl -fs "http://$host:${values[backend_one]}/readyz"
    for node in two three; do
        "${user[@]}" cp "$keys" "$data/backend-$node/keys.toml"
        backend "$node"
    done
    for node in two three; do
        until_ready "backend $node" curl -fs "http://$host:${values[backend_$node]}/readyz"
    done
    keep nginx nginx -e stderr -p "$data" -c "$data/nginx.conf"
    until_ready nginx curl -fs "http://$host:$front/readyz"
    until_ready "the standby" curl -fs "http://$host:${values[rest_two]}/health"
    echo "Ready: http://$host:$front  (backends $((front + 1)) to $((front + 3)), PostgreSQL $(leader) writes)"
    echo "The code to set it up with: grep 安装码 $data/logs/backend-one"
    wait
}

check() {
    need haproxy nginx promtool
    configure
    # Patroni's own check takes no address of this machine for one that others reach; etcd has none.
    "${user[@]}" haproxy -c -q -f "$data/haproxy.cfg"
    "${user[@]}" nginx -q -t -e stderr -p "$data" -c "$data/nginx.conf"
    promtool check rules "$templates/rules.yml" >/dev/null
    promtool check config --syntax-only "$templates/prometheus.yml" >/dev/null
    echo "The configurations can be read."
}

case "${1:-run}" in
    run) run ;;
    leader) leader ;;
    check) check ;;
    *)
        echo "What is '$1'? It can be run, leader or check." >&2
        exit 2
        ;;
esac
