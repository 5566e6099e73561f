// SPDX-License-Identifier: MIT
// Testing your own loop: in virtual time an hour takes no time, and everything happens in the same order each
// time.
//
// Prints:
//     ok: nothing runs before its time
//     ok: an hour of a minutely loop is 60 runs
//     ok: a failure is retried after two seconds
//     ok: a year of a daily loop is 366 runs
#include <tasks/tasks.hpp>
#include <tasks/testing.hpp>

#include <asio/io_context.hpp>
#include <cstdlib>
#include <fmt/core.h>
#include <stdexcept>

using namespace std::chrono_literals;

// ---- the code under test
struct station_is_down : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct steady_backoff {
    std::chrono::nanoseconds next(unsigned /*failures*/) const { return 2s; }
};

class thermometer {
public:
    explicit thermometer(asio::io_context& io)
        : read_{io, {.every = 1min, .backoff = steady_backoff{}}, &thermometer::read, this}
    {
        read_.add_exception_type<station_is_down>();
    }
    void start() { read_.start(); }

    int readings = 0;
    int failures_to_come = 0;

private:
    void read()
    {
        if (failures_to_come > 0) {
            --failures_to_come;
            throw station_is_down{"no answer"};
        }
        ++readings;
    }
    tasks::loop<> read_;
};

// ---- the tests
void check(bool ok, char const* what)
{
    fmt::print("{}: {}\n", ok ? "ok" : "NOT OK", what);
    if (!ok)
        std::exit(1);
}

int main()
{
    {
        asio::io_context io;
        tasks::testing::virtual_time time{io};
        thermometer t{io};
        t.start();
        check(t.readings == 0, "nothing runs before its time");
        time.advance(1h - 1ns); // the slots are 0:00, 0:01, … 0:59
        check(t.readings == 60, "an hour of a minutely loop is 60 runs");

        t.failures_to_come = 1;
        time.advance(1ns + 2s - 1ns);
        bool const too_early = t.readings > 60;
        time.advance(1ns);
        check(!too_early && t.readings == 61, "a failure is retried after two seconds");
    }
    {
        asio::io_context io;
        tasks::testing::virtual_time time{io}; // starts on 1 January 2024, a leap year
        int runs = 0;
        tasks::loop daily{io, tasks::day_at(9h), [&runs] { ++runs; }};
        daily.start();
        time.advance(366 * 24h);
        check(runs == 366, "a year of a daily loop is 366 runs");
    }
}
