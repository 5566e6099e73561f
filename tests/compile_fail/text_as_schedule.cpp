// SPDX-License-Identifier: MIT
// error: a text is not a schedule
// forms: 4
#include <string>
#include <tasks/loop.hpp>
#include <tasks/loop/ticker.hpp>
#include <tasks/schedule/day_at.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

void prepare(tasks::loop<>& l)
{
#if !defined(WRONG)
    tasks::loop made{io, 5s, beat};
    l.change_interval(tasks::day_at("09:00"));
#elif WRONG == 1
    tasks::loop made{io, "5s", beat};
#elif WRONG == 2
    tasks::loop<> made{io, {.every = "5s"}, beat};
#elif WRONG == 3
    l.change_interval(std::string{"09:00"});
#else
    tasks::ticker t{io, "5s"};
#endif
}
