// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/retry/backoff.hpp>
#include <tasks/run/policies.hpp>
#include <tasks/schedule/schedule.hpp>

#include <cstdint>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

/// The options of a loop, set at construction. Only `every` is required, so name those that differ from their
/// defaults:
///
/// @code
/// tasks::loop<> update{io, {.every = 10min, .count = 6, .name = "leaderboard"}, body};
/// @endcode
struct options {
    /// The schedule. Required: without it, loops and tickers throw `bad_option`. With `0s`, iterations follow
    /// one another without a pause.
    schedule every = {};
    /// The number of iterations of a run, 1 or more. Default: no limit.
    std::optional<std::int64_t> count = std::nullopt;
    /// Whether exceptions of handled types are retried after a back-off. If false, every exception is fatal.
    bool reconnect = true;
    /// The delay before a retry. Default: `exponential_backoff{}`.
    tasks::backoff backoff = {};
    /// The policy for overdue slots. Default: `missed::coalesce`.
    tasks::missed missed = {};
    /// The maximum number of iterations in flight. Default: 1. Unlimited overlap needs an interval above 0.
    tasks::overlap overlap = {};
    /// The name in reports and events. Default: empty.
    std::string name = {};
};

namespace detail {

/// Checks the values of the options. @throws bad_option a value breaks its rule
void check(options const& o);
/// Checks a schedule, at construction and in `change_interval`. @throws bad_option it is empty
void check(schedule const& every);
/// Checks a schedule together with the overlap. @throws bad_option the combination breaks a rule
void check(schedule const& every, tasks::overlap const& overlap);

} // namespace detail

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/options.ipp>
#endif
