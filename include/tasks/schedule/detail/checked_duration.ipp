// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/errors.hpp>
#include <tasks/schedule/detail/checked_duration.hpp>

#include <cmath>
#include <cstdio>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL std::chrono::nanoseconds checked_duration(long double count, long double seconds_per_unit,
                                                     char const* what)
{
    auto const seconds = count * seconds_per_unit;
    auto const refuse = [&](char const* fault, std::string const& rule) {
        char value[64];
        std::snprintf(value, sizeof value, "%.12Lg", seconds);
        throw bad_option{std::string{"tasks: "} + what + " of " + value + " s " + fault + "; " + what + ' ' +
                         rule};
    };
    if (std::isnan(seconds))
        refuse("is not a number", "must be a finite duration of 0 or more");
    if (seconds < 0)
        refuse("is negative", "must be 0 or more");
    constexpr long double limit = 9223372036.854775807L; // the largest int64 of nanoseconds, in seconds
    if (std::isinf(seconds) || seconds > limit)
        refuse("is not representable", "must fit into 64-bit nanoseconds (about 292 years)");
    auto const rounded = std::llroundl(seconds * 1e9L);
    if (seconds > 0 && rounded == 0)
        refuse("is below the resolution", "must be 0 or at least 1 ns");
    return std::chrono::nanoseconds{rounded};
}

} // namespace detail
TASKS_END_NAMESPACE
