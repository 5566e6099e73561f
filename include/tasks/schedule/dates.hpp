// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/local_span.hpp>
#include <tasks/schedule/detail/range_of.hpp>
#include <tasks/schedule/spans.hpp>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// Spans: these dates, from midnight to midnight by the clock of a zone.
///
/// Without `in()` the zone is that of the schedule they are combined with, or UTC.
///
/// @code
/// using namespace std::chrono_literals;
/// std::vector<std::chrono::year_month_day> const holidays{2026y / 12 / 25, 2026y / 12 / 26};
/// auto nightly = tasks::day_at(2h + 30min).in("Europe/Berlin") - tasks::dates(holidays);
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class dates : public detail::local_span<dates> {
public:
    /// Dates in any order; duplicates count once. Without dates, no instant is inside.
    /// @throws bad_option one of them does not exist (30 February)
    dates(std::initializer_list<std::chrono::year_month_day> list)
        : dates{std::vector<std::chrono::year_month_day>{list}}
    {
    }

    /// The same from a range of `std::chrono::year_month_day`, or of what converts to it, such as
    /// `std::chrono::sys_days`.
    template <detail::range_of<std::chrono::year_month_day> Range>
    explicit dates(Range const& list)
        : dates{std::vector<std::chrono::year_month_day>(std::begin(list), std::end(list))}
    {
    }
    explicit dates(std::vector<std::chrono::year_month_day> const& list);

    /// Whether this is one of the dates. Takes logarithmic time.
    [[nodiscard]] bool has(std::chrono::year_month_day date) const;

    friend bool operator==(dates const&, dates const&) = default;

    /// Returns, for example, `dates(2026-12-24..2026-12-26, 2027-01-01) in Europe/Berlin`; of many, only the
    /// first and their number.
    friend std::string to_string(dates const& s);

private:
    friend class detail::local_span<dates>;

    struct run { // consecutive dates
        std::chrono::local_days from, until;
        friend bool operator==(run const&, run const&) = default;
    };

    [[nodiscard]] std::vector<run>::const_iterator first_ending_after(std::chrono::local_days day) const;
    [[nodiscard]] bool shows(detail::local_reading l) const;
    [[nodiscard]] std::optional<detail::local_reading> change_after(detail::local_reading l) const;

    std::vector<run> runs_; // in order, with gaps between them
};

[[nodiscard]] std::string to_string(dates const& s);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/dates.ipp>
#endif
