// SPDX-License-Identifier: MIT
// Fails the k-th allocation of a single operation, for every k. The operation throws and leaves nothing
// behind, or it completes.
#include "every_allocation.hpp"
#include "failure_ledger.hpp"
#include "support/allocations.hpp"
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#endif

#include <tasks/loop/run_all.hpp>

#include <memory>
#include <new>
#include <optional>
#include <vector>

using namespace test;

TEST_CASE("no memory for a first loop on a context: the context is not kept busy, and serves the next loop")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        failure_ledger seen;
        asio::io_context io;
        std::optional<tasks::loop<>> loop;
        int bodies = 0;
        tasks::options const o{
            .every = 0s, .count = 3, .name = "a name that is too long for a std::string itself"};
        auto const make = [&] {
            loop.emplace(io.get_executor(), o, [&]() -> task {
                ++bodies;
                co_return;
            });
            loop->observe(seen);
            loop->start();
        };
        bool const threw = under_pressure([&] {
            make();
            io.run();
        });
        if (threw) {
            CHECK(bodies == 0);
            CHECK((!loop || !loop->is_running()));
        } else {
            CHECK((bodies == 3 || (loop->failed() && !seen.log.empty())));
        }
        io.restart();
        io.run_for(10s);
        CHECK(io.stopped()); // nothing keeps it busy
        CHECK((!loop || !loop->is_running()));
        bodies = 0;
        make();
        io.restart();
        io.run();
        CHECK(bodies == 3);
    });
    CHECK(all.threw > 6);
    CHECK(all.completed > 3);
}

TEST_CASE("no memory for a sleep with a callback: it throws and nothing of it is left, or it completes")
{
    bool const cancellable = GENERATE(false, true);
    auto const all = at_every_allocation([&](auto under_pressure) {
        asio::io_context io;
        asio::cancellation_signal signal;
        int called = 0;
        auto handler = asio::bind_executor(io.get_executor(), [&](tasks::error_code const&) { ++called; });
        bool const threw = under_pressure([&] {
            if (cancellable)
                tasks::async_sleep_for(0s, asio::bind_cancellation_slot(signal.slot(), handler));
            else
                tasks::async_sleep_for(0s, handler);
        });
        io.run_for(10s); // returns at once, because nothing waits any more
        CHECK(io.stopped());
        CHECK(called == (threw ? 0 : 1));
    });
    CHECK(all.threw > 2);
    CHECK(all.completed == (cancellable ? 1 : 0));
}

TEST_CASE("no memory as a sleep is cancelled: it completes as cancelled, a little later")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        virtual_context s;
        asio::cancellation_signal signal;
        std::vector<tasks::error_code> results;
        results.reserve(2);
        tasks::async_sleep_for(
            1h, asio::bind_cancellation_slot(
                    signal.slot(), asio::bind_executor(s.io.get_executor(), [&](tasks::error_code const& ec) {
                        results.push_back(ec);
                    })));
        s.time.advance(1s);
        bool const threw = under_pressure([&] {
            signal.emit(asio::cancellation_type::terminal);
            s.time.advance(1s);
        });
        CHECK(!threw);
        REQUIRE(results.size() == 1);
        CHECK(results.front() == asio::error::operation_aborted);
    });
    CHECK(all.completed > 0);
}

TEST_CASE("no memory for a request with a callback: it throws and makes none, or the callback comes")
{
    bool const cancelled = GENERATE(false, true);
    auto const all = at_every_allocation([&](auto under_pressure) {
        virtual_context s;
        int called = 0;
        int bodies = 0;
        std::exception_ptr failure;
        asio::cancellation_signal signal;
        tasks::loop<> loop{s.io.get_executor(), {.every = tasks::on_trigger}, [&] { ++bodies; }};
        loop.start();
        s.time.advance(1s);
        bool const threw = under_pressure([&] {
            loop.async_trigger(asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr const& e) {
                ++called;
                failure = e;
            }));
            if (cancelled)
                signal.emit(asio::cancellation_type::all);
            s.time.advance(1s);
        });
        s.time.advance(1s);
        CHECK(called == (threw ? 0 : 1));
        CHECK(bodies <= 1);
        CHECK((bodies == 1 || threw || failure || loop.failed())); // not lost without a word
        loop.stop();
        s.time.advance(1s);
        CHECK(called == (threw ? 0 : 1));
        CHECK(!loop.is_running());
    });
    CHECK(all.threw >= 1);
    CHECK(all.completed >= 1);
}

TEST_CASE("no memory for trigger(): it throws and changes nothing")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        virtual_context s;
        int bodies = 0;
        tasks::loop<> loop{s.io.get_executor(), {.every = tasks::on_trigger}, [&] { ++bodies; }};
        loop.start();
        s.time.advance(1s);
        bool const threw = under_pressure([&] { loop.trigger_in(1s); });
        CHECK(loop.next_iteration().has_value() == !threw);
        s.time.advance(2s);
        CHECK(bodies == (threw ? 0 : 1));
        CHECK(loop.trigger());
        s.time.advance(1s);
        CHECK(bodies == (threw ? 1 : 2));
        loop.cancel();
        s.time.advance(1s);
    });
    CHECK(all.threw == 1);
    CHECK(all.completed == 0);
}

