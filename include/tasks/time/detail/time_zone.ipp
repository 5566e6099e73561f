// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/parse.hpp>
#include <tasks/time/detail/posix_zone.hpp>
#include <tasks/time/detail/zone_database.ipp>
#include <tasks/time/detail/zone_table.hpp>
#include <tasks/time/time_zone.hpp>

#include <functional>
#include <map>
#include <mutex>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The named zones in use. Never destroyed, because objects with static storage duration may still look up
/// zones while the process exits.
struct zone_cache {
    detail::mutex mutex;
    std::map<std::string, std::shared_ptr<zone_table const>, std::less<>> zones;

    static zone_cache& instance()
    {
        static auto& cache = *new zone_cache;
        return cache;
    }
};

inline std::shared_ptr<zone_table const> cached_zone(std::string_view name)
{
    auto& cache = zone_cache::instance();
    {
        std::lock_guard const lock{cache.mutex};
        if (auto const known = cache.zones.find(name); known != cache.zones.end())
            return known->second;
    }
    auto zone = load_zone(name); // without the lock, because this reads files
    std::lock_guard const lock{cache.mutex};
    // if several threads loaded it, the first one's
    return cache.zones.emplace(name, std::move(zone)).first->second;
}

/// The zone of a POSIX TZ string with rules for daylight saving.
inline std::shared_ptr<zone_table const> posix_table(std::string_view text, posix_zone const& zone)
{
    // Begins before the range of time_point, so that the offset at its start follows from earlier changes.
    constexpr std::chrono::sys_days before = std::chrono::January / 1 / 1675;
    return std::make_shared<zone_table const>(std::string{text}, std::chrono::seconds{0},
                                              zone.changes_after(before));
}

} // namespace detail

TASKS_DECL time_zone::time_zone()
{
    static auto const& table =
        *new auto{std::make_shared<detail::zone_table const>("UTC", std::chrono::seconds{0})};
    table_ = table;
}

TASKS_DECL time_zone time_zone::fixed(std::chrono::seconds east)
{
    using std::chrono::hours;
    using std::chrono::seconds;
    if (east == seconds{0})
        return utc();
    if (east <= -hours{24} || east >= hours{24})
        throw bad_option{"tasks: a zone " + std::to_string(east.count()) +
                         " s east of Greenwich: an offset must be less than 24 hours"};
    auto name = (east < seconds{0} ? "-" : "+") + detail::clock_text(std::chrono::abs(east));
    return time_zone{std::make_shared<detail::zone_table const>(std::move(name), east)};
}

TASKS_DECL time_zone time_zone::named(std::string_view name)
{
    if (name == "UTC" || name == "Z")
        return utc();
    if (name.find(',') != name.npos) {
        auto const zone = detail::posix_zone::parse(name);
        if (!zone)
            throw bad_option{
                "tasks: time zone " + detail::quoted(name) +
                ": with a comma it must be a POSIX TZ string such as CET-1CEST,M3.5.0,M10.5.0/3"};
        return time_zone{detail::posix_table(name, *zone)};
    }
    if (!name.starts_with('+') && !name.starts_with('-'))
        return time_zone{detail::cached_zone(name)};

    auto const refuse = [&] {
        throw bad_option{"tasks: time zone " + detail::quoted(name) +
                         ": an offset must be +HH:MM or +HH:MM:SS (or with -), less than 24 hours"};
    };
    auto rest = name.substr(1);
    auto const field = [&](int limit) {
        auto const n = detail::take_two_digits(rest);
        if (!n || *n >= limit)
            refuse();
        return *n;
    };
    std::chrono::seconds offset = std::chrono::hours{field(24)};
    if (!detail::take(rest, ':'))
        refuse();
    offset += std::chrono::minutes{field(60)};
    if (detail::take(rest, ':'))
        offset += std::chrono::seconds{field(60)};
    if (!rest.empty())
        refuse();
    return fixed(name.front() == '-' ? -offset : offset);
}

TASKS_DECL std::string const& time_zone::name() const noexcept
{
    return table_->name();
}

TASKS_DECL offset_span time_zone::at(time_point t) const
{
    return table_->at(t);
}

TASKS_DECL std::string to_string(time_zone const& zone)
{
    return zone.name();
}

TASKS_END_NAMESPACE
