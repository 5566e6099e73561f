// SPDX-License-Identifier: MIT
// Executors that throw, that destroy the functions given to them, or that have stopped.
#include "erratic_executor.hpp"
#include "loop_lifetime.hpp"
#include "support/catch.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

using namespace test;

namespace {

/// Plays the life of a loop with an executor that fails in its k-th call, for every k. Returns the number of
/// lives with a failed run or call.
int at_every_call(executor_faults::kind how, std::size_t how_many, int overlap)
{
    int felt = 0;
    for (std::size_t k = 1;; ++k) {
        CAPTURE(k, how_many, overlap);
        executor_faults faults{.how = how, .first = k, .how_many = how_many};
        loop_lifetime life{{.faults = &faults, .overlap = overlap}};
        life.play();
        faults.first = 0;
        REQUIRE(life.faults() == "");
        if (faults.failed == 0) {
            CHECK(k > 30);
            return felt;
        }
        felt += life.failed_runs() + life.failed_calls() != 0 ? 1 : 0;
    }
}

} // namespace

TEST_CASE(
    "an executor throws at its k-th call, once or for a while: a call throws, or the loop is a little late")
{
    auto const overlap = GENERATE(1, 3);
    auto const how_many = GENERATE(as<std::size_t>{}, 1, 5, 200);
    CHECK(at_every_call(executor_faults::kind::throws, how_many, overlap) > 1);
}

TEST_CASE("an executor destroys what it is given at its k-th call, once or for a while: the run ends, and "
          "can be begun again")
{
    auto const overlap = GENERATE(1, 3);
    auto const how_many = GENERATE(as<std::size_t>{}, 1, 5, 1'000'000);
    if (how_many == 1'000'000) {
        // From the k-th call on, every function is destroyed. A run that is started anyway ends within its
        // first steps.
        for (std::size_t k = 1; k < 40; ++k) {
            CAPTURE(k, overlap);
            virtual_context s;
            failure_ledger seen;
            auto const frame = std::make_shared<int>(0);
            executor_faults faults{.how = executor_faults::kind::destroys, .first = k, .how_many = how_many};
            tasks::loop<> loop{erratic_executor{s.io.get_executor(), faults},
                               {.every = 1s, .overlap = overlap},
                               [frame]() -> task {
                                   auto const alive = frame;
                                   co_await pause(500ms);
                               }};
            loop.observe(seen);
            bool refused = false;
            try {
                loop.start();
            } catch (tasks::abandoned const&) {
                refused = true;
            }
            CHECK(refused == (k == 1));
            s.time.advance(120s);
            CHECK(faults.failed != 0);
            CHECK(!loop.is_running());
            CHECK(loop.failed() == !refused);
            CHECK(frame.use_count() == 2);         // the one in the body itself
            CHECK_FALSE(s.time.advance_to_next()); // no repeated attempts
        }
        return;
    }
    CHECK(at_every_call(executor_faults::kind::destroys, how_many, overlap) > 10);
}

