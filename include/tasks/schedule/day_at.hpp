// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/schedule/detail/times_of_day.hpp>
#include <tasks/schedule/detail/to_time_of_day.hpp>
#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/time/time_of_day.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// A schedule: every day at these local times of a zone.
///
/// The zone is UTC unless `in()` sets another. On a day with a clock change, a time that does not exist is
/// read with the offset before the gap, and a time that exists twice is its first occurrence, as in RFC 5545
/// (calendars); `when_missing()` and `when_repeated()` choose other rules. Times that fall on the same
/// instant count once.
///
/// @code
/// using namespace std::chrono_literals;
/// auto office  = tasks::day_at(9h, 17h + 30min).in("Europe/Berlin");
/// auto nightly = tasks::day_at("02:30").in("America/New_York").when_missing(tasks::gap::skip);
/// tasks::loop greet{io, office, [] { … }};
/// @endcode
///
/// `in()`, `when_missing()` and `when_repeated()` return a changed copy.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class day_at {
public:
    /// One or more times in any order: durations since midnight, texts that `time_of_day::parse` reads, or
    /// `time_of_day`.
    /// @throws bad_option one of them is not a time of day
    template <class First, class... Rest>
        requires(!std::same_as<First, day_at> && !std::same_as<First, std::vector<time_of_day>>)
    explicit day_at(First const& first, Rest const&... rest)
        : day_at{std::vector<time_of_day>{detail::to_time_of_day(first), detail::to_time_of_day(rest)...}}
    {
    }

    /// These times in any order; duplicates count once.
    /// @throws bad_option the list is empty
    explicit day_at(std::vector<time_of_day> times);

    /// The same times in another zone, given as a value or by a name for `time_zone::named`.
    /// @throws bad_option there is no such zone
    [[nodiscard]] day_at in(std::string_view zone) const;
    [[nodiscard]] day_at in(time_zone const& zone) const;

    /// The same schedule with another rule for local times that do not exist.
    [[nodiscard]] day_at when_missing(gap rule) const;

    /// The same schedule with another rule for local times that exist more than once.
    [[nodiscard]] day_at when_repeated(fold rule) const;

    /// The first instant of the schedule strictly after `after`. Takes well under a microsecond and allocates
    /// nothing, however far away that instant is.
    ///
    /// Empty after an instant in April 2262, where 64-bit nanoseconds end. For an instant before October
    /// 1677, where they begin, the search starts on the first of that month.
    [[nodiscard]] std::optional<time_point> next(time_point after) const;

    /// Sorted, without duplicates.
    [[nodiscard]] std::vector<time_of_day> const& times() const noexcept { return times_; }
    [[nodiscard]] time_zone const& zone() const noexcept { return zone_; }
    [[nodiscard]] gap when_missing() const noexcept { return missing_; }
    [[nodiscard]] fold when_repeated() const noexcept { return repeated_; }

    friend bool operator==(day_at const&, day_at const&) = default;

private:
    std::vector<time_of_day> times_;
    time_zone zone_;
    gap missing_ = gap::shift;
    fold repeated_ = fold::first;
};

namespace detail {

template <>
struct times_of_day<day_at> {
    [[nodiscard]] static constexpr bool in(day_at const&) noexcept { return true; }
};

} // namespace detail

/// Returns, for example, `day_at(09:00, 17:30) in Europe/Berlin`, followed by the rules that differ from the
/// defaults: `, missing: skip`, `, repeated: both`.
[[nodiscard]] std::string to_string(day_at const& schedule);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/day_at.ipp>
#endif
