// SPDX-License-Identifier: MIT
//
// Loops in real time, for scripts that stop the process or set its clock. Both end on SIGTERM.
//
// tasks_real_time suspended N: loops of all policies, on the steady clock and on the wall clock. Meanwhile
// somebody sends SIGSTOP and,
//   more than a second later, SIGCONT, N times. Says in the end whether every slot was accounted for.
// tasks_real_time daily TIME ZONE: says what a daily loop does while somebody sets the clock, and that a loop
// with an interval
//   takes no notice.
#include "grid_judge.hpp"

#include <tasks/tasks.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#else
#include <asio/detached.hpp>
#include <asio/signal_set.hpp>
#endif

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace real_time {

namespace {

namespace asio = tasks::asio;

constexpr nanoseconds period = 100ms;

/// Multiples of the period on the wall clock.
struct on_the_wall {
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return tasks::time_point{(t.time_since_epoch() / period + 1) * period};
    }
};

asio::awaitable<void> when_told_to_end(std::function<void()> end)
{
    asio::signal_set signals{co_await asio::this_coro::executor, SIGTERM};
    std::printf("ready\n");
    co_await signals.async_wait(asio::use_awaitable);
    end();
}

int summary(int passed, int failed)
{
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed != 0 ? 0 : 1;
}

int suspended(std::uint64_t suspensions)
{
    asio::io_context io;
    std::deque<grid_judge> judges;
    std::deque<tasks::loop<>> loops;
    struct {
        char const* name;
        tasks::missed policy;
    } const policies[] = {{"coalesce", tasks::missed::coalesce},
                          {"skip", tasks::missed::skip},
                          {"delay", tasks::missed::delay},
                          {"catch_up(3)", tasks::missed::catch_up(3)}};
    for (auto const& p : policies)
        for (bool const wall : {false, true}) {
            auto const schedule = wall ? tasks::schedule{on_the_wall{}} : tasks::schedule{period};
            auto& judge = judges.emplace_back(
                std::string{p.name} + (wall ? ", wall clock" : ", steady clock"), p.policy, period, wall);
            loops.emplace_back(io, tasks::options{.every = schedule, .missed = p.policy}, [] {})
                .observe(judge)
                .start();
        }
    auto end = when_told_to_end([&] {
        for (auto& l : loops)
            l.cancel();
    });
    asio::co_spawn(io, std::move(end), asio::detached);
    io.run();

    int passed = 0;
    int failed = 0;
    for (auto& j : judges)
        ++(j.report(suspensions) ? passed : failed);
    return summary(passed, failed);
}

/// `2024-06-10T12:00:00Z`
std::string text(tasks::time_point t)
{
    auto const seconds = std::chrono::floor<std::chrono::seconds>(t);
    auto const day = std::chrono::floor<std::chrono::days>(seconds);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const time{seconds - day};
    char out[64];
    std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return out;
}

/// Prints the events of the daily loop.
struct daily_log {
    bool early = false;

    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        early = early || e.it.start < e.it.slot || std::chrono::system_clock::now() < e.it.slot;
        std::printf("slot %s, %s, coalesced %llu\n", text(e.it.slot).c_str(),
                    e.it.lateness < 5min ? "on time" : "late",
                    static_cast<unsigned long long>(e.it.coalesced));
    }
    static void on_clock_stepped(tasks::clock_stepped const& e)
    {
        std::printf("stepped %lld s\n",
                    static_cast<long long>(std::chrono::round<std::chrono::seconds>(e.step).count()));
    }
};

/// Counts the slots of an interval by reading the steady clock.
struct steady_log {
    using clock = std::chrono::steady_clock;
    clock::time_point begun;
    std::int64_t slots = 0;
    bool early = false;

    void on_slot(tasks::slot_decided const& e)
    {
        if (slots == 0)
            begun = clock::now(); // its first slot, or slightly later
        slots += static_cast<std::int64_t>(e.count);
        early = early || clock::now() - begun < (slots - 1) * period - period;
    }
    /// Checks, after the loop has ended, that all slots that were due when it was told to end were decided.
    [[nodiscard]] bool complete(clock::time_point told_to_end) const
    {
        return begun + slots * period >= told_to_end - period;
    }
};

int daily(std::string const& time, std::string const& zone)
{
    asio::io_context io;
    daily_log log;
    steady_log beats;
    auto const schedule = tasks::day_at(time).in(zone);
    tasks::loop<> day{io, schedule, [] {}};
    tasks::loop<> heart{io, period, [] {}};
    day.observe(log).start();
    heart.observe(beats).start();
    std::chrono::steady_clock::time_point told;
    auto end = when_told_to_end([&] {
        told = std::chrono::steady_clock::now();
        day.cancel();
        heart.cancel();
    });
    asio::co_spawn(io, std::move(end), asio::detached);
    io.run();

    std::printf("the interval had %lld slots\n", static_cast<long long>(beats.slots));
    int failed = 0;
    for (auto const& [good, what] : {std::pair{!log.early, "the daily loop was early"},
                                     std::pair{!beats.early, "the interval was early"},
                                     std::pair{beats.complete(told), "the interval lost slots"}})
        if (!good) {
            std::printf("FAULT: %s\n", what);
            ++failed;
        }
    return summary(3 - failed, failed);
}

int usage()
{
    std::fprintf(stderr, "usage: tasks_real_time suspended N | tasks_real_time daily TIME ZONE\n");
    return 2;
}

} // namespace
} // namespace real_time

int main(int argc, char** argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    std::string_view const mode{argc > 1 ? argv[1] : ""};
    try {
        std::uint64_t suspensions = 0;
        if (mode == "suspended" && argc == 3 &&
            std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), suspensions).ec == std::errc{})
            return real_time::suspended(suspensions);
        if (mode == "daily" && argc == 4)
            return real_time::daily(argv[2], argv[3]);
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
    return real_time::usage();
}
