// SPDX-License-Identifier: MIT
// What runs next week: the jobs of a configuration file, and their slots as one list. It is the week in which
// Berlin has winter time and New York still has summer time, so the market opens an hour earlier than usual.
//
// Prints:
//     backup: at 2:30 on Monday to Friday, by the clock of Europe/Berlin
//     invoices: at 9:00 on the last weekday of the month, by the clock of Europe/Berlin
//     market: at 9:30 on Monday and Wednesday, by the clock of America/New_York
//     health: every 30s
//     Mon 26 Oct, 02:30  backup
//     Mon 26 Oct, 14:30  market
//     Tue 27 Oct, 02:30  backup
//     Wed 28 Oct, 02:30  backup
//     Wed 28 Oct, 14:30  market
//     Thu 29 Oct, 02:30  backup
//     Fri 30 Oct, 02:30  backup
//     Fri 30 Oct, 09:00  invoices
#include "support/local_time.hpp"

#include <tasks/fmt.hpp>
#include <tasks/tasks.hpp>

#include <algorithm>
#include <chrono>
#include <fmt/core.h>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

int main()
try {
    std::vector<std::pair<std::string, std::string>> const config{
        {"backup", "TZ=Europe/Berlin 30 2 * * MON-FRI"},
        {"invoices", "TZ=Europe/Berlin 0 9 LW * *"},
        {"market", "TZ=America/New_York 30 9 * * MON,WED"},
        {"health", "@every 30s"},
    };

    auto const zone = tasks::time_zone::named("Europe/Berlin");
    auto const monday = tasks::day_at(0h).in(zone).next(std::chrono::sys_days{2026y / 10 / 25}).value();
    struct entry {
        tasks::time_point slot;
        std::string job;
    };
    std::vector<entry> list;
    for (auto const& [name, text] : config) {
        auto const when = tasks::parse_schedule(text);
        if (auto const* cron = when.target<tasks::cron>())
            fmt::print("{}: {}, by the clock of {}\n", name, cron->expression().describe(), cron->zone());
        if (when.is_interval()) { // it begins when its loop is started, so it has no instants of its own
            fmt::print("{}: {}\n", name, when);
            continue;
        }
        for (auto const slot : tasks::upcoming(when, monday - 1ns)) {
            if (slot >= monday + 7 * 24h)
                break;
            list.push_back({slot, name});
        }
    }
    std::ranges::stable_sort(list, {}, &entry::slot);
    for (auto const& [slot, job] : list)
        fmt::print("{}  {}\n", example::local_time(slot, zone, "{:%a %d %b, %H:%M}"), job);
} catch (tasks::bad_option const& e) { // a text is wrong, or there is no time zone database
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
