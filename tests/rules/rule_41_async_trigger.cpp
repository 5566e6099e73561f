// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/lost_handler.hpp"
#include "support/noted_loop.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>
#endif

#include <future>
#include <memory>

using namespace test;

namespace {

/// The code of an exception, as a word.
std::string kind(std::exception_ptr const& e)
{
    if (!e)
        return "done";
    try {
        std::rethrow_exception(e);
    } catch (tasks::not_running const&) {
        return "not running";
    } catch (tasks::abandoned const&) {
        return "abandoned";
    } catch (tasks::system_error const& s) {
        return s.code() == asio::error::operation_aborted ? "aborted" : "system error";
    } catch (std::exception const& s) {
        return s.what();
    }
}

void ask(noted_loop& f, std::string const& name)
{
    f.loop.async_trigger([&f, name](std::exception_ptr const& e) { f.s.note(name + ": " + kind(e)); });
}

} // namespace

TEST_CASE("rule 41: it is told when the iteration that served it has ended")
{
    noted_loop f{{.every = 100s}};
    f.takes = {0s, 5s};
    f.start();
    f.advance(3s);
    ask(f, "a");
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 3s 3s requested, 8s a: done");
}

TEST_CASE("rule 41: awaited by a coroutine")
{
    noted_loop f{{.every = 100s}};
    f.takes = {2s, 5s};
    asio::co_spawn(
        f.s.io,
        [&]() -> task {
            f.start();
            co_await f.loop.async_trigger(); // served by the first slot
            f.s.note("told");
            co_await f.loop.async_trigger();
            f.s.note("told");
            f.loop.stop();
            try {
                co_await f.loop.async_trigger();
            } catch (tasks::not_running const&) {
                f.s.note("not running");
            }
        },
        asio::detached);
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 2s told, 2s 2s requested, 7s told, 7s not running");
}

TEST_CASE("rule 41: several are told by one iteration, and one that comes later by the next")
{
    noted_loop f{{.every = 100s}};
    f.takes = {0s, 5s, 2s};
    f.start();
    f.advance(3s);
    ask(f, "a");
    ask(f, "b");
    f.advance(1s);
    ask(f, "c"); // during that iteration
    f.advance(10s);
    auto const all = f.trace();
    CHECK((all == "0s 0s, 3s 3s requested, 8s a: done, 8s b: done, 8s 4s requested, 10s c: done" ||
           all == "0s 0s, 3s 3s requested, 8s 4s requested, 8s a: done, 8s b: done, 10s c: done"));
}

TEST_CASE("rule 41: one that a slot serves is told by that slot's iteration")
{
    noted_loop f{{.every = 10s}};
    f.takes = {15s, 2s};
    f.start();
    f.advance(12s);
    ask(f, "a");
    f.advance(7s);
    CHECK(f.trace() == "0s 0s, 15s 10s, 17s a: done");
}

TEST_CASE("rule 41: for good: the retries are included")
{
    captured_log const log;
    noted_loop f{{.every = 100s, .backoff = constant_backoff{2s}, .retries = 2}};
    f.start();
    f.advance(1s);
    ask(f, "a");
    SECTION("the last retry succeeds")
    {
        f.then = [](tasks::iteration const& it) {
            if (it.attempt < 2)
                connection_lost();
        };
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 1s requested, 3s 1s requested#1, 5s 1s requested#2, 5s a: done");
    }
    SECTION("the last retry fails: the exception that was fatal")
    {
        f.then = [](tasks::iteration const& it) {
            if (it.attempt < 2)
                connection_lost();
            throw std::runtime_error{"boom"};
        };
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 1s requested, 3s 1s requested#1, 5s 1s requested#2, 5s a: boom");
        CHECK(f.loop.failed());
    }
}

TEST_CASE("rule 41: for good: under next_slot the error hook is included")
{
    noted_loop f{{.every = 100s, .on_error = tasks::on_error::next_slot}};
    f.loop.error([&](std::exception_ptr const&) -> task {
        co_await pause(5s);
        f.s.note("hook ended");
    });
    f.start();
    f.advance(1s);
    f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
    ask(f, "a");
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 6s hook ended, 6s a: boom");
}

TEST_CASE("rule 41: … without a hook, and with one that throws, it is the body's exception all the same")
{
    captured_log const log;
    noted_loop f{{.every = 100s, .on_error = tasks::on_error::next_slot}};
    if (GENERATE(false, true))
        f.loop.error([](std::exception_ptr const&) { throw std::runtime_error{"hook"}; });
    f.start();
    f.advance(1s);
    f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
    ask(f, "a");
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 1s a: boom");
}

