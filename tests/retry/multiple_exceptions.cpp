// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/experimental/awaitable_operators.hpp>
#else
#include <asio/experimental/awaitable_operators.hpp>
#endif

#include <functional>

using namespace test;

// Bodies that await with Asio's operators, which throw `multiple_exceptions` if both sides fail.

namespace {

using namespace asio::experimental::awaitable_operators;

struct every_second {
    std::chrono::nanoseconds next(unsigned) const { return 1s; }
};

task fail_with(std::function<void()> thrower, std::chrono::nanoseconds after)
{
    co_await pause(after);
    thrower();
}

/// Also fails when it is cancelled, with another exception.
task deaf(std::function<void()> thrower)
{
    try {
        co_await pause(1h);
    } catch (tasks::system_error const&) {
    }
    thrower();
}

[[noreturn]] void boom()
{
    throw std::runtime_error{"boom"};
}

/// Awaits both sides with the operator that the text names.
std::function<task()> both(std::function<task()> left, std::string const& op, std::function<task()> right)
{
    if (op == "&&")
        return [=]() -> task { co_await (left() && right()); };
    return [=]() -> task { co_await (left() || right()); };
}

/// A loop with that body, and its result.
struct operators_loop {
    virtual_context s;
    captured_log log;
    full_log observer{{s}};
    tasks::loop<> loop;

    explicit operators_loop(std::function<task()> body)
        : loop{s.io, {.every = 100s, .count = 1, .backoff = every_second{}, .name = "both"}, std::move(body)}
    {
        loop.observe(observer).start();
    }
};

} // namespace

TEST_CASE("multiple exceptions: cancelling a body that awaits several operations cancels the run")
{
    auto const op = GENERATE(as<std::string>{}, "&&", "||");
    auto const sleep = [](auto d) { return [d] { return pause(d); }; };
    SECTION("two")
    {
        operators_loop o{both(sleep(1h), op, sleep(2h))};
        o.s.time.advance(5s);
        o.loop.cancel();
        o.s.time.advance(5s);
        CHECK(o.s.trace() == "0s run, 5s cancelled, 5s ended(cancelled)");
        CHECK(!o.loop.failed());
    }
    SECTION("four")
    {
        operators_loop o{both(both(sleep(1h), op, sleep(2h)), op, both(sleep(1h), op, sleep(2h)))};
        o.s.time.advance(5s);
        o.loop.cancel();
        o.s.time.advance(5s);
        CHECK(o.s.trace() == "0s run, 5s cancelled, 5s ended(cancelled)");
    }
    SECTION("in the before hook")
    {
        operators_loop o{[] { return pause(0s); }};
        o.s.time.advance(1s);
        o.loop.before_loop(both(sleep(1h), op, sleep(2h)));
        o.loop.start();
        o.s.time.advance(1s);
        o.loop.cancel();
        o.s.time.advance(1s);
        CHECK(!o.loop.failed());
        CHECK(!o.loop.is_running());
    }
}

TEST_CASE("multiple exceptions: a network error in the first is retried")
{
    auto const op = GENERATE(as<std::string>{}, "&&", "||");
    int attempts = 0;
    auto const left = [&]() -> task {
        if (++attempts == 3)
            return pause(0s);
        return fail_with(connection_lost, 1ms);
    };
    auto const right = [&] { return attempts == 3 ? pause(0s) : deaf(boom); };
    operators_loop o{op == "&&" ? both(left, op, right) : both(left, op, [&] {
        return attempts == 3 ? pause(0s) : fail_with(boom, 2ms);
    })};
    o.s.time.advance(100s);
    CHECK(attempts == 3);
    CHECK(!o.loop.failed());
}

TEST_CASE("multiple exceptions: types, what() and the log go by the first")
{
    operators_loop o{both([] { return fail_with(boom, 1s); }, "&&", [] { return deaf(connection_lost); })};
    SECTION("not handled")
    {
        o.s.time.advance(10s);
        CHECK(o.s.trace() == "0s run, 1s failed, 1s ended(failed: boom)");
        CHECK(o.log.only_record_has("both: fatal error, and no error hook: boom"));
        CHECK_THROWS_AS(std::rethrow_exception(o.loop.exception()), asio::multiple_exceptions);
    }
    SECTION("handled")
    {
        o.loop.add_exception_type<std::runtime_error>();
        o.s.time.advance(1s);
        CHECK(o.s.trace() == "0s run, 1s failed, 1s retry 1 in 1s");
    }
}

TEST_CASE("multiple exceptions: Asio keeps the left side's of &&, and each side can be told to keep quiet")
{
    // As in the tour.
    auto const quiet_if_cancelled = [](task operation) -> task {
        try {
            co_await std::move(operation);
        } catch (tasks::system_error const& e) {
            if (e.code() != asio::error::operation_aborted)
                throw;
        }
    };
    auto const left = [] { return pause(1h); };
    auto const right = [] { return fail_with(connection_lost, 1s); };
    SECTION("the cause is lost: the left side was cancelled because the right one failed")
    {
        operators_loop o{both(left, "&&", right)};
        o.s.time.advance(1s);
        CHECK(o.loop.failed());
    }
    SECTION("the cause is kept")
    {
        operators_loop o{both([&] { return quiet_if_cancelled(left()); }, "&&",
                              [&] { return quiet_if_cancelled(right()); })};
        o.s.time.advance(1s);
        CHECK(o.s.trace() == "0s run, 1s failed, 1s retry 1 in 1s");
        o.s.time.advance(1500ms);
        o.loop.cancel();
        o.s.time.advance(1s);
        CHECK(!o.loop.failed());
        CHECK(!o.loop.is_running());
    }
}