TEST_CASE("an executor that always throws: control does no harm, and when it recovers the loop goes on")
{
    virtual_context s;
    executor_faults faults{.how = executor_faults::kind::throws, .first = 0, .how_many = 1'000'000'000};
    int bodies = 0;
    int joined = 0;
    bool slow = false;
    tasks::loop<> loop{erratic_executor{s.io.get_executor(), faults}, {.every = 10s}, [&]() -> task {
                           ++bodies;
                           if (slow)
                               co_await pause(5s);
                       }};
    loop.start();
    s.time.advance(5s);
    CHECK(bodies == 1);
    loop.async_join([&](std::exception_ptr const&) { ++joined; });
    auto const goes_on = [&](std::chrono::seconds by, int expected) {
        CHECK(faults.failed > 0);
        faults.first = 0;
        s.time.advance(by);
        CHECK(bodies == expected);
        loop.stop();
        s.time.advance(by);
        CHECK(joined == 1);
    };

    faults.first = 1;
    SECTION("it recovers")
    {
        s.time.advance(6s);
        CHECK(bodies == 1);
        goes_on(5s, 2);
    }
    SECTION("a body cannot be interrupted, and nothing has changed")
    {
        faults.first = 0;
        slow = true;
        s.time.advance(6s);
        faults.first = 1;
        CHECK_THROWS_AS(loop.cancel(), executor_faults::thrown);
        CHECK_FALSE(loop.is_being_cancelled());
        CHECK_THROWS_AS(loop.restart(), executor_faults::thrown);
        CHECK_FALSE(loop.is_being_cancelled());
        goes_on(10s, 3);
    }
    SECTION("a loop that waits needs no executor to be cancelled")
    {
        CHECK_NOTHROW(loop.cancel());
        CHECK(loop.is_being_cancelled());
        faults.first = 0;
        s.time.advance(1s);
        CHECK_FALSE(loop.is_running());
        CHECK(joined == 1);
    }
    SECTION("a stopped loop ends when it recovers")
    {
        loop.stop();
        s.time.advance(20s);
        CHECK(loop.is_running());
        CHECK(joined == 0);
        CHECK(faults.failed > 0);
        faults.first = 0;
        s.time.advance(1s);
        CHECK_FALSE(loop.is_running());
        CHECK(joined == 1);
    }
}

TEST_CASE("a context that was stopped: the loop goes on when it is run again")
{
    asio::io_context io;
    int bodies = 0;
    tasks::loop<> loop{io.get_executor(), {.every = 0s, .count = 3}, [&] {
                           if (++bodies < 3)
                               io.stop();
                       }};
    loop.start();
    io.run();
    CHECK(bodies == 1);
    CHECK(loop.is_running());
    io.stop();
    io.run();
    CHECK(bodies == 1);
    for (int i = 2; i <= 3; ++i) {
        io.restart();
        io.run();
        CHECK(bodies == i);
    }
    CHECK_FALSE(loop.is_running());
}

TEST_CASE("a loop on a thread pool that was stopped or joined: it waits, and ends with the pool")
{
    bool const stopped = GENERATE(false, true);
    auto pool = std::make_unique<asio::thread_pool>(1);
    auto const frame = std::make_shared<int>(0);
    tasks::loop<> loop{pool->get_executor(), {.every = 0s, .count = 3}, [frame] {}};
    tasks::loop<> late{pool->get_executor(), {.every = 0s, .count = 3}, [frame] {}};
    loop.start();
    if (stopped)
        pool->stop();
    pool->join();
    if (!stopped) {
        CHECK_FALSE(loop.is_running());
        CHECK_FALSE(loop.failed());
    }

    late.start();
    late.async_join([frame](std::exception_ptr const&) {});
    CHECK(late.is_running());
    late.restart();
    late.cancel();
    late.stop();
    CHECK(late.is_running());
    pool.reset();
    CHECK_FALSE(loop.is_running());
    CHECK_FALSE(late.is_running());
    CHECK(late.failed());
    CHECK(tasks::what(late.exception()).find("went away") != std::string::npos);
    CHECK_THROWS_AS(late.start(), tasks::abandoned);
    CHECK(frame.use_count() == 3); // the joiner's reference is gone
}

TEST_CASE("an executor throws as a run begins: who wanted to run the loop is told, and the context is not "
          "kept busy")
{
    asio::io_context io;
    executor_faults faults{.first = 1};
    tasks::loop<> loop{erratic_executor{io.get_executor(), faults}, 1h, [] {}};
    int told = 0;
    loop.async_run([&](std::exception_ptr const& e) {
        CHECK_THROWS_AS(std::rethrow_exception(e), executor_faults::thrown);
        ++told;
    });
    CHECK(faults.failed == 1);
    CHECK(!loop.is_running());
    io.poll();
    CHECK(told == 1);
    CHECK(io.stopped()); // nothing is left to wait for
}

TEST_CASE("an executor throws as a run begins: who has asked the run for an iteration is told")
{
    virtual_context s;
    executor_faults faults{.first = 1};
    tasks::loop<> loop{erratic_executor{s.io.get_executor(), faults}, 1h, [] {}};
    int told = 0;
    faults.meanwhile = [&] {
        loop.async_trigger([&](std::exception_ptr const& e) {
            CHECK(e);
            ++told;
        });
    };
    CHECK_THROWS_AS(loop.start(), executor_faults::thrown);
    s.time.advance(1s);
    CHECK(told == 1);
    CHECK(!loop.is_running());
}

TEST_CASE("an executor throws as restart() cancels the run: that goes on, and nothing of the new one is kept")
{
    virtual_context s;
    executor_faults faults;
    std::string runs;
    using argument = std::shared_ptr<std::string>;
    tasks::loop<void(argument)> loop{erratic_executor{s.io.get_executor(), faults},
                                     {.every = 10s, .count = 1},
                                     [&](argument const& a) -> task {
                                         runs += *a + " ";
                                         co_await pause(3s);
                                         runs += "done ";
                                     }};
    loop.start(std::make_shared<std::string>("first"));
    s.time.advance(1s);
    auto const second = std::make_shared<std::string>("second");
    faults.first = 1;
    faults.calls = 0;
    CHECK_THROWS_AS(loop.restart(second), executor_faults::thrown);
    CHECK(second.use_count() == 1);
    CHECK(!loop.is_being_cancelled());
    s.time.advance(60s);
    CHECK(runs == "first done ");
    CHECK(!loop.is_running());
}

namespace {

/// A loop with a time-out, whose body takes a minute unless it is cancelled.
struct slow_loop {
    slow_loop()
    {
        loop.observe(*this);
        loop.start();
        s.time.advance(4s);
    }
    void fail(executor_faults::kind how, std::size_t how_many)
    {
        faults = {.how = how, .first = 1, .how_many = how_many};
    }
    void on_attempt_ended(tasks::attempt_ended const& e) { s.note(std::string{to_string(e.what)}); }
    static std::string_view to_string(tasks::outcome o)
    {
        return o == tasks::outcome::succeeded   ? "succeeded"
               : o == tasks::outcome::timed_out ? "timed out"
                                                : "other";
    }

    struct in_a_second {
        std::chrono::nanoseconds next(unsigned) const { return 1s; }
    };

    virtual_context s;
    executor_faults faults;
    tasks::loop<> loop{erratic_executor{s.io.get_executor(), faults},
                       {.every = 100s, .backoff = in_a_second{}, .timeout = 5s},
                       [this]() -> task {
                           s.note("body");
                           co_await pause(60s);
                       }};
};

constexpr std::size_t always = 1'000'000'000;

} // namespace

TEST_CASE("an executor throws while a time-out expires: the attempt is cancelled when it recovers")
{
    slow_loop l;
    l.fail(executor_faults::kind::throws, always);
    l.s.time.advance(6s);
    CHECK(l.faults.failed > 1); // it is tried again
    CHECK(l.s.trace() == "0s body");
    l.faults.first = 0;
    l.s.time.advance(2s);
    auto const trace = l.s.trace();
    CHECK(trace.find("10") == 0); // at 10 s, or a millisecond later
    CHECK(trace.find("timed out") != std::string::npos);
    CHECK(trace.find("body") != std::string::npos); // the retry
    CHECK(l.loop.is_running());
}

TEST_CASE("an executor throws while the attempt ends whose time is up: nothing is left of the time-out")
{
    slow_loop l;
    l.fail(executor_faults::kind::throws, always);
    l.s.time.advance(57s); // the sleep has ended, too
    CHECK(l.s.trace() == "0s body");
    l.faults.first = 0;
    l.s.time.advance(30s);
    CHECK(l.loop.is_running());
    l.loop.stop();
    l.s.time.advance(60s);
    CHECK_FALSE(l.loop.is_running());
    CHECK_FALSE(l.s.time.advance_to_next());
}

TEST_CASE("an executor destroys the function of a time-out: that attempt is not interrupted, the next one is")
{
    slow_loop l;
    l.fail(executor_faults::kind::destroys, 1);
    l.s.time.advance(100s);
    CHECK(l.faults.failed == 1);
    CHECK(l.s.trace() == "0s body, 60s succeeded, 100s body");
    l.s.time.advance(5s);
    CHECK(l.s.trace() == "105s timed out, 106s body");
}

TEST_CASE("an executor throws while an iteration is requested: the request is taken, and served later")
{
    virtual_context s;
    executor_faults faults;
    int bodies = 0;
    int told = 0;
    tasks::loop<> loop{
        erratic_executor{s.io.get_executor(), faults}, {.every = tasks::on_trigger}, [&] { ++bodies; }};
    loop.start();
    s.time.advance(1s);
    bool const waits = GENERATE(false, true);
    CAPTURE(waits);
    faults = {.how = executor_faults::kind::throws, .first = 1, .how_many = always};
    if (waits)
        loop.async_trigger([&](std::exception_ptr const& e) { told += e ? 100 : 1; });
    else
        CHECK(loop.trigger());
    s.time.advance(1s);
    CHECK(faults.failed > 0);
    CHECK(bodies == 0);
    faults.first = 0;
    s.time.advance(1s);
    CHECK(bodies == 1);
    CHECK(told == (waits ? 1 : 0));
    CHECK(loop.trigger());
    s.time.advance(1s);
    CHECK(bodies == 2);
}

TEST_CASE(
    "an executor destroys what it is given when an iteration is requested: the run ends, and all are told")
{
    virtual_context s;
    failure_ledger seen;
    executor_faults faults;
    int told = 0;
    tasks::loop<> loop{erratic_executor{s.io.get_executor(), faults}, {.every = tasks::on_trigger}, [] {}};
    loop.observe(seen);
    loop.start();
    s.time.advance(1s);
    loop.async_join([&](std::exception_ptr const& e) { told += e ? 1 : 100; });
    loop.async_trigger([&](std::exception_ptr const& e) { told += e ? 1 : 100; });
    faults = {.how = executor_faults::kind::destroys, .first = 1, .how_many = 1};
    s.time.advance(1s);
    CHECK(faults.failed == 1);
    CHECK(told == 2);
    CHECK(loop.failed());
    CHECK_FALSE(loop.is_running());
    CHECK(seen.faults() == "");
    faults.first = 0;
    loop.start();
    CHECK(loop.trigger());
    s.time.advance(1s);
    CHECK(seen.attempts_ended() == 1);
}
