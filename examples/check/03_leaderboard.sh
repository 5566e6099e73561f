#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Acts as users of the leaderboard: several at once, impatient, careless and rude ones.
set -eu
source "$(dirname "$0")/lib.sh"

printf 'ada 36\ngrace 85\n' >"$work/scores"
launch server "$1" 0 "$work/scores"
server=$pid
wait_for server '^Listening on '
port=$(sed -n 's/^Listening on .*://p' "$work/server.log")

# ask COMMAND: prints the first line of the reply, through descriptor 3
ask() {
    printf '%s\n' "$1" >&3
    IFS= read -r -t 10 reply <&3 || fail "no reply to: $1"
}
# expect COMMAND REGEX…: one regex for each line of the reply
expect() {
    ask "$1"
    local command=$1 regex
    shift
    for regex in "$@"; do
        [[ $reply =~ ^$regex$ ]] || fail "$command: \"$reply\" is not /$regex/"
        if [[ $regex != "${*: -1}" ]]; then
            IFS= read -r -t 10 reply <&3 || fail "$command: the reply is too short"
        fi
    done
}

exec 3<>"/dev/tcp/127.0.0.1/$port"
wait_for server '^Updating leaderboard'
for ((i = 0; i < 200; ++i)); do # until the first update is done
    ask view
    [[ $reply == "not computed yet" ]] || break
    sleep 0.05
done
IFS= read -r -t 10 second <&3
[[ "$reply|$second" == "1. grace (85 points)|2. ada (36 points)" ]] || fail "view: $reply|$second"

expect update_info 'Last update: 0 minutes ago\.' 'Next update: in 10 minutes\.' \
    'Time between loops: 10 minutes\.' \
    'Times updated this session: 1\.' 'Running\? true' 'Failed\? false'

# a second client, at the same time
exec 4<>"/dev/tcp/127.0.0.1/$port"
printf 'set_time_between_updates 5\r\n' >&4
IFS= read -r -t 10 reply <&4
[[ $reply == "Set time between updates to 5 minutes." ]] || fail "second client: $reply"
exec 4>&-
expect update_info 'Last update: 0 minutes ago\.' 'Next update: in 5 minutes\.' \
    'Time between loops: 5 minutes\.' \
    'Times updated this session: 1\.' 'Running\? true' 'Failed\? false'

# bad input changes nothing
expect 'set_time_between_updates -3' 'tasks: an interval of -180 s is negative; .*'
# the largest possible value
expect 'set_time_between_updates 153722867' 'Set time between updates to 153722867 minutes\.'
expect update_info 'Last update: .*' 'Next update: in [0-9]+ minutes\.' \
    'Time between loops: 153722867 minutes\.' \
    'Times updated this session: 1\.' 'Running\? true' 'Failed\? false'
expect 'set_time_between_updates 5' 'Set time between updates to 5 minutes\.'
expect 'set_time_between_updates 9223372036854775807' 'tasks: an interval of .* is not representable; .*'
expect 'set_time_between_updates 0' 'Without a pause .*'
expect 'set_time_between_updates soon' '"soon" is not a whole number of minutes\.'
expect 'set_time_between_updates' '"" is not a whole number of minutes\.'
expect 'set_time_between_updates 99999999999999999999' '".*" is not a whole number of minutes\.'
expect '' 'Commands: .*'
expect 'drop table' 'Commands: .*'
expect update_info 'Last update: .*' 'Next update: in 5 minutes\.' \
    'Time between loops: 5 minutes\.' \
    'Times updated this session: 1\.' 'Running\? true' 'Failed\? false'

# rude clients: one that disconnects in the middle of a line, one that does not read, one with a very long
# line
for ((i = 0; i < 5; ++i)); do
    exec 4<>"/dev/tcp/127.0.0.1/$port"
    printf 'vie' >&4
    exec 4>&-
    exec 4<>"/dev/tcp/127.0.0.1/$port"
    printf 'view\nview\nview\n' >&4
    exec 4>&-
done
exec 4<>"/dev/tcp/127.0.0.1/$port"
printf '%01000d\nview\n' 0 >&4
IFS= read -r -t 10 reply <&4
IFS= read -r -t 10 second <&4
[[ "$reply|$second" == "That line is too long.|1. grace (85 points)" ]] || fail "long line: $reply|$second"
exec 4>&-

expect stop 'Stopped the leaderboard update\.'
wait_for server '^Stopped updating leaderboard'
expect update_info 'Last update: 0 minutes ago\.' 'Next update: none\.' \
    'Time between loops: 5 minutes\.' \
    'Times updated this session: 1\.' 'Running\? false' 'Failed\? false'

printf 'grace 85\nada 99\n' >"$work/scores"
expect restart 'Restarted the leaderboard update\.'
wait_for server '^Updating leaderboard' 2
for ((i = 0; i < 200; ++i)); do
    ask view
    IFS= read -r -t 10 second <&3
    [[ $reply != "1. ada (99 points)" ]] || break
    sleep 0.05
done
[[ "$reply|$second" == "1. ada (99 points)|2. grace (85 points)" ]] ||
    fail "view after restart: $reply|$second"

# an error that no retry can fix
rm "$work/scores"
expect restart 'Restarted the leaderboard update\.'
wait_for server '^Oh no, an error occurred .* Error: cannot read '
wait_for server '^Stopped updating leaderboard' 3
expect update_info 'Last update: 0 minutes ago\.' 'Next update: none\.' \
    'Time between loops: 5 minutes\.' \
    'Times updated this session: 2\.' 'Running\? false' 'Failed\? true'

# and back again, then a clean end
printf 'ada 100\n' >"$work/scores"
expect restart 'Restarted the leaderboard update\.'
wait_for server '^Updating leaderboard' 4
kill -INT "$server"
ends_well "$server" server
wait_for server '^Stopped updating leaderboard' 4
