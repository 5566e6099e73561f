// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

TEST_CASE(
    "rule 26: calling the loop itself runs the body once, outside the schedule, and changes nothing else")
{
    stage s;
    full_log observer{{s}};
    tasks::loop loop{
        s.io, tasks::options{.every = 10s, .count = 2}, [&](tasks::iteration const& it, int n) -> task {
            s.note("body " + std::to_string(n) + (it.cause == tasks::cause::direct ? " direct" : "") +
                   " slot " + s.when(it.slot));
            co_await pause(1s);
        }};
    note_hooks(s, loop);
    loop.observe(observer);

    asio::co_spawn(s.io, loop(7), asio::detached);
    s.time.advance(5s);
    CHECK(s.trace() == "0s body 7 direct slot 0s");
    CHECK(!loop.is_running());
    CHECK(loop.current_loop() == 0);
    CHECK(!loop.next_iteration());

    loop.start(1);
    s.time.advance(3s);
    CHECK(s.trace() == "5s run, 5s before, 5s body 1 slot 5s, 6s succeeded");
    asio::co_spawn(s.io, loop(8), asio::detached); // also while it runs
    s.time.advance(500ms);
    CHECK(loop.current_loop() == 0);
    CHECK(s.when(loop.next_iteration()) == "15s");
    s.time.advance(60s);
    CHECK(s.trace() ==
          "8s body 8 direct slot 8s, 15s body 1 slot 15s, 16s succeeded, 16s after, 16s ended(completed)");
}

TEST_CASE("rule 26: an exception goes to the caller only")
{
    stage s;
    tasks::loop<> loop{s.io, 10s, [] { connection_lost(); }};
    note_hooks(s, loop);
    bool caught = false;
    auto const caller = [&]() -> task {
        try {
            co_await loop();
        } catch (tasks::system_error const&) {
            caught = true;
        }
    };
    asio::co_spawn(s.io, caller, asio::detached);
    s.time.advance(100s);
    CHECK(caught); // not retried
    CHECK(!loop.failed());
    CHECK(s.trace() == "");
}

TEST_CASE("rule 26: it is lazy, and needs no loop any more once it was called")
{
    stage s;
    auto loop = std::make_unique<tasks::loop<>>(s.io, 10s, [&]() -> task {
        s.note("body");
        co_await pause(1s);
        s.note("body ends");
    });
    auto call = (*loop)();
    s.time.run_until_idle();
    CHECK(s.trace() == "");
    loop.reset();
    asio::co_spawn(s.io, std::move(call), asio::detached);
    s.time.advance(5s);
    CHECK(s.trace() == "0s body, 1s body ends");
}

TEST_CASE("rule 26: a body may call its own loop")
{
    stage s;
    int depth = 0;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1}, [&]() -> task {
                           s.note("body");
                           if (++depth < 3)
                               co_await loop();
                       }};
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s body, 0s body, 0s body");
}
