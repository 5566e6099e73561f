// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/events.hpp>
#include <tasks/time/time_point.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE

/// What a loop is doing.
enum class loop_state {
    idle,        ///< no run
    starting,    ///< `start()` was called; the executor has not taken the first step
    before,      ///< in the before hook
    waiting,     ///< for the next slot
    running,     ///< an iteration is in flight
    backing_off, ///< an iteration waits for its retry
    paused,      ///< by `pause()`, and no iteration is in flight
    ending       ///< no iteration follows: stopped, cancelled, failed, or in the last hooks
};

[[nodiscard]] constexpr std::string_view to_string(loop_state s) noexcept
{
    switch (s) {
    case loop_state::idle: return "idle";
    case loop_state::starting: return "starting";
    case loop_state::before: return "before";
    case loop_state::waiting: return "waiting";
    case loop_state::running: return "running";
    case loop_state::backing_off: return "backing off";
    case loop_state::paused: return "paused";
    case loop_state::ending: return "ending";
    }
    return "?";
}

/// The attempt of a loop that ended last.
struct last_attempt {
    time_point slot;
    time_point began;
    std::uint64_t number; ///< of the iteration, from 0
    unsigned attempt;     ///< 0, or the number of the retry
    outcome what;
    std::chrono::nanoseconds duration; ///< on the steady clock
    std::chrono::nanoseconds lateness; ///< of the iteration

    friend bool operator==(last_attempt const&, last_attempt const&) = default;
};

/// The error of a loop that happened last: of an attempt, a hook or the schedule.
struct last_error {
    std::string text; ///< as `tasks::what` returns it
    time_point when;

    friend bool operator==(last_error const&, last_error const&) = default;
};

/// The state of a loop at one moment, as `loop_ref` and `group` return it.
///
/// What it tells of the past begins with the first `loop_ref` of the loop, or its addition to a group, unless
/// the loop has the option `expect`.
struct loop_status {
    std::string name;
    std::string schedule; ///< as `to_string` returns it
    loop_state state = loop_state::idle;
    time_point since;     ///< when it entered this state
    bool failed = false;  ///< as `failed()`
    bool paused = false;  ///< `pause()` is in force, even if an iteration is still in flight
    bool overdue = false; ///< there was no success for as long as `expect`
    std::optional<std::chrono::nanoseconds> expect; ///< the option

    std::optional<time_point> run_since;
    std::uint64_t iterations = 0; ///< started in this run; of an idle loop, in the last one
    std::uint32_t in_flight = 0;
    std::optional<time_point> next; ///< as `next_iteration()`

    std::optional<last_attempt> last;
    std::uint64_t failures = 0; ///< as `failures()`
    std::optional<last_error> error;
    /// The last success; the `start()` of the run if that was later, so that its age is never that of an
    /// earlier run. Kept over `restart()`.
    std::optional<time_point> last_success;
    bool succeeded = false; ///< `last_success` is one, and not a start

    std::uint64_t retries = 0;
    std::uint64_t ran = 0;                 ///< slots that got an iteration of their own
    std::uint64_t coalesced = 0;           ///< slots that were served together with a later one
    std::uint64_t requested = 0;           ///< iterations for requests
    std::array<std::uint64_t, 8> missed{}; ///< slots, by `miss_cause`

    [[nodiscard]] std::uint64_t missed_by(miss_cause c) const noexcept
    {
        return missed[static_cast<std::size_t>(c)];
    }

    friend bool operator==(loop_status const&, loop_status const&) = default;
};

TASKS_END_NAMESPACE
