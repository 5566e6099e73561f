// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_future.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_future.hpp>
#endif

#include <future>

using namespace test;

namespace {

struct fixture {
    virtual_context s;
    captured_log log;
    bool fail = false;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 2, .name = "l"}, [this]() -> task {
                           co_await pause(1s);
                           if (fail)
                               throw std::runtime_error{"boom"};
                       }};
    auto noting(std::string who)
    {
        return [this, who](std::exception_ptr const& e) { s.note(who + (e ? " " + tasks::what(e) : "")); };
    }
};

bool is_aborted(std::exception_ptr const& e)
{
    return tasks::detail::is_operation_aborted(e);
}

} // namespace

TEST_CASE("joining: several joiners, in the order of their coming, once the run with its hooks is over")
{
    fixture f;
    f.loop.after_loop([&]() -> task {
        co_await pause(1s);
        f.s.note("after");
    });
    f.loop.start();
    f.loop.async_join(f.noting("a"));
    f.s.time.advance(5s);
    f.loop.async_join(f.noting("b"));
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "12s after, 12s a, 12s b");
}

TEST_CASE("joining: an idle loop completes at once, but not inside the call")
{
    fixture f;
    f.loop.async_join(f.noting("a"));
    CHECK(f.s.trace() == "");
    f.s.time.run_until_idle();
    CHECK(f.s.trace() == "0s a");
}

TEST_CASE("joining: a failed run completes with its exception, also afterwards, until the next start")
{
    fixture f;
    f.fail = true;
    f.loop.start();
    f.loop.async_join(f.noting("a"));
    f.s.time.advance(5s);
    f.loop.async_join(f.noting("late"));
    f.s.time.run_until_idle();
    CHECK(f.s.trace() == "1s a boom, 5s late boom");
}

TEST_CASE("joining: with a coroutine, which gets the exception thrown")
{
    fixture f;
    f.fail = true;
    f.loop.start();
    auto const waits = [&]() -> task {
        try {
            co_await f.loop.async_join();
        } catch (std::runtime_error const& e) {
            f.s.note(std::string{"caught "} + e.what());
        }
    };
    asio::co_spawn(f.s.io, waits, asio::detached);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "1s caught boom");
}

TEST_CASE("joining: with a future")
{
    fixture f;
    f.loop.start();
    auto fine = f.loop.async_join(asio::use_future);
    f.s.time.advance(5s);
    CHECK(fine.wait_for(0s) == std::future_status::timeout);
    f.s.time.advance(60s);
    CHECK_NOTHROW(fine.get());

    f.fail = true;
    f.loop.start();
    auto bad = f.loop.async_join(asio::use_future);
    f.s.time.advance(60s);
    CHECK_THROWS_AS(bad.get(), std::runtime_error);
}

TEST_CASE("joining: whoever gives up gets operation_aborted, and neither loop nor the others are affected")
{
    fixture f;
    f.loop.start();
    asio::cancellation_signal signal;
    std::exception_ptr gave_up;
    auto const type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    int told = 0;
    f.loop.async_join(f.noting("one"));
    f.loop.async_join(asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
        gave_up = e;
        ++told;
    }));
    f.loop.async_join(f.noting("other"));
    f.s.time.advance(3s);
    signal.emit(type);
    signal.emit(type); // before it is completed
    f.s.time.run_until_idle();
    CHECK(is_aborted(gave_up));
    CHECK(told == 1);
    CHECK(f.loop.is_running());
    CHECK(!f.loop.is_being_cancelled());
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "11s one, 11s other");
    signal.emit(type); // nothing is left there
}

TEST_CASE("joining: a destroyed loop completes its joiners with abandoned")
{
    virtual_context s;
    captured_log const log;
    auto loop = std::make_unique<tasks::loop<>>(s.io, 10s, [] { return pause(1s); });
    loop->start();
    std::exception_ptr got;
    loop->async_join([&](std::exception_ptr e) { got = e; });
    auto future = loop->async_join(asio::use_future);
    s.time.advance(5s);
    loop.reset();
    CHECK(!got); // not inside the destructor
    s.time.run_until_idle();
    REQUIRE(got);
    CHECK_THROWS_AS(std::rethrow_exception(got), tasks::abandoned);
    CHECK_THROWS_AS(future.get(), tasks::abandoned);
}

