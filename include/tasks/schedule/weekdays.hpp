// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/local_span.hpp>
#include <tasks/schedule/detail/range_of.hpp>
#include <tasks/schedule/spans.hpp>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>

TASKS_BEGIN_NAMESPACE

namespace detail {

[[noreturn]] void refuse_weekday(std::chrono::weekday day);
[[noreturn]] void refuse_no_weekday();

/// Bit n for each weekday with number n.
template <class Range>
constexpr unsigned weekday_set(Range const& list)
{
    unsigned set = 0;
    for (std::chrono::weekday const day : list) {
        if (!day.ok())
            refuse_weekday(day);
        set |= 1U << day.c_encoding();
    }
    if (set == 0)
        refuse_no_weekday();
    return set;
}

} // namespace detail

/// Spans: these days of the week, from midnight to midnight by the clock of a zone.
///
/// Without `in()` the zone is that of the schedule they are combined with, or UTC.
///
/// @code
/// using namespace std::chrono_literals;
/// auto weekly = tasks::day_at(9h).in("Europe/Berlin") & tasks::weekdays{std::chrono::Monday};
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class weekdays : public detail::local_span<weekdays> {
public:
    /// One or more days in any order.
    /// @throws bad_option there is none, or one is not a day of the week
    constexpr weekdays(std::initializer_list<std::chrono::weekday> days)
        : days_{detail::weekday_set(days)}
    {
    }

    /// The same from a range of `std::chrono::weekday`.
    template <detail::range_of<std::chrono::weekday> Range>
    explicit weekdays(Range const& days)
        : days_{detail::weekday_set(days)}
    {
    }

    /// Whether this is one of the days.
    [[nodiscard]] constexpr bool has(std::chrono::weekday day) const noexcept
    {
        return day.ok() && (days_ >> day.c_encoding() & 1U) != 0;
    }

    friend bool operator==(weekdays const&, weekdays const&) = default;

private:
    friend class detail::local_span<weekdays>;

    [[nodiscard]] bool shows(detail::local_reading l) const { return has(std::chrono::weekday{l.day}); }
    [[nodiscard]] std::optional<detail::local_reading> change_after(detail::local_reading l) const;

    unsigned days_; // bit n: the day with `c_encoding()` n
};

/// Monday to Friday.
inline constinit weekdays const workdays{std::chrono::Monday, std::chrono::Tuesday, std::chrono::Wednesday,
                                         std::chrono::Thursday, std::chrono::Friday};

/// Returns, for example, `weekdays(Sat, Sun) in Europe/Berlin`, or `workdays`.
[[nodiscard]] std::string to_string(weekdays const& s);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/weekdays.ipp>
#endif
