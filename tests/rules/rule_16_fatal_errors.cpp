// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

[[noreturn]] void aborted()
{
    throw tasks::system_error{asio::error::operation_aborted};
}

} // namespace

TEST_CASE("rule 16: any other exception is fatal, whatever its type")
{
    virtual_context s;
    captured_log const log;
    run_log observer{s};
    bool is_exception = GENERATE(true, false);
    tasks::loop<> loop{s.io, 1s, [&] {
                           if (is_exception)
                               throw std::logic_error{"boom"};
                           throw 42;
                       }};
    loop.observe(observer);
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == (is_exception ? "0s run, 0s ended(failed: boom)"
                                     : "0s run, 0s ended(failed: exception of type int)"));
    CHECK(loop.failed());
    if (!is_exception)
        CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), int);
}

TEST_CASE("rule 16: what is to say whether and when there is a retry throws: the run fails with that")
{
    struct throwing_backoff {
        std::chrono::nanoseconds next(unsigned) const { throw std::runtime_error{"no delay"}; }
    };
    virtual_context s;
    captured_log const log;
    run_log observer{s};
    SECTION("the predicate")
    {
        tasks::loop<> loop{s.io, 1s, [] { throw std::runtime_error{"boom"}; }};
        loop.retry_if([](std::exception_ptr const&) -> bool { throw std::runtime_error{"no answer"}; });
        loop.observe(observer).start();
        s.time.advance(10s);
        CHECK(s.trace() == "0s run, 0s ended(failed: no answer)");
    }
    SECTION("the back-off")
    {
        tasks::loop<> loop{s.io, {.every = 1s, .backoff = throwing_backoff{}}, [] { connection_lost(); }};
        loop.observe(observer).start();
        s.time.advance(10s);
        CHECK(s.trace() == "0s run, 0s ended(failed: no delay)");
    }
}

TEST_CASE("rule 16: operation_aborted that the loop did not cause is an ordinary error")
{
    virtual_context s;
    captured_log const log;
    run_log observer{s};
    int runs = 0;
    tasks::loop<> loop{s.io, 1s, [&] {
                           if (++runs == 1)
                               aborted();
                       }};
    loop.observe(observer);
    SECTION("hence fatal")
    {
        loop.start();
        s.time.advance(10s);
        CHECK(loop.failed());
        CHECK(runs == 1);
        CHECK(s.trace().find("ended(failed: ") != std::string::npos);
    }
    SECTION("hence retried, if it is handled")
    {
        loop.retry_if([](std::error_code const& e) {
            return e == std::error_code{tasks::error_code{asio::error::operation_aborted}};
        });
        loop.start();
        s.time.advance(10s);
        CHECK(!loop.failed());
        CHECK(runs >= 2);
    }
    SECTION("hence fatal in a before hook")
    {
        loop.before_loop([]() -> task {
            co_await pause(1s);
            aborted();
        });
        loop.start();
        s.time.advance(10s);
        CHECK(loop.failed());
    }
}

TEST_CASE("rule 16: … so is a timer of the body's own that was cancelled")
{
    virtual_context s;
    captured_log const log;
    tasks::loop<> loop{s.io, 1s, []() -> task {
                           asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
                           asio::post(timer.get_executor(), [&] { timer.cancel(); });
                           co_await timer.async_wait(asio::use_awaitable);
                       }};
    loop.start();
    s.time.run_until_idle();
    CHECK(loop.failed());
}

TEST_CASE("rule 16: after cancel() any operation_aborted is the cancellation")
{
    virtual_context s;
    full_log observer{{s}};
    tasks::loop<> loop{s.io, 1s, [&]() -> task {
                           try {
                               co_await pause(1h);
                           } catch (tasks::system_error const&) {
                           }
                           aborted();
                       }};
    note_hooks(s, loop);
    loop.observe(observer);
    loop.start();
    s.time.advance(5s);
    loop.cancel();
    s.time.advance(5s);
    CHECK(s.trace() == "0s run, 0s before, 5s cancelled, 5s after, 5s ended(cancelled)");
    CHECK(!loop.failed());
}

TEST_CASE("rule 16: … also if it is a handled type, and also without a suspension behind cancel()")
{
    virtual_context s;
    full_log observer{{s}};
    tasks::loop<> loop{s.io, 1s, [&] {
                           loop.cancel();
                           aborted();
                       }};
    loop.retry_if([](std::exception_ptr const&) { return true; });
    loop.observe(observer);
    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s run, 0s cancelled, 0s ended(cancelled)");
}
