// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/asking.hpp>
#include <tasks/schedule/detail/latest_instant.hpp>
#include <tasks/schedule/detail/require_instants.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::vector<time_point> next_n(schedule const& s, time_point t, std::size_t n)
{
    detail::require_instants("next_n", s);
    std::vector<time_point> slots; // not reserved, because the schedule may have far fewer
    while (slots.size() < n) {
        auto const slot = s.next(slots.empty() ? t : slots.back());
        if (!slot)
            break;
        slots.push_back(*slot);
    }
    return slots;
}

TASKS_DECL std::optional<time_point> previous(schedule const& s, time_point t)
{
    detail::require_instants("previous", s);
    constexpr std::chrono::nanoseconds tick{1};
    constexpr std::chrono::nanoseconds reach = std::chrono::years{50};
    constexpr auto earliest = (time_point::min)() + tick; // `next` never returns the one before it
    if (t <= earliest)
        return std::nullopt;
    auto const begin = t < earliest + reach ? earliest : t - reach;

    // Each step back is as long as all before it, so that the slots found are about as far from one another
    // as they are from `t`: one or two if their distance is regular.
    auto none_behind = t - tick; // no slot lies after it and before `t`
    for (std::chrono::nanoseconds back = std::chrono::seconds{1}; none_behind >= begin; back *= 2) {
        auto const from = t - begin < back ? begin - tick : t - back;
        if (auto const slot = s.next(from); slot && *slot < t)
            return detail::latest_instant(s, *slot, none_behind);
        none_behind = from;
    }
    return std::nullopt;
}

TASKS_DECL bool matches(schedule const& s, time_point t)
{
    detail::require_instants("matches", s);
    return t != (time_point::min)() && s.next(t - std::chrono::nanoseconds{1}) == t;
}

TASKS_END_NAMESPACE
