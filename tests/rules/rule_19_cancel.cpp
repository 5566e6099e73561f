// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

struct a_minute {
    std::chrono::nanoseconds next(unsigned) const { return 60s; }
};

/// A loop to be cancelled; its body calls `body` after it was interrupted.
struct fixture_of_rule_19 {
    virtual_context s;
    captured_log log;
    full_log observer{{s}};
    std::function<void()> body = [] { throw; };
    bool fail = false;
    tasks::loop<> loop;

    explicit fixture_of_rule_19(tasks::options o = {.every = 100s, .backoff = a_minute{}})
        : loop{s.io, std::move(o), [this]() -> task {
                   if (std::exchange(fail, false))
                       connection_lost();
                   std::exception_ptr interrupted;
                   try {
                       co_await pause(10s);
                   } catch (...) {
                       interrupted = std::current_exception();
                   }
                   if (interrupted) {
                       try {
                           std::rethrow_exception(interrupted);
                       } catch (...) {
                           body();
                       }
                   }
               }}
    {
        loop.before_loop([] { return pause(1s); })
            .after_loop([this]() -> task {
                co_await pause(1s);
                s.note(loop.is_being_cancelled() ? "after, being cancelled" : "after");
            })
            .error([this](std::exception_ptr const& e) { s.note("error(" + tasks::what(e) + ")"); })
            .observe(observer);
        loop.start();
    }

    std::string cancel_at(std::chrono::nanoseconds t)
    {
        s.time.advance(t);
        static_cast<void>(s.trace());
        CHECK(!loop.is_being_cancelled());
        loop.cancel();
        CHECK(loop.is_being_cancelled());
        CHECK(loop.is_running());
        s.time.advance(300ms);
        CHECK(loop.is_being_cancelled());
        loop.cancel(); // repeating it changes nothing
        CHECK(loop.is_being_cancelled());
        s.time.advance(1000s);
        CHECK(!loop.is_being_cancelled());
        CHECK(!loop.is_running());
        return s.trace();
    }
};

} // namespace

TEST_CASE("rule 19: cancel() in the before hook: it is cancelled, no iteration and no error hook runs")
{
    fixture_of_rule_19 f;
    CHECK(f.cancel_at(500ms) == "1500ms after, being cancelled, 1500ms ended(cancelled)");
}

TEST_CASE("rule 19: cancel() in the body")
{
    fixture_of_rule_19 f;
    CHECK(f.cancel_at(5s) == "5s cancelled, 6s after, being cancelled, 6s ended(cancelled)");
}

TEST_CASE("rule 19: cancel() in the sleep")
{
    fixture_of_rule_19 f;
    CHECK(f.cancel_at(50s) == "51s after, being cancelled, 51s ended(cancelled)");
}

TEST_CASE("rule 19: cancel() in a back-off: there is no retry")
{
    fixture_of_rule_19 f;
    f.fail = true;
    CHECK(f.cancel_at(30s) == "31s after, being cancelled, 31s ended(cancelled)");
}

TEST_CASE("rule 19: the cancellation is terminal, and effective at the next suspension")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [&]() -> task {
                           loop.cancel();
                           s.note("still running");
                           co_await pause(1h);
                           s.note("never");
                       }};
    loop.start();
    s.time.advance(2h);
    CHECK(s.trace() == "0s still running");
    CHECK(!loop.is_running());

    asio::cancellation_type seen{};
    tasks::loop<> other{s.io, 1s, [&]() -> task {
                            try {
                                co_await pause(1h);
                            } catch (tasks::system_error const&) {
                            }
                            seen = (co_await asio::this_coro::cancellation_state).cancelled();
                        }};
    other.start();
    s.time.advance(1s);
    other.cancel();
    s.time.advance(1s);
    CHECK(seen == asio::cancellation_type::terminal);
}

TEST_CASE("rule 19: a body that returns is the last")
{
    fixture_of_rule_19 f;
    f.body = [] {};
    CHECK(f.cancel_at(5s) == "5s succeeded, 6s after, being cancelled, 6s ended(cancelled)");
}

