// SPDX-License-Identifier: MIT

// One test for each trap of Asio or a compiler that a loop like this one can fall into.

#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/lost_handler.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule/day_at.hpp>

#include <array>

using namespace test;

TEST_CASE("trap: arguments and hooks given as temporaries live as long as the coroutine that uses them")
{
    virtual_context s;
    tasks::loop loop{s.io, tasks::options{.every = 1s, .count = 2},
                     [&](std::string const& text, std::vector<int> const& v) -> task {
                         co_await pause(500ms);
                         s.note(text + std::to_string(v.at(2)));
                     }};
    loop.before_loop([text = std::string(100, 'x'), &s]() -> task {
        co_await pause(1s);
        s.note(text.substr(0, 1));
    });
    loop.start(std::string(3, 'a'), std::vector<int>{1, 2, 3});
    s.time.advance(10s);
    CHECK(s.trace() == "1s x, 1500ms aaa3, 2500ms aaa3");
}

TEST_CASE("trap: a run whose coroutine is destroyed before its first step still ends")
{
    auto const frame = std::make_shared<int>(0);
    auto io = std::make_unique<asio::io_context>();
    tasks::loop<> loop{io->get_executor(), 1s, [frame] {}};
    loop.start();
    io.reset(); // the first step was posted, and is destroyed
    CHECK(!loop.is_running());
    CHECK(loop.failed());
    CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::abandoned);
}

TEST_CASE("trap: cancellation before the first suspension does not escape from the context's run()")
{
    asio::io_context io;
    tasks::loop<> loop{io, 1s, [] { return pause(1h); }};
    loop.before_loop([]() -> task { co_return; });
    loop.start();
    loop.cancel();
    CHECK_NOTHROW(io.run());
    CHECK(!loop.is_running());

    loop.before_loop([&] { loop.cancel(); }); // in the first step itself
    loop.start();
    io.restart();
    CHECK_NOTHROW(io.run());
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
}

TEST_CASE("trap: each run can be cancelled, though an old one is still unwinding when the next begins")
{
    virtual_context s;
    int interrupted = 0;
    tasks::loop<> loop{s.io.get_executor(), 1s, [&]() -> task {
                           try {
                               co_await pause(1h);
                           } catch (tasks::system_error const&) {
                               ++interrupted;
                               throw;
                           }
                       }};
    loop.start();
    for (int i = 1; i <= 20; ++i) {
        s.time.run_until_idle();
        loop.restart();
        s.time.run_until_idle();
        CHECK(interrupted == i);
    }
    loop.cancel();
    s.time.run_until_idle();
    CHECK(interrupted == 21);
    CHECK(!loop.is_running());
}

TEST_CASE("trap: neither body nor hook runs inside start(), restart() or cancel()")
{
    asio::io_context io;
    bool inside = false;
    bool wrong = false;
    tasks::loop<> loop{io.get_executor(), 1s, [&]() -> task {
                           wrong = wrong || inside;
                           try {
                               co_await pause(1h);
                           } catch (tasks::system_error const&) {
                               wrong = wrong || inside; // an inline emission would reach this line
                               throw;
                           }
                       }};
    loop.before_loop([&] { wrong = wrong || inside; }).after_loop([&] { wrong = wrong || inside; });
    auto const guarded = [&](auto f) {
        asio::post(io, [&inside, f] {
            inside = true;
            f();
            inside = false;
        });
        for (int i = 0; i < 50; ++i)
            io.poll_one();
    };
    guarded([&] { loop.start(); });
    guarded([&] { loop.restart(); });
    guarded([&] { loop.cancel(); });
    CHECK(!loop.is_running());
    CHECK(!wrong);
}

TEST_CASE("trap: success after cancel: a body whose operation completes in the very moment of the "
          "cancellation is the last")
{
    virtual_context s;
    int runs = 0;
    tasks::loop<> loop{s.io.get_executor(), 1s, [&]() -> task {
                           ++runs;
                           co_await pause(1s);
                       }};
    loop.start();
    s.time.advance(500ms);
    asio::post(s.io, [&] { loop.cancel(); });
    s.time.suspend(500ms); // the pause has ended, too
    s.time.advance(60s);
    CHECK(runs == 1);
    CHECK(!loop.is_running());
    CHECK(!loop.failed());
}

