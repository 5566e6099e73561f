// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/backoff.hpp>

#include <algorithm>
#include <random>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::chrono::nanoseconds exponential_backoff::bound(unsigned failures) const noexcept
{
    constexpr unsigned largest_shift = 32; // 2^32 s is beyond any sensible maximum, and far from overflow
    auto const seconds = std::chrono::seconds{std::int64_t{1} << (std::min)(failures, largest_shift)};
    return std::min<std::chrono::nanoseconds>(seconds, max);
}

TASKS_DECL std::chrono::nanoseconds exponential_backoff::next(unsigned failures) const
{
    thread_local std::minstd_rand generator{std::random_device{}()};
    auto const longest = std::max<std::chrono::nanoseconds::rep>(bound(failures).count(), 0);
    return std::chrono::nanoseconds{
        std::uniform_int_distribution<std::chrono::nanoseconds::rep>{0, longest}(generator)};
}

TASKS_END_NAMESPACE
