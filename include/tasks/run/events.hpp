// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/iteration.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <string_view>

TASKS_BEGIN_NAMESPACE

/// How a run ended.
enum class exit_reason {
    completed, ///< count reached, schedule exhausted, or stopped
    cancelled, ///< `cancel()` or `restart()`
    failed     ///< a fatal exception
};

/// The decision about a slot; `requested` is an iteration that has none, because it exists for a request
/// only.
enum class decision { ran, missed, coalesced, requested };

/// Why slots were missed; `none` for the other decisions.
enum class miss_cause {
    none,
    skipped,     ///< overdue, under `missed::skip`
    dropped,     ///< the oldest of more than `max` overdue slots, under `missed::catch_up(max)`
    rescheduled, ///< overdue when `change_interval` replaced the schedule
    ended,       ///< overdue when the run ended
    paused,      ///< due while the loop was paused
    late,        ///< not started within the grace period
    busy         ///< due while no further iteration was allowed, under `missed::forbid`
};

/// How an attempt ended.
enum class outcome {
    succeeded,
    failed,
    cancelled,
    skipped,  ///< the body threw `skipped`
    timed_out ///< the body was cancelled because its time was up; a failure with `timed_out`
};

/// Names a hook.
enum class hook { before, after, error };

[[nodiscard]] constexpr std::string_view to_string(exit_reason r) noexcept
{
    return r == exit_reason::completed ? "completed" : r == exit_reason::cancelled ? "cancelled" : "failed";
}

[[nodiscard]] constexpr std::string_view to_string(decision d) noexcept
{
    switch (d) {
    case decision::ran: return "ran";
    case decision::missed: return "missed";
    case decision::coalesced: return "coalesced";
    case decision::requested: return "requested";
    }
    return "?";
}

[[nodiscard]] constexpr std::string_view to_string(hook h) noexcept
{
    return h == hook::before ? "before hook" : h == hook::after ? "after hook" : "error hook";
}

/// A run has begun. `restarted` is true if `restart()` launched it after another run, whose end was reported
/// just before.
struct run_started {
    std::string_view loop;
    bool restarted;
    time_point when{}; ///< by the wall clock that the loop follows
};

/// A decision about one slot, or the same decision about `count` consecutive slots. Every slot of a run is in
/// exactly one. With `requested`, `first` and `last` are the moment of the request.
struct slot_decided {
    std::string_view loop;
    decision what;
    miss_cause cause;
    time_point first;    ///< the slot, or the first of several
    time_point last;     ///< the slot, or the last of several
    std::uint64_t count; ///< the number of slots; a lower bound if `at_least`
    /// With `ran` and `requested`: the iteration's number; otherwise the number of the next iteration.
    std::uint64_t number;
    std::chrono::nanoseconds lateness; ///< from `last` to the decision; never negative
    /// True if `count` may be too low, because at most 10,000 instants are counted one by one. `first` and
    /// `last` are exact.
    bool at_least = false;
};

/// An attempt is about to begin.
struct attempt_begun {
    std::string_view loop;
    iteration const& it;
};

/// An attempt has ended; `exception` is null if it succeeded.
struct attempt_ended {
    std::string_view loop;
    iteration const& it;
    outcome what;
    std::exception_ptr exception;
    std::chrono::nanoseconds duration{0}; ///< of the attempt, on the steady clock
    time_point when{};                    ///< the end of the attempt, by the wall clock that the loop follows
};

/// The attempt that just ended will be retried after `delay`.
struct retry_scheduled {
    std::string_view loop;
    iteration const& it;
    std::chrono::nanoseconds delay;
    unsigned failures; ///< consecutive failures, this one included
    std::exception_ptr exception;
};

/// A hook threw.
struct hook_failed {
    std::string_view loop;
    hook which;
    std::exception_ptr exception;
};

/// The wall clock moved by `step` against the steady clock since the loop last read it. Reported from 1 s on,
/// and only for schedules of instants. A suspended machine looks the same as a clock that was set forward.
struct clock_stepped {
    std::string_view loop;
    std::chrono::nanoseconds step;
};

/// A run has ended; `exception` is null unless it failed.
struct run_ended {
    std::string_view loop;
    exit_reason reason;
    std::exception_ptr exception;
    time_point when{}; ///< by the wall clock that the loop follows
};

/// A run is overdue: there was no success for as long as the option `expect` says. Reported once, and again
/// if it happens after another success. A pause does not count.
struct overdue {
    std::string_view loop;
    time_point since;                  ///< the last success, or the start if there was none
    std::chrono::nanoseconds expected; ///< the option
    bool succeeded;                    ///< `since` is a success
};

TASKS_END_NAMESPACE

/// The events, each with the member of an observer that takes it. To add an event, define it above and add a
/// row: everything else that names all events is made from these rows.
// clang-format off
#define TASKS_EVENTS(row) \
    row(run_started, on_run_started) \
    row(slot_decided, on_slot) \
    row(attempt_begun, on_attempt_begun) \
    row(attempt_ended, on_attempt_ended) \
    row(retry_scheduled, on_retry) \
    row(hook_failed, on_hook_failed) \
    row(clock_stepped, on_clock_stepped) \
    row(overdue, on_overdue) \
    row(run_ended, on_run_ended)
// clang-format on
