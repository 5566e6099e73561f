// SPDX-License-Identifier: MIT
// A market's opening hours, with holidays and short days: spans of time, from which a schedule takes what is
// inside. They also answer whether the market is open, and when that changes.
//
// Prints:
//     Wed 25 Nov 2026, 09:30 to 16:00: 13 quotes
//     Fri 27 Nov 2026, 09:30 to 13:00: 7 quotes
//     Mon 30 Nov 2026, 09:30 to 16:00: 13 quotes
//     Tue 01 Dec 2026, 09:30 to 16:00: 13 quotes
#include "support/local_time.hpp"

#include <tasks/tasks.hpp>

#include <chrono>
#include <fmt/core.h>
#include <ranges>

using namespace std::chrono_literals;

int main()
try {
    auto const new_york = tasks::time_zone::named("America/New_York");

    auto const closed = tasks::dates{2026y / 11 / 26, 2026y / 12 / 25}.in(new_york);
    auto const short_days = tasks::dates{2026y / 11 / 27, 2026y / 12 / 24}.in(new_york);
    auto const afternoon = tasks::between("13:00", "16:00").in(new_york);
    auto const hours = tasks::between("09:30", "16:00").in(new_york);
    auto const open = hours & tasks::workdays.in(new_york) & !closed & !(short_days & afternoon);

    // on the whole and the half hour while the market is open; a loop would run at these instants
    tasks::schedule const quotes = tasks::aligned(30min) & open;

    auto const end = tasks::time_point{std::chrono::sys_days{2026y / 12 / 2}};
    auto t = tasks::time_point{std::chrono::sys_days{2026y / 11 / 25}};
    while (auto const change = open.next_change(t)) {
        if (open.contains(t)) {
            auto const in_time = [&](tasks::time_point quote) { return quote < *change; };
            auto const number =
                std::ranges::distance(tasks::upcoming(quotes, t - 1ns) | std::views::take_while(in_time));
            fmt::print("{} to {}: {} quotes\n", example::local_time(t, new_york, "{:%a %d %b %Y, %H:%M}"),
                       example::local_time(*change, new_york, "{:%H:%M}"), number);
        }
        if (*change >= end)
            break;
        t = *change;
    }
} catch (tasks::bad_option const& e) { // no time zone database; the message says what to do
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