TEST_CASE("joining: when the context goes away the handlers are destroyed uncalled")
{
    auto const token = std::make_shared<int>(0);
    bool called = false;
    auto io = std::make_unique<asio::io_context>();
    tasks::loop<> loop{io->get_executor(), 10s, [] {}};
    loop.start();
    loop.async_join([&called, token](std::exception_ptr) { called = true; });
    CHECK(token.use_count() == 2);
    io.reset();
    CHECK(token.use_count() == 1);
    CHECK(!called);
    CHECK_THROWS_AS(loop.start(), tasks::abandoned);
}

TEST_CASE("joining: a joiner outlasts a restart of the run it waits for")
{
    fixture f;
    f.loop.start();
    f.loop.async_join(f.noting("first run"));
    f.s.time.advance(5s);
    f.loop.restart();
    f.s.time.run_until_idle();
    CHECK(f.s.trace() == "5s first run");
    CHECK(f.loop.is_running());
}

TEST_CASE("async_run: starts, and completes with the run")
{
    fixture f;
    f.loop.async_run(f.noting("done"));
    CHECK(f.loop.is_running());
    f.loop.async_run(f.noting("second"));
    f.s.time.advance(60s);
    auto const trace = f.s.trace();
    INFO(trace);
    CHECK(trace.find("0s second tasks: loop 'l': async_run()") == 0); // already_running
    CHECK(trace.find("11s done") != std::string::npos);
}

TEST_CASE("async_run: terminal cancellation is cancel(), partial and total are stop()")
{
    fixture f;
    asio::cancellation_signal signal;
    f.loop.async_run(asio::bind_cancellation_slot(signal.slot(), f.noting("done")));
    f.s.time.advance(500ms); // in the body
    SECTION("terminal")
    {
        signal.emit(asio::cancellation_type::terminal);
        CHECK(f.loop.is_being_cancelled());
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "500ms done");
    }
    SECTION("partial")
    {
        signal.emit(asio::cancellation_type::partial);
        CHECK(!f.loop.is_being_cancelled());
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s done");
    }
    SECTION("total")
    {
        signal.emit(asio::cancellation_type::total);
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "1s done");
    }
}

TEST_CASE("async_run: in structured code the loser of || is cancelled, clean-up included")
{
    using namespace asio::experimental::awaitable_operators;
    virtual_context s;
    tasks::loop<> loop{s.io.get_executor(), 10s, [&] { s.note("body"); }};
    loop.after_loop([&]() -> task {
        co_await pause(1s);
        s.note("after");
    });
    auto const both = [&]() -> task {
        co_await (loop.async_run() || pause(15s));
        s.note("both");
    };
    asio::co_spawn(s.io, both, asio::detached);
    s.time.advance(60s);
    CHECK(s.trace() == "0s body, 10s body, 16s after, 16s both");
    CHECK(!loop.is_running());
}

namespace {

/// A completion token that stores the operation to begin, and its associated executor.
struct ask_for_executor {
    asio::any_io_executor* where;
};

} // namespace

template <class Signature>
class asio::async_result<ask_for_executor, Signature> {
public:
    using return_type = void;
    template <class Initiation, class... Args>
    static void initiate(Initiation initiation, ask_for_executor token, Args&&...)
    {
        *token.where = asio::get_associated_executor(initiation, asio::any_io_executor{});
    }
};

TEST_CASE("joining: the operations say where they belong, for tokens that have no executor of their own")
{
    fixture f;
    for (auto const run : {false, true}) {
        asio::any_io_executor where;
        if (run)
            f.loop.async_run(ask_for_executor{&where});
        else
            f.loop.async_join(ask_for_executor{&where});
        CHECK(where == f.loop.get_executor());
    }
}
