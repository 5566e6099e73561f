#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sets the wall clock under a running daily loop, forward and back by seconds, an hour, a day and two, and
# over a change to daylight saving. The steady clock is left alone, as when somebody sets a real clock. Needs
# libfaketime, whose file of the time is read at each look. clock_steps.sh PROGRAM [ZONES: whether the program
# knows named zones, 1 or 0]
set -eu
source "$(dirname "$0")/../../examples/check/lib.sh"

if ! command -v faketime >/dev/null; then
    echo "SKIPPED: there is no faketime (Debian: apt-get install faketime)"
    exit 77
fi
library=$(faketime -f '+0s' env | sed -n 's/^LD_PRELOAD=//p')
clock=$work/clock

# show TIME: the clock shows this time now
show() {
    offset=$(($(date -u -d "$1" +%s) - $(date -u +%s)))
    write_clock
}
# step SECONDS: the clock is set by so much; the loop takes notice of it
step() {
    steps=$((steps + 1))
    offset=$((offset + $1))
    write_clock
    wait_for program '^stepped' $steps
    [[ $(grep -c '^stepped' "$work/program.log") == "$steps" ]] || fail "one step was noticed twice"
    [[ $(grep '^stepped' "$work/program.log" | tail -n 1) == "stepped $1 s" ]] || fail "it was set by $1 s"
}
# step_to TIME
step_to() {
    local former=$offset
    offset=$(($(date -u -d "$1" +%s) - $(date -u +%s)))
    local by=$((offset - former))
    offset=$former
    step $by
}
write_clock() {
    printf '%+d\n' "$offset" >"$clock.new"
    mv "$clock.new" "$clock"
}
# begin TIME_OF_DAY ZONE
begin() {
    launch program env LD_PRELOAD="$library" FAKETIME_TIMESTAMP_FILE="$clock" FAKETIME_NO_CACHE=1 \
        FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 "$program" daily "$1" "$2"
    wait_for program '^ready$'
    steps=0
}
# runs N: there have been so many iterations, and in the next moment comes no other
runs() {
    wait_for program '^slot' "$1"
    sleep 0.25
    [[ $(grep -c '^slot' "$work/program.log") == "$1" ]] || fail "there should be $1 iterations"
}
# end EXPECTED: the iterations were these
end() {
    kill -TERM "$pid"
    ends_well "$pid" program
    diff <(grep '^slot' "$work/program.log") <(printf '%s\n' "$@") || fail "unexpected iterations"
    cat "$work/program.log"
}

program=$1

show '2024-06-10 11:00:00 UTC'
begin 12:00 UTC
step_to '2024-06-10 11:59:59 UTC'
runs 1
step -2      # noon comes again, and is not served again
sleep 2.25
runs 1
step 3
step -3600
step 3600
step 3600
step -3600
runs 1
step 90000   # noon of the 11th has passed
runs 2
step -90000  # three hours or more: the schedule is asked anew
runs 2
step_to '2024-06-11 11:00:00 UTC'
runs 2
step_to '2024-06-11 11:59:59 UTC'
runs 3
step -172800
runs 3
step 262800  # noon of the 10th, the 11th and the 12th: one iteration
runs 4
end 'slot 2024-06-10T12:00:00Z, on time, coalesced 0' \
    'slot 2024-06-11T12:00:00Z, late, coalesced 0' \
    'slot 2024-06-11T12:00:00Z, on time, coalesced 0' \
    'slot 2024-06-12T12:00:00Z, late, coalesced 2'

if [[ ${2:-1} == 1 ]]; then
    # Berlin goes from 02:00 to 03:00 at 01:00Z, so 02:30 is 01:30Z.
    show '2024-03-31 00:59:59 UTC'
    begin 02:30 Europe/Berlin
    sleep 1.25  # over the change
    step 2700   # and over the slot
    runs 1
    step -3600  # before the change
    runs 1
    step 3600
    runs 1
    step 86400
    runs 2
    end 'slot 2024-03-31T01:30:00Z, late, coalesced 0' \
        'slot 2024-04-01T00:30:00Z, late, coalesced 0'
fi
