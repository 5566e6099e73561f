// SPDX-License-Identifier: MIT
#pragma once

// The properties of a POSIX TZ string, and of the zone that it continues.

#include "check.hpp"

#include <tasks/schedule/detail/daily_times.hpp>
#include <tasks/schedule/detail/local_instants.hpp>
#include <tasks/time/detail/posix_zone.hpp>
#include <tasks/time/detail/zone_table.hpp>
#include <tasks/time/time_of_day.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

/// The offset after the first name of an accepted TZ string, parsed in another way.
inline std::chrono::seconds standard_offset(std::string_view text)
{
    auto const name_end = text.starts_with('<') ? text.find('>') + 1 : text.find_first_of("+-0123456789");
    std::string const offset{text.substr(name_end)};
    bool const negative = offset.starts_with('-');
    int h = 0, m = 0, s = 0;
    std::sscanf(offset.c_str() + (negative || offset.starts_with('+') ? 1 : 0), "%d:%d:%d", &h, &m, &s);
    auto const west = std::chrono::hours{h} + std::chrono::minutes{m} + std::chrono::seconds{s};
    return negative ? west : -west;
}

/// Checks that the spans of constant offset are contiguous up to the end of time.
inline void check_table(tasks::detail::zone_table const& table, std::string_view text)
{
    auto span = table.at(tasks::time_point::min());
    while (span.until != tasks::time_point::max()) {
        require(span.from < span.until, "a stretch ends after it begins", text);
        require(span.offset > std::chrono::hours{-26} && span.offset < std::chrono::hours{26},
                "no offset is of 26 hours", text);
        auto const next = table.at(span.until);
        require(next.from == span.until, "a stretch begins where the one before it ends", text);
        require(next.offset != span.offset, "at a change the offset changes", text);
        span = next;
    }
}

/// Checks that instants at times of day are ascending, around the changes of a few years.
inline void check_instants(tasks::detail::zone_table const& table, std::string_view text)
{
    std::vector<tasks::time_of_day> const times{tasks::time_of_day{std::chrono::minutes{30}},
                                                tasks::time_of_day{std::chrono::minutes{150}}};
    using tasks::fold;
    using tasks::gap;
    gap const gaps[] = {gap::shift, gap::after, gap::skip};
    fold const folds[] = {fold::first, fold::second, fold::both};
    tasks::detail::local_instants const daily{tasks::detail::daily_times{times}, table, gaps[text.size() % 3],
                                              folds[text.size() / 3 % 3]};
    auto change = table.at(std::chrono::sys_days{std::chrono::January / 1 / 2039}).until;
    for (int i = 0; i < 4 && change < tasks::time_point::max(); ++i) {
        auto t = change - std::chrono::hours{30};
        for (int k = 0; k < 6; ++k) {
            auto const next = daily.next(t);
            require(next && *next > t, "there is always a next time, and it is later", text);
            t = *next;
        }
        require(t < change + std::chrono::hours{8 * 24}, "each day has its times", text);
        change = table.at(change).until;
    }
}

inline void check_posix(std::string_view text)
{
    using tasks::detail::posix_zone;
    auto const zone = posix_zone::parse(text);
    if (!zone)
        return;
    auto const offset = standard_offset(text);
    require(zone->knows(offset), "standard time is an offset of the zone", text);
    require(zone->fixed_offset().value_or(offset) == offset, "a fixed offset is that of standard time", text);
    std::chrono::sys_seconds const listed = std::chrono::sys_days{std::chrono::December / 31 / 2037};
    auto changes = [first = true, listed, offset,
                    rest =
                        zone->changes_after(listed)]() mutable -> std::optional<tasks::detail::zone_change> {
        if (std::exchange(first, false))
            return tasks::detail::zone_change{listed, offset};
        return rest ? rest() : std::nullopt;
    };
    tasks::detail::zone_table const table{"fuzz", offset + std::chrono::hours{1}, changes};
    check_table(table, text);
    check_instants(table, text);
}

} // namespace fuzz
