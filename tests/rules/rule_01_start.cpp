// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

using namespace test;

TEST_CASE("rule 1: start() executes nothing of the run itself")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 5s, [&] { s.note("body"); }};
    note_hooks(s, loop);

    loop.start();
    CHECK(loop.is_running());
    CHECK(s.trace() == "");

    s.time.run_until_idle();
    CHECK(s.trace() == "0s before, 0s body");
}

TEST_CASE("rule 1: nor does it when called on the loop's own executor")
{
    virtual_context s;
    tasks::loop<> loop{s.io.get_executor(), 5s, [&] { s.note("body"); }};
    note_hooks(s, loop);
    asio::post(s.io, [&] {
        loop.start();
        s.note("started");
    });

    s.time.run_until_idle();
    CHECK(s.trace() == "0s started, 0s before, 0s body");
}

TEST_CASE("rule 1: start() throws already_running unless the loop is idle, and changes nothing")
{
    virtual_context s;
    tasks::loop loop{s.io, tasks::options{.every = 5s, .count = 2, .name = "busy"}, [&](int n) -> task {
                         s.note("body " + std::to_string(n));
                         co_await pause(1s);
                     }};
    loop.after_loop([&]() -> task { co_await pause(1s); });
    loop.start(1);
    auto const refused = [&] {
        CHECK_THROWS_AS(loop.start(2), tasks::already_running);
        auto const message = thrown<tasks::already_running>([&] { loop.start(2); });
        CHECK(has(message, "busy"));
        CHECK(has(message, "start()"));
    };
    refused(); // before the first step
    s.time.run_until_idle();
    refused(); // in the body
    s.time.advance(2s);
    refused(); // asleep
    s.time.advance(4500ms);
    refused(); // in the after hook
    s.time.advance(1s);
    CHECK(!loop.is_running());
    CHECK(s.trace() == "0s body 1, 5s body 1");

    loop.start(3);
    s.time.run_until_idle();
    CHECK(s.trace() == "7500ms body 3");
}

TEST_CASE("rule 1: the arguments of start() are handed to every iteration")
{
    virtual_context s;
    tasks::loop loop{s.io, tasks::options{.every = 1s, .count = 3}, [&](int n, std::string text) {
                         s.note(text + std::to_string(n));
                         text = "changed";
                     }};
    loop.start(7, "x");
    s.time.advance(10s);
    CHECK(s.trace() == "0s x7, 1s x7, 2s x7");
}
