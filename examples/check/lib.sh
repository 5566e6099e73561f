# SPDX-License-Identifier: MIT
# Functions for the scripts in this folder: start programs, wait for their output, clean up.

work=$(mktemp -d)
children=()
cleanup() {
    local pid
    for pid in "${children[@]}"; do
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    echo "FAILED: $1"
    local log
    for log in "$work"/*.log; do
        echo "--- the end of $(basename "$log")"
        tail -n 40 "$log"
    done
    exit 1
}

# launch NAME COMMAND…: runs the command in the background, with output to $work/NAME.log and the process id
# in $pid
launch() {
    local name=$1
    shift
    : >"$work/$name.log"
    "$@" >>"$work/$name.log" 2>&1 &
    pid=$!
    children+=("$pid")
}

# wait_for NAME REGEX [COUNT]: waits until COUNT (1) lines of the log match; fails after 60 s, because a clock
# that is set may be noticed after 30
wait_for() {
    local tries
    for ((tries = 0; tries < 1200; ++tries)); do
        if (($(grep -cE -- "$2" "$work/$1.log") >= ${3:-1})); then
            return 0
        fi
        sleep 0.05
    done
    fail "$1 did not print ${3:-1} x /$2/"
}

# ends_well PID NAME: waits for the process, which must exit with 0
ends_well() {
    local status=0
    wait "$1" || status=$?
    ((status == 0)) || fail "$2 ended with $status"
}
