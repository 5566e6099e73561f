// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/loop/shutdown.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#else
#include <asio/co_spawn.hpp>
#include <asio/use_future.hpp>
#endif

#include <chrono>

using namespace std::chrono_literals;
namespace net = tasks::asio;

TEST_CASE("a shutdown that has given up on a loop leaves nothing behind that keeps its context busy")
{
    net::io_context never_run;
    tasks::loop stubborn{never_run, {.every = 1h, .name = "stubborn"}, [] {}};
    stubborn.start();

    net::io_context io;
    auto shutdown = tasks::async_shutdown({0ns, 0ns}, stubborn);
    auto report = net::co_spawn(io, std::move(shutdown), net::use_future);
    io.run(); // returns, although that loop has a run in progress
    CHECK(stubborn.is_running());
    CHECK(report.get().still_running == std::vector<std::string>{"stubborn"});
}
