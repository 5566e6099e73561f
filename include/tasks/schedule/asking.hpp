// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/schedule.hpp>
#include <tasks/time/time_point.hpp>

#include <cstddef>
#include <optional>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// The first `n` slots of a schedule strictly after `t`; fewer if it has no more. `upcoming` computes them
/// one by one.
///
/// @code
/// for (auto t : tasks::next_n(tasks::day_at(9h).in("Europe/Berlin"), tasks::now(io), 3))
///     fmt::print("{}\n", tasks::to_string(t));
/// @endcode
///
/// The functions here take any schedule of instants: a `schedule`, a type of the library, or a user's own
/// with `next`. They are safe to call from several threads, as `next` is.
/// @throws bad_option the schedule has no instants: it is an interval, a fixed delay, `on_trigger` or empty
/// @throws bad_schedule `next` returned an instant that is not after the one it was given
/// @throws anything that a user-defined `next` throws
[[nodiscard]] std::vector<time_point> next_n(schedule const& s, time_point t, std::size_t n);

/// The latest slot strictly before `t`, if there is one in the 50 years (of 365.2425 days) before it.
///
/// It is found by `next` alone, asked at ever earlier instants: about 20 calls for slots a day apart, fewer
/// than 200 in any case.
/// @throws anything that `next_n` throws
[[nodiscard]] std::optional<time_point> previous(schedule const& s, time_point t);

/// Whether `t` is a slot, to the nanosecond. Takes one call of `next`.
/// @throws anything that `next_n` throws
[[nodiscard]] bool matches(schedule const& s, time_point t);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/asking.ipp>
#endif
