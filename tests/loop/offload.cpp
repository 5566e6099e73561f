// SPDX-License-Identifier: MIT
// Functions that run on another context, which the test runs by hand, or on a pool of threads.
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/offload.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/thread_pool.hpp>
#endif

#include <future>
#include <memory>
#include <thread>
#include <type_traits>

using namespace test;

namespace {

using pointer = std::unique_ptr<int>;

std::string text_of(int n)
{
    return std::to_string(n);
}
std::string text_of(std::string const& text)
{
    return '"' + text + '"';
}
std::string text_of(pointer const& p)
{
    return p ? "pointer to " + std::to_string(*p) : "null";
}

/// `returned`, or why not.
std::string ending_of(std::exception_ptr const& e)
{
    try {
        if (e)
            std::rethrow_exception(e);
        return "returned";
    } catch (tasks::abandoned const&) {
        return "abandoned";
    } catch (tasks::system_error const& error) {
        return error.code() == asio::error::operation_aborted ? "aborted" : "error";
    } catch (std::exception const& error) {
        return error.what();
    }
}

/// Awaits an offload, and notes how it ends.
template <class Result>
task note_end(virtual_context& s, asio::awaitable<Result> offload)
{
    std::exception_ptr failure;
    try {
        if constexpr (std::is_void_v<Result>) {
            co_await std::move(offload);
        } else {
            auto const result = co_await std::move(offload);
            s.note(text_of(result));
        }
    } catch (...) {
        failure = std::current_exception();
    }
    s.note(ending_of(failure));
}

/// The end of a function that stops when it is asked to.
[[noreturn]] void stopped_early()
{
    throw tasks::system_error{asio::error::operation_aborted};
}

/// Another context, whose functions run when the test says so.
class other_context {
public:
    /// Returns the number of functions.
    std::size_t run()
    {
        io.restart();
        running = true;
        auto const n = io.poll();
        running = false;
        return n;
    }

    asio::io_context io;
    bool running = false;
};

/// Callable with and without a token.
struct both_ways {
    int operator()(tasks::stop_token const& stop) const { return stop.stop_possible() ? 1 : 0; }
    int operator()() const { return 2; }
};

/// Callable once only.
struct as_an_rvalue {
    int operator()() && { return 3; }
};

int plain_function()
{
    return 4;
}

} // namespace

TEST_CASE("an offloaded function runs there, and its result arrives here")
{
    virtual_context s;
    other_context there;
    bool ran_there = false;
    auto const f = [&] {
        ran_there = there.running;
        return 7;
    };
    bool const executor = GENERATE(false, true);
    asio::co_spawn(
        s.io,
        note_end(s, executor ? tasks::offload(there.io.get_executor(), f) : tasks::offload(there.io, f)),
        asio::detached);
    s.time.advance(1s);
    CHECK(there.run() == 1);
    CHECK(ran_there);
    CHECK(s.trace() == "");
    s.time.run_until_idle();
    CHECK(s.trace() == "1s 7, 1s returned");
    CHECK(there.run() == 0);
}

TEST_CASE("all kinds of functions and results")
{
    virtual_context s;
    other_context there;
    auto const offload = [&](auto f) {
        asio::co_spawn(s.io, note_end(s, tasks::offload(there.io, std::move(f))), asio::detached);
        s.time.run_until_idle();
        there.run();
        s.time.run_until_idle();
        return s.trace();
    };
    int calls = 0;
    CHECK(offload([&] { ++calls; }) == "0s returned");
    CHECK(offload([&](tasks::stop_token const& stop) { calls += stop.stop_requested() ? 100 : 1; }) ==
          "0s returned");
    CHECK(calls == 2);
    CHECK(offload(both_ways{}) == "0s 1, 0s returned");
    CHECK(offload(as_an_rvalue{}) == "0s 3, 0s returned");
    CHECK(offload(&plain_function) == "0s 4, 0s returned");
    CHECK(offload([p = std::make_unique<int>(5)]() mutable { return std::move(p); }) ==
          "0s pointer to 5, 0s returned");
    CHECK(offload([p = std::make_unique<int>(5)](tasks::stop_token) { return *p; }) == "0s 5, 0s returned");
    CHECK(offload([]() -> std::string const { return {}; }) == "0s \"\", 0s returned");
    CHECK(offload([]() -> pointer { throw std::runtime_error{"no such row"}; }) == "0s no such row");
    CHECK(offload([] { throw std::runtime_error{"no such file"}; }) == "0s no such file");
}

