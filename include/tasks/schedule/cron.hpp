// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/schedule/cron_expression.hpp>
#include <tasks/schedule/detail/times_of_day.hpp>
#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <optional>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE

/// A schedule: the local times of a zone that a cron expression matches.
///
/// The zone is UTC unless `in()` sets another. On a day with a clock change it depends on the expression. If
/// the second, minute or hour begins with `*`, it fires at every instant whose local time matches, hence in
/// both passes of a repeated hour, and not in a gap. Any other expression is a list of times of day: one that
/// does not exist fires at the first instant after the gap, at which several of them count once, and one that
/// exists twice fires at its first occurrence; `when_missing()` and `when_repeated()` choose other rules.
///
/// @code
/// auto poll    = tasks::cron("*/15 9-17 * * MON-FRI").in("Europe/Berlin");
/// auto payday  = tasks::cron("0 9 LW * *").in("America/New_York").when_missing(tasks::gap::skip);
/// tasks::loop greet{io, poll, [] { … }};
/// @endcode
///
/// `in()`, `when_missing()` and `when_repeated()` return a changed copy.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class cron {
public:
    /// Reads an expression, as `cron_expression::parse` does.
    /// @throws bad_option it is wrong; the message names the column, the field, the value and the rule
    explicit cron(std::string_view expression);

    cron(cron_expression const& expression);

    /// The same expression in another zone, given as a value or by a name for `time_zone::named`.
    /// @throws bad_option there is no such zone
    [[nodiscard]] cron in(std::string_view zone) const;
    [[nodiscard]] cron in(time_zone const& zone) const;

    /// The same schedule with another rule for local times that do not exist. Means nothing for an expression
    /// whose second, minute or hour begins with `*`.
    [[nodiscard]] cron when_missing(gap rule) const;

    /// The same schedule with another rule for local times that exist more than once. Means nothing for an
    /// expression whose second, minute or hour begins with `*`.
    [[nodiscard]] cron when_repeated(fold rule) const;

    /// The first instant of the schedule strictly after `after`. Allocates nothing. Takes well under a
    /// microsecond if a match is near, and at most some ten microseconds.
    ///
    /// Empty if the next 40 years have no match; years that the expression excludes do not count. Empty for
    /// an instant after April 2262, where 64-bit nanoseconds end. For an instant before October 1677, where
    /// they begin, the search starts on the first of that month.
    [[nodiscard]] std::optional<time_point> next(time_point after) const;

    [[nodiscard]] cron_expression const& expression() const noexcept { return expression_; }
    [[nodiscard]] time_zone const& zone() const noexcept { return zone_; }
    [[nodiscard]] gap when_missing() const noexcept { return missing_; }
    [[nodiscard]] fold when_repeated() const noexcept { return repeated_; }

    friend bool operator==(cron const&, cron const&) = default;

private:
    cron_expression expression_;
    time_zone zone_;
    gap missing_ = gap::after;
    fold repeated_ = fold::first;
};

namespace detail {

template <>
struct times_of_day<cron> {
    [[nodiscard]] static bool in(cron const& c) noexcept { return !c.expression().is_wildcard(); }
};

} // namespace detail

/// Returns the text of the expression, with `TZ=` and the name of the zone in front unless that is UTC:
/// `TZ=Europe/Berlin 30 4 * * *`. The rules that differ from the defaults follow: `, missing: skip`,
/// `, repeated: both`.
[[nodiscard]] std::string to_string(cron const& schedule);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/cron.ipp>
#include <tasks/schedule/detail/cron_description.ipp>
#include <tasks/schedule/detail/cron_expression.ipp>
#endif
