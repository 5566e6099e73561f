// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/random.hpp>
#include <tasks/run/jitter.hpp>

#include <algorithm>
#include <cstdint>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::chrono::nanoseconds splay::place_of(std::string_view key,
                                                    std::chrono::nanoseconds period) noexcept
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (char const c : key) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    if (period == std::chrono::nanoseconds::zero())
        return period;
    return std::chrono::nanoseconds{
        static_cast<std::chrono::nanoseconds::rep>(hash % static_cast<std::uint64_t>(period.count()))};
}

TASKS_DECL std::chrono::nanoseconds jitter::draw(iteration const& it, std::chrono::nanoseconds room) const
{
    detail::assert_unlocked();
    if (!policy_)
        return detail::random_up_to((std::min)(longest_, room));
    return std::clamp(policy_->next(it, room), std::chrono::nanoseconds::zero(), room);
}

TASKS_END_NAMESPACE