TEST_CASE(
    "no memory at the k-th allocation of attempts that time out: each ends, and the run goes on or fails")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        virtual_context s;
        int ended = 0;
        tasks::loop<> loop{
            s.io.get_executor(),
            {.every = 1min, .count = 2, .timeout = 2s, .retries = 1, .on_error = tasks::on_error::next_slot},
            [&]() -> task {
                struct counted {
                    int& ended;
                    ~counted() { ++ended; }
                } const attempt{ended};
                co_await tasks::async_sleep_for(1h);
            }};
        loop.start();
        // Asio may throw out of the context's run() as it makes the exception of a cancelled operation.
        static_cast<void>(under_pressure([&] { s.time.advance(2min); }));
        s.time.advance(5min);
        CHECK(!loop.is_running());
        CHECK((ended == 4 || loop.failures() > 0)); // a failure is told
        CHECK(ended >= 1);
    });
    CHECK(all.completed > 5);
}

TEST_CASE("no memory for joining with a callback: it throws, or the callback comes")
{
    bool const idle = GENERATE(false, true);
    bool const cancelled = GENERATE(false, true);
    auto const all = at_every_allocation([&](auto under_pressure) {
        virtual_context s;
        int called = 0;
        asio::cancellation_signal signal;
        tasks::loop<> loop{s.io.get_executor(), {.every = 10s}, [] {}};
        if (!idle)
            loop.start();
        s.time.advance(5s);
        bool const threw = under_pressure([&] {
            loop.async_join(
                asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr const&) { ++called; }));
            s.time.advance(5s);
            if (cancelled)
                signal.emit(asio::cancellation_type::all);
            s.time.advance(5s);
            loop.stop();
            s.time.advance(5s);
        });
        CHECK(called == (threw ? 0 : 1));
        CHECK(loop.is_running() == (threw && !idle));
    });
    CHECK(all.threw >= 1);
    CHECK(all.completed >= 2);
}

TEST_CASE("no memory when a loop is destroyed while it waits: joiners are told, and the frame goes")
{
    auto const all = at_every_allocation([](auto under_pressure) {
        virtual_context s;
        int told = 0;
        std::optional<tasks::loop<>> loop;
        auto const frame = std::make_shared<int>(0);
        loop.emplace(s.io.get_executor(), 10s, [frame] {});
        loop->start();
        s.time.advance(5s);
        loop->async_join([&](std::exception_ptr const& e) { told += e ? 1 : 0; });
        bool const threw = under_pressure([&] {
            loop.reset();
            s.time.advance(5s);
        });
        CHECK(!threw);
        CHECK(told == 1);
        CHECK(frame.use_count() == 1);
    });
    CHECK(all.threw == 0);
    CHECK(all.completed >= 3);
}

TEST_CASE("no memory for running loops together: it throws, and no run of theirs is left behind")
{
    bool const second_runs = GENERATE(false, true);
    bool const cancelled = GENERATE(false, true);
    CAPTURE(second_runs, cancelled);
    auto const all = at_every_allocation([&](auto under_pressure) {
        captured_log const log;
        virtual_context s;
        asio::cancellation_signal signal;
        int bodies = 0;
        tasks::options twice{.every = 1s, .count = 2};
        tasks::options thrice{.every = 1s, .count = 3};
        if (cancelled)
            twice.count = thrice.count = std::nullopt; // a cancellation must not be lost
        tasks::loop<> first{s.io.get_executor(), twice, [&]() -> task {
                                ++bodies;
                                co_await pause(100ms);
                            }};
        tasks::loop<> second{s.io.get_executor(), thrice, [&] { ++bodies; }};
        bool ended = false;
        bool left_behind = false;
        std::exception_ptr failure;
        auto const caller = [&]() -> task {
            co_await pause(500ms);
            try {
                co_await tasks::run_all(first, second);
            } catch (...) {
                failure = std::current_exception();
            }
            // Without memory for the wait nothing is started, and nothing is stopped.
            left_behind = first.is_running() || (second.is_running() && !second_runs);
            ended = true;
        };
        if (second_runs)
            second.start();
        asio::co_spawn(s.io, caller, asio::bind_cancellation_slot(signal.slot(), asio::detached));
        s.time.run_until_idle();
        bool const threw = under_pressure([&] {
            s.time.advance(550ms);
            if (cancelled)
                signal.emit(asio::cancellation_type::terminal);
            s.time.advance(5s);
        });
        CHECK((!threw || cancelled)); // as cancel() may; and Asio itself, for a coroutine that is cancelled
        s.time.advance(60s);
        CHECK(ended);
        CHECK(!left_behind);
        CHECK(!first.is_running());
        CHECK((!second.is_running() || (second_runs && failure)));
        CHECK((failure || cancelled || bodies == 5));
    });
    CHECK(all.completed > 5);
}
