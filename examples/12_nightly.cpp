// SPDX-License-Identifier: MIT
// A nightly job on workdays, but not on holidays. The compiler checks the cron expression. The job runs in
// virtual time, so that you need not wait for days.
//
// Prints:
//     backup on Wed 23 Dec 2026, 02:30
//     backup on Thu 24 Dec 2026, 02:30
//     backup on Mon 28 Dec 2026, 02:30
//     backup on Tue 29 Dec 2026, 02:30
//     backup on Wed 30 Dec 2026, 02:30
//     backup on Thu 31 Dec 2026, 02:30
//     backup on Mon 04 Jan 2027, 02:30
//     backup on Tue 05 Jan 2027, 02:30
#include "support/local_time.hpp"

#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <asio/io_context.hpp>
#include <chrono>
#include <fmt/core.h>
#include <vector>

using namespace std::chrono_literals;
using namespace tasks::literals;

int main()
try {
    auto const berlin = tasks::time_zone::named("Europe/Berlin");
    std::vector<std::chrono::year_month_day> const holidays{2026y / 12 / 25, 2026y / 12 / 26, 2027y / 1 / 1};

    // the days take the zone of the expression
    auto const nightly = ("30 2 * * *"_cron.in(berlin)&tasks::workdays) - tasks::dates(holidays);

    asio::io_context io;
    tasks::testing::virtual_time time{io, std::chrono::sys_days{2026y / 12 / 22} + 12h};
    tasks::loop backup{io, nightly, [&](tasks::iteration const& it) {
                           fmt::print("backup on {}\n",
                                      example::local_time(it.slot, berlin, "{:%a %d %b %Y, %H:%M}"));
                       }};
    backup.start();
    time.advance(14 * 24h);
} catch (tasks::bad_option const& e) { // no time zone database; the message says what to do
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
