// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/local_span.hpp>
#include <tasks/schedule/detail/to_time_of_day.hpp>
#include <tasks/schedule/spans.hpp>
#include <tasks/time/time_of_day.hpp>

#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

/// Spans: every day from one local time, included, to another one, excluded. They cross midnight if the first
/// is the later one.
///
/// An instant is inside if the clock of the zone shows a time in between. So a window that clocks jump over
/// does not exist on that day, and one that is repeated exists twice. Without `in()` the zone is that of the
/// schedule they are combined with, or UTC.
///
/// @code
/// using namespace std::chrono_literals;
/// auto nights = tasks::aligned(10min) & tasks::between(22h, 6h).in("Europe/Berlin");
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class between : public detail::local_span<between> {
public:
    /// Durations since midnight, texts that `time_of_day::parse` reads, or `time_of_day`. The end of a day is
    /// `0h`.
    /// @throws bad_option one of them is not a time of day, or they are equal
    template <class From, class To>
    between(From const& from, To const& to)
        : between{detail::to_time_of_day(from), detail::to_time_of_day(to)}
    {
    }
    between(time_of_day from, time_of_day to);

    [[nodiscard]] time_of_day from() const noexcept { return from_; }
    [[nodiscard]] time_of_day to() const noexcept { return to_; }

    friend bool operator==(between const&, between const&) = default;

private:
    friend class detail::local_span<between>;

    [[nodiscard]] bool shows(detail::local_reading l) const noexcept;
    [[nodiscard]] std::optional<detail::local_reading> change_after(detail::local_reading l) const noexcept;

    time_of_day from_;
    time_of_day to_;
};

/// Returns, for example, `between(08:00, 18:00) in Europe/Berlin`.
[[nodiscard]] std::string to_string(between const& s);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/between.ipp>
#endif
