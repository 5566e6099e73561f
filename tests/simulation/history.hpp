// SPDX-License-Identifier: MIT
// A history as data: the loops, the actions of their functions, and the actions from outside.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace simulation {

/// The unit of all durations and instants. Steady instants count from the start of the history, wall-clock
/// instants from the midnight (UTC) that the wall clock shows then.
using std::chrono::milliseconds;

/// A schedule.
struct timetable {
    enum class kind : std::uint8_t {
        interval,    ///< `period`
        fixed_delay, ///< `period`, from the end of an iteration
        on_trigger,  ///< no slots
        daily,       ///< `times`, each with its offset from UTC
        aligned,     ///< every `period` of the wall clock, `phase` behind its zero
        listed       ///< the instants `list` only, ascending
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

/// The exceptions that functions throw.
enum class problem : std::uint8_t {
    network,     ///< of the network kind: handled by default
    special,     ///< handled once added
    fatal,       ///< never handled
    aborted,     ///< operation_aborted without a cancellation
    skipped,     ///< the body gives its slot up
    timed_out,   ///< thrown by nobody: the failure of an attempt that its time-out cancelled
    not_running, ///< thrown by nobody: for those who wait for a request that was not taken
    abandoned    ///< the exception for joiners and callers of a destroyed loop
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
    join,         ///< waits for the end of the run, in parallel
    call,         ///< runs the body once, outside the schedule
    cancel_calls, ///< cancels the callers of `call` that still wait, each once
    trigger,
    trigger_at, ///< `length` on the wall clock
    trigger_in, ///< `length` from now
    async_trigger,
    cancel_triggers, ///< cancels the waits of `async_trigger` that are not over, each once
    pause,
    resume,
    query, ///< nothing: the answers are part of every action's event
    destroy
};

struct action {
    verb what = verb::sleep;
    std::size_t target = 0;  ///< index of the loop
    milliseconds length{0};  ///< of a sleep; the moment of an alarm
    bool goes_on = false;    ///< a cancelled sleep does not end the function
    std::size_t handler = 0; ///< the number of the following actions that only a cancelled sleep performs
    problem error = problem::fatal;
    timetable every = {};
    bool operator==(action const&) const = default;
};

/// The actions of a function, from its call to its return.
using script = std::vector<action>;
/// One script per call in the life of a loop; the last one repeats.
using scripts = std::vector<script>;

enum class missed_policy : std::uint8_t { coalesce, skip, catch_up, delay, forbid };

/// The answers of a jitter policy; nothing stands for an exception.
struct jitter_answers {
    std::vector<std::optional<milliseconds>> all; ///< empty: no policy
    /// Each slot takes the next one, and the last repeats. Otherwise the slot alone decides which it takes,
    /// so that nothing depends on how often the policy is asked.
    bool in_order = false;
    bool operator==(jitter_answers const&) const = default;
};

struct loop_definition {
    timetable every;
    std::optional<std::int64_t> count;
    bool reconnect = true;
    std::vector<milliseconds> delays; ///< before the first, second, … consecutive retry; the last repeats
    missed_policy missed = missed_policy::coalesce;
    std::int64_t catch_up_max = 1;
    unsigned overlap = 1; ///< 0: unlimited
    milliseconds initial_delay{0};
    jitter_answers jitter;
    std::optional<milliseconds> grace;
    std::optional<milliseconds> timeout;
    std::optional<unsigned> retries;
    bool next_slot = false; ///< `on_error`
    bool plain = false;     ///< the functions are not coroutines, and contain no sleep
    bool strand = false;    ///< the loop has one of its own
    scripts body;
    std::optional<scripts> before;
    std::optional<scripts> after;
    std::optional<scripts> error;
};

/// An action from outside, after everything that was ready is done. `length` is the time, or the step of the
/// clock.
struct step {
    enum class kind : std::uint8_t {
        advance,    ///< time passes
        suspend,    ///< time passes, and the process does not run
        step_clock, ///< the wall clock is set
        act,        ///< a call of a loop's function
        plan        ///< as `act`, after a time, in any order with other work due then
    };
    kind what = kind::advance;
    milliseconds length{0};
    action call = {};
};

struct history {
    milliseconds wake_offset{0}; ///< delay with which waits for slots and retries end; may be negative
    std::vector<loop_definition> loops;
    std::vector<step> steps;
};

/// The answer for a slot, at this instant of the wall clock. `asked` is the number of earlier questions.
std::optional<milliseconds> answer(jitter_answers const& policy, milliseconds slot, std::uint64_t asked);

/// Formats it for people.
std::string to_string(history const& h);
std::string to_string(step const& s);
std::string to_string(action const& a);
std::string to_string(timetable const& t);

} // namespace simulation
