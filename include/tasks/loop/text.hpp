// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/loop.hpp>
#include <tasks/loop/observer.hpp>
#include <tasks/loop/options.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/time/time_point.hpp>

#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE

/// Formats as `2024-01-15T12:00:00Z`, with as many digits of the second as needed.
[[nodiscard]] std::string to_string(time_point t);

/// Formats as `leaderboard: every 10min, running, iteration 3, next 2024-01-15T12:10:00Z`.
[[nodiscard]] std::string to_string(loop_base const& l);

/// Formats as `iteration 3 for 2024-01-15T12:00:00Z, 2ms late`.
[[nodiscard]] std::string to_string(iteration const& it);

/// Formats as `coalesce`, `skip`, `catch_up(3)`, `delay` or `forbid`.
[[nodiscard]] std::string to_string(missed policy);

/// Formats as the limit, or `unlimited`.
[[nodiscard]] std::string to_string(overlap limit);

[[nodiscard]] constexpr std::string_view to_string(on_error e) noexcept
{
    return e == on_error::end_run ? "end_run" : "next_slot";
}

[[nodiscard]] constexpr std::string_view to_string(cause c) noexcept
{
    switch (c) {
    case cause::scheduled: return "scheduled";
    case cause::coalesced: return "coalesced";
    case cause::catch_up: return "catch_up";
    case cause::delayed: return "delayed";
    case cause::requested: return "requested";
    case cause::direct: return "direct";
    }
    return "?";
}

[[nodiscard]] constexpr std::string_view to_string(outcome o) noexcept
{
    switch (o) {
    case outcome::succeeded: return "succeeded";
    case outcome::failed: return "failed";
    case outcome::cancelled: return "cancelled";
    case outcome::skipped: return "skipped";
    case outcome::timed_out: return "timed out";
    }
    return "?";
}

[[nodiscard]] constexpr std::string_view to_string(miss_cause c) noexcept
{
    switch (c) {
    case miss_cause::none: return "none";
    case miss_cause::skipped: return "skipped";
    case miss_cause::dropped: return "dropped";
    case miss_cause::rescheduled: return "rescheduled";
    case miss_cause::ended: return "ended";
    case miss_cause::paused: return "paused";
    case miss_cause::late: return "late";
    case miss_cause::busy: return "busy";
    }
    return "?";
}

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/text.ipp>
#endif
