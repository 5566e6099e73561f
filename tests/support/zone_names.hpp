// SPDX-License-Identifier: MIT
#pragma once

// The names of the zones of the time zone database, in builds that have one.

#include "support/full.hpp"

#include <tasks/time/time_zone.hpp>

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

#if defined(TASKS_TZ_DATE)
#include <date/tz.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace test {

#if defined(TASKS_TZ_STD)
namespace zone_database = std::chrono;
#else
namespace zone_database = ::date;
#endif

template <class Database>
std::vector<std::string> zone_names_of(Database const& database)
{
    std::vector<std::string> names;
    for (auto const& zone : database.zones)
        names.emplace_back(zone.name());
    if constexpr (requires { database.links; })
        for (auto const& link : database.links)
            names.emplace_back(link.name());
    std::sort(names.begin(), names.end());
    return names;
}

/// All zones in a full test; otherwise the ones with a special history and some others.
inline std::vector<std::string> zone_names()
{
    auto names = zone_names_of(zone_database::get_tzdb());
    if (full())
        return names;
    std::set<std::string> const notable{"Africa/Casablanca", "America/Nuuk",        "America/Sao_Paulo",
                                        "America/St_Johns",  "Antarctica/Troll",    "Asia/Gaza",
                                        "Asia/Pyongyang",    "Australia/Lord_Howe", "Europe/Berlin",
                                        "Europe/Dublin",     "Pacific/Apia",        "Pacific/Kiritimati",
                                        "Pacific/Kwajalein", "Pacific/Chatham"};
    std::size_t n = 0;
    std::erase_if(names, [&](std::string const& name) { return n++ % 120 != 0 && !notable.contains(name); });
    return names;
}

} // namespace test

#endif
