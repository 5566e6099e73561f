// SPDX-License-Identifier: MIT
#pragma once

// Loads named zones. The only file that uses the time zone databases.

#include <tasks/base/detail/parse.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/time/detail/posix_zone.hpp>
#include <tasks/time/detail/tzif_footer.hpp>
#include <tasks/time/detail/zone_changes.hpp>
#include <tasks/time/detail/zone_table.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#if defined(TASKS_TZ_DATE)
#include <date/tz.h>
#endif

TASKS_BEGIN_NAMESPACE
namespace detail {

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

#if defined(TASKS_TZ_STD)
namespace zone_database = std::chrono;
#else
namespace zone_database = ::date;
#endif

/// Reads the changes of a zone from a database one by one; std::chrono and date have the same interface.
///
/// If date reads the system's compiled files, it knows only the changes listed there, often none after 2037.
/// `rest_` yields the changes after those.
template <class Zone>
class database_changes {
public:
    database_changes(Zone const& zone, std::chrono::sys_seconds next, std::chrono::seconds offset)
        : zone_{&zone}
        , next_{next}
        , last_{std::chrono::floor<std::chrono::seconds>((time_point::min)()), offset}
    {
    }

    std::optional<zone_change> operator()()
    {
        if (next_ < end_of_zones) {
            auto const info = zone_->get_info(next_);
            if (info.end <= next_)
                throw std::runtime_error{"the time zone database does not advance"};
            last_ = {std::exchange(next_, info.end), info.offset};
            return last_;
        }
#if defined(TASKS_TZ_DATE)
        bool const open_ended = next_ > end_of_zones + std::chrono::years{100};
        if (open_ended && !rest_) {
            auto const rule = posix_zone::parse(zone_file_footer(zone_->name()));
            rest_ = rule && rule->knows(last_.offset) ? rule->changes_after(last_.at) : listed_changes({});
        }
        if (rest_)
            return rest_();
#endif
        return std::nullopt;
    }

private:
    Zone const* zone_; // databases live as long as the process
    std::chrono::sys_seconds next_;
    zone_change last_;
#if defined(TASKS_TZ_DATE)
    zone_changes rest_;
#endif
};

/// Reads a zone lazily, because libc++ computes each change from the zone's rules every time, and takes
/// longer for later ones. The changes since `recent` can be read without those before them.
template <class Zone>
std::shared_ptr<zone_table const> read_zone(std::string_view name, Zone const& zone,
                                            std::chrono::sys_seconds recent)
{
    auto const first = zone.get_info(std::chrono::ceil<std::chrono::seconds>((time_point::min)()));
    database_changes const all{zone, first.end, first.offset};

    auto before = zone.get_info(recent);
    while (before.end < end_of_zones) {
        auto const behind = zone.get_info(before.end);
        if (behind.offset != before.offset)
            return std::make_shared<zone_table const>(std::string{name}, first.offset, all,
                                                      zone_change{before.end, behind.offset},
                                                      database_changes{zone, behind.end, behind.offset});
        before = behind;
    }
    return std::make_shared<zone_table const>(std::string{name}, first.offset, all);
}

/// The zone with this name in a database that could be read; `locate` looks it up.
template <class Database, class Locate>
auto const* find_zone(Database const& database, Locate locate, std::string_view name)
{
    if (database.zones.empty())
        throw bad_option{"tasks: time zone " + detail::quoted(name) +
                         ": the time zone database is empty (is it installed? Debian: tzdata)"};
    try {
        return locate(name);
    } catch (std::runtime_error const&) {
        throw bad_option{
            "tasks: time zone " + detail::quoted(name) +
            " is unknown; it must be a name of the IANA database, UTC, or an offset such as +09:00"};
    }
}

inline std::shared_ptr<zone_table const> load_zone(std::string_view name)
{
    try {
        auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        auto const locate = [](std::string_view text) { return zone_database::locate_zone(text); };
        auto const* const found = find_zone(zone_database::get_tzdb(), locate, name);
        auto zone = read_zone(name, *found, now - std::chrono::years{2});
        static_cast<void>(zone->at(now)); // so that a broken zone fails here and not in a running loop
        return zone;
    } catch (std::runtime_error const& e) {
        throw bad_option{"tasks: time zone " + detail::quoted(name) +
                         ": the time zone database cannot be read: " + e.what() +
                         " (is it installed? Debian: tzdata)"};
    }
}

#else

[[noreturn]] inline std::shared_ptr<zone_table const> load_zone(std::string_view name)
{
    throw bad_option{
        "tasks: time zone " + detail::quoted(name) +
        " is unknown; this build has UTC and offsets such as +09:00 only (for named zones build with "
        "TASKS_TIME_ZONES=std or TASKS_TIME_ZONES=date)"};
}

#endif

} // namespace detail
TASKS_END_NAMESPACE
