// SPDX-License-Identifier: MIT
#pragma once

// Where named zones come from: the only file that knows the time zone databases.

#include <tasks/detail/text.hpp>
#include <tasks/detail/zone_table.hpp>
#include <tasks/errors.hpp>

#include <string>
#include <string_view>

#if defined(TASKS_TZ_STD)
#include <chrono>
#include <stdexcept>
#elif defined(TASKS_TZ_DATE)
#include <tasks/detail/posix_zone.hpp>
#include <tasks/detail/zone_file.hpp>

#include <date/tz.h>

#include <stdexcept>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

#if defined(TASKS_TZ_STD)
namespace zone_database = std::chrono;
#else
namespace zone_database = ::date;
#endif

/// The changes of a zone, asked for one after the other; std::chrono and date have the same interface.
template <class Zone>
zone_table copy_zone(std::string_view name, Zone const& zone)
{
    using std::chrono::sys_seconds;
    auto info = zone.get_info(std::chrono::ceil<std::chrono::seconds>((time_point::min)()));
    zone_table table{std::string{name}, info.offset};
    while (info.end < zone_table::end) {
        sys_seconds const at = info.end;
        info = zone.get_info(at);
        table.change(at, info.offset);
        if (info.end <= at)
            throw std::runtime_error{"the time zone database does not advance"};
    }
#if defined(TASKS_TZ_DATE)
    // Where date reads the system's compiled files, it knows only the changes that they list, often none
    // after 2037.
    bool const open_ended = info.end > zone_table::end + std::chrono::years{100};
    if (auto const rest = open_ended ? posix_zone::parse(zone_file_footer(name)) : std::nullopt)
        rest->extend(table);
#endif
    return table;
}

inline auto locate_zone(std::string_view name)
{
    static_cast<void>(zone_database::get_tzdb()); // if this throws, it is not the name that is wrong
    try {
        return zone_database::locate_zone(name);
    } catch (std::runtime_error const&) {
        throw bad_option{
            "tasks: time zone " + quoted(name) +
            " is unknown; it must be a name of the IANA database, UTC, or an offset such as +09:00"};
    }
}

inline zone_table load_zone(std::string_view name)
{
    try {
        return copy_zone(name, *locate_zone(name));
    } catch (std::runtime_error const& e) {
        throw bad_option{"tasks: time zone " + quoted(name) +
                         ": the time zone database cannot be read: " + e.what()};
    }
}

#else

inline zone_table load_zone(std::string_view name)
{
    throw bad_option{
        "tasks: time zone " + quoted(name) +
        " is unknown; this build has UTC and offsets such as +09:00 only (for named zones build with "
        "TASKS_TIME_ZONES=std or TASKS_TIME_ZONES=date)"};
}

#endif

} // namespace detail
TASKS_END_NAMESPACE
