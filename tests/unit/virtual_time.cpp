// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/stage.hpp"

using namespace test;

TEST_CASE("virtual time: when it is destroyed its context has the system's clocks again")
{
    asio::io_context io;
    {
        tasks::testing::virtual_time time{io};
        time.advance(1h);
    }
    bool slept = false;
    auto const sleep = [&]() -> task {
        co_await pause(1ns);
        slept = true;
    };
    asio::co_spawn(io, sleep(), asio::detached);
    io.restart();
    io.run();
    CHECK(slept);
}
