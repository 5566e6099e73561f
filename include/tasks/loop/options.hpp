// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/detail/duration_option.hpp>
#include <tasks/retry/backoff.hpp>
#include <tasks/run/detail/slot_rules.hpp>
#include <tasks/run/jitter.hpp>
#include <tasks/run/policies.hpp>
#include <tasks/schedule/schedule.hpp>

#include <chrono>
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
    /// The delay of the first slot: a run asks its schedule from this much after the end of the before hook.
    /// Default: 0.
    detail::duration_option<"initial_delay"> initial_delay = std::chrono::nanoseconds{0};
    /// How long the start of an iteration may be put off at random: a duration, a `jitter_policy`, or
    /// `tasks::splay(key, d)`. Slots stay where they are. Default: none.
    tasks::jitter jitter = {};
    /// How long an attempt may take, above 0. When its time is up, what the body awaits is cancelled, and the
    /// attempt fails with `timed_out`, which is retried like a network error. A plain function cannot be
    /// interrupted. Default: no limit.
    std::optional<detail::duration_option<"timeout">> timeout = std::nullopt;
    /// How late an iteration may start, 1 ms or more. A slot that is later than this is missed. Default: no
    /// limit.
    std::optional<detail::duration_option<"grace">> grace = std::nullopt;
    /// The number of retries in a row after which a further failure is fatal, 0 or more. Default: no limit.
    std::optional<std::int64_t> retries = std::nullopt;
    /// What a fatal exception of the body ends: the run, or only its iteration. Default: the run.
    tasks::on_error on_error = tasks::on_error::end_run;
    /// How often there is a success at least, 1 ms or more: if there is none for as long, the loop is
    /// overdue, which `observer::on_overdue` and `is_overdue()` tell. Counts from `start()`, the last
    /// success, or the end of a pause. Default: nothing is expected.
    std::optional<detail::duration_option<"expect">> expect = std::nullopt;
    /// The name in reports and events. Default: empty.
    std::string name = {};
};

namespace detail {

/// Returns the options that concern the slots.
[[nodiscard]] slot_rules rules_of(options const& o);
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
