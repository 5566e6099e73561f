// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/events.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// An iteration, as `history` remembers it.
struct iteration_record {
    std::uint64_t number = 0;
    tasks::cause cause = tasks::cause::scheduled;
    time_point slot;  ///< with the cause `requested`, the moment of the request
    time_point start; ///< of the first attempt
    std::chrono::nanoseconds lateness{0};
    std::uint64_t coalesced = 0; ///< further slots that it stands for
    unsigned attempts = 1;       ///< begun so far
    /// How the last attempt ended, of those that have; nothing during the first attempt.
    std::optional<outcome> what;
    /// The end of the last attempt, by the wall clock; nothing until it is known that no further one follows.
    /// An iteration that still waited for a retry when its run ended has ended with the run.
    std::optional<time_point> end;
    std::chrono::nanoseconds duration{0}; ///< of its attempts together, on the steady clock
    /// When the next attempt is due; nothing unless the iteration waits for a retry, or did when its run
    /// ended.
    std::optional<time_point> retry;
    /// The text of the last attempt that failed, timed out or was skipped, at most 1,000 bytes of it. An
    /// iteration that succeeded has one if an earlier attempt failed.
    std::string error;
    /// True if it will never end, because its loop, or the operation that it awaited, was destroyed. Known
    /// when the run ends, or when a loop of this name runs again.
    bool abandoned = false;

    /// Whether it is in progress. That includes waiting for a retry.
    [[nodiscard]] bool in_flight() const noexcept { return !end && !abandoned; }
};

/// Consecutive slots that got no iteration of their own, as `history` remembers them.
struct slots_record {
    decision what = decision::missed; ///< or `coalesced`
    miss_cause cause = miss_cause::none;
    time_point first;
    time_point last;
    std::uint64_t count = 0;
    bool at_least = false; ///< `count` may be too low; `first` and `last` are exact
    /// If `coalesced`, the number of the iteration that stands for them; otherwise that of the next one.
    std::uint64_t number = 0;
    time_point decided; ///< when they were given up
};

/// A run, as `history` remembers it.
struct run_record {
    time_point start;
    bool restarted = false;        ///< it was launched by `restart()`, when the one before ended
    std::optional<time_point> end; ///< nothing while it is in progress
    exit_reason reason = exit_reason::completed;
    std::string error;      ///< the text of the exception if it failed, at most 1,000 bytes of it
    bool abandoned = false; ///< its loop was destroyed, so that it will never end

    [[nodiscard]] bool in_progress() const noexcept { return !end && !abandoned; }
};

/// What `history` remembers of one loop, each in the order of the events.
struct loop_history {
    std::vector<iteration_record> iterations;
    std::vector<slots_record> slots;
    std::vector<run_record> runs;
    /// The latest instant of which something may have been forgotten; nothing if all is remembered.
    std::optional<time_point> forgotten;
};

TASKS_END_NAMESPACE
