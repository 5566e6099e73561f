#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Stops the process for more than ten periods of its loops, twice, and lets it go on.
# suspended.sh PROGRAM [TIMES]
set -eu
source "$(dirname "$0")/../../examples/check/lib.sh"

times=${2:-2}
launch program "$1" suspended "$times"
wait_for program '^ready$'
for ((i = 0; i < times; ++i)); do
    sleep 0.4
    kill -STOP "$pid"
    sleep 1.25
    kill -CONT "$pid"
done
sleep 0.6
kill -TERM "$pid"
ends_well "$pid" program
cat "$work/program.log"
