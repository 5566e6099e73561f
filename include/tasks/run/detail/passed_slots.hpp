// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/events.hpp>
#include <tasks/schedule/schedule.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <cstdint>
#include <optional>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Consecutive slots that share a decision other than `ran`; none if `count` is 0.
struct passed_slots {
    nanoseconds first{0};
    nanoseconds last{0};
    nanoseconds last_but_one{0}; ///< if there are two or more
    std::uint64_t count = 0;
    bool at_least = false; ///< there may be more than `count`
    decision what = decision::missed;
    miss_cause cause = miss_cause::none;
};

// A schedule of instants can only be asked for the next one, so the cost of counting is a call for each. Of
// more than `most_counted` instants only the ends are looked for, which takes some 60 calls an end, however
// many there are.

/// How many instants are counted one by one at each reading of the clock (rule 12).
inline constexpr std::uint64_t most_counted = 10'000;

[[nodiscard]] std::optional<nanoseconds> instant_after(schedule const& when, nanoseconds t);

/// The latest instant up to `until`. Requires an instant `from` up to then.
[[nodiscard]] nanoseconds latest_instant(schedule const& when, nanoseconds from, nanoseconds until);

/// Adds the instants behind `all.last` up to `until`. If the schedule throws, `all` has those that it has
/// named.
void add_instants(passed_slots& all, schedule const& when, nanoseconds until);

/// The last instants of a stretch.
struct last_instants {
    nanoseconds first;
    std::uint64_t count;
};

/// The last `wanted` instants up to `last`, which is one; fewer if finding them takes more than
/// `most_counted` calls.
/// @param begin    an instant that precedes all that are wanted
/// @param spacing  a guess at the time between two instants, above 0; if it is right, a call for each is
/// enough
[[nodiscard]] last_instants find_last(schedule const& when, nanoseconds begin, nanoseconds last,
                                      std::uint64_t wanted, nanoseconds spacing);

/// The earliest instant from `from`, an instant of `one`, up to `until` that both have. Where finding it
/// would take more than `most_counted` calls, only the latest of `one` is tried besides.
[[nodiscard]] std::optional<nanoseconds> first_in_both(schedule const& one, schedule const& other,
                                                       nanoseconds from, nanoseconds until);

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/run/detail/passed_slots.ipp>
#endif