TEST_CASE("trap: a stop() or cancel() between the end of a wait and the resumption is seen")
{
    for (bool const cancel : {true, false}) {
        virtual_context s;
        int runs = 0;
        tasks::loop<> loop{s.io, 10s, [&] { ++runs; }};
        tasks::loop<> earlier{s.io, 10s, [&] {
                                  if (runs == 1)
                                      cancel ? loop.cancel() : loop.stop();
                              }};
        earlier.start();
        loop.start();
        s.time.advance(60s);
        CHECK(runs == 1);
        CHECK(!loop.is_running());
    }
}

TEST_CASE("trap: a hook that is a capturing lambda in a temporary is destroyed once")
{
    virtual_context s;
    auto const alive = std::make_shared<int>(0);
    {
        tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [alive]() -> task {
                               auto const copy = alive;
                               co_await pause(0s);
                           }};
        loop.before_loop([alive]() -> task {
            auto const copy = alive;
            co_await pause(0s);
        });
        loop.start();
        s.time.advance(10s);
        CHECK(alive.use_count() == 3); // the two lambdas, and no frame
    }
    CHECK(alive.use_count() == 1);
}

TEST_CASE("trap: something a body waits for destroys its handler: the run does not end in silence")
{
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, {.every = 1s, .name = "l"}, [&]() -> task {
                           co_await loses_its_handler();
                           s.note("never");
                       }};
    loop.error([&](std::exception_ptr const& e) -> task {
            co_await pause(1s);
            s.note(tasks::what(e).find("'l'") != std::string::npos ? "error" : "?");
        })
        .after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "1s error, 1s after");
    CHECK(loop.failed());
    CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::abandoned);

    loop.start(); // and it works again
    s.time.advance(10s);
    CHECK(s.trace() == "11s error, 11s after");
}

TEST_CASE("trap: waits for the wall clock are never longer than 30 s of the steady clock")
{
    fake_clock clock;
    clock.reading = {.steady = 100s, .wall = utc("2024-01-01T00:00:00Z").time_since_epoch()};
    clock.can_be_set = true;
    asio::io_context io;
    auto const queue = tasks::detail::timer_queue::of(io.get_executor());
    queue->use(&clock);
    {
        tasks::loop<> loop{io, tasks::day_at(12h), [] {}};
        loop.start();
        io.poll();
        REQUIRE(queue->next_due());
        CHECK(*queue->next_due() <= 130s);
        loop.cancel();
        io.restart();
        while (queue->fire(10) + io.poll() != 0)
            io.restart();
        CHECK(!loop.is_running());
    }
    queue->use(nullptr);
}

TEST_CASE("trap: a wait in progress does not keep a context from ending once the run is over")
{
    asio::io_context io;
    tasks::loop<> loop{io, {.every = 1h, .count = 1}, [] {}};
    loop.start();
    io.run(); // returns, at once
    CHECK(!loop.is_running());
}

TEST_CASE("trap: an after hook whose coroutine is destroyed is not called again")
{
    virtual_context s;
    captured_log log;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .name = "l"}, [] {}};
    loop.after_loop([&]() -> task {
        s.note("after");
        co_await loses_its_handler();
    });
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s after");
    CHECK(!loop.is_running());
    CHECK(loop.failed());
    CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::abandoned);
}

TEST_CASE("trap: an iteration whose coroutine was destroyed takes no place in the next run")
{
    virtual_context s;
    captured_log log;
    bool lose = true;
    tasks::loop<> loop{s.io, {.every = 1s, .overlap = 2, .name = "l"}, [&]() -> task {
                           if (std::exchange(lose, false))
                               co_await loses_its_handler();
                           s.note("begins");
                           co_await pause(90s);
                       }};
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "");
    CHECK(loop.failed());
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "10s begins, 11s begins");
}

TEST_CASE("trap: a loop on a strand outlives its context, but its executor does not")
{
    auto s = std::make_unique<virtual_context>();
    tasks::loop<> loop{asio::make_strand(s->io), 1s, [&] { s->note("body"); }};
    loop.start();
    s->time.advance(1s);
    CHECK(s->trace() == "0s body, 1s body");
    s.reset();
    CHECK(!loop.is_running());
}
