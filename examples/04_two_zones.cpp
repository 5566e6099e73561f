// SPDX-License-Identifier: MIT
// A daily job with times in two zones, over the weekend on which Berlin's clocks go forward: on Sunday there
// is no 02:30. It runs in virtual time, so that you need not wait for days.
//
// Prints:
//     day_at(02:30, 09:00) in Europe/Berlin | day_at(09:00) in America/New_York
//     Sat 01:30 UTC   Sat 02:30 in Berlin   Fri 21:30 in New York
//     Sat 08:00 UTC   Sat 09:00 in Berlin   Sat 04:00 in New York
//     Sat 13:00 UTC   Sat 14:00 in Berlin   Sat 09:00 in New York
//     Sun 01:30 UTC   Sun 03:30 in Berlin   Sat 21:30 in New York
//     Sun 07:00 UTC   Sun 09:00 in Berlin   Sun 03:00 in New York
//     Sun 13:00 UTC   Sun 15:00 in Berlin   Sun 09:00 in New York
//     Mon 00:30 UTC   Mon 02:30 in Berlin   Sun 20:30 in New York
//     Mon 07:00 UTC   Mon 09:00 in Berlin   Mon 03:00 in New York
//     Mon 13:00 UTC   Mon 15:00 in Berlin   Mon 09:00 in New York
#include "support/local_time.hpp"

#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <asio/io_context.hpp>
#include <fmt/core.h>

using namespace std::chrono_literals;

int main()
try {
    auto const berlin = tasks::time_zone::named("Europe/Berlin");
    auto const new_york = tasks::time_zone::named("America/New_York");

    asio::io_context io;
    tasks::testing::virtual_time time{io, std::chrono::sys_days{std::chrono::March / 30 / 2024}};

    tasks::schedule const office_hours =
        tasks::day_at("02:30", 9h).in(berlin) | tasks::day_at(9h).in(new_york);
    fmt::print("{}\n", to_string(office_hours));

    tasks::loop job{io, office_hours, [&](tasks::iteration const& it) {
                        fmt::print("{} UTC   {} in Berlin   {} in New York\n",
                                   example::local_time(it.slot, tasks::time_zone::utc()),
                                   example::local_time(it.slot, berlin),
                                   example::local_time(it.slot, new_york));
                    }};
    job.start();
    time.advance(72h);
} catch (tasks::bad_option const& e) { // no time zone database; the message says what to do
    fmt::print(stderr, "{}\n", e.what());
    return 1;
}