TEST_CASE("rule 41: one that was skipped is told as a success")
{
    noted_loop f{{.every = 100s}};
    f.start();
    f.advance(1s);
    f.then = [](tasks::iteration const&) { throw tasks::skipped{}; };
    ask(f, "a");
    f.advance(1s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 1s a: done");
}

TEST_CASE("rule 41: under end_run the exception that was fatal")
{
    noted_loop f{{.every = 100s}};
    f.loop.error([&](std::exception_ptr const&) -> task {
        co_await pause(3s);
        f.s.note("hook ended");
    });
    f.start();
    f.advance(1s);
    f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
    ask(f, "a");
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 1s a: boom, 4s hook ended");
}

TEST_CASE("rule 41: operation_aborted if the iteration was cancelled, as soon as it has ended")
{
    noted_loop f{{.every = 100s, .backoff = constant_backoff{50s}}};
    f.loop.after_loop([&]() -> task {
        co_await pause(3s);
        f.s.note("after");
    });
    f.takes = {0s, 10s};
    f.start();
    f.advance(1s);
    ask(f, "a");
    SECTION("in the body")
    {
        f.advance(5s);
        f.loop.cancel();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 1s requested, 6s a: aborted, 9s after");
    }
    SECTION("in its back-off")
    {
        f.then = [](tasks::iteration const&) { connection_lost(); };
        f.advance(20s);
        f.loop.cancel();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 1s requested, 21s a: aborted, 24s after");
    }
    SECTION("a handled exception that is dropped after cancel()")
    {
        f.then = [&](tasks::iteration const&) {
            f.loop.cancel();
            connection_lost();
        };
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 1s requested, 11s a: aborted, 14s after");
    }
}

TEST_CASE("rule 41: after cancel() a body that returns has succeeded, and one that fails has failed")
{
    captured_log const log;
    noted_loop f{{.every = 100s}};
    auto const fails = GENERATE(false, true);
    f.start();
    f.advance(1s);
    f.then = [&](tasks::iteration const&) {
        f.loop.cancel();
        if (fails)
            throw std::runtime_error{"boom"};
    };
    ask(f, "a");
    f.advance(20s);
    CHECK(f.trace() == (fails ? "0s 0s, 1s 1s requested, 1s a: boom" : "0s 0s, 1s 1s requested, 1s a: done"));
}

TEST_CASE("rule 41: abandoned if what its iteration awaits is destroyed, as soon as that is known")
{
    captured_log const log;
    virtual_context s;
    tasks::loop<> loop{s.io, tasks::on_trigger, [] { return loses_its_handler(); }};
    loop.after_loop([&]() -> task {
        co_await pause(3s);
        s.note("after");
    });
    loop.start();
    s.time.advance(1s);
    loop.async_trigger([&](std::exception_ptr const& e) { s.note("a: " + kind(e)); });
    s.time.advance(10s);
    CHECK(s.trace() == "1s a: abandoned, 4s after");
    CHECK(loop.failed());
}

TEST_CASE("rule 41: operation_aborted as well if the run ends before one served it, after the after hook")
{
    captured_log const log;
    noted_loop f{{.every = 100s, .count = 3}};
    f.loop.after_loop([&]() -> task {
        co_await pause(3s);
        f.s.note("after");
    });
    f.takes = {10s};
    f.start();
    f.advance(1s);
    ask(f, "a");
    SECTION("stop")
    {
        f.loop.stop();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 13s after, 13s a: aborted");
    }
    SECTION("cancel")
    {
        f.loop.cancel();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 4s after, 4s a: aborted");
    }
    SECTION("a failure")
    {
        f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 13s after, 13s a: aborted");
    }
}

TEST_CASE("rule 41: … of a run that is cancelled before its first step, or whose before hook throws")
{
    captured_log const log;
    noted_loop f{{.every = 100s}};
    SECTION("before the first step")
    {
        f.start();
        ask(f, "a");
        f.loop.cancel();
        f.advance(1s);
        CHECK(f.trace() == "0s a: aborted");
    }
    SECTION("before hook")
    {
        f.loop.before_loop([] { throw std::runtime_error{"boom"}; }).after_loop([&] { f.s.note("after"); });
        f.start();
        ask(f, "a");
        f.advance(1s);
        CHECK(f.trace() == "0s after, 0s a: aborted");
    }
}

TEST_CASE("rule 41: requests go when the run ends: a restart's run does not serve them")
{
    noted_loop f{{.every = 100s}};
    f.takes = {10s};
    f.start();
    f.advance(1s);
    ask(f, "a");
    f.loop.restart();
    f.advance(20s);
    auto const all = f.trace();
    CHECK((all == "0s 0s, 1s a: aborted, 1s 1s" || all == "0s 0s, 1s 1s, 1s a: aborted"));
}

TEST_CASE("rule 41: not_running where trigger() would return false")
{
    noted_loop f{{.every = 100s, .count = 2, .name = "mail"}};
    ask(f, "idle");
    f.advance(1s);
    CHECK(f.trace() == "0s idle: not running");
    f.start();
    f.advance(1s);
    static_cast<void>(f.trace());
    switch (GENERATE(0, 1, 2, 3)) {
    case 0:
        f.loop.stop();
        ask(f, "a");
        break;
    case 1:
        f.loop.cancel();
        ask(f, "a");
        break;
    case 2: // in the last counted iteration
        f.first = [&](tasks::iteration const&) { ask(f, "a"); };
        CHECK(f.loop.trigger());
        break;
    default: // after the end
        f.loop.stop();
        f.advance(1s);
        ask(f, "a");
    }
    f.advance(5s);
    CHECK(f.trace().find("a: not running") != std::string::npos);
    std::string message;
    f.loop.async_trigger([&](std::exception_ptr const& e) { message = tasks::what(e); });
    f.advance(1s);
    CHECK(message.find("tasks: loop 'mail': async_trigger()") == 0);
    static_assert(std::is_base_of_v<std::logic_error, tasks::not_running>);
}

TEST_CASE("rule 41: abandoned if the loop is destroyed")
{
    virtual_context s;
    auto const when = GENERATE(0, 1, 2); // not served yet, in the body, in the back-off
    auto loop = std::make_unique<tasks::loop<>>(
        s.io, tasks::options{.every = tasks::on_trigger, .backoff = constant_backoff{50s}}, [&]() -> task {
            co_await pause(5s);
            connection_lost();
        });
    loop->start();
    s.time.advance(1s);
    loop->async_trigger([&](std::exception_ptr const& e) { s.note(kind(e)); });
    if (when != 0)
        s.time.advance(when == 1 ? 2s : 10s);
    loop.reset();
    s.time.advance(1s);
    CHECK(s.trace() == text(when == 0 ? 1s : when == 1 ? 3s : 11s) + " abandoned");
}

TEST_CASE("rule 41: … also if it begins when the loop is gone")
{
    virtual_context s;
    auto loop = std::make_unique<tasks::loop<>>(s.io, 10s, [] {});
    loop->start();
    auto later = loop->async_trigger(); // lazy
    loop.reset();
    asio::co_spawn(s.io, std::move(later), [&](std::exception_ptr const& e) { s.note(kind(e)); });
    s.time.advance(1s);
    CHECK(s.trace() == "0s abandoned");
}

TEST_CASE("rule 41: cancelling the operation, by any type, gives up waiting, and the request stands")
{
    noted_loop f{{.every = 100s}};
    auto const type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    f.takes = {5s, 5s};
    f.start();
    f.advance(1s);
    asio::cancellation_signal signal;
    f.loop.async_trigger(asio::bind_cancellation_slot(
        signal.slot(), [&](std::exception_ptr const& e) { f.s.note("a: " + kind(e)); }));
    f.advance(1s);
    SECTION("before it is served")
    {
        signal.emit(type);
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 2s a: aborted, 5s 1s requested");
    }
    SECTION("while it is served: the iteration goes on")
    {
        f.then = [&](tasks::iteration const&) { f.s.note("end"); };
        f.advance(6s);
        signal.emit(type);
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 5s end, 5s 1s requested, 8s a: aborted, 10s end");
    }
}

TEST_CASE("rule 41: the body may wait for another loop's, and even for its own next one elsewhere")
{
    noted_loop other{{.every = tasks::on_trigger}};
    virtual_context& s = other.s;
    other.takes = {3s};
    tasks::loop<> loop{s.io, {.every = 100s, .count = 1}, [&]() -> task {
                           co_await other.loop.async_trigger();
                           s.note("told");
                       }};
    other.start();
    loop.start();
    s.time.advance(20s);
    CHECK(s.trace() == "0s 0s requested, 3s told");
}

TEST_CASE("rule 41: with overlap each is told by the iteration that served it")
{
    noted_loop f{{.every = 100s, .overlap = 3}};
    f.takes = {50s, 10s, 3s};
    f.start();
    f.advance(1s);
    ask(f, "a");
    f.advance(1s);
    ask(f, "b");
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 2s 2s requested, 5s b: done, 11s a: done");
}

TEST_CASE("rule 41: a future, from a thread of its own")
{
    asio::thread_pool pool{1};
    tasks::loop<> loop{pool, tasks::on_trigger, [] {}};
    loop.start();
    CHECK_NOTHROW(loop.async_trigger(asio::use_future).get());
    loop.stop();
    CHECK_THROWS_AS(loop.async_trigger(asio::use_future).get(), tasks::not_running);
    pool.join();
}
