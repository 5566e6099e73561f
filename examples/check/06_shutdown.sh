#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sends SIGINT (Ctrl-C) in the middle of an upload.
set -eu
source "$(dirname "$0")/lib.sh"

launch program "$1"
wait_for program '^upload 1 begun'
wait_for program '^backup begun'
begin=$SECONDS
kill -INT "$pid"
ends_well "$pid" program
((SECONDS - begin < 20)) || fail "it took $((SECONDS - begin)) s; the deadline was one"

wait_for program '^backup gives up$'
wait_for program '^completed: heartbeat, upload$'
wait_for program '^cancelled: backup$'
wait_for program '^still running: $'
begun=$(grep -c '^upload [0-9]* begun' "$work/program.log")
done=$(grep -c '^upload [0-9]* done' "$work/program.log")
((begun == done)) || fail "$begun uploads begun, $done done"
