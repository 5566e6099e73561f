// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/checked_instant.hpp>
#include <tasks/schedule/spans.hpp>
#include <tasks/time/detail/instant_text.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

/// A span: an instant and everything after it.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class since {
public:
    /// From this instant on, in any unit of `system_clock` down to nanoseconds.
    /// @throws bad_option it does not fit into 64-bit nanoseconds
    template <detail::whole_nanoseconds Duration>
    explicit since(std::chrono::sys_time<Duration> begin)
        : begin_{detail::checked_instant(begin, "since")}
    {
    }

    [[nodiscard]] time_point begin() const noexcept { return begin_; }
    [[nodiscard]] bool contains(time_point t) const noexcept { return t >= begin_; }
    [[nodiscard]] std::optional<time_point> next_change(time_point t) const noexcept
    {
        return t < begin_ ? std::optional{begin_} : std::nullopt;
    }

    friend bool operator==(since const&, since const&) = default;

private:
    time_point begin_;
};

/// A span: everything before an instant.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class until {
public:
    /// Up to this instant, which is excluded, in any unit of `system_clock` down to nanoseconds.
    /// @throws bad_option it does not fit into 64-bit nanoseconds
    template <detail::whole_nanoseconds Duration>
    explicit until(std::chrono::sys_time<Duration> end)
        : end_{detail::checked_instant(end, "until")}
    {
    }

    [[nodiscard]] time_point end() const noexcept { return end_; }
    [[nodiscard]] bool contains(time_point t) const noexcept { return t < end_; }
    [[nodiscard]] std::optional<time_point> next_change(time_point t) const noexcept
    {
        return t < end_ ? std::optional{end_} : std::nullopt;
    }

    friend bool operator==(until const&, until const&) = default;

private:
    time_point end_;
};

/// Returns, for example, `since(2024-01-15T12:00:00Z)`.
[[nodiscard]] inline std::string to_string(since const& s)
{
    return "since(" + detail::instant_text(s.begin()) + ')';
}

/// Returns, for example, `until(2024-01-15T12:00:00Z)`.
[[nodiscard]] inline std::string to_string(until const& s)
{
    return "until(" + detail::instant_text(s.end()) + ')';
}

TASKS_END_NAMESPACE