TEST_CASE("an offloaded function is destroyed there, before its result arrives")
{
    virtual_context s;
    other_context there;
    int destroyed_there = 0;
    auto const count = [&](int* p) {
        destroyed_there += there.running ? 1 : 100;
        delete p;
    };
    auto f = [w = std::shared_ptr<int>{new int{0}, count}]() -> int { throw std::bad_alloc{}; };
    asio::co_spawn(s.io, note_end(s, tasks::offload(there.io, std::move(f))), asio::detached);
    s.time.run_until_idle();
    CHECK(destroyed_there == 0);
    there.run();
    CHECK(destroyed_there == 1);
    s.time.run_until_idle();
    CHECK(s.trace() != "");
}

TEST_CASE("an offload that is never awaited does nothing, and destroys its function")
{
    other_context there;
    auto frame = std::make_shared<int>(0);
    {
        auto f = [frame] {};
        auto const never = tasks::offload(there.io, std::move(f));
        CHECK(frame.use_count() == 2);
    }
    CHECK(frame.use_count() == 1);
    CHECK(there.run() == 0);
}

TEST_CASE("an offload completes through the executor of its handler, else where the function ran")
{
    virtual_context s;
    other_context there;
    std::string called;
    auto const handler = [&](std::exception_ptr const& e, int n) {
        called = (there.running ? "there " : "here ") + std::to_string(n) + " " + ending_of(e);
    };
    SECTION("its executor")
    {
        tasks::offload(there.io, [] { return 1; }, asio::bind_executor(s.io.get_executor(), handler));
        there.run();
        s.time.run_until_idle();
        CHECK(called == "here 1 returned");
    }
    SECTION("none")
    {
        tasks::offload(there.io, [] { return 1; }, handler);
        there.io.restart();
        there.running = true;
        there.io.run(); // which returns, because nothing waits any more
        CHECK(called == "there 1 returned");
    }
    SECTION("none, and void")
    {
        tasks::offload(
            there.io, [] { throw std::runtime_error{"lost"}; },
            [&](std::exception_ptr const& e) { called = ending_of(e); });
        there.io.run();
        CHECK(called == "lost");
    }
}

TEST_CASE("a handler gets the default value with an exception")
{
    virtual_context s;
    other_context there;
    std::string called;
    tasks::offload(
        there.io, []() -> pointer { throw std::runtime_error{"lost"}; },
        [&](std::exception_ptr const& e, pointer const& p) { called = ending_of(e) + ", " + text_of(p); });
    there.io.run();
    CHECK(called == "lost, null");
}

TEST_CASE("the caller's context does not run out of work while a function runs on a pool")
{
    asio::io_context io;
    asio::thread_pool pool{1};
    bool const has_loop = GENERATE(false, true);
    int result = 0;
    std::thread::id ran_on;
    auto const body = [&]() -> task {
        result = co_await tasks::offload(pool, [&ran_on](tasks::stop_token const&) {
            std::this_thread::sleep_for(20ms);
            ran_on = std::this_thread::get_id();
            return 42;
        });
    };
    tasks::loop<> loop{io, {.every = 1h, .count = 1}, body};
    if (has_loop)
        loop.start();
    else
        asio::co_spawn(io, body, asio::detached);
    io.run();
    CHECK(result == 42);
    CHECK(ran_on != std::thread::id{});
    CHECK(ran_on != std::this_thread::get_id());
}

TEST_CASE("a callback that is bound to a context keeps it busy while the function runs on a pool")
{
    asio::io_context io;
    asio::thread_pool pool{1};
    std::promise<void> go_on;
    bool called = false;
    tasks::offload(
        pool, [&] { go_on.get_future().wait(); },
        asio::bind_executor(io.get_executor(), [&](std::exception_ptr const&) { called = true; }));
    CHECK(io.poll() == 0);
    CHECK_FALSE(io.stopped());
    go_on.set_value();
    io.run();
    CHECK(called);
}

TEST_CASE("an offload that is cancelled before its turn does not call the function, and ends at its turn")
{
    virtual_context s;
    other_context there;
    auto const type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    asio::cancellation_signal signal;
    int calls = 0;
    std::string ended;
    auto frame = std::make_shared<int>(0);
    auto handler = asio::bind_executor(
        s.io.get_executor(), [&](std::exception_ptr const& e, int n) { ended = ending_of(e) + text_of(n); });
    auto f = [&calls, frame] { return ++calls; };
    tasks::offload(there.io, std::move(f), asio::bind_cancellation_slot(signal.slot(), handler));
    signal.emit(type);
    s.time.advance(1h);
    CHECK(ended == "");
    CHECK(frame.use_count() == 2);
    CHECK(there.run() == 1);
    CHECK(frame.use_count() == 1);
    s.time.run_until_idle();
    CHECK(ended == "aborted0");
    CHECK(calls == 0);
    signal.emit(type); // to nobody
}

