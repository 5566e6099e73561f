// SPDX-License-Identifier: MIT
// What happened to a loop, as plain values: the events of its observer, the calls of it, and its hooks.
#pragma once

#include <tasks/run/events.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace pictures {

/// A time since the beginning of a recording.
using instant = std::chrono::nanoseconds;

struct run_begun {
    instant at;
};

struct run_over {
    instant at;
    tasks::exit_reason reason;
};

/// One decision about `count` slots at equal distances.
struct slots_decided {
    instant at;
    tasks::decision what;
    std::string cause; ///< why slots were missed
    instant first;
    instant last;
    std::uint64_t count;
    std::uint64_t number; ///< of the iteration, or of the next one
};

struct attempt_begun {
    instant at;
    std::uint64_t number;
    unsigned attempt;
};

struct attempt_over {
    instant at;
    std::uint64_t number;
    tasks::outcome what;
};

struct retry_due {
    instant at;
    std::uint64_t number;
    std::chrono::nanoseconds delay;
};

struct hook_begun {
    instant at;
    tasks::hook which;
};

struct hook_over {
    instant at;
    tasks::hook which;
};

/// A call of the loop, as its code has it, and whether the loop is paused after it.
struct called {
    instant at;
    std::string text;
    bool paused;
};

using event = std::variant<run_begun, run_over, slots_decided, attempt_begun, attempt_over, retry_due,
                           hook_begun, hook_over, called>;

struct recording {
    std::vector<event> events; ///< in the order in which they happened
    instant length;
};

} // namespace pictures