TEST_CASE("rule 19: a body that swallows the cancellation and goes on is the last")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, [&]() -> task {
                           co_await asio::this_coro::throw_if_cancelled(false);
                           co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
                           co_await pause(10s);
                           s.note("went on");
                       }};
    loop.observe(observer).start();
    s.time.advance(5s);
    loop.cancel();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 10s went on, 10s ended(cancelled)");

    loop.start(); // the effect on its cancellation state has ended
    s.time.advance(1s);
    CHECK(loop.is_running());
    loop.stop();
    s.time.advance(60s);
    CHECK(s.trace() == "65s run, 75s went on, 75s ended(completed)");
}

TEST_CASE("rule 19: an iteration is cancelled though the body of an earlier one had switched that off")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 10s, [&](tasks::iteration const& it) -> task {
                           if (it.number == 0)
                               co_await asio::this_coro::reset_cancellation_state(
                                   asio::disable_cancellation());
                           co_await pause(5s);
                           s.note("whole");
                       }};
    loop.observe(observer).start();
    s.time.advance(12s);
    loop.cancel();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 5s whole, 12s ended(cancelled)");
}

TEST_CASE("rule 19: a cancelled body waits for nothing more, though an earlier one had not cared for that")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 10s, [&](tasks::iteration const& it) -> task {
                           if (it.number == 0) {
                               co_await asio::this_coro::throw_if_cancelled(false);
                               co_return;
                           }
                           try {
                               co_await pause(5s);
                           } catch (tasks::system_error const&) {
                               s.note("interrupted");
                           }
                           co_await pause(5s);
                           s.note("went on");
                       }};
    loop.observe(observer).start();
    s.time.advance(12s);
    loop.cancel();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 12s interrupted, 12s ended(cancelled)");
}

TEST_CASE("rule 19: one that throws a fatal exception makes the run failed")
{
    fixture_of_rule_19 f;
    f.body = [] { throw std::runtime_error{"boom"}; };
    CHECK(f.cancel_at(5s) == "5s failed, 5s error(boom), 6s after, being cancelled, 6s ended(failed: boom)");
    CHECK(f.loop.failed());
}

TEST_CASE("rule 19: a handled exception is not retried but dropped, and the run is cancelled")
{
    fixture_of_rule_19 f;
    f.body = [] { connection_lost(); };
    CHECK(f.cancel_at(5s) == "5s failed, 6s after, being cancelled, 6s ended(cancelled)");
    CHECK(!f.loop.failed());
    CHECK(f.log.lines.empty());
}

TEST_CASE("rule 19: … without reconnect it is fatal")
{
    fixture_of_rule_19 f{{.every = 100s, .reconnect = false}};
    f.body = [] { connection_lost(); };
    auto const trace = f.cancel_at(5s);
    CHECK(trace.find("5s failed, 5s error(") == 0);
    CHECK(f.loop.failed());
}

TEST_CASE("rule 19: … thrown by the before hook it is fatal, too")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [] {}};
    loop.before_loop([]() -> task {
            try {
                co_await pause(10s);
            } catch (tasks::system_error const&) {
            }
            connection_lost();
        })
        .error([&](std::exception_ptr) { s.note("error"); })
        .after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(1s);
    loop.cancel();
    s.time.advance(60s);
    CHECK(s.trace() == "1s error, 1s after");
    CHECK(loop.failed());
}

TEST_CASE("rule 19: cancel() before the first step holds until the run has ended")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [&] { s.note("body"); }};
    loop.start();
    loop.cancel();
    CHECK(loop.is_being_cancelled());
    s.time.run_until_idle();
    CHECK(!loop.is_being_cancelled());
    CHECK(s.trace() == "");
}

TEST_CASE("rule 19: cancel() behind stop() still cancels the body being finished")
{
    fixture_of_rule_19 f;
    f.s.time.advance(5s);
    f.loop.stop();
    CHECK(f.cancel_at(1s) == "6s cancelled, 7s after, being cancelled, 7s ended(cancelled)");
}

TEST_CASE("rule 19: cancel() while idle does nothing")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [&] { s.note("body"); }};
    loop.cancel();
    CHECK(!loop.is_being_cancelled());
    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s body");
}