TEST_CASE("an offload that is cancelled within its function ends as the function does")
{
    virtual_context s;
    other_context there;
    asio::cancellation_signal signal;
    bool const heeds = GENERATE(false, true);
    std::string ended;
    auto handler = asio::bind_executor(
        s.io.get_executor(), [&](std::exception_ptr const& e, int n) { ended = ending_of(e) + text_of(n); });
    auto const f = [&](tasks::stop_token const& stop) {
        CHECK(stop.stop_possible());
        CHECK_FALSE(stop.stop_requested());
        int told = 0;
        tasks::stop_callback const on_stop{stop, [&told] { ++told; }};
        signal.emit(asio::cancellation_type::total);
        s.time.run_until_idle();
        CHECK(ended == "");
        CHECK(told == 1);
        CHECK(stop.stop_requested());
        if (heeds)
            stopped_early();
        return 5;
    };
    tasks::offload(there.io, f, asio::bind_cancellation_slot(signal.slot(), handler));
    CHECK(there.run() == 1);
    s.time.run_until_idle();
    CHECK(ended == (heeds ? "aborted0" : "returned5"));
}

TEST_CASE("an offload whose function has ended can no longer be cancelled")
{
    virtual_context s;
    other_context there;
    asio::cancellation_signal signal;
    std::string ended;
    auto handler = asio::bind_executor(
        s.io.get_executor(), [&](std::exception_ptr const& e, int n) { ended = ending_of(e) + text_of(n); });
    tasks::offload(there.io, [] { return 5; }, asio::bind_cancellation_slot(signal.slot(), handler));
    there.run();
    signal.emit(asio::cancellation_type::terminal);
    s.time.run_until_idle();
    CHECK(ended == "returned5");
}

TEST_CASE("a loop that is cancelled waits for the function that its body has offloaded")
{
    virtual_context s;
    other_context there;
    bool const begun = GENERATE(false, true);
    bool stop_requested = false;
    tasks::loop<> loop{s.io, 10s, [&]() -> task {
                           auto const f = [&](tasks::stop_token const& stop) {
                               if (begun)
                                   loop.cancel();
                               s.time.run_until_idle();
                               stop_requested = stop.stop_requested();
                           };
                           return note_end(s, tasks::offload(there.io, f));
                       }};
    loop.start();
    s.time.run_until_idle();
    if (!begun)
        loop.cancel();
    s.time.advance(1h);
    CHECK(loop.is_running());
    CHECK(there.run() == 1);
    s.time.run_until_idle();
    CHECK(stop_requested == begun);
    CHECK(s.trace() == (begun ? "3600s returned" : "3600s aborted"));
    CHECK_FALSE(loop.is_running());
    CHECK_FALSE(loop.failed());
}

TEST_CASE("the time-out of a loop requests the stop, and the attempt ends with the function")
{
    virtual_context s;
    other_context there;
    captured_log const log;
    bool const heeds = GENERATE(false, true);
    tasks::loop<> loop{s.io, {.every = 1h, .timeout = 5s, .retries = 0}, [&]() -> task {
                           auto const f = [&](tasks::stop_token const& stop) {
                               s.time.advance(5s - 1ns);
                               CHECK_FALSE(stop.stop_requested());
                               s.time.advance(1ns);
                               CHECK(stop.stop_requested());
                               s.time.advance(10s);
                               CHECK(loop.is_running());
                               if (heeds)
                                   stopped_early();
                           };
                           co_await tasks::offload(there.io, f);
                       }};
    loop.start();
    s.time.run_until_idle();
    there.run();
    s.time.run_until_idle();
    CHECK(loop.failed() == heeds);
    if (heeds)
        CHECK_THROWS_AS(std::rethrow_exception(loop.exception()), tasks::timed_out);
    else
        CHECK(loop.is_running());
}

TEST_CASE("a loop that is destroyed while its function runs: the stop is requested, and the coroutine stays "
          "until the function has ended")
{
    virtual_context s;
    other_context there;
    auto frame = std::make_shared<int>(0);
    auto value = std::make_shared<int>(0);
    std::optional<tasks::loop<>> loop;
    bool const begun = GENERATE(false, true);
    bool ran_on = false;
    auto const destroy = [&] {
        loop.reset();
        s.time.advance(1h);
    };
    loop.emplace(s.io, 10s, [&]() -> task {
        auto const f = [&, value](tasks::stop_token const& stop) {
            if (begun)
                destroy();
            CHECK(stop.stop_requested());
            CHECK(frame.use_count() == 2);
            ran_on = true;
            return value;
        };
        auto const alive = frame;
        auto const result = co_await tasks::offload(there.io, f);
        s.note("a statement after the end of the loop");
    });
    loop->start();
    s.time.run_until_idle();
    if (!begun)
        destroy();
    CHECK(frame.use_count() == 2);
    CHECK(there.run() == 1);
    CHECK(ran_on == begun);
    s.time.run_until_idle();
    CHECK(frame.use_count() == 1);
    CHECK(value.use_count() == 1);
    CHECK(s.trace() == "");
}

