// SPDX-License-Identifier: MIT
//
// A history as data: what loops there are, what their functions do, and what happens from outside.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace simulation {

/// The unit of every duration and instant. Steady instants count from the beginning of the history, those of
/// the wall clock from the midnight (UTC) that it shows then.
using std::chrono::milliseconds;

/// A schedule.
struct timetable {
    enum class kind : std::uint8_t {
        interval, ///< `period`
        daily,    ///< `times`, each with its offset from UTC
        aligned,  ///< every `period` of the wall clock, `phase` behind its zero
        listed    ///< the instants `list`, ascending, and no more
    };
    struct time {
        milliseconds of_day{0};
        milliseconds east{0};
        bool operator==(time const&) const = default;
    };

    kind what = kind::interval;
    milliseconds period{0};
    milliseconds phase{0};
    std::vector<time> times = {};
    std::vector<milliseconds> list = {};

    bool operator==(timetable const&) const = default;
};

/// What functions throw.
enum class problem : std::uint8_t {
    network,  ///< of the network kind: handled by default
    special,  ///< handled once added
    fatal,    ///< never handled
    aborted,  ///< operation_aborted, though nobody cancelled
    abandoned ///< what joiners and callers of a destroyed loop get
};

enum class verb : std::uint8_t {
    sleep,
    raise,
    start,
    restart,
    stop,
    cancel,
    change_interval,
    add_type,    ///< `error`
    remove_type, ///< `error`
    clear_types,
    join,         ///< waits beside everything else until the run is over
    call,         ///< the body once, outside of the schedule
    cancel_calls, ///< those of `call` whose callers still wait; each is cancelled once
    destroy
};

struct action {
    verb what = verb::sleep;
    std::size_t target = 0; ///< which loop
    milliseconds length{0}; ///< of a sleep
    bool goes_on = false;   ///< a sleep that is cancelled does not end the function
    problem error = problem::fatal;
    timetable every = {};
    bool operator==(action const&) const = default;
};

/// What a function does, from call to return.
using script = std::vector<action>;
/// One for each call in the life of a loop; the last repeats.
using scripts = std::vector<script>;

enum class missed_policy : std::uint8_t { coalesce, skip, catch_up, delay };

struct loop_definition {
    timetable every;
    std::optional<std::int64_t> count;
    bool reconnect = true;
    std::vector<milliseconds> delays; ///< before the first, second, … consecutive retry; the last repeats
    missed_policy missed = missed_policy::coalesce;
    std::int64_t catch_up_max = 1;
    unsigned overlap = 1; ///< 0: unlimited
    bool plain = false;   ///< the functions are no coroutines; they contain no sleep
    bool strand = false;  ///< the loop has one of its own
    scripts body;
    std::optional<scripts> before;
    std::optional<scripts> after;
    std::optional<scripts> error;
};

/// What happens from outside, once everything that was ready is done. `length`: of the time, or by how much
/// the clock is set.
struct step {
    enum class kind : std::uint8_t {
        advance,    ///< time passes
        suspend,    ///< time passes, and the process does not run
        step_clock, ///< the wall clock is set
        act,        ///< a call of a loop's function
        plan        ///< the same after a time, among whatever else is due then
    };
    kind what = kind::advance;
    milliseconds length{0};
    action call = {};
};

struct history {
    milliseconds wake_offset{0}; ///< by how much waits for slots and retries end late, or early
    std::vector<loop_definition> loops;
    std::vector<step> steps;
};

/// For people.
std::string to_string(history const& h);
std::string to_string(step const& s);
std::string to_string(action const& a);
std::string to_string(timetable const& t);

} // namespace simulation
