// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_log.hpp"

#include <vector>

using namespace test;

TEST_CASE(
    "rule 6: error and after hooks are never interrupted, cancel() on a run that is ending does nothing")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, [] { throw std::runtime_error{"boom"}; }};
    loop.error([&](std::exception_ptr) -> task {
            co_await pause(5s);
            s.note("error ends");
        })
        .after_loop([&]() -> task {
            co_await pause(5s);
            s.note("after ends");
        })
        .observe(observer);

    loop.start();
    s.time.advance(2s);
    loop.cancel(); // in the error hook
    CHECK(!loop.is_being_cancelled());
    s.time.advance(5s);
    loop.cancel(); // in the after hook
    CHECK(!loop.is_being_cancelled());
    loop.stop();
    s.time.advance(10s);
    CHECK(s.trace() == "0s run, 5s error ends, 10s after ends, 10s ended(failed: boom)");
}

TEST_CASE("rule 6: nor is a completed run cancelled by a cancel() in its after hook")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [] {}};
    loop.after_loop([&]() -> task {
            loop.cancel();
            co_await pause(1s);
            s.note("after ends");
        })
        .observe(observer);
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s run, 1s after ends, 1s ended(completed)");
}

TEST_CASE("rule 6: the clean-up of a cancelled run is not interrupted either, not even by a second cancel()")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, []() -> task { co_await pause(100s); }};
    loop.after_loop([&]() -> task {
            co_await pause(5s);
            s.note("after ends");
        })
        .observe(observer);
    loop.start();
    s.time.advance(1s);
    loop.cancel();
    s.time.advance(1s);
    loop.cancel();
    s.time.advance(10s);
    CHECK(s.trace() == "0s run, 6s after ends, 6s ended(cancelled)");
}

TEST_CASE("rule 6: what a body decides about its own cancellation is not in force for what follows, not even "
          "at once")
{
    virtual_context s;
    int bodies = 0;
    std::vector<bool> in_force;
    tasks::loop<> loop{
        s.io, {.every = 1s, .count = 2, .missed = tasks::missed::catch_up(tasks::unlimited)}, [&]() -> task {
            in_force.push_back(co_await asio::this_coro::throw_if_cancelled());
            co_await asio::this_coro::throw_if_cancelled(false);
            if (++bodies == 1)
                co_await pause(3s);
        }};
    loop.after_loop([&]() -> task { in_force.push_back(co_await asio::this_coro::throw_if_cancelled()); });
    loop.start();
    s.time.advance(3s);
    CHECK(in_force == std::vector{true, true, true});
}
