// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/retry/backoff.hpp>
#include <tasks/run/policies.hpp>
#include <tasks/schedule/schedule.hpp>

#include <cstdint>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

/// Everything that is decided about a loop when it is built. Only `every` must be given; of the others name
/// what differs:
///
/// @code
/// tasks::loop<> update{io, {.every = 10min, .count = 6, .name = "leaderboard"}, body};
/// @endcode
struct options {
    /// When. Required: without it, loops and tickers throw `bad_option`. With `0s` iterations follow one
    /// another without a pause.
    schedule every = {};
    /// How many iterations a run has; none: no end. Must be 1 or more.
    std::optional<std::int64_t> count = std::nullopt;
    /// Whether an exception of a handled type is retried after a back-off; if not, every exception is fatal.
    bool reconnect = true;
    /// The delay before a retry. Default: `exponential_backoff{}`.
    tasks::backoff backoff = {};
    /// What becomes of overdue slots. Default: `missed::coalesce`.
    tasks::missed missed = {};
    /// How many iterations may be in flight at once. Default: 1. Without limit it needs an interval above 0.
    tasks::overlap overlap = {};
    /// Shown in reports and events. Default: empty.
    std::string name = {};
};

namespace detail {

/// Checks what the types cannot; throws `bad_option`.
void check(options const& o);
/// Checks a schedule, for construction and for `change_interval`; throws `bad_option`.
void check(schedule const& every);
/// Checks it against the rest, too.
void check(schedule const& every, tasks::overlap const& overlap);

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/options.ipp>
#endif
