// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/events.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <cstdint>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Consecutive slots with the same decision, other than `ran`; none if `count` is 0.
struct passed_slots {
    nanoseconds first{0};
    nanoseconds last{0};
    nanoseconds last_but_one{0}; ///< if `count` is 2 or more
    std::uint64_t count = 0;
    bool at_least = false; ///< `count` may be too low
    decision what = decision::missed;
    miss_cause cause = miss_cause::none;
};

// A schedule of instants can only be asked for the next instant, so that counting costs a call for each. If
// there are more than `most_counted` instants, only the ends are searched for. This takes about 60 calls for
// each end, however many instants there are.

/// The maximum number of instants counted one by one at each reading of the clock (rule 12).
inline constexpr std::uint64_t most_counted = 10'000;

[[nodiscard]] std::optional<nanoseconds> instant_after(schedule const& when, nanoseconds t);

/// Returns the latest instant up to `until`. Requires an instant `from` in that range.
[[nodiscard]] nanoseconds latest_instant(schedule const& when, nanoseconds from, nanoseconds until);

/// Adds the instants after `all.last` up to `until`. If the schedule throws, `all` keeps those found before.
void add_instants(passed_slots& all, schedule const& when, nanoseconds until);

/// The last instants of a range.
struct last_instants {
    nanoseconds first;
    std::uint64_t count;
};

/// Returns the last `wanted` instants up to the instant `last`, or fewer if the search takes more than
/// `most_counted` calls.
/// @param begin an instant before all that are wanted
/// @param spacing an estimate of the time between two instants, above 0; if it is right, one call for each is
/// enough
[[nodiscard]] last_instants find_last(schedule const& when, nanoseconds begin, nanoseconds last,
                                      std::uint64_t wanted, nanoseconds spacing);

/// Returns the earliest instant from `from`, an instant of `one`, up to `until` that both schedules have. If
/// the search would take more than `most_counted` calls, only the latest instant of `one` is tried after
/// that.
[[nodiscard]] std::optional<nanoseconds> first_in_both(schedule const& one, schedule const& other,
                                                       nanoseconds from, nanoseconds until);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/passed_slots.ipp>
#endif