TEST_CASE("the caller's context is destroyed: the stop is requested, the coroutine goes, and the function "
          "runs on")
{
    enum class moment { before, within, after };
    auto const when = GENERATE(moment::before, moment::within, moment::after);
    auto frame = std::make_shared<int>(0);
    auto value = std::make_shared<int>(0);
    other_context there;
    auto s = std::make_unique<virtual_context>();
    bool stop_requested = false;
    int ended = 0;
    auto const coroutine = [&]() -> task {
        auto f = [&, value](tasks::stop_token const& stop) {
            if (when == moment::within)
                s.reset();
            CHECK(frame.use_count() == (when == moment::within ? 1 : 2));
            stop_requested = stop.stop_requested();
            ++ended;
            return value;
        };
        auto const alive = frame;
        auto const result = co_await tasks::offload(there.io, std::move(f));
        ++ended;
    };
    asio::co_spawn(s->io, coroutine(), asio::detached);
    s->time.run_until_idle();
    if (when == moment::before)
        s.reset();
    CHECK(frame.use_count() == (when == moment::before ? 1 : 2));
    CHECK(there.run() == 1);
    s.reset();
    CHECK(frame.use_count() == 1);
    CHECK(value.use_count() == 1);
    CHECK(stop_requested == (when == moment::within));
    CHECK(ended == (when == moment::before ? 0 : 1));
}

TEST_CASE("an executor that destroys the function before its turn: the offload ends as abandoned")
{
    virtual_context s;
    auto frame = std::make_shared<int>(0);
    bool called = false;
    bool const cancelled = GENERATE(false, true);
    auto const f = [&called, frame] { called = true; };
    SECTION("a context that is destroyed")
    {
        auto there = std::make_unique<other_context>();
        tasks::loop<> loop{s.io, 10s, [&]() -> task { return note_end(s, tasks::offload(there->io, f)); }};
        loop.start();
        s.time.run_until_idle();
        if (cancelled)
            loop.cancel();
        s.time.run_until_idle();
        CHECK(frame.use_count() == 3);
        there.reset();
        CHECK(frame.use_count() == 2);
        CHECK(s.trace() == "");
        s.time.run_until_idle();
        CHECK(s.trace() == "0s abandoned");
    }
    SECTION("a pool that has been stopped")
    {
        auto pool = std::make_unique<asio::thread_pool>(1);
        std::promise<void> go_on;
        asio::post(*pool, [&] { go_on.get_future().wait(); });
        asio::co_spawn(s.io, note_end(s, tasks::offload(*pool, f)), asio::detached);
        s.time.run_until_idle();
        pool->stop();
        go_on.set_value();
        pool->join();
        s.time.run_until_idle();
        CHECK(s.trace() == ""); // it could still be run
        pool.reset();
        s.time.run_until_idle();
        CHECK(s.trace() == "0s abandoned");
    }
    CHECK_FALSE(called);
    CHECK(frame.use_count() == 2);
}

TEST_CASE("a handler whose context is destroyed together with its function is destroyed uncalled")
{
    auto frame = std::make_shared<int>(0);
    auto there = std::make_unique<other_context>();
    bool called = false;
    bool const ended = GENERATE(false, true);
    auto f = [frame] {};
    auto handler = [frame, &called](std::exception_ptr const&) { called = true; };
    tasks::offload(there->io, std::move(f), std::move(handler));
    CHECK(frame.use_count() == 3);
    if (ended) {
        there->io.run_one();
        CHECK(frame.use_count() == 2);
    }
    there.reset();
    CHECK(frame.use_count() == 1);
    CHECK_FALSE(called);
}

TEST_CASE("an offload to the executor of the caller itself")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 2}, [&]() -> task {
                           auto const here = co_await asio::this_coro::executor;
                           auto const f = [&] { s.note("function"); };
                           co_await note_end(s, tasks::offload(here, f));
                       }};
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s function, 0s returned, 10s function, 10s returned");
}

TEST_CASE("the body of a loop offloads to a pool, again and again")
{
    asio::io_context io;
    asio::thread_pool pool{2};
    int sum = 0;
    tasks::loop<> loop{io, {.every = 0s, .count = 100}, [&](tasks::iteration it) -> task {
                           auto const f = [n = static_cast<int>(it.number)] { return n; };
                           sum += co_await tasks::offload(pool, f);
                       }};
    loop.start();
    io.run();
    CHECK(sum == 4950);
}
