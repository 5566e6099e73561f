// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <chrono>
#include <fmt/chrono.h>
#include <string>

namespace example {

/// What a clock of the zone shows: `Sat 02:30`, or in another form of fmt's.
inline std::string local_time(tasks::time_point t, tasks::time_zone const& zone,
                              fmt::string_view form = "{:%a %H:%M}")
{
    // an instant that reads in UTC as `t` does in the zone
    auto const local = std::chrono::floor<std::chrono::seconds>(t + zone.at(t).offset);
    return fmt::format(fmt::runtime(form), local);
}

} // namespace example
