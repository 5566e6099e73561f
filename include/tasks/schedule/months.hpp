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

[[noreturn]] void refuse_month(std::chrono::month month);
[[noreturn]] void refuse_no_month();

/// Bit n for each month with number n.
template <class Range>
constexpr unsigned month_set(Range const& list)
{
    unsigned set = 0;
    for (std::chrono::month const month : list) {
        if (!month.ok())
            refuse_month(month);
        set |= 1U << unsigned{month};
    }
    if (set == 0)
        refuse_no_month();
    return set;
}

} // namespace detail

/// Spans: these months of every year, by the clock of a zone.
///
/// Without `in()` the zone is that of the schedule they are combined with, or UTC.
///
/// @code
/// using namespace std::chrono_literals;
/// auto daily  = tasks::day_at(6h).in("Europe/Berlin");
/// auto summer = daily & tasks::months{std::chrono::July, std::chrono::August};
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class months : public detail::local_span<months> {
public:
    /// One or more months in any order.
    /// @throws bad_option there is none, or one is not a month
    constexpr months(std::initializer_list<std::chrono::month> list)
        : months_{detail::month_set(list)}
    {
    }

    /// The same from a range of `std::chrono::month`.
    template <detail::range_of<std::chrono::month> Range>
    explicit months(Range const& list)
        : months_{detail::month_set(list)}
    {
    }

    /// Whether this is one of the months.
    [[nodiscard]] constexpr bool has(std::chrono::month month) const noexcept
    {
        return month.ok() && (months_ >> unsigned{month} & 1U) != 0;
    }

    friend bool operator==(months const&, months const&) = default;

private:
    friend class detail::local_span<months>;

    [[nodiscard]] bool shows(detail::local_reading l) const
    {
        return has(std::chrono::year_month_day{l.day}.month());
    }
    [[nodiscard]] std::optional<detail::local_reading> change_after(detail::local_reading l) const;

    unsigned months_; // bit n: month n, from 1
};

/// Returns, for example, `months(Jul, Aug) in Europe/Berlin`.
[[nodiscard]] std::string to_string(months const& s);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/months.ipp>
#endif
