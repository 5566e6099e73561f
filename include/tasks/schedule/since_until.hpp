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
    explicit since(std::chrono::sys_time<Duration> from)
        : from_{detail::checked_instant(from, "since")}
    {
    }

    [[nodiscard]] time_point from() const noexcept { return from_; }
    [[nodiscard]] bool contains(time_point t) const noexcept { return t >= from_; }
    [[nodiscard]] std::optional<time_point> next_change(time_point t) const noexcept
    {
        return t < from_ ? std::optional{from_} : std::nullopt;
    }

    friend bool operator==(since const&, since const&) = default;

private:
    time_point from_;
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
    explicit until(std::chrono::sys_time<Duration> to)
        : to_{detail::checked_instant(to, "until")}
    {
    }

    [[nodiscard]] time_point to() const noexcept { return to_; }
    [[nodiscard]] bool contains(time_point t) const noexcept { return t < to_; }
    [[nodiscard]] std::optional<time_point> next_change(time_point t) const noexcept
    {
        return t < to_ ? std::optional{to_} : std::nullopt;
    }

    friend bool operator==(until const&, until const&) = default;

private:
    time_point to_;
};

/// Returns, for example, `since(2024-01-15T12:00:00Z)`.
[[nodiscard]] inline std::string to_string(since const& s)
{
    return "since(" + detail::instant_text(s.from()) + ')';
}

/// Returns, for example, `until(2024-01-15T12:00:00Z)`.
[[nodiscard]] inline std::string to_string(until const& s)
{
    return "until(" + detail::instant_text(s.to()) + ')';
}

TASKS_END_NAMESPACE
