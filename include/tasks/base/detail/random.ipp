// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/random.hpp>

#include <algorithm>
#include <random>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL std::chrono::nanoseconds random_up_to(std::chrono::nanoseconds longest)
{
    using rep = std::chrono::nanoseconds::rep;
    thread_local std::minstd_rand generator{std::random_device{}()};
    std::uniform_int_distribution<rep> draw{0, (std::max<rep>)(longest.count(), 0)};
    return std::chrono::nanoseconds{draw(generator)};
}

} // namespace detail
TASKS_END_NAMESPACE
