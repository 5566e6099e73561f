// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/run/detail/passed_slots.hpp>
#include <tasks/schedule/detail/latest_instant.hpp>

#include <algorithm>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL std::optional<nanoseconds> instant_after(schedule const& when, nanoseconds t)
{
    auto const next = when.next(time_point{t});
    return next ? std::optional{next->time_since_epoch()} : std::nullopt;
}

TASKS_DECL nanoseconds latest_instant(schedule const& when, nanoseconds from, nanoseconds until)
{
    return latest_instant(when, time_point{from}, time_point{until}).time_since_epoch();
}

TASKS_DECL void add_instants(passed_slots& all, schedule const& when, nanoseconds until)
{
    for (;;) {
        auto const t = instant_after(when, all.last);
        if (!t || *t > until)
            return;
        if (all.count >= most_counted) {
            all.at_least = true;
            auto const last = latest_instant(when, *t, until);
            all.last_but_one = last == *t ? all.last : latest_instant(when, *t, last - nanoseconds{1});
            all.last = last;
            ++all.count;
            return;
        }
        all.last_but_one = std::exchange(all.last, *t);
        ++all.count;
    }
}

inline constexpr std::uint64_t calls_of_a_bisection = 128;

TASKS_DECL last_instants find_last(schedule const& when, nanoseconds begin, nanoseconds last,
                                   std::uint64_t wanted, nanoseconds spacing)
{
    last_instants found{.first = last, .count = 1};
    // Invariant: all instants from `border` to `last` are found. The search goes backwards in pieces. If a
    // piece has more instants than are missing, the gaps at both of its ends are cut off and its later half
    // is tried. Without the cut, a burst of instants between long gaps would be halved too often.
    auto border = last;
    auto width = times(spacing, wanted - 1);
    for (auto calls = most_counted; found.count < wanted && border > begin;) {
        width = std::clamp(width, nanoseconds{1}, distance(begin, border));
        auto const missing = wanted - found.count;
        std::uint64_t count = 0;
        nanoseconds first = border;
        for (auto t = instant_after(when, border - width - nanoseconds{1});
             t && *t < border && count <= missing; t = instant_after(when, *t)) {
            if (count++ == 0)
                first = *t;
            if (--calls == 0)
                return found;
        }
        if (--calls == 0)
            return found;
        if (count > missing) {
            if (calls <= calls_of_a_bisection)
                return found;
            calls -= calls_of_a_bisection;
            border = latest_instant(when, first, border - nanoseconds{1}) + nanoseconds{1};
            width = distance(first, border) / 2;
            continue;
        }
        border -= width;
        if (count == 0) {
            width = times(width, 2);
            continue;
        }
        found.first = first;
        found.count += count;
        width = times(width / static_cast<nanoseconds::rep>(count), missing - count);
    }
    return found;
}

TASKS_DECL std::optional<nanoseconds> first_in_both(schedule const& one, schedule const& other,
                                                    nanoseconds from, nanoseconds until)
{
    auto t = from;
    for (auto calls = most_counted; calls > 1; calls -= 2) {
        auto const in_other = instant_after(other, t - nanoseconds{1});
        if (!in_other || *in_other > until)
            return std::nullopt;
        if (*in_other == t)
            return t;
        auto const in_one = instant_after(one, *in_other - nanoseconds{1});
        if (!in_one || *in_one > until)
            return std::nullopt;
        t = *in_one;
        if (*in_one == *in_other)
            return t;
    }
    t = latest_instant(one, t, until);
    return instant_after(other, t - nanoseconds{1}) == t ? std::optional{t} : std::nullopt;
}

} // namespace detail
TASKS_END_NAMESPACE
