#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Kills the Redis server of a running client and restarts it; then freezes it.
set -eu
source "$(dirname "$0")/lib.sh"

if ! command -v redis-server >/dev/null; then
    echo "SKIPPED: there is no redis-server (Debian: apt-get install redis-server)"
    exit 77
fi

# start_server LOG: starts it on $port, without any file. Fails if the port is taken.
start_server() {
    launch "$1" redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$work"
    server=$pid
    local tries
    for ((tries = 0; tries < 600; ++tries)); do
        grep -q 'Ready to accept connections' "$work/$1.log" && return 0
        kill -0 "$server" 2>/dev/null || return 1
        sleep 0.05
    done
    fail "$1 does not get ready"
}

for ((try = 0; ; ++try)); do
    port=$((20000 + RANDOM % 12000)) # below the ports that the system assigns to clients
    start_server server_1 && break
    ((try < 20)) || fail "no free port"
done

launch client "$1" "$port" 0.05
client=$pid
wait_for client '^PONG visits=3$'

kill -9 "$server"
wait "$server" 2>/dev/null || true
wait_for client '^trouble: Connection refused.*; again in [0-9.]+ s$' 2
lost=$(grep -c '^PONG' "$work/client.log")

start_server server_2 || fail "the port was taken meanwhile"
wait_for client '^PONG visits=1$' 2 # the new server does not know the old one's visits
wait_for client '^PONG' $((lost + 5))

# A server that accepts connections but does not answer
trouble=$(grep -c '^trouble:' "$work/client.log")
kill -STOP "$server"
wait_for client '^trouble:' $((trouble + 1))
grep -q '^trouble: Connection timed out' "$work/client.log" || fail "no time-out was reported"
visits=$(grep -c '^PONG' "$work/client.log")
kill -CONT "$server"
wait_for client '^PONG' $((visits + 3))

kill -INT "$client"
ends_well "$client" client
wait_for client '^[0-9]+ visits, [0-9]+ retries$'
